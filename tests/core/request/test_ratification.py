"""Rule 19: a provisional decision is checked by its owner, in the owner's own working time, and is never undone by it.

Deviations: Anna owns and checks them (Moscow, 07:00-16:00 UTC), Priya decides locally (New York, 14:00-23:00 UTC).
"""

from __future__ import annotations

from typing import Any

import pytest

from bot.core.people import Uses, Via
from bot.core.playbook import Playbook
from bot.core.request import Refusal, Status
from bot.core.request import events as e
from bot.core.request.commands import Note
from bot.core.request.model import Outcome, Weight
from bot.core.request.relevance import wants_message
from tests.core.request.brands import DECIDE, variant
from tests.core.request.desk import WISH, Desk, away, z

EVENING = "2026-11-23T17:00Z"
TUESDAY = "2026-11-24T08:00Z"


def handed(book: Playbook | None = None, by: str = "jordan", **more: Any) -> Desk:
    """Handed over on Monday at 16:00 UTC."""
    desk = Desk(book, **more).open("brand_deviation", by=by, at="2026-11-23T08:00Z", needed_by=z("2026-11-23T22:00Z"))
    return desk.until("2026-11-23T16:00Z")


def provisional(action: str = "yes", **more: Any) -> Desk:
    """Priya has decided at 17:00 UTC, when Anna is at home."""
    desk = handed(**more)
    desk.does("priya", action, at=EVENING, text="Because")
    return desk


def test_the_check_runs_in_the_checkers_working_time() -> None:
    """Eight hours of Anna's from the decision: all of them Tuesday's; the card comes at a polite time."""
    desk = provisional()
    part = desk.part("anna")
    assert (part.roles, part.via) == (("brand_manager",), Via.HOLDER)
    assert (part.remind_at, part.due_at) == (z("2026-11-24T11:00Z"), z("2026-11-24T15:00Z"))
    assert desk.state.ratification is not None
    assert not desk.state.ratification.on_path


def test_the_checker_is_not_woken() -> None:
    """Decided at 20:30 on Anna's clock: she hears of it in her morning, and on nobody else's."""
    desk = handed()
    desk.does("priya", "yes", at="2026-11-23T17:30Z")
    assert desk.heard("anna", "notice.your_turn.ratify") == [z("2026-11-24T07:00Z")]


@pytest.mark.parametrize("action", ["yes", "reject"])
def test_a_decision_stands_while_it_is_checked(action: str) -> None:
    """Approved or rejected from the first moment: the requester goes ahead."""
    desk = provisional(action)
    assert desk.state.status is (Status.APPROVED if action == "yes" else Status.REJECTED)
    assert desk.state.closed_at == z(EVENING)


@pytest.mark.parametrize("action", ["yes", "reject"])
def test_ratifying(action: str) -> None:
    """The decision is final now; Jordan and Priya hear it, and nothing is waited for."""
    desk = provisional(action)
    before = desk.state.status
    desk.does("anna", "ratify", at=TUESDAY)
    assert (desk.state.status, desk.state.is_provisional, desk.wake_at) == (before, False, None)
    assert [desk.heard(person, "notice.ratified") for person in ("jordan", "priya")] == [[z("2026-11-24T14:00Z")]] * 2


def test_ratifying_with_remarks() -> None:
    """The remarks are for next time: they stand on the card with the weight they were given."""
    desk = provisional()
    desk.does("anna", "ratify_with_remarks", Note("Softer", WISH), at=TUESDAY)
    assert desk.state.steps[-1].outcome is Outcome.RATIFIED_WITH_REMARKS
    assert [(remark.by, remark.weight) for remark in desk.state.remarks] == [("anna", Weight.WISH)]
    assert (desk.state.to_correct, desk.state.is_provisional) == ((), False)


@pytest.mark.parametrize("action", ["ratify_with_remarks", "object"])
def test_remarks_are_asked_for(action: str) -> None:
    """An objection says what must be changed; so does a remark."""
    assert provisional().why("anna", action, at=TUESDAY) is Refusal.REMARKS_MISSING


