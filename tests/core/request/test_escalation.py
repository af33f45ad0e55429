"""Rule 13: who hears that a step is late, when, and how often."""

from __future__ import annotations

from bot.core.playbook import Playbook
from bot.core.request import events as e
from tests.core.request.brands import DECIDE, variant
from tests.core.request.desk import Desk, away, z

SHORT = "{review: legal, within: 1h}"  # due while Katya is not there yet
AT_DESK = "{review: us_creator_relations, within: 4h}"  # in New York's afternoon, when Moscow sleeps


def legal_is_late(book: Playbook | None = None, **team: object) -> Desk:
    """Oleg's step, opened on Monday at Moscow's closing and due on Tuesday at 08:00."""
    desk = Desk(book or variant(SHORT, DECIDE), **team)  # type: ignore[arg-type]
    return desk.open(at="2026-11-23T16:00Z").until("2026-11-24T08:00Z")


def new_york_is_late(at: str = "2026-11-23T15:00Z", until: str = "2026-11-23T23:00Z") -> Desk:
    """Jordan's step, without a deputy; asked for by Anna."""
    book = variant(AT_DESK, DECIDE, edits="roles: {us_creator_relations: {deputies: []}}")
    return Desk(book).open(by="anna", at=at).until(until)


def told(desk: Desk) -> tuple[tuple[str, ...], tuple[str, ...]]:
    (fact,) = desk.happened(e.Escalated)
    return fact.told, fact.held


def test_the_coordinator_hears_it_when_she_works() -> None:
    """A late step is told to the coordinator at 100 % of its time."""
    desk = Desk().open(at="2026-11-23T15:00Z")
    desk.does("katya", "yes", at="2026-11-23T16:00Z")
    desk.until("2026-11-24T15:00Z")
    assert told(desk) == (("katya",), ())
    assert desk.heard("katya", "notice.escalation") == [z("2026-11-24T15:00Z")]


def test_the_deputy_hears_it_when_the_coordinator_is_closed() -> None:
    """Before the coordinator opens, the step's deputy is told, and her copy waits for her opening."""
    desk = legal_is_late()
    assert told(desk) == (("irina",), ("katya",))
    assert desk.heard("irina", "notice.escalation") == [z("2026-11-24T08:00Z")]
    assert desk.heard("katya", "notice.escalation") == [z("2026-11-24T09:00Z")]


def test_the_markets_signatory_comes_after_the_deputies() -> None:
    """When neither coordinator nor deputy works, the signatory of the step's market is told."""
    desk = new_york_is_late()
    assert told(desk) == (("priya",), ("katya",))
    assert desk.heard("priya", "notice.escalation") == [z("2026-11-23T19:00Z")]


def test_with_nobody_working_the_coordinators_copy_waits_for_her_opening() -> None:
    """A step that gets late when everybody is closed is told to the coordinator, when she opens."""
    desk = new_york_is_late(at="2026-11-23T19:00Z")
    assert told(desk) == (("katya",), ())
    assert desk.heard("katya", "notice.escalation") == [z("2026-11-24T09:00Z")]


def test_a_late_coordinator_is_told_to_all_signatories() -> None:
    """The coordinator's own lateness goes to every signatory, to each in their working time."""
    desk = Desk().open(at="2026-11-23T15:00Z").until("2026-11-24T10:00Z")
    assert told(desk) == (("marina", "priya"), ())
    assert desk.heard("marina", "notice.escalation") == [z("2026-11-24T10:00Z")]
    assert desk.heard("priya", "notice.escalation") == [z("2026-11-24T14:00Z")]


def test_a_coordinator_who_is_away_is_not_working() -> None:
    """Somebody who is away does not count as working now: the next in the row hears it."""
    book = variant("{review: legal, within: 3h}", DECIDE)
    desk = legal_is_late(book, absences=[away("katya", "2026-11-24", "2026-11-24")]).until("2026-11-24T10:00Z")
    assert told(desk) == (("irina",), ("katya",))


