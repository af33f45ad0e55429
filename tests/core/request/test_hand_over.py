"""Rules 14 to 17: the decision goes to the local authority at the earlier of O and H, and both may act from then on.

O is the owner's last working moment before the deadline; H leaves the local authority its working time. Deviations are
Anna's (Moscow, 07:00-16:00 UTC) and locally Priya's or Sam's (New York, 14:00-23:00 UTC), who have two hours.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.core.people import Via
from bot.core.playbook import Playbook
from bot.core.request import Refusal, Status
from bot.core.request import events as e
from bot.core.request.commands import Note
from bot.core.request.model import Outcome
from tests.core.request.brands import DECIDE, REVIEW, variant
from tests.core.request.desk import WISH, Desk, away, z

MORNING = "2026-11-23T08:00Z"
TONIGHT = "2026-11-23T22:00Z"  # O is Anna's closing at 16:00, H is 20:00
SOON = "2026-11-23T16:30Z"  # O is 16:00, H is 14:30
ALL_OF = "{review: {all_of: [legal, us_creator_relations]}, within: 8h}"
ANY_OF = "{review: {any_of: [legal, us_creator_relations]}, within: 8h}"
SAM_FIRST = "roles: {us_creator_relations: {holder: sam, deputies: []}}"


def deviation(needed_by: str = TONIGHT, at: str = MORNING, book: Playbook | None = None, by: str = "jordan", **more: Any) -> Desk:
    return Desk(book, **more).open("brand_deviation", by=by, at=at, needed_by=z(needed_by))


def handed(needed_by: str = TONIGHT, **more: Any) -> Desk:
    """Handed over to Priya at 16:00; it is 16:00 now."""
    return deviation(needed_by, **more).until("2026-11-23T16:00Z")


@pytest.mark.parametrize(
    ("needed_by", "at"),
    [
        (TONIGHT, "2026-11-23T16:00Z"),  # O comes first
        (SOON, "2026-11-23T14:30Z"),  # H comes first
        ("2026-11-23T18:00Z", "2026-11-23T16:00Z"),  # both at once
        ("2026-11-23T17:59Z", "2026-11-23T15:59Z"),  # H a minute before
        ("2026-11-24T07:00Z", "2026-11-23T16:00Z"),  # at the owner's opening: closed before it
        ("2026-11-24T13:00Z", "2026-11-23T21:00Z"),  # before New York opens: H is yesterday evening
        ("2026-11-30T05:00Z", "2026-11-25T21:00Z"),  # Thanksgiving and the day after leave New York the Wednesday
    ],
)
def test_it_is_handed_over_at_the_earlier_of_both_moments(needed_by: str, at: str) -> None:
    """Priya is asked at that instant, and the owner keeps the step."""
    desk = deviation(needed_by).until(needed_by)
    assert (desk.when(e.HandedOver), desk.local) == ([z(at)], ["priya"])
    assert (desk.owners, desk.state.status) == (["anna"], Status.OPEN)


@pytest.mark.parametrize(
    ("at", "needed_by"),
    [
        ("2026-11-23T17:00Z", TONIGHT),  # the owner has gone home
        ("2026-11-23T16:00Z", TONIGHT),  # at this very moment
        ("2026-11-23T21:00Z", TONIGHT),  # H is over as well: an hour is better than none
        (MORNING, "2026-11-23T14:30Z"),  # half an hour of New York's before it
        ("2026-11-28T12:00Z", "2026-11-30T05:00Z"),  # a Saturday, needed before anybody works: see the gap below
    ],
)
def test_a_moment_that_has_passed_is_now(at: str, needed_by: str) -> None:
    """With O or H over when the step opens, the local authority is asked with the owner."""
    assert deviation(needed_by, at).when(e.HandedOver) == [z(at)]


def test_without_a_deadline_nothing_is_handed_over() -> None:
    """The local authority is for a creator's deadline, not for a slow answer."""
    desk = Desk().open("brand_deviation", at=MORNING).until("2026-12-10T00:00Z")
    assert (desk.happened(e.HandedOver), desk.happened(e.HandOverRefused)) == ([], [])


