"""Rule 7 at the last round: no send-back, but an extra round that everyone named must grant."""

from __future__ import annotations

from bot.core.playbook import Playbook
from bot.core.request import Refusal, Status
from bot.core.request import events as e
from bot.core.request.commands import Note
from tests.core.request.brands import DECIDE, REVIEW, variant
from tests.core.request.desk import WISH, Desk, z

MONDAY = "2026-11-23T15:00Z"
LATER = "2026-11-23T15:30Z"


def last_round(*steps: str, by: str = "jordan", edits: str = "{}", rounds: int = 1) -> Desk:
    return Desk(variant(*(steps or (DECIDE,)), rounds=rounds, edits=edits)).open(by=by, at=MONDAY)


def wanted(desk: Desk) -> tuple[str, ...]:
    assert desk.state.extra_round_ask is not None
    return desk.state.extra_round_ask.wanted


def test_the_last_round_cannot_be_sent_back() -> None:
    """At the limit a send-back is refused with the number of rounds."""
    refused = last_round().refuses("marina", "send_back", "Clause 4", at=LATER)
    assert (refused.reason, refused.text.fields["rounds"]) == (Refusal.ROUND_LIMIT, 1)


def test_an_extra_round_is_asked_for_only_at_the_last() -> None:
    """While rounds are left a send-back is the way."""
    assert last_round(rounds=2).why("marina", "ask_extra_round", "Clause 4", at=LATER) is Refusal.ROUNDS_LEFT


def test_the_last_round_comes_after_the_resubmissions() -> None:
    """Two rounds are one send-back."""
    desk = last_round(rounds=2)
    desk.does("marina", "send_back", "Clause 4", at=LATER)
    desk.does("jordan", "resubmit", at=LATER)
    assert desk.why("marina", "send_back", "Clause 4", at=LATER) is Refusal.ROUND_LIMIT


def test_it_needs_remarks() -> None:
    """An extra round has a reason to be asked for."""
    assert last_round().why("marina", "ask_extra_round", at=LATER) is Refusal.REMARKS_MISSING


def test_everyone_named_is_asked() -> None:
    """The signatory of the request's market and the coordinator get the card and a message; the clock goes on."""
    desk = last_round()
    due = desk.part("marina").due_at
    desk.does("marina", "ask_extra_round", "Clause 4", at=LATER)
    assert wanted(desk) == ("priya", "katya")
    assert desk.heard("katya", "notice.extra_round_asked") == [z(LATER)]
    assert desk.heard("priya", "notice.extra_round_asked") == [z(LATER)]
    assert (desk.part("marina").due_at, desk.state.status) == (due, Status.OPEN)


def test_everyone_named_must_agree() -> None:
    """One of two is not enough; with the second the request is returned with the asker's remarks and a round more."""
    desk = last_round()
    desk.does("marina", "ask_extra_round", "Clause 4", Note("A photo", WISH), at=LATER)
    desk.does("katya", "grant_round", at=LATER)
    assert desk.state.status is Status.OPEN
    assert desk.why("katya", "grant_round", at=LATER) is Refusal.NOT_YOURS
    desk.does("priya", "grant_round", at=LATER)
    assert (desk.state.status, desk.state.rounds) == (Status.RETURNED, 2)
    assert [(r.by, r.text) for r in desk.state.remarks] == [("marina", "Clause 4"), ("marina", "A photo")]


def test_an_asker_who_is_named_counts_at_once() -> None:
    """Katya asks for a round herself: only the signatory is left to agree."""
    desk = last_round("{decide: coordinator, within: 4h}")
    desk.does("katya", "ask_extra_round", "Clause 4", at=LATER)
    assert desk.heard("katya", "notice.extra_round_asked") == []
    desk.does("priya", "grant_round", at=LATER)
    assert desk.state.status is Status.RETURNED


def test_an_asker_who_alone_is_named_has_the_round_at_once() -> None:
    """With only the asker to agree the request is returned right away."""
    desk = last_round("{decide: coordinator, within: 4h}", edits="extra_round: {granted_by: [coordinator]}")
    desk.does("katya", "ask_extra_round", "Clause 4", at=LATER)
    assert (desk.state.status, desk.state.rounds) == (Status.RETURNED, 2)


def test_a_refusal_leaves_the_decision_to_the_owner() -> None:
    """One no ends the question; the asker hears it and decides on what is there, or asks again."""
    desk = last_round()
    desk.does("marina", "ask_extra_round", "Clause 4", at=LATER)
    desk.does("katya", "refuse_round", at=LATER, text="No time")
    assert desk.state.extra_round_ask is None
    assert desk.heard("marina", "notice.extra_round_refused") == [z(LATER)]
    assert desk.why("priya", "grant_round", at=LATER) is Refusal.NOT_YOURS
    desk.does("marina", "ask_extra_round", "Clause 4", at=LATER)


