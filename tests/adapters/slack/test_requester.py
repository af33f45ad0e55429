"""The requester's life in Slack: questions, returns, resubmission, extra rounds, withdrawal, and readers of two languages."""

from __future__ import annotations

from bot.core.request.model import Status
from tests.adapters.slack.office import Office, fields, labels, words

LONG = "Line of the script.\n" * 200


async def _sent_back(office: Office, **draft: str) -> str:
    request = await office.opens("jordan", "concept", "US", "Reel", **draft)
    await office.taps("priya", "Send back")
    await office.fills_in("priya", must_fix="Show the logo\nShorter intro", wish="A calmer song")
    return request


async def test_a_question_is_answered_on_the_card(office: Office) -> None:
    """The form repeats the question, and the answer stands on both cards."""
    request = await office.opens("jordan", "concept", "US", "Reel")
    await office.taps("priya", "Ask")
    await office.fills_in("priya", text="Which song?")
    assert labels(office.card("jordan", request)) == ["Answer", "Withdraw"]
    await office.taps("jordan", "Answer")
    assert "Question, Priya Shah: Which song?" in str(office.modal("jordan")["blocks"])
    await office.fills_in("jordan", text="The calm one")
    for person in ("priya", "jordan"):
        assert "Answer, Jordan Lee: The calm one" in words(office.card(person, request))
    assert "Final approval" in labels(office.card("priya", request))


async def test_an_answer_belongs_to_the_question_the_form_showed(office: Office) -> None:
    """Two forms for one question: the second does not answer another question that came in between."""
    request = await office.opens("jordan", "concept", "US", "Reel")
    await office.taps("priya", "Ask")
    await office.fills_in("priya", text="Which song?")
    await office.taps("jordan", "Answer")
    found = office.slack.views(office.id("jordan"))[-1]
    await office.taps("priya", "Ask")
    await office.fills_in("priya", text="Which city?")
    await office.fills_in("jordan", text="The calm one")
    state = await office.request(request)
    assert [question.answer for question in state.questions] == ["The calm one", None]
    assert "#1" in found.payload["private_metadata"]


async def test_resubmitting_starts_from_the_present_text_and_the_open_remarks(office: Office) -> None:
    """The text stands in the field, each must-fix has its box; what is ticked is confirmed."""
    request = await _sent_back(office, text="Scene 1")
    assert labels(office.card("jordan", request)) == ["Resubmit", "Withdraw"]
    await office.taps("jordan", "Resubmit")
    asked = fields(office.modal("jordan"))
    assert "Tick what is fixed" in office.modal("jordan")["blocks"][0]["text"]["text"]
    assert asked["text"]["initial_value"] == "Scene 1"
    assert [option["text"]["text"] for option in asked["fixed"]["options"]] == ["Show the logo", "Shorter intro"]
    await office.fills_in("jordan", text="Scene 1 with logo", fixed=["1"])
    state = await office.request(request)
    assert (state.status, state.round, state.draft.text) == (Status.OPEN, 2, "Scene 1 with logo")
    assert [remark.text for remark in state.to_fix] == ["Shorter intro"]
    card = words(office.card("priya", request))
    assert "• Fixed (round 1): Show the logo" in card
    assert "*Round:* 2 of 2, the last one" in card


async def test_a_text_too_long_for_a_field_is_kept_when_the_field_stays_empty(office: Office) -> None:
    """Slack's fields hold 3,000 characters: a longer text is not put there, and not lost either."""
    request = await _sent_back(office, text=LONG)
    await office.taps("jordan", "Resubmit")
    assert "initial_value" not in fields(office.modal("jordan"))["text"]
    await office.fills_in("jordan", fixed=["1", "2"])
    state = await office.request(request)
    assert (state.draft.text, state.text_version, state.to_fix) == (LONG, 2, ())


async def test_more_remarks_than_one_group_of_boxes_holds_can_all_be_ticked(office: Office) -> None:
    """Ten boxes a group are Slack's limit; the eleventh remark gets a group of its own."""
    request = await office.opens("jordan", "concept", "US", "Reel")
    await office.taps("priya", "Send back")
    await office.fills_in("priya", must_fix="\n".join(f"Remark {number}" for number in range(1, 24)))
    await office.taps("jordan", "Resubmit")
    asked = fields(office.modal("jordan"))
    assert [len(asked[block]["options"]) for block in ("fixed", "fixed1", "fixed2")] == [10, 10, 3]
    await office.fills_in("jordan", fixed=["1"], fixed1=["11"], fixed2=["23"])
    confirmed = [remark.number for remark in (await office.request(request)).remarks if remark.confirmed]
    assert confirmed == [1, 11, 23]


async def test_withdrawing_asks_once_and_ends_it_for_everybody(office: Office) -> None:
    """The form has no field, only what will happen and a button that says it."""
    request = await office.opens("jordan", "concept", "US", "Reel")
    await office.taps("jordan", "Withdraw")
    view = office.modal("jordan")
    assert (fields(view), view["submit"]["text"]) == ({}, "Withdraw")
    await office.fills_in("jordan")
    for person in ("priya", "jordan"):
        assert "⚪ *Withdrawn · Jordan Lee" in words(office.card(person, request))
        assert labels(office.card(person, request)) == []


async def test_an_extra_round_is_asked_for_and_granted_by_a_russian_reader(office: Office) -> None:
    """The coordinator reads Russian in Slack, with Moscow's time, and grants with one tap."""
    await office.moves_to_slack("katya")
    request = await _sent_back(office)
    await office.taps("jordan", "Resubmit")
    await office.fills_in("jordan", text="Five names")
    await office.taps("priya", "Ask for an extra round")
    await office.fills_in("priya", must_fix="Still one name missing")
    card = office.card("katya", request)
    assert "🔵" in words(card) or "⏳" in words(card)
    assert "Прия Шах" in words(card)
    assert "*Срок:* вт, 24 нояб., 22:00 МСК" in words(card)
    assert labels(card) == ["Дать раунд", "Отказать в раунде"]
    await office.taps("katya", "Дать раунд")
    assert labels(office.card("katya", request)) == []
    state = await office.request(request)
    assert (state.status, state.rounds) == (Status.RETURNED, 3)
    assert "Sent back to you" in words(office.card("jordan", request))


async def test_a_russian_readers_form_is_russian(office: Office) -> None:
    """Titles, labels, ready remarks and errors are in the language of whoever reads."""
    await office.moves_to_slack("katya")
    await office.opens("jordan", "contract", "US", "Contract")
    await office.taps("katya", "Вернуть на доработку")
    view = office.modal("katya")
    assert (view["title"]["text"], view["submit"]["text"], view["close"]["text"]) == (
        "Вернуть на доработку",
        "Вернуть",
        "Закрыть",
    )
    assert fields(view)["ready"]["options"][0]["text"]["text"] == "Не соответствует брифу"
    assert (await office.fills_in("katya")).errors == {"must_fix": "Напишите хотя бы одно замечание."}
