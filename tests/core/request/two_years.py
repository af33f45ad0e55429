"""What must happen before a creator's deadline, said a second time: whole hours of UTC, counted one by one.

Nothing here comes from the code under test. All hours of the shipped brand begin and end on a full hour of UTC, and so do
all openings and deadlines asked about here: working time is a list of the hours somebody works.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from tests.core.worktime.minute_walk import Office, Span

HOUR = timedelta(hours=1)
_BEGIN, _END = datetime(2025, 12, 1, tzinfo=UTC), datetime(2028, 2, 1, tzinfo=UTC)
INSTANTS = [_BEGIN + number * HOUR for number in range((_END - _BEGIN) // HOUR)]
NUMBER = {instant: number for number, instant in enumerate(INSTANTS)}
FIRST, LAST = NUMBER[datetime(2026, 1, 1, tzinfo=UTC)], NUMBER[datetime(2027, 12, 31, 23, tzinfo=UTC)]

# By hand from the file: New Year 2028, and the company's own days off.
_JANUARY_2028 = frozenset(date(2028, 1, day) for day in range(1, 9))
_COMPANY = frozenset({date(2026, 11, 27), date(2026, 12, 24), date(2027, 11, 26), date(2027, 12, 24), date(2028, 1, 17)})


def _week(first: int, last: int) -> tuple[Span | None, ...]:
    return (*[(first * 60, last * 60)] * 5, None, None)


@dataclass(frozen=True)
class Place:
    """An office and its market's quiet hours, in minutes after midnight."""

    office: Office
    quiet: tuple[int, int]

    def marks(self, instant: datetime) -> tuple[bool, bool]:
        """Whether they work in the hour that begins, and whether one may write to them at its beginning."""
        local = instant.astimezone(ZoneInfo(self.office.zone))
        span, minute = self.office.span(local.date()), local.hour * 60 + local.minute
        works = span is not None and span[0] <= minute < span[1]
        return works, works or (span is not None and self.quiet[1] <= minute < self.quiet[0])


_MOSCOW_QUIET = (20 * 60, 9 * 60 + 30)
MOSCOW = Place(Office("Europe/Moscow", _week(10, 19), "RU", closed=_JANUARY_2028), _MOSCOW_QUIET)
KATYA = Place(Office("Europe/Moscow", _week(12, 21), "RU", closed=_JANUARY_2028), _MOSCOW_QUIET)
NEW_YORK = Place(Office("America/New_York", _week(9, 18), "US", closed=_COMPANY), (19 * 60, 8 * 60 + 30))
PLACES = {
    **dict.fromkeys(("marina", "pavel", "anna", "oleg", "irina", "sveta"), MOSCOW),
    **dict.fromkeys(("jordan", "priya", "sam"), NEW_YORK),
    "katya": KATYA,
}


class Hours:
    """The hours somebody works, and those at whose beginning one may write to them."""

    def __init__(self, place: Place) -> None:
        marks = [place.marks(instant) for instant in INSTANTS]
        self.polite = [may for _, may in marks]
        self._worked = [number for number, (works, _) in enumerate(marks) if works]
        self._before = [0]
        for works, _ in marks:
            self._before.append(self._before[-1] + works)

    def between(self, start: int, end: int) -> int:
        """How many hours they work from one to the other."""
        return self._before[end] - self._before[start]

    def last_end(self, end: int) -> int:
        """When the last hour they work before ``end`` is over: the rules' O."""
        return self._worked[self._before[end] - 1] + 1

    def latest_start(self, end: int, hours: int) -> int:
        """When the last so many hours they work before ``end`` begin: the rules' H."""
        return self._worked[self._before[end] - hours]

    def add(self, start: int, hours: int) -> int:
        """When so many hours they work are over."""
        return self._worked[self._before[start] + hours - 1] + 1


@cache
def hours_at(place: Place) -> Hours:
    return Hours(place)


@cache
def hours_of(person: str) -> Hours:
    return hours_at(PLACES[person])


