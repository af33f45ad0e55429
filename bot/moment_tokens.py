"""The words in which people type a moment, cut into tokens that each have a kind of one letter. What they mean together is
``bot.moment_words``' to say.

Kinds: d a date in figures, f figures that may be a date or a time, c a time, n one or two figures, y a year, m a month,
w a weekday, t a day near today, q this, Q next, p a half or part of the day, h hours, s minutes, u days, v weeks,
H half an hour, b a word that is a part of the day and days («дня»), N noon, E the end of the day, M midnight, z a zone,
l leads in, i counts from now, x anything else; noise is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

from babel.core import Locale
from babel.units import format_unit

from bot.day_words import IN_FIGURES, ORDINAL, YEAR_FIRST, YEAR_WORD, any_phrase, months, near, typed, weekdays, year_of
from bot.speech import LANGUAGES, message_ids

LEAP_YEAR = 2000  # a day it has not is in no year
HOUR, DAY = 60, 24 * 60  # in minutes
NIGHT = 5
# The hours that each half or part of the day has, wider than babel's: people say «5 вечера» and "3 in the morning".
PARTS = (range(12), range(12, 24), range(1, 12), range(12, 18), range(16, 24), (21, 22, 23, 1, 2, 3, 4))
_PARTS = ("words.time.am", "words.time.pm", "morning1", "afternoon1", "evening1", "night1")
_UNITS = (
    ("s", 1, "minute", "words.time.minutes"),
    ("h", HOUR, "hour", "words.time.hours"),
    ("u", DAY, "day", "words.time.days"),
    ("v", 7 * DAY, "week", "words.time.weeks"),
)
_NOISE = " "
_FARTHEST = timedelta(hours=14)  # from UTC, anywhere on earth


@dataclass(frozen=True, slots=True)
class Token:
    """``number`` is what the kind counts: minutes of the day or of a unit, a month, a weekday, days from now, a part's place.

    ``days`` are the months and days that figures can mean; ``short`` is an hour of one figure; an impossible time is -1.
    """

    kind: str
    number: int = 0
    year: int | None = None
    days: tuple[tuple[int, int], ...] = ()
    short: bool = False
    zone: tzinfo | None = None


def cut(text: str, languages: Sequence[str]) -> list[Token]:
    """``languages`` are the reader's and only say how they write 12/02."""
    found = (_token(match, languages) for match in _expression().finditer(text))
    return [token for token in found if token.kind != _NOISE]


def possible(month: int, day: int) -> bool:
    with suppress(ValueError):
        return bool(date(LEAP_YEAR, month, day))
    return False


