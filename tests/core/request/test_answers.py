"""Rule 6: what may be said to a step, what it needs to be complete, and what becomes of it."""

from __future__ import annotations

import pytest

from bot.core.request import Refusal, Status
from bot.core.request import events as e
from bot.core.request.commands import Note
from bot.core.request.opening import MAX_BODY
from tests.core.request.brands import DECIDE, REVIEW, variant
from tests.core.request.desk import MUST, WISH, Desk, z

MONDAY = "2026-11-23T15:00Z"
LATER = "2026-11-23T15:30Z"


def at_review() -> Desk:
    return Desk(variant(REVIEW, DECIDE)).open(at=MONDAY)


def at_decision() -> Desk:
    return Desk(variant(DECIDE)).open(at=MONDAY)


def test_a_yes_with_remarks_goes_on_and_leaves_a_list() -> None:
    """Must-fix remarks become a list for the requester, wishes stay wishes; both are numbered and signed."""
    desk = at_decision()
    desk.does("marina", "yes_with_remarks", "The label", Note("A better photo", WISH), at=LATER)
    assert desk.state.status is Status.APPROVED
    assert [(r.number, r.by, r.weight, r.text) for r in desk.state.remarks] == [
        (1, "marina", MUST, "The label"),
        (2, "marina", WISH, "A better photo"),
    ]
    assert [r.number for r in desk.state.to_fix] == [1]


def test_the_requester_confirms_the_list() -> None:
    """Only the requester says what is dealt with: one by one, then all that is left."""
    desk = at_decision()
    desk.does("marina", "yes_with_remarks", "The label", "The price", "The date", at=LATER)
    assert desk.why("marina", "confirm_fixed", at=LATER) is Refusal.NOT_YOURS
    desk.does("jordan", "confirm_fixed", at=LATER, confirmed=(2,))
    assert [r.number for r in desk.state.to_fix] == [1, 3]
    desk.does("jordan", "confirm_fixed", at=LATER)
    assert desk.why("jordan", "confirm_fixed", at=LATER) is Refusal.NOT_POSSIBLE


def test_the_requester_hears_of_what_must_be_fixed() -> None:
    """A yes with must-fix remarks is told; one with wishes alone is not."""
    desk = at_review()
    desk.does("oleg", "yes_with_remarks", Note("Nicer", WISH), at=LATER)
    assert desk.heard("jordan", "notice.must_fix") == []
    desk.does("marina", "yes_with_remarks", "The label", at=LATER)
    assert desk.heard("jordan", "notice.must_fix") == [z(LATER)]


@pytest.mark.parametrize("action", ["yes_with_remarks", "send_back"])
def test_remarks_are_required_where_the_button_says_so(action: str) -> None:
    """No remarks, no yes with remarks and no send-back."""
    assert at_decision().why("marina", action, at=LATER) is Refusal.REMARKS_MISSING


def test_a_send_back_returns_the_request_with_its_remarks() -> None:
    """The request waits for its requester, who hears how many remarks there are."""
    desk = at_review()
    desk.does("oleg", "send_back", "Clause 4", "Clause 5", at=LATER)
    assert (desk.state.status, len(desk.state.to_fix)) == (Status.RETURNED, 2)
    assert desk.heard("jordan", "notice.sent_back") == [z(LATER)]


def test_a_reject_needs_a_reason() -> None:
    """An empty or blank reason is none."""
    assert at_decision().why("marina", "reject", at=LATER, text="  \n") is Refusal.REASON_MISSING


def test_a_reject_ends_the_request() -> None:
    """The reason is kept, nothing is open any more and the requester hears it."""
    desk = at_decision()
    desk.does("marina", "reject", at=LATER, text=" The budget is gone ")
    assert (desk.state.status, desk.state.reason, desk.state.open_steps) == (Status.REJECTED, "The budget is gone", ())
    assert desk.heard("jordan", "notice.rejected") == [z(LATER)]


def test_only_the_deciding_step_may_reject() -> None:
    """A reviewer cannot end a request."""
    assert at_review().why("oleg", "reject", at=LATER, text="No") is Refusal.NOT_POSSIBLE


def test_a_question_does_not_stop_the_clock() -> None:
    """The deadline stays where it was, asked and answered."""
    desk = at_review()
    before = desk.part("oleg")
    desk.does("oleg", "ask", at=LATER, text="Which platform?")
    desk.does("jordan", "answer", at="2026-11-23T15:40Z", text="All of them")
    assert desk.part("oleg") == before
    assert (desk.state.questions[0].text, desk.state.questions[0].answer) == ("Which platform?", "All of them")


