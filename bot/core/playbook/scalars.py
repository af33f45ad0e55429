"""The small notations of the file: durations, shares, hours, quiet hours, money, dates. Each says what it does not accept."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Annotated

from pydantic import BeforeValidator, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from bot.core.money import Money, parse_money
from bot.core.worktime import Hours, Span

_DURATION = re.compile(r"(?:(\d{1,4})h)? ?(?:(\d{1,4})m)?")
_SECONDS = re.compile(r"(\d{1,5})s")
_SHARE = re.compile(r"(\d{1,3})%")
_CLOCK = re.compile(r"(\d{2}):(\d{2})-(\d{2}):(\d{2})")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LONGEST = timedelta(hours=1000)


def _refused(code: str, value: object) -> PydanticCustomError:
    return PydanticCustomError(code, code, {"value": str(value)[:60]})  # type: ignore[arg-type, type-var, unused-ignore]


def _duration(value: object) -> timedelta:
    found = _DURATION.fullmatch(value) if isinstance(value, str) and value else None
    if not found:
        raise _refused("duration", value)
    amount = timedelta(hours=int(found[1] or 0), minutes=int(found[2] or 0))
    if not timedelta(0) < amount <= _LONGEST:
        raise _refused("duration", value)
    return amount


def _seconds(value: object) -> timedelta:
    found = _SECONDS.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise _refused("seconds", value)
    return timedelta(seconds=int(found[1]))


def _share(value: object) -> float:
    found = _SHARE.fullmatch(value) if isinstance(value, str) else None
    share = int(found[1]) / 100 if found else value
    if isinstance(share, bool) or not isinstance(share, int | float) or not 0.01 <= share <= 1:
        raise _refused("share", value)
    return float(share)


def _span_of(value: object) -> tuple[int, int] | None:
    found = _CLOCK.fullmatch(value) if isinstance(value, str) else None
    if not found:
        return None
    numbers = [int(part) for part in found.groups()]
    if any(number > limit for number, limit in zip(numbers, (24, 59, 24, 59), strict=True)):
        return None
    first, last = numbers[0] * 60 + numbers[1], numbers[2] * 60 + numbers[3]
    return (first, last) if max(first, last) <= 24 * 60 else None


def _hours(value: object) -> Hours:
    if not isinstance(value, dict) or not value:
        raise _refused("hours", value)
    week: list[Span | None] = [None] * 7
    for days, clock in value.items():
        span = _span_of(clock)
        if span is None:
            raise _refused("hours", f"{days}: {clock}")
        if span[0] >= span[1]:
            raise _refused("hours_order", f"{days}: {clock}")
        for day in _days(days):
            if week[day] is not None:
                raise _refused("hours_twice", days)
            week[day] = Span(*span)
    return Hours(tuple(week))


def _days(value: object) -> range:
    first, dash, last = str(value).partition("-")
    last = last if dash else first
    if first not in _DAYS or last not in _DAYS:
        raise _refused("day", value)
    begin, end = _DAYS.index(first), _DAYS.index(last)
    if begin > end:
        raise _refused("day", value)
    return range(begin, end + 1)


def _quiet(value: object) -> tuple[int, int]:
    span = _span_of(value)
    if span is None or span[0] == span[1]:
        raise _refused("quiet", value)
    return span


def _money(value: object) -> Money:
    money = parse_money(value) if isinstance(value, str) else None
    if money is None:
        raise _refused("money", value)
    return money


def iso_date(value: object) -> date | None:
    """A date of this century written ``2026-12-24``; the other notations of ISO 8601 are not for people."""
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return day if day and 2000 <= day.year < 2100 and day.isoformat() == value else None


def _date(value: object) -> date:
    day = iso_date(value)
    if day is None:
        raise _refused("date", value)
    return day


def _schema(pattern: str, example: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": pattern, "examples": [example]})


_HOURS_SCHEMA = WithJsonSchema(
    {
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"pattern": "^(mon|tue|wed|thu|fri|sat|sun)(-(mon|tue|wed|thu|fri|sat|sun))?$"},
        "additionalProperties": {"type": "string", "pattern": "^\\d{2}:\\d{2}-\\d{2}:\\d{2}$"},
        "examples": [{"mon-fri": "10:00-19:00"}],
    }
)

Duration = Annotated[timedelta, BeforeValidator(_duration), _schema("^(\\d{1,4}h)? ?(\\d{1,4}m)?$", "4h")]
Seconds = Annotated[timedelta, BeforeValidator(_seconds), _schema("^\\d{1,5}s$", "60s")]
Share = Annotated[
    float, BeforeValidator(_share), WithJsonSchema({"anyOf": [{"type": "string", "pattern": "^\\d{1,3}%$"}, {"type": "number"}]})
]
WorkingHours = Annotated[Hours, BeforeValidator(_hours), _HOURS_SCHEMA]
Quiet = Annotated[tuple[int, int], BeforeValidator(_quiet), _schema("^\\d{2}:\\d{2}-\\d{2}:\\d{2}$", "20:00-09:30")]
Amount = Annotated[Money, BeforeValidator(_money), _schema("^\\d+(\\.\\d+)? [A-Z]{3}$", "500 USD")]
Day = Annotated[date, BeforeValidator(_date), _schema("^\\d{4}-\\d{2}-\\d{2}$", "2026-12-24")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
Texts = Annotated[
    dict[Language, Annotated[str, StringConstraints(min_length=1, max_length=4000)]],
    WithJsonSchema({"type": "object", "additionalProperties": {"type": "string"}}),
]
