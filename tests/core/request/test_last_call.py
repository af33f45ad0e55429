"""Rule 15: before the owner goes home for longer than the creator's deadline allows, they are asked once more.

In November Moscow works 07:00-16:00 UTC and New York 14:00-23:00. 23 November 2026 is a Monday.
"""

from __future__ import annotations

from typing import Any

import pytest

from bot.core.playbook import Playbook
from bot.core.request import events as e
from bot.core.wording import Moment
from tests.core.request.brands import DECIDE, REVIEW, variant
from tests.core.request.desk import Desk, away, z

CALL = "notice.last_call"
MORNING = "2026-11-23T08:00Z"


def deviation(needed_by: str, at: str = MORNING, book: Playbook | None = None, **more: Any) -> Desk:
    """Anna's to decide, Priya's after the hand-over."""
    desk = Desk(book, **more)
    return desk.open("brand_deviation", at=at, needed_by=z(needed_by))


@pytest.mark.parametrize(
    ("needed_by", "call", "until"),
    [
        ("2026-11-23T22:00Z", "2026-11-23T15:00Z", "2026-11-23T16:00Z"),  # tonight in New York: an hour before she closes
        ("2026-11-23T14:00Z", "2026-11-23T13:00Z", "2026-11-23T14:00Z"),  # while she works: an hour before it
        ("2026-11-24T07:00Z", "2026-11-23T15:00Z", "2026-11-23T16:00Z"),  # at her next opening: she cannot act before it
        ("2026-11-24T07:30Z", "2026-11-23T15:30Z", "2026-11-24T07:30Z"),  # half an hour after it: half today, half tomorrow
        ("2026-11-30T06:00Z", "2026-11-27T15:00Z", "2026-11-27T16:00Z"),  # over a weekend
        ("2027-01-04T12:00Z", "2026-12-30T15:00Z", "2026-12-30T16:00Z"),  # over the New Year holidays
    ],
)
def test_the_owner_is_asked_once_more_an_hour_before_the_last_chance(needed_by: str, call: str, until: str) -> None:
    """One working hour of the owner's before their last working moment before the deadline."""
    desk = deviation(needed_by).until(needed_by)
    assert (desk.when(e.LastCalled), desk.heard("anna", CALL)) == ([z(call)], [z(call)])
    (tell,) = [tell for tell in desk.tells if tell.text.id == CALL]
    assert tell.text.fields["until"] == Moment(z(until))


def test_the_playbook_says_how_long_before() -> None:
    """With `last_call: 2h` it is two working hours."""
    book = variant(edits="escalation: {last_call: 2h}")
    assert deviation("2026-11-23T22:00Z", book=book).until("2026-11-23T16:00Z").when(e.LastCalled) == [z("2026-11-23T14:00Z")]


@pytest.mark.parametrize(("at", "count"), [("2026-11-23T14:59Z", 1), ("2026-11-23T15:00Z", 0), ("2026-11-23T15:30Z", 0)])
def test_a_card_that_came_later_is_call_enough(at: str, count: int) -> None:
    """Whoever got the card within the last hour is not asked twice at once."""
    assert len(deviation("2026-11-23T22:00Z", at).until("2026-11-24T00:00Z").happened(e.LastCalled)) == count


def test_who_has_answered_is_not_called() -> None:
    """The call is for a step that still waits."""
    desk = deviation("2026-11-23T22:00Z")
    desk.does("anna", "yes", at="2026-11-23T14:59Z")
    assert desk.until("2026-11-24T00:00Z").happened(e.LastCalled) == []


def test_without_a_deadline_nobody_is_called() -> None:
    """A request nobody needs by an instant has its reminder and its escalation only."""
    desk = Desk().open("brand_deviation", at=MORNING).until("2026-12-01T00:00Z")
    assert (desk.happened(e.LastCalled), desk.happened(e.HandOverRefused)) == ([], [])


def test_the_call_comes_also_where_nobody_else_may_decide() -> None:
    """A contract has no local authority: its owner is asked once more all the same."""
    desk = Desk(variant(REVIEW, DECIDE)).open(at=MORNING, needed_by=z("2026-11-23T22:00Z")).until("2026-11-23T15:00Z")
    assert desk.heard("oleg", CALL) == [z("2026-11-23T15:00Z")]


