"""Whose answer a step wants, as the file writes it: a role, or a group with its quorum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

RoleId = str


@dataclass(frozen=True, slots=True)
class Who:
    """Whose answer a step wants: these roles, and how many of them must say yes."""

    roles: tuple[RoleId, ...]
    quorum: int


def _who(value: object) -> Who | None:
    if value is None:
        return None
    if isinstance(value, Who):
        return value
    if isinstance(value, str) and value:
        return Who((value,), 1)
    if isinstance(value, dict):
        roles, quorum = _group(value)
        if roles and 1 <= quorum <= len(roles) == len(set(roles)):
            return Who(roles, quorum)
    raise PydanticCustomError("who", "who", {"value": str(value)[:60]})


def _group(value: dict[object, object]) -> tuple[tuple[str, ...], int]:
    def roles(of: object) -> tuple[str, ...]:
        return tuple(of) if isinstance(of, list) and all(isinstance(role, str) for role in of) else ()

    if set(value) == {"all_of"}:
        return roles(value["all_of"]), len(roles(value["all_of"]))
    if set(value) == {"any_of"}:
        return roles(value["any_of"]), 1
    if set(value) == {"at_least", "of"} and type(value["at_least"]) is int:
        return roles(value["of"]), value["at_least"]
    return (), 0


_ROLES = {"type": "array", "items": {"type": "string"}, "minItems": 1, "uniqueItems": True}
_WHO_SCHEMA = {
    "anyOf": [
        {"type": "string"},
        {"type": "object", "properties": {"all_of": _ROLES}, "required": ["all_of"], "additionalProperties": False},
        {"type": "object", "properties": {"any_of": _ROLES}, "required": ["any_of"], "additionalProperties": False},
        {
            "type": "object",
            "properties": {"at_least": {"type": "integer", "minimum": 1}, "of": _ROLES},
            "required": ["at_least", "of"],
            "additionalProperties": False,
        },
    ]
}
WhoField = Annotated[Who | None, BeforeValidator(_who), WithJsonSchema(_WHO_SCHEMA)]
