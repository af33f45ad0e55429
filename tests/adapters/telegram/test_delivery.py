"""What happens when Telegram does not take a message, or the person is not there."""

from __future__ import annotations

from bot.core.request.model import Status
from tests.adapters.telegram.life import CONCEPT, DEVIATION, Life, data_of, labels, ru


async def test_a_vanished_card(life: Life) -> None:
    """Whoever has something to do gets a new card; whoever only watched is left in peace."""
    request = await life.open(CONCEPT, "katya")
    await life.tap_card("sveta", request, "yes")
    for person in ("sveta", "pavel"):
        life.telegram.vanish(life.id(person), (await life.card(person, request)).message_id)
    await life.tap_card("katya", request, "withdraw")
    await life.say("katya", "/cancel")
    await life.forge("pavel", 1, f"1|{request}|ask|1|1|1|question")
    await life.say("pavel", "Когда?")
    assert ru("button.yes.decide") in labels(await life.card("pavel", request))
    assert life.chat("sveta") == []
    await life.tap_card("pavel", request, "yes")
    assert (await life.request(request)).status is Status.APPROVED


async def test_somebody_blocks_the_bot_and_comes_back(life: Life) -> None:
    """The account is marked and what waited moves; the moment they return their cards say how everything stands now."""
    waiting, ended = await life.open(DEVIATION, "pavel", "Ждёт"), await life.open(DEVIATION, "pavel", "Кончено")
    life.telegram.block(life.id("anna"))
    await life.settle()
    assert (await life.account("anna")).blocked
    await life.tap_card("pavel", ended, "withdraw")
    await life.tap("pavel", life.last("pavel"), ru("button.sure"))
    new = await life.open("draft_content", "pavel", "Новое")
    assert "Отозвано" not in (await life.card("anna", ended)).text
    # Pavel, Anna's deputy, has asked himself, so the coordinator has to find somebody.
    assert ru("button.pass_on") in labels(await life.card("katya", waiting))
    life.telegram.unblock(life.id("anna"))
    await life.settle()
    assert not (await life.account("anna")).blocked
    assert "Отозвано" in (await life.card("anna", ended)).text
    assert (await life.card("anna", ended)).buttons == ()
    # Who had it only because Anna could not be written to gives it back.
    assert ru("button.yes.decide") in labels(await life.card("anna", waiting))
    assert ru("button.pass_on") not in labels(await life.card("katya", waiting))
    assert (await life.request(new)).id == new


async def test_nobody_is_silently_dropped(life: Life) -> None:
    """Telegram says only when asked that an account is gone: it is marked, and the coordinator hears of it once."""
    life.telegram.deactivate(life.id("anna"))
    await life.open(DEVIATION, "pavel", "Фон")
    assert (await life.account("anna")).blocked
    told = [one.text for one in life.chat("katya") if one.text.startswith("Анна Белова")]
    assert len(told) == 1
    assert "Telegram" in told[0]


async def test_too_many_messages(life: Life) -> None:
    """A card that comes too fast is sent when Telegram wants it, and once."""
    life.telegram.fail_next("sendMessage", 429, "Too Many Requests: retry after 7", retry_after=7, times=2)
    request = await life.open(DEVIATION, "katya")
    assert life.chat("anna") == []
    await life.later(seconds=6)
    assert life.chat("anna") == []
    await life.later(seconds=2)
    assert len(life.chat("anna")) == len(life.chat("katya")) == 1
    assert ru("button.yes.decide") in labels(await life.card("anna", request))


async def test_telegram_is_broken_for_a_while(life: Life) -> None:
    """Errors of Telegram's own are waited out; every card comes once."""
    life.telegram.fail_next("sendMessage", 500, "Internal Server Error", times=4)
    await life.open(DEVIATION, "katya")
    await life.later(minutes=1)
    assert len(life.chat("anna")) == len(life.chat("katya")) == 1


