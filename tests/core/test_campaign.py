"""The joint launch gate: what each side is told about the other's track."""

from __future__ import annotations

from bot.core.campaign import is_open, missing, tracks
from bot.core.request.model import Status
from tests.core.request.desk import Desk, z

NEEDED = z("2026-11-24T01:00Z")


def deviation(at: str = "2026-11-23T17:00Z") -> Desk:
    """Opened when Moscow has gone home: New York may decide."""
    return Desk().open("brand_deviation", "US", at=at, needed_by=NEEDED, campaign="C-1")


def test_a_track_names_everybody_who_may_decide_it() -> None:
    """After the hand-over both: whoever is awake, and the owner."""
    desk = deviation()
    [track] = tracks([desk.state])
    assert (track.waits_for, track.status, is_open([track])) == (("priya", "anna"), Status.OPEN, False)


def test_a_provisional_approval_opens_the_gate() -> None:
    """That is what it is for; the other side reads that it is provisional."""
    desk = deviation()
    desk.does("priya", "yes", at="2026-11-23T18:00Z")
    [track] = tracks([desk.state])
    assert (track.provisional, track.waits_for, is_open([track]), missing([track])) == (True, (), True, ())


def test_a_provisional_rejection_is_a_rejection() -> None:
    """Nobody may read it as approved while it waits for its check."""
    desk = deviation()
    desk.does("priya", "reject", at="2026-11-23T18:00Z", text="Not with this wall")
    [track] = tracks([desk.state])
    assert (track.status, track.provisional, is_open([track])) == (Status.REJECTED, False, False)


def test_what_is_being_changed_waits_for_its_requester() -> None:
    """The other side sees that it is with Jordan, not with Moscow."""
    desk = Desk().open("contract", "US", at="2026-11-23T10:00Z", campaign="C-1")
    desk.does("katya", "send_back", "Clause 4", at="2026-11-23T10:30Z")
    [track] = tracks([desk.state])
    assert (track.status, track.waits_for) == (Status.RETURNED, ("jordan",))


def test_without_tracks_there_is_no_gate() -> None:
    """An empty campaign never opens."""
    assert not is_open(())
