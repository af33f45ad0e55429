"""What people type after /away: every way of saying days that is understood, and why the others are not."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.absence_words import MOST_DAYS, Asked, Days, NotUnderstood, read

TODAY = date(2027, 4, 21)  # a Wednesday
MAY = "2027-05-04..2027-05-14"
TURN = "2027-12-28..2028-01-10"
DAY = "2027-05-04..2027-05-04"
MONTHS_RU = ["января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"]
MONTHS_EN = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]

ANY_LANGUAGE = [
    # ISO
    ("2027-05-04..2027-05-14", MAY),
    ("2027-05-04 .. 2027-05-14", MAY),
    ("2027-05-04…2027-05-14", MAY),
    ("2027-05-04 - 2027-05-14", MAY),
    ("2027-05-04-2027-05-14", MAY),
    ("2027-05-04 – 2027-05-14", MAY),
    ("2027-05-04—2027-05-14", MAY),
    ("2027-05-04 to 2027-05-14", MAY),
    ("2027-05-04 по 2027-05-14", MAY),
    ("from 2027-05-04 until 2027-05-14", MAY),
    ("с 2027-05-04 до 2027-05-14", MAY),
    ("2027.05.04-2027.05.14", MAY),
    ("2027/05/04 - 2027/05/14", MAY),
    ("2027-5-4..2027-5-14", MAY),
    ("2027-05-04", DAY),
    ("  2027-05-04 .  ", DAY),
    ("2027-05-04...", DAY),
    ("until 2027-05-14", "2027-04-21..2027-05-14"),
    ("2027-04-01..2027-05-14", "2027-04-01..2027-05-14"),
    ("2027-04-01..2027-04-21", "2027-04-01..2027-04-21"),
    ("2028-02-29", "2028-02-29..2028-02-29"),
    # figures with dots
    ("04.05.2027-14.05.2027", MAY),
    ("04.05.27 - 14.05.27", MAY),
    ("04.05.2027..14.05.2027", MAY),
    ("4.05-14.05", MAY),
    ("4.5 – 14.5", MAY),
    ("4.05..14.05", MAY),
    ("4-14.05", MAY),
    ("4 - 14.05.2027", MAY),
    ("с 4.05 по 14.05", MAY),
    ("from 4.05 through 14.05.", MAY),
    ("с 04 по 14.05", MAY),
    ("4.05 - 14", MAY),
    ("4.05", DAY),
    ("on 4.05.2027!", DAY),
    ("28.12-10.01", TURN),
    ("28.12-10.01.2028", TURN),
    ("28.12.2027-10.01", TURN),
    ("20.04", "2028-04-20..2028-04-20"),
    ("21.04", "2027-04-21..2027-04-21"),
    ("29.02", "2028-02-29..2028-02-29"),
    ("29.02-05.03", "2028-02-29..2028-03-05"),
    ("28.02-01.03.2028", "2028-02-28..2028-03-01"),
]

RUSSIAN = [
    ("4–14 мая", MAY),
    ("4-14 мая", MAY),
    ("4 - 14 мая 2027", MAY),
    ("4-14 мая 2027 г.", MAY),
    ("4–14 МАЯ!", MAY),
    ("с 4 мая 2027г. по 14 мая 2027 г.", MAY),
    ("с 4 мая 2027 года по 14 мая 2027 года", MAY),
    ("04.05.2027 г. - 14.05.2027 г.", MAY),
    ("4-го — 14-е мая", MAY),
    ("с 4 по 14 мая", MAY),
    ("с 4-го по 14-е мая включительно", MAY),
    ("с 4 мая по 14 мая 2027", MAY),
    ("С  4  мая   по 14 мая 2027 года.", MAY),
    ("с 4 мая, по 14 мая", MAY),
    ("со 2 мая до 5 мая", "2027-05-02..2027-05-05"),
    ("4 мая - 14 мая", MAY),
    ("4мая-14мая", MAY),
    ("4 май … 14 май", MAY),
    ("4 мая 2027 - 14 мая 2027", MAY),
    ("4 мая", DAY),
    ("на 4 мая 2027", DAY),
    ("28 декабря - 10 января", TURN),
    ("28 дек. – 10 янв.", TURN),
    ("с 28 декабря по 10 января 2028", TURN),
    ("с 28 декабря 2027 по 10 января", TURN),
    ("до 14 мая", "2027-04-21..2027-05-14"),
    ("по 14 мая", "2027-04-21..2027-05-14"),
    ("до 10 января", "2027-04-21..2028-01-10"),
    ("до 14.05", "2027-04-21..2027-05-14"),
    ("сегодня", "2027-04-21..2027-04-21"),
    ("Завтра", "2027-04-22..2027-04-22"),
    ("послезавтра...", "2027-04-23..2027-04-23"),
    ("сегодня - завтра", "2027-04-21..2027-04-22"),
    ("с завтрашнего дня по 14 мая", "2027-04-22..2027-05-14"),
    ("с сегодняшнего дня до пятницы", "2027-04-21..2027-04-23"),
    ("до завтра", "2027-04-21..2027-04-22"),
    ("до пятницы", "2027-04-21..2027-04-23"),
    ("по пятницу", "2027-04-21..2027-04-23"),
    ("до среды", "2027-04-21..2027-04-21"),
    ("до вторника", "2027-04-21..2027-04-27"),
    ("в пятницу", "2027-04-23..2027-04-23"),
    ("во вторник", "2027-04-27..2027-04-27"),
    ("с понедельника по пятницу", "2027-04-26..2027-04-30"),
    ("с пятницы по вторник", "2027-04-23..2027-04-27"),
    ("пн-пт", "2027-04-26..2027-04-30"),
    ("с завтра до среды", "2027-04-22..2027-04-28"),
    ("с 4 мая по пятницу", "2027-05-04..2027-05-07"),
    ("эта неделя", "2027-04-21..2027-04-25"),
    ("на этой неделе", "2027-04-21..2027-04-25"),
    ("до конца недели", "2027-04-21..2027-04-25"),
    ("с завтра до конца недели", "2027-04-22..2027-04-25"),
    ("следующая неделя", "2027-04-26..2027-05-02"),
    ("На следующей  неделе", "2027-04-26..2027-05-02"),
    ("до конца следующей недели", "2027-04-21..2027-05-02"),
    ("5/4", "2028-04-05..2028-04-05"),
    ("4/5-14/5", MAY),
    ("4/5/2027", DAY),
    ("4/5/27 - 14/5/27", MAY),
    ("4-14/5", MAY),
]

ENGLISH = [
    ("May 4 - May 14", MAY),
    ("May 4-14", MAY),
    ("may 4–14, 2027", MAY),
    ("May 4-14 2027", MAY),
    ("May 4, 2027 - May 14, 2027", MAY),
    ("May 4th to 14th", MAY),
    ("from the 4th of May until the 14th of May", MAY),
    ("4 May to 14 May", MAY),
    ("4-14 May", MAY),
    ("4 May till 14 May 2027.", MAY),
    ("4 - May 14", MAY),
    ("From May 4 through May 14, inclusive", MAY),
    ("FROM MAY 4 THRU MAY 14", MAY),
    ("May 4", DAY),
    ("on May 4th!", DAY),
    ("4 May 2027", DAY),
    ("Dec 28 – Jan 10", TURN),
    ("Dec. 28 - Jan. 10", TURN),
    ("December 28 to January 10, 2028", TURN),
    ("28 Dec 2027 - 10 Jan", TURN),
    ("until May 14", "2027-04-21..2027-05-14"),
    ("till 14 May", "2027-04-21..2027-05-14"),
    ("through May 14", "2027-04-21..2027-05-14"),
    ("up to May 14", "2027-04-21..2027-05-14"),
    ("until January 10", "2027-04-21..2028-01-10"),
    ("Feb 29", "2028-02-29..2028-02-29"),
    ("Sept 1", "2027-09-01..2027-09-01"),
    ("Apr 20", "2028-04-20..2028-04-20"),
    ("today", "2027-04-21..2027-04-21"),
    ("Tomorrow.", "2027-04-22..2027-04-22"),
    ("the day after tomorrow", "2027-04-23..2027-04-23"),
    ("today to May 14", "2027-04-21..2027-05-14"),
    ("from tomorrow until Friday", "2027-04-22..2027-04-23"),
    ("tomorrow - 5/14", "2027-04-22..2027-05-14"),
    ("until Friday", "2027-04-21..2027-04-23"),
    ("until Wednesday", "2027-04-21..2027-04-21"),
    ("on Friday", "2027-04-23..2027-04-23"),
    ("Mon-Fri", "2027-04-26..2027-04-30"),
    ("from Thursday to Tuesday", "2027-04-22..2027-04-27"),
    ("this week", "2027-04-21..2027-04-25"),
    ("until the end of the week", "2027-04-21..2027-04-25"),
    ("till end of week", "2027-04-21..2027-04-25"),
    ("next week", "2027-04-26..2027-05-02"),
    ("NEXT   WEEK!!", "2027-04-26..2027-05-02"),
    ("until end of next week", "2027-04-21..2027-05-02"),
    ("5/4-5/14", MAY),
    ("5/4/2027", DAY),
    ("5/4", DAY),
    ("5/4/27 to 5/14/27", MAY),
    ("5/4-14", MAY),
    ("12/28 - 1/10", TURN),
]

OTHERS = [
    ("oleg 2027-05-04..2027-05-14", "oleg", MAY),
    ("Олег Синицын с 4 мая по 14 мая", "Олег Синицын", MAY),
    ("Олег: 4–14 мая", "Олег", MAY),
    ("Oleg - 4 May to 14 May", "Oleg", MAY),
    ("Анна-Мария, 4–14 мая", "Анна-Мария", MAY),
    ("  @oleg_s  May 4-14 ", "@oleg_s", MAY),
    ("<@U024BE7LH> 5/4-5/14", "<@U024BE7LH>", MAY),
    ("Seán O'Brien from May 4 to May 14", "Seán O'Brien", MAY),
    ("The Boss on the 4th of May", "The Boss", DAY),
    ("May May 4", "May", DAY),
    ("April: 2027-05-04", "April", DAY),
    ("Sun Li 5/4", "Sun Li", DAY),
    ("Катя до пятницы", "Катя", "2027-04-21..2027-04-23"),
    ("Oleg, this week", "Oleg", "2027-04-21..2027-04-25"),
    ("Олег на следующей неделе", "Олег", "2027-04-26..2027-05-02"),
    ("Oleg until the end of the week", "Oleg", "2027-04-21..2027-04-25"),
    ("Олег завтра", "Олег", "2027-04-22..2027-04-22"),
    ("Олег С. 4–14 мая", "Олег С.", MAY),
    ("Олег Г. с 4 по 14 мая", "Олег Г.", MAY),
    ("J. R. Smith: May 4-14", "J. R. Smith", MAY),
    ("Олег. 4–14 мая", "Олег", MAY),
    ("- Олег .. 4–14 мая", "Олег", MAY),
]

BACK = [
    ("back", ""),
    ("Back!", ""),
    ("i am back", ""),
    ("I'm  back.", ""),
    ("I’m back", ""),
    ("cancel", ""),
    ("вернулся", ""),
    ("Вернулась!", ""),
    ("я вернулась", ""),
    ("на месте", ""),
    ("Я на месте", ""),
    ("отмена", ""),
    ("katya back", "katya"),
    ("Jordan is back", "Jordan"),
    ("Олег Синицын: вернулся", "Олег Синицын"),
    ("Катя на месте", "Катя"),
    ("oleg - cancel", "oleg"),
]

REFUSED = [
    ("", "no_days"),
    ("   ", "no_days"),
    ("...", "no_days"),
    ("Олег", "no_days"),
    ("с понедельника", "no_end"),
    ("from May 4", "no_end"),
    ("from", "no_days"),
    ("until next week", "no_days"),  # up to its beginning, or with it?
    ("4", "no_days"),
    ("4-14", "no_days"),
    ("today - 14", "no_days"),
    ("2027", "no_days"),
    ("мая", "no_days"),
    ("4 May -", "no_days"),
    ("4 мая отпуск", "no_days"),
    ("4 и 5 мая", "no_days"),
    ("сегодня и", "no_days"),
    ("2027-05-04 2027-05-14", "no_days"),
    ("4.05 Олег 14.05", "no_days"),
    ("04-05-2027", "no_days"),
    ("1" * 5000, "no_days"),
    ("tomorrow back", "no_days"),
    ("back on Friday", "no_days"),
    ("I'm back tomorrow", "no_days"),
    ("31.04", "bad_day"),
    ("Олег 31 апреля", "bad_day"),
    ("30 February", "bad_day"),
    ("0 мая", "bad_day"),
    ("45 May", "bad_day"),
    ("4.13", "bad_day"),
    ("4.00", "bad_day"),
    ("2027-02-29", "bad_day"),
    ("0000-02-01", "bad_day"),
    ("29.02.2027 - 04.05.2027", "bad_day"),
    ("1-31 июня", "bad_day"),
    ("13/13", "bad_day"),
    ("2027-05-14..2027-05-04", "backwards"),
    ("14-4 мая", "backwards"),
    ("May 14 - May 4", "backwards"),
    ("28-10 января", "backwards"),
    ("14.05.2027 - 04.05.2027", "backwards"),
    ("14 мая - завтра", "backwards"),
    ("2027-04-20", "past"),
    ("2027-04-01..2027-04-20", "past"),
    ("04.05.2026", "past"),
    ("until 2027-04-20", "past"),
    ("до 20 апреля", "past"),
    ("2027-05-04..2028-05-04", "too_long"),
    ("4 мая 2027 - 14 мая 2029", "too_long"),
    ("until 2099-01-01", "too_long"),
]


def days(span: str) -> Days:
    first, last = span.split("..")
    return Days(date.fromisoformat(first), date.fromisoformat(last))


def refusal(words: str, today: date = TODAY, language: str = "en") -> str:
    with pytest.raises(NotUnderstood) as caught:
        read(words, today, language)
    return caught.value.reason


def check(words: str, span: str, language: str) -> None:
    assert read(words, TODAY, language) == Asked("", days(span), back=False)


@pytest.mark.parametrize(("words", "span"), ANY_LANGUAGE)
@pytest.mark.parametrize("language", ["en", "ru"])
def test_figures_mean_the_same_in_both_languages(words: str, span: str, language: str) -> None:
    """Only slashes depend on who reads."""
    check(words, span, language)


@pytest.mark.parametrize(("words", "span"), RUSSIAN)
def test_russian_days(words: str, span: str) -> None:
    """The days as they are written in Moscow; with slashes the day comes first."""
    check(words, span, "ru")


@pytest.mark.parametrize(("words", "span"), ENGLISH)
def test_english_days(words: str, span: str) -> None:
    """The days as they are written in New York; with slashes the month comes first."""
    check(words, span, "en")


@pytest.mark.parametrize("words", ["с 4 мая по 14 мая", "May 4-14", "4.05 through 14.05", "с 4 May to 14 мая"])
@pytest.mark.parametrize("language", ["en", "ru", "de"])
def test_both_languages_are_always_understood(words: str, language: str) -> None:
    """Somebody may write English in Telegram and Russian in Slack."""
    check(words, MAY, language)


@pytest.mark.parametrize(("words", "who", "span"), OTHERS)
def test_words_before_the_days_name_somebody_else(words: str, who: str, span: str) -> None:
    """In their own case, without the punctuation between the name and the days."""
    assert read(words, TODAY, "en") == Asked(who, days(span), back=False)


@pytest.mark.parametrize(("words", "who"), BACK)
@pytest.mark.parametrize("language", ["en", "ru"])
def test_back_ends_an_absence(words: str, who: str, language: str) -> None:
    """For oneself or for somebody named; there are no days then."""
    assert read(words, TODAY, language) == Asked(who, None, back=True)


@pytest.mark.parametrize(("words", "reason"), REFUSED)
def test_what_is_not_understood_says_why(words: str, reason: str) -> None:
    """Days are never guessed: what could mean two things, or no day at all, is asked again."""
    assert refusal(words) == reason


@pytest.mark.parametrize("ahead", range(7))
@pytest.mark.parametrize(
    "names",
    [
        ("Monday", "tue", "Wed", "Thursday", "Fri", "saturday", "Sun"),
        ("понедельник", "вт", "среду", "четверг", "пятницу", "субботу", "вс"),
        ("понедельника", "вторника", "среды", "четверга", "пятницы", "субботы", "воскресенья"),
    ],
)
def test_each_weekday_is_the_next_one_and_today_counts(names: tuple[str, ...], ahead: int) -> None:
    """On whatever weekday it is typed."""
    for shift in range(7):
        today = TODAY + timedelta(days=shift)
        day = today + timedelta(days=ahead)
        name = names[day.weekday()]
        assert read(name, today, "en").days == Days(day, day)
        assert read(f"until {name}", today, "en").days == Days(today, day)
        assert read(f"до {name}", today, "ru").days == Days(today, day)


@pytest.mark.parametrize("shift", range(7))
def test_weeks_are_from_monday_to_sunday(shift: int) -> None:
    """On a Monday this week is seven days long, on a Sunday one."""
    today = date(2027, 4, 19) + timedelta(days=shift)
    assert read("this week", today, "en").days == Days(today, date(2027, 4, 25))
    assert read("до конца недели", today, "ru").days == Days(today, date(2027, 4, 25))
    assert read("на следующей неделе", today, "ru").days == Days(date(2027, 4, 26), date(2027, 5, 2))


@pytest.mark.parametrize("number", range(12))
@pytest.mark.parametrize(
    "names",
    [
        MONTHS_RU,
        ["январь", "февраль", "март", "апрель", "май", "июнь", "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь"],
        ["янв", "фев", "мар", "апр", "мая", "июн", "июл", "авг", "сен", "окт", "ноя", "дек"],
        ["янв.", "февр.", "март", "апр.", "май", "июнь", "июль", "авг.", "сент.", "окт.", "нояб.", "дек."],
        MONTHS_EN,
        [name[:3].lower() for name in MONTHS_EN],
    ],
)
def test_every_month_by_every_name(names: list[str], number: int) -> None:
    """Before and after the day."""
    day = date(2028, number + 1, 5)
    assert read(f"5 {names[number]} 2028", TODAY, "ru").days == Days(day, day)
    assert read(f"{names[number]} 5 2028", TODAY, "en").days == Days(day, day)


@pytest.mark.parametrize(
    ("today", "words", "span"),
    [
        (date(2027, 12, 31), "30 декабря - 2 января", "2028-12-30..2029-01-02"),
        (date(2027, 12, 31), "31 декабря - 2 января", "2027-12-31..2028-01-02"),
        (date(2028, 1, 5), "Dec 28 - Jan 10", "2028-12-28..2029-01-10"),
        (date(2028, 1, 5), "28.12.2027 - 10.01", "2027-12-28..2028-01-10"),
        (date(2027, 12, 31), "tomorrow", "2028-01-01..2028-01-01"),
        (date(2027, 12, 31), "until Jan 1", "2027-12-31..2028-01-01"),
        (date(2028, 2, 28), "завтра", "2028-02-29..2028-02-29"),
        (date(2028, 2, 29), "29.02", "2028-02-29..2028-02-29"),
        (date(2028, 3, 1), "29.02", "2032-02-29..2032-02-29"),
        (date(2096, 3, 1), "29 Feb", "2104-02-29..2104-02-29"),
        (date(2028, 2, 1), "до 29 февраля", "2028-02-01..2028-02-29"),
        (date(2028, 1, 1), "2028-01-01..2028-12-31", "2028-01-01..2028-12-31"),  # a leap year's 366 days
    ],
)
def test_the_turn_of_the_year_and_the_leap_day(today: date, words: str, span: str) -> None:
    """A year that was not said is the next in which the first day is not past."""
    assert read(words, today, "ru").days == days(span)


@pytest.mark.parametrize("words", ["until Feb 29", "28-29 февраля", "20 Feb - 29 Feb"])
def test_an_end_waits_for_no_leap_year(words: str) -> None:
    """A last day that the next February has not is told, rather than moved a year or more away."""
    assert refusal(words, today=date(2027, 1, 10)) == "bad_day"


@pytest.mark.parametrize("words", ["tomorrow", "1.01", "next week", "until Thursday", "29.02", "Dec 31 - Jan 1"])
def test_the_calendar_ends_without_a_fault(words: str) -> None:
    """After the last date there is none, which is a bad day and nothing worse."""
    assert refusal(words, today=date.max) == "bad_day"


PIECES = st.sampled_from(
    [
        "4",
        "14",
        "31",
        "2027",
        "0000",
        "29.02",
        "31.04",
        "5/14",
        "2027-05-04",
        "9999-12-31",
        "-",
        "–",
        "..",
        "…",
        ".",
        ",",
        ":",
        "to",
        "до",
        "по",
        "с",
        "from",
        "on",
        "the",
        "of",
        "May",
        "мая",
        "Feb",
        "дек",
        "Fri",
        "пт",
        "back",
        "cancel",
        "today",
        "завтра",
        "Олег",
        "oleg",
        "İ",
        "ı",
        "ſ",
        "4th",
        "14-го",
        "this",
        "next",
        "week",
        "end",
        "недели",
        "эта",
        "конца",
        "²",
        "٤",
        "10000",
    ]
)
ANYTHING = st.one_of(
    st.text(),
    st.lists(PIECES, max_size=8).map(" ".join),
    st.lists(PIECES, max_size=8).map("".join),
    st.from_regex(r"[0-9./ \-–]{1,24}", fullmatch=True),
)


@given(ANYTHING, st.dates(), st.sampled_from(["en", "ru"]))
def test_any_text_is_understood_or_refused_with_a_reason(words: str, today: date, language: str) -> None:
    """Nothing that can be typed breaks the reading, and what is read is never past, backwards or endless."""
    try:
        asked = read(words, today, language)
    except NotUnderstood as caught:
        refused: str | None = caught.reason
    else:
        refused = None
        assert_possible(asked, words, today)
    assert refused in {None, "no_days", "no_end", "bad_day", "backwards", "past", "too_long"}


def assert_possible(asked: Asked, words: str, today: date) -> None:
    assert asked.who == asked.who.strip()
    assert asked.who in " ".join(words.split())
    assert (asked.days is None) == asked.back
    if asked.days:
        assert asked.days.first <= asked.days.last
        assert today <= asked.days.last
        assert (asked.days.last - asked.days.first).days < MOST_DAYS


def test_a_letter_that_only_looks_alike_is_another_letter() -> None:
    """Letters that are equal only when case is ignored make a plain word."""
    assert refusal("frİday") == "no_days"
    assert refusal("auguſt 4") == "no_days"
    assert read("tıll 4.05", TODAY, "ru") == Asked("tıll", days(DAY), back=False)


@pytest.mark.parametrize(
    "piece", ["4 ", "May ", "- ", "from ", "4.05-", "a", " ", "!", "4 May - ", "day after ", "..", "4 мая по "]
)
def test_a_long_text_is_read_in_no_time(piece: str) -> None:
    """Even one as long as a messenger lets through: the work grows with the length, not with its square."""
    begin = perf_counter()
    with suppress(NotUnderstood):
        read("a" + piece * 10_000 + "b tomorrow", TODAY, "en")
    assert perf_counter() - begin < 2


Written = Callable[[date], str]
WITH_YEAR: list[tuple[Written, str]] = [
    (date.isoformat, "en"),
    (lambda day: f"{day.year}/{day.month}/{day.day}", "ru"),
    (lambda day: f"{day.day:02}.{day.month:02}.{day.year}", "ru"),
    (lambda day: f"{day.day}.{day.month}.{day.year % 100:02}", "en"),
    (lambda day: f"{day.month}/{day.day}/{day.year}", "en"),
    (lambda day: f"{day.day}/{day.month}/{day.year}", "ru"),
    (lambda day: f"{day.day} {MONTHS_RU[day.month - 1]} {day.year} г.", "ru"),
    (lambda day: f"{day.day} {MONTHS_EN[day.month - 1][:3]} {day.year}", "en"),
    (lambda day: f"{MONTHS_EN[day.month - 1]} {day.day}, {day.year}", "en"),
]
WITHOUT_YEAR: list[tuple[Written, str]] = [
    (lambda day: f"{day.day}.{day.month:02}", "ru"),
    (lambda day: f"{day.month}/{day.day}", "en"),
    (lambda day: f"{day.day}/{day.month:02}", "ru"),
    (lambda day: f"{day.day} {MONTHS_RU[day.month - 1].upper()}", "ru"),
    (lambda day: f"{MONTHS_EN[day.month - 1][:3]}. {day.day}", "en"),
]
JOINED = [
    "{}..{}",
    "{} … {}",
    "{}-{}",
    "{} – {}",
    "{} — {}",
    "from {} to {}",
    "{} until {}!",
    "с {} по {}",
    "{} до {}.",
    "Олег: {} - {}",
]
CENTURY = st.dates(date(2000, 1, 1), date(2099, 1, 1))
LENGTH = st.integers(0, 300)
AGO = st.integers(0, 360)
FORM = st.sampled_from(JOINED)


@given(CENTURY, st.integers(0, MOST_DAYS - 1), st.sampled_from(WITH_YEAR), FORM, st.data())
def test_days_with_a_year_come_back(
    first: date, length: int, written: tuple[Written, str], form: str, data: st.DataObject
) -> None:
    """Whenever they are typed, up to the last day itself; one end may be written unlike the other."""
    write, language = written
    last = min(first + timedelta(days=length), date(2099, 12, 31))
    other = data.draw(st.sampled_from([one for one, its in WITH_YEAR if its == language]))
    today = data.draw(st.dates(date(2000, 1, 1), last))
    assert read(form.format(write(first), other(last)), today, language).days == Days(first, last)


@given(CENTURY, LENGTH, AGO, st.sampled_from(WITHOUT_YEAR), FORM)
def test_days_without_a_year_come_back(first: date, length: int, ago: int, written: tuple[Written, str], form: str) -> None:
    """When they are typed less than a year before the first, over the turn of the year too."""
    write, language = written
    last = first + timedelta(days=length)
    if (last.month, last.day) == (2, 29):
        last += timedelta(days=1)
    asked = read(form.format(write(first), write(last)), first - timedelta(days=ago), language)
    assert asked.days == Days(first, last)


@given(CENTURY, LENGTH, st.sampled_from(WITHOUT_YEAR))
def test_until_begins_today(today: date, length: int, written: tuple[Written, str]) -> None:
    """The last day is the next of that name."""
    write, language = written
    last = today + timedelta(days=length)
    assert read(f"until {write(last)}", today, language).days == Days(today, last)


@given(CENTURY, AGO, st.integers(0, 30))
def test_two_days_of_one_month_come_back(first: date, ago: int, length: int) -> None:
    """With the month said once, before or after both."""
    last = first + timedelta(days=length)
    if last.month != first.month:
        last = first
    today = first - timedelta(days=ago)
    russian, english = MONTHS_RU[first.month - 1], MONTHS_EN[first.month - 1]
    assert read(f"{first.day}–{last.day} {russian}", today, "ru").days == Days(first, last)
    assert read(f"с {first.day} по {last.day} {russian} {first.year}", today, "ru").days == Days(first, last)
    assert read(f"{english} {first.day}-{last.day}", today, "en").days == Days(first, last)
    assert read(f"{english} {first.day} - {last.day}, {first.year}", today, "en").days == Days(first, last)
    assert read(f"{first.day}-{last.day}.{first.month:02}", today, "ru").days == Days(first, last)
