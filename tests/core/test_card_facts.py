"""The facts on a card: deadline, clocks, path, round, and why this person is asked."""

from __future__ import annotations

from decimal import Decimal

from bot.core.cards import card
from bot.core.money import Money
from bot.speech import Reader, show
from tests.core.request.brands import DECIDE, REVIEW, variant
from tests.core.request.desk import Desk, z

MONDAY = "2026-11-23T15:00Z"
LATER = "2026-11-23T15:30Z"
ENGLISH = Reader(("en",), "UTC")


def facts(desk: Desk, reader: str, at: str = LATER) -> dict[str, str]:
    """Label to value, in English; the note of the kind has a label of its own."""
    found = card(desk.state, desk.team, reader, z(at)).facts
    return {fact.label.id.removeprefix("fact."): show(fact.value, ENGLISH) for fact in found}


def path(desk: Desk, reader: str = "jordan") -> list[str]:
    return facts(desk, reader)["path"].split(" → ")


def ids(desk: Desk, reader: str = "jordan") -> list[str]:
    """The path's stops by their state."""
    (found,) = [f.value for f in card(desk.state, desk.team, reader, z(LATER)).facts if f.label.id == "fact.path"]
    return [getattr(item, "id", "").removeprefix("path.") for item in getattr(found, "items", ())]


def contract() -> Desk:
    return Desk(variant(REVIEW, DECIDE)).open(at=MONDAY)


def test_the_deadline_shows_what_is_left_of_the_readers_time() -> None:
    """One of Oleg's hours goes by on Monday, half of it is over, and seven more are Tuesday's."""
    assert facts(contract(), "oleg")["deadline"] == "Tue, Nov 24, 2:00 PM UTC, 7 working hours 30 minutes left"


def test_a_deadline_that_is_over_says_so() -> None:
    """At the deadline nothing is left: the fact turns, for the owner and for everybody else."""
    desk = contract()
    for reader in ("oleg", "jordan"):
        values = {f.label.id: f.value for f in card(desk.state, desk.team, reader, z("2026-11-24T14:00Z")).facts}
        assert getattr(values["fact.deadline"], "id", "") == "fact.deadline.late"


def test_a_returned_request_has_no_deadline() -> None:
    """While the requester works on it no clock runs, and none is shown."""
    desk = contract()
    desk.does("oleg", "send_back", "Clause 4", at=LATER)
    assert "deadline" not in facts(desk, "oleg")


def test_what_the_requester_stated_is_shown() -> None:
    """Creator, amount and the day it is needed by stand on the card; what is not known is left out."""
    desk = Desk().open(
        "brand_deviation", at=MONDAY, creator="Mia", amount=Money(Decimal(200), "USD"), needed_by=z("2026-11-27T15:00Z")
    )
    found = facts(desk, "anna")
    assert (found["creator"], found["amount"]) == ("Mia", "$200")
    assert "needed_by" in found
    assert {"creator", "amount", "needed_by"} & set(facts(contract(), "oleg")) == set()


def test_the_path_names_everybody_before_and_after() -> None:
    """Done, now, next: who had it, who has it, who will get it."""
    desk = contract()
    desk.does("oleg", "yes", at=LATER)
    assert ids(desk) == ["done", "now"]
    assert "Oleg Sinitsyn" in path(desk)[0]
    assert "Marina Orlova" in path(desk)[1]


def test_a_long_path_is_shown_whole() -> None:
    """Thirty steps are thirty stops, in their order."""
    desk = Desk(variant(*[REVIEW] * 29, DECIDE)).open(at=MONDAY)
    assert ids(desk) == ["now", *["next"] * 29]