@pytest.mark.parametrize("action", ["yes", "reject"])
def test_an_objection_does_not_undo_the_past(action: str) -> None:
    """The decision stands, everything in the objection must be fixed, and the requester is asked for it."""
    desk = provisional(action)
    before = desk.state.status
    desk.does("anna", "object", "The claim", Note("The photo", WISH), at=TUESDAY)
    assert (desk.state.status, desk.state.is_provisional) == (before, False)
    assert [remark.weight for remark in desk.state.to_correct] == [Weight.MUST_FIX] * 2
    assert desk.heard("jordan", "notice.objected") == [z("2026-11-24T14:00Z")]
    assert desk.heard("priya", "notice.objected") == [z("2026-11-24T14:00Z")]


def test_whoever_objected_hears_of_the_correction() -> None:
    """Once, with the last of it; the status does not change."""
    desk = provisional()
    desk.does("anna", "object", "The claim", "The photo", at=TUESDAY)
    desk.does("jordan", "confirm_fixed", at="2026-11-25T14:00Z", confirmed=(1,))
    assert desk.heard("anna", "notice.corrected") == []
    desk.does("jordan", "confirm_fixed", at="2026-11-25T15:00Z", confirmed=(2,))
    assert desk.heard("anna", "notice.corrected") == [z("2026-11-25T15:00Z")]
    assert (desk.state.status, desk.state.to_correct) == (Status.APPROVED, ())


def test_other_remarks_are_no_correction() -> None:
    """Priya's own remark, fixed after the correction, is not told to Anna again."""
    desk = handed()
    desk.does("priya", "yes_with_remarks", "The label", at=EVENING)
    desk.does("anna", "object", "The claim", at=TUESDAY)
    desk.does("jordan", "confirm_fixed", at="2026-11-25T14:00Z", confirmed=(2,))
    desk.does("jordan", "confirm_fixed", at="2026-11-25T15:00Z", confirmed=(1,))
    assert desk.heard("anna", "notice.corrected") == [z("2026-11-25T14:00Z")]


def test_the_first_check_wins() -> None:
    """A second tap reads that it is checked, by whom and when."""
    desk = provisional()
    ticket = desk.ticket("anna")
    desk.does("anna", "ratify", at=TUESDAY)
    refused = desk.refuses("anna", "object", "The claim", at=TUESDAY, ticket=ticket)
    assert (refused.reason, refused.text.id) == (Refusal.ALREADY_DECIDED, "refusal.already.ratified")


@pytest.mark.parametrize("action", ["yes", "send_back", "reject", "withdraw", "resubmit"])
@pytest.mark.parametrize("person", ["anna", "priya", "jordan"])
def test_nothing_else_is_possible_while_it_is_checked(person: str, action: str) -> None:
    """Neither a second decision nor a withdrawal of what is decided."""
    desk = provisional()
    assert desk.refuses(person, action, "Clause 4", at=TUESDAY, text="Because")


@pytest.mark.parametrize("person", ["priya", "jordan", "sam", "marina", "katya"])
def test_only_the_checker_checks(person: str) -> None:
    """Not the one who decided, not the requester, and nobody who merely reads along."""
    for action in ("ratify", "object"):
        assert provisional().why(person, action, "The claim", at=TUESDAY) in {
            Refusal.NOT_YOURS, Refusal.OWN_REQUEST, Refusal.ALREADY_DECIDED,
        }  # fmt: skip


# Who checks.


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"absences": [away("anna", "2026-11-23", "2026-11-27")]}, "away"),
        ({"unreachable": ["anna"]}, "unreachable"),
        ({"by": "anna"}, "own_request"),
    ],
)
def test_a_deputy_checks_for_somebody_who_cannot(more: dict[str, Any], reason: str) -> None:
    """Pavel stands in for Anna."""
    part = provisional(**more).part("pavel")
    assert (part.via, part.on_behalf_of, part.reason) == (Via.DEPUTY, "anna", reason)


def test_nobody_checks_their_own_decision() -> None:
    """Priya decided and also holds the role that checks: the deputy does it instead."""
    book = variant(DECIDE, edits="roles: {brand_manager: {holder: priya, deputies: [pavel]}}", local=True)
    desk = Desk(book).open(at="2026-11-23T08:00Z", needed_by=z("2026-11-23T22:00Z"))
    desk.does("priya", "yes", at=EVENING)
    assert (desk.checkers, desk.part("pavel").reason) == (["pavel"], "own_request")
    assert desk.why("priya", "ratify", at=EVENING) is Refusal.ALREADY_DECIDED


