"""A slip of the finger: whoever decided last takes it back within the playbook's time, while nobody has acted on it.

Contracts go to Oleg and then to Marina in Moscow (07:00-16:00 UTC); Jordan asks from New York (14:00-23:00 UTC).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.core.playbook import Playbook
from bot.core.request import Refusal, Status
from bot.core.request import events as e
from bot.core.request.effects import Redraw
from bot.core.request.model import Outcome, Request, StepRun
from bot.core.request.relevance import wants_message
from tests.core.request.brands import DECIDE, REVIEW, variant
from tests.core.request.desk import Desk, z

MORNING = "2026-11-23T08:00Z"
NOW = "2026-11-23T09:00:00Z"
SOON = "2026-11-23T09:00:30Z"
LAST = "2026-11-23T09:01:00Z"
OVER = "2026-11-23T09:01:01Z"
ALL_OF = "{review: {all_of: [legal, coordinator]}, within: 8h}"
CONSULT = "{consult: brand_manager, within: 4h}"


def contract(*steps: str, **more: Any) -> Desk:
    return Desk(variant(*steps, **more)).open(at=MORNING)


def deviation(book: Playbook | None = None) -> Desk:
    """Handed over to Priya at 16:00."""
    desk = Desk(book).open("brand_deviation", at=MORNING, needed_by=z("2026-11-23T22:00Z"))
    return desk.until("2026-11-23T16:00Z")


def essence(state: Request) -> Request:
    """What a request is, without what only grows: steps that were opened by mistake, and the count of events."""
    steps = tuple(step for step in state.steps if step.outcome is not Outcome.TAKEN_BACK)
    return replace(state, steps=steps, revision=0, last_word=None)


def undo(desk: Desk, person: str, action: str, *notes: str, at: str = NOW, back: str = SOON, **fields: Any) -> None:
    """Decides and takes it back: everything is as it was before."""
    before = desk.until(at).state
    desk.does(person, action, *notes, at=at, **fields)
    desk.does(person, "take_back", at=back)
    assert essence(desk.state) == essence(before)


@pytest.mark.parametrize(
    ("action", "notes"),
    [("yes", ()), ("yes_with_remarks", ("The label",)), ("send_back", ("Clause 4",))],
)
def test_a_review_is_taken_back(action: str, notes: tuple[str, ...]) -> None:
    """A yes, a yes with remarks, a send-back: Oleg is asked again."""
    desk = contract()
    undo(desk, "oleg", action, *notes)
    assert (desk.owners, desk.state.status) == (["oleg"], Status.OPEN)


@pytest.mark.parametrize(
    ("action", "notes"),
    [("yes", ()), ("yes_with_remarks", ("The label",)), ("send_back", ("Clause 4",)), ("reject", ())],
)
def test_a_final_decision_is_taken_back(action: str, notes: tuple[str, ...]) -> None:
    """The request is open again and waits for Marina; reason, remarks and the end are gone."""
    desk = contract(DECIDE)
    undo(desk, "marina", action, *notes, text="Because")
    assert (desk.owners, desk.state.status, desk.state.closed_at, desk.state.reason) == (["marina"], Status.OPEN, None, "")


def test_an_opinion_is_taken_back() -> None:
    """Said beside the path, and given anew afterwards."""
    desk = contract(CONSULT, DECIDE)
    undo(desk, "anna", "opinion", text="Fine")
    desk.does("anna", "opinion", at=LAST, text="Not fine")
    assert [part.answer.text for part in desk.state.steps[0].assignments if part.answer] == ["Not fine"]


def test_an_opinion_that_was_waited_for_is_taken_back() -> None:
    """The step it opened is closed again."""
    desk = contract("{consult: legal, within: 8h, waits: true}", DECIDE)
    undo(desk, "oleg", "opinion")
    assert desk.owners == ["oleg"]


def test_one_answer_of_a_group_is_taken_back() -> None:
    """Before the group is complete and with the answer that completes it."""
    desk = contract(ALL_OF, DECIDE)
    undo(desk, "oleg", "yes")
    desk.does("katya", "yes", at="2026-11-23T10:00Z")
    undo(desk, "oleg", "yes", at="2026-11-23T11:00Z", back="2026-11-23T11:00:30Z")
    assert desk.owners == ["oleg"]


def test_what_a_decision_overtook_is_open_again() -> None:
    """The consult beside it waits for Anna once more."""
    desk = contract(CONSULT, DECIDE)
    undo(desk, "marina", "yes")
    assert {part.person for step in desk.state.open_steps for part in step.waiting} == {"anna", "marina"}


def test_a_once_review_is_forgotten_with_its_yes() -> None:
    """In the next round it is asked again."""
    desk = contract("{review: legal, within: 8h, once: true}", DECIDE)
    undo(desk, "oleg", "yes")
    assert desk.state.done_once == ()


@pytest.mark.parametrize(
    ("action", "notes"), [("yes", ()), ("yes_with_remarks", ("The label",)), ("reject", ()), ("send_back", ("Clause 4",))]
)
def test_a_local_decision_is_taken_back_with_its_check(action: str, notes: tuple[str, ...]) -> None:
    """Nothing is left to ratify; both may decide again."""
    desk = deviation()
    undo(desk, "priya", action, *notes, at="2026-11-23T17:00Z", back="2026-11-23T17:00:30Z", text="Because")
    assert (desk.owners, desk.local, desk.checkers, desk.state.is_provisional) == (["anna"], ["priya"], [], False)
    desk.does("priya", "yes", at="2026-11-23T17:01Z")
    assert desk.checkers == ["anna"]


def test_the_owners_answer_after_a_hand_over_is_taken_back() -> None:
    """The local step is open again as well."""
    desk = deviation()
    undo(desk, "anna", "yes", at="2026-11-23T17:00Z", back="2026-11-23T17:00:30Z")
    assert (desk.owners, desk.local) == (["anna"], ["priya"])


@pytest.mark.parametrize("decision", ["yes", "reject"])
@pytest.mark.parametrize(("action", "notes"), [("ratify", ()), ("ratify_with_remarks", ("Softer",)), ("object", ("The claim",))])
def test_a_check_is_taken_back(decision: str, action: str, notes: tuple[str, ...]) -> None:
    """The decision stands as it stood, provisional, and waits for Anna."""
    desk = deviation()
    desk.does("priya", decision, at="2026-11-23T17:00Z", text="Because")
    undo(desk, "anna", action, *notes, at="2026-11-24T09:00Z", back="2026-11-24T09:00:30Z")
    assert (desk.checkers, desk.state.is_provisional, desk.state.correction) == (["anna"], True, None)
    assert desk.state.closed_at == z("2026-11-23T17:00Z")


# Who, and how long.


@pytest.mark.parametrize("person", ["marina", "jordan", "katya"])
def test_only_the_one_who_decided(person: str) -> None:
    """Nobody takes back what somebody else decided."""
    desk = contract()
    desk.does("oleg", "yes", at=NOW)
    assert desk.why(person, "take_back", at=SOON) is Refusal.TOO_LATE


def test_the_time_is_the_playbooks() -> None:
    """A minute by default, to the second; what the file says otherwise."""
    desk = contract()
    desk.does("oleg", "yes", at=NOW)
    assert desk.refuses("oleg", "take_back", at=OVER).text.id == "refusal.undo_over"
    desk.does("oleg", "take_back", at=LAST)
    short = contract(edits="undo: 10s")
    short.does("oleg", "yes", at=NOW)
    assert short.why("oleg", "take_back", at="2026-11-23T09:00:11Z") is Refusal.TOO_LATE


def test_nothing_is_taken_back_twice() -> None:
    """After it there is nothing left to take back."""
    desk = contract()
    undo(desk, "oleg", "yes")
    assert desk.refuses("oleg", "take_back", at=SOON).text.id == "refusal.acted_on"


@pytest.mark.parametrize(
    ("person", "action", "fields"),
    [
        ("marina", "yes", {}),
        ("marina", "ask", {"text": "Why?"}),
        ("marina", "pass_on", {"to": "anna"}),
        ("jordan", "withdraw", {}),
    ],
)
def test_not_after_anybody_has_acted(person: str, action: str, fields: dict[str, Any]) -> None:
    """What others have done since rests on it."""
    desk = contract()
    desk.does("oleg", "yes", at=NOW)
    desk.does(person, action, at=SOON, **fields)
    assert desk.why("oleg", "take_back", at=SOON) is Refusal.TOO_LATE


def test_not_after_the_requester_has_gone_on() -> None:
    """A must-fix remark is confirmed, a round handed in: the decision was used."""
    confirmed = contract()
    confirmed.does("oleg", "yes_with_remarks", "The label", at=NOW)
    confirmed.does("jordan", "confirm_fixed", at=SOON)
    resubmitted = contract()
    resubmitted.does("oleg", "send_back", "Clause 4", at=NOW)
    resubmitted.does("jordan", "resubmit", at=SOON)
    assert [desk.why("oleg", "take_back", at=SOON) for desk in (confirmed, resubmitted)] == [Refusal.TOO_LATE] * 2


def test_what_the_clock_does_in_between_does_not_matter() -> None:
    """Marina's step is reminded, escalated, handed over: Oleg takes his yes back all the same."""
    book = variant(REVIEW, "{decide: brand_director, within: 15m}", edits="undo: 3600s", local=True)
    desk = Desk(book).open(at=MORNING, needed_by=z("2026-11-23T22:00Z"))
    desk.does("oleg", "yes", at="2026-11-23T15:30Z")
    desk.until("2026-11-23T16:10Z")
    assert (len(desk.happened(e.Escalated)), desk.local) == (1, ["priya"])
    desk.does("oleg", "take_back", at="2026-11-23T16:15Z")
    assert desk.owners == ["oleg"]
    assert [step.outcome for step in desk.state.steps[1:3]] == [Outcome.TAKEN_BACK] * 2
    assert desk.local == ["priya"]  # Oleg's own last chance is over as well