def test_who_answers_in_time_keeps_the_decision() -> None:
    """A minute before the hand-over it is decided finally, and Priya never hears of it."""
    desk = deviation()
    desk.does("anna", "yes", at="2026-11-23T15:59Z")
    assert (desk.until("2026-11-24T00:00Z").happened(e.HandedOver), desk.shown("priya")) == ([], [])
    assert not desk.state.is_provisional


def test_the_local_authority_has_a_clock_of_its_own() -> None:
    """Two hours of Priya's from the hand-over, with a reminder at half and an escalation like any step."""
    desk = handed()
    part = desk.part("priya")
    assert (part.roles, part.via, part.remind_at, part.due_at) == (
        ("us_market_lead",), Via.HOLDER, z("2026-11-23T17:00Z"), z("2026-11-23T18:00Z"),
    )  # fmt: skip
    desk.until("2026-11-23T18:00Z")
    assert desk.heard("priya", "notice.reminder") == [z("2026-11-23T17:00Z")]
    assert [fact.late for fact in desk.happened(e.Escalated)] == [("anna",), ("priya",)]


def test_who_is_told() -> None:
    """Priya gets the card, Jordan a word, and the owner no message on the way home."""
    desk = handed()
    assert desk.shown("priya") == [z("2026-11-23T16:00Z")]
    assert desk.heard("jordan", "notice.handed_over") == [z("2026-11-23T16:00Z")]
    assert [tell for tell in desk.tells if tell.person == "anna" and tell.at >= z("2026-11-23T16:00Z")] == []


# Both may act.


def test_the_owners_answer_after_the_hand_over_is_final() -> None:
    """Anna answers from home: no check is needed, and the local step is closed."""
    desk = handed()
    desk.does("anna", "yes", at="2026-11-23T19:00Z")
    assert (desk.state.status, desk.state.is_provisional) == (Status.APPROVED, False)
    assert desk.state.steps[1].outcome is Outcome.OVERTAKEN


def test_the_local_answer_is_provisional() -> None:
    """Priya decides: approved, and Anna's check begins."""
    desk = handed()
    desk.does("priya", "yes", at="2026-11-23T17:00Z")
    assert (desk.state.status, desk.state.is_provisional, desk.checkers) == (Status.APPROVED, True, ["anna"])
    assert [fact.provisional for fact in desk.happened(e.Approved)] == [True]
    assert desk.heard("jordan", "notice.approved_provisionally") == [z("2026-11-23T17:00Z")]


@pytest.mark.parametrize(("first", "second"), [("priya", "anna"), ("anna", "priya")])
def test_the_first_wins_and_the_later_one_reads_who_and_when(first: str, second: str) -> None:
    """A tap on the old card of whoever was slower is answered kindly."""
    desk = handed()
    ticket = desk.ticket(second)
    desk.does(first, "yes", at="2026-11-23T17:00Z")
    refused = desk.refuses(second, "yes", at="2026-11-23T17:00Z", ticket=ticket)
    assert refused.reason is Refusal.ALREADY_DECIDED
    assert {"who", "when"} <= set(refused.text.fields)
    assert desk.why(second, "send_back", "Clause 4", at="2026-11-23T17:01Z", ticket=ticket) is Refusal.ALREADY_DECIDED


def test_a_local_yes_with_remarks() -> None:
    """What must be fixed becomes the requester's list, and the decision is checked with it."""
    desk = handed()
    desk.does("priya", "yes_with_remarks", "The label", Note("A photo", WISH), at="2026-11-23T17:00Z")
    assert (desk.state.status, desk.state.is_provisional, len(desk.state.to_fix)) == (Status.APPROVED, True, 1)


