"""Which days are worked and how long: the published facts of three countries, and a company's own changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from bot.core.worktime import Calendar, Hours, PublicHolidays, Span
from tests.core.worktime.offices import BERLIN, MOSCOW, MOSCOW_SHORT, NEW_YORK, OFFICE_DAYS, RUSSIA, dates


def days_of(year: int) -> Iterator[date]:
    return (date(year, 1, 1) + timedelta(days=number) for number in range(366 if year % 4 == 0 else 365))


def working_days(calendar: Calendar, year: int) -> set[date]:
    return {day for day in days_of(year) if calendar.span(day)}


@pytest.mark.parametrize(
    ("calendar", "year", "count"),
    [
        *((MOSCOW, year, 247) for year in (2025, 2026, 2027)),
        *((NEW_YORK, year, 250) for year in (2026, 2027)),
        (BERLIN, 2025, 251),
        (BERLIN, 2026, 254),
        (BERLIN, 2027, 255),
    ],
)
def test_working_days_of_a_year(calendar: Calendar, year: int, count: int) -> None:
    """A year has as many working days as the country's decrees and laws say."""
    assert len(working_days(calendar, year)) == count


@pytest.mark.parametrize(("year", "two", "three"), [(2026, 237, 234), (2027, 237, 233)])
def test_days_worked_by_all(year: int, two: int, three: int) -> None:
    """Moscow and New York share 237 working days in each year; Berlin, closed on both eves, takes three or four more."""
    closed = dates(*(f"{of}-12-{day}" for of in (2026, 2027) for day in (24, 31)))
    berlin = Calendar("Europe/Berlin", OFFICE_DAYS, PublicHolidays("DE", "BE", closed=closed))
    both = working_days(MOSCOW, year) & working_days(NEW_YORK, year)
    assert (len(both), len(both & working_days(berlin, year))) == (two, three)


def test_moscow_closed_while_new_york_works() -> None:
    """In 2027 New York works alone on thirteen weekdays, and Moscow alone on ten days, one of them a Saturday."""
    here, there = working_days(MOSCOW, 2027), working_days(NEW_YORK, 2027)
    ru_off = "01-04 01-05 01-06 01-07 01-08 02-22 02-23 03-08 05-03 05-10 06-14 11-04 11-05"
    us_off = "01-18 02-15 02-20 05-31 06-18 07-05 09-06 11-25 11-26 12-24"
    assert there - here == dates(*(f"2027-{day}" for day in ru_off.split()))
    assert here - there == dates(*(f"2027-{day}" for day in us_off.split()))


@pytest.mark.parametrize(
    "day", ["2026-07-03", "2027-06-18", "2027-07-05", "2027-12-24", "2027-12-31"], ids=lambda day: f"observed-{day}"
)
def test_observed_days_are_off(day: str) -> None:
    """An American holiday on a weekend is taken on the weekday next to it, also across the turn of a year."""
    assert NEW_YORK.span(date.fromisoformat(day)) is None


def test_worked_by_name_and_by_date() -> None:
    """A holiday named in ``worked`` is an ordinary day, on whatever date it falls or is observed; so is a date."""
    assert NEW_YORK.span(date(2026, 10, 12)) == Span(540, 1080)
    assert NEW_YORK.span(date(2026, 11, 11)) == Span(540, 1080)
    assert NEW_YORK.span(date(2023, 11, 10)) == Span(540, 1080)  # Veterans Day (observed)
    dated = Calendar("Europe/Moscow", OFFICE_DAYS, PublicHolidays("RU", worked=frozenset({"2026-01-09", "2026-08-01"})))
    assert dated.span(date(2026, 1, 9)) == dated.span(date(2026, 8, 1)) == Span(540, 1080)
    assert dated.span(date(2026, 1, 8)) is None


@pytest.mark.parametrize(
    ("year", "short"),
    [
        (2025, "03-07 04-30 06-11 11-01"),
        (2026, "04-30 05-08 06-11 11-03"),
        (2027, "02-20 04-30 06-11 11-03"),
    ],
)
def test_short_days(year: int, short: str) -> None:
    """Where short days are honoured, the eve of a public holiday ends an hour earlier, and no other day does."""
    found = {day for day in working_days(MOSCOW_SHORT, year) if MOSCOW_SHORT.span(day) != Span(600, 1140)}
    assert found == dates(*(f"{year}-{day}" for day in short.split()))
    assert {MOSCOW_SHORT.span(day) for day in found} == {Span(600, 1080)}


def test_short_days_are_ignored_unless_asked_for() -> None:
    """Without the wish to honour them, short days are as long as any."""
    assert {MOSCOW.span(day) for day in working_days(MOSCOW, 2027)} == {Span(600, 1140)}


def test_own_hours_on_a_working_weekend() -> None:
    """On a country's working Saturday a person works the hours of their nearest earlier working day."""
    saturday, week = date(2027, 2, 20), (Span(540, 720), None, Span(780, 1080), None, None, None, None)
    assert Calendar("Europe/Moscow", Hours(week), RUSSIA).span(saturday) == Span(780, 1080)
    own = Hours((*week[:5], Span(600, 660), None))
    assert Calendar("Europe/Moscow", own, RUSSIA).span(saturday) == Span(600, 660)


def test_closed_wins_over_a_working_weekend() -> None:
    """A company that is closed on the working Saturday is closed."""
    rules = PublicHolidays("RU", closed=dates("2027-02-20"))
    assert Calendar("Europe/Moscow", OFFICE_DAYS, rules).span(date(2027, 2, 20)) is None


def test_no_calendar_means_every_week_alike() -> None:
    """A market without holidays works New Year's Day like any other."""
    assert Calendar("Europe/Moscow", OFFICE_DAYS).span(date(2027, 1, 1)) == Span(540, 1080)


@pytest.mark.parametrize("span", [(60, 60), (61, 60), (-1, 60), (0, 1441)])
def test_a_span_is_part_of_one_day(span: tuple[int, int]) -> None:
    """Hours that close before they open, or leave their day, cannot be made."""
    with pytest.raises(ValueError, match="not a part of one day"):
        Span(*span)


@pytest.mark.parametrize("week", [(None,) * 7, (Span(0, 60),) * 6])
def test_a_week_is_worked_at_some_time(week: tuple[Span | None, ...]) -> None:
    """A week without any hours, or without seven days, cannot be made."""
    with pytest.raises(ValueError, match="seven days"):
        Hours(week)
