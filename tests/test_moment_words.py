"""What people type as the moment something is needed by: every way that is understood, and why the others are not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest
from babel.dates import format_datetime
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.core.wording import Moment
from bot.day_words import months, weekdays
from bot.moment_words import NotUnderstood, read_amount, read_moment
from bot.speech import Reader, show

NEW_YORK, MOSCOW = "America/New_York", "Europe/Moscow"
NOW = datetime(2026, 11, 25, 15, 30, 20, 5, tzinfo=UTC)  # a Wednesday: 10:30 in New York, 18:30 in Moscow

ENGLISH = [
    ("tomorrow 18:00", "2026-11-26 18:00"),
    ("Tomorrow at 6 p.m.", "2026-11-26 18:00"),
    ("today at 6pm", "2026-11-25 18:00"),
    ("today", "2026-11-25 18:00"),
    ("day after tomorrow by noon", "2026-11-27 12:00"),
    ("the day after tomorrow", "2026-11-27 18:00"),
    ("tomorrow 18", "2026-11-26 18:00"),
    ("tomorrow at 10", "2026-11-26 10:00"),
    ("tomorrow at 06:15", "2026-11-26 06:15"),
    ("tomorrow, 12 AM", "2026-11-26 00:00"),
    ("tomorrow 12:30 pm", "2026-11-26 12:30"),
    ("tomorrow 24:00", "2026-11-27 00:00"),
    ("tomorrow at 9 o'clock", "2026-11-26 09:00"),
    ("tomorrow at 3 in the afternoon", "2026-11-26 15:00"),
    ("tomorrow at 9 at night", "2026-11-26 21:00"),
    ("by 6pm tomorrow", "2026-11-26 18:00"),
    ("no later than 6:30 PM, Friday", "2026-11-27 18:30"),
    ("6.30pm tomorrow", "2026-11-26 18:30"),
    ("fri 10am", "2026-11-27 10:00"),
    ("Friday", "2026-11-27 18:00"),
    ("on Thurs. at 11", "2026-11-26 11:00"),
    ("wed 11am", "2026-11-25 11:00"),
    ("wed 9am", "2026-12-02 09:00"),  # today's nine o'clock is past
    ("this friday, noon", "2026-11-27 12:00"),
    ("next friday noon", "2026-12-04 12:00"),
    ("next Wednesday", "2026-12-02 18:00"),
    ("end of day Friday", "2026-11-27 18:00"),
    ("EOD", "2026-11-25 18:00"),
    ("by 6 PM", "2026-11-25 18:00"),
    ("2 Dec 14:00", "2026-12-02 14:00"),
    ("Dec 2, 2 PM", "2026-12-02 14:00"),
    ("Dec. 2nd at 2:05 PM", "2026-12-02 14:05"),
    ("the 2nd of December", "2026-12-02 18:00"),
    ("Wed, Dec 2, 2:00 PM", "2026-12-02 14:00"),
    ("December 2, 2027, 11:59 pm", "2027-12-02 23:59"),
    ("Nov 24", "2027-11-24 18:00"),
    ("Nov 25", "2026-11-25 18:00"),
    ("Feb 29 noon", "2028-02-29 12:00"),
    ("12/02 14:00", "2026-12-02 14:00"),
    ("12/2/26 2pm", "2026-12-02 14:00"),
    ("2pm 12/2", "2026-12-02 14:00"),
    ("2026-12-02", "2026-12-02 18:00"),
    ("2026-12-02 14:00", "2026-12-02 14:00"),
    ("2026-12-02T14:00", "2026-12-02 14:00"),
    ("2026-12-02T14:00-05:00", "2026-12-02 14:00"),
    ("2026-12-02t19:00z", "2026-12-02 14:00"),
    ("2026-12-02 22:00+0300", "2026-12-02 14:00"),
    ("in 3 hours", "2026-11-25 13:30"),
    ("in 90 min", "2026-11-25 12:00"),
    ("in an hour", "2026-11-25 11:30"),
    ("within 1 hour 30 minutes", "2026-11-25 12:00"),
    ("in half an hour.", "2026-11-25 11:00"),
    ("in 3h", "2026-11-25 13:30"),
    ("in 2 days", "2026-11-27 18:00"),
    ("in 2 days at 10am", "2026-11-27 10:00"),
    ("in a week", "2026-12-02 18:00"),
    ("Dec 2 14:00 MSK", "2026-12-02 06:00"),
    ("6pm ET", "2026-11-25 18:00"),
    ("Friday 6pm Moscow time", "2026-11-27 10:00"),
    ("Friday 6pm (Berlin time)", "2026-11-27 12:00"),
    ("Friday 18:00 UTC", "2026-11-27 13:00"),
    ("Friday 18:00 GMT+5:30", "2026-11-27 07:30"),
    ("Friday 18:00 UTC−5", "2026-11-27 18:00"),
]

RUSSIAN = [
    ("завтра в 18:00", "2026-11-26 18:00"),
    ("Завтра, 18-00", "2026-11-26 18:00"),
    ("завтра в 18.00", "2026-11-26 18:00"),
    ("завтра в 10.10", "2026-11-26 10:10"),
    ("до 18:00 завтра", "2026-11-26 18:00"),
    ("завтра к 6 вечера", "2026-11-26 18:00"),
    ("завтра к 10 утра", "2026-11-26 10:00"),
    ("завтра в 3 часа дня", "2026-11-26 15:00"),
    ("завтра в 3 дня", "2026-11-26 15:00"),
    ("завтра в 2 ночи", "2026-11-26 02:00"),
    ("завтра до полудня", "2026-11-26 12:00"),
    ("до конца дня завтра", "2026-11-26 18:00"),
    ("послезавтра до 18 часов", "2026-11-27 18:00"),
    ("сегодня до 21", "2026-11-25 21:00"),
    ("не позднее 21:00", "2026-11-25 21:00"),
    ("в пятницу к 12", "2026-11-27 12:00"),
    ("во вторник", "2026-12-01 18:00"),
    ("пт 10:00", "2026-11-27 10:00"),
    ("к пятнице", "2026-11-27 18:00"),
    ("среда", "2026-12-02 18:00"),  # today's six o'clock is past
    ("до следующей пятницы", "2026-12-04 18:00"),
    ("в следующий понедельник в 9", "2026-11-30 09:00"),
    ("в эту пятницу", "2026-11-27 18:00"),
    ("2 декабря 14:00", "2026-12-02 14:00"),
    ("2-го декабря к 14", "2026-12-02 14:00"),
    ("к 14:00 2 декабря 2027 г.", "2027-12-02 14:00"),
    ("ср, 2 дек., 14:00 МСК", "2026-12-02 14:00"),
    ("02.12 14:00", "2026-12-02 14:00"),
    ("02.12 в 14.00", "2026-12-02 14:00"),
    ("02.12 14.00", "2026-12-02 14:00"),
    ("в 10.11 02.12", "2026-12-02 10:11"),
    ("02.12.26", "2026-12-02 18:00"),
    ("02.12.2027 9:30", "2027-12-02 09:30"),
    ("10.12", "2026-12-10 18:00"),
    ("чт 10.12", "2026-12-10 18:00"),
    ("12/02", "2027-02-12 18:00"),
    ("через 3 часа", "2026-11-25 21:30"),
    ("через час", "2026-11-25 19:30"),
    ("через 1 час 30 минут", "2026-11-25 20:00"),
    ("через полчаса", "2026-11-25 19:00"),
    ("через 3 дня", "2026-11-28 18:00"),
    ("через 5 дней в 12:00", "2026-11-30 12:00"),
    ("через неделю", "2026-12-02 18:00"),
    ("31 декабря 23:00 мск", "2026-12-31 23:00"),
    ("завтра 11:00 по Нью-Йорку", "2026-11-26 19:00"),
    ("сегодня 11:00 Нью-Йорк (ET)", "2026-11-25 19:00"),
]

REFUSED = [
    ("", "words"),
    (" ... ", "words"),
    ("soon", "words"),
    ("next week", "words"),
    ("half an hour", "words"),
    ("at 3 hours ago", "words"),
    ("in 3 months", "words"),
    ("in -3 hours", "words"),
    ("December", "words"),
    ("2026", "words"),
    ("dinner tomorrow", "words"),
    ("tomorrow 18:00 please", "words"),
    ("tomorrow 18:00-20:00", "words"),
    ("2-4 Dec", "words"),
    ("today or tomorrow", "words"),
    ("tomorrow 2 Dec 3 Dec", "words"),
    ("tomorrow 18:00 19:00", "words"),
    ("tomorrow 18:00 ET 2 Dec", "words"),
    ("18:00 UTC+15", "words"),
    ("auguſt 4", "words"),
    ("1" * 5000, "words"),
    ("tomorrow" + ", " * 100 + "18:00", "words"),
    ("25:00", "time"),
    ("tomorrow 18:60", "time"),
    ("tomorrow at 26", "time"),
    ("24:01", "time"),
    ("13pm", "time"),
    ("0 am tomorrow", "time"),
    ("завтра в 5 ночи", "time"),
    ("2026-12-02T25:00Z", "time"),
    ("2026-12-02T14:00+99:00", "time"),
    ("31.04", "day"),
    ("30 Feb 14:00", "day"),
    ("Dec 0", "day"),
    ("45.13 10:00", "day"),
    ("13/13", "day"),
    ("25/12", "day"),
    ("Feb 29, 2027", "day"),
    ("2026-13-02", "day"),
    ("2026-02-30T10:00", "day"),
    ("0000-12-02 10:00", "day"),
    ("yesterday 10:00", "words"),
    ("today 10:00", "past"),
    ("today at 10:30", "past"),
    ("10am", "past"),
    ("this Tuesday", "past"),
    ("2026-11-25T15:30Z", "past"),
    ("2025-12-02 14:00", "past"),
    ("Nov 25 10am", "past"),
    ("in 0 hours", "past"),
    ("tomorrow at 6", "ambiguous"),
    ("tomorrow 8:30", "ambiguous"),
    ("завтра к 5", "ambiguous"),
    ("midnight", "ambiguous"),
    ("завтра в 12 ночи", "ambiguous"),
    ("fri 12", "ambiguous"),
    ("Dec 2 14", "ambiguous"),
    ("at 10 Dec 12", "ambiguous"),
    ("10.12 02.12", "ambiguous"),
    ("завтра 10.12", "ambiguous"),
    ("Fri, Dec 2", "ambiguous"),
    ("tomorrow, 2 Dec", "ambiguous"),
    ("3 часа", "ambiguous"),
    ("Friday MSK 18:00 ET", "ambiguous"),
]

AMOUNTS = [
    ("300", "300 RUB"),
    ("300 USD", "300 USD"),
    ("usd 300", "300 USD"),
    ("$300", "300 USD"),
    ("US$ 300", "300 USD"),
    ("$300 USD", "300 USD"),
    ("300 dollars", "300 USD"),
    ("1,500.50 €", "1500.50 EUR"),
    ("1,500", "1500 RUB"),
    ("300,5", "300.5 RUB"),
    ("$1.5k", "1500 USD"),
    ("2 m", "2000000 RUB"),
    ("50 000 ₽", "50000 RUB"),
    ("50\u202f000 руб.", "50000 RUB"),
    ("50 000 р", "50000 RUB"),
    ("50к", "50000 RUB"),
    ("50 тыс. рублей", "50000 RUB"),
    ("1,5 млн", "1500000 RUB"),
    ("300 долларов", "300 USD"),
    ("0", "0 RUB"),
]
NO_AMOUNTS = [
    "", "many", "-5", "−5 USD", "(300)", "300-400", "1.500", "1.500,50", "1,50,000", "1,500k", "50 00", "300 мяу", "300 ABC", "$300 EUR",
    "300 USD please", "1" * 13, "1000000 m", "1" * 5000, "٣٠٠",
]  # fmt: skip


def local(words: str, zone: str, *languages: str, now: datetime = NOW) -> str:
    found = read_moment(words, now, zone, languages)
    assert found.tzinfo is UTC
    return found.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


def refusal(words: str, zone: str = NEW_YORK, *languages: str, now: datetime = NOW) -> str:
    with pytest.raises(NotUnderstood) as caught:
        read_moment(words, now, zone, languages or ("en",))
    return caught.value.reason


@pytest.mark.parametrize(("words", "moment"), ENGLISH)
def test_english_moments(words: str, moment: str) -> None:
    """As they are written in New York, on its clock unless another is named."""
    assert local(words, NEW_YORK, "en") == moment


@pytest.mark.parametrize(("words", "moment"), RUSSIAN)
def test_russian_moments(words: str, moment: str) -> None:
    """As they are written in Moscow, on its clock unless another is named."""
    assert local(words, MOSCOW, "ru") == moment


@pytest.mark.parametrize("words", ["tomorrow 18:00", "завтра в 18:00", "завтра at 6pm", "26.11 18:00"])
@pytest.mark.parametrize("language", ["en", "ru", "de"])
def test_both_languages_are_always_understood(words: str, language: str) -> None:
    """Somebody may write English in Telegram and Russian in Slack."""
    assert local(words, MOSCOW, language) == "2026-11-26 18:00"


@pytest.mark.parametrize(("words", "reason"), REFUSED)
def test_what_is_not_understood_says_why(words: str, reason: str) -> None:
    """A moment is never guessed: junk, the impossible, the past and what could mean two moments are asked again."""
    assert refusal(words) == reason


@pytest.mark.parametrize(
    ("languages", "words", "moment"),
    [
        (("en",), "12/02", "2026-12-02 18:00"),
        (("en-US",), "12/02", "2026-12-02 18:00"),
        ((), "12/02", "2026-12-02 18:00"),
        (("ru",), "12/02", "2027-02-12 18:00"),
        (("ru", "en"), "12/25", "2026-12-25 18:00"),
        (("ru", "en"), "25/12", "2026-12-25 18:00"),
        (("ru", "en"), "12/12", "2026-12-12 18:00"),
        (("ru", "en"), "12.02", "2027-02-12 18:00"),
        (("de", "en"), "12/02/2027", None),
        (("ru", "en"), "12/02 14:00", None),
    ],
)
def test_slashes_are_as_the_readers_languages_have_them(languages: tuple[str, ...], words: str, moment: str | None) -> None:
    """Who reads English and another language is asked, unless only one of the readings is a date."""
    if moment is None:
        assert refusal(words, MOSCOW, *languages) == "ambiguous"
    else:
        assert local(words, MOSCOW, *languages) == moment


@pytest.mark.parametrize("ahead", range(7))
def test_each_weekday_is_the_next_that_is_still_to_come(ahead: int) -> None:
    """By each of its names, today's own included until its time is past; "next" is the week that begins on Monday."""
    now = datetime(2026, 11, 23, 12, tzinfo=UTC) + timedelta(days=ahead)
    for number, names in enumerate(weekdays()):
        wanted = now.replace(hour=18) + timedelta(days=(number - ahead) % 7)
        next_week = datetime(2026, 11, 30, 18, tzinfo=UTC) + timedelta(days=number)
        assert {read_moment(name, now, "UTC", ["ru"]) for name in names} == {wanted}
        assert {read_moment(f"next {name}", now, "UTC", ["en"]) for name in names} == {next_week}


