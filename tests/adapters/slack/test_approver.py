"""The approver's life in Slack: a card comes, a tap answers it, and the card itself tells that it did."""

from __future__ import annotations

from dataclasses import replace

from bot.core.request.model import Status, Weight
from tests.adapters.playground.slack_app import until
from tests.adapters.slack.office import Office, buttons, fields, labels, words

BUTTONS = ["Final approval", "Yes, with remarks", "Send back", "Reject", "Ask", "Pass on"]


async def test_a_card_comes_with_everything_needed_to_decide(office: Office) -> None:
    """Who asks for what, until when, why it is yours, and one button for each move."""
    request = await office.opens("jordan", "concept", "US", "Reel: Market hall", text="Scene 1. Rain.", creator="Maya Chen")
    card = office.card("priya", request)
    shown = words(card)
    assert "Concept or script · A-1 · Brand A: Moscow and New York" in shown
    assert "🔵 *Your final approval is needed*" in shown
    assert "*Deadline:* Tue, Nov 24, 2:00 PM ET, 4 working hours left" in shown
    assert "*Creator:* Maya Chen" in shown
    assert "Scene 1. Rain." in shown
    assert labels(card) == BUTTONS
    assert card.text.startswith("Your final approval is needed · Reel: Market hall · Concept or script · A-1"), "on a phone"


async def test_a_plain_yes_is_answered_by_the_card_alone(office: Office) -> None:
    """Forty times a day: the buttons go, the card says who and when, and no line is added to the chat."""
    request = await office.opens("jordan", "concept", "US", "Reel")
    before = len(office.chat("priya"))
    await office.taps("priya", "Final approval")
    assert "✅ *Decision: approved · Priya Shah · Tue, Nov 24, 10:00 AM ET*" in words(office.card("priya", request))
    assert len(office.chat("priya")) == before


async def test_every_copy_follows_and_no_button_outlives_the_decision(office: Office) -> None:
    """The requester's card says the same as the approver's, who keeps one button for a minute."""
    request = await office.opens("jordan", "concept", "US", "Reel")
    await office.taps("priya", "Final approval")
    assert labels(office.card("priya", request)) == ["Take back"]
    await office.later(seconds=60)
    for person in ("priya", "jordan"):
        assert "Decision: approved · Priya Shah" in words(office.card(person, request))
        assert labels(office.card(person, request)) == []


async def test_words_come_when_the_card_cannot_follow(office: Office) -> None:
    """Slack wants a pause before the next edit: the person is told at once that the tap counted."""
    office.expected_refusals = {"ratelimited"}
    request = await office.opens("jordan", "concept", "US", "Reel")
    office.slack.fail_next("chat.update", "ratelimited", status=429, retry_after=30, times=2)
    await office.taps("priya", "Final approval")
    await until(lambda: office.whispers("priya"))
    assert office.whispers("priya") == [f"{request}: Recorded: yes."]


async def test_a_second_tap_is_told_what_it_is_about(office: Office) -> None:
    """In a chat full of cards a refusal names its request."""
    request = await office.opens("jordan", "concept", "US", "Reel")
    card = office.card("priya", request)
    data = dict(buttons(card))["Final approval"]
    await office.taps("priya", "Final approval")
    await office.taps_data("priya", card.ts, data)
    assert office.whispers("priya") == [f"{request}: Already decided: yes · Priya Shah · Tue, Nov 24, 10:00 AM ET."]


async def test_yes_with_remarks_takes_ready_must_fix_and_wish_lines(office: Office) -> None:
    """Ready checkboxes and two fields, one remark a line; each keeps how much it binds."""
    request = await office.opens("jordan", "concept", "US", "Reel")
    await office.taps("priya", "Yes, with remarks")
    asked = fields(office.modal("priya"))
    assert list(asked) == ["ready", "must_fix", "wish"]
    assert asked["ready"]["type"] == "checkboxes"
    sent = await office.fills_in("priya", ready=["2"], must_fix="- Show the logo\n\n• Shorter intro", wish="A calmer song")
    assert (sent.ok, sent.errors, office.has_modal("priya")) == (True, {}, False)
    state = await office.request(request)
    assert [(remark.text, remark.weight) for remark in state.remarks] == [
        ("The ad label is missing", Weight.MUST_FIX),
        ("Show the logo", Weight.MUST_FIX),
        ("Shorter intro", Weight.MUST_FIX),
        ("A calmer song", Weight.WISH),
    ]
    assert office.whispers("priya") == [f"{request}: Recorded: yes, with remarks."]
    assert "• Must fix (round 1): Show the logo" in words(office.card("jordan", request))