def test_a_local_reject_is_provisional_too() -> None:
    """A no is a decision, and is checked as well."""
    desk = handed()
    desk.does("priya", "reject", at="2026-11-23T17:00Z", text="Not for us")
    assert (desk.state.status, desk.state.is_provisional, desk.state.reason) == (Status.REJECTED, True, "Not for us")
    assert [fact.provisional for fact in desk.happened(e.Rejected)] == [True]
    assert desk.heard("jordan", "notice.rejected_provisionally") == [z("2026-11-23T17:00Z")]


def test_a_local_send_back_is_no_decision() -> None:
    """It opens the next round: nothing to check, nothing counted, and the hand-over comes again when it is due."""
    desk = handed()
    desk.does("priya", "send_back", "Clause 4", at="2026-11-23T17:00Z")
    assert (desk.state.status, desk.state.is_provisional, desk.state.local_decision) == (Status.RETURNED, False, None)
    desk.does("jordan", "resubmit", at="2026-11-23T18:00Z")
    assert (desk.owners, desk.local, len(desk.happened(e.HandedOver))) == (["anna"], ["priya"], 2)


def test_a_local_question() -> None:
    """Priya may ask like any owner; the clock goes on."""
    desk = handed()
    desk.does("priya", "ask", at="2026-11-23T16:30Z", text="Which platform?")
    desk.does("jordan", "answer", at="2026-11-23T16:31Z", text="All")
    assert desk.heard("priya", "notice.answer") == [z("2026-11-23T16:31Z")]


def test_a_withdrawal_closes_both_steps() -> None:
    """Nothing stays open for anybody."""
    desk = handed()
    desk.does("jordan", "withdraw", at="2026-11-23T17:00Z")
    assert (desk.state.open_steps, desk.wake_at) == ((), None)


# A later round, an earlier deadline.


def test_a_deadline_that_is_over_before_a_later_round_changes_nothing() -> None:
    """Sent back and handed in after the deadline: no call, no hand-over, no warning."""
    desk = deviation(SOON)
    desk.does("anna", "send_back", "Clause 4", at="2026-11-23T09:00Z")
    desk.does("jordan", "resubmit", at="2026-11-23T17:00Z")
    desk.until("2026-11-27T00:00Z")
    assert (desk.happened(e.HandedOver), desk.happened(e.HandOverRefused), desk.happened(e.AtRisk)) == ([], [], [])
    assert desk.happened(e.LastCalled) == []


# The second attempt.


def test_what_was_impossible_is_tried_again_at_the_owners_last_chance() -> None:
    """At H the debt is too high; it is paid by O."""
    desk = deviation(SOON)
    desk.team = replace(desk.team, uses=replace(desk.team.uses, unchecked=5))
    desk.until("2026-11-23T15:00Z")
    assert ([fact.reason for fact in desk.happened(e.HandOverRefused)], desk.happened(e.AtRisk)) == (["debt"], [])
    desk.team = replace(desk.team, uses=replace(desk.team.uses, unchecked=4))
    assert (desk.until("2026-11-23T16:00Z").local, desk.state.steps[0].obstacle) == (["priya"], None)
    assert desk.when(e.HandedOver) == [z("2026-11-23T16:00Z")]


def test_it_is_tried_twice_and_no_more() -> None:
    """Refused at H and at O: each is said once, and the request waits for its owner."""
    desk = deviation(SOON)
    desk.team = replace(desk.team, uses=replace(desk.team.uses, unchecked=5))
    desk.until("2026-11-24T12:00Z")
    assert desk.when(e.HandOverRefused) == [z("2026-11-23T14:30Z"), z("2026-11-23T16:00Z")]
    assert len(desk.happened(e.AtRisk)) == 1


# Absences.


def test_an_owner_who_is_away_by_then_has_no_later_chance() -> None:
    """Anna is away from Tuesday on and Pavel is as well: O is Monday's closing, the deadline Wednesday's."""
    absences = [away(person, "2026-11-24", "2026-11-27") for person in ("anna", "pavel", "katya")]
    desk = deviation("2026-11-25T12:00Z", absences=absences).until("2026-11-25T12:00Z")
    assert desk.happened(e.HandedOver)


