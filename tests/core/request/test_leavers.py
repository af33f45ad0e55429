"""A right that is taken away is gone at once: who lost a role in a later version of the playbook has its steps no more."""

from __future__ import annotations

from dataclasses import replace

from bot.core.people import Via
from bot.core.request import Refusal
from bot.core.request import events as e
from tests.core.request.brands import DECIDE, REVIEW, variant
from tests.core.request.desk import Desk, away, z

MORNING = "2026-11-23T08:00Z"
NOON = "2026-11-23T12:00Z"


def at_legal(*steps: str, deputies: str = "[irina, sam]") -> Desk:
    """Oleg has eight hours, until he closes."""
    book = variant(*(steps or (REVIEW, DECIDE)), edits=f"roles: {{legal: {{deputies: {deputies}}}}}", local=True)
    return Desk(book).open(at=MORNING)


def leave(desk: Desk, *left: tuple[str, str], at: str = NOON) -> Desk:
    """The later version is in force, and the clock looks at the request."""
    desk.until(at)
    desk.team = replace(desk.team, left=frozenset(left))
    desk.wakes(z(at))
    return desk


def test_a_waiting_part_moves_at_once() -> None:
    """Irina has it from that moment on, on Oleg's behalf, with what is left of the time."""
    desk = leave(at_legal(), ("legal", "oleg"))
    part = desk.part("irina")
    assert (part.via, part.on_behalf_of, part.reason) == (Via.DEPUTY, "oleg", "left")
    assert (part.since, part.due_at) == (z(NOON), z("2026-11-23T16:00Z"))
    assert desk.when(e.Reassigned) == [z(NOON)]


def test_whoever_takes_over_has_not_had_it_all_the_time() -> None:
    """Sam opens at 14:00: the four hours Oleg had left are all his, none of them was New York's morning."""
    desk = leave(at_legal(deputies="[sam]"), ("legal", "oleg"))
    assert desk.part("sam").due_at == z("2026-11-23T18:00Z")


def test_whoever_has_left_cannot_act() -> None:
    """The move comes before the tap, also when the clock is a little late."""
    desk = at_legal()
    ticket = desk.ticket("oleg")
    desk.team = replace(desk.team, left=frozenset({("legal", "oleg")}))
    assert desk.why("oleg", "yes", at=NOON, asleep=True, ticket=ticket) is Refusal.NOT_YOURS
    assert desk.why("oleg", "yes", at=NOON, asleep=True) is Refusal.NOT_YOURS


def test_a_deputy_who_has_left_is_passed_over() -> None:
    """Irina is no deputy any more: Sam is next."""
    assert leave(at_legal(), ("legal", "oleg"), ("legal", "irina")).owners == ["sam"]


def test_a_deputy_who_has_the_step_loses_it_too() -> None:
    """Oleg is away and Irina stands in for him: without the role it is Sam's."""
    desk = at_legal()
    desk.team = replace(desk.team, absences=(away("oleg", "2026-11-23", "2026-11-27"),))
    desk.wakes(z("2026-11-23T09:00Z"))
    assert desk.owners == ["irina"]
    assert leave(desk, ("legal", "irina")).owners == ["sam"]


def test_with_nobody_left_it_is_a_gap() -> None:
    """The coordinator finds somebody, and once: the gap is not moved again."""
    desk = leave(at_legal(deputies="[]"), ("legal", "oleg"))
    assert (desk.owners, desk.part("katya").via, desk.part("katya").reason) == (["katya"], Via.GAP, "left")
    assert len(desk.until("2026-11-30T00:00Z").happened(e.Reassigned)) == 1


def test_passing_on_does_not_offer_them() -> None:
    """Oleg may give it to Sam, not to Irina who has left."""
    desk = leave(at_legal(), ("legal", "irina"))
    assert desk.owners == ["oleg"]
    assert desk.why("oleg", "pass_on", at=NOON, to="irina") is Refusal.NO_SUCH_PERSON
    desk.does("oleg", "pass_on", at=NOON, to="sam")


def test_what_was_passed_on_stays_where_it_is() -> None:
    """Sam was given it by Oleg himself: that he loses a role is no reason to take it away."""
    desk = at_legal()
    desk.does("oleg", "pass_on", at="2026-11-23T09:00Z", to="sam")
    assert leave(desk, ("legal", "oleg"), ("legal", "sam")).owners == ["sam"]


