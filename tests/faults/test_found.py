"""What the schedules have found, each as small as it can be told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.request.commands import Do, Note
from bot.core.request.table import Action
from bot.ports import TryLater, Unclear
from bot.service import Done
from tests.office import Office, office

SECOND = timedelta(seconds=1)
MUST = (Note("Clause 4 is missing"),)


@pytest.fixture
async def at_work(tmp_path: Path) -> AsyncIterator[Office]:
    async with office(tmp_path) as found:
        yield found


async def test_a_card_whose_edit_was_lost_sight_of_is_edited_back(at_work: Office) -> None:
    """An edit arrived, its answer was lost, and then the card returns to what it was before: the card shows it again."""
    request = await at_work.opens()
    await at_work.settles()
    (posted,) = at_work.post.to("pavel", "post")
    at_work.post.lost["edit", "x-pavel"].append(Unclear("the answer was lost"))
    await at_work.service.do(request, Do(Action.SEND_BACK, "pavel", remarks=MUST))
    await at_work.settles()
    assert at_work.post.to("pavel", "edit")[-1].text != posted.text
    taken_back = await at_work.service.do(request, Do(Action.TAKE_BACK, "pavel"))
    assert isinstance(taken_back, Done)
    await at_work.reaches(at_work.clock.now() + 70 * SECOND)
    assert at_work.post.to("pavel", "edit")[-1].text == posted.text


async def test_a_step_that_comes_back_brings_the_card_that_was_not_sent_meanwhile(at_work: Office) -> None:
    """A first card that is late, and not needed for a moment, is sent when the decision between is taken back."""
    at_work.post.fails("post", "anna", TryLater(30, "429"))
    request = await at_work.opens("jordan", "draft_content", "US")
    await at_work.settles()
    await at_work.service.do(request, Do(Action.SEND_BACK, "priya", remarks=MUST))
    await at_work.reaches(at_work.clock.now() + 31 * SECOND)
    assert not at_work.post.to("anna", "post")
    assert isinstance(await at_work.service.do(request, Do(Action.TAKE_BACK, "priya")), Done)
    await at_work.reaches(at_work.clock.now() + 5 * SECOND)
    state = await at_work.state(request)
    assert "anna" in {part.person for step in state.open_steps for part in step.waiting}
    assert at_work.post.to("anna", "post")


async def test_a_bridge_who_is_asked_again_gets_the_card_that_was_not_sent_meanwhile(at_work: Office) -> None:
    """A decision ends a request with a question to the bridge open: taken back, the bridge's first card comes after all."""
    at_work.post.fails("post", "katya", TryLater(30, "429"))
    request = await at_work.opens("jordan", market="US")
    await at_work.says("priya", Action.ASK_BRIDGE, request, "How do they say it there?")
    await at_work.settles()
    assert isinstance(await at_work.says("priya", Action.YES, request), Done)
    await at_work.reaches(at_work.clock.now() + 31 * SECOND)
    assert not at_work.post.to("katya", "post")
    assert isinstance(await at_work.says("priya", Action.TAKE_BACK, request), Done)
    await at_work.reaches(at_work.clock.now() + timedelta(days=1))
    assert at_work.post.to("katya", "post")


async def test_a_first_card_that_was_drawn_before_a_decision_is_drawn_again(at_work: Office) -> None:
    """While a first card is on its way the request is decided: the card follows, although it did not stand yet."""
    request = await at_work.opens()
    at_work.post.open.clear()
    sending = asyncio.create_task(at_work.outbox.send_due())
    async with asyncio.timeout(5):
        while ("post", "x-sveta") not in at_work.post.tried:
            await asyncio.sleep(0.001)
    assert isinstance(await at_work.says("pavel", Action.YES, request), Done)
    at_work.post.open.set()
    await sending
    await at_work.settles()
    (posted,) = at_work.post.to("sveta", "post")
    assert at_work.post.to("sveta", "edit")[-1].text != posted.text


async def test_taking_back_undoes_one_decision_also_when_two_were_made_in_the_same_instant(at_work: Office) -> None:
    """Whoever decides two steps in a row within one tick of the clock takes back the second alone."""
    request = await at_work.opens(kind="concept")
    assert isinstance(await at_work.says("pavel", Action.YES, request), Done)
    await at_work.service.do(request, Do(Action.SEND_BACK, "pavel", remarks=MUST))
    assert isinstance(await at_work.says("pavel", Action.TAKE_BACK, request), Done)
    state = await at_work.state(request)
    assert [step.number for step in state.open_steps if not step.waiting] == []
    assert [step.number for step in state.open_steps] == [1]