async def test_a_card_whose_arrival_is_unknown(life: Life) -> None:
    """It is sent again: better twice than never. The first one's buttons still work, once, and then go."""
    life.telegram.lose_answer_next("sendMessage")
    life.telegram.lose_answer_next("sendMessage")
    request = await life.open(DEVIATION, "katya")
    await life.later(seconds=5)
    stray, card = life.chat("anna")
    assert card == await life.card("anna", request)
    stray_data = data_of(stray, "reject")
    await life.tap("anna", stray, "yes")
    assert (await life.request(request)).status is Status.APPROVED
    assert life.message("anna", stray.message_id).buttons == ()
    assert labels(await life.card("anna", request)) == [ru("button.take_back")]
    answer = await life.forge("anna", stray.message_id, stray_data)
    assert answer.text.startswith("Уже решено: да")


async def test_an_edit_whose_arrival_is_unknown(life: Life) -> None:
    """An edit is done again; that it says what is there already is no error."""
    request = await life.open(DEVIATION, "katya")
    life.telegram.lose_answer_next("editMessageText")
    await life.tap_card("anna", request, "yes")
    await life.later(seconds=5)
    assert labels(await life.card("anna", request)) == [ru("button.take_back")]
    assert (await life.card("katya", request)).buttons == ()
    assert len(life.chat("katya")) == 2  # the card and the notice
    assert all("message is not modified" in error for error in life.refused())


async def test_nothing_to_change_is_no_error(life: Life) -> None:
    """Drawing the same card again is refused by Telegram and troubles nobody."""
    await life.open(DEVIATION, "pavel")
    await life.say("anna", "/inbox")
    assert [error for error in life.refused() if "not modified" in error]
    assert life.chat("katya") == []
    assert len(life.chat("anna")) == 3


async def test_a_question_that_does_not_get_through_at_first(life: Life) -> None:
    """The question after a tap is sent again, also when it may have arrived; either copy of it works."""
    request = await life.open(DEVIATION, "katya")
    life.telegram.lose_answer_next("sendMessage")
    await life.tap_card("anna", request, "reject")
    _, first, second = life.chat("anna")
    assert first.text == second.text
    await life.tap("anna", first, "Больше не нужно")
    assert (await life.request(request)).status is Status.REJECTED


async def test_a_question_that_never_got_through_is_not_answered_by_chance(life: Life) -> None:
    """What somebody writes next is not taken as the answer to a question they have not seen."""
    request = await life.open(DEVIATION, "katya")
    life.telegram.fail_next("sendMessage", 429, "Too Many Requests: retry after 0", retry_after=0, times=3)
    await life.tap_card("anna", request, "reject")
    assert (await life.say("anna", "Коллеги, я на связи")).text == ru("answer.not_understood")
    assert (await life.request(request)).status is Status.OPEN


async def test_the_answer_to_a_tap_fails(life: Life) -> None:
    """When the spinner cannot be stopped, the question comes all the same."""
    request = await life.open(DEVIATION, "katya")
    card = await life.card("anna", request)
    life.telegram.fail_next("answerCallbackQuery", 500, "Internal Server Error")
    life.telegram.tap(life.id("anna"), card.message_id, data_of(card, "reject"))
    await life.settle()
    assert data_of(life.last("anna"), "ready")
    await life.say("anna", "Слишком дорого")
    assert (await life.request(request)).status is Status.REJECTED
    life.all_taps_answered = False


async def test_a_question_longer_than_a_message(life: Life) -> None:
    """A question of 4,096 characters reaches the requester, cut in the notice and whole in the file beside the card."""
    request = await life.open(DEVIATION, "katya")
    question = "Где снимаем? " + "🙂" * 2040
    await life.tap_card("anna", request, "ask")
    await life.say("anna", question)
    assert "Где снимаем?" in life.last("katya").text
    assert life.last("katya").text.endswith("…")
    files = [one.document for one in life.chat("katya") if one.document]
    assert [question in file.data.decode() for file in files] == [True]
    assert life.refused() == []
