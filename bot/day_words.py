"""The words people type for days: names of months and weekdays, dates in figures. What a date means is not told here.

Names are babel's; the forms it has not (cases, other short forms) are in the catalogues, where translators can add to them.
Whatever language somebody reads, they may write the other: every language's words are always known.
"""

from __future__ import annotations

import re
from calendar import isleap
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache

from babel.core import Locale

from bot.speech import LANGUAGES, phrases

_LEAP_GAP = 8  # the most years from one 29 February to the next, as from 2096 to 2104
_SUNDAY = 6

YEAR_WORD = r"(?: \ ? (?:года|год|г\.?) (?!\w) )?"  # only after a year: elsewhere «Г.» is somebody's initial
ORDINAL = r"(?: (?:st|nd|rd|th|-?(?:го|ого|е|ое)) (?!\w) )?"
# For a verbose expression: 2027-05-04 and its like; 4.05, 5/4, 4.05.27.
YEAR_FIRST = r"(?P<year>[0-9]{4}) (?P<mark>[-./]) (?P<month>[0-9]{1,2}) (?P=mark) (?P<day>[0-9]{1,2}) (?![0-9])"
IN_FIGURES = rf"""
    (?P<one>[0-9]{{1,2}}) (?P<sign>[./]) (?P<two>[0-9]{{1,2}})
    (?: (?P=sign) (?P<of>[0-9]{{4}}|[0-9]{{2}}) (?![0-9]) {YEAR_WORD} )? (?![0-9])
"""

Row = tuple[str, ...]


@cache
def months() -> tuple[Row, ...]:
    """Each month's names in every language, January first."""
    return _named("months", range(1, 13), _rows("words.day.months"))


@cache
def weekdays() -> tuple[Row, ...]:
    """Each weekday's names in every language, Monday first."""
    return _named("days", range(_SUNDAY + 1), _rows("words.day.weekdays"))


@cache
def near() -> tuple[Row, ...]:
    """Today, tomorrow and the day after."""
    return _rows("words.day.near")


def typed(message_id: str) -> Row:
    """A list of words from every catalogue."""
    return tuple(word for language in LANGUAGES for word in phrases(message_id, language))


def any_phrase(words: Iterable[str]) -> str:
    """An expression for any of them, the longest first, so that "day after tomorrow" is not read as "tomorrow"."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def year_of(figures: str) -> int:
    return int(figures) + (2000 if len(figures) == 2 else 0)


def next_such(month: int, day: int, today: date) -> date:
    """The first such day from today on; 29 February waits for a leap year. ``ValueError`` for a day that is in no year."""
    years = range(today.year, today.year + _LEAP_GAP + 1)
    days = (date(year, month, day) for year in years if (month, day) != (2, 29) or isleap(year))
    return next(found for found in days if found >= today)


def _rows(message_id: str) -> tuple[Row, ...]:
    """The lines of every catalogue side by side: a line's place says what its words mean."""
    lines = (phrases(message_id, language) for language in LANGUAGES)
    return tuple(tuple(word for line in same for word in line.split(", ")) for same in zip(*lines, strict=True))


def _named(field: str, numbers: Iterable[int], others: Sequence[Row]) -> tuple[Row, ...]:
    found = []
    for number, other in zip(numbers, others, strict=True):
        names = {
            getattr(Locale.parse(language), field)[context][width][number].lower().rstrip(".")
            for language in LANGUAGES
            for context in ("format", "stand-alone")
            for width in ("wide", "abbreviated")
        }
        found.append((*sorted(names), *other))
    return tuple(found)