def test_a_hand_over_of_a_step_that_was_open_before_stays() -> None:
    """Oleg answers at 17:30 and the group's last chance is over at 18:00: Priya keeps what she was given."""
    hours = "{hours: {mon-fri: '12:00-21:00'}}"
    book = variant(
        "{review: {at_least: 2, of: [legal, coordinator, brand_manager]}, within: 8h}", DECIDE, local=True,
        edits=f"{{undo: 3600s, people: {{anna: {hours}, oleg: {hours}}}}}",
    )  # fmt: skip
    desk = Desk(book).open(at=MORNING, needed_by=z("2026-11-23T23:00Z"))
    desk.does("oleg", "yes", at="2026-11-23T17:30Z")
    assert desk.until("2026-11-23T18:00Z").local == ["priya"]
    desk.does("oleg", "take_back", at="2026-11-23T18:10Z")
    assert (desk.local, desk.owners) == (["priya"], ["oleg", "katya", "anna"])


def test_not_after_the_path_went_on_without_the_opinion() -> None:
    """The time of the group's consult is up and Marina has the step: Oleg's opinion stays."""
    book = variant("{consult: {all_of: [legal, brand_manager]}, within: 2h, waits: true}", DECIDE, edits="undo: 3600s")
    desk = Desk(book).open(at=MORNING)
    desk.does("oleg", "opinion", at="2026-11-23T09:50Z")
    desk.until("2026-11-23T10:00Z")
    assert desk.owners == ["marina"]
    assert desk.why("oleg", "take_back", at="2026-11-23T10:10Z") is Refusal.TOO_LATE
    assert desk.owners == ["marina"]


