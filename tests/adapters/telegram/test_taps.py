"""Taps that nobody should have been able to make: answered kindly, always, and without effect."""

from __future__ import annotations

import pytest

from adapters.telegram.view import Key, Message, card_message, prompt_message
from bot import buttons
from bot.buttons import Code
from bot.core.cards import Button, Card, Input, Mark
from bot.core.request.commands import Ticket
from bot.core.request.model import Draft, RequestId, Status
from bot.core.request.table import Action
from bot.core.wording import text
from bot.dialogs import Choice
from bot.prompts import Option, Prompt
from bot.speech import Reader, say
from tests.adapters.telegram.life import CONCEPT, DEVIATION, Life, data_of, ru

RU = Reader(("ru",), "Europe/Moscow")
STRANGER = 77
FORGED = [
    "", "x", "1", "1|A-1|yes", "0|A-1|yes|0|1|1|nothing", "9|A-1|yes|0|1|1|nothing", "1|A-999999999|yes|0|1|1|nothing",
    "1|A-1|yes|9999|1|1|nothing", "1|A-1|yes|0|999|1|nothing", "1|A-1|yes|0|1|9999|nothing", "1|A-1|wake|0|1|1|nothing",
    "1|A-1|fly|0|1|1|nothing", "1|A-1|yes|0|1|1|remarks", "1|A-1|send_back|0|1|1|nothing", "1|A-1|resubmit|0|1|1|new_text",
    "1|A-1|grant_round|0|1|1|nothing", "1|A-1|withdraw|0|1|1|sure", "1|A-1|answer|0|1|1|answer", "1|A-1|ask|0|1|1|sure",
    "1|A-1|yes|٠|1|1|nothing\n", "2|abc|send|0", "2|abc|person|999", "2|abc|jump|0", "2||send|0",
    "3|A-7", "3|Z-999999999", "3|", "🙂" * 16,
]  # fmt: skip


async def test_forged_data(life: Life) -> None:
    """Whatever a forged client sends from under a card, it is answered with an alert in plain words and changes nothing."""
    request = await life.open(CONCEPT, "katya")
    card, before = await life.card("sveta", request), await life.request(request)
    for data in FORGED:
        answer = await life.forge("sveta", card.message_id, data)
        assert answer.show_alert, data
        assert answer.text, data
        assert not answer.text.startswith(("refusal.", "answer.", "prompt.")), data
    assert await life.request(request) == before
    assert [one.from_bot for one in life.chat("sveta")] == [True]


@pytest.mark.parametrize("verb", ["must|0", "wish|5", "ready|0", "ready|99", "person|0", "send|0", "sure|0"])
async def test_buttons_of_another_kind_of_question(life: Life, verb: str) -> None:
    """A forged button of another kind of question does nothing, and the question stays open."""
    request = await life.open(DEVIATION, "katya")
    await life.tap_card("anna", request, "ask")
    question = life.last("anna")
    number = data_of(question, "cancel").split("|")[1]
    answer = await life.forge("anna", question.message_id, f"2|{number}|{verb}")
    assert answer.show_alert
    await life.say("anna", "Где снимаем?")
    assert len((await life.request(request)).questions) == 1


async def test_a_question_of_somebody_else(life: Life) -> None:
    """The button of another person's question is over for me."""
    request = await life.open(DEVIATION, "katya")
    await life.tap_card("anna", request, "reject")
    ready = data_of(life.last("anna"), "Больше не нужно")
    answer = await life.forge("pavel", 1, ready)
    assert answer.text == ru("refusal.question_over")
    assert (await life.request(request)).status is Status.OPEN


async def test_a_step_of_somebody_else(life: Life) -> None:
    """The right data in the wrong hands names the owner, in Telegram as for an owner in Slack."""
    theirs = await life.open(DEVIATION, "katya")
    card = await life.card("anna", theirs)
    answer = await life.forge("oleg", card.message_id, data_of(card, "yes"))
    assert (answer.text, answer.show_alert) == (ru("refusal.not_yours", owners="Анна Белова"), True)
    drafted = await life.town.system.service.open("brand-a", "jordan", Draft("creator_selection", "US", "List"), through="test")
    assert not hasattr(drafted, "reason")
    await life.settle()
    code = Code(RequestId("A-2"), Action.YES, Ticket(0, 1, 1), Input.NOTHING)
    assert (await life.forge("oleg", card.message_id, str(code))).text == ru("refusal.not_yours", owners="Прия Шах")
    own = await life.forge("katya", 1, data_of(card, "yes"))
    assert own.text == ru("refusal.own_request")


