"""Who loses a role loses at once what they have in it; what a new version adds does not reach back (rule 22's versions)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.core.people import Via
from bot.core.playbook import Loaded
from bot.core.request.effects import Refusal, Refused
from bot.core.request.model import Assignment, RequestId
from bot.core.request.table import Action
from bot.service import Done
from tests.core.playbook.brands import edited, loaded
from tests.office import Office, office

LEAD = 'ru: "Руководитель рынка, Москва"}}\n    market: RU\n    holder: {}\n    deputies: [{}]'


def lead(holder: str, *deputies: str) -> Loaded:
    """Brand A with other people in one role."""
    return loaded(edited(LEAD.format("pavel", "anna"), LEAD.format(holder, ", ".join(deputies))))


@pytest.fixture
async def at_work(tmp_path: Path) -> AsyncIterator[Office]:
    async with office(tmp_path) as found:
        yield found


async def agrees(at_work: Office, book: Loaded) -> None:
    assert book.playbook is not None, book.faults
    await at_work.service.agree_elsewhere(book.playbook, book.data, book.digest)


async def part(at_work: Office, request: RequestId) -> Assignment:
    (found,) = (await at_work.state(request)).steps[0].waiting
    return found


async def test_what_waits_for_somebody_who_has_left_moves_at_once(at_work: Office) -> None:
    """Not at the next opening: as soon as the new version is in force, every request of theirs and no other."""
    requests, other = [await at_work.opens() for _ in range(3)], await at_work.opens("jordan", market="US")
    nudges = len(at_work.nudges)
    await agrees(at_work, lead("irina", "anna"))
    assert len(at_work.nudges) == nudges + 1
    await at_work.service.wake_due()
    for request in requests:
        found = await part(at_work, request)
        # The version a request was opened under names the deputy; whom the new one names is for new requests.
        assert (found.person, found.via, found.reason) == ("anna", Via.DEPUTY, "left")
    assert (await part(at_work, other)).person == "priya"
    assert (await part(at_work, await at_work.opens())).person == "irina"


async def test_their_tap_is_refused(at_work: Office) -> None:
    """Also in the moment before anything has moved."""
    request = await at_work.opens()
    await agrees(at_work, lead("irina", "anna"))
    outcome = await at_work.says("pavel", Action.YES, request)
    assert isinstance(outcome, Refused)
    assert outcome.reason is Refusal.NOT_YOURS
    assert isinstance(await at_work.says("anna", Action.YES, request), Done)


async def test_nobody_left_is_a_gap(at_work: Office) -> None:
    """Holder and deputy have gone: the coordinator has to find somebody."""
    request = await at_work.opens()
    await agrees(at_work, lead("irina", "oleg"))
    await at_work.service.wake_due()
    assert ((await part(at_work, request)).person, (await part(at_work, request)).via) == ("katya", Via.GAP)


async def test_what_is_added_does_not_reach_back(at_work: Office) -> None:
    """A new deputy, a new holder beside the old one's role: an open request knows only its own version."""
    request = await at_work.opens()
    await agrees(at_work, lead("pavel", "anna", "irina"))
    await at_work.service.wake_due()
    assert (await part(at_work, request)).person == "pavel"
    assert isinstance(await at_work.says("irina", Action.YES, request), Refused)
    assert isinstance(await at_work.says("pavel", Action.YES, request), Done)


async def test_a_role_that_changes_places_keeps_its_people(at_work: Office) -> None:
    """Holder and deputy swapped: neither has lost the role, nothing moves."""
    request = await at_work.opens()
    await agrees(at_work, lead("anna", "pavel"))
    await at_work.service.wake_due()
    assert (await part(at_work, request)).person == "pavel"


async def test_the_same_version_again_wakes_nothing_new(at_work: Office) -> None:
    """Agreed a second time it is the same version; the requests stay as they are."""
    request = await at_work.opens()
    await agrees(at_work, lead("irina", "anna"))
    await at_work.service.wake_due()
    before = await at_work.state(request)
    await agrees(at_work, lead("irina", "anna"))
    await at_work.service.wake_due()
    assert await at_work.state(request) == before


async def test_the_cards_follow_and_the_morning_list_too(at_work: Office) -> None:
    """The one who has left sees it on the card, the new one gets a card, and tomorrow's list is the new one's."""
    for _ in range(2):
        await at_work.opens()
    await at_work.settles()
    await agrees(at_work, lead("irina", "anna"))
    await at_work.settles()
    assert len(at_work.post.to("pavel", "edit")) == len(at_work.post.to("anna", "post")) == 2
    assert "digest:anna" in at_work.jobs("digest:")