def test_the_owner_is_called_although_the_step_was_handed_over_before() -> None:
    """With the hand-over at 14:30 both may act: Anna's hour before closing is still hers."""
    desk = deviation("2026-11-23T16:30Z").until("2026-11-23T16:30Z")
    assert (desk.when(e.HandedOver), desk.heard("anna", CALL)) == ([z("2026-11-23T14:30Z")], [z("2026-11-23T15:00Z")])


def test_everybody_of_a_group_has_a_call_of_their_own() -> None:
    """Oleg goes home at 16:00, Sam works until the deadline."""
    step = "{review: {all_of: [legal, us_creator_relations]}, within: 8h}"
    book = variant(step, DECIDE, edits="roles: {us_creator_relations: {holder: sam, deputies: []}}")
    desk = Desk(book).open(at=MORNING, by="priya", needed_by=z("2026-11-23T22:00Z")).until("2026-11-23T22:00Z")
    assert (desk.heard("oleg", CALL), desk.heard("sam", CALL)) == ([z("2026-11-23T15:00Z")], [z("2026-11-23T21:00Z")])


def test_whoever_takes_over_has_a_call_of_their_own() -> None:
    """Oleg has been called when he passes the step on; Sam's last hour comes later."""
    book = variant(REVIEW, DECIDE, edits="roles: {legal: {deputies: [irina, sam]}}")
    desk = Desk(book).open(at=MORNING, needed_by=z("2026-11-23T22:00Z"))
    desk.does("oleg", "pass_on", at="2026-11-23T15:30Z", to="sam")
    desk.until("2026-11-23T22:00Z")
    assert (desk.heard("oleg", CALL), desk.heard("sam", CALL)) == ([z("2026-11-23T15:00Z")], [z("2026-11-23T21:00Z")])


def test_somebody_who_leaves_is_called_before_they_go() -> None:
    """Anna is away from Tuesday on: she is called on Monday with her own last moment, Pavel on Tuesday with his."""
    desk = deviation("2026-11-24T20:00Z", absences=[away("anna", "2026-11-24", "2026-11-27")]).until("2026-11-24T16:00Z")
    assert (desk.heard("anna", CALL), desk.heard("pavel", CALL)) == ([z("2026-11-23T15:00Z")], [z("2026-11-24T15:00Z")])
    untils = [tell.text.fields["until"] for tell in desk.tells if tell.text.id == CALL]
    assert untils == [Moment(z("2026-11-23T16:00Z")), Moment(z("2026-11-24T16:00Z"))]


@pytest.mark.parametrize(("woken", "heard"), [("2026-11-23T15:40Z", ["2026-11-23T15:40Z"]), ("2026-11-23T16:00Z", [])])
def test_a_bot_that_was_down_calls_only_while_it_helps(woken: str, heard: list[str]) -> None:
    """Late but in time it is still said; when the owner has gone home it is not, and never twice."""
    desk = deviation("2026-11-23T22:00Z")
    desk.wakes(z(woken))
    desk.until("2026-11-24T00:00Z")
    assert len(desk.happened(e.LastCalled)) == 1
    assert desk.heard("anna", CALL) == [z(moment) for moment in heard]


@pytest.mark.parametrize(
    ("at", "needed_by", "call"),
    [
        ("2027-03-12T18:00Z", "2027-03-16T13:00Z", "2027-03-15T21:00Z"),  # New York has entered summer time
        ("2026-10-30T18:00Z", "2026-11-03T13:00Z", "2026-11-02T22:00Z"),  # New York has left it
        ("2026-03-27T18:00Z", "2026-03-31T12:00Z", "2026-03-30T21:00Z"),  # Europe changes; neither of the two does
    ],
)
def test_changes_of_the_clock_move_the_call_with_the_working_day(at: str, needed_by: str, call: str) -> None:
    """The call comes at 17:00 on the owner's own clock, whatever that is in UTC."""
    desk = Desk().open("creator_selection", at=at, needed_by=z(needed_by)).until(needed_by)
    assert desk.heard("priya", CALL) == [z(call)]
