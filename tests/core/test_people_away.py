"""Working time around absences, against counting quarters of an hour one by one."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.people import Absence, Team
from tests.core.request.brands import brand_a
from tests.core.request.desk import z

QUARTER = timedelta(minutes=15)
BEGIN, DAYS = z("2026-12-20T00:00Z"), 24  # two New Years' worth of days off, in both calendars
FIRST = date(2026, 12, 20)

people = st.sampled_from(["oleg", "katya", "priya"])
instants = st.integers(0, DAYS * 96).map(lambda quarter: BEGIN + quarter * QUARTER)


@st.composite
def teams(draw: st.DrawFn) -> tuple[Team, str]:
    """Somebody with up to two absences that do not overlap."""
    person = draw(people)
    days = sorted(draw(st.lists(st.integers(0, DAYS), min_size=0, max_size=4, unique=True)))
    absences = tuple(
        Absence(person, FIRST + timedelta(first), FIRST + timedelta(last))
        for first, last in zip(days[::2], days[1::2], strict=False)
    )
    return Team(brand_a(), absences=absences), person


def counted(team: Team, person: str, start: datetime, end: datetime) -> timedelta:
    quarters = max(0, (end - start) // QUARTER)
    return sum((QUARTER for number in range(quarters) if team.is_working(person, start + number * QUARTER)), timedelta(0))


@given(teams(), instants, instants)
@settings(max_examples=100)
def test_working_time_leaves_absences_out(given_team: tuple[Team, str], start: datetime, end: datetime) -> None:
    """What is counted is exactly what is worked."""
    team, person = given_team
    assert team.worked(person, start, end) == counted(team, person, start, end)


@given(teams(), instants)
@settings(max_examples=100)
def test_the_last_working_instant_is_the_end_of_the_last_worked_quarter(given_team: tuple[Team, str], at: datetime) -> None:
    """Nothing is worked between it and the instant asked for, and the quarter before it is."""
    team, person = given_team
    last = team.last_working_before(person, at)
    assert last <= at
    assert counted(team, person, max(last, BEGIN), at) == timedelta(0)
    assert team.is_working(person, last - QUARTER)


@given(teams(), instants, st.integers(1, 60))
@settings(max_examples=100)
def test_the_latest_start_leaves_exactly_the_time_asked_for(given_team: tuple[Team, str], end: datetime, quarters: int) -> None:
    """From it the time fits; a quarter later it does not any more."""
    team, person = given_team
    start = team.latest_start(person, end, quarters * QUARTER)
    assert team.worked(person, start, end) == quarters * QUARTER
    assert team.worked(person, start + QUARTER, end) < quarters * QUARTER


@given(teams(), instants)
@settings(max_examples=100)
def test_the_opening_is_the_first_worked_instant(given_team: tuple[Team, str], at: datetime) -> None:
    """Nothing is worked before it, and it is worked."""
    team, person = given_team
    opening = team.opening(person, at)
    assert team.is_working(person, opening)
    assert counted(team, person, at, opening) == timedelta(0)