def test_every_month_by_every_name() -> None:
    """Before and after the day."""
    for number, names in enumerate(months(), 1):
        wanted = datetime(2028, number, 5, 18, tzinfo=UTC)
        assert {read_moment(f"5 {name} 2028", NOW, "UTC", ["ru"]) for name in names} == {wanted}
        assert {read_moment(f"{name}. 5, 2028", NOW, "UTC", ["en"]) for name in names} == {wanted}


@pytest.mark.parametrize(
    ("words", "moment"),
    [
        ("14 Mar 2027 2:30 am", "2027-03-14T07:30Z"),  # skipped: half past three
        ("14 Mar 2027 3:00 am", "2027-03-14T07:00Z"),
        ("1 Nov 2027 1:30 am", "2027-11-01T05:30Z"),
        ("7 Nov 2027 1:30 am", "2027-11-07T05:30Z"),  # twice: the first
        ("7 Nov 2027 2:00 am", "2027-11-07T07:00Z"),
        ("2027-03-14T02:30", "2027-03-14T07:30Z"),
    ],
)
def test_the_clock_changes(words: str, moment: str) -> None:
    """A local time that does not exist moves forward, one that occurs twice is the first."""
    assert read_moment(words, NOW, NEW_YORK, ["en"]) == datetime.fromisoformat(moment)