def test_not_after_the_path_went_on_beside_the_opinion() -> None:
    """Anna's opinion was given while another was waited for, whose time is up: Marina's step stays open."""
    book = variant("{consult: brand_manager, within: 8h}", "{consult: legal, within: 2h, waits: true}", DECIDE,
                   edits="undo: 3600s")  # fmt: skip
    desk = Desk(book).open(at=MORNING)
    desk.does("anna", "opinion", at="2026-11-23T09:50Z")
    desk.until("2026-11-23T10:00Z")
    assert desk.why("anna", "take_back", at="2026-11-23T10:10Z") is Refusal.TOO_LATE
    assert desk.owners == ["marina"]


# What it leaves behind.


def test_the_numbers_of_steps_are_never_given_twice() -> None:
    """The step opened by mistake is closed for good; the next one has a number of its own."""
    desk = contract()
    undo(desk, "oleg", "yes")
    desk.does("oleg", "yes", at=LAST)
    steps: tuple[StepRun, ...] = desk.state.steps
    assert [(step.number, step.outcome) for step in steps] == [(0, Outcome.YES), (1, Outcome.TAKEN_BACK), (2, None)]


def test_an_old_button_on_a_step_opened_by_mistake_is_dead() -> None:
    """Marina taps the card she still has: told why, with who and when, also after the step came back under a new number."""
    desk = contract()
    desk.does("oleg", "yes", at=NOW)
    ticket = desk.ticket("marina")
    desk.does("oleg", "take_back", at=SOON)
    assert desk.refuses("marina", "yes", at=SOON, ticket=ticket).text.id == "refusal.already.taken_back"
    assert desk.refuses("marina", "yes", at=SOON).text.id == "refusal.already.taken_back"
    desk.does("oleg", "yes", at=LAST)
    assert desk.why("marina", "yes", at=LAST, ticket=ticket) is Refusal.ALREADY_DECIDED
    desk.does("marina", "yes", at=LAST, ticket=desk.ticket("marina"))


