"""Working time as instants: the edges of the rules, what is refused, and that answers are shared safely."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier

import pytest

from bot.core.worktime import Calendar, NoWorkingTime, PublicHolidays, Windows, windows
from tests.core.worktime.offices import MOSCOW, MOSCOW_SHORT, NEW_YORK, OFFICE_DAYS, weekly


def moscow(text: str) -> datetime:
    """An instant by the clock in Moscow, which is three hours ahead of UTC all year."""
    return datetime.fromisoformat(f"{text}+03:00")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+00:00")


def test_opening_at_closing_counts_as_closed() -> None:
    """A step that opens exactly at closing starts its clock at the next opening (rule 2)."""
    friday, monday = moscow("2026-11-20T19:00"), moscow("2026-11-23T10:00")
    work = Windows(MOSCOW)
    assert not work.is_open(friday)
    assert work.opening(friday) == monday
    assert work.add(friday, timedelta(hours=1)) == monday + timedelta(hours=1)
    assert work.closing(friday) == moscow("2026-11-23T19:00")


def test_a_deadline_on_closing_is_that_instant() -> None:
    """A deadline that falls exactly on closing stays there and does not slip to the next opening (rule 3)."""
    work = Windows(MOSCOW)
    assert work.add(moscow("2026-11-20T17:00"), timedelta(hours=2)) == moscow("2026-11-20T19:00")
    assert work.add(moscow("2026-11-20T10:00"), timedelta(hours=18)) == moscow("2026-11-23T19:00")


def test_the_last_moment_before_an_opening_is_the_closing() -> None:
    """Before an opening, and before any moment outside the hours, the last working instant is the closing before it."""
    work, closing = Windows(MOSCOW), moscow("2026-11-20T19:00")
    for text in ("2026-11-23T10:00", "2026-11-21T12:00", "2026-11-20T19:00"):
        assert work.last_working_before(moscow(text)) == closing
    assert work.last_working_before(moscow("2026-11-20T12:00")) == moscow("2026-11-20T12:00")


def test_the_latest_start_is_an_opening_rather_than_a_closing() -> None:
    """When the time fits exactly a whole day, the latest start is that day's opening, not the closing before it."""
    work = Windows(MOSCOW)
    assert work.latest_start(moscow("2026-11-23T19:00"), timedelta(hours=9)) == moscow("2026-11-23T10:00")
    assert work.latest_start(moscow("2026-11-23T10:00"), timedelta(hours=2)) == moscow("2026-11-20T17:00")


def test_clock_changes_move_wall_time_only() -> None:
    """New York's hours follow its own clock, and the hour lost or gained at night is never counted (rule 4)."""
    work = Windows(NEW_YORK)
    assert work.opening(utc("2026-03-06T23:30")) == utc("2026-03-09T13:00")  # standard time ended on 8 March
    assert work.opening(utc("2026-10-30T23:30")) == utc("2026-11-02T14:00")
    assert work.worked(utc("2026-03-06T14:00"), utc("2026-03-09T22:00")) == timedelta(hours=18)


def test_is_working_day_uses_the_local_date() -> None:
    """Whether a day is worked is asked of the local date, not of the date in UTC."""
    work = Windows(MOSCOW)
    assert work.is_working_day(utc("2026-11-22T21:30"))  # Monday in Moscow
    assert not work.is_working_day(utc("2026-11-20T21:30"))  # Saturday in Moscow


