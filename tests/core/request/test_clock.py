"""Rules 2 to 4 and the reminder of rule 13: a step's clock runs in its owner's working time.

In November Moscow works 07:00-16:00 UTC, Katya 09:00-18:00 and New York 14:00-23:00. 23 November 2026 is a Monday.
"""

from __future__ import annotations

import pytest

from bot.core.request import events as e
from tests.core.request.brands import DECIDE, REVIEW, variant
from tests.core.request.desk import Desk, z


def moments(desk: Desk, person: str) -> tuple[str, str]:
    part = desk.part(person)
    return f"{part.remind_at:%m-%dT%H:%M}", f"{part.due_at:%m-%dT%H:%M}"


def test_a_step_runs_in_its_owners_working_time() -> None:
    """Three of Katya's four hours pass on Monday, the fourth on Tuesday."""
    desk = Desk().open(at="2026-11-23T15:00Z")
    assert moments(desk, "katya") == ("11-23T17:00", "11-24T10:00")


def test_opening_exactly_at_closing_counts_as_closed() -> None:
    """A request that comes at the closing instant starts its clock at the next opening."""
    desk = Desk().open(at="2026-11-23T18:00Z")
    assert moments(desk, "katya") == ("11-24T11:00", "11-24T13:00")


def test_a_deadline_exactly_on_closing_is_that_instant() -> None:
    """Four hours before closing, the deadline is the closing itself and it is late from there on."""
    desk = Desk().open(at="2026-11-23T14:00Z")
    assert moments(desk, "katya") == ("11-23T16:00", "11-23T18:00")
    assert desk.until("2026-11-25T00:00Z").when(e.Escalated) == [z("2026-11-23T18:00Z")]


def test_the_next_steps_clock_starts_with_the_yes() -> None:
    """Oleg gets the step at his closing, so all of his eight hours are Tuesday's."""
    desk = Desk().open(at="2026-11-23T15:00Z")
    desk.does("katya", "yes", at="2026-11-23T16:00Z")
    assert moments(desk, "oleg") == ("11-24T11:00", "11-24T15:00")


@pytest.mark.parametrize(
    ("kind", "at", "owner", "remind", "due"),
    [
        ("creator_selection", "2026-11-25T21:00Z", "priya", "11-25T23:00", "11-30T16:00"),  # Thanksgiving and the day after
        ("creator_selection", "2026-10-30T20:00Z", "priya", "10-30T22:00", "11-02T16:00"),  # New York leaves summer time
        ("creator_selection", "2027-03-12T21:00Z", "priya", "03-12T23:00", "03-15T15:00"),  # New York enters summer time
        ("contract", "2026-12-30T15:00Z", "katya", "12-30T17:00", "01-11T10:00"),  # New Year holidays
        ("contract", "2027-02-19T21:00Z", "katya", "02-20T11:00", "02-20T13:00"),  # a Saturday that Moscow works
    ],
)
def test_holidays_and_clock_changes_move_the_deadline(kind: str, at: str, owner: str, remind: str, due: str) -> None:
    """Days off and changes of the clock move a deadline's wall time, never the count of worked minutes."""
    assert moments(Desk().open(kind, at=at), owner) == (remind, due)


@pytest.mark.parametrize(("share", "remind"), [("25%", "11-23T16:00"), ("0.75", "11-23T18:00"), ("100%", "11-24T10:00")])
def test_the_reminder_comes_at_the_playbooks_share(share: str, remind: str) -> None:
    """`remind_at` is the part of the step's working time after which its owner is reminded."""
    book = variant("{review: coordinator, within: 4h}", DECIDE, edits=f"escalation: {{remind_at: {share}}}")
    assert moments(Desk(book).open(at="2026-11-23T15:00Z"), "katya")[0] == remind


def test_an_owner_is_reminded_once() -> None:
    """One reminder for a step, at its moment, and none after the answer."""
    desk = Desk().open(at="2026-11-23T15:00Z").until("2026-12-01T00:00Z")
    assert desk.heard("katya", "notice.reminder") == [z("2026-11-23T17:00Z")]


def test_who_answers_before_is_not_reminded() -> None:
    """The reminder is for those who have not answered."""
    desk = Desk().open(at="2026-11-23T15:00Z")
    desk.does("katya", "yes", at="2026-11-23T16:59Z")
    assert desk.until("2026-11-23T23:00Z").heard("katya", "notice.reminder") == []


def test_a_reminder_in_quiet_hours_waits_for_the_opening() -> None:
    """Half of Katya's eight hours end at 21:00 in Moscow, which is quiet: she hears it next morning."""
    desk = Desk(variant("{review: coordinator, within: 8h}", DECIDE)).open(at="2026-11-23T14:00Z")
    desk.until("2026-11-23T20:00Z")
    assert desk.when(e.Reminded) == [z("2026-11-23T18:00Z")]
    assert desk.heard("katya", "notice.reminder") == [z("2026-11-24T09:00Z")]


def test_a_reminder_and_an_escalation_of_one_instant_come_in_this_order() -> None:
    """With `remind_at: 100%` the owner is reminded before the coordinator hears of it."""
    book = variant(REVIEW, DECIDE, edits="escalation: {remind_at: 100%}")
    desk = Desk(book).open(at="2026-11-23T07:00Z").until("2026-11-23T15:00Z")
    assert [type(event.fact) for event in desk.log[-2:]] == [e.Reminded, e.Escalated]


def test_the_clock_catches_up_in_order_after_a_time_down() -> None:
    """A bot that was down carries out everything it missed, in the order in which it was due, each once."""
    desk = Desk().open(at="2026-11-23T15:00Z")
    desk.wakes(z("2026-11-24T12:00Z"))
    assert [type(event.fact) for event in desk.log[-2:]] == [e.Reminded, e.Escalated]
    assert desk.wakes(z("2026-11-24T12:00Z")).events == ()


def test_the_requesters_card_comes_at_once_and_the_owners_at_a_polite_time() -> None:
    """Whoever asks sees the request right away; the owner is not woken for it."""
    desk = Desk().open(at="2026-11-23T22:00Z")
    assert desk.shown("jordan") == [z("2026-11-23T22:00Z")]
    assert desk.shown("katya") == [z("2026-11-24T09:00Z")]