def _entries() -> Iterator[tuple[str, Token]]:
    for kind, rows in {"m": months(), "w": weekdays(), "t": near()}.items():
        first = 1 if kind == "m" else 0
        yield from ((word, Token(kind, number)) for number, row in enumerate(rows, first) for word in row)
    for kind, minutes, unit, others in _UNITS:
        yield from ((word, Token(kind, minutes)) for word in (*_units(unit), *typed(others)))
    yield from ((word, Token("H", HOUR // 2)) for word in typed("words.time.half_hour"))
    for place, name in enumerate(_PARTS):
        words = typed(name) if "." in name else _periods(name)
        yield from ((word, Token("p", place)) for word in words)
    yield from ((word, Token("N", DAY // 2)) for word in (*_periods("noon"), *typed("words.time.noon")))
    yield from ((word, Token("M")) for word in (*_periods("midnight"), *typed("words.time.midnight")))
    for kind, name in {
        "E": "words.time.end_of_day", "l": "words.time.by", "i": "words.time.in", "q": "words.day.this", "Q": "words.day.next",
        _NOISE: "words.day.filler",
    }.items():  # fmt: skip
        yield from ((word, Token(kind)) for word in typed(name))
    yield from ((word, Token("z", zone=zone)) for word, zone in _zones())


def _units(unit: str) -> set[str]:
    """Babel's words for an amount of time, in each form that a number asks for."""
    counted = (
        format_unit(number, f"duration-{unit}", length, locale=language)
        for language in LANGUAGES
        for length in ("long", "short")
        for number in (1, 2, 5)
    )
    return {re.sub(r"[\d\s.]", "", one).lower() for one in counted}


def _periods(name: str) -> set[str]:
    return {Locale.parse(language).day_periods["format"]["wide"][name].lower() for language in LANGUAGES}


def _zones() -> Iterator[tuple[str, ZoneInfo]]:
    """By the names that moments are shown with, and by others. "EST" in summer means New York's clock to those who write it."""
    names = {name: name.removeprefix("zone.") for name in message_ids("en") if name.startswith("zone.")}
    names |= {"words.time.moscow": "Europe/Moscow", "words.time.new_york": "America/New_York"}
    return ((word, ZoneInfo(zone)) for name, zone in names.items() for word in typed(name))


@cache
def _vocabulary() -> dict[str, Token]:
    found: dict[str, Token] = {}
    for word, token in _entries():
        both = token.kind == "p" and word in found and found[word].kind == "u"
        found[word] = replace(token, kind="b") if both else token
    return found


@cache
def _expression() -> re.Pattern[str]:
    return re.compile(
        rf"""
          {YEAR_FIRST}
        | (?P<hour>[0-9]{{1,2}}) (?: : (?P<minute>[0-9]{{2}}) | - (?P<dashed>[03]0) ) (?![0-9:])  # «18-00» is no date
        | {IN_FIGURES}
        | (?P<long>[0-9]{{4}}) (?![0-9]) {YEAR_WORD}
        | (?P<bare>[0-9]{{1,2}}) (?![0-9]) {ORDINAL}
        | (?P<utc>\b(?:utc|gmt)) (?: (?P<ahead>[-+−]) (?P<hours>[0-9]{{1,2}}) (?: :? (?P<minutes>[0-9]{{2}}))? )? (?!\w)
        | (?P<phrase>(?<![^\W\d])(?:{any_phrase(_vocabulary())})(?!\w))
        | (?P<noise>[,.;()])
        | [0-9]+ | [^\W\d]\w* | \S
        """,
        re.IGNORECASE | re.VERBOSE,
    )


def _token(match: re.Match[str], languages: Sequence[str]) -> Token:
    if match["phrase"]:
        # A letter that only looks equal when case is ignored, such as the dotless i, is in no table: then it is no word.
        return _vocabulary().get(match["phrase"].lower(), Token("x"))
    if match["year"]:
        return Token("d", year=int(match["year"]), days=((int(match["month"]), int(match["day"])),))
    if match["hour"]:
        return _clock("c", match["hour"], match["minute"] or match["dashed"])
    if match["one"]:
        return _figures(match, languages)
    if match["long"]:
        return Token("y", year=int(match["long"]))
    if match["bare"]:
        return Token("n", int(match["bare"]), short=len(match["bare"]) == 1)
    if match["utc"]:
        return _distance(match)
    return Token(_NOISE if match["noise"] else "x")


def _clock(kind: str, hour: str, minute: str) -> Token:
    minutes = int(hour) * HOUR + int(minute)
    return Token(kind, minutes if int(minute) < HOUR and minutes <= DAY else -1, short=len(hour) == 1)


def _figures(match: re.Match[str], languages: Sequence[str]) -> Token:
    """With dots a day and a month, unless they can only be a time; with slashes as the reader's languages have them."""
    one, two, of = match["one"], match["two"], match["of"]
    year = None if of is None else year_of(of)
    if match["sign"] == "/":
        return Token("d", year=year, days=tuple(_slashed(int(one), int(two), languages)))
    date_in_it = (int(two), int(one))
    clock = _clock("f", one, two)
    if of is not None or len(two) == 1 or clock.number < 0:
        return Token("d", year=year, days=(date_in_it,))
    return replace(clock, days=(date_in_it,)) if possible(*date_in_it) else replace(clock, kind="c")


def _slashed(one: int, two: int, languages: Iterable[str]) -> Iterator[tuple[int, int]]:
    """The month is first in English and the day in every other language; who reads both may mean either."""
    english = [language.split("-")[0] == "en" for language in languages] or [True]
    if any(english):
        yield one, two
    if not all(english) and (one != two or not any(english)):
        yield two, one


def _distance(match: re.Match[str]) -> Token:
    away = timedelta(hours=int(match["hours"] or 0), minutes=int(match["minutes"] or 0))
    if away > _FARTHEST:
        return Token("x")
    return Token("z", zone=timezone(-away if match["ahead"] in ("-", "−") else away) if away else UTC)
