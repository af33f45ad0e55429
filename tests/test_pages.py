"""A playbook printed for people, as text, Markdown and HTML, in both languages."""

from __future__ import annotations

from datetime import date
from html.parser import HTMLParser

import pytest

from bot.core.playbook import gaps
from bot.core.playbook.printing import Section, document
from bot.pages import as_html, as_markdown, as_text
from bot.speech import Reader
from tests.core.playbook.brands import BRAND_A, BRANDS, edited, loaded, shipped

EN, RU = Reader(("en",), "UTC"), Reader(("ru",), "UTC")
DAY = date(2026, 11, 24)


def pages(text: str | None = None, file: str = "brand-a.yaml") -> tuple[Section, ...]:
    found = loaded(text) if text else shipped(file)
    assert found.playbook is not None, found.faults
    return document(found.playbook, found.digest, gaps(found.playbook, DAY))


@pytest.mark.parametrize("file", BRANDS)
@pytest.mark.parametrize("reader", [EN, RU])
def test_every_brand_prints(file: str, reader: Reader) -> None:
    """Each example brand prints in both languages: no field is left open, no heading is empty."""
    sections = pages(file=file)
    for form in (as_text, as_markdown, as_html):
        shown = form(sections, reader)
        assert "{" not in shown and "print." not in shown and shown.endswith("\n")
    assert all(section.lines or section.level == 2 for section in sections)


def test_the_document_says_who_decides_what() -> None:
    """Markets with their hours, roles with deputies, each path with rounds, people and times, and the gaps."""
    shown = as_text(pages(), EN)
    for line in (
        "Moscow: Europe/Moscow, Mon–Fri 10:00–19:00. Signed by: Marina Orlova",
        "Legal Counsel: Oleg Sinitsyn. Deputy: Irina Ladygina",
        "Vacant role: Cultural bridge, New York side",
    ):
        assert f"  {line}\n" in shown, line
    assert (
        "All markets · 3 rounds · review: Cross-border Coordinator (4 working hours) → review: Legal Counsel (8 working hours)"
        in shown
    )
    assert "up to $500, at most 3 a week" in shown


def test_the_document_in_russian() -> None:
    """The same in Russian: days, counted rounds and hours, amounts."""
    shown = as_text(pages(), RU)
    for words in (
        "пн–пт 10:00–19:00",
        "Москва · 5 раундов ·",
        "Нью-Йорк · 2 раунда ·",
        "(8 рабочих часов)",
        "до 50 000 ₽",
        "раз в 14 дней",
    ):
        assert words in shown, words
    assert "mon" not in shown and "Fri" not in shown


@pytest.mark.parametrize(
    ("hours", "shown"),
    [
        ('{mon-fri: "10:00-19:00"}', "Mon–Fri 10:00–19:00."),
        ('{mon-thu: "10:00-19:00", fri: "10:00-16:00"}', "Mon–Thu 10:00–19:00 and Fri 10:00–16:00."),
        ('{mon: "10:00-19:00", wed: "10:00-19:00", sat-sun: "11:00-24:00"}',
         "Mon 10:00–19:00, Wed 10:00–19:00, and Sat–Sun 11:00–24:00."),
        ('{sun: "00:00-24:00"}', "Sun 00:00–24:00."),
    ],
)  # fmt: skip
def test_hours_say_which_day_has_which(hours: str, shown: str) -> None:
    """Days without hours are not among those with them, and different hours are not mixed up."""
    text = edited('hours: {mon-fri: "10:00-19:00"}', f"hours: {hours}", BRAND_A)
    assert f"Moscow: Europe/Moscow, {shown} Signed by" in as_text(pages(text), EN)


def test_an_empty_part_says_so() -> None:
    """A playbook without bridges, direct lines or gaps says that there are none."""
    shown = as_text(pages(file="mosty/brand-one.yaml"), EN)
    assert "Cultural bridges\n----------------\n  None.\n" in shown
    assert "Direct lines\n------------\n  None.\n" in shown


HOSTILE = "<script>alert(1)</script> **a** [b](javascript:x) `c` | # d & \\"


def hostile() -> tuple[Section, ...]:
    """Brand A whose title and first line are markup."""
    first, *others = pages()
    return (Section(first.level, HOSTILE, (HOSTILE,)), *others)


class Tags(HTMLParser):
    """The tags of a page, and the text between them."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_markup_in_peoples_words_stays_words() -> None:
    """HTML and Markdown in a title or note are shown letter for letter, never carried out."""
    page = Tags()
    page.feed(as_html(hostile(), EN))
    assert page.tags == {"html", "meta", "title", "h1", "h2", "h3", "ul", "li"}
    assert HOSTILE in page.text
    marked = as_markdown(hostile(), EN)
    assert "\\<script\\>" in marked and "\\*\\*a\\*\\*" in marked and "\\[b\\](javascript:x)" in marked


def test_the_page_says_its_language() -> None:
    """HTML names its language and encoding, so that a browser reads and hyphenates it rightly."""
    shown = as_html(pages(), RU)
    assert shown.startswith('<!doctype html>\n<html lang="ru">\n<meta charset="utf-8">')
    assert shown.count("<h1>") == 1
