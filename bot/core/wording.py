"""What is to be said, without saying it: a message id and named fields. No language and no markup here.

The catalogues in ``locales/`` hold a whole sentence for each id; ``bot.speech`` puts the two together for one reader.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from bot.core.money import Money


@dataclass(frozen=True, slots=True)
class Localized:
    """A text that people wrote in several languages (a name, a title); the reader gets the one they read."""

    texts: Mapping[str, str]
    type: Literal["localized"] = "localized"


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant, shown as the reader's own date, time and zone. ``zone`` shows it in another place's time instead."""

    at: datetime
    zone: str | None = None
    style: Literal["date_time", "time", "date"] = "date_time"
    type: Literal["moment"] = "moment"


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """An amount of working time, shown in hours and minutes, never in days."""

    amount: timedelta
    type: Literal["working_time"] = "working_time"


@dataclass(frozen=True, slots=True)
class Listed:
    """Several fields in a row: joined the way the reader's language joins a list, by arrows along a path, or line by line."""

    items: tuple[Field, ...]
    style: Literal["and", "or", "arrow", "lines"] = "and"
    type: Literal["listed"] = "listed"


@dataclass(frozen=True, slots=True)
class Text:
    """One message: its id in the catalogues and the fields its sentence names. ``count`` picks the plural form."""

    id: str
    fields: Mapping[str, Field] = field(default_factory=dict)
    count: int | None = None
    type: Literal["text"] = "text"


Field = str | int | Localized | Moment | WorkingTime | Listed | Money | Text


def text(message_id: str, /, **fields: Field) -> Text:
    return Text(message_id, fields)


def counted(message_id: str, count: int, /, **fields: Field) -> Text:
    """A message whose form depends on a number; the sentence names it ``{count}``."""
    return Text(message_id, {"count": count, **fields}, count)