def test_with_a_deputy_who_is_there_the_last_chance_is_the_deputys() -> None:
    """Anna is away from Tuesday on, Pavel takes over: the hand-over waits for his closing or for H."""
    desk = deviation("2026-11-24T22:00Z", absences=[away("anna", "2026-11-24", "2026-11-27")]).until("2026-11-24T15:59Z")
    assert (desk.owners, desk.local) == (["pavel"], [])
    assert desk.until("2026-11-24T16:00Z").local == ["priya"]


# Groups and paths.


def contract(step: str, *more: str, needed_by: str = TONIGHT, by: str = "jordan", edits: str = SAM_FIRST) -> Desk:
    book = variant(step, *(more or (DECIDE,)), edits=edits, local=True)
    return Desk(book).open(at=MORNING, by=by, needed_by=z(needed_by))


def test_a_group_that_needs_all_is_handed_over_with_the_first_who_leaves() -> None:
    """Without Oleg, who goes home at 16:00, all of them cannot answer in time."""
    assert contract(ALL_OF).until("2026-11-23T20:00Z").when(e.HandedOver) == [z("2026-11-23T16:00Z")]


def test_a_group_that_needs_one_waits_for_the_last() -> None:
    """Sam works until the deadline, so H comes first."""
    assert contract(ANY_OF).until("2026-11-23T20:00Z").when(e.HandedOver) == [z("2026-11-23T20:00Z")]


def test_who_has_answered_counts_no_more() -> None:
    """Oleg has said yes: the rest of the group works until the deadline."""
    desk = contract(ALL_OF)
    desk.does("oleg", "yes", at="2026-11-23T10:00Z")
    assert desk.until("2026-11-23T20:00Z").when(e.HandedOver) == [z("2026-11-23T20:00Z")]


def test_a_hand_over_stands_for_all_that_remain() -> None:
    """Oleg's yes opens Marina's step while Priya still has the whole of it."""
    desk = contract(REVIEW).until("2026-11-23T16:00Z")
    assert (desk.owners, desk.local) == (["oleg"], ["priya"])
    desk.does("oleg", "yes", at="2026-11-23T17:00Z")
    assert (desk.owners, desk.local, len(desk.happened(e.HandedOver))) == (["marina"], ["priya"], 1)
    desk.does("priya", "yes", at="2026-11-23T18:00Z")
    assert (desk.state.status, desk.state.is_provisional) == (Status.APPROVED, True)
    assert [step.outcome for step in desk.state.steps[:3]] == [Outcome.YES, Outcome.YES, Outcome.OVERTAKEN]


def test_the_next_step_has_moments_of_its_own() -> None:
    """Answered in time, the first step hands nothing over; the second one does at its own O."""
    desk = contract(REVIEW)
    desk.does("oleg", "yes", at="2026-11-23T10:00Z")
    desk.until("2026-11-23T16:00Z")
    assert ([fact.step for fact in desk.happened(e.HandedOver)], desk.local) == ([1], ["priya"])


def test_a_step_that_opens_too_late_is_handed_over_with_its_opening() -> None:
    """Oleg says yes at home: Marina's last chance is over, so Priya has it in the same moment."""
    desk = contract("{review: coordinator, within: 4h}", needed_by="2026-11-24T06:00Z")
    desk.does("katya", "yes", at="2026-11-23T17:30Z")
    assert (desk.owners, desk.local, desk.when(e.HandedOver)) == (["marina"], ["priya"], [z("2026-11-23T17:30Z")])


def test_a_consult_beside_the_path_is_not_handed_over() -> None:
    """Only the step the request waits for has these moments; an opinion is not a decision."""
    desk = contract("{consult: bridge_ru, within: 20h}", DECIDE, edits="{}").until(TONIGHT)
    assert [fact.step for fact in desk.happened(e.HandedOver)] == [1]


