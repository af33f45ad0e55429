"""Dates, zones, money, durations and lists in both languages, and readers nobody has a catalogue for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bot.core.money import Money
from bot.core.wording import Field, Listed, Localized, Moment, WorkingTime, text
from bot.speech import Reader, phrases, say, show, warm

AT = datetime(2027, 2, 20, 13, 0, tzinfo=UTC)
MOSCOW, NEW_YORK = Reader(("ru", "en"), "Europe/Moscow"), Reader(("en",), "America/New_York")
ODD = "\u00a0\u202f\u2009\u2066\u2069"


def shown(value: Field, reader: Reader) -> str:
    """A field in the reader's words, which has none of the odd spaces."""
    found = show(value, reader)
    assert not set(found) & set(ODD)
    return found


@pytest.mark.parametrize(
    ("at", "reader", "expected"),
    [
        (AT, MOSCOW, "сб, 20 февр., 16:00 МСК"),
        (AT, NEW_YORK, "Sat, Feb 20, 8:00 AM ET"),
        (AT, Reader(("ru",), "America/New_York"), "сб, 20 февр., 08:00 Нью-Йорк (ET)"),
        (AT, Reader(("en",), "Europe/Moscow"), "Sat, Feb 20, 4:00 PM Moscow time"),
        (datetime(2026, 12, 31, 21, 0, tzinfo=UTC), MOSCOW, "пт, 1 янв., 00:00 МСК"),
        (datetime(2026, 7, 1, 4, 0, tzinfo=UTC), NEW_YORK, "Wed, Jul 1, 12:00 AM ET"),
        (AT, Reader(("en",), "Europe/Berlin"), "Sat, Feb 20, 2:00 PM Berlin time"),
    ],
)  # fmt: skip
def test_a_moment_is_the_readers_own(at: datetime, reader: Reader, expected: str) -> None:
    """Date, time and the reader's own zone in their own form, also across midnight and in summer."""
    assert shown(Moment(at), reader) == expected


@pytest.mark.parametrize(
    ("zone", "label"),
    [("Asia/Kolkata", "UTC+5:30"), ("America/St_Johns", "UTC−3:30"), ("Asia/Yerevan", "UTC+4"), ("UTC", "UTC")],
)  # fmt: skip
def test_a_zone_without_a_name_shows_its_offset(zone: str, label: str) -> None:
    """Where people have no word for the zone it is its distance from UTC, of that day."""
    for language in ("en", "ru"):
        assert shown(Moment(AT), Reader((language,), zone)).endswith(f" {label}")


def test_the_offset_is_that_of_the_day() -> None:
    """In summer the same place is an hour further from UTC."""
    reader = Reader(("en",), "America/St_Johns")
    assert shown(Moment(datetime(2027, 7, 1, 12, 0, tzinfo=UTC)), reader).endswith("UTC−2:30")


def test_a_time_and_a_date_alone() -> None:
    """A time elsewhere has no zone, because it stands beside the place's name; a date has none either."""
    assert shown(Moment(AT, "America/New_York", "time"), MOSCOW) == "08:00"
    assert shown(Moment(AT, "Europe/Moscow", "time"), NEW_YORK) == "4:00 PM"
    assert shown(Moment(AT, style="date"), MOSCOW) == "20 февр. 2027"
    assert shown(Moment(AT, style="date"), NEW_YORK) == "Feb 20, 2027"


@pytest.mark.parametrize(
    ("money", "english", "russian"),
    [
        ("500 USD", "$500", "500 $"), ("300000 RUB", "₽300,000", "300 000 ₽"),
        ("1234567.89 EUR", "€1,234,567.89", "1 234 567,89 €"),
        ("0 USD", "$0", "0 $"), ("0.5 USD", "$0.50", "0,50 $"), ("7 CHF", "CHF7", "7 CHF"), ("12 ZZZ", "ZZZ12", "12 ZZZ"),
    ],
)  # fmt: skip
def test_money_is_written_as_people_write_it(money: str, english: str, russian: str) -> None:
    """The currency's sign where the language puts it, thousands apart, cents only where there are any."""
    amount, currency = money.split()
    value = Money(Decimal(amount), currency)
    assert (shown(value, NEW_YORK), shown(value, MOSCOW)) == (english, russian)