def test_nobody_passes_a_check_to_the_one_who_decided() -> None:
    """Priya decided as the deputy's holder: she is not among those who may take the check over."""
    edits = "{roles: {brand_manager: {deputies: [priya, pavel]}}}"
    desk = provisional(book=variant(edits=edits))
    assert desk.why("anna", "pass_on", at=TUESDAY, to="priya") is Refusal.NO_SUCH_PERSON
    desk.does("anna", "pass_on", at=TUESDAY, to="pavel")
    assert desk.checkers == ["pavel"]


def test_a_check_moves_when_its_owner_goes_away() -> None:
    """Anna is away from Wednesday on: the rest of the eight hours is Pavel's, not the decider's."""
    edits = "{roles: {brand_manager: {deputies: [priya, pavel]}}}"
    book = variant(edits=edits)
    desk = handed(book=book, absences=[away("anna", "2026-11-25", "2026-11-27")])
    desk.does("priya", "yes", at="2026-11-23T21:00Z")
    desk.until("2026-11-25T07:00Z")
    assert desk.checkers == ["pavel"]


def test_a_check_nobody_can_do_is_a_gap() -> None:
    """Katya finds somebody: she may ask and pass it on, not ratify."""
    desk = provisional(unreachable=["pavel"], absences=[away("anna", "2026-11-24", "2026-11-27")]).until(TUESDAY)
    assert (desk.checkers, desk.part("katya").via) == (["katya"], Via.GAP)
    assert desk.why("katya", "ratify", at=TUESDAY) is Refusal.GAP_CANNOT_DECIDE
    desk.does("katya", "pass_on", at="2026-11-24T10:00Z", to="marina")
    desk.does("marina", "ratify", at="2026-11-24T11:00Z")
    assert not desk.state.is_provisional


# While it is checked.


def test_a_question_while_it_is_checked() -> None:
    """Anna asks, Jordan answers, and the clock goes on."""
    desk = provisional()
    due = desk.part("anna").due_at
    desk.does("anna", "ask", at=TUESDAY, text="Which claim?")
    desk.does("jordan", "answer", at="2026-11-24T14:00Z", text="None")
    assert desk.heard("anna", "notice.answer") == [z("2026-11-24T14:00Z")]
    assert desk.part("anna").due_at == due


def test_a_question_from_before_needs_no_answer_after_the_end() -> None:
    """What Priya asked before she decided is not asked of Jordan any more."""
    desk = handed()
    desk.does("priya", "ask", at=EVENING, text="Which claim?")
    desk.does("priya", "yes", at=EVENING)
    assert desk.why("jordan", "answer", at=EVENING, text="None") is Refusal.NOT_POSSIBLE


def test_an_overdue_check_escalates_like_any_step() -> None:
    """Reminder at half, escalation at the end, and once more to the signatories."""
    desk = provisional().until("2026-12-01T00:00Z")
    assert desk.heard("anna", "notice.reminder")[-1] == z("2026-11-24T11:00Z")
    assert (desk.when(e.Escalated)[-1], desk.happened(e.Escalated)[-1].late) == (z("2026-11-24T15:00Z"), ("anna",))
    assert desk.when(e.EscalatedAgain)[-1] == z("2026-11-25T10:00Z")
    assert desk.wake_at is None
    assert desk.state.is_provisional  # silence is never consent


def test_a_check_has_no_creators_deadline() -> None:
    """The decision is made: no last call, no hand-over, no risk comes after it."""
    desk = provisional().until("2026-12-01T00:00Z")
    assert [when for kind in (e.LastCalled, e.HandedOver, e.AtRisk) for when in desk.when(kind) if when > z(EVENING)] == []


def test_a_local_reject_ends_in_a_check_of_the_reject() -> None:
    """Objected to: what must be changed is asked of Jordan, and she may confirm it."""
    desk = provisional("reject")
    desk.does("anna", "object", "Ask again", at=TUESDAY)
    desk.does("jordan", "confirm_fixed", at="2026-11-25T14:00Z")
    assert (desk.state.status, desk.state.to_correct) == (Status.REJECTED, ())
    assert desk.heard("anna", "notice.corrected") == [z("2026-11-25T14:00Z")]