async def test_strangers(life: Life) -> None:
    """Somebody the bot does not know is refused kindly in their language, by tap and by word, and learns nothing."""
    request = await life.open(DEVIATION, "katya", "Секрет")
    card = await life.card("anna", request)
    for number, (language, words) in enumerate(
        [("ru", "Этот аккаунт"), ("en", "I do not know"), ("ru-RU", "Этот"), (None, "I do")]
    ):
        life.telegram.add_user(STRANGER + number, "X", language_code=language)
        callback = life.telegram.tap(STRANGER + number, card.message_id, data_of(card, "yes"))
        life.telegram.send_text(STRANGER + number, "/inbox")
        await life.settle()
        answer = life.telegram.answers(STRANGER + number)[0]
        assert answer.callback_id == callback
        assert answer.show_alert
        assert answer.text.startswith(words)
        assert life.telegram.chat(STRANGER + number)[-1].text == answer.text
    assert (await life.request(request)).status is Status.OPEN


async def test_a_tap_under_a_message_that_is_gone(life: Life) -> None:
    """Telegram then says no more than its number, dated 1970: the tap counts all the same, and so do those after it."""
    request = await life.open(CONCEPT, "katya")
    card = await life.card("sveta", request)
    back = data_of(card, "send_back")
    life.telegram.vanish(life.id("sveta"), card.message_id)
    await life.forge("sveta", card.message_id, back)
    review = await life.say("sveta", "Логотип раньше")
    must = data_of(review, "must")
    life.telegram.vanish(life.id("sveta"), review.message_id)
    assert (await life.forge("sveta", review.message_id, must)).text == ru("answer.noted")
    assert "1. Замечание: Логотип раньше" in life.last("sveta").text
    await life.tap("sveta", life.last("sveta"), "send")
    assert (await life.request(request)).status is Status.RETURNED


def test_the_longest_data_fits() -> None:
    """The longest ids and numbers make no more than 64 bytes, and are read back as they were."""
    longest = max((len(a), a) for a in Action)[1], max((len(i), i) for i in Input)[1]
    code = Code(RequestId("Z-999999999"), longest[0], Ticket(9999, 999, 9999), longest[1])
    assert len(str(code).encode()) <= 64
    fitting = Code(RequestId("Z-999999999"), Action.YES_WITH_REMARKS, Ticket(9999, 999, 9999), Input.REMARKS)
    assert buttons.parse(str(fitting)) == fitting
    assert len(str(Choice("f" * 16, "person", 999)).encode()) <= 64
    assert len(buttons.show(RequestId("Z-999999999")).encode()) <= 64


def test_long_labels_are_cut() -> None:
    """A button with a long name on it stays a button."""
    prompt = Prompt(text("answer.noted"), options=((Option("🙂" * 300, "2|a|person|0", chosen=True),),))
    key: Key = prompt_message(prompt, RU).keys[0][0]
    assert len(key.text) == 64
    assert key.text.endswith("…")


def test_a_label_that_half_a_row_would_cut_has_a_row_of_its_own() -> None:
    """A phone shows some twenty characters in half a row: what is longer is never put beside another."""
    labels = ("button.reject", "button.ask", "button.ask_bridge", "button.say", "button.withdraw")
    buttons_of_it = tuple(Button(Action.REJECT, Input.REASON, text(label), Ticket(1, 1, 1)) for label in labels)
    card = Card(
        RequestId("A-7"), Mark.YOURS, text("button.ask"), "", text("button.ask"), (), (), (), "", (), buttons_of_it
    )  # fmt: skip
    said = [say(text(label), RU) for label in labels]
    assert len(said[2]) > 20
    message = card_message(card, RU).payload
    assert isinstance(message, Message)
    assert [[key.text for key in row] for row in message.keys] == [said[:2], [said[2]], said[3:]]


def test_long_options_of_a_question_stand_below_each_other() -> None:
    """Options that were meant for one row are taken apart when a phone could not show all of them whole."""
    short, long = Option("да", "2|a|person|0"), Option("Анна Белова-Константинова", "2|a|person|1")
    found = prompt_message(Prompt(text("answer.noted"), options=((short, short), (short, long))), RU)
    assert [len(row) for row in found.keys] == [2, 1, 1]
