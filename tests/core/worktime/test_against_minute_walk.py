"""Working time against the naive walk: the same questions, thousands of instants, clocks that jump in odd ways."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.worktime import Calendar, Hours, PublicHolidays, Span, Windows
from tests.core.worktime.minute_walk import HOLIDAYS, MINUTES, START, Office, OutOfYears, Walk, clock_changes

DAY = 24 * 60
SETTLED = settings(derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def hours(days: str, clock: str) -> tuple[tuple[int, int] | None, ...]:
    """A week from two short texts: ``12345__`` names the days, ``09:00-18:00`` the hours."""
    first, last = (int(text[:2]) * 60 + int(text[3:]) for text in clock.split("-"))
    return tuple((first, last) if day != "_" else None for day in days)


def days(*texts: str) -> frozenset[date]:
    return frozenset(map(date.fromisoformat, texts))


COMPANY = days("2025-11-28", "2026-11-27", "2026-12-24", "2027-11-26", "2027-12-24")
OFFICES = (
    Office("Europe/Moscow", hours("12345__", "10:00-19:00"), "RU"),
    Office("Europe/Moscow", hours("12345__", "12:00-21:00"), "RU", short_days=True),
    Office("Europe/Moscow", hours("1_3__6_", "00:00-07:30"), "RU", days("2026-01-09", "2027-02-14"), days("2027-02-20"), True),
    Office("America/New_York", hours("12345__", "09:00-18:00"), "US", closed=COMPANY),
    Office("America/New_York", hours("1234567", "01:15-03:00"), "US", days("2026-07-03"), COMPANY),
    Office("America/New_York", hours("______7", "02:15-02:45")),
    Office("Europe/Berlin", hours("12345__", "09:00-18:00"), "BE", closed=days("2026-12-24", "2026-12-31")),
    Office("Europe/Berlin", hours("1234567", "00:00-24:00"), "BE"),
    Office("Europe/Berlin", hours("1__4_67", "01:45-02:30"), "BE", days("2025-10-03")),
    Office("Australia/Lord_Howe", hours("12345_7", "01:45-09:10")),
    Office("Africa/Casablanca", hours("1234_67", "02:15-11:00")),
    Office("America/St_Johns", hours("12345_7", "00:30-09:00"), "US"),
    Office("Asia/Kathmandu", hours("12345_7", "09:15-18:45"), "RU", short_days=True),
    Office("America/Scoresbysund", hours("1234567", "22:30-24:00")),
    Office("Africa/Cairo", hours("1234_67", "00:20-23:40")),
    Office("America/Havana", hours("12345_7", "00:00-00:50")),
)
ZONES = sorted({office.zone for office in OFFICES})
durations = st.integers(1, 36 * 60).map(lambda minutes: minutes * 60) | st.integers(1, 5000)


def calendar_of(office: Office) -> Calendar:
    """The same office as the code under test knows it."""
    week = tuple(Span(*span) if span else None for span in office.week)
    country = {"BE": "DE", None: None}.get(office.country, office.country)
    if country is None:
        return Calendar(office.zone, Hours(week))
    names = {"Columbus Day", "Veterans Day"} if country == "US" else set()
    worked = frozenset(names | {day.isoformat() for day in office.worked})
    rules = PublicHolidays(country, "BE" if country == "DE" else None, worked, office.closed, office.short_days)
    return Calendar(office.zone, Hours(week), rules)


@cache
def three_years(office: Office) -> tuple[Walk, Windows]:
    return Walk(office), Windows(calendar_of(office))


@cache
def days_that_matter(office: Office) -> tuple[int, ...]:
    """Clock changes, days off and days changed by the office, as minutes since the start of 2025."""
    named = {*HOLIDAYS.get(office.country or "", ()), *office.worked, *office.closed, date(2025, 11, 1), date(2027, 2, 20)}
    minutes = (*clock_changes(office.zone), *((day - START.date()).days * DAY for day in sorted(named)))
    return tuple(minute for minute in minutes if 3 * DAY < minute < MINUTES - 3 * DAY)


@dataclass(frozen=True)
class Moment:
    """How an instant is chosen: near a place that matters, then moved to an opening or closing exactly, or beside it."""

    place: int
    beside: int
    moved: str
    seconds: int

    def near(self, places: tuple[int, ...], walk: Walk) -> int:
        at = (places[self.place % len(places)] + self.beside) * 60
        with suppress(OutOfYears):
            if self.moved:
                at = walk.opening(at) if self.moved == "opening" else walk.closing(at)
        return at + self.seconds

    def anywhere(self, walk: Walk) -> int:
        return self.near(tuple(range(2 * DAY, MINUTES - 3 * DAY, 6947)), walk)


moments = st.builds(
    Moment,
    st.integers(0, 10_000),
    st.integers(-DAY, 2 * DAY),
    st.sampled_from(("", "", "opening", "closing")),
    st.sampled_from((0, 0, 0, 0, -1, 1, 30, 59, -60, 60)),
)


def compare(office: Office, walk: Walk, found: Windows, start: int, end: int, seconds: int) -> int:
    """Asks both the same seven questions; gives how many could be compared."""
    at, until, duration = _instant(start), _instant(end), timedelta(seconds=seconds)
    questions: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
        "is_open": (lambda: walk.is_open(start), lambda: found.is_open(at)),
        "opening": (lambda: _instant(walk.opening(start)), lambda: found.opening(at)),
        "closing": (lambda: _instant(walk.closing(start)), lambda: found.closing(at)),
        "add": (lambda: _instant(walk.add(start, seconds)), lambda: found.add(at, duration)),
        "worked": (lambda: timedelta(seconds=walk.worked(start, end)), lambda: found.worked(at, until)),
        "last_working_before": (lambda: _instant(walk.last_working_before(start)), lambda: found.last_working_before(at)),
        "latest_start": (lambda: _instant(walk.latest_start(start, seconds)), lambda: found.latest_start(at, duration)),
    }
    compared = 0
    for name, (expected, answered) in questions.items():
        try:
            right = expected()
        except OutOfYears:
            continue
        assert answered() == right, (name, office, at, until, duration)
        compared += 1
    return compared


def _instant(seconds: int) -> datetime:
    return (START + timedelta(seconds=seconds)).astimezone(UTC)


def test_the_walk_agrees_over_three_years(capsys: pytest.CaptureFixture[str]) -> None:
    """Every answer about working time is the one a minute-by-minute count gives, from 2025 to 2027."""
    compared: list[int] = []

    @settings(SETTLED, max_examples=2200)
    @given(moments, st.booleans(), st.sampled_from(OFFICES), durations, st.integers(-DAY * 60, DAY * 60 * 40))
    def check(moment: Moment, anywhere: bool, office: Office, seconds: int, apart: int) -> None:
        walk, found = three_years(office)
        start = moment.anywhere(walk) if anywhere else moment.near(days_that_matter(office), walk)
        compared.append(compare(office, walk, found, start, start + apart, seconds))

    check()
    _tell(capsys, compared, 2200)


def test_the_walk_agrees_where_clocks_jump(capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever the hours, a clock change inside them moves wall time and never the count of worked minutes."""
    compared: list[int] = []
    spans = st.lists(st.integers(0, 5 * 60), min_size=2, max_size=2, unique=True).map(sorted)

    @settings(SETTLED, max_examples=400)
    @given(moments, st.sampled_from(ZONES), spans, st.integers(1, 9 * 60 * 60), st.integers(0, 2 * DAY * 60))
    def check(moment: Moment, zone: str, span: list[int], seconds: int, apart: int) -> None:
        office = Office(zone, ((span[0], span[1]),) * 7)
        changes = clock_changes(zone) or (200 * DAY,)
        change = changes[moment.place % len(changes)]
        walk = Walk(office, change - 4 * DAY, change + 5 * DAY)
        start = moment.near((change,), walk)
        compared.append(compare(office, walk, Windows(calendar_of(office)), start, start + apart, seconds))

    check()
    _tell(capsys, compared, 400)


def _tell(capsys: pytest.CaptureFixture[str], compared: list[int], at_least: int) -> None:
    with capsys.disabled():
        sys.stdout.write(f"\nworking time against the walk: {len(compared)} cases, {sum(compared)} answers compared\n")
    assert len(compared) >= at_least
    assert sum(compared) > 6 * len(compared)