async def test_sending_back_needs_a_remark_and_says_so_at_the_field(office: Office) -> None:
    """An empty form stays open with the reason at its field; filled in, the same form is recorded."""
    request = await office.opens("jordan", "concept", "US", "Reel")
    await office.taps("priya", "Send back")
    assert (await office.fills_in("priya")).errors == {"must_fix": "Write at least one remark."}
    assert (await office.fills_in("priya")).errors == {"must_fix": "Write at least one remark."}
    assert (await office.fills_in("priya", must_fix="Show the logo")).errors == {}
    assert (await office.request(request)).status is Status.RETURNED
    assert labels(office.card("priya", request)) == ["Take back"]


async def test_rejecting_needs_a_reason_ready_or_own(office: Office) -> None:
    """Neither is an error at the field; both together are both kept."""
    request = await office.opens("jordan", "concept", "US", "Reel")
    await office.taps("priya", "Reject")
    assert (await office.fills_in("priya")).errors == {"text": "Write a few words."}
    await office.fills_in("priya", ready="0", text="The joke is about rain")
    assert (await office.request(request)).reason == "Does not fit the brand. The joke is about rain"
    second = await office.opens("jordan", "concept", "US", "Another reel")
    await office.taps("priya", "Reject", on=second)
    await office.fills_in("priya", ready="1")
    assert (await office.request(second)).reason == "The budget does not allow it"


async def test_passing_on_offers_people_by_name_and_goes_to_the_one_chosen(office: Office) -> None:
    """The deputy gets the card; whoever passed it on keeps one without buttons."""
    request = await office.opens("jordan", "concept", "US", "Reel")
    await office.taps("priya", "Pass on")
    options = fields(office.modal("priya"))["person"]["options"]
    assert [(option["text"]["text"], option["value"]) for option in options] == [("Sam Ortiz", "sam")]
    await office.fills_in("priya", person="sam")
    assert labels(office.card("sam", request)) == BUTTONS[:-1], "nobody stands in for a deputy"
    assert labels(office.card("priya", request)) == []


async def test_a_step_nobody_else_may_take_opens_no_empty_form(office: Office) -> None:
    """The only deputy left meanwhile: the old button is answered, a form without choices would be refused by Slack."""
    request = await office.opens("jordan", "concept", "US", "Reel")
    sam = replace(await office.account("sam"), blocked=True)
    await office.town.system.store.run(lambda tx: tx.save_account(sam))
    await office.taps("priya", "Pass on", on=request)
    assert office.whispers("priya") == ["There is nobody in the playbook this step could be passed to."]


async def test_an_opinion_is_given_in_a_form_or_with_one_tap(office: Office) -> None:
    """A consult asks for words, or for “no objections” without any."""
    first = await office.opens("anna", "brand_guidelines", "RU", "Гайд: шрифт")
    await office.taps("priya", "Give an opinion", on=first)
    await office.fills_in("priya", text="Fine by us")
    assert "Opinion, Priya Shah: Fine by us" in words(office.card("priya", first))
    second = await office.opens("anna", "brand_guidelines", "RU", "Гайд: цвет")
    await office.taps("priya", "No objections", on=second)
    assert "Opinion, Priya Shah: no objections" in words(office.card("priya", second))


async def test_the_form_for_a_stale_button_is_not_opened(office: Office) -> None:
    """Whoever taps “Reject” after the decision is told what was decided."""
    request = await office.opens("jordan", "concept", "US", "Reel")
    card = office.card("priya", request)
    reject = dict(buttons(card))["Reject"]
    await office.taps("priya", "Final approval")
    await office.taps_data("priya", card.ts, reject)
    assert not office.has_modal("priya")
    assert "Already decided: yes" in office.whispers("priya")[-1]


async def test_a_form_that_comes_too_late_says_so_in_its_place(office: Office) -> None:
    """Decided while the form was open: nothing typed is taken for a decision, and the form says why."""
    await office.opens("jordan", "concept", "US", "Reel")
    await office.taps("priya", "Send back")
    await office.taps("priya", "Final approval")
    sent = await office.fills_in("priya", must_fix="Too late")
    assert sent.response_action == "update"
    assert office.modal("priya")["title"]["text"] == "Not recorded"
    assert "Already decided: yes" in office.modal("priya")["blocks"][0]["text"]["text"]
