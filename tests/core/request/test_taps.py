"""Rules 10 and 22: the first valid action wins, every other tap gets its answer, and each event says who did it."""

from __future__ import annotations

import pytest

from bot.core.request import Refusal
from bot.core.request import events as e
from bot.core.request.commands import Ticket
from tests.core.request.brands import DECIDE, REVIEW, variant
from tests.core.request.desk import Desk, z

MONDAY = "2026-11-23T15:00Z"
LATER = "2026-11-23T15:30Z"


def desk() -> Desk:
    return Desk(variant(REVIEW, DECIDE)).open(at=MONDAY)


def test_a_stranger_is_told_so() -> None:
    """Somebody who is not in the playbook can do nothing, whatever they tap."""
    for action in ("yes", "withdraw", "grant_round", "wake"):
        refused = desk().refuses("mallory", action, at=LATER)
        assert (refused.reason, refused.text.id) == (Refusal.NOT_YOURS, "refusal.stranger")


def test_somebody_elses_step_says_whose_it_is() -> None:
    """A person of the playbook who is not asked hears who is."""
    refused = desk().refuses("sam", "yes", at=LATER)
    assert refused.text.id == "refusal.not_yours"


@pytest.mark.parametrize(
    "ticket",
    [
        Ticket(-1, 1, 1),
        Ticket(7, 1, 1),
        Ticket(10**18, 10**18, 10**18),
        Ticket(0, 2, 1),
        Ticket(0, 0, 1),
        Ticket(0, 1, 2),
        Ticket(0, -1, -1),
    ],
)
@pytest.mark.parametrize("action", ["yes", "ask", "pass_on", "opinion"])
def test_a_forged_ticket_is_refused(ticket: Ticket, action: str) -> None:
    """A step, round or text that is not the present one changes nothing, also when the person owns a step."""
    assert desk().why("oleg", action, at=LATER, ticket=ticket, text="?", to="irina") in {Refusal.OUTDATED, Refusal.NOT_YOURS}


def test_a_forged_ticket_does_not_open_the_next_step() -> None:
    """The director cannot say yes to a step that is not there yet."""
    assert desk().why("marina", "yes", at=LATER, ticket=Ticket(1, 1, 1)) is Refusal.NOT_YOURS


def test_a_tap_of_an_earlier_round_is_refused_with_the_current_state() -> None:
    """The old card's button says which round it is now."""
    found = desk()
    old = found.ticket("oleg")
    found.does("oleg", "send_back", "Clause 4", at=LATER)
    found.does("jordan", "resubmit", at=LATER, text="New")
    refused = found.refuses("oleg", "yes", at=LATER, ticket=old)
    assert (refused.reason, dict(refused.text.fields)) == (Refusal.OUTDATED, {"round": 2, "rounds": 3})
    assert found.why("jordan", "withdraw", at=LATER, ticket=old) is Refusal.OUTDATED


def test_a_second_tap_says_who_decided_and_when() -> None:
    """Tapping yes twice, or sending back after a yes, is answered with the decision that is there."""
    found = desk()
    ticket = found.ticket("oleg")
    found.does("oleg", "yes", at=LATER)
    for action in ("yes", "send_back", "ask"):
        refused = found.refuses("oleg", action, "Late", at="2026-11-23T15:45Z", ticket=ticket)
        assert (refused.reason, refused.text.id) == (Refusal.ALREADY_DECIDED, "refusal.already.yes")
        assert getattr(refused.text.fields["when"], "at", None) == z(LATER)


def test_a_tap_after_the_end_says_who_decided_and_when() -> None:
    """When all is over, everybody who ever had a step hears how it ended."""
    found = desk()
    found.does("oleg", "yes", at=LATER)
    ticket = found.ticket("marina")
    found.does("marina", "reject", at=LATER, text="No budget")
    assert found.refuses("marina", "yes", at=LATER, ticket=ticket).text.id == "refusal.already.rejected"
    assert found.refuses("jordan", "withdraw", at=LATER).text.id == "refusal.already.rejected"


def test_who_passed_the_step_on_hears_who_decided() -> None:
    """The old card of somebody who gave the step to a deputy still answers kindly."""
    found = desk()
    ticket = found.ticket("oleg")
    found.does("oleg", "pass_on", at=LATER, to="irina")
    assert found.refuses("oleg", "yes", at=LATER, ticket=ticket).text.id == "refusal.not_yours"
    found.does("irina", "yes", at=LATER)
    refused = found.refuses("oleg", "yes", at=LATER, ticket=ticket)
    assert refused.text.id == "refusal.already.yes"
    assert refused.text.fields["who"] == found.team.playbook.name("irina")


def test_the_requester_decides_nothing() -> None:
    """A yes on one's own request is refused as that."""
    assert desk().why("jordan", "yes", at=LATER) is Refusal.OWN_REQUEST


def test_without_a_ticket_the_waiting_step_is_meant() -> None:
    """Anna has given her opinion for a group that still waits; her question is about the step that waits for her."""
    book = variant(
        "{consult: {all_of: [brand_manager, us_market_lead]}, within: 4h}", "{review: ru_market_lead, within: 4h}", DECIDE,
        edits="roles: {ru_market_lead: {holder: anna, deputies: []}}",
    )  # fmt: skip
    found = Desk(book).open(at=MONDAY)
    found.does("anna", "opinion", at=LATER, text="Fine")
    found.does("anna", "ask", at=LATER, text="Which market?")
    assert found.happened(e.QuestionAsked)[0].step == 1


def test_every_event_says_who_in_which_role_by_which_door() -> None:
    """Rule 22: person, role, on whose behalf, when, text, playbook and messenger stand in each event."""
    found = Desk(variant(REVIEW, DECIDE), unreachable=["oleg"]).open(at=MONDAY)
    done = found.does("irina", "yes", at=LATER)
    answered = done.events[0]
    assert (answered.by, answered.role, answered.on_behalf_of) == ("irina", "legal", "oleg")
    assert (answered.at, answered.through, answered.text_version, answered.playbook) == (z(LATER), "test", 1, "digest")


def test_what_the_clock_does_is_done_by_nobody() -> None:
    """Reminders and escalations carry no person, no role and no door."""
    found = desk().until("2026-11-26T00:00Z")
    clock = [event for event in found.log if isinstance(event.fact, e.Reminded | e.Escalated | e.EscalatedAgain)]
    assert len(clock) == 3
    assert {(event.by, event.role, event.on_behalf_of, event.through) for event in clock} == {(None, None, None, "")}


def test_no_message_is_sent_twice() -> None:
    """Every message of a long request has a key of its own."""
    found = desk().until("2026-11-24T09:00Z")
    found.does("oleg", "send_back", "Clause 4", at="2026-11-24T09:30Z")
    found.does("jordan", "resubmit", at="2026-11-24T15:00Z")
    found.until("2026-12-24T15:00Z")
    assert len({tell.key for tell in found.tells}) == len(found.tells) > 5
