"""The JSON Schema for editors against the files people really write."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bot.core.playbook.reading import read_tree
from bot.core.playbook.shape import schema
from tests.core.playbook.brands import BRAND_A, FOLDER, edited

FILES = sorted(str(file.relative_to(FOLDER)) for file in FOLDER.rglob("*.yaml"))
TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict, "array": list, "string": str, "boolean": bool, "integer": int, "number": (int, float), "null": type(None),
}  # fmt: skip


def accepts(place: dict[str, Any], value: object) -> bool:
    """A small reader of JSON Schema, enough for what ours uses."""
    if "$ref" in place:
        return accepts(schema()["$defs"][place["$ref"].removeprefix("#/$defs/")], value)
    if "anyOf" in place:
        return any(accepts(choice, value) for choice in place["anyOf"])
    if "const" in place or "enum" in place:
        return value in place.get("enum", [place.get("const")])
    if "type" in place and not isinstance(value, TYPES[place["type"]]):
        return False
    if isinstance(value, dict):
        return _accepts_mapping(place, value)
    if isinstance(value, list):
        return all(accepts(place.get("items", {}), item) for item in value)
    return not isinstance(value, str) or re.search(place.get("pattern", ""), value) is not None


def _accepts_mapping(place: dict[str, Any], value: dict[str, object]) -> bool:
    names = re.compile(place.get("propertyNames", {}).get("pattern", ""))
    return set(place.get("required", ())) <= set(value) and all(
        names.search(key) and accepts(_inside(place, key), child) for key, child in value.items()
    )


def _inside(place: dict[str, Any], key: str) -> dict[str, Any]:
    if key in place.get("properties", {}):
        return dict(place["properties"][key])
    for pattern, inner in place.get("patternProperties", {}).items():
        if re.search(pattern, key):
            return dict(inner)
    others = place.get("additionalProperties", True)
    return others if isinstance(others, dict) else {} if others else {"enum": []}


def data(text: str | bytes) -> object:
    tree, faults = read_tree("x", text.encode() if isinstance(text, str) else text)
    assert faults == []
    return tree.plain()


def test_there_are_examples() -> None:
    """The examples are found, so the checks below check something."""
    assert len(FILES) == 5


@pytest.mark.parametrize("file", FILES)
def test_the_schema_accepts_every_example(file: str) -> None:
    """An editor marks nothing in the examples, neither in a whole file nor in one laid over another."""
    assert accepts(schema(), data((FOLDER / file).read_bytes()))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("review_every_days: 45", "reviev_every_days: 45"),
        ("    currency: RUB", "    curency: RUB"),
        ("within: 8h}]}", "withing: 8h}]}"),
        ("within: 8h}]}", "within: 2d}]}"),
        ("scope: local", "scope: lokal"),
        ("mon-fri:", "monday:"),
        ("soglas: 1", "soglas: 2"),
        ("{review: legal,", "{review: {all: [legal]},"),
    ],
)
def test_the_schema_refuses_what_the_loader_refuses(old: str, new: str) -> None:
    """An editor marks a misspelt key or value while it is typed."""
    assert not accepts(schema(), data(edited(old, new, BRAND_A)))
