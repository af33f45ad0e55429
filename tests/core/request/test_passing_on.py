"""Passing a step to a deputy (rules 6 and 12): the clock goes on, in the new person's working time."""

from __future__ import annotations

from bot.core.people import Via
from bot.core.request import Refusal
from bot.core.request import events as e
from tests.core.request.brands import DECIDE, REVIEW, variant
from tests.core.request.desk import Desk, z

BOTH_SIDES = "roles: {legal: {deputies: [irina, sam]}}"  # a deputy in each market


def at_legal(edits: str = BOTH_SIDES) -> Desk:
    """Oleg has eight hours from Tuesday morning on: half are over at 11:00, all at 15:00."""
    return Desk(variant(REVIEW, DECIDE, edits=edits)).open(at="2026-11-23T16:00Z")


def test_the_clock_is_not_restarted() -> None:
    """A deputy with the same working time has the same deadline."""
    desk = at_legal()
    desk.does("oleg", "pass_on", at="2026-11-24T09:00Z", to="irina")
    part = desk.part("irina")
    assert (part.via, part.on_behalf_of, part.reason) == (Via.PASSED_ON, "oleg", "passed_on")
    assert (part.remind_at, part.due_at) == (z("2026-11-24T11:00Z"), z("2026-11-24T15:00Z"))


def test_what_is_left_runs_in_the_new_persons_time() -> None:
    """Six of Oleg's hours, two of them to the reminder, become six of Sam's in New York."""
    desk = at_legal()
    desk.does("oleg", "pass_on", at="2026-11-24T09:00Z", to="sam")
    part = desk.part("sam")
    assert (part.remind_at, part.due_at) == (z("2026-11-24T16:00Z"), z("2026-11-24T20:00Z"))


def test_passing_on_outside_working_hours_loses_nothing() -> None:
    """Given away before the first working minute, all eight hours are the deputy's."""
    desk = at_legal()
    desk.does("oleg", "pass_on", at="2026-11-23T20:00Z", to="sam")
    assert desk.part("sam").due_at == z("2026-11-24T19:00Z")


def test_passing_on_twice_counts_on() -> None:
    """Two of Oleg's hours and one of Sam's are gone: Irina has five, and still stands in for Oleg."""
    desk = at_legal()
    desk.does("oleg", "pass_on", at="2026-11-24T09:00Z", to="sam")
    desk.does("sam", "pass_on", at="2026-11-24T15:00Z", to="irina")
    part = desk.part("irina")
    assert (part.on_behalf_of, part.due_at) == ("oleg", z("2026-11-25T11:00Z"))


def test_a_late_step_stays_late() -> None:
    """Passed on after its deadline, the step has no new one and is not escalated again."""
    desk = at_legal()
    desk.does("oleg", "pass_on", at="2026-11-24T15:30Z", to="sam")
    assert desk.part("sam").due_at == z("2026-11-24T15:00Z")
    assert len(desk.until("2027-01-01T00:00Z").happened(e.Escalated)) == 1


def test_a_late_step_passed_on_is_escalated_even_if_the_clock_looks_late() -> None:
    """The escalation of the old owner's lateness happened before the step changed hands."""
    desk = at_legal()
    desk.does("oleg", "pass_on", at="2026-11-24T15:30Z", to="sam", asleep=True)
    (fact,) = desk.happened(e.Escalated)
    assert fact.late == ("oleg",)


def test_nobody_is_reminded_of_a_half_that_is_over() -> None:
    """After the reminder of the first owner the second gets none."""
    desk = at_legal()
    desk.does("oleg", "pass_on", at="2026-11-24T12:00Z", to="sam")
    desk.until("2027-01-01T00:00Z")
    assert desk.heard("oleg", "notice.reminder") == [z("2026-11-24T11:00Z")]
    assert desk.heard("sam", "notice.reminder") == []


def test_a_step_goes_to_its_deputies_only() -> None:
    """Neither the requester nor somebody without the role's deputyship nor who cannot be reached may take it."""
    edits = "roles: {legal: {deputies: [irina, jordan, sveta]}}"
    desk = Desk(variant(REVIEW, DECIDE, edits=edits), unreachable=["sveta"]).open(at="2026-11-23T16:00Z")
    for person in ("jordan", "sveta", "pavel", "oleg", "mallory", None):
        assert desk.why("oleg", "pass_on", at="2026-11-24T09:00Z", to=person) is Refusal.NO_SUCH_PERSON


def test_nobody_gets_two_parts_of_a_group() -> None:
    """A member of a group does not take over another member's part."""
    step = "{review: {all_of: [brand_manager, ru_market_lead]}, within: 4h}"  # each the other's deputy
    desk = Desk(variant(step, DECIDE)).open(at="2026-11-24T08:00Z")
    assert desk.why("anna", "pass_on", at="2026-11-24T09:00Z", to="pavel") is Refusal.NO_SUCH_PERSON


def test_the_new_owner_gets_a_card() -> None:
    """A deputy who has not seen the request gets it at a polite time, and no message besides."""
    desk = at_legal()
    desk.does("oleg", "pass_on", at="2026-11-24T09:00Z", to="sam")
    assert desk.shown("sam") == [z("2026-11-24T14:00Z")]
    assert desk.heard("sam", "notice.your_turn.review") == []


def test_a_new_owner_who_has_a_card_already_hears_a_word() -> None:
    """A card that is there changes without a sound, so its reader is told that the step is theirs."""
    steps = ("{review: coordinator, within: 4h}", REVIEW, DECIDE)
    desk = Desk(variant(*steps, edits="roles: {legal: {deputies: [katya]}}")).open(at="2026-11-24T09:00Z")
    desk.does("katya", "yes", at="2026-11-24T09:30Z")
    desk.does("oleg", "pass_on", at="2026-11-24T10:00Z", to="katya")
    assert desk.heard("katya", "notice.your_turn.review") == [z("2026-11-24T10:00Z")]


def test_who_passed_a_step_on_and_is_asked_later_hears_a_word() -> None:
    """The old card of a step given away is a card too."""
    steps = ("{review: brand_manager, within: 4h}", "{decide: brand_director, within: 8h}")
    desk = Desk(variant(*steps, edits="roles: {brand_director: {holder: anna, deputies: []}}")).open(at="2026-11-24T08:00Z")
    desk.does("anna", "pass_on", at="2026-11-24T08:10Z", to="pavel")
    desk.does("pavel", "yes", at="2026-11-24T08:20Z")
    assert desk.heard("anna", "notice.your_turn.decide") == [z("2026-11-24T08:20Z")]