# What an hour's class looks back to and ahead to, in hours: past the longest deadline by two days.
_BEFORE, _AFTER = 24, 120


@cache
def first_of_their_class() -> frozenset[int]:
    """The hours of the two years that are the first of their class.

    Two hours are of one class when they are the same hour of the same weekday, in both zones, and when from a day before
    to five days after them everybody works the same hours and may be written to at the same hours: the same holidays,
    days off, week-ends and clock changes at the same distance. Nothing else about them can matter to an opening.
    """
    hours, zone = [hours_at(place) for place in (MOSCOW, KATYA, NEW_YORK)], ZoneInfo(NEW_YORK.office.zone)
    # A byte for each hour: whether each of them works, and whether one may write to them.
    marks = bytes(
        sum((one.between(number, number + 1) + 2 * one.polite[number]) << 2 * place for place, one in enumerate(hours))
        for number in range(len(INSTANTS))
    )
    seen: dict[Hashable, int] = {}
    for number in range(FIRST, LAST + 1):
        at, around = INSTANTS[number], marks[number - _BEFORE : number + _AFTER]
        seen.setdefault((at.weekday(), at.hour, at.astimezone(zone).utcoffset(), around), number)
    return frozenset(seen.values())


@dataclass(frozen=True)
class Limits:
    """What forbids a hand-over: never, always, or in the week the request is opened in."""

    always: bool = False
    this_week: bool = False


@dataclass(frozen=True)
class Situation:
    """Who asks, who may decide locally (nobody: the ``gap`` has it), and what forbids that."""

    market: str
    zone: str
    requester: str
    local: str | None
    gap: str = "katya"
    limits: Limits = Limits()


@dataclass(frozen=True)
class Expected:
    """Everything as the number of an hour; ``None`` never happens."""

    chance: int
    handed: int | None
    to: str | None
    at_risk: int | None
    last_call: int | None


OWNER, OWNERS_TIME, LOCAL_TIME, LAST_CALL = "anna", 4, 2, 1


def expected(situation: Situation, opened: int, needed_by: int) -> Expected:
    """Rules 14 to 17 for a step of four hours whose owner never answers."""
    owner, local = hours_of(OWNER), situation.local and hours_of(situation.local)
    chance = moment = owner.last_end(needed_by)
    if local and local.between(opened, needed_by):
        moment = min(chance, local.latest_start(needed_by, LOCAL_TIME))
    attempts = sorted({max(opened, moment), max(opened, chance)})
    handed = next((at for at in attempts if at < needed_by and not _forbidden(situation, opened, at)), None)
    somebody = handed is not None and local and local.between(handed, needed_by)
    to = None if handed is None else situation.local if somebody else situation.gap
    at_risk = None if somebody else handed if handed is not None else attempts[-1]
    nobody = not (local and local.between(opened, needed_by))
    if (nobody or _forbidden(situation, opened, opened)) and owner.add(opened, OWNERS_TIME) > needed_by:
        at_risk = opened
    call = owner.latest_start(chance, LAST_CALL)
    return Expected(chance, handed, to, at_risk, call if call > opened else None)


def _forbidden(situation: Situation, opened: int, at: int) -> bool:
    limits = situation.limits
    return limits.always or (limits.this_week and _monday(situation.zone, opened) == _monday(situation.zone, at))


@cache
def _monday(zone: str, number: int) -> date:
    day = INSTANTS[number].astimezone(ZoneInfo(zone)).date()
    return day - timedelta(days=day.weekday())


def quarters() -> Iterator[tuple[str, range]]:
    """The two years in eight parts, with a name for each."""
    starts = [NUMBER[datetime(year, month, 1, tzinfo=UTC)] for year in (2026, 2027) for month in (1, 4, 7, 10)]
    for number, (first, end) in enumerate(zip(starts, [*starts[1:], LAST + 1], strict=True)):
        yield f"{2026 + number // 4}-Q{number % 4 + 1}", range(first, end)
