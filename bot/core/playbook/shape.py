"""Faults of shape: what the model itself refuses, told as our faults with the nearest known key."""

from __future__ import annotations

from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.core.playbook.faults import KeyPath, Problem, problem
from bot.core.playbook.model import Playbook

_OWN = {
    "duration",
    "seconds",
    "share",
    "hours",
    "hours_order",
    "hours_twice",
    "day",
    "quiet",
    "money",
    "date",
    "who",
    "one_act",
    "waits_only_consult",
    "once_only_review",
}
_NUMBERS = ("greater_than", "less_than", "int_", "float_", "finite")


@lru_cache(maxsize=1)
def schema() -> dict[str, Any]:
    """The file's format as a JSON Schema (draft 2020-12), for editors."""
    found = Playbook.model_json_schema()
    found["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    found["properties"]["extends"] = {"type": "string", "description": "another file, relative to this one"}
    # A file that extends another gives only what it adds: nothing is required of a single file, and lists may grow.
    for part in (found, *found["$defs"].values()):
        part.pop("required", None)
        part["properties"] = {key: _or_added(place) for key, place in part.get("properties", {}).items()}
    return found


def _or_added(place: dict[str, Any]) -> dict[str, Any]:
    if place.get("type") != "array":
        return place
    return {"anyOf": [place, {"type": "object", "properties": {"add": place}, "additionalProperties": False}]}


def shape_problems(data: object) -> tuple[Playbook | None, list[Problem]]:
    """The model of merged data, or everything that keeps it from being one."""
    try:
        return Playbook.model_validate(data), []
    except ValidationError as error:
        details = error.errors(include_url=False)
        return None, [_problem(detail) for detail in details]


def _problem(detail: ErrorDetails) -> Problem:
    path: KeyPath = tuple(key for key in detail["loc"] if key != "[key]")
    code, value = detail["type"], str(detail.get("input"))[:60]
    context = detail.get("ctx", {})
    if code in _OWN:
        return problem(path, code, value=str(context.get("value", value)))
    if code == "extra_forbidden":
        return _unknown_key(path)
    if code == "missing":
        return problem(path, "missing", key=str(path[-1]))
    if code == "literal_error":
        return problem(path, "choice", value=value, choices=str(context.get("expected", "")).replace("'", ""))
    if code in ("too_short", "string_too_short"):
        return problem(path, "empty")
    if code == "string_pattern_mismatch":
        return problem(path, "bad_name", value=value)
    if code.startswith(_NUMBERS):
        return problem(path, "number", value=value)
    return problem(path, "wrong_type", value=value, wanted=code.removesuffix("_type").removesuffix("_parsing"))


def _unknown_key(path: KeyPath) -> Problem:
    known = _known_keys(path[:-1])
    close = get_close_matches(str(path[-1]), known, n=1, cutoff=0.5)
    if close:
        return problem(path, "unknown_key", at_key=True, key=str(path[-1]), nearest=close[0])
    return problem(path, "stray_key", at_key=True, key=str(path[-1]), known=", ".join(sorted(known)) or "–")


def _known_keys(path: KeyPath) -> list[str]:
    place: Any = schema()
    for key in path:
        place = _inside(_resolved(place), key)
    return list(_resolved(place).get("properties", {}))


def _inside(place: dict[str, Any], key: str | int) -> Any:
    if isinstance(key, int):
        return place.get("items", {})
    by_pattern = next(iter(place.get("patternProperties", {}).values()), None)
    return place.get("properties", {}).get(key) or by_pattern or place.get("additionalProperties") or {}


def _resolved(place: Any) -> dict[str, Any]:
    while isinstance(place, dict):
        if "$ref" in place:
            place = schema()["$defs"][place["$ref"].rsplit("/", 1)[-1]]
        elif "anyOf" in place:
            place = place["anyOf"][0]
        else:
            return place
    return {}
