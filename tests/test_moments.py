"""The clock's side of the use cases: reminders and escalations, once, also after a time the bot was down."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.request.events import Escalated, EscalatedAgain, Reminded
from bot.core.request.model import RequestId
from bot.core.request.table import Action
from storage.mapping import load_event
from tests.office import Office, office

LATER = timedelta(days=10)
ONCE = {Reminded: 1, Escalated: 1, EscalatedAgain: 1}
# The second escalation gives people its time from the first one, which came late.
CAUGHT_UP = {Reminded: 1, Escalated: 1}


@pytest.fixture
async def at_work(tmp_path: Path) -> AsyncIterator[Office]:
    async with office(tmp_path) as found:
        yield found


async def moments(at_work: Office, request: RequestId) -> Counter[type]:
    bodies = await at_work.store.read(lambda tx: tx.events(request))
    facts = [load_event(body).fact for body in bodies]
    return Counter(type(fact) for fact in facts if isinstance(fact, tuple(ONCE)))


async def test_moments_come_at_their_time_and_once(at_work: Office) -> None:
    """Nothing before it is due; each reminder and escalation one time, however often the clock is asked."""
    request = await at_work.opens()
    assert await at_work.service.wake_due() == 0
    await at_work.reaches(at_work.clock.now() + LATER)
    for _ in range(3):
        assert await at_work.service.wake_due() == 0
    assert await moments(at_work, request) == ONCE
    assert len(at_work.post.to("pavel", "tell")) == 1


async def test_after_a_time_down_everything_is_caught_up(at_work: Office) -> None:
    """Ten days in one step: what was missed, in one sweep, each once."""
    request = await at_work.opens()
    at_work.clock.set(at_work.clock.now() + LATER)
    assert await at_work.service.wake_due() == 2  # the request, and the morning list of whoever is asked
    assert await moments(at_work, request) == CAUGHT_UP
    assert await at_work.service.wake_due() == 0


async def test_many_moments_at_one_instant(at_work: Office) -> None:
    """More than fit one commit: all of them, none twice."""
    requests = [await at_work.opens() for _ in range(130)]
    at_work.clock.set(at_work.clock.now() + LATER)
    woken = [await at_work.service.wake_due() for _ in range(3)]
    assert woken == [100, 31, 0]  # with one morning list for all of them
    assert all([await moments(at_work, request) == CAUGHT_UP for request in requests])


async def test_a_decided_request_wakes_nobody(at_work: Office) -> None:
    """Its moment goes with the decision."""
    request = await at_work.opens()
    await at_work.says("pavel", Action.YES, request)
    assert at_work.jobs("wake:") == {}
    before = await at_work.state(request)
    at_work.clock.set(at_work.clock.now() + LATER)
    assert await at_work.service.wake_due() == 1  # a morning list, that finds nothing and is not looked at again
    assert await at_work.service.wake_due() == 0
    assert await moments(at_work, request) == {}
    assert await at_work.state(request) == before
    assert at_work.jobs("digest:") == at_work.jobs("tell:digest:") == {}


async def test_a_moment_that_cannot_be_carried_out_holds_up_no_other(at_work: Office) -> None:
    """One damaged record: it is tried again later, the other requests are reminded now."""
    damaged, sound = await at_work.opens(), await at_work.opens()
    whole = at_work.put_state(damaged, "{}")
    at_work.clock.set(at_work.clock.now() + LATER)
    assert await at_work.service.wake_due() == 3  # both, and the morning list that would name both
    assert await moments(at_work, sound) == CAUGHT_UP
    assert await at_work.service.wake_due() == 0
    at_work.put_state(damaged, whole)
    at_work.clock.set(at_work.clock.now() + timedelta(minutes=5))
    assert await at_work.service.wake_due() == 2
    assert await moments(at_work, damaged) == CAUGHT_UP
