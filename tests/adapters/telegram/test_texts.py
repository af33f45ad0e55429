"""Everything the bot says in Telegram, in both languages: accepted by Telegram's parser, within its limits, for its reader."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from adapters.playground.telegram.html import utf16_length
from adapters.telegram.view import prompt_message
from bot.core.playbook import load
from bot.core.request.table import Action
from bot.core.wording import Field, Moment, Text
from bot.prompts import Option, Prompt
from bot.speech import LANGUAGES, Reader, _catalogue, message_ids, say
from tests.adapters.playground import tdlib
from tests.adapters.telegram.life import BEGINS, DEVIATION, DRAFT, PLAYBOOKS, Life, labels, living, ru

SAID = ("answer.", "refusal.", "prompt.", "inbox.", "notice.", "button.", "command.")
ANYTHING = "<b>&amp; «слово» {x}"


def filled(message_id: str) -> list[Text]:
    """The message with something in every field, in each of its plural forms where it has them."""
    catalogues = [_catalogue(language) for language in LANGUAGES]
    patterns = [found.gettext(message_id) + found.ngettext(message_id, f"{message_id}#", 2) for found in catalogues]
    names = re.findall(r"\{(\w+)\}", " ".join(patterns))
    fields: dict[str, Field] = {name: Moment(BEGINS) if name in ("when", "due") else ANYTHING for name in names}
    if "count" not in fields:
        return [Text(message_id, fields)]
    return [Text(message_id, {**fields, "count": count}, count) for count in (1, 2, 5)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence(language: str) -> None:
    """Each answer, question, notice and label is worded, parsed as it is meant, and not empty."""
    reader = Reader((language,), "Europe/Moscow")
    ids = sorted(found for found in message_ids(language) if found.startswith(SAID))
    assert len(ids) > 100
    for message_id in ids:
        for message in filled(message_id):
            words = say(message, reader)
            shown = prompt_message(Prompt(message, options=((Option(message, "2|a|send|0"),),)), reader)
            assert tdlib.parse_html(shown.html).text == words
            assert words.strip()
            assert utf16_length(words) <= 4096
            assert len(shown.keys[0][0].text) <= 64
            assert words != message_id


@pytest.mark.parametrize("language", LANGUAGES)
def test_short_answers_fit_under_a_button(language: str) -> None:
    """What answers a tap fits the 200 characters Telegram shows, so that no sentence is cut; commands fit theirs."""
    reader = Reader((language,), "Europe/Moscow")
    for message_id in (
        "answer.noted",
        "answer.weigh_each",
        "refusal.stranger",
        "refusal.question_over",
        "refusal.retired_button",
    ):
        assert utf16_length(say(Text(message_id), reader)) <= 200
    for action in Action:
        if action is not Action.WAKE:
            assert utf16_length(say(Text(f"answer.done.{action}", {"id": "A-123456789"}), reader)) <= 200


async def test_each_reader_has_their_language_and_zone(tmp_path: Path) -> None:
    """Two people of one request read it each in their own language, and a person's words stay as they were written."""

    def source(name: str) -> bytes:
        data = (PLAYBOOKS / name).read_bytes()
        return data.replace(
            "ru: Анна Белова}, market: RU, languages: [ru, en]".encode(), "ru: Анна Белова}, market: RU, languages: [en]".encode()
        )

    async with living(tmp_path / "town.db", loaded=load("brand-a.yaml", source)) as life:
        request = await life.open(DRAFT, "katya", "Мука", "Сцена 1")
        card = await life.card("anna", request)
        assert "Your opinion is asked" in card.text
        assert "Mon, Dec 7, 4:30 PM Moscow time" in card.text
        assert "Мука" in card.text
        assert labels(card) == ["No objections", "Give an opinion", "Ask", "Pass on", "Checklist (0 of 5)"]
        assert "пн, 7 дек., 16:30 МСК" in (await life.card("sveta", request)).text
        assert (await life.tap_card("anna", request, "ask")).text == "See the question below."
        assert (await life.say("anna", "/help")).text.startswith("I answer questions")
        await life.say("anna", "/cancel")
        assert "records no decision" in (await life.say("anna", "принято")).text


async def test_the_far_office_has_its_own_clock(life: Life) -> None:
    """A request from New York shows New York's hours to Moscow, and the deadline in Moscow's time."""
    opened = await life.open("brand_deviation", "jordan", "Green wall")
    card = await life.card("anna", opened)
    assert "Нью-Йорк: 04:30, нерабочее время до пн, 7 дек., 17:00 МСК" in card.text
    assert "МСК" in card.text.split("Срок: ")[1].split("\n")[0]


async def test_the_card_reads_from_the_top(life: Life) -> None:
    """First what it is, what is wanted and until when; a long text is folded, so that the buttons are at hand."""
    request = await life.open(DEVIATION, "katya", "Фон", "Строка\n" * 30)
    card = await life.card("anna", request)
    first = card.text.split("\n")
    assert first[:2] == ["🔵 Отступление от бренд-гайда · A-1 · Бренд А: Москва и Нью-Йорк", "Фон"]
    assert first[3] == ru("card.status.yours.decide")
    assert first[5].startswith("Срок: ")
    assert "<blockquote expandable>" in card.html
    assert [len(row) for row in card.buttons] == [1, 2, 2, 1]
