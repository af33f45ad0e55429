"""Rules 9 and 11: who gets a step when its holder cannot, and what the holder of a gap may do."""

from __future__ import annotations

import pytest

from bot.core.people import Via
from bot.core.playbook import Playbook
from bot.core.request import Refusal, Status
from tests.core.request.brands import DECIDE, variant
from tests.core.request.desk import Desk

MONDAY = "2026-11-23T15:00Z"
LATER = "2026-11-23T15:30Z"
BRIDGE = "{review: bridge_us, within: 4h}"  # vacant in brand A


def chosen(desk: Desk) -> tuple[str, Via, str | None, str | None]:
    (part,) = desk.step.waiting
    return part.person, part.via, part.on_behalf_of, part.reason


def gap() -> Desk:
    return Desk(variant(BRIDGE, DECIDE)).open(at=MONDAY)


def with_legal(edits: str) -> Playbook:
    return variant("{review: legal, within: 8h}", DECIDE, edits=edits)


def test_the_holder_has_the_step() -> None:
    """When nothing stands against it the role's holder is asked."""
    assert chosen(Desk().open(at=MONDAY)) == ("katya", Via.HOLDER, None, None)


def test_a_vacant_role_is_a_gap_for_the_coordinator() -> None:
    """A role that nobody holds goes to the coordinator at once, and says why."""
    assert chosen(gap()) == ("katya", Via.GAP, None, "vacant")


def test_a_vacant_role_with_deputies_goes_to_the_first_of_them() -> None:
    """Deputies stand in for a role that has no holder."""
    desk = Desk(with_legal("roles: {legal: {holder: null}}")).open(at=MONDAY)
    assert chosen(desk) == ("irina", Via.DEPUTY, None, "vacant")


def test_an_unreachable_holder_is_stood_in_for() -> None:
    """Without a working account the step goes to the first deputy who has one."""
    book = with_legal("roles: {legal: {deputies: [irina, pavel]}}")
    desk = Desk(book, unreachable=["oleg", "irina"]).open(at=MONDAY)
    assert chosen(desk) == ("pavel", Via.DEPUTY, "oleg", "unreachable")


def test_nobody_reachable_is_a_gap() -> None:
    """Holder and deputies without an account: the coordinator must find somebody."""
    desk = Desk(with_legal("{}"), unreachable=["oleg", "irina"]).open(at=MONDAY)
    assert chosen(desk) == ("katya", Via.GAP, "oleg", "unreachable")


def test_a_gap_without_a_coordinator_goes_to_the_markets_signatory() -> None:
    """The vacant bridge is New York's; when the coordinator cannot be reached its signatory is asked."""
    desk = Desk(variant(BRIDGE, DECIDE), unreachable=["katya"]).open(at=MONDAY)
    assert chosen(desk) == ("priya", Via.GAP, None, "vacant")


def test_nobody_acts_on_their_own_request() -> None:
    """Priya's own selection is decided by her deputy, on her behalf."""
    desk = Desk().open("creator_selection", by="priya", at=MONDAY)
    assert chosen(desk) == ("sam", Via.DEPUTY, "priya", "own_request")
    assert desk.why("priya", "yes", at=LATER) is Refusal.OWN_REQUEST


def test_an_own_request_without_a_deputy_is_a_gap() -> None:
    """Katya's own contract has no coordinator to review it: the signatory of her market must find somebody."""
    assert chosen(Desk().open(by="katya", at=MONDAY)) == ("marina", Via.GAP, "katya", "own_request")


def test_a_gap_never_falls_to_the_requester() -> None:
    """Even when nobody else can be reached, a request is not handed to who asked for it."""
    everybody_else = [person for person in gap().team.playbook.people if person != "katya"]
    desk = Desk(variant(BRIDGE, DECIDE), unreachable=everybody_else).open(by="katya", at=MONDAY)
    assert desk.owners == ["priya"]


@pytest.mark.parametrize("action", ["yes", "yes_with_remarks", "send_back"])
def test_a_gap_holder_does_not_decide(action: str) -> None:
    """Whoever has a step only because nobody else could cannot answer it."""
    assert gap().why("katya", action, "Note", at=LATER) is Refusal.GAP_CANNOT_DECIDE


def test_a_gap_holder_does_not_reject_or_ask_for_a_round() -> None:
    """Neither the last word nor an extra round are the gap holder's."""
    desk = Desk(variant("{decide: bridge_us, within: 4h}", rounds=1)).open(at=MONDAY)
    assert desk.why("katya", "reject", at=LATER, text="No") is Refusal.GAP_CANNOT_DECIDE
    assert desk.why("katya", "ask_extra_round", "Note", at=LATER) is Refusal.GAP_CANNOT_DECIDE


def test_a_gap_holder_may_ask_and_give_an_opinion() -> None:
    """A question decides nothing, and an opinion binds nobody."""
    desk = Desk(variant("{consult: bridge_us, within: 4h, waits: true}", DECIDE)).open(at=MONDAY)
    desk.does("katya", "ask", at=LATER, text="Who could look at it?")
    desk.does("katya", "opinion", at=LATER, text="Fine")
    assert desk.owners == ["marina"]


def test_a_gap_may_be_passed_to_anybody_but_the_requester() -> None:
    """The coordinator finds somebody in the whole playbook; that person then answers."""
    desk = gap()
    assert desk.why("katya", "pass_on", at=LATER, to="jordan") is Refusal.NO_SUCH_PERSON
    assert desk.why("katya", "pass_on", at=LATER, to="katya") is Refusal.NO_SUCH_PERSON
    assert desk.why("katya", "pass_on", at=LATER, to="mallory") is Refusal.NO_SUCH_PERSON
    desk.does("katya", "pass_on", at=LATER, to="sveta")
    assert chosen(desk)[:2] == ("sveta", Via.PASSED_ON)
    desk.does("sveta", "yes", at=LATER)
    assert desk.owners == ["marina"]


def test_a_late_gap_goes_to_the_signatories() -> None:
    """A gap the coordinator leaves lying is the coordinator's lateness."""
    desk = gap().until("2026-11-25T00:00Z")
    assert desk.heard("marina", "notice.escalation")
    assert desk.heard("priya", "notice.escalation")
    assert desk.state.status is Status.OPEN
