"""Somebody who cannot be written to any more loses nothing and keeps nobody waiting: the deputy has it at once."""

from __future__ import annotations

from dataclasses import replace

from bot.core.people import Via
from bot.core.request.model import Assignment
from tests.core.request.desk import Desk, z

OPENED, LATER = "2026-11-23T08:00Z", "2026-11-23T09:00Z"


def part(desk: Desk) -> Assignment:
    assert desk.state.main_step
    return desk.state.main_step.waiting[0]


def test_a_waiting_step_goes_to_the_deputy_and_says_so() -> None:
    """The clock goes on; the part names whom it stands in for and why."""
    desk = Desk().open("brand_deviation", "US", at=OPENED)
    due = part(desk).due_at
    desk.team = replace(desk.team, unreachable=frozenset({"anna"}))
    desk.wakes(z(LATER))
    assert (part(desk).person, part(desk).via, part(desk).on_behalf_of, part(desk).reason) == (
        "pavel",
        Via.DEPUTY,
        "anna",
        "unreachable",
    )
    assert part(desk).due_at == due


def test_without_a_deputy_it_is_the_coordinators_gap() -> None:
    """Nobody else can have it, so she must find somebody; once she has it, it stays with her."""
    desk = Desk().open("brand_deviation", "US", at=OPENED)
    desk.team = replace(desk.team, unreachable=frozenset({"anna", "pavel"}))
    desk.wakes(z(LATER))
    assert (part(desk).person, part(desk).via) == ("katya", Via.GAP)
    moves = len(desk.log)
    desk.wakes(z("2026-11-23T09:30Z"))
    assert len(desk.log) == moves


def test_the_gap_goes_back_to_whoever_can_be_written_to_again() -> None:
    """Katya had it only because nobody could be asked; Anna is back, and has it with the clock still running."""
    desk = Desk().open("brand_deviation", "US", at=OPENED)
    due, everybody = part(desk).due_at, desk.team
    desk.team = replace(everybody, unreachable=frozenset({"anna", "pavel"}))
    desk.wakes(z(LATER))
    assert part(desk).person == "katya"
    desk.team = everybody
    desk.wakes(z("2026-11-23T09:30Z"))
    assert (part(desk).person, part(desk).via, part(desk).due_at) == ("anna", Via.HOLDER, due)


def test_with_nobody_left_it_stays_where_it_is() -> None:
    """It is not passed round in a circle among people none of whom can be reached."""
    desk = Desk().open("brand_deviation", "US", at=OPENED)
    desk.team = replace(desk.team, unreachable=frozenset(desk.team.playbook.people))
    before = len(desk.log)
    desk.wakes(z(LATER))
    assert len(desk.log) <= before + 1
    settled = len(desk.log)
    desk.wakes(z("2026-11-23T09:30Z"))
    assert len(desk.log) == settled
