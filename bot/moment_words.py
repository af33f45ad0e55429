"""Reads a moment that somebody types, such as "fri 10am" or «завтра в 18:00», and an amount of money. No clock here.

The tokens' kinds, written in a row, have to be one of the shapes below from end to end. Nothing is guessed: what is left over,
or could mean two moments, is refused with a reason.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo

from babel.numbers import list_currencies

from bot.core.money import Money, parse_money
from bot.day_words import next_such
from bot.moment_tokens import DAY, HOUR, NIGHT, PARTS, Token, cut, possible

Reason = Literal["words", "past", "time", "day", "ambiguous", "amount"]

DAY_ENDS = 18 * HOUR  # of a day that was said without a time, in minutes
_LONGEST = 200
_SURELY_MORNING = 9 * HOUR  # "at 6", "by 8:30" could be in the evening; from nine on the morning is meant
_TRAILING = " .,;!?…"

_DATE = "d|f|nmy?|mny?"
_DAY = rf"l*(?P<day>t|[qQ]?w|[tw]?(?:{_DATE})w?|i(?:n[ub]|n?v))(?P<there>z)?"
# A bare number is an hour only after a word that leads in, or after "tomorrow"; before a month it may be the day.
_STRICT = r"c[pb]?|f[pb]|(?<=l)f|nh?[pb]|(?<=[lt])nh?(?!m)|[NEM]"
_LOOSE = r"[cf][pb]?|nh?[pb]?|[NEM]"
_SPAN = re.compile(r"i(?P<span>n?[hs](?:n[hs])?|H)")
# With the letter T, or with a distance from UTC: 2026-12-02T14:00-05:00.
_EXACT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T|\ (?=\S+[-+Z]))([0-9:.]{2,15}(?:Z|[-+][0-9]{2}:?[0-9]{2})?)", re.IGNORECASE
)

_SIGNS = {"$": "USD", "us$": "USD", "₽": "RUB", "€": "EUR", "£": "GBP"}
# Babel has no «рублей» without «российских», and no short forms.
_CURRENCY_WORDS = {
    r"р|руб(?:\.|л[а-я]+)?": "RUB", r"dollars?|долл(?:\.|ар[а-я]*)?": "USD", r"euros?|евро": "EUR", r"pounds?|фунт[а-я]*": "GBP",
}  # fmt: skip
_TIMES = {r"k|к|тыс\.?|тысяч[аи]?|thousand": 1_000, r"m|mln|million|млн\.?|миллион(?:а|ов)?": 1_000_000}
_WORD = r"(?:us)?[$€£₽]|[^\W\d_]+\.?"
_AMOUNT = re.compile(
    rf"""
    (?P<before>{_WORD})? \ ?
    (?P<whole>[0-9]{{1,12}} | [0-9]{{1,3}} (?:[ '’][0-9]{{3}})+ | [0-9]{{1,3}} (?P<commas>(?:,[0-9]{{3}})+))
    (?:[.,](?P<part>[0-9]{{1,2}}))?
    (?: \ ? (?P<times>{"|".join(_TIMES)}) (?![^\W_]) )? \ ?
    (?P<after>{_WORD})?
    """,
    re.VERBOSE,
)


class NotUnderstood(Exception):
    """The words do not say one moment that is still to come, or no amount."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


@dataclass(frozen=True, slots=True)
class _Said:
    """What the words say, in pieces; a piece that was not said is empty. ``span`` is in minutes from now."""

    day: Sequence[Token] = ()
    clock: Sequence[Token] = ()
    zone: tzinfo | None = None
    span: int | None = None

    @property
    def dated(self) -> bool:
        """A date of the calendar was said, rather than a day counted from today."""
        return any(token.kind in "dfm" for token in self.day)


def read_moment(words: str, now: datetime, zone: str, languages: Sequence[str]) -> datetime:
    """The moment in UTC. ``zone`` is where the reader lives, unless the words name another ("6pm ET"); ``now`` is aware.

    A day without a time is 18:00 of that day. A year that was not said is the next in which the day is not past. "Friday" is
    the next that is still to come, today included; "next Friday" is next week's, which begins on Monday. A local time that the
    clock jumps over is as much later, one that comes twice is the first. 12/02 is a month and a day in English, a day and a
    month in other languages, and ambiguous for who reads both. From 1 to 8 an hour needs a half of the day or two figures.
    Raises ``NotUnderstood``: ``words`` (nothing found, or something left over), ``past``, ``time`` or ``day`` (there is no
    such), ``ambiguous`` (it could be two moments, or two days were said).
    """
    text = " ".join(words.split()).rstrip(_TRAILING)
    if len(text) > _LONGEST:
        raise NotUnderstood("words")
    try:
        home = ZoneInfo(zone)
        exact = _EXACT.fullmatch(text)
        found = {_exactly(exact, home)} if exact else _moments(_said(text, languages), now, home)
    except (ValueError, OverflowError) as error:  # no such day in that year, or outside the years that dates have
        raise NotUnderstood("day") from error
    ahead = {moment for moment in found if moment > now}
    if len(ahead) != 1:
        raise NotUnderstood("ambiguous" if ahead else "past")
    return ahead.pop()


def _exactly(exact: re.Match[str], home: ZoneInfo) -> datetime:
    day = date.fromisoformat(exact[1])
    try:
        clock = time.fromisoformat(exact[2].upper())
    except ValueError as error:
        raise NotUnderstood("time") from error
    return datetime.combine(day, clock, clock.tzinfo or home).astimezone(UTC)


@cache
def _shapes(clock: str) -> tuple[re.Pattern[str], ...]:
    at = rf"l*(?P<clock>{clock})(?P<zone>z)?"
    return tuple(re.compile(shape) for shape in (rf"{_DAY}(?:{at})?", rf"{at}{_DAY}", at))


def _said(text: str, languages: Sequence[str]) -> _Said:
    tokens = cut(text, languages)
    kinds = "".join(token.kind for token in tokens)
    if span := _SPAN.fullmatch(kinds):
        return _Said(span=_minutes(tokens[span.start("span") :]))
    found = next((match for shape in _shapes(_STRICT) if (match := shape.fullmatch(kinds))), None)
    if found is None:
        raise NotUnderstood("ambiguous" if any(shape.fullmatch(kinds) for shape in _shapes(_LOOSE)) else "words")
    zones = {token.zone for token in tokens if token.kind == "z"}
    if len(zones) > 1:
        raise NotUnderstood("ambiguous")
    pieces = {name: tokens[slice(*found.span(name))] for name, part in found.groupdict().items() if part}
    return _Said(pieces.get("day", ()), pieces.get("clock", ()), zones.pop() if zones else None)


def _moments(said: _Said, now: datetime, home: ZoneInfo) -> set[datetime]:
    """Where another zone was named it may be another day there: then "today" could be either, and both are given."""
    if said.span is not None:
        return {(now + timedelta(minutes=said.span)).astimezone(UTC).replace(second=0, microsecond=0)}
    there = said.zone or home
    minutes = _clock(said.clock) if said.clock else DAY_ENDS
    found = set()
    for today in {now.astimezone(zone).date() for zone in ((there,) if said.dated else (there, home))}:
        moments = [_instant(day, minutes, there) for day in _days(said, today)]
        found.add(next((moment for moment in moments if moment > now), moments[-1]))
    return found


def _instant(day: date, minutes: int, zone: tzinfo) -> datetime:
    # Without a fold Python reads a time that is skipped with the distance from UTC before the jump: so it comes out later.
    return (datetime.combine(day, time()) + timedelta(minutes=minutes)).replace(tzinfo=zone).astimezone(UTC)


def _clock(tokens: Sequence[Token]) -> int:
    """Minutes of the day."""
    first, part = tokens[0], tokens[-1].number if tokens[-1].kind in "pb" else None
    if first.kind == "E":
        return DAY_ENDS
    minutes = first.number * HOUR if first.kind == "n" else first.number
    if not 0 <= minutes <= DAY:
        raise NotUnderstood("time")
    if first.kind == "M" or (part is None and first.short and HOUR <= minutes < _SURELY_MORNING):
        raise NotUnderstood("ambiguous")
    return minutes if part is None else _in_part(*divmod(minutes, HOUR), part)


def _in_part(hour: int, minute: int, part: int) -> int:
    if part == NIGHT and hour == DAY // HOUR // 2:  # the night before that day or after it?
        raise NotUnderstood("ambiguous")
    fitting = [found for found in (hour % 12, hour % 12 + 12) if found in PARTS[part]]
    if not 1 <= hour <= 12 or len(fitting) != 1:
        raise NotUnderstood("time")
    return fitting[0] * HOUR + minute


def _days(said: _Said, today: date) -> list[date]:
    """The days that can be meant, the first first: only a weekday can be next week's when this week's is past."""
    if not said.day:
        return [today]
    if said.dated:
        return [_calendar_day(said.day, today)]
    first, last = said.day[0], said.day[-1]
    if first.kind == "i":
        return [today + timedelta(minutes=_minutes(said.day[1:]))]
    if first.kind == "t":
        return [today + timedelta(days=first.number)]
    if first.kind == "w":
        day = today + timedelta(days=(last.number - today.weekday()) % 7)
        return [day, day + timedelta(days=7)]
    monday = today - timedelta(days=today.weekday())
    return [monday + timedelta(days=last.number + (7 if first.kind == "Q" else 0))]


def _calendar_day(tokens: Sequence[Token], today: date) -> date:
    months = [token.number for token in tokens if token.kind == "m"]
    numbers = [token.number for token in tokens if token.kind == "n"]
    said = [day for token in tokens for day in token.days] or list(zip(months, numbers, strict=True))
    options = [day for day in said if possible(*day)]
    if len(options) != 1:
        raise NotUnderstood("ambiguous" if options else "day")
    month, number = options[0]
    year = next((token.year for token in tokens if token.year is not None), None)
    day = next_such(month, number, today) if year is None else date(year, month, number)
    for token in tokens:
        if (token.kind == "w" and token.number != day.weekday()) or (
            token.kind == "t" and day != today + timedelta(days=token.number)
        ):
            raise NotUnderstood("ambiguous")
    return day


def _minutes(tokens: Sequence[Token]) -> int:
    """An amount of time: "3 hours", «1 час 30 минут», «неделю»."""
    total, number = 0, 1
    for token in tokens:
        if token.kind == "n":
            number = token.number
        else:
            total, number = total + number * (DAY if token.kind == "b" else token.number), 1
    return total


def read_amount(words: str, currency: str) -> Money:
    """``currency`` is that of an amount without one. Groups of three are parted by blanks, commas or apostrophes.

    Raises ``NotUnderstood`` for anything else, such as 1.500, which is a thousand more in one country than in another.
    """
    found = _AMOUNT.fullmatch(" ".join(words.split()).casefold().rstrip(_TRAILING))
    if found is None or (found["commas"] and found["times"]):
        raise NotUnderstood("amount")
    said = {_currency(found[place]) for place in ("before", "after") if found[place]} or {currency}
    amount = Decimal(f"{re.sub(r'[^0-9]', '', found['whole'])}.{found['part'] or 0}") * _times(found["times"])
    money = parse_money(f"{int(amount) if amount == int(amount) else amount} {said.pop()}")
    if said or money is None:
        raise NotUnderstood("amount")
    return money


def _times(word: str | None) -> int:
    return next((times for pattern, times in _TIMES.items() if word and re.fullmatch(pattern, word)), 1)


def _currency(word: str) -> str:
    found = next((code for pattern, code in _CURRENCY_WORDS.items() if re.fullmatch(pattern, word)), None)
    code = found or _SIGNS.get(word) or word.upper()
    if code not in list_currencies():
        raise NotUnderstood("amount")
    return code