@pytest.mark.parametrize(
    ("minutes", "english", "russian"),
    [
        (0, "0 minutes", "0 минут"), (1, "1 minute", "1 минута"), (60, "1 working hour", "1 рабочий час"),
        (61, "1 working hour 1 minute", "1 рабочий час 1 минута"), (26 * 60, "26 working hours", "26 рабочих часов"),
        (22 * 60 + 30, "22 working hours 30 minutes", "22 рабочих часа 30 минут"), (0.5, "1 minute", "1 минута"),
    ],
)  # fmt: skip
def test_working_time_is_never_days(minutes: float, english: str, russian: str) -> None:
    """Hours and minutes of work, never days; what is left of a minute counts as one."""
    value = WorkingTime(timedelta(minutes=minutes))
    assert (shown(value, NEW_YORK), shown(value, MOSCOW)) == (english, russian)


def test_lists_are_joined_as_the_language_does() -> None:
    """A, B, and C in English; A, B и C in Russian; a path by arrows; nothing of nothing."""
    items = (Localized({"en": "Anna", "ru": "Анна"}), "Bo", text("act.review"))
    assert shown(Listed(items), NEW_YORK) == "Anna, Bo, and review"
    assert shown(Listed(items), MOSCOW) == "Анна, Bo и согласование"
    assert shown(Listed(items, "arrow"), NEW_YORK) == "Anna → Bo → review"
    assert (shown(Listed(()), NEW_YORK), shown(Listed(items[:1]), MOSCOW)) == ("", "Анна")


def test_numbers_have_their_thousands_apart() -> None:
    """A number in a sentence is written as the language writes it."""
    assert (shown(1234567, NEW_YORK), shown(1234567, MOSCOW)) == ("1,234,567", "1 234 567")


@pytest.mark.parametrize("languages", [(), ("de",), ("de", "fr"), ("xx", ""), ("EN",)])
def test_a_reader_without_a_catalogue_reads_english(languages: tuple[str, ...]) -> None:
    """Whose languages are all unknown reads English, and nobody's own words get lost."""
    reader = Reader(languages, "Europe/Berlin")
    assert reader.language == "en"
    assert say(text("modal.close"), reader) == "Close"
    assert show(Localized({"en": "Contract", "ru": "Договор"}), reader) == "Contract"


def test_a_reader_gets_the_first_language_they_know() -> None:
    """German first and Russian second: the sentences are Russian, people's own words German where there are any."""
    reader = Reader(("de", "ru"), "Europe/Berlin")
    assert say(text("modal.close"), reader) == "Закрыть"
    assert show(Localized({"de": "Vertrag", "en": "Contract", "ru": "Договор"}), reader) == "Vertrag"
    assert show(Localized({"en": "Contract", "ru": "Договор"}), reader) == "Договор"
    assert (show(Localized({"fr": "Contrat"}), reader), show(Localized({}), reader)) == ("Contrat", "")


def test_peoples_own_words_stay_as_they_are() -> None:
    """Braces, percent signs and blanks in somebody's words are not read as fields and not changed."""
    words = "{owners} {0} %s {{\u00a0}}"
    assert show(words, NEW_YORK) == words
    assert say(text("refusal.not_yours", owners=words), NEW_YORK) == f"This step is not yours. It waits for: {words}."


def test_phrases_are_lines() -> None:
    """What people type is compared without capitals, one phrase a line."""
    warm()
    assert "looks good" in phrases("phrases.assent", "en")
    assert "не возражаю" in phrases("phrases.assent", "ru")


@pytest.mark.parametrize(
    ("reader", "title", "expected"),
    [
        (MOSCOW, "Рилс «Мука»", "A-7 «Рилс „Мука“», передать некому"),
        (MOSCOW, "Reel “Flour”", "A-7 «Reel “Flour”», передать некому"),
        (NEW_YORK, "Reel “Flour”", "A-7 “Reel ‘Flour’”: nobody else can take it"),
        (NEW_YORK, "Рилс «Мука»", "A-7 “Рилс «Мука»”: nobody else can take it"),
    ],
)  # fmt: skip
def test_quotes_inside_quotes(reader: Reader, title: str, expected: str) -> None:
    """A title with quotation marks of its own has the inner ones where the sentence quotes it."""
    said = say(text("presence.line.stays", id="A-7", title=title), reader).removeprefix("• ")
    assert said == expected


def test_quotes_outside_quotes_stay() -> None:
    """What is not quoted keeps its own marks, also beside something that is."""
    said = say(text("notice.said", id="A-7", title="«Мука»", who="Анна «Аня» Белова", text="«да»"), MOSCOW)
    assert said == "A-7 «„Мука“»\nАнна «Аня» Белова: «да»"