# The debt.


@pytest.mark.parametrize(("unchecked", "told"), [(3, False), (4, True)])
def test_the_right_pauses_at_the_limit_and_that_is_said(unchecked: int, told: bool) -> None:
    """With the fifth of at most five, whoever decides locally, whoever checks and the coordinator hear it."""
    desk = provisional(uses=Uses(unchecked=unchecked))
    heard = {tell.person for tell in desk.tells if tell.text.id == "notice.right_paused"}
    assert heard == ({"priya", "anna", "katya"} if told else set())


def test_a_vacant_role_is_told_nothing() -> None:
    """The notice goes to people, not to empty chairs."""
    book = variant(edits="roles: {us_market_lead: {holder: null}}")
    desk = handed(book=book, uses=Uses(unchecked=4))
    desk.does("sam", "yes", at=EVENING)
    assert {tell.person for tell in desk.tells if tell.text.id == "notice.right_paused"} == {"anna", "katya"}


# What was held for the morning.


@pytest.mark.parametrize(
    ("action", "message"),
    [("ratify", "notice.ratified"), ("ratify_with_remarks", "notice.ratified_with_remarks"), ("object", "notice.objected")],
)
def test_a_check_that_was_taken_back_is_not_told_in_the_morning(action: str, message: str) -> None:
    """What is held says something true when it comes, or nothing."""
    desk = provisional()
    desk.does("anna", action, "The claim", at=TUESDAY)
    assert wants_message(desk.state, "jordan", message)
    desk.does("anna", "take_back", at=TUESDAY)
    assert not wants_message(desk.state, "jordan", message)


def test_remarks_that_were_taken_back_are_not_told_in_the_morning() -> None:
    """The must-fix list is gone with the yes it came with."""
    desk = Desk(variant(DECIDE)).open(at="2026-11-23T08:00Z")
    desk.does("marina", "yes_with_remarks", "The label", at=TUESDAY)
    assert wants_message(desk.state, "jordan", "notice.must_fix")
    desk.does("marina", "take_back", at=TUESDAY)
    assert not wants_message(desk.state, "jordan", "notice.must_fix")


def test_a_checker_who_slept_through_it_all_gets_one_message() -> None:
    """Opened and decided while Moscow is closed: in the morning there is one new card, and no second word about it."""
    desk = Desk().open("brand_deviation", at="2026-11-23T17:00Z", needed_by=z("2026-11-23T22:00Z"))
    desk.does("priya", "yes", at="2026-11-23T18:00Z")
    assert desk.heard("anna", "notice.your_turn.ratify") == []
    assert desk.shown("anna") == [z("2026-11-24T07:00Z"), z("2026-11-24T07:00Z")]


def test_a_checker_who_has_the_card_already_hears_of_it() -> None:
    """An edited card makes no sound: with it comes a short word."""
    desk = Desk().open("brand_deviation", at="2026-11-23T14:00Z", needed_by=z("2026-11-23T22:00Z"))
    desk.does("priya", "yes", at="2026-11-23T20:30Z")
    assert desk.heard("anna", "notice.your_turn.ratify") == [z("2026-11-24T07:00Z")]


def test_the_word_about_a_check_waits_until_the_decision_stands() -> None:
    """Taken back within its minute, the checker has heard nothing; a yes given again is told once it stands."""
    desk = Desk().open("brand_deviation", at="2026-11-23T12:00Z", needed_by=z("2026-11-23T22:00Z")).until("2026-11-23T16:00Z")
    desk.does("priya", "yes", at="2026-11-23T16:10Z")
    assert desk.heard("anna", "notice.your_turn.ratify") == [z("2026-11-23T16:11Z")]


def test_remarks_come_before_going_ahead() -> None:
    """With something to fix nobody is told to go ahead."""
    desk = Desk().open("brand_deviation", at="2026-11-23T12:00Z", needed_by=z("2026-11-23T22:00Z")).until("2026-11-23T16:00Z")
    desk.does("priya", "yes_with_remarks", "The lamp", at="2026-11-23T16:10Z")
    assert desk.heard("jordan", "notice.approved_provisionally_to_fix") == [z("2026-11-23T16:10Z")]
    assert desk.heard("jordan", "notice.approved_provisionally") == []
