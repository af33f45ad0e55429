"""Which days are working days and from when to when, in local wall time. No instants here: those are in ``windows``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

import holidays as published

_DAY = timedelta(days=1)
_SUBSTITUTED = re.compile(r"substituted from (\d\d)/(\d\d)/(\d{4})")
_OBSERVED = " (observed)"


@dataclass(frozen=True, slots=True)
class Span:
    """Part of one local day, in minutes after midnight: ``opens`` counts, ``closes`` does not (at most 1440)."""

    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not 0 <= self.opens < self.closes <= 24 * 60:
            raise ValueError(f"not a part of one day: {self.opens}..{self.closes}")


@dataclass(frozen=True, slots=True)
class Hours:
    """Working hours for each weekday, Monday first; ``None`` is a day off."""

    week: tuple[Span | None, ...]

    def __post_init__(self) -> None:
        if len(self.week) != 7 or not any(self.week):
            raise ValueError("a week has seven days and at least one of them is worked")

    def on(self, day: date) -> Span | None:
        return self.week[day.weekday()]

    def on_extra_day(self, day: date) -> Span:
        """The hours of a day off that is worked after all: those of the nearest earlier day that has some."""
        spans = (self.on(day - back * _DAY) for back in range(7))
        return next(span for span in spans if span is not None)


@dataclass(frozen=True, slots=True)
class PublicHolidays:
    """A country's calendar with a company's own changes. ``worked`` holds names in English and ISO dates."""

    country: str
    subdivision: str | None = None
    worked: frozenset[str] = frozenset()
    closed: frozenset[date] = frozenset()
    honour_short_days: bool = False


@dataclass(frozen=True, slots=True)
class Calendar:
    """What one person (or one market) works: an IANA zone, hours and holidays."""

    timezone: str
    hours: Hours
    holidays: PublicHolidays | None = None
    # Calendars are looked up all the time, and the hash of all that is in one is dear.
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_hash", hash((self.timezone, self.hours, self.holidays)))

    def __hash__(self) -> int:
        return self._hash

    def span(self, day: date) -> Span | None:
        """The working hours of a local day, or ``None`` when it is a day off (rule 1 of the request's rules)."""
        if self.holidays is None:
            return self.hours.on(day)
        rules, year = self.holidays, _published(self.holidays.country, self.holidays.subdivision, day.year)
        if day in rules.closed:
            return None
        if day in year.working_weekends or (self.hours.on(day) is None and day.isoformat() in rules.worked):
            span: Span | None = self.hours.on_extra_day(day)
        elif _is_public_holiday(rules, day):
            span = None
        else:
            span = self.hours.on(day)
        if span and rules.honour_short_days and _is_short(rules, day):
            return Span(span.opens, max(span.opens + 1, span.closes - 60))
        return span


@dataclass(frozen=True, slots=True)
class _Year:
    names: Mapping[date, tuple[str, ...]]
    working_weekends: frozenset[date]
    # A working weekend takes the place of a day off: that day, by the weekend's date.
    stands_for: Mapping[date, date]


@lru_cache(maxsize=512)
def _published(country: str, subdivision: str | None, year: int) -> _Year:
    days = published.country_holidays(country, subdiv=subdivision, years=[year], language="en_US")
    names = {day: tuple(text.split("; ")) for day, text in days.items() if day.year == year}
    weekends = frozenset(day for day in getattr(days, "weekend_workdays", ()) if day.year == year)
    moved = {}
    for day, found in names.items():
        for month, number, of_year in (m.groups() for text in found if (m := _SUBSTITUTED.search(text))):
            moved[date(int(of_year), int(month), int(number))] = day
    return _Year(names, weekends, moved)


def public_holiday_names(country: str, subdivision: str | None, day: date) -> tuple[str, ...]:
    """The English names of what is celebrated that day; empty on an ordinary day."""
    return _published(country, subdivision, day.year).names.get(day, ())


def known_holiday_names(country: str, subdivision: str | None) -> frozenset[str]:
    """Every English name the country's calendar uses in the years a playbook can reasonably speak about."""
    years = (_published(country, subdivision, year) for year in range(2020, 2032))
    return frozenset(plain_name(name) for year in years for names in year.names.values() for name in names)


def plain_name(name: str) -> str:
    """A holiday's name without the note that it is observed on another day."""
    return name.removesuffix(_OBSERVED)


def has_decree(country: str, year: int) -> bool:
    """Whether the year's moved days are known, for countries that publish them by decree each autumn.

    Source: the package ``holidays`` lists Russia's moved days by year; a year without any is a year not decreed yet.
    """
    if country != "RU":
        return True
    found = _published(country, None, year).names.values()
    return any(_SUBSTITUTED.search(name) for names in found for name in names)


def country_is_known(country: str) -> bool:
    return country in published.list_supported_countries(include_aliases=False)


def subdivision_is_known(country: str, subdivision: str) -> bool:
    return subdivision in published.list_supported_countries(include_aliases=False).get(country, [])


def _is_public_holiday(rules: PublicHolidays, day: date) -> bool:
    names = public_holiday_names(rules.country, rules.subdivision, day)
    if not names or day.isoformat() in rules.worked:
        return False
    return any(plain_name(name) not in rules.worked for name in names)


def _is_short(rules: PublicHolidays, day: date) -> bool:
    """The working day before a public holiday ends an hour earlier (Russia: Labour Code, article 95).

    A working weekend takes over the length of the day it stands for: 20 February 2027 stands for Monday the 22nd,
    the eve of the 23rd, and is short. A day that is free only because another was moved there has no short eve.
    """
    eve = _published(rules.country, rules.subdivision, day.year).stands_for.get(day, day)
    names = public_holiday_names(rules.country, rules.subdivision, eve + _DAY)
    real = [name for name in names if not name.endswith(_OBSERVED) and not _SUBSTITUTED.search(name)]
    return bool(real) and _is_public_holiday(rules, eve + _DAY)
