"""The largest card anybody could make: every part at its longest, in the characters that take the most room."""

from __future__ import annotations

import json

import pytest
from slack_sdk.models.blocks import Block

from adapters.slack.blocks import addresses, fitted, measure
from adapters.slack.view import Message, card_message, plain_message, prompt_message
from bot.core.card_facts import Fact
from bot.core.cards import Button, Card, Input, Mark
from bot.core.request.commands import Ticket
from bot.core.request.model import Remark, RequestId, Weight
from bot.core.request.table import Action
from bot.core.wording import text
from bot.prompts import Option, Prompt
from bot.speech import Reader

EN = Reader(("en",), "UTC")


def largest(words: str) -> Card:
    return Card(
        request=RequestId("A-1"),
        mark=Mark.REJECTED,
        title=text("card.title", kind="k" * 300, id="A-1", brand="b" * 300),
        headline=words[:200],
        status=text("card.status.rejected", who="Priya Shah", when="now", reason=words),
        facts=tuple(Fact(text("fact.creator"), words) for _ in range(11)),
        remarks=tuple(Remark(number, "p", 1, words, Weight.MUST_FIX) for number in range(50)),
        talk=tuple(Fact(text("talk.question", who="Priya Shah"), words) for _ in range(9)),
        body=words,
        links=(words,) * 20,
        buttons=tuple(
            Button(action, Input.REMARKS, text("button.ask_extra_round"), Ticket(99, 9, 9)) for action in list(Action)[:9]
        ),
    )


@pytest.mark.parametrize("words", ["x" * 50_000, "Ж" * 50_000, "👩" * 50_000, '\n"\\' * 20_000, "&<>" * 20_000, "*x* " * 9_000])
@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_largest_card_is_one_slack_takes(words: str, language: str) -> None:
    """Every part still shows something, no section is too long, and the message is not too long as a whole."""
    message = card_message(largest(words), Reader((language,), "UTC")).payload
    assert isinstance(message, Message)
    shown = [block["text"]["text"] for block in message.blocks if "text" in block]
    assert max(map(len, shown)) <= 3000
    assert min(map(len, shown)) > 40
    assert len(message.blocks) <= 50
    assert len(json.dumps(message.blocks, ensure_ascii=False).encode()) <= 13_000
    for parsed in Block.parse_all(json.loads(json.dumps(message.blocks))):
        parsed.validate_json()
        parsed.to_dict()


@pytest.mark.parametrize("words", ["x " * 20_000, "Ж" * 40_000, "&<>" * 20_000])
def test_the_largest_message_with_buttons_is_one_slack_takes(words: str) -> None:
    """A long refusal or list is split into sections, and many buttons into rows."""
    options = tuple((Option(words, f"code{number}"),) for number in range(60))
    message = prompt_message(Prompt(text("answer.ok_is_no_decision", id="A-1", title=words), (words,) * 30, options), EN)
    plain = plain_message(words)
    for blocks in (message.blocks, plain.blocks):
        assert max(len(block["text"]["text"]) for block in blocks if "text" in block) <= 3000
        assert len(blocks) <= 50
        assert len(json.dumps([block for block in blocks if "text" in block], ensure_ascii=False).encode()) <= 13_000
        for parsed in Block.parse_all(json.loads(json.dumps(blocks))):
            parsed.validate_json()
            parsed.to_dict()


def test_a_refusal_of_five_thousand_characters_is_shown_whole() -> None:
    """What somebody has to do before they may decide is not cut in the middle."""
    words = "\n".join(f"{number}. {'x' * 90}" for number in range(50))
    shown = "\n".join(block["text"]["text"] for block in plain_message(words).blocks)
    assert shown == words


@pytest.mark.parametrize("words", ["x" * 99, "Ж" * 99, "👩" * 99, "&" * 99])
def test_cutting_uses_the_room_there_is(words: str) -> None:
    """Neither longer than allowed, nor much shorter than it could be."""
    cut = fitted(words, 80)
    assert 80 - measure(words[0]) - 3 <= measure(cut) <= 80
    assert cut.endswith("…")


def test_a_link_that_was_cut_cannot_be_opened() -> None:
    """It would lead somewhere else; the whole one stands in the file."""
    link = "https://drive.example.com/" + "f" * 2000
    assert addresses([link])[0]["text"]["type"] == "mrkdwn"
    assert addresses([fitted(link, 100)])[0]["text"]["type"] == "plain_text"
