"""What an approver does with a card: every button, to its end."""

from __future__ import annotations

from bot.core.request.model import Outcome, RequestId, Status, Weight
from tests.adapters.telegram.life import CONCEPT, CONTRACT, DEVIATION, DRAFT, Life, data_of, labels, ru


async def test_the_card_comes_with_its_buttons(life: Life) -> None:
    """Whoever is to answer gets the card with every move they have; the requester gets it without those."""
    request = await life.open(DRAFT, "katya", "Мука", "Сцена 1")
    card = await life.card("sveta", request)
    assert labels(card) == [
        ru("button.yes.review"),
        ru("button.yes_with_remarks"),
        ru("button.send.send_back"),
        ru("button.ask"),
        ru("button.pass_on"),
        ru("button.evidence", done=0, all=5),
    ]
    assert [key.style for row in card.buttons for key in row][:2] == ["primary", None]
    assert ru("card.status.yours.review") in card.text
    assert "Мука" in card.text
    assert "Сцена 1" in card.text
    assert labels(await life.card("katya", request)) == [ru("button.withdraw"), ru("button.evidence", done=0, all=5)]
    assert life.chat("pavel") == []


async def test_yes_to_the_end(life: Life) -> None:
    """Two people say yes with one tap each; every copy follows each change and ends without buttons after a minute."""
    request = await life.open(CONCEPT, "katya")
    answer = await life.tap_card("sveta", request, "yes")
    assert (answer.text, answer.show_alert) == (ru("answer.done.yes"), False)
    assert labels(await life.card("sveta", request)) == [ru("button.take_back")]
    assert "На утверждении. Ждёт: Павел Громов" in (await life.card("katya", request)).text
    await life.tap_card("pavel", request, ru("button.yes.decide"))
    assert labels(await life.card("pavel", request)) == [ru("button.take_back")]
    await life.later(seconds=60)
    for person in ("katya", "sveta", "pavel"):
        card = await life.card(person, request)
        assert "Решение: утверждено · Павел Громов" in card.text
        assert card.buttons == ()
        assert card.edited
    assert (await life.request(request)).status is Status.APPROVED
    assert life.refused() == []


async def weighed(life: Life, person: str, request: RequestId, action: str) -> None:
    """Two remarks written, the first a must, the second a wish; not sent yet."""
    await life.tap_card(person, request, action)
    await life.say(person, "- Логотип раньше\n\n- Музыка тише")
    await life.tap(person, life.last(person), "1: замечание")
    await life.tap(person, life.last(person), "2: пожелание")


async def test_yes_with_remarks(life: Life) -> None:
    """Each line is a remark of its own, weighed with a tap, and none is sent before all are weighed."""
    request = await life.open(CONCEPT, "katya", "Мука")
    answer = await life.tap_card("sveta", request, "yes_with_remarks")
    assert answer.text == ru("answer.tell_me_more")
    assert life.last("sveta").reply_to == (await life.card("sveta", request)).message_id
    review = await life.say("sveta", "Логотип раньше\nМузыка тише")
    assert "1. Логотип раньше" in review.text
    refused = await life.tap("sveta", review, "send")
    assert (refused.text, refused.show_alert) == (ru("answer.weigh_each"), True)
    await life.tap("sveta", review, "1: замечание")
    assert "1. Замечание: Логотип раньше" in life.last("sveta").text
    assert "✓ 1: замечание" in labels(life.last("sveta"))
    await life.tap("sveta", life.last("sveta"), "1: пожелание")
    await life.tap("sveta", life.last("sveta"), "2: замечание")
    await life.tap("sveta", life.last("sveta"), ru("button.send.yes_with_remarks"))
    found = await life.request(request)
    assert [(r.text, r.weight) for r in found.remarks] == [("Логотип раньше", Weight.WISH), ("Музыка тише", Weight.MUST_FIX)]
    assert found.steps[0].outcome is Outcome.YES_WITH_REMARKS
    assert life.last("sveta").buttons == ()


async def test_lines_and_ready_remarks_add_up(life: Life) -> None:
    """A ready remark, then written lines, then more: all of them are weighed and sent together."""
    request = await life.open(CONCEPT, "katya")
    await life.tap_card("sveta", request, "send_back")
    asked = life.last("sveta")
    assert "Не соответствует брифу" in labels(asked)
    await life.tap("sveta", asked, "Не соответствует брифу")
    assert life.last("sveta").message_id == asked.message_id
    review = await life.say("sveta", "Логотип раньше")
    assert life.message("sveta", asked.message_id).buttons == ()
    await life.tap("sveta", review, "1: замечание")
    review = await life.say("sveta", "Музыка тише")
    assert "1. Замечание: Не соответствует брифу" in review.text
    for label in ("2: замечание", "3: пожелание"):
        await life.tap("sveta", life.last("sveta"), label)
    await life.tap("sveta", life.last("sveta"), "send")
    texts = [remark.text for remark in (await life.request(request)).remarks]
    assert texts == ["Не соответствует брифу", "Логотип раньше", "Музыка тише"]


async def test_sending_back(life: Life) -> None:
    """The requester hears of it, sees the remarks and gets the button to resubmit; nobody else has buttons left."""
    request = await life.open(CONCEPT, "katya", "Мука")
    await weighed(life, "sveta", request, "send_back")
    answer = await life.tap("sveta", life.last("sveta"), ru("button.send.send_back"))
    assert answer.text == ru("answer.done.send_back")
    card = await life.card("katya", request)
    assert "Возвращено вам на доработку: 1 замечание" in card.text
    assert "• Замечание (раунд 1): Логотип раньше" in card.text
    assert labels(card) == [ru("button.resubmit"), ru("button.withdraw")]
    assert "возвращено на доработку" in life.last("katya").text
    assert labels(await life.card("sveta", request)) == [ru("button.take_back")]