AT = utc("2026-11-20T12:00")
HOUR = timedelta(hours=1)
QUESTIONS: dict[str, Callable[[Windows, datetime], object]] = {
    "is_open": lambda work, at: work.is_open(at),
    "is_working_day": lambda work, at: work.is_working_day(at),
    "opening": lambda work, at: work.opening(at),
    "closing": lambda work, at: work.closing(at),
    "add": lambda work, at: work.add(at, HOUR),
    "worked from": lambda work, at: work.worked(at, AT),
    "worked to": lambda work, at: work.worked(AT, at),
    "last_working_before": lambda work, at: work.last_working_before(at),
    "latest_start": lambda work, at: work.latest_start(at, HOUR),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_naive_instants_are_refused(question: str) -> None:
    """An instant without a time zone is refused by every question, never guessed."""
    with pytest.raises(ValueError, match="time zone"):
        QUESTIONS[question](Windows(MOSCOW), datetime(2026, 11, 20, 12))


@pytest.mark.parametrize("duration", [timedelta(0), -HOUR])
def test_a_duration_is_positive(duration: timedelta) -> None:
    """No time at all, or less, is not a duration of working time in either direction."""
    for ask in (Windows(MOSCOW).add, Windows(MOSCOW).latest_start):
        with pytest.raises(ValueError, match="positive"):
            ask(AT, duration)


def test_no_working_time_left() -> None:
    """Working time that would end after the known years, or start before them, is said not to exist."""
    work = Windows(MOSCOW)
    with pytest.raises(NoWorkingTime):
        work.add(AT, timedelta(days=365 * 40))
    with pytest.raises(NoWorkingTime):
        work.latest_start(AT, timedelta(days=365 * 40))
    assert work.add(AT, HOUR) == AT + HOUR


@pytest.mark.parametrize("year", [1, 1800, 2100, 5000, 9998])
def test_a_stray_year_leaves_the_windows_as_they_were(year: int) -> None:
    """An instant outside the known years is refused at once and does not stretch the shared windows towards it."""
    work = Windows(MOSCOW)
    with pytest.raises(NoWorkingTime):
        work.is_open(datetime(year, 5, 5, tzinfo=UTC))
    assert (work._first, work._last, len(work._opens)) == (0, 0, 0)
    assert work.opening(AT) == AT


def test_a_year_without_any_work_is_stepped_over() -> None:
    """Somebody who was away for years has their last working instant before that time, and the next one after it."""
    away = frozenset(date(2023, 1, 1) + timedelta(days=number) for number in range(4 * 365 + 1))
    work = Windows(Calendar("Europe/Moscow", OFFICE_DAYS, PublicHolidays("RU", closed=away)))
    at = utc("2025-06-02T12:00")
    assert work.last_working_before(at) == moscow("2022-12-30T18:00")
    assert work.opening(at) == moscow("2027-01-11T09:00")
    assert work.add(at, HOUR) == moscow("2027-01-11T10:00")
    assert work.latest_start(at, HOUR) == moscow("2022-12-30T17:00")


def test_two_threads_grow_the_same_windows() -> None:
    """Two threads that reach backward and forward at once get the answers each would get alone."""
    years = range(2000, 2050)
    alone = {year: Windows(NEW_YORK).opening(datetime(year, 3, 5, 12, tzinfo=UTC)) for year in years}
    for _ in range(5):
        work, start = Windows(NEW_YORK), Barrier(2)

        def ask(order: list[int], work: Windows = work, start: Barrier = start) -> dict[int, datetime]:
            start.wait()
            return {year: work.opening(datetime(year, 3, 5, 12, tzinfo=UTC)) for year in order}

        with ThreadPoolExecutor(2) as pool:
            found = [pool.submit(ask, order) for order in (list(years)[25:], list(years)[24::-1])]
        assert found[0].result() | found[1].result() == alone


def test_windows_are_computed_once() -> None:
    """Equal calendars share one set of windows; different ones never do."""
    again = Calendar("Europe/Moscow", weekly("12345__", 10, 19), PublicHolidays("RU"))
    assert windows(MOSCOW) is windows(again)
    assert windows(MOSCOW) is not windows(MOSCOW_SHORT)


def test_seven_hours_on_most_days() -> None:
    """Noon comes to New York seven hours after Moscow on 238 days of a year and eight hours after on 127."""
    noon = weekly("1234567", 12, 13)
    here, there = (windows(Calendar(zone, noon)) for zone in ("Europe/Moscow", "America/New_York"))
    moments = [here.opening(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=number)) for number in range(365)]
    apart = Counter(there.opening(moment) - moment for moment in moments)
    assert apart == {timedelta(hours=7): 238, timedelta(hours=8): 127}