def test_hours_from_now_do_not_stretch_with_the_clock() -> None:
    """Three hours are three hours over the change too."""
    now = datetime(2027, 3, 14, 6, 30, tzinfo=UTC)
    assert read_moment("in 3 hours", now, NEW_YORK, ["en"]) == datetime(2027, 3, 14, 9, 30, tzinfo=UTC)


def test_a_moment_is_to_come_and_whole() -> None:
    """This very minute is past; seconds of the clock are not carried over."""
    assert refusal("10:30", now=NOW.replace(second=0, microsecond=0)) == "past"
    assert read_moment("in 1 minute", NOW, NEW_YORK, ["en"]) == datetime(2026, 11, 25, 15, 31, tzinfo=UTC)


def test_where_it_is_already_tomorrow() -> None:
    """With another zone named, "today" that could be two days is asked again; a date, or one day that is past, is not."""
    now = datetime(2026, 12, 2, 1, tzinfo=UTC)  # the evening of the 1st in New York, the morning of the 2nd in Moscow
    assert refusal("tomorrow 10:00 MSK", now=now) == "ambiguous"
    assert local("today 10:00 MSK", NEW_YORK, "en", now=now) == "2026-12-02 02:00"
    assert local("10:00 MSK", NEW_YORK, "en", now=now) == "2026-12-02 02:00"
    assert local("Dec 2 10:00 MSK", NEW_YORK, "en", now=now) == "2026-12-02 02:00"
    assert local("1 декабря 23:00 ET", MOSCOW, "ru", now=now) == "2026-12-02 07:00"