async def test_rejecting_with_a_ready_reason(life: Life) -> None:
    """One tap on a ready reason is enough."""
    request = await life.open(DEVIATION, "katya")
    await life.tap_card("anna", request, "reject")
    await life.tap("anna", life.last("anna"), "Слишком высокий риск")
    found = await life.request(request)
    assert (found.status, found.reason) == (Status.REJECTED, "Слишком высокий риск")
    assert "Причина: Слишком высокий риск" in (await life.card("katya", request)).text
    assert life.last("anna").buttons == ()


async def test_rejecting_in_own_words(life: Life) -> None:
    """A written reason is taken as it is, line breaks and all."""
    request = await life.open(DEVIATION, "katya")
    await life.tap_card("anna", request, "reject")
    question = life.last("anna")
    answer = await life.say("anna", "Зелёный фон\nмы уже пробовали")
    assert answer.text == ru("answer.done.reject")
    assert (await life.request(request)).reason == "Зелёный фон\nмы уже пробовали"
    assert life.message("anna", question.message_id).buttons == ()
    assert labels(await life.card("anna", request)) == [ru("button.take_back")]


async def test_asking_and_being_answered(life: Life) -> None:
    """A question goes to the requester, the answer comes back, both stand on the card, and the buttons stay."""
    request = await life.open(DEVIATION, "katya")
    await life.tap_card("anna", request, "ask")
    await life.say("anna", "Где снимаем?")
    assert "Где снимаем?" in life.last("katya").text
    await life.tap_card("katya", request, "answer")
    await life.say("katya", "да")
    assert "Ответ по A-1" in life.last("anna").text
    card = await life.card("anna", request)
    assert "Вопрос, Анна Белова: Где снимаем?" in card.text
    assert "Ответ, Екатерина Левина: да" in card.text
    assert ru("button.yes.decide") in labels(card)
    assert ru("button.answer") not in labels(await life.card("katya", request))


async def test_passing_on(life: Life) -> None:
    """The step goes to the person chosen, who gets the card; the deadline goes on."""
    request = await life.open(CONCEPT, "katya")
    await life.tap_card("sveta", request, "pass_on")
    assert labels(life.last("sveta")) == ["Павел Громов", ru("button.cancel")]
    answer = await life.tap("sveta", life.last("sveta"), "Павел Громов")
    assert answer.text == ru("answer.done.pass_on")
    assert ru("button.yes.review") in labels(await life.card("pavel", request))
    assert labels(await life.card("sveta", request)) == []


async def test_an_opinion(life: Life) -> None:
    """An opinion in words stands on the card; no objections is one tap."""
    first, second = await life.open(DRAFT, "katya", "Один"), await life.open(DRAFT, "katya", "Два")
    await life.tap_card("anna", first, "Высказать мнение")
    await life.say("anna", "хорошо")
    assert "Мнение, Анна Белова: хорошо" in (await life.card("sveta", first)).text
    await life.tap_card("anna", second, ru("button.no_objections"))
    assert "Мнение, Анна Белова: возражений нет" in (await life.card("sveta", second)).text


async def sent_back_twice(life: Life) -> RequestId:
    request = await life.open(DEVIATION, "pavel", "Фон")
    for _ in range(2):
        await weighed(life, "anna", request, "send_back")
        await life.tap("anna", life.last("anna"), "send")
        await life.tap_card("pavel", request, "resubmit")
        await life.say("pavel", "Новый текст")
    return request


async def test_an_extra_round(life: Life) -> None:
    """In the last round another one is asked for; whoever grants it taps, and the request goes back."""
    request = await sent_back_twice(life)
    assert ru("button.send.send_back") not in labels(await life.card("anna", request))
    await weighed(life, "anna", request, "ask_extra_round")
    await life.tap("anna", life.last("anna"), ru("button.send.ask_extra_round"))
    for person in ("marina", "katya"):
        assert ru("button.grant_round") in labels(await life.card(person, request))
        assert (await life.tap_card(person, request, "grant_round")).text == ru("answer.done.grant_round")
    assert (await life.request(request)).status is Status.RETURNED
    assert (await life.card("marina", request)).buttons == ()


async def test_an_extra_round_refused(life: Life) -> None:
    """One refusal is enough; the decision stays where it was."""
    request = await sent_back_twice(life)
    await weighed(life, "anna", request, "ask_extra_round")
    await life.tap("anna", life.last("anna"), "send")
    await life.tap_card("marina", request, ru("button.refuse_round"))
    assert (await life.request(request)).status is Status.OPEN
    assert ru("button.yes.decide") in labels(await life.card("anna", request))
    assert ru("button.grant_round") not in labels(await life.card("katya", request))


async def test_everybody_of_a_path_reads_the_same_end(life: Life) -> None:
    """Three steps, four people: all four cards say who decided and when."""
    request = await life.open(CONTRACT, "sveta")
    for person in ("katya", "oleg", "marina"):
        await life.tap_card(person, request, "yes")
    await life.later(seconds=60)
    for person in ("sveta", "katya", "oleg", "marina"):
        card = await life.card(person, request)
        assert "Решение: утверждено · Марина Орлова" in card.text
        assert card.buttons == ()


async def test_a_second_tap_is_told_who_decided(life: Life) -> None:
    """A tap on buttons of a moment ago changes nothing and says what was decided."""
    request = await life.open(CONCEPT, "katya")
    card = await life.card("sveta", request)
    back = data_of(card, "send_back")
    await life.tap("sveta", card, "yes")
    answer = await life.forge("sveta", card.message_id, back)
    assert answer.show_alert
    assert answer.text.startswith("Уже решено: да · Светлана Ким")
