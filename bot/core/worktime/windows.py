"""Working time as instants: precomputed windows and exact arithmetic over them. Everything inside is UTC microseconds."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate
from threading import RLock
from zoneinfo import ZoneInfo

from bot.core.worktime.calendar import Calendar

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_FIRST_YEAR, _LAST_YEAR = 1990, 2100
LAST_YEAR = _LAST_YEAR - 1  # the last one in which a question may lie
_NO_ZONE = "an instant has a time zone"
_NOT_POSITIVE = "a duration of working time is positive"


class NoWorkingTime(Exception):
    """The question leaves the years we know, 1991 to 2099, or no working time is left in them."""


class Windows:
    """The working windows of one calendar, grown year by year as questions reach out.

    One question at a time: the writer's thread and the event loop share the windows, and growing moves indices.
    """

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._zone = ZoneInfo(calendar.timezone)
        self._opens: list[int] = []
        self._closes: list[int] = []
        self._worked: list[int] = []  # working time from the first window up to the end of each
        self._first = self._last = 0
        self._lock = RLock()

    def is_open(self, at: datetime) -> bool:
        """Whether the person works at that instant; closing itself counts as closed."""
        with self._lock:
            instant = self._reach(at)
            index = bisect_right(self._opens, instant) - 1
            return index >= 0 and instant < self._closes[index]

    def is_working_day(self, at: datetime) -> bool:
        """Whether the local day of that instant has working hours at all."""
        if at.tzinfo is None:
            raise ValueError(_NO_ZONE)
        return self._calendar.span(at.astimezone(self._zone).date()) is not None

    def opening(self, at: datetime) -> datetime:
        """The first working instant from ``at`` on: ``at`` itself when open."""
        with self._lock:
            instant = self._reach(at)
            index = self._at_or_after(instant)
            return _datetime(max(instant, self._opens[index]))

    def closing(self, at: datetime) -> datetime:
        """The end of the window that is open at ``at``, or of the next one."""
        with self._lock:
            return _datetime(self._closes[self._at_or_after(self._reach(at))])

    def add(self, start: datetime, duration: timedelta) -> datetime:
        """The instant at which ``duration`` of working time has passed since ``start``.

        A deadline that falls exactly on closing is that instant, not the next opening.
        """
        if duration <= timedelta(0):
            raise ValueError(_NOT_POSITIVE)
        with self._lock:
            instant = self._reach(start)
            target = self._worked_until(instant) + duration // _MICROSECOND
            while not self._worked or self._worked[-1] < target:
                self._grow_forward()
            index = bisect_left(self._worked, target)
            return _datetime(self._closes[index] - (self._worked[index] - target))

    def worked(self, start: datetime, end: datetime) -> timedelta:
        """Working time between two instants; zero when ``end`` is not later."""
        with self._lock:
            first, last = self._reach(start), self._reach(end)
            return max(0, self._worked_until(last) - self._worked_until(first)) * _MICROSECOND

    def last_working_before(self, at: datetime) -> datetime:
        """The supremum of the working instants before ``at``: a closing, or ``at`` itself inside a window."""
        with self._lock:
            instant = self._reach(at)
            while not self._opens or self._opens[0] >= instant:
                self._grow_backward()
            index = bisect_left(self._opens, instant) - 1
            return _datetime(min(instant, self._closes[index]))

    def latest_start(self, end: datetime, duration: timedelta) -> datetime:
        """The latest instant from which ``duration`` of working time still fits before ``end``."""
        if duration <= timedelta(0):
            raise ValueError(_NOT_POSITIVE)
        with self._lock:
            instant = self._reach(end)
            target = self._worked_until(instant) - duration // _MICROSECOND
            while target <= 0:
                grown = self._grow_backward()
                target += grown
            index = bisect_right(self._worked, target)
            return _datetime(self._opens[index] + target - (self._worked[index - 1] if index else 0))

    def _worked_until(self, instant: int) -> int:
        index = bisect_right(self._opens, instant) - 1
        if index < 0:
            return 0
        return self._worked[index] - max(0, self._closes[index] - instant)

    def _at_or_after(self, instant: int) -> int:
        """The index of the first window that ends after ``instant``."""
        while not self._closes or self._closes[-1] <= instant:
            self._grow_forward()
        return bisect_right(self._closes, instant)

    def _reach(self, at: datetime) -> int:
        """The instant as microseconds, with the windows of its year, the one before and the one after at hand."""
        if at.tzinfo is None:
            raise ValueError(_NO_ZONE)
        if not self._first < at.year < self._last:
            self._grow_around(at.year)
        return (at - _EPOCH) // _MICROSECOND

    def _grow_around(self, year: int) -> None:
        if not _FIRST_YEAR < year < _LAST_YEAR:
            # Before anything grows: these windows are shared, and one stray year would stretch them over millennia.
            raise NoWorkingTime(str(year))
        if not self._first:
            self._first, self._last = year, year - 1
        while self._first > year - 1:
            self._grow_backward()
        while self._last < year + 1:
            self._grow_forward()

    def _grow_forward(self) -> None:
        if self._last >= _LAST_YEAR:
            raise NoWorkingTime(f"after {self._last}")
        opens, closes = self._year(self._last + 1)
        self._last += 1
        self._lay(self._opens + opens, self._closes + closes)

    def _grow_backward(self) -> int:
        """Adds the year before; gives the working time it has."""
        if self._first <= _FIRST_YEAR:
            raise NoWorkingTime(f"before {self._first}")
        opens, closes = self._year(self._first - 1)
        self._first -= 1
        self._lay(opens + self._opens, closes + self._closes)
        return sum(closes) - sum(opens)

    def _lay(self, opens: list[int], closes: list[int]) -> None:
        self._opens, self._closes = opens, closes
        self._worked = list(accumulate(end - begin for begin, end in zip(opens, closes, strict=True)))

    def _year(self, year: int) -> tuple[list[int], list[int]]:
        opens, closes = [], []
        day = date(year, 1, 1)
        while day.year == year:
            if span := self._calendar.span(day):
                begin, end = self._instant(day, span.opens), self._instant(day, span.closes)
                if begin < end:
                    opens.append(begin)
                    closes.append(end)
            day += timedelta(days=1)
        return opens, closes

    def _instant(self, day: date, minutes: int) -> int:
        """The first instant of the local day at which its clock shows that time or a later one."""
        wall = datetime.combine(day, time()) + timedelta(minutes=minutes)
        local = wall.replace(tzinfo=self._zone)
        instant = local.astimezone(UTC)
        if instant.astimezone(self._zone).replace(tzinfo=None) != wall:
            # The clock jumps over this time: the jump itself is the first instant that shows a later one.
            instant = self._jump(local)
        return (instant - _EPOCH) // _MICROSECOND

    def _jump(self, skipped: datetime) -> datetime:
        early = skipped.replace(fold=1).astimezone(UTC)
        late = skipped.astimezone(UTC)
        before = early.astimezone(self._zone).utcoffset()
        while late - early > _MICROSECOND:
            middle = early + (late - early) // 2
            if middle.astimezone(self._zone).utcoffset() == before:
                early = middle
            else:
                late = middle
        return late


@lru_cache(maxsize=4096)
def windows(calendar: Calendar) -> Windows:
    """The windows of a calendar, computed once for each different calendar."""
    return Windows(calendar)


def _datetime(microseconds: int) -> datetime:
    return _EPOCH + microseconds * _MICROSECOND
