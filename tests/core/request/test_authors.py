"""A creator's own text: their contact looks after it, and may still review it, because it is not her own."""

from __future__ import annotations

from typing import Any

from bot.core.request import Refusal
from bot.core.request.model import Status
from tests.core.request.desk import Desk

OPENED, LATER = "2026-11-23T08:00Z", "2026-11-23T09:00Z"
MIA: dict[str, Any] = {"creator": "Mia Torres", "creator_id": "creator:1"}


def handed_in() -> Desk:
    return Desk().open("draft_content", "RU", by="sveta", at=OPENED, by_creator=True, **MIA)


def owner(desk: Desk) -> str:
    assert desk.state.main_step
    return desk.state.main_step.waiting[0].person


def test_the_contact_reviews_what_a_creator_handed_in() -> None:
    """Sveta looks after it as the requester and has her own review step: nobody acts on their own request, and this is Mia's."""
    assert owner(handed_in()) == "sveta"
    about_mia = Desk().open("draft_content", "RU", by="sveta", at=OPENED, **MIA)
    assert owner(about_mia) == "pavel"


def test_a_creator_hands_in_the_next_text_and_takes_it_away() -> None:
    """Under their own name, and nothing else: no yes, no answers, no confirmation of what was fixed."""
    desk = handed_in()
    desk.does("sveta", "send_back", "Logo first", at=LATER)
    desk.does("creator:1", "resubmit", at="2026-11-23T10:00Z", text="Second text")
    assert (desk.state.round, desk.log[-2].by) == (2, "creator:1")
    for action in ("confirm_fixed", "answer", "say", "evidence"):
        assert desk.why("creator:1", action, at="2026-11-23T10:00Z", text="x") in (Refusal.NOT_YOURS, Refusal.NOT_POSSIBLE)
    assert desk.why("creator:1", "yes", at="2026-11-23T10:00Z") is Refusal.OWN_REQUEST
    desk.does("creator:1", "withdraw", at="2026-11-23T11:00Z")
    assert desk.state.status is Status.WITHDRAWN


def test_another_creator_is_nobody_here() -> None:
    """Neither somebody else's creator nor the one it is about, where it was not handed in by them."""
    assert handed_in().why("creator:2", "withdraw", at=LATER) is Refusal.NOT_YOURS
    about_mia = Desk().open("draft_content", "RU", by="sveta", at=OPENED, **MIA)
    assert about_mia.why("creator:1", "withdraw", at=LATER) is Refusal.NOT_YOURS