def test_a_consult_that_is_waited_for_is() -> None:
    """The path cannot go on without it, and so cannot end in time."""
    desk = contract("{consult: legal, within: 20h, waits: true}", DECIDE, edits="{}").until(TONIGHT)
    assert [fact.step for fact in desk.happened(e.HandedOver)] == [0]


# Who it goes to.


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"absences": [away("priya", "2026-11-23", "2026-11-23")]}, "away"),
        ({"unreachable": ["priya"]}, "unreachable"),
        ({"by": "priya"}, "own_request"),
    ],
)
def test_the_deputy_takes_it_when_the_local_authority_cannot(more: dict[str, Any], reason: str) -> None:
    """Priya is away, not reachable or the requester herself: Sam decides on her behalf."""
    part = handed(**more).part("sam")
    assert (part.via, part.on_behalf_of, part.reason) == (Via.DEPUTY, "priya", reason)


def test_the_deputy_takes_it_when_the_local_authority_has_no_time_left() -> None:
    """Priya closes at 15:00 UTC: Sam works before the deadline, she does not."""
    book = variant(edits='people: {priya: {hours: {mon-fri: "07:00-10:00"}}}')
    part = deviation(at="2026-11-23T16:30Z", book=book).part("sam")
    assert (part.via, part.reason) == (Via.DEPUTY, "closed")


def test_who_has_all_of_the_time_comes_before_who_has_some() -> None:
    """Priya has half an hour left and Sam two: the deputy is asked; with less than two for both it is Priya."""
    book = variant(edits='people: {priya: {hours: {mon-fri: "09:00-12:00"}}}')
    assert deviation(at="2026-11-23T16:30Z", book=book).local == ["sam"]
    short = variant(edits='people: {priya: {hours: {mon-fri: "09:00-12:00"}}, sam: {hours: {mon-fri: "09:00-12:30"}}}')
    assert deviation(at="2026-11-23T16:30Z", book=short).local == ["priya"]


def test_an_owner_is_not_handed_their_own_step() -> None:
    """Priya reviews the contract herself: the local decision would be Sam's."""
    desk = contract("{review: us_market_lead, within: 8h}", edits="{}").until(TONIGHT)
    assert (desk.owners, desk.local) == (["priya"], ["sam"])


def test_with_nobody_left_the_coordinator_has_a_gap() -> None:
    """Katya must find somebody, cannot decide herself, and the deadline is at risk."""
    desk = handed(unreachable=["priya", "sam"])
    assert (desk.local, desk.part("katya").via) == (["katya"], Via.GAP)
    assert [fact.reason for fact in desk.happened(e.AtRisk)] == ["nobody"]
    assert desk.why("katya", "yes", at="2026-11-23T16:30Z") is Refusal.GAP_CANNOT_DECIDE
    desk.does("katya", "pass_on", at="2026-11-23T16:30Z", to="irina")
    desk.does("irina", "yes", at="2026-11-23T16:40Z")
    assert (desk.state.is_provisional, desk.checkers) == (True, ["anna"])


def test_a_coordinator_who_has_the_gap_already_gains_nothing() -> None:
    """With nobody on either side Katya is not given the same request twice."""
    desk = handed(unreachable=["anna", "pavel", "priya", "sam"])
    desk.until(TONIGHT)
    assert (desk.owners, desk.local) == (["katya"], [])
    assert {fact.reason for fact in desk.happened(e.HandOverRefused)} == {"nobody"}


def test_a_local_authority_who_leaves_passes_it_to_the_deputy() -> None:
    """Away from tomorrow on: the local step moves like any other."""
    desk = deviation("2026-11-24T22:00Z", absences=[away("priya", "2026-11-25", "2026-11-27")]).until("2026-11-24T16:00Z")
    assert desk.local == ["priya"]
    assert desk.until("2026-11-25T14:00Z").local == ["sam"]


# Time down, clock changes.