def test_what_was_opened_by_mistake_decided_nothing() -> None:
    """Decided at last, everybody reads who did it, not who took something back."""
    desk = deviation()
    undo(desk, "priya", "yes", at="2026-11-23T17:00Z", back="2026-11-23T17:00:30Z")
    desk.does("anna", "yes", at="2026-11-23T18:00Z")
    refused = desk.refuses("jordan", "withdraw", at="2026-11-23T18:30Z")
    assert refused.text.id in {"refusal.already.yes", "refusal.already.overtaken"}
    assert refused.text.fields["who"] == desk.team.playbook.name("anna")


def test_the_deciders_own_buttons_work_again() -> None:
    """The card shows the same step as before: its old ticket is good."""
    desk = contract()
    ticket = desk.ticket("oleg")
    undo(desk, "oleg", "yes")
    desk.does("oleg", "send_back", "Clause 4", at=LAST, ticket=ticket)


def test_the_clock_of_the_step_goes_on() -> None:
    """Taking back gives no new time."""
    desk = contract()
    due = desk.part("oleg").due_at
    undo(desk, "oleg", "yes")
    assert desk.part("oleg").due_at == due


def test_an_extra_round_that_was_asked_for_is_asked_for_again() -> None:
    """Marina's yes answered her own request for a round; without it the round is asked for as before."""
    desk = contract(DECIDE, rounds=1)
    desk.does("marina", "ask_extra_round", "Clause 4", at="2026-11-23T08:30Z")
    undo(desk, "marina", "yes")
    assert desk.state.extra_round_ask is not None


# What is no decision.


@pytest.mark.parametrize(("action", "fields"), [("ask", {"text": "Why?"}), ("pass_on", {"to": "irina"})])
def test_what_is_no_decision_is_not_taken_back(action: str, fields: dict[str, Any]) -> None:
    """A question is asked, a step passed on: there is another way to mend these."""
    desk = contract()
    desk.does("oleg", action, at=NOW, **fields)
    assert desk.why("oleg", "take_back", at=SOON) is Refusal.TOO_LATE


def test_a_withdrawal_is_not_taken_back() -> None:
    """It asks before it is done."""
    desk = contract()
    desk.does("jordan", "withdraw", at=NOW)
    assert desk.why("jordan", "take_back", at=SOON) is Refusal.TOO_LATE
    assert desk.state.last_word is None