def test_a_once_review_that_said_yes_is_shown_as_skipped() -> None:
    """In round 2 only the reviews that are really left out are shown so."""
    once = "{review: legal, within: 8h, once: true}"
    waits = "{consult: us_market_lead, within: 4h, waits: true}"
    desk = Desk(variant(waits, once, DECIDE)).open(at=MONDAY)
    desk.does("priya", "opinion", at=LATER)
    desk.does("oleg", "send_back", "Clause 4", at=LATER)
    desk.does("jordan", "resubmit", at=LATER)
    assert ids(desk) == ["now", "next", "next"]
    desk.does("priya", "opinion", at=LATER)
    desk.does("oleg", "yes", at=LATER)
    desk.does("marina", "send_back", "Shorter", at=LATER)
    desk.does("jordan", "resubmit", at=LATER)
    assert ids(desk) == ["now", "skipped", "next"]


def test_the_path_says_how_a_step_ended() -> None:
    """A consult's time up and a send-back are not the same as done."""
    waits = "{consult: us_market_lead, within: 15m, waits: true}"
    desk = Desk(variant(waits, REVIEW, DECIDE)).open(at=MONDAY)
    desk.does("oleg", "send_back", "Clause 4", at=LATER)
    assert ids(desk) == ["time_up", "sent_back", "next"]


def test_the_last_round_is_called_the_last() -> None:
    """The reader knows how many rounds are left."""
    labels = [f.value for f in card(contract().state, contract().team, "oleg", z(LATER)).facts if f.label.id == "fact.round"]
    assert getattr(labels[0], "id", "") == "fact.round.value"
    desk = Desk(variant(DECIDE, rounds=1)).open(at=MONDAY)
    labels = [f.value for f in card(desk.state, desk.team, "marina", z(LATER)).facts if f.label.id == "fact.round"]
    assert getattr(labels[0], "id", "") == "fact.round.last"


def test_the_other_sides_clock_is_shown() -> None:
    """Moscow reads New York's time and New York Moscow's, open or closed; nobody reads their own."""
    desk = contract()
    clocks = {
        reader: [f for f in card(desk.state, desk.team, reader, z("2026-11-23T17:00Z")).facts if f.label.id == "fact.clock"]
        for reader in ("oleg", "jordan")
    }
    assert [getattr(f.value, "id", "") for f in clocks["oleg"]] == ["fact.clock.open"]
    assert [getattr(f.value, "id", "") for f in clocks["jordan"]] == ["fact.clock.closed"]


def test_the_owner_reads_why_it_is_them() -> None:
    """The clause names the kind, the step and the role; a deputy also reads whom they stand in for."""
    assert facts(contract(), "oleg")["clause"] == "playbook, “Creator contract”, step 1: Legal Counsel"
    desk = Desk(variant(REVIEW, DECIDE), unreachable=["oleg"]).open(at=MONDAY)
    assert facts(desk, "irina")["clause"].endswith("Legal Counsel, standing in for Oleg Sinitsyn")
    assert "clause" not in facts(desk, "marina")


def test_a_person_with_two_roles_reads_both() -> None:
    """Rule 9: who answers once for two roles of a group sees both named."""
    desk = Desk(variant("{review: {all_of: [coordinator, bridge_ru]}, within: 4h}", DECIDE)).open(at=MONDAY)
    clause = facts(desk, "katya")["clause"]
    assert "Cross-border Coordinator" in clause
    assert "Cultural bridge, Moscow side" in clause


def test_the_talk_is_in_the_order_it_was_said() -> None:
    """Opinions, questions and answers stand one after the other, whoever spoke."""
    desk = Desk(variant("{consult: brand_manager, within: 4h}", REVIEW, DECIDE)).open(at=MONDAY)
    desk.does("oleg", "ask", at="2026-11-23T15:10Z", text="Which platform?")
    desk.does("anna", "opinion", at="2026-11-23T15:20Z")
    desk.does("jordan", "answer", at="2026-11-23T15:30Z", text="All of them")
    talk = card(desk.state, desk.team, "marina", z(LATER)).talk
    assert [fact.label.id for fact in talk] == ["talk.question", "talk.opinion", "talk.answer"]
    assert [show(fact.value, ENGLISH) for fact in talk] == ["Which platform?", "no objections", "All of them"]