def test_a_bot_that_was_down_hands_over_once_and_says_how_late() -> None:
    """Woken an hour and a half after O: both instants stand in the event."""
    desk = deviation()
    desk.wakes(z("2026-11-23T17:30Z"))
    assert (desk.when(e.HandedOver), [fact.due for fact in desk.happened(e.HandedOver)]) == (
        [z("2026-11-23T17:30Z")], [z("2026-11-23T16:00Z")],
    )  # fmt: skip
    assert desk.part("priya").due_at == z("2026-11-23T19:30Z")
    assert len(desk.until("2026-11-24T00:00Z").happened(e.HandedOver)) == 1


def test_a_bot_that_was_down_over_the_deadline_hands_nothing_over() -> None:
    """It is too late for a provisional decision; that is said with the reason."""
    desk = deviation()
    desk.wakes(z("2026-11-23T22:00Z"))
    assert (desk.happened(e.HandedOver), [fact.reason for fact in desk.happened(e.HandOverRefused)]) == ([], ["too_late"])
    assert [fact.reason for fact in desk.happened(e.AtRisk)] == ["too_late"]


@pytest.mark.parametrize(
    ("at", "needed_by", "handed_over"),
    [
        # New York's clock goes forward on 14 March: 9:00 there is 13:00 UTC from Monday on.
        ("2027-03-12T10:00Z", "2027-03-15T15:00Z", "2027-03-15T13:00Z"),
        ("2027-03-12T10:00Z", "2027-03-15T14:30Z", "2027-03-12T22:30Z"),
        # It goes back on 1 November: 9:00 is 14:00 UTC.
        ("2026-10-30T10:00Z", "2026-11-02T16:00Z", "2026-11-02T14:00Z"),
        ("2026-10-30T10:00Z", "2026-11-02T15:30Z", "2026-10-30T21:30Z"),
    ],
)
def test_changes_of_the_clock_move_h_with_new_yorks_day(at: str, needed_by: str, handed_over: str) -> None:
    """Two of Priya's working hours before the deadline, counted over the weekend of the change."""
    assert deviation(needed_by, at).until(needed_by).when(e.HandedOver) == [z(handed_over)]


@pytest.mark.parametrize(
    ("at", "needed_by", "handed_over"),
    [
        ("2026-10-23T08:00Z", "2026-10-26T06:30Z", "2026-10-23T15:00Z"),  # Berlin: 17:00 is 15:00 UTC until Sunday
        ("2026-10-26T08:30Z", "2026-10-26T22:00Z", "2026-10-26T16:00Z"),  # and 16:00 UTC from then on
        ("2027-03-26T09:00Z", "2027-03-29T05:30Z", "2027-03-26T16:00Z"),
    ],
)
def test_changes_of_the_owners_clock_move_o(at: str, needed_by: str, handed_over: str) -> None:
    """With an office that has summer time, O is its closing by the wall clock of that day."""
    book = variant(edits='markets: {RU: {timezone: Europe/Berlin, hours: {mon-fri: "08:00-17:00"}}}')
    assert deviation(needed_by, at, book).until(needed_by).when(e.HandedOver) == [z(handed_over)]


@pytest.mark.parametrize(
    ("at", "needed_by", "handed_over"),
    [
        ("2026-11-23T15:00Z", "2026-11-24T12:00Z", "2026-11-23T23:00Z"),
        ("2026-11-23T15:00Z", "2026-11-24T08:30Z", "2026-11-23T15:30Z"),
    ],
)
def test_the_other_direction_works_the_same(at: str, needed_by: str, handed_over: str) -> None:
    """A decision of New York's for Moscow: Pavel may decide once Priya has gone home, or while he has two hours left."""
    book = variant("{decide: us_market_lead, within: 4h}", local=True)
    desk = Desk(book).open(market="RU", by="sveta", at=at, needed_by=z(needed_by)).until(needed_by)
    assert (desk.when(e.HandedOver), desk.local) == ([z(handed_over)], ["pavel"])