def test_a_question_and_its_answer_are_told_to_the_other() -> None:
    """The requester hears the question, the asker the answer, each at a polite time."""
    desk = at_review()
    desk.does("oleg", "ask", at="2026-11-24T08:00Z", text="Which platform?")
    assert desk.heard("jordan", "notice.question") == [z("2026-11-24T14:00Z")]
    desk.does("jordan", "answer", at="2026-11-24T20:00Z", text="All of them")
    assert desk.heard("oleg", "notice.answer") == [z("2026-11-25T07:00Z")]


def test_a_question_needs_words_and_an_answer_a_question() -> None:
    """Nothing empty is asked, nothing unasked is answered."""
    desk = at_review()
    assert desk.why("oleg", "ask", at=LATER) is Refusal.REASON_MISSING
    assert desk.why("jordan", "answer", at=LATER, text="Yes?") is Refusal.NOT_POSSIBLE
    desk.does("oleg", "ask", at=LATER, text="Which platform?")
    assert desk.why("jordan", "answer", at=LATER, text="All", question=2) is Refusal.NOT_POSSIBLE


def test_only_the_requester_answers_resubmits_and_withdraws() -> None:
    """What belongs to the requester is refused to everybody else."""
    desk = at_review()
    desk.does("oleg", "ask", at=LATER, text="Which platform?")
    for person, action in (("oleg", "answer"), ("marina", "withdraw"), ("sam", "withdraw")):
        assert desk.why(person, action, at=LATER, text="Me") is Refusal.NOT_YOURS
    desk.does("oleg", "send_back", "Clause 4", at=LATER)
    assert desk.why("sam", "resubmit", at=LATER) is Refusal.NOT_YOURS


def test_a_withdrawn_request_is_over_for_everybody() -> None:
    """Every later tap hears that it was withdrawn, not that somebody decided."""
    desk = at_review()
    ticket = desk.ticket("oleg")
    desk.does("jordan", "withdraw", at=LATER, text="Not needed")
    assert (desk.state.status, desk.wake_at) == (Status.WITHDRAWN, None)
    for person, action in (("oleg", "yes"), ("oleg", "ask"), ("jordan", "resubmit"), ("marina", "yes")):
        late = desk.refuses(person, action, at=LATER, ticket=ticket)
        assert (late.reason, late.text.id) == (Refusal.ALREADY_DECIDED, "refusal.withdrawn")


def test_a_resubmission_keeps_what_it_does_not_change() -> None:
    """Without new words or links the old ones stay; confirmed remarks are ticked off, unknown numbers are not written down."""
    desk = Desk(variant(REVIEW, DECIDE)).open(at=MONDAY, links=("https://example.org/a",))
    desk.does("oleg", "send_back", "Clause 4", "Clause 5", at=LATER)
    desk.does("jordan", "resubmit", at=LATER, confirmed=(1, 99, -1))
    assert (desk.state.draft.text, desk.state.draft.links) == ("The text", ("https://example.org/a",))
    assert [r.number for r in desk.state.to_fix] == [2]
    assert desk.happened(e.Resubmitted)[0].confirmed == (1,)


def test_a_resubmission_has_the_same_limits_as_an_opening() -> None:
    """A text or a list of links that no card could carry is refused in every round."""
    desk = at_review()
    desk.does("oleg", "send_back", "Clause 4", at=LATER)
    assert desk.why("jordan", "resubmit", at=LATER, text="x" * (MAX_BODY + 1)) is Refusal.TOO_LONG
    assert desk.why("jordan", "resubmit", at=LATER, links=("https://example.org",) * 21) is Refusal.TOO_LONG
    desk.does("jordan", "resubmit", at=LATER, text="x" * MAX_BODY)


def test_no_remark_or_reason_is_endless() -> None:
    """Too many remarks, or one that is too long, are refused before anything happens."""
    desk = at_decision()
    assert desk.why("marina", "send_back", *["again"] * 51, at=LATER) is Refusal.TOO_LONG
    assert desk.why("marina", "send_back", "x" * 10_001, at=LATER) is Refusal.TOO_LONG
    assert desk.why("marina", "reject", at=LATER, text="x" * 10_001) is Refusal.TOO_LONG