def test_an_extra_round_is_not_taken_back() -> None:
    """Several people have agreed on it: neither who asked nor who agreed last takes it back."""
    desk = contract(CONSULT, DECIDE, rounds=1)
    desk.does("marina", "ask_extra_round", "Clause 4", at=NOW)
    assert desk.why("marina", "take_back", at=SOON) is Refusal.TOO_LATE
    for person in ("katya", "priya"):
        desk.does(person, "grant_round", at=SOON)
    assert desk.state.status is Status.RETURNED
    assert [desk.why(person, "take_back", at=SOON) for person in ("marina", "katya", "priya")] == [Refusal.TOO_LATE] * 3


# Messages.


def test_by_default_nothing_waits() -> None:
    """Marina gets her card at once and Jordan the result, and both hear that it was a slip."""
    desk = contract(DECIDE)
    desk.does("marina", "yes", at="2026-11-23T15:00Z")
    desk.does("marina", "take_back", at="2026-11-23T15:00:30Z")
    assert desk.heard("jordan", "notice.approved") == [z("2026-11-23T15:00Z")]
    assert desk.heard("jordan", "notice.taken_back") == [z("2026-11-23T15:00:30Z")]


def test_who_has_heard_nothing_is_not_told() -> None:
    """A review's yes is no news to the requester, so taking it back is none either."""
    desk = contract()
    undo(desk, "oleg", "yes")
    assert [tell for tell in desk.tells if tell.text.id == "notice.taken_back"] == []


def test_where_the_playbook_says_so_others_wait_for_it() -> None:
    """With `undo` in the file the next card and the messages come when it can no longer be taken back."""
    desk = contract(edits="undo: 60s")
    desk.does("oleg", "yes", at=NOW)
    assert desk.shown("marina") == [z(NOW) + timedelta(seconds=60)]
    final = contract(DECIDE, edits="undo: 60s")
    final.does("marina", "yes", at="2026-11-23T15:00Z")
    assert final.heard("jordan", "notice.approved") == [z("2026-11-23T15:01Z")]
    final.does("marina", "take_back", at="2026-11-23T15:00:30Z")
    assert final.heard("jordan", "notice.taken_back") == []
    assert not wants_message(final.state, "jordan", "notice.approved")


def test_the_deciders_card_is_drawn_again_when_the_time_is_over() -> None:
    """The button goes by itself."""
    desk = contract()
    done = desk.does("oleg", "yes", at=NOW)
    assert [effect for effect in done.effects if isinstance(effect, Redraw)] == [Redraw("oleg", z(LAST))]


def test_without_a_time_to_take_back_there_is_nothing_to_draw() -> None:
    """`undo: 0s` turns it off."""
    desk = contract(edits="undo: 0s")
    done = desk.does("oleg", "yes", at=NOW)
    assert [effect for effect in done.effects if isinstance(effect, Redraw)] == []
    assert desk.why("oleg", "take_back", at=SOON) is Refusal.TOO_LATE


def test_a_reject_by_who_asked_for_an_extra_round_is_taken_back() -> None:
    """It is one person's decision like any other, and the round is asked for again."""
    desk = contract(DECIDE, rounds=1)
    desk.does("marina", "ask_extra_round", "Clause 4", at="2026-11-23T08:30Z")
    undo(desk, "marina", "reject", text="No")
    assert desk.state.extra_round_ask is not None


def test_whoever_slept_through_the_decision_does_not_hear_that_it_is_gone() -> None:
    """Approved in Moscow's morning and taken back: Jordan was asleep, and wakes up to neither."""
    desk = Desk().open(at="2026-11-23T15:00Z")
    for person, at in (("katya", "2026-11-23T15:30Z"), ("oleg", "2026-11-23T15:40Z")):
        desk.does(person, "yes", at=at)
    desk.does("marina", "reject", at="2026-11-24T08:00Z", text="The fee")
    desk.does("marina", "take_back", at="2026-11-24T08:00:30Z")
    assert desk.heard("jordan", "notice.taken_back") == []
