"""What a sender had claimed when it died: the next one sends it, without waiting for leases that nobody keeps any more."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.outbox import Outbox
from bot.ports import Job, Store
from tests.elapsing import ElapsingLoop, InNoTime, elapsed
from tests.test_outbox_pace import Town, town, word

LEASE = timedelta(seconds=60)


class OneOfMany(InNoTime):
    """A store that says it is shared by several processes."""

    is_shared = True


async def left_by_the_dead(it: Town, *jobs: Job) -> list[Job]:
    """What somebody else had claimed a moment ago."""
    await it.puts(*jobs)
    now = it.clock.now()
    return list(await it.store.run(lambda tx: tx.claim(now, now + LEASE, 99, ("card", "tell"), "the dead")))


def of(store: Store, it: Town) -> Outbox:
    return Outbox(store, it.clock, {it.far.name: it.far})


def test_alone_it_sends_them_at_once(tmp_path: Path) -> None:
    """The lock on the file says that nobody else is there: the first look takes all of it in, with its tries."""

    async def run(loop: ElapsingLoop) -> None:
        async with town(tmp_path, loop) as it:
            assert len(await left_by_the_dead(it, word(1, "anna"), word(2, "oleg"))) == 2
            assert await it.outbox.send_due() == 2
            assert max(arrival.at for arrival in it.arrivals()) < 2

    elapsed(run)


@pytest.mark.parametrize(("waits", "sent"), [(19.0, 0), (21.0, 1)])
def test_beside_others_it_lets_their_calls_end(tmp_path: Path, waits: float, sent: int) -> None:
    """The process before may live and only have lost the database for a moment: sent twice is worse than some seconds late."""

    async def run(loop: ElapsingLoop) -> None:
        async with town(tmp_path, loop) as it:
            outbox = of(OneOfMany(it.store, loop), it)
            await left_by_the_dead(it, word(1, "anna"))
            assert await outbox.send_due() == 0
            await asyncio.sleep(waits)
            outbox.nudge()
            assert await outbox.send_due() == sent

    elapsed(run)


def test_what_rests_goes_on_resting(tmp_path: Path) -> None:
    """A message that the messenger wants later is nobody's, and not sent before, whoever sends."""

    async def run(loop: ElapsingLoop) -> None:
        async with town(tmp_path, loop) as it:
            (job,) = await left_by_the_dead(it, word(1, "anna"))
            await it.store.run(lambda tx: tx.postpone_job(job, it.clock.now() + LEASE))
            assert await it.outbox.send_due() == 0

    elapsed(run)


def test_its_own_are_not_freed(tmp_path: Path) -> None:
    """It stops and begins again while a call of its own is still on the way: that message goes out once."""

    async def run(loop: ElapsingLoop) -> None:
        async with town(tmp_path, loop) as it:
            await it.puts(word(1, "anna"))
            now = it.clock.now()
            name = it.outbox._name
            await it.store.run(lambda tx: tx.claim(now, now + LEASE, 99, ("card", "tell"), name))
            assert await it.outbox.send_due() == 0

    elapsed(run)
