"""Counted nouns: the hand-written forms, three in Russian and two in English."""

from __future__ import annotations

import re

import pytest

from bot.core.wording import counted
from bot.speech import Reader, say
from tests.locales.catalogues import LANGUAGES, catalogue, fields, forms

RU, EN = Reader(("ru",), "UTC"), Reader(("en",), "UTC")
COUNTS = (0, 1, 2, 3, 4, 5, 11, 12, 14, 21, 22, 25, 101, 111, 1001)
# one (1, 21, 101), few (2–4, 22), many (0, 5–20, 111), as Russian counts them.
NOUNS = {
    "audit.card": ("карточка", "карточки", "карточек"),
    "audit.chain": ("запроса", "запросов", "запросов"),
    "audit.late_message": ("сообщение", "сообщения", "сообщений"),
    "audit.late_step": ("напоминание", "напоминания", "напоминаний"),
    "audit.no_moment": ("запроса", "запросов", "запросов"),
    "audit.nobody": ("открытый запрос", "открытых запроса", "открытых запросов"),
    "cli.db.backed_up": ("запрос", "запроса", "запросов"),
    "cli.db.restored": ("запрос", "запроса", "запросов"),
    "doctor.clock.wrong": ("секунду", "секунды", "секунд"),
    "doctor.people.wrong": ("человеком", "людьми", "людьми"),
    "duration.hours": ("рабочий час", "рабочих часа", "рабочих часов"),
    "duration.minutes": ("минута", "минуты", "минут"),
    "inbox.title": ("запрос", "запроса", "запросов"),
    "card.status.returned_to_you": ("замечание", "замечания", "замечаний"),
    "card.status.approved_to_fix": ("замечание", "замечания", "замечаний"),
    "card.status.to_correct": ("пункт", "пункта", "пунктов"),
    "digest.waiting": ("дело", "дела", "дел"),
    "notice.sent_back": ("замечание", "замечания", "замечаний"),
    "notice.must_fix": ("замечание", "замечания", "замечаний"),
    "notice.objected": ("пункт", "пункта", "пунктов"),
    "notice.ratified_with_remarks": ("замечание", "замечания", "замечаний"),
    "print.path": ("раунд", "раунда", "раундов"),
    "print.line": ("день", "дня", "дней"),
    "fact.checklist.missing": ("пункт", "пункта", "пунктов"),
    "foresee.checklist": ("пункт", "пункта", "пунктов"),
    "foresee.rounds": ("раунда", "раундов", "раундов"),
    "new.files.added": ("файл", "файла", "файлов"),
    "new.so_far": ("знак", "знака", "знаков"),
    "new.summary.cut": ("знак", "знака", "знаков"),
    "report.direct_line": ("день", "дня", "дней"),
    "report.unanswered": ("вопрос", "вопроса", "вопросов"),
    "cli.accounts.done": ("аккаунт", "аккаунта", "аккаунтов"),
    "cli.audit.fine": ("запрос", "запроса", "запросов"),
}


def form(count: int) -> int:
    """Which of the three Russian forms a whole number takes."""
    if count % 10 == 1 and count % 100 != 11:
        return 0
    return 1 if count % 10 in (2, 3, 4) and count % 100 not in (12, 13, 14) else 2


def said(name: str, count: int, reader: Reader) -> str:
    filled = {field: "x" for field in fields(forms(catalogue("ru")[name])[0]) if field != "count"}
    return say(counted(name, count, **filled), reader)


def test_each_language_has_its_forms() -> None:
    """Three forms in Russian and two in English, and the same messages are counted in both."""
    counted_ids = {lang: {name for name, entry in catalogue(lang).items() if entry.msgid_plural} for lang in LANGUAGES}
    assert counted_ids["en"] == counted_ids["ru"]
    assert len(counted_ids["en"]) >= len(NOUNS)
    for language, wanted in (("en", 2), ("ru", 3)):
        assert {len(forms(catalogue(language)[name])) for name in counted_ids[language]} == {wanted}
        assert all(entry.msgid_plural == f"{name}#" for name, entry in catalogue(language).items() if entry.msgid_plural)


@pytest.mark.parametrize("name", sorted(NOUNS))
def test_russian_counts_as_the_table_says(name: str) -> None:
    """1 раунд, 2 раунда, 5 раундов, 11 раундов, 21 раунд, 111 раундов: for every noun that is counted."""
    for count in COUNTS:
        shown = f"{count:,}".replace(",", " ")
        assert re.search(rf"{shown} {NOUNS[name][form(count)]}\b", said(name, count, RU)), (name, count)


@pytest.mark.parametrize("name", sorted(NOUNS))
def test_english_counts_one_and_many(name: str) -> None:
    """One has its own form; none, two, eleven and twenty-one share the other."""
    one, *others = (said(name, count, EN).replace(f"{count}", "N") for count in (1, 0, 2, 11, 21))
    assert len(set(others)) == 1
    assert one != others[0]


def test_every_counted_message_is_in_the_table() -> None:
    """A new counted message has its noun here, or the number is not before a noun in Russian."""
    uncounted = {"cli.check.faults", "print.role.deputies"}
    assert {name for name, entry in catalogue("ru").items() if entry.msgid_plural} == set(NOUNS) | uncounted


@pytest.mark.parametrize(("count", "wanted"), [(1, 0), (2, 1), (5, 2), (11, 2), (21, 0), (101, 0), (111, 2), (0, 2), (22, 1)])
def test_the_rule_itself(count: int, wanted: int) -> None:
    """The numbers of the table fall where Russian grammar puts them."""
    assert form(count) == wanted
