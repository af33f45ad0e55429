"""Rules 5 and 7: steps in their order, consults beside and waiting, rounds, and reviews that are asked once."""

from __future__ import annotations

from bot.core.request import Refusal, Status
from bot.core.request import events as e
from bot.core.request.model import Outcome
from tests.core.request.brands import DECIDE, REVIEW, variant
from tests.core.request.desk import Desk, z

MONDAY = "2026-11-23T15:00Z"
BESIDE = "{consult: brand_manager, within: 4h}"
WAITING = "{consult: us_market_lead, within: 4h, waits: true}"
ONCE = "{review: legal, within: 8h, once: true}"


def test_steps_go_in_order_to_the_one_decision() -> None:
    """Coordinator, lawyer, director: each opens with the yes before it, and the last yes approves."""
    desk = Desk().open(at=MONDAY)
    for owner in ("katya", "oleg", "marina"):
        assert desk.owners == [owner]
        desk.does(owner, "yes", at="2026-11-24T09:30Z")
    assert desk.state.status is Status.APPROVED
    assert desk.state.closed_at == z("2026-11-24T09:30Z")
    assert desk.wake_at is None


def test_the_requester_hears_the_result() -> None:
    """The decision is told to who asked, in their working time."""
    desk = Desk(variant(DECIDE)).open(at=MONDAY)
    desk.does("marina", "yes", at="2026-11-24T08:00Z")
    assert desk.heard("jordan", "notice.approved") == [z("2026-11-24T14:00Z")]


def test_a_consult_runs_beside_the_next_step() -> None:
    """Both are asked at once, and the opinion is kept without moving the path."""
    desk = Desk(variant(BESIDE, DECIDE)).open(at=MONDAY)
    assert desk.acts == ["consult anna", "decide marina"]
    desk.does("anna", "opinion", at="2026-11-23T15:30Z", text="Fine with me")
    assert desk.owners == ["marina"]


def test_a_consult_never_blocks_past_its_time() -> None:
    """Its time up, the consult closes by itself: no escalation, and silence is no consent."""
    desk = Desk(variant(WAITING, DECIDE)).open(at=MONDAY).until("2026-11-24T00:00Z")
    consult = desk.state.steps[0]
    assert (consult.outcome, consult.closed_at, consult.closed_by) == (Outcome.TIME_UP, z("2026-11-23T19:00Z"), None)
    assert desk.owners == ["marina"]
    assert desk.happened(e.Escalated) == []


def test_a_waiting_consult_holds_the_next_step_until_the_opinion() -> None:
    """With `waits: true` the next step opens when the opinion is there."""
    desk = Desk(variant(WAITING, DECIDE)).open(at=MONDAY)
    assert desk.acts == ["consult priya"]
    desk.does("priya", "opinion", at="2026-11-23T16:00Z")
    assert desk.acts == ["consult priya", "decide marina"]


def test_an_opinion_after_its_time_is_refused_kindly() -> None:
    """A tap on a consult whose time is up is told so."""
    desk = Desk(variant(WAITING, DECIDE)).open(at=MONDAY)
    ticket = desk.ticket("priya")
    late = desk.refuses("priya", "opinion", at="2026-11-23T19:00Z", ticket=ticket)
    assert (late.reason, late.text.id) == (Refusal.ALREADY_DECIDED, "refusal.time_up")


def test_the_time_of_a_consult_is_up_even_if_the_clock_looks_late() -> None:
    """An opinion a minute after its time does not slip in because nobody had looked at the clock."""
    desk = Desk(variant(WAITING, DECIDE)).open(at=MONDAY)
    assert desk.why("priya", "opinion", at="2026-11-23T19:01Z", ticket=desk.ticket("priya"), asleep=True) == "already_decided"


def test_a_decision_overtakes_an_open_consult() -> None:
    """Who is asked beside the path and is too late hears who decided and when."""
    desk = Desk(variant(BESIDE, DECIDE)).open(at=MONDAY)
    ticket = desk.ticket("anna")
    desk.does("marina", "yes", at="2026-11-23T15:30Z")
    assert desk.state.steps[0].outcome is Outcome.OVERTAKEN
    assert desk.refuses("anna", "opinion", at="2026-11-23T15:40Z", ticket=ticket).text.id == "refusal.already.overtaken"