@pytest.mark.parametrize("words", ["tomorrow", "in 99 weeks", "next fri", "Jan 1", "in 99 hours", "29.02"])
def test_the_calendar_ends_without_a_fault(words: str) -> None:
    """After the last date there is none."""
    assert refusal(words, "UTC", now=datetime.max.replace(tzinfo=UTC)) == "day"


@pytest.mark.parametrize(("words", "money"), AMOUNTS)
def test_amounts(words: str, money: str) -> None:
    """In the usual currency unless another is named, grouped and shortened as people do."""
    assert str(read_amount(words, "RUB")) == money


@pytest.mark.parametrize("words", NO_AMOUNTS)
def test_what_is_no_amount(words: str) -> None:
    """Nothing negative, nothing that is a thousand times more elsewhere, no currency that there is not."""
    with pytest.raises(NotUnderstood) as caught:
        read_amount(words, "USD")
    assert caught.value.reason == "amount"


PIECES = st.sampled_from(
    [
        "2", "02", "14", "31", "25", "2026", "0000", "9999", "02.12", "10.12", "31.04", "14.00", "12/02", "13/13", "18:00",
        "25:00", "18-00", "6pm", "pm", "am", "p.m.", "дня", "ночи", "2026-12-02", "2026-12-02T14:00", "Z", "+03:00", "UTC+3",
        "UTC+15", "ET", "МСК", "(МСК)", "Dec", "декабря", "may", "fri", "пятницу", "tomorrow", "сегодня", "next", "this", "эту",
        "at", "by", "к", "до", "in", "через", "hours", "ч", "минут", "days", "week", "неделю", "noon", "полночь", "EOD", "-", "–",
        "…", ".", ",", "(", ":", "the", "of", "İ", "ı", "ſ", "²", "٤", "2nd", "2-го", "10000", "r", "$", "k", "руб",
    ]
)  # fmt: skip
ANYTHING = st.one_of(
    st.text(),
    st.lists(PIECES, max_size=7).map(" ".join),
    st.lists(PIECES, max_size=7).map("".join),
    st.from_regex(r"[0-9./: TZ+\-]{1,24}", fullmatch=True),
)
ZONES = st.sampled_from([NEW_YORK, MOSCOW, "Europe/Berlin", "Asia/Kolkata", "America/St_Johns", "UTC"])
LANGUAGES = st.sampled_from([(), ("en",), ("ru",), ("ru", "en"), ("de", "en")])
INSTANTS = st.datetimes(timezones=st.just(UTC))


