"""Questions the bot puts: how they are ended, which of two counts, and that they outlive a restart."""

from __future__ import annotations

from pathlib import Path

from bot.core.playbook import load
from bot.core.request.model import Status
from tests.adapters.telegram.life import CONCEPT, DEVIATION, PLAYBOOKS, Life, data_of, labels, living, ru


async def test_cancelled_with_its_button(life: Life) -> None:
    """The button ends the question; what is written afterwards is not recorded."""
    request = await life.open(DEVIATION, "katya")
    await life.tap_card("anna", request, "reject")
    answer = await life.tap("anna", life.last("anna"), ru("button.cancel"))
    assert answer.text == ru("answer.cancelled")
    assert life.last("anna").buttons == ()
    assert (await life.say("anna", "Слишком дорого")).text == ru("answer.not_understood")
    assert (await life.request(request)).status is Status.OPEN


async def test_cancelled_with_the_command(life: Life) -> None:
    """/cancel ends the question and takes its buttons away; without a question it says so."""
    request = await life.open(DEVIATION, "katya")
    await life.tap_card("anna", request, "reject")
    question = life.last("anna")
    assert (await life.say("anna", "/cancel")).text == ru("answer.cancelled")
    assert life.message("anna", question.message_id).buttons == ()
    assert (await life.say("anna", "/cancel")).text == ru("answer.nothing_to_cancel")


async def test_a_question_that_is_over(life: Life) -> None:
    """A button of a question that has ended says so and goes."""
    request = await life.open(CONCEPT, "katya")
    await life.tap_card("sveta", request, "send_back")
    question = life.last("sveta")
    ready = data_of(question, "Ссылки не работают")
    await life.say("sveta", "/cancel")
    answer = await life.forge("sveta", question.message_id, ready)
    assert answer.show_alert
    assert answer.text == ru("refusal.question_over")
    assert (await life.request(request)).remarks == ()


async def test_the_newer_of_two_questions_counts(life: Life) -> None:
    """A second question ends the first: its buttons go, and words belong to the second."""
    first, second = await life.open(DEVIATION, "katya", "Один"), await life.open(DEVIATION, "katya", "Два")
    await life.tap_card("anna", first, "reject")
    older = life.last("anna")
    ready = data_of(older, "Больше не нужно")
    await life.tap_card("anna", second, "reject")
    assert life.message("anna", older.message_id).buttons == ()
    assert (await life.forge("anna", older.message_id, ready)).text == ru("refusal.question_over")
    await life.say("anna", "Не подходит")
    assert (await life.request(first)).status is Status.OPEN
    assert (await life.request(second)).status is Status.REJECTED


async def test_words_in_reply_to_something_else_are_no_answer(life: Life) -> None:
    """Words put under another question or another card never reach the wrong request."""
    first, second = await life.open(DEVIATION, "katya", "Один"), await life.open(DEVIATION, "katya", "Два")
    await life.tap_card("anna", first, "reject")
    older = life.last("anna")
    await life.tap_card("anna", second, "ask")
    for replied in (older, await life.card("anna", first)):
        answer = await life.say("anna", "Не подходит бренду", reply_to=replied.message_id)
        assert answer.text == ru("answer.other_question", id=second)
    assert (await life.request(second)).questions == ()
    await life.say("anna", "Где снимаем?", reply_to=(await life.card("anna", second)).message_id)
    assert [one.text for one in (await life.request(second)).questions] == ["Где снимаем?"]


async def test_a_question_outlives_a_restart(life: Life) -> None:
    """What was written and weighed before a restart is there after it."""
    request = await life.open(CONCEPT, "katya")
    await life.tap_card("sveta", request, "send_back")
    await life.say("sveta", "Логотип раньше")
    await life.tap("sveta", life.last("sveta"), "1: замечание")
    await life.restart()
    await life.say("sveta", "Музыка тише")
    await life.tap("sveta", life.last("sveta"), "2: пожелание")
    await life.tap("sveta", life.last("sveta"), "send")
    assert [remark.text for remark in (await life.request(request)).remarks] == ["Логотип раньше", "Музыка тише"]


async def test_decided_elsewhere_while_the_question_is_open(life: Life) -> None:
    """Whoever answers too late is told what happened, and nothing is recorded."""
    request = await life.open(DEVIATION, "katya")
    await life.tap_card("anna", request, "reject")
    await life.tap_card("katya", request, "withdraw")
    await life.tap("katya", life.last("katya"), ru("button.sure"))
    assert "отозван" in (await life.say("anna", "Слишком дорого")).text.lower()
    assert (await life.request(request)).status is Status.WITHDRAWN


async def test_the_people_offered_do_not_shift(tmp_path: Path) -> None:
    """A button with a person's name means that person, also when the list of people has changed since."""

    def source(name: str) -> bytes:
        return (
            (PLAYBOOKS / name)
            .read_bytes()
            .replace(b"holder: pavel\n    deputies: [anna]", b"holder: pavel\n    deputies: [anna, oleg]")
        )

    async with living(tmp_path / "town.db", loaded=load("brand-a.yaml", source)) as life:
        request = await life.open("creator_selection", "katya")
        await life.tap_card("pavel", request, "pass_on")
        offered = life.last("pavel")
        assert labels(offered) == ["Анна Белова", "Олег Синицын", ru("button.cancel")]
        life.telegram.block(life.id("anna"))
        await life.settle()
        assert (await life.tap("pavel", offered, "Анна Белова")).text == ru("refusal.no_such_person")
        assert (await life.request(request)).open_steps[0].waiting[0].person == "pavel"


async def test_only_bullets_are_no_remark(life: Life) -> None:
    """A message of nothing but dashes makes no remark and leaves the question open."""
    request = await life.open(CONCEPT, "katya")
    await life.tap_card("sveta", request, "send_back")
    assert (await life.say("sveta", "—\n- \n•")).text == ru("refusal.remarks_missing")
    assert "1. Логотип" in (await life.say("sveta", "Логотип")).text


async def test_more_remarks_than_fit_are_joined(life: Life) -> None:
    """Forty lines fit a review that shows every one of its twenty numbers; nothing is dropped."""
    request = await life.open(CONCEPT, "katya")
    await life.tap_card("sveta", request, "send_back")
    review = await life.say("sveta", "\n".join(f"Замечание номер {n} " + "и" * 80 for n in range(40)))
    assert "\n20. Замечание номер 19" in review.text
    for n in range(1, 21):
        await life.tap("sveta", life.last("sveta"), f"{n}: замечание")
    await life.tap("sveta", life.last("sveta"), "send")
    remarks = (await life.request(request)).remarks
    assert len(remarks) == 20
    assert "номер 39" in remarks[-1].text
    assert life.refused() == []
