"""A naive reference for working time: it looks at the local clock in every minute of three years and counts.

Nothing here comes from the code under test or from the package ``holidays``: the days off are written down by hand from
the decrees and laws. All positions are whole seconds since the start of 2025 in UTC.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

Span = tuple[int, int]
START = datetime(2025, 1, 1, tzinfo=UTC)
MINUTES = (datetime(2027, 12, 31, 12, tzinfo=UTC) - START) // timedelta(minutes=1)
_DAY = 24 * 60
_FIRST_DAY = START.date().toordinal()


class OutOfYears(Exception):
    """The answer lies outside the years whose days off are known here."""


def _days(year: int, *days: str) -> Iterable[date]:
    return (date(year, int(text[3:]), int(text[:2])) for text in days)


_RU_EVERY_YEAR = [f"{day:02}.01" for day in range(1, 9)] + ["23.02", "08.03", "01.05", "09.05", "12.06", "04.11"]
_BE_EVERY_YEAR = ["01.01", "08.03", "01.05", "03.10", "25.12", "26.12"]
_US_EVERY_YEAR = ["01.01", "19.06", "04.07", "25.12"]

HOLIDAYS: dict[str, frozenset[date]] = {
    # Labour Code, article 112, with the government's moved days of each year.
    "RU": frozenset(
        [
            *_days(2025, *_RU_EVERY_YEAR, "02.05", "08.05", "13.06", "03.11", "31.12"),
            *_days(2026, *_RU_EVERY_YEAR, "09.01", "09.03", "11.05", "31.12"),
            *_days(2027, *_RU_EVERY_YEAR, "22.02", "03.05", "10.05", "14.06", "05.11", "31.12"),
        ]
    ),
    # A company's calendar: the federal days without Columbus Day and Veterans Day, with the days they are observed on.
    "US": frozenset(
        [
            *_days(2025, *_US_EVERY_YEAR, "20.01", "17.02", "26.05", "01.09", "27.11"),
            *_days(2026, *_US_EVERY_YEAR, "19.01", "16.02", "25.05", "03.07", "07.09", "26.11"),
            *_days(2027, *_US_EVERY_YEAR, "18.01", "15.02", "31.05", "18.06", "05.07", "06.09", "25.11", "24.12", "31.12"),
        ]
    ),
    # Berlin: 8 May was a holiday in 2025 only; then Good Friday, Easter Monday, Ascension, Whit Monday.
    "BE": frozenset(
        [
            *_days(2025, *_BE_EVERY_YEAR, "08.05", "18.04", "21.04", "29.05", "09.06"),
            *_days(2026, *_BE_EVERY_YEAR, "03.04", "06.04", "14.05", "25.05"),
            *_days(2027, *_BE_EVERY_YEAR, "26.03", "29.03", "06.05", "17.05"),
        ]
    ),
}
WORKING_SATURDAYS = {"RU": frozenset([date(2025, 11, 1), date(2027, 2, 20)])}
# Labour Code, article 95: the working day before a public holiday. In brackets of their own: eves on a Saturday or Sunday,
# which only matter to somebody whose own week has that day.
SHORT_DAYS = {
    "RU": frozenset(
        [
            *(*_days(2025, "07.03", "30.04", "11.06", "01.11"), *_days(2025, "22.02")),
            *(*_days(2026, "30.04", "08.05", "11.06", "03.11"), *_days(2026, "22.02", "07.03")),
            *(*_days(2027, "20.02", "30.04", "11.06", "03.11"), *_days(2027, "07.03", "08.05")),
        ]
    )
}


@dataclass(frozen=True)
class Office:
    """Where and when one person works; spans are minutes after local midnight, Monday first."""

    zone: str
    week: tuple[Span | None, ...]
    country: str | None = None
    worked: frozenset[date] = frozenset()
    closed: frozenset[date] = frozenset()
    short_days: bool = False

    def span(self, day: date) -> Span | None:
        country = self.country or ""
        hours = self.week[day.weekday()]
        works_after_all = day in WORKING_SATURDAYS.get(country, ()) or (hours is None and day in self.worked)
        if works_after_all and hours is None:
            hours = next(filter(None, (self.week[(day.weekday() - back) % 7] for back in range(7))))
        elif not works_after_all and day in HOLIDAYS.get(country, ()) and day not in self.worked:
            hours = None
        if hours is None or day in self.closed:
            return None
        an_hour_less = 60 if self.short_days and day in SHORT_DAYS.get(country, ()) else 0
        return hours[0], max(hours[0] + 1, hours[1] - an_hour_less)


@cache
def shown(zone: str) -> array[int]:
    """What the local clock shows at each minute of UTC, itself in minutes since the start of 2025."""
    clock = array("i")
    offsets = [_offset(zone, minute) for minute in range(0, MINUTES + 60, 60)]
    for hour, (before, after) in enumerate(pairwise(offsets)):
        if before == after:
            clock.extend(range(hour * 60 + before, hour * 60 + before + 60))
        else:
            clock.extend(minute + _offset(zone, minute) for minute in range(hour * 60, hour * 60 + 60))
    return clock


def _offset(zone: str, minute: int) -> int:
    local = (START + timedelta(minutes=minute)).astimezone(ZoneInfo(zone))
    return (local.utcoffset() or timedelta()) // timedelta(minutes=1)


@cache
def clock_changes(zone: str) -> tuple[int, ...]:
    """The minutes of UTC at which the local clock jumps."""
    hours = (hour for hour in range(60, MINUTES, 60) if _offset(zone, hour - 60) != _offset(zone, hour))
    return tuple(next(m for m in range(hour - 59, hour + 1) if _offset(zone, m - 1) != _offset(zone, m)) for hour in hours)


class Walk:
    """Every minute of a stretch of time, marked with whether the office is open in it."""

    def __init__(self, office: Office, first: int = 0, last: int = MINUTES) -> None:
        # Walked from two days earlier, so that a day already open when the stretch begins is seen from its start.
        self._begin, self._end = first * 60, last * 60
        self._open = _walked(office, max(0, first - 2 * _DAY), last)

    def is_open(self, at: int) -> bool:
        return self._mark(at) != 0

    def opening(self, at: int) -> int:
        if self.is_open(at):
            return at
        return self._known(min(self._next(1, at), self._next(2, at)))

    def closing(self, at: int) -> int:
        # The days of the week are marked 1 and 2 in turn: two offices' days that touch stay two windows.
        opening = self.opening(at)
        others = {0, 1, 2} - {self._mark(opening)}
        return self._known(min(self._next(mark, opening) for mark in others))

    def worked(self, start: int, end: int) -> int:
        if end <= start:
            return 0
        first, last = self._known(start) // 60, self._known(end) // 60
        whole = (last - first - self._open.count(0, first, last)) * 60
        return whole - (start % 60 if self._open[first] else 0) + (end % 60 if self._open[last] else 0)

    def last_working_before(self, at: int) -> int:
        if at % 60 and self.is_open(at):
            return at
        minutes = self._known(at) // 60
        return self._known((max(self._open.rfind(1, 0, minutes), self._open.rfind(2, 0, minutes)) + 1) * 60)

    def add(self, start: int, seconds: int) -> int:
        at, left = start, seconds
        while left:
            at = self.opening(at)
            step = min(left, 60 - at % 60)
            at, left = at + step, left - step
        return self._known(at)

    def latest_start(self, end: int, seconds: int) -> int:
        at, left = end, seconds
        while left:
            at = self.last_working_before(at)
            step = min(left, at % 60 or 60)
            at, left = at - step, left - step
        return self._known(at)

    def _mark(self, at: int) -> int:
        return self._open[self._known(at) // 60]

    def _next(self, mark: int, at: int) -> int:
        found = self._open.find(mark, at // 60)
        return found * 60 if found >= 0 else self._end

    def _known(self, at: int) -> int:
        if not self._begin < at < self._end:
            raise OutOfYears
        return at


def _walked(office: Office, first: int, last: int) -> bytearray:
    marks = bytearray(MINUTES)
    today, span, opened, closed = -1, None, False, False
    for minute, wall in enumerate(shown(office.zone)[first:last], first):
        day = wall // _DAY
        if day != today:
            today, span, opened, closed = day, office.span(date.fromordinal(_FIRST_DAY + day)), False, False
        if span is None or closed:
            continue
        now = wall - day * _DAY
        opened = opened or now >= span[0]
        closed = now >= span[1]
        if opened and not closed:
            marks[minute] = 1 + day % 2
    return marks