def test_a_consult_outlives_the_review_beside_it() -> None:
    """The review's yes opens the decision and leaves the opinion its own time."""
    desk = Desk(variant(BESIDE, REVIEW, DECIDE)).open(at=MONDAY)
    desk.does("oleg", "yes", at="2026-11-23T15:30Z")
    assert [str(step.act) for step in desk.state.open_steps] == ["consult", "decide"]


def test_two_consults_in_a_row_are_asked_together() -> None:
    """Every consult that does not wait opens with the step after it."""
    desk = Desk(variant(BESIDE, "{consult: us_market_lead, within: 4h}", DECIDE)).open(at=MONDAY)
    assert desk.acts == ["consult anna", "consult priya", "decide marina"]


def test_a_resubmission_starts_again_with_a_full_clock() -> None:
    """Round 2 begins at the first step, with all of its time and the new text."""
    desk = Desk().open(at=MONDAY)
    desk.does("katya", "yes", at="2026-11-23T15:30Z")
    desk.does("oleg", "send_back", "Clause 4", at="2026-11-23T15:40Z")
    desk.does("jordan", "resubmit", at="2026-11-24T14:00Z", text="New text")
    assert (desk.state.round, desk.state.text_version, desk.state.draft.text) == (2, 2, "New text")
    assert desk.owners == ["katya"]
    assert desk.part("katya").due_at == z("2026-11-24T18:00Z")


def test_an_owner_asked_again_hears_a_short_word() -> None:
    """An edited card makes no sound, so whoever has one already is told in a message."""
    desk = Desk().open(at=MONDAY)
    desk.does("katya", "send_back", "Clause 4", at="2026-11-23T15:40Z")
    assert desk.heard("katya", "notice.your_turn.review") == []
    desk.does("jordan", "resubmit", at="2026-11-23T16:00Z")
    assert desk.heard("katya", "notice.your_turn.review") == [z("2026-11-23T16:00Z")]


def test_the_clock_stops_until_the_resubmission() -> None:
    """A returned request waits for its requester without a deadline, a reminder or an escalation."""
    desk = Desk().open(at=MONDAY)
    desk.does("katya", "send_back", "Clause 4", at="2026-11-23T15:40Z")
    assert desk.wake_at is None
    assert desk.until("2027-01-01T00:00Z").happened(e.Reminded) == []


def test_a_review_marked_once_is_not_asked_again() -> None:
    """What the lawyer has agreed to once needs no second look when the director sends the request back."""
    desk = Desk(variant(ONCE, DECIDE)).open(at=MONDAY)
    desk.does("oleg", "yes", at="2026-11-23T15:10Z")
    desk.does("marina", "send_back", "Shorter", at="2026-11-23T15:20Z")
    desk.does("jordan", "resubmit", at="2026-11-23T15:30Z")
    assert desk.owners == ["marina"]


def test_a_once_review_that_sent_back_is_asked_again() -> None:
    """Only a yes counts for `once`."""
    desk = Desk(variant(ONCE, DECIDE)).open(at=MONDAY)
    desk.does("oleg", "send_back", "Clause 4", at="2026-11-23T15:10Z")
    desk.does("jordan", "resubmit", at="2026-11-23T15:30Z")
    assert desk.owners == ["oleg"]


def test_a_review_without_once_is_asked_in_every_round() -> None:
    """A yes of round 1 is no yes of round 2."""
    desk = Desk(variant(REVIEW, DECIDE)).open(at=MONDAY)
    desk.does("oleg", "yes", at="2026-11-23T15:10Z")
    desk.does("marina", "send_back", "Shorter", at="2026-11-23T15:20Z")
    desk.does("jordan", "resubmit", at="2026-11-23T15:30Z")
    assert desk.owners == ["oleg"]


def test_a_rehearsal_may_start_in_a_later_round() -> None:
    """An opening in round 2 counts every `once` review as done before."""
    desk = Desk(variant(ONCE, DECIDE)).open(at=MONDAY, round_=2)
    assert (desk.owners, desk.state.round) == (["marina"], 2)