@given(ANYTHING, INSTANTS, ZONES, LANGUAGES)
def test_any_text_is_a_moment_to_come_or_refused_with_a_reason(
    words: str, now: datetime, zone: str, languages: tuple[str, ...]
) -> None:
    """Nothing that can be typed breaks the reading, whenever it is typed."""
    try:
        found = read_moment(words, now, zone, languages)
    except NotUnderstood as caught:
        refused: str | None = caught.reason
    else:
        refused = None
        assert found > now
        assert found.tzinfo is UTC
    assert refused in {None, "words", "past", "time", "day", "ambiguous"}


@given(ANYTHING, st.sampled_from(["USD", "RUB"]))
def test_any_text_is_an_amount_or_refused(words: str, currency: str) -> None:
    """Never negative, never anything but the one refusal."""
    try:
        money = read_amount(words, currency)
    except NotUnderstood as caught:
        refused: str | None = caught.reason
    else:
        refused = None
        assert money.amount >= 0
    assert refused in {None, "amount"}


YEARS = st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))
AHEAD = st.integers(1, 364 * 24 * 60)


def later(now: datetime, minutes: int, zone: str) -> datetime:
    """A whole minute, on a local clock that shows it for the first time."""
    at = (now + timedelta(minutes=minutes)).replace(second=0, microsecond=0)
    assume(at > now and at.astimezone(ZoneInfo(zone)).fold == 0)
    return at


