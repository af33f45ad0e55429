"""Absences as a rehearsal knows them (rule 12): a waiting step moves at the first opening its owner misses."""

from __future__ import annotations

from dataclasses import replace

from bot.core.people import Via
from bot.core.request import events as e
from tests.core.request.brands import DECIDE, REVIEW, variant
from tests.core.request.desk import Desk, away, z

BOOK = variant(REVIEW, DECIDE, edits="roles: {legal: {deputies: [irina, sam]}}")


def test_a_step_that_opens_during_an_absence_goes_to_the_deputy() -> None:
    """Who is away is not asked: the first deputy present is, on the holder's behalf."""
    desk = Desk(BOOK, absences=[away("oleg", "2026-11-23", "2026-11-27")]).open(at="2026-11-23T15:00Z")
    part = desk.part("irina")
    assert (part.via, part.on_behalf_of, part.reason) == (Via.DEPUTY, "oleg", "away")


def test_a_waiting_step_moves_at_the_first_missed_opening() -> None:
    """Oleg is away from Tuesday on: on Tuesday at 07:00 the rest of his time is Irina's."""
    desk = Desk(BOOK, absences=[away("oleg", "2026-11-24", "2026-11-27")]).open(at="2026-11-23T15:00Z")
    assert desk.owners == ["oleg"]
    desk.until("2026-11-24T07:00Z")
    assert (desk.owners, desk.when(e.Reassigned)) == (["irina"], [z("2026-11-24T07:00Z")])
    assert desk.part("irina").due_at == z("2026-11-24T14:00Z")  # one of eight hours was Monday's


def test_days_off_at_the_start_of_an_absence_move_nothing() -> None:
    """An absence from Saturday on is felt on Monday morning."""
    desk = Desk(BOOK, absences=[away("oleg", "2026-11-28", "2026-12-04")]).open(at="2026-11-27T15:00Z")
    desk.until("2026-11-30T06:59Z")
    assert desk.owners == ["oleg"]
    assert desk.until("2026-11-30T07:00Z").owners == ["irina"]


def test_deputies_chain() -> None:
    """With the first deputy away as well, the second has the step, in New York's time."""
    absences = [away("oleg", "2026-11-24", "2026-11-27"), away("irina", "2026-11-23", "2026-11-25")]
    desk = Desk(BOOK, absences=absences).open(at="2026-11-23T15:00Z").until("2026-11-24T07:00Z")
    assert desk.owners == ["sam"]
    assert desk.part("sam").due_at == z("2026-11-24T21:00Z")


def test_a_deputy_who_leaves_passes_it_along() -> None:
    """The step moves again when the one who has it goes away, and back to the holder if he is there."""
    absences = [away("oleg", "2026-11-24", "2026-11-24"), away("irina", "2026-11-25", "2026-11-25")]
    book = variant("{review: legal, within: 20h}", DECIDE)
    desk = Desk(book, absences=absences).open(at="2026-11-23T15:00Z")
    assert desk.until("2026-11-24T07:00Z").owners == ["irina"]
    assert desk.until("2026-11-25T07:00Z").owners == ["oleg"]


def test_everybody_away_is_a_gap() -> None:
    """With the holder and all deputies away the coordinator must find somebody."""
    absences = [away(person, "2026-11-23", "2026-11-25") for person in ("oleg", "irina", "sam")]
    desk = Desk(BOOK, absences=absences).open(at="2026-11-23T15:00Z")
    assert (desk.owners, desk.part("katya").via) == (["katya"], Via.GAP)


def test_the_owner_is_left_alone() -> None:
    """Who is away is told nothing while the step is with somebody else; their card follows it."""
    desk = Desk(BOOK, absences=[away("oleg", "2026-11-24", "2026-11-27")]).open(at="2026-11-23T15:00Z")
    told = [tell for tell in desk.until("2026-12-01T00:00Z").tells if tell.person == "oleg"]
    assert [tell for tell in told if tell.at >= z("2026-11-23T21:00Z")] == []


def test_what_can_wait_waits_for_the_return() -> None:
    """Jordan is away until Wednesday: the result comes when she is back."""
    desk = Desk(variant(DECIDE), absences=[away("jordan", "2026-11-23", "2026-11-24")]).open(at="2026-11-23T15:00Z")
    desk.does("marina", "yes", at="2026-11-23T15:30Z")
    assert desk.heard("jordan", "notice.approved") == [z("2026-11-25T14:00Z")]


def test_an_absence_told_late_moves_the_step_at_once() -> None:
    """Opened to Oleg before anybody knew: what he has had since is not moved to a moment in the past."""
    desk = Desk(BOOK).open(at="2026-11-24T08:00Z")
    desk.team = replace(desk.team, absences=(away("oleg", "2026-11-24", "2026-11-27"),))
    desk.wakes(z("2026-11-24T08:30Z"))
    assert desk.owners == ["irina"]
    assert desk.part("irina").since == z("2026-11-24T08:00Z")


def test_nobody_else_to_take_it_moves_nothing() -> None:
    """With everybody away, even the coordinator, the gap stays where it is and is not handed round."""
    people = ("oleg", "irina", "sam", "katya", "priya", "marina")
    desk = Desk(BOOK, absences=[away(person, "2026-11-23", "2026-11-30") for person in people]).open(at="2026-11-23T15:00Z")
    assert (desk.owners, desk.happened(e.Reassigned)) == (["katya"], [])
    assert desk.until("2026-12-01T12:00Z").happened(e.Reassigned) == []


def test_a_bot_that_was_down_moves_the_step_as_if_it_had_not_been() -> None:
    """The deputy's clock counts from the missed opening, and an absence of the deputy in between is seen as well."""
    absences = [away("oleg", "2026-11-24", "2026-11-27"), away("irina", "2026-11-25", "2026-11-27")]
    book = variant("{review: legal, within: 20h}", DECIDE, edits="roles: {legal: {deputies: [irina, sam]}}")
    asleep = Desk(book, absences=absences).open(at="2026-11-23T15:00Z")
    awake = Desk(book, absences=absences).open(at="2026-11-23T15:00Z").until("2026-11-25T12:00Z")
    asleep.wakes(z("2026-11-25T12:00Z"))
    assert asleep.owners == awake.owners == ["sam"]
    assert asleep.part("sam").due_at == awake.part("sam").due_at


def test_an_absence_that_is_over_changes_nothing() -> None:
    """Past absences and those of other people leave the step where it is."""
    absences = [away("oleg", "2026-11-16", "2026-11-20"), away("anna", "2026-11-24", "2026-11-27")]
    desk = Desk(BOOK, absences=absences).open(at="2026-11-23T15:00Z").until("2026-11-24T12:00Z")
    assert desk.owners == ["oleg"]
