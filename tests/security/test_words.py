"""Every reader of words that people type: understood, or refused in its own way, quickly; never anything else."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from babel.numbers import list_currencies
from hypothesis import given
from hypothesis import strategies as st

from adapters.http.errors import reader
from adapters.slack import blocks, payload
from bot import absence_words, day_words, moment_words, understanding
from bot.commands import Failed, moments
from bot.core.money import Money, parse_money
from bot.core.request.opening import cleaned
from bot.onboarding import word_in
from bot.prompts import is_assent, is_thanks
from tests.security.strange import SETTLED, anything_said

NOW = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
days = st.dates(date(2020, 1, 1), date(2090, 12, 31))
languages = st.sampled_from((("en",), ("ru",), ("ru", "en"), ()))
zones = st.sampled_from(("Europe/Moscow", "America/New_York", "UTC", "Pacific/Kiritimati"))


@SETTLED
@given(anything_said, days, st.sampled_from(("en", "ru")))
def test_absences(words: str, today: date, language: str) -> None:
    """Days in order that are not over and no year long, or a reason; whom they are about is a part of what was said."""
    try:
        asked = absence_words.read(words, today, language)
    except absence_words.NotUnderstood:
        return
    assert asked.who in " ".join(words.split())
    if asked.days:
        assert asked.days.first <= asked.days.last >= today
        assert (asked.days.last - asked.days.first).days < absence_words.MOST_DAYS


@SETTLED
@given(days, st.integers(0, 300), st.integers(0, 300), st.sampled_from(("en", "ru")))
def test_absences_come_back(today: date, ahead: int, length: int, language: str) -> None:
    """Days written in figures are read as the same days."""
    first = today + timedelta(days=ahead)
    last = first + timedelta(days=length)
    asked = absence_words.read(f"{first.isoformat()} - {last.isoformat()}", today, language)
    assert asked.days == absence_words.Days(first, last)


@SETTLED
@given(anything_said, st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)), zones, languages)
def test_moments(words: str, now: datetime, zone: str, spoken: tuple[str, ...]) -> None:
    """A moment that is still to come, in UTC, or a reason."""
    try:
        found = moment_words.read_moment(words, now, zone, spoken)
    except moment_words.NotUnderstood:
        return
    assert found > now and found.tzinfo is UTC


@SETTLED
@given(st.datetimes(datetime(2027, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)), zones, st.integers(-12, 14))
def test_moments_come_back(moment: datetime, zone: str, away: int) -> None:
    """A moment written with its distance from UTC is read as the same one, wherever the reader lives."""
    minute = moment.replace(second=0, microsecond=0)
    there = (minute + timedelta(hours=away)).strftime("%Y-%m-%dT%H:%M") + f"{'-' if away < 0 else '+'}{abs(away):02}:00"
    assert moment_words.read_moment(there, NOW, zone, ("en",)) == minute


@SETTLED
@given(anything_said)
def test_moments_and_amounts_of_the_command_line(words: str) -> None:
    """A moment with its zone, an amount with its currency, or a refusal that says how to write it."""
    for parse in (moments.parse_moment, moments.parse_amount):
        try:
            found: Any = parse(words)
        except Failed:
            continue
        assert parse(moments.iso(found) or "" if isinstance(found, datetime) else str(found)) == found


@SETTLED
@given(anything_said)
def test_amounts(words: str) -> None:
    """An amount in a currency there is, or a reason; nothing is taken that would not be taken again."""
    try:
        money = moment_words.read_amount(words, "USD")
    except moment_words.NotUnderstood:
        return
    assert money.amount >= 0 and money.currency in list_currencies()
    assert parse_money(str(money)) == money


@SETTLED
@given(st.decimals(0, 10**12 - 1, places=2), st.sampled_from(sorted(list_currencies())))
def test_amounts_come_back(amount: Decimal, currency: str) -> None:
    """What an amount is written as is read as the same amount, by the strict reader and by the one of people's words."""
    money = Money(amount, currency)
    assert parse_money(str(money)) == money
    assert moment_words.read_amount(str(money), "RUB") == money


@SETTLED
@given(anything_said)
def test_money(words: str) -> None:
    """An exact amount, or none."""
    money = parse_money(words)
    assert money is None or (money.amount.is_finite() and parse_money(str(money)) == money)


@SETTLED
@given(st.integers(-5, 40), st.integers(-5, 40), days)
def test_days_of_some_year(month: int, day: int, today: date) -> None:
    """The next such day is not past; a day that no year has is a ``ValueError``."""
    try:
        found = day_words.next_such(month, day, today)
    except ValueError:
        return
    assert found >= today and (found.month, found.day) == (month, day)


@SETTLED
@given(anything_said)
def test_the_others(words: str) -> None:
    """Cleaning, greetings, questions, languages, links, names: whatever is said, they have an answer."""
    assert cleaned(cleaned(words)) == cleaned(words)
    assert isinstance(is_assent(words) or is_thanks(words), bool)
    assert word_in(words) is None or len(word_in(words) or "") >= 22
    understanding.understand(words)
    assert understanding.named(words, {"anna": ("Anna Petrova",), "oleg": ("Oleg",)}) in (None, "anna", "oleg")
    assert len(reader(words).languages) <= 10
    payload.readable(words), payload.links(words), payload.mentioned(words), blocks.literal(words)


# Each is what made some reader slow, or would make a careless one.
LONG = (":", ": ", "- to ", "4 may ", "t ", "<a|", "1'000", "с ", "\n", "ж", "4 ", "(")
READERS: tuple[tuple[str, Callable[[str], object]], ...] = (
    ("invitations", word_in),
    ("names", lambda words: understanding.named(words, {"anna": ("Anna Petrova",), "oleg": ("Oleg",)})),
    ("questions", understanding.understand),
    ("absences", lambda words: absence_words.read(words, NOW.date(), "en")),
    ("moments", lambda words: moment_words.read_moment(words, NOW, "UTC", ("en",))),
    ("amounts", lambda words: moment_words.read_amount(words, "USD")),
    ("marks", payload.readable),
    ("greetings", is_thanks),
)


@pytest.mark.parametrize(("name", "read"), READERS, ids=[name for name, _ in READERS])
def test_long_messages_cost_little(name: str, read: Callable[[str], object]) -> None:
    """The longest message a messenger lets through (40,000 characters) keeps nobody waiting, whatever it repeats."""
    for repeated in LONG:
        words = f"a{repeated * (40_000 // len(repeated))}!"
        began = time.process_time()
        with suppress(absence_words.NotUnderstood, moment_words.NotUnderstood):
            read(words)
        assert time.process_time() - began < 1.5, repeated