@given(YEARS, AHEAD, ZONES, ZONES, st.sampled_from(["en", "ru"]))
def test_what_the_bot_shows_can_be_typed_back(now: datetime, minutes: int, shown_in: str, home: str, language: str) -> None:
    """A moment within a year, in the catalogue's own format and with its zone, reads as itself wherever it is typed."""
    at = later(now, minutes, shown_in)
    words = show(Moment(at), Reader((language,), shown_in))
    assert read_moment(words, now, home, [language]) == at


PATTERNS = st.sampled_from(
    [
        ("en", "EEE, MMM d, h:mm a"), ("en", "h:mm a, EEEE d MMMM"), ("en", "M/d/yyyy HH:mm"), ("en", "MMMM d, yyyy h:mma"),
        ("ru", "EEE, d MMM, HH:mm"), ("ru", "d MMMM y 'г'. 'в' HH:mm"), ("ru", "dd.MM 'к' HH.mm"), ("ru", "HH:mm d.MM.yyyy"),
        ("ru", "yyyy-MM-dd HH:mm"), ("en", "yyyy-MM-dd'T'HH:mm"), ("ru", "d/MM/yy HH:mm"),
    ]
)  # fmt: skip


@given(YEARS, AHEAD, ZONES, PATTERNS)
def test_moments_come_back_in_every_form(now: datetime, minutes: int, zone: str, written: tuple[str, str]) -> None:
    """Written on the reader's own clock, with a year or within one."""
    language, pattern = written
    at = later(now, minutes, zone)
    on_the_clock = at.astimezone(ZoneInfo(zone))
    assert read_moment(format_datetime(on_the_clock, pattern, locale=language), now, zone, [language]) == at
    assert read_moment(on_the_clock.isoformat(), now, "UTC", [language]) == at


@pytest.mark.parametrize("piece", ["4 ", "May ", "- ", "at ", "4.05-", "a", " ", "!", "10.12 ", "в "])
def test_a_long_text_is_read_in_no_time(piece: str) -> None:
    """Even one as long as a messenger lets through."""
    begin = perf_counter()
    refusal("a" + piece * 10_000 + "b tomorrow")
    assert perf_counter() - begin < 1
