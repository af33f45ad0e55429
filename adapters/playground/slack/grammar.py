"""The small language in which Block Kit's shapes are written down; which shapes exist is not said here.

A check takes a value and its JSON pointer and yields one sentence per fault, worded as Slack words them.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Check = Callable[[Any, str], Iterator[str]]


def fault(sentence: str, pointer: str) -> str:
    """One entry of response_metadata.messages."""
    return f"[ERROR] {sentence} [json-pointer:{pointer}]"


def string(limit: int, *, least: int = 1) -> Check:
    """A string of `least` to `limit` characters."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield fault("must be a string", pointer)
        elif len(value) < least:
            yield fault(f"must be more than {least - 1} characters", pointer)
        elif len(value) > limit:
            yield fault(f"must be less than {limit + 1} characters", pointer)

    return check


def enum(*allowed: str) -> Check:
    """One of a few fixed words."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        if value not in allowed:
            yield fault(f"must be a valid enum value: {', '.join(allowed)}", pointer)

    return check


def boolean(value: Any, pointer: str) -> Iterator[str]:
    """True or false, not a word that means it."""
    if not isinstance(value, bool):
        yield fault("must be a boolean", pointer)


def integer(value: Any, pointer: str) -> Iterator[str]:
    """A whole number; a boolean is none."""
    if not isinstance(value, int) or isinstance(value, bool):
        yield fault("must be an integer", pointer)


def anything(value: Any, pointer: str) -> Iterator[str]:
    """What only Slack's own models look into."""
    yield from ()


def items(each: Check, limit: int, *, least: int = 1) -> Check:
    """A list of `least` to `limit` entries, each checked."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield fault("must be an array", pointer)
            return
        if len(value) < least:
            yield fault(f"no fewer than {least} items allowed", pointer)
        if len(value) > limit:
            yield fault(f"no more than {limit} items allowed", pointer)
        for number, entry in enumerate(value):
            yield from each(entry, f"{pointer}/{number}")

    return check


@dataclass(frozen=True)
class Shape:
    """An object: the fields it must have, the fields it may have, and a rule over the whole."""

    required: Mapping[str, Check] = field(default_factory=dict)
    optional: Mapping[str, Check] = field(default_factory=dict)
    whole: Check = anything

    def __call__(self, value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield fault("must be an object", pointer)
            return
        for key in self.required:
            if value.get(key) is None:
                yield fault(f"missing required field: {key}", pointer)
        yield from self._fields(value, pointer)
        yield from self.whole(value, pointer)

    def _fields(self, value: dict[str, Any], pointer: str) -> Iterator[str]:
        known = {**self.required, **self.optional}
        for key, entry in value.items():
            if key not in known:
                yield fault(f"invalid additional property: {key}", pointer)
            elif entry is not None:
                yield from known[key](entry, f"{pointer}/{key}")


def one_of(kinds: Mapping[str, Check]) -> Check:
    """An object whose `type` chooses its shape."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str) or kind not in kinds:
            yield fault(f"unsupported type: {kind}", f"{pointer}/type")
            return
        yield from kinds[kind](value, pointer)

    return check
