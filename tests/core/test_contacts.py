"""Rule 24: who is who for a market's creators and for one request."""

from __future__ import annotations

from bot.core.contacts import contacts
from bot.core.playbook.model import Creators
from tests.core.request.brands import DECIDE, REVIEW, brand_a, variant
from tests.core.request.desk import Desk

MONDAY = "2026-11-23T15:00Z"
LATER = "2026-11-23T15:30Z"


def test_new_yorks_creators() -> None:
    """Main contact and deputy, feedback, and the last word on content and contract."""
    found = contacts(brand_a(), "US")
    assert (found.main, found.deputy) == ("jordan", "sam")
    assert (found.creative_feedback, found.final_content, found.final_contract) == (("priya",), "priya", "marina")
    assert found.this_request is None


def test_moscows_creators() -> None:
    """Feedback comes in the order of the path, each person once, and consults are not part of it."""
    found = contacts(brand_a(), "RU")
    assert (found.main, found.deputy) == ("sveta", "pavel")
    assert (found.creative_feedback, found.final_content, found.final_contract) == (("sveta", "pavel"), "pavel", "marina")


def test_a_vacant_main_contact_is_the_deputy() -> None:
    """The deputy is then the main contact, and is not named a second time as the deputy of themselves."""
    book = variant(edits="roles: {us_creator_relations: {holder: null, deputies: [sam]}}")
    assert (contacts(book, "US").main, contacts(book, "US").deputy) == ("sam", None)
    book = variant(edits="roles: {us_creator_relations: {holder: null, deputies: [sam, priya]}}")
    assert (contacts(book, "US").main, contacts(book, "US").deputy) == ("sam", "priya")


def test_a_playbook_that_names_nobody() -> None:
    """What the playbook does not say is empty, never guessed."""
    found = contacts(brand_a().model_copy(update={"creators": Creators()}), "US")
    assert (found.main, found.deputy, found.creative_feedback, found.final_content) == (None, None, (), None)


def test_who_decides_a_request_now() -> None:
    """The owner of the step it waits for, a deputy included; beside a consult the step that counts."""
    desk = Desk(variant("{consult: brand_manager, within: 4h}", REVIEW, DECIDE)).open(at=MONDAY)
    assert contacts(desk.team.playbook, "US", desk.state).this_request == "oleg"
    desk.does("oleg", "pass_on", at=LATER, to="irina")
    assert contacts(desk.team.playbook, "US", desk.state).this_request == "irina"


def test_who_decided_a_request() -> None:
    """After the end the person whose word it was."""
    desk = Desk(variant(DECIDE)).open(at=MONDAY)
    desk.does("marina", "reject", at=LATER, text="No budget")
    assert contacts(desk.team.playbook, "US", desk.state).this_request == "marina"


def test_nobody_decided_what_was_withdrawn() -> None:
    """The requester who took it back is not shown as its decider."""
    desk = Desk(variant(REVIEW, DECIDE)).open(at=MONDAY)
    desk.does("oleg", "yes", at=LATER)
    desk.does("jordan", "withdraw", at=LATER)
    assert contacts(desk.team.playbook, "US", desk.state).this_request is None
