"""What a requester does in Telegram: resubmit, withdraw, confirm."""

from __future__ import annotations

from bot.core.request.model import RequestId, Status
from tests.adapters.telegram.life import CONCEPT, DEVIATION, Life, labels, ru


async def returned(life: Life, title: str = "Фон") -> RequestId:
    request = await life.open(DEVIATION, "katya", title)
    await life.tap_card("anna", request, "send_back")
    await life.say("anna", "Белый фон")
    await life.tap("anna", life.last("anna"), "1: замечание")
    await life.tap("anna", life.last("anna"), "send")
    return request


async def test_resubmitting(life: Life) -> None:
    """The new text is asked for with what is still to fix, and the approver sees it on the same card."""
    request = await returned(life)
    card = await life.card("anna", request)
    await life.tap_card("katya", request, "resubmit")
    assert "Белый фон" in life.last("katya").text
    await life.say("katya", "Снимаем у белой стены")
    renewed = await life.card("anna", request)
    assert renewed.message_id == card.message_id
    assert "Снимаем у белой стены" in renewed.text
    assert "Раунд: 2 из 3" in renewed.text
    assert ru("button.yes.decide") in labels(renewed)


async def test_a_word_of_assent_is_no_new_text(life: Life) -> None:
    """ "Принято" typed where a text is asked for does not become the text."""
    request = await returned(life)
    await life.tap_card("katya", request, "resubmit")
    for words in ("принято", "👍🏽", "+"):
        answer = await life.say("katya", words)
        assert answer.text == ru("answer.ok_is_no_answer", words=words)
    assert (await life.request(request)).status is Status.RETURNED
    await life.say("katya", "Снимаем у белой стены")
    assert (await life.request(request)).draft.text == "Снимаем у белой стены"


async def test_withdrawing_asks_first(life: Life) -> None:
    """One tap withdraws nothing; the second does, and every card says so."""
    request = await life.open(CONCEPT, "katya")
    await life.tap_card("katya", request, "withdraw")
    assert (await life.request(request)).status is Status.OPEN
    assert (await life.say("katya", "да")).text == ru("answer.use_buttons")
    question = next(one for one in reversed(life.chat("katya")) if one.buttons)
    await life.tap("katya", question, ru("button.sure"))
    for person in ("katya", "sveta"):
        card = await life.card(person, request)
        assert "Отозвано · Екатерина Левина" in card.text
        assert card.buttons == ()


async def test_confirming_what_was_fixed(life: Life) -> None:
    """After a yes with a must, the requester confirms it with one tap."""
    request = await life.open(DEVIATION, "katya")
    await life.tap_card("anna", request, "yes_with_remarks")
    await life.say("anna", "Белый фон")
    await life.tap("anna", life.last("anna"), "1: замечание")
    await life.tap("anna", life.last("anna"), "send")
    assert "осталось исправить 1 замечание" in (await life.card("katya", request)).text
    answer = await life.tap_card("katya", request, ru("button.confirm_fixed"))
    assert answer.text == ru("answer.done.confirm_fixed")
    assert "• Исправлено (раунд 1): Белый фон" in (await life.card("anna", request)).text
    assert (await life.card("katya", request)).buttons == ()