def test_no_more_extra_rounds_than_the_playbook_allows() -> None:
    """After the one that `at_most` allows, the last round is the last."""
    desk = last_round()
    desk.does("marina", "ask_extra_round", "Clause 4", at=LATER)
    assert desk.why("marina", "ask_extra_round", "Clause 5", at=LATER) is Refusal.ROUND_LIMIT
    desk.does("katya", "grant_round", at=LATER)
    desk.does("priya", "grant_round", at=LATER)
    desk.does("jordan", "resubmit", at=LATER)
    assert desk.state.is_last_round
    assert desk.why("marina", "ask_extra_round", "Clause 4", at=LATER) is Refusal.ROUND_LIMIT


def test_nobody_grants_a_round_on_their_own_request() -> None:
    """Priya's own request is granted by the other signatory, Katya's by whoever stands in for her."""
    for by, instead in (("priya", ("marina", "katya")), ("katya", ("priya", "marina"))):
        desk = last_round("{decide: legal, within: 8h}", by=by)
        desk.does("oleg", "ask_extra_round", "Clause 4", at=LATER)
        assert wanted(desk) == instead


def test_an_only_signatory_does_not_grant_their_own_round() -> None:
    """Where the requester is the one signatory there is, nobody can grant: the round is refused, not given away."""
    edits = "{markets: {RU: {signed_by: priya}}, extra_round: {granted_by: [signatory]}}"
    desk = last_round("{decide: legal, within: 8h}", by="priya", edits=edits)
    assert desk.why("oleg", "ask_extra_round", "Clause 4", at=LATER) is Refusal.ROUND_LIMIT
    assert desk.happened(e.ExtraRoundGranted) == []


def test_only_those_named_may_grant_or_refuse() -> None:
    """Neither the requester nor the asker nor a stranger to the question answers it."""
    desk = last_round()
    assert desk.why("katya", "grant_round", at=LATER) is Refusal.NOT_YOURS
    desk.does("marina", "ask_extra_round", "Clause 4", at=LATER)
    for person in ("jordan", "marina", "oleg"):
        assert desk.why(person, "grant_round", at=LATER) is Refusal.NOT_YOURS
        assert desk.why(person, "refuse_round", at=LATER) is Refusal.NOT_YOURS


def group(step: str = "{review: {any_of: [legal, brand_manager]}, within: 8h}") -> Playbook:
    return variant(step, DECIDE, rounds=1)


def test_a_decided_step_needs_no_extra_round() -> None:
    """When another member's yes closes the step the question is over: the first valid action wins."""
    desk = Desk(group()).open(at=MONDAY)
    desk.does("oleg", "ask_extra_round", "Clause 4", at=LATER)
    desk.does("anna", "yes", at=LATER)
    assert desk.state.extra_round_ask is None
    assert desk.why("katya", "grant_round", at=LATER) is Refusal.NOT_YOURS
    assert (desk.owners, desk.state.steps[0].closed_by) == (["marina"], "anna")


def test_an_asker_who_says_yes_after_all_takes_the_question_back() -> None:
    """An answer of the asker counts, and nobody returns the request behind their back."""
    desk = Desk(group("{review: {all_of: [legal, brand_manager]}, within: 8h}")).open(at=MONDAY)
    desk.does("oleg", "ask_extra_round", "Clause 4", at=LATER)
    desk.does("oleg", "yes", at=LATER)
    assert desk.state.extra_round_ask is None


def test_remarks_made_meanwhile_keep_their_numbers() -> None:
    """Remarks given while the question was open and the asker's own never share a number."""
    desk = Desk(group("{review: {all_of: [legal, brand_manager]}, within: 8h}")).open(at=MONDAY)
    desk.does("oleg", "ask_extra_round", "Clause 4", at=LATER)
    desk.does("anna", "yes_with_remarks", "The label", at=LATER)
    desk.does("katya", "grant_round", at=LATER)
    desk.does("priya", "grant_round", at=LATER)
    assert [(r.number, r.by) for r in desk.state.remarks] == [(1, "anna"), (2, "oleg")]


def test_a_once_review_stays_done_in_an_extra_round() -> None:
    """The extra round is a round like any other."""
    desk = last_round("{review: legal, within: 8h, once: true}", DECIDE)
    desk.does("oleg", "yes", at=LATER)
    desk.does("marina", "ask_extra_round", "Clause 4", at=LATER)
    desk.does("katya", "grant_round", at=LATER)
    desk.does("priya", "grant_round", at=LATER)
    desk.does("jordan", "resubmit", at=LATER)
    assert (desk.owners, desk.state.round) == (["marina"], 2)


def test_a_review_may_ask_for_an_extra_round_too() -> None:
    """Not only the last word: any answering step of the last round may."""
    desk = last_round(REVIEW, DECIDE)
    desk.does("oleg", "ask_extra_round", "Clause 4", at=LATER)
    assert wanted(desk) == ("priya", "katya")