def test_nobody_unreachable_is_told() -> None:
    """A coordinator and a deputy without an account are passed over, also as a copy."""
    desk = legal_is_late(unreachable=["katya", "irina"])
    assert told(desk) == (("marina",), ())


def test_escalation_comes_even_if_the_answer_comes_a_minute_later() -> None:
    """At 100 % it is escalated once; the answer a minute later does not take it back and nothing follows it."""
    desk = Desk(variant(SHORT, DECIDE)).open(at="2026-11-23T16:00Z")
    desk.does("oleg", "yes", at="2026-11-24T08:01Z")
    desk.until("2026-11-24T15:00Z")
    assert desk.when(e.Escalated) == [z("2026-11-24T08:00Z")]
    assert desk.happened(e.EscalatedAgain) == []


def test_escalation_comes_even_if_the_clock_looks_late() -> None:
    """An answer after the deadline finds the escalation done before it, by the clock, though nobody had looked."""
    desk = Desk(variant(SHORT, DECIDE)).open(at="2026-11-23T16:00Z")
    done = desk.does("oleg", "yes", at="2026-11-24T08:01Z", asleep=True)
    assert [(type(event.fact), event.by) for event in done.events[:3]] == [
        (e.Reminded, None),
        (e.Escalated, None),
        (e.StepAnswered, "oleg"),
    ]


def test_an_answer_in_time_is_never_escalated() -> None:
    """A minute before the deadline is in time."""
    desk = Desk(variant(SHORT, DECIDE)).open(at="2026-11-23T16:00Z")
    desk.does("oleg", "yes", at="2026-11-24T07:59Z")
    assert desk.until("2026-11-24T15:00Z").happened(e.Escalated) == []


def test_the_second_escalation_counts_the_markets_hours() -> None:
    """Four hours of Moscow's after 15:00 UTC are one on Tuesday and three on Wednesday; signatories hear it when open."""
    desk = Desk(variant("{review: legal, within: 8h}", DECIDE)).open(at="2026-11-23T16:00Z").until("2026-12-01T00:00Z")
    assert desk.when(e.Escalated) == [z("2026-11-24T15:00Z")]
    assert desk.when(e.EscalatedAgain) == [z("2026-11-25T10:00Z")]
    assert desk.heard("marina", "notice.escalation_again") == [z("2026-11-25T10:00Z")]
    assert desk.heard("priya", "notice.escalation_again") == [z("2026-11-25T14:00Z")]


def test_the_second_escalation_of_new_york_counts_new_yorks_hours() -> None:
    """The hours are those of the step's market, over Thanksgiving too."""
    desk = new_york_is_late(at="2026-11-25T17:00Z", until="2026-12-02T00:00Z")
    assert desk.when(e.Escalated) == [z("2026-11-25T21:00Z")]
    assert desk.when(e.EscalatedAgain) == [z("2026-11-30T16:00Z")]


def test_an_answer_stops_the_second_escalation() -> None:
    """Between the two escalations an answer is enough."""
    desk = legal_is_late()
    desk.does("oleg", "yes", at="2026-11-24T09:00Z")
    assert desk.until("2026-11-24T15:00Z").happened(e.EscalatedAgain) == []


def test_everything_is_escalated_once() -> None:
    """However long nobody answers, there is one escalation and one more, and then silence."""
    desk = legal_is_late().until("2027-03-01T00:00Z")
    assert len(desk.happened(e.Escalated)) == len(desk.happened(e.EscalatedAgain)) == 1
    assert desk.wake_at is None


def test_with_the_only_one_in_line_away_all_signatories_hear_it() -> None:
    """Katya is away and Marina, who stands in for her, is late: nobody waits for Katya's return to hear of it."""
    desk = Desk(absences=[away("katya", "2026-11-23", "2026-11-27")]).open(at="2026-11-23T08:00Z")
    assert desk.owners == ["marina"]
    desk.until("2026-11-23T13:00Z")
    assert told(desk) == (("priya",), ())
