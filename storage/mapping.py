"""Values of the core to text and back. Unknown fields in old documents are an error here, not a silent loss."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from bot.core.request.events import Event
from bot.core.request.model import Request
from bot.core.wording import Text
from bot.ports import Broken

T = TypeVar("T")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_REQUEST = TypeAdapter(Request)
_EVENT = TypeAdapter(Event)
_TEXT = TypeAdapter(Text)
# Their own ``dump_json`` and ``validate_json`` cost a fifth more, for what is not used here.


def to_micros(at: datetime) -> int:
    """An aware instant as microseconds since 1970 UTC. Raises ``TypeError`` for one without a zone."""
    return (at - _EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    return _EPOCH + timedelta(microseconds=micros)


def dump_request(request: Request) -> str:
    # Without what is as it always was: shorter, and a process of the version before can read it as long as nobody has used
    # what is new.
    return _REQUEST.serializer.to_json(request, exclude_defaults=True).decode()


def load_request(body: str) -> Request:
    return _load(_REQUEST, body)


def dump_event(event: Event) -> str:
    return _EVENT.serializer.to_json(event).decode()


def load_event(body: str) -> Event:
    return _load(_EVENT, body)


def dump_text(text: Text | None) -> str:
    return _TEXT.serializer.to_json(text).decode() if text else ""


def load_text(body: str) -> Text | None:
    return _load(_TEXT, body) if body else None


def _load(adapter: TypeAdapter[T], body: str) -> T:
    try:
        found: T = adapter.validator.validate_json(body, extra="forbid")
        return found
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, problem["loc"]))
        raise Broken(f"a record in the database cannot be read: {place}: {problem['msg']}") from None


def chained(head: str, number: int, body: str) -> str:
    """The digest of an event that follows the one with digest ``head`` (rule 22)."""
    return hashlib.sha256(f"{head}\n{number}\n{body}".encode()).hexdigest()
