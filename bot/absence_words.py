"""Reads what somebody types after ``/away``: who is away, and on which days. No clock and no look-up of people here.

The words become tokens, each with a one-letter kind; the kinds, written in a row, are matched with one expression of shapes:
what the longest end of the row says is the days, whatever stands before it names somebody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Literal

from bot.day_words import IN_FIGURES, ORDINAL, YEAR_FIRST, YEAR_WORD, Row, any_phrase, months, near, next_such, weekdays, year_of

Reason = Literal["no_days", "no_end", "bad_day", "backwards", "past", "too_long"]

MOST_DAYS = 366
_UNSAID = -1
_LEAP = 2000  # any leap year: a day it has not is in no year
# "From Monday" says when it begins and not when it ends; one day would be a guess.
_WITHOUT_END = re.compile(r"(?:^|\s)(?:from|с|со)\s", re.IGNORECASE)
_RANGE_SAID = re.compile(r"[-–—…]|\.\.|\s(?:to|till|until|through|по|до)\s", re.IGNORECASE)


class NotUnderstood(Exception):
    """The words do not say days that can be taken."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


@dataclass(frozen=True, slots=True)
class Days:
    """Whole days of the absent person's own calendar, both ends included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked. ``who`` has the words that name somebody else, empty for oneself; ``back`` ends an absence."""

    who: str
    days: Days | None
    back: bool


# Kinds: m month, w weekday, t a day near today, e a week's end, s a whole week, l leads in, u until, r range sign, b back,
# d date in figures, n one or two figures, y a year, x anything else; noise is dropped.
_NOISE = " "

_WEEKS = (
    "this week, эта неделя, этой неделе, эту неделю, этой недели",
    "next week, следующая неделя, следующей неделе, следующую неделю, следующей недели",
)
_WEEK_ENDS = (
    "end of week, end of the week, end of this week, конца недели, конец недели, конца этой недели",
    "end of next week, конца следующей недели, конец следующей недели",
)
_LEAD = ("from, on, с, со, в, во, на",)
_UNTIL = ("to, up to, till, til, until, through, thru, по, до",)
_BACK = (
    "back, i am back, i'm back, i’m back, is back, cancel, вернулся, вернулась, я вернулся, я вернулась, "
    "на месте, я на месте, отмена, отменить",
)
_FILLERS = ("the, of, inclusive, включительно",)


def _entries(kind: str, rows: Sequence[Row]) -> Iterator[tuple[str, tuple[str, int]]]:
    """Each row's place is its number: of a month less one, of a weekday from Monday, of days or weeks from now."""
    return ((word, (kind, number)) for number, row in enumerate(rows) for word in row)


@cache
def _vocabulary() -> dict[str, tuple[str, int]]:
    found = {**dict(_entries("m", months())), **dict(_entries("w", weekdays())), **dict(_entries("t", near()))}
    own = {"s": _WEEKS, "e": _WEEK_ENDS, "l": _LEAD, "u": _UNTIL, "b": _BACK, _NOISE: _FILLERS}
    for kind, rows in own.items():
        found |= _entries(kind, [tuple(row.split(", ")) for row in rows])
    return found


@cache
def _token() -> re.Pattern[str]:
    return re.compile(
        rf"""
          {YEAR_FIRST}
        | {IN_FIGURES}
        | (?P<range>[-‐‑‒–—−]+|\.{{2,}}|…)
        | (?P<number>[0-9]{{3,}}) {YEAR_WORD}
        | (?P<bare>[0-9]+) {ORDINAL}
        | (?<!\w) [^\W\d_] \. (?!\.)  # an initial, as in «Олег С.», is no «с»
        | (?P<phrase>(?<![^\W\d])(?:{any_phrase(_vocabulary())})(?!\w))
        | (?P<noise>[,.;])
        | [^\W\d]\w* | \S
        """,
        re.IGNORECASE | re.VERBOSE,
    )


_POINT = "d|nmy?|mny?|ny?|[tw]"
_SHAPE = re.compile(
    rf"(?:(?P<back>b)|l?(?P<week>s)|l?(?P<first>{_POINT})(?:[ru]+l?(?P<last>{_POINT}|e))?|l?u(?P<until>{_POINT}|e))\Z"
)
_TRAILING = " .,;!?…"
_EDGES = " ,;!:‐‑‒–—−-"


@dataclass(frozen=True, slots=True)
class _Point:
    """One end of the days as it was said: ``near`` is the kind of a day counted from now, otherwise it is a calendar day."""

    day: int = 0
    month: int = _UNSAID
    year: int = _UNSAID
    near: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    end: int
    point: _Point = _Point()


def read(words: str, today: date, language: str) -> Asked:
    """``today`` is the reader's own date; ``language`` only says whether 5/4 is a month and a day ("en") or the reverse.

    Raises ``NotUnderstood`` with the reason; a year that was not said is the next in which the first day is not past.
    """
    text = " ".join(words.split()).rstrip(_TRAILING)
    tokens = [token for token in _tokens(text, language) if token.kind != _NOISE]
    found = _SHAPE.search("".join(token.kind for token in tokens))
    if found is None:
        raise NotUnderstood("no_days")
    who = _who(text, tokens[: found.start()])
    if found["back"]:
        return Asked(who, None, back=True)
    try:
        days = _days(found, tokens, today)
    except (ValueError, OverflowError) as error:  # no such day in that year, or outside the years that dates have
        raise NotUnderstood("bad_day") from error
    _check(days, today, until=bool(found["until"]))
    if days.first == days.last and _WITHOUT_END.search(text) and not _RANGE_SAID.search(text):
        raise NotUnderstood("no_end")
    return Asked(who, days, back=False)