def test_another_role_is_no_matter() -> None:
    """Oleg has lost a role that this step does not ask for."""
    assert leave(at_legal(), ("brand_director", "oleg")).owners == ["oleg"]


def test_of_two_roles_one_is_enough_to_stay() -> None:
    """Katya answers for two roles of a group; when she has lost both it is a gap of the next in line, not hers."""
    step = "{review: {all_of: [coordinator, bridge_ru]}, within: 8h}"
    desk = leave(at_legal(step, DECIDE), ("bridge_ru", "katya"))
    assert (desk.owners, desk.part("katya").via) == (["katya"], Via.HOLDER)
    leave(desk, ("bridge_ru", "katya"), ("coordinator", "katya"))
    assert (desk.owners, desk.part("marina").via) == (["marina"], Via.GAP)


def test_a_coordinator_who_has_left_another_role_has_it_as_a_gap() -> None:
    """Katya is no bridge any more: she may find somebody for the step, and say yes to it no longer."""
    desk = leave(at_legal("{review: bridge_ru, within: 8h}", DECIDE), ("bridge_ru", "katya"))
    assert (desk.owners, desk.part("katya").via) == (["katya"], Via.GAP)
    assert desk.why("katya", "yes", at=NOON) is Refusal.GAP_CANNOT_DECIDE


def test_a_part_of_a_group_does_not_stay_with_who_has_left() -> None:
    """Oleg's part cannot be Katya's, who has one of her own: the gap is the next one's in line."""
    step = "{review: {all_of: [legal, coordinator]}, within: 8h}"
    desk = leave(at_legal(step, DECIDE, deputies="[]"), ("legal", "oleg"))
    assert [(part.person, part.via) for part in desk.step.waiting] == [("marina", Via.GAP), ("katya", Via.HOLDER)]


def test_a_coordinator_who_has_left_is_not_told() -> None:
    """Overdue: the signatory hears it, not Katya, who coordinates no more."""
    desk = leave(Desk().open("creator_selection", at="2026-11-23T15:00Z"), ("coordinator", "katya"), at="2026-11-23T16:00Z")
    desk.until("2026-11-24T00:00Z")
    assert [fact.told for fact in desk.happened(e.Escalated)] == [("sam",)]
    assert [fact.held for fact in desk.happened(e.Escalated)] == [()]


def test_what_was_answered_stays_answered() -> None:
    """Oleg said yes while he had the role."""
    desk = at_legal()
    desk.does("oleg", "yes", at="2026-11-23T09:00Z")
    assert leave(desk, ("legal", "oleg")).owners == ["marina"]


def test_a_step_that_opens_later_does_not_go_to_them() -> None:
    """Marina has left before Oleg says yes: Anna decides."""
    desk = leave(at_legal(), ("brand_director", "marina"))
    desk.does("oleg", "yes", at=NOON)
    assert (desk.owners, desk.part("anna").reason) == (["anna"], "left")


def test_the_local_authority_and_the_check_move_as_well() -> None:
    """Priya and Anna have left after the hand-over: Sam decides, Pavel checks."""
    desk = Desk().open("brand_deviation", at=MORNING, needed_by=z("2026-11-23T22:00Z")).until("2026-11-23T16:00Z")
    leave(desk, ("us_market_lead", "priya"), at="2026-11-23T17:00Z")
    assert desk.local == ["sam"]
    desk.does("sam", "yes", at="2026-11-23T18:00Z")
    leave(desk, ("brand_manager", "anna"), at="2026-11-23T19:00Z")
    assert desk.checkers == ["pavel"]


def test_nobody_who_has_left_is_handed_a_decision() -> None:
    """With Priya gone the hand-over goes to Sam."""
    desk = Desk().open("brand_deviation", at=MORNING, needed_by=z("2026-11-23T22:00Z"))
    desk.team = replace(desk.team, left=frozenset({("us_market_lead", "priya")}))
    assert desk.until("2026-11-23T16:00Z").local == ["sam"]
    assert desk.part("sam").reason == "left"