def _tokens(text: str, language: str) -> Iterator[_Token]:
    for match in _token().finditer(text):
        if match["phrase"]:
            yield _phrase(match)
        elif figures := match["bare"] or match["number"]:
            yield _number(figures, match.end())
        elif match["year"]:
            point = _Point(int(match["day"]), int(match["month"]), int(match["year"]))
            yield _Token("d", match.end(), point)
        elif match["one"]:
            yield _Token("d", match.end(), _figures(match, language))
        else:
            yield _Token("r" if match["range"] else _NOISE if match["noise"] else "x", match.end())


def _phrase(match: re.Match[str]) -> _Token:
    # A letter that only looks equal when case is ignored, such as the dotless i, is in no table: then it is a plain word.
    kind, number = _vocabulary().get(match["phrase"].lower(), ("x", 0))
    if kind == "m":
        return _Token(kind, match.end(), _Point(month=number + 1))
    return _Token(kind, match.end(), _Point(near=kind, number=number))


def _number(figures: str, end: int) -> _Token:
    if len(figures) <= 2:
        return _Token("n", end, _Point(day=int(figures)))
    if len(figures) == 4:
        return _Token("y", end, _Point(year=int(figures)))
    return _Token("x", end)


def _figures(match: re.Match[str], language: str) -> _Point:
    """Dots are always day and month; slashes are as the reader's language has them."""
    one, two, of = int(match["one"]), int(match["two"]), match["of"]
    day, month = (two, one) if match["sign"] == "/" and language == "en" else (one, two)
    return _Point(day, month, _UNSAID if of is None else year_of(of))


def _who(text: str, before: Sequence[_Token]) -> str:
    """The words before the days. Days or a return that are left over there are no name: then the whole was not understood."""
    kinds = "".join(token.kind for token in before).rstrip("r")
    if re.search(r"[dnyts]|[ulb]\Z", kinds):
        raise NotUnderstood("no_days")
    end = before[len(kinds) - 1].end if kinds else 0
    return text[:end].lstrip(_TRAILING + _EDGES).rstrip(_EDGES)


def _days(found: re.Match[str], tokens: Sequence[_Token], today: date) -> Days:
    if found["week"]:
        return _week(tokens[found.start("week")].point.number, today)
    if found["until"]:
        return Days(today, _last(_said(_point(found, "until", tokens)), today, today))
    first = _point(found, "first", tokens)
    if found["last"] is None:
        day = _first(_said(first), None, today)
        return Days(day, day)
    last = _point(found, "last", tokens)
    first, last = _said(_completed(first, last)), _said(_completed(last, first))
    day = _first(first, last, today)
    return Days(day, _last(last, day, today))


def _week(number: int, today: date) -> Days:
    """What is left of this week, or the whole of the next."""
    sunday = _near(_Point(near="e", number=number), today, today)
    return Days(sunday - timedelta(days=6) if number else today, sunday)


def _point(found: re.Match[str], group: str, tokens: Sequence[_Token]) -> _Point:
    """One point of what its tokens say in pieces: the day, the month and the year."""
    begin, end = found.span(group)
    point = tokens[begin].point
    for token in tokens[begin + 1 : end]:
        said = token.point
        point = replace(point, day=point.day or said.day, month=max(point.month, said.month), year=max(point.year, said.year))
    return point


def _completed(point: _Point, other: _Point) -> _Point:
    """A bare number takes the month from the other end: 4–14 May, May 4–14."""
    if point.near or point.month != _UNSAID:
        return point
    return replace(point, month=other.month, year=other.year if point.year == _UNSAID else point.year)


def _said(point: _Point) -> _Point:
    """A number without any month is no day; and a day that no year has is told before a year is looked for."""
    if not point.near:
        if point.month == _UNSAID:
            raise NotUnderstood("no_days")
        date(_LEAP, point.month, point.day)
    return point


def _first(point: _Point, last: _Point | None, today: date) -> date:
    if point.near:
        return _near(point, today, today)
    if point.year != _UNSAID:
        return date(point.year, point.month, point.day)
    if last and last.year != _UNSAID:  # 28 December - 10 January 2028
        return date(last.year - (point.month > last.month), point.month, point.day)
    return next_such(point.month, point.day, today)


def _last(point: _Point, first: date, today: date) -> date:
    if point.near:
        return _near(point, first, today)
    if point.year != _UNSAID:
        return date(point.year, point.month, point.day)
    # An earlier month is next year's; an earlier day of the same month is a slip rather than a year of absence.
    return date(first.year + (point.month < first.month), point.month, point.day)


def _near(point: _Point, since: date, today: date) -> date:
    """A weekday is the next from ``since``, which counts itself; the others are counted from today."""
    if point.near == "w":
        return since + timedelta(days=(point.number - since.weekday()) % 7)
    if point.near == "e":
        return today + timedelta(days=6 - today.weekday() + 7 * point.number)
    return today + timedelta(days=point.number)


def _check(days: Days, today: date, *, until: bool) -> None:
    if days.last < days.first and not until:
        raise NotUnderstood("backwards")
    if days.last < today:
        raise NotUnderstood("past")
    if (days.last - days.first).days >= MOST_DAYS:
        raise NotUnderstood("too_long")
