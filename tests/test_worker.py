"""The loop that does what is due: it hears a nudge, survives errors, and stops without breaking anything off."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot import worker as worker_module
from bot.core.request.table import Action
from bot.outbox import Outbox
from bot.ports import Gone, Messenger, NotAccepted, TryLater, Unclear, Unreachable
from bot.service import Service
from bot.worker import Worker
from tests.office import Office, office


@pytest.fixture
async def at_work(tmp_path: Path) -> AsyncIterator[Office]:
    async with office(tmp_path) as found:
        yield found


@pytest.fixture
async def worker(at_work: Office) -> AsyncIterator[Worker]:
    worker = Worker(at_work.service, at_work.outbox)
    yield worker
    at_work.post.open.set()
    await asyncio.wait_for(worker.stop(), 5)


async def until(so: Callable[[], bool], seconds: float = 5) -> None:
    end = time.monotonic() + seconds
    while not so():
        assert time.monotonic() < end, "it did not happen in time"
        await asyncio.sleep(0.002)


async def test_a_nudge_sends_at_once(at_work: Office, worker: Worker) -> None:
    """What was just decided does not wait for the next tick."""
    worker.start()
    await asyncio.sleep(0.05)
    await at_work.opens()
    begun = time.monotonic()
    worker.nudge()
    await until(lambda: len(at_work.post.sheet) == 2)
    assert time.monotonic() - begun < 0.5


async def test_without_a_nudge_the_next_tick_finds_it(at_work: Office, worker: Worker) -> None:
    """Another process's decisions, and a clock that jumped, are found within seconds."""
    worker.start()
    await asyncio.sleep(0.05)
    await at_work.opens()
    await until(lambda: len(at_work.post.sheet) == 2, 3)
    at_work.clock.set(at_work.clock.now() + timedelta(days=1))
    await until(lambda: len(at_work.post.to("pavel", "tell")) == 1, 3)


async def test_settling_does_what_doing_brings(at_work: Office, worker: Worker) -> None:
    """A moment that is due brings messages: they are sent in the same go."""
    await at_work.opens()
    at_work.clock.set(at_work.clock.now() + timedelta(hours=20))
    await worker.settle()
    assert [sent.method for sent in at_work.post.to("pavel")] == ["post", "tell"]


@pytest.mark.parametrize("error", [Gone, Unreachable, NotAccepted, Unclear, ValueError, lambda: TryLater(0, "429")])
@pytest.mark.parametrize("method", ["post", "edit", "tell", "attach"])
async def test_settling_ends_whatever_fails(at_work: Office, worker: Worker, error: Callable[[], Exception], method: str) -> None:
    """A messenger that always fails is not asked for ever."""
    request = await at_work.opens(text="a" * 100)
    for person in ("sveta", "pavel", "katya", "marina"):
        at_work.post.fails(method, person, *(error() for _ in range(1000)))
    await asyncio.wait_for(worker.settle(), 5)
    await at_work.says("pavel", Action.REJECT, request, "No budget")
    await asyncio.wait_for(worker.settle(), 5)
    assert len(at_work.post.tried) < 50


async def test_stopping_never_breaks_off_a_send(at_work: Office, worker: Worker) -> None:
    """Stop waits until what is under way was sent and noted; the same card is not sent again after the restart."""
    await at_work.opens()
    at_work.post.open.clear()
    worker.start()
    worker.nudge()
    await until(lambda: len(at_work.post.tried) == 2)
    stopping = asyncio.create_task(worker.stop())
    await asyncio.sleep(0.05)
    assert not stopping.done()
    at_work.post.open.set()
    await asyncio.wait_for(stopping, 5)
    worker.start()
    await asyncio.wait_for(worker.stop(), 5)
    assert len(at_work.post.sheet) == 2


async def test_stopping_does_not_wait_for_the_table_to_be_empty(at_work: Office, worker: Worker) -> None:
    """It finishes the sweep it is in; the rest is in the table, for the next start."""
    for _ in range(120):
        await at_work.opens()
    at_work.post.open.clear()
    worker.start()
    worker.nudge()
    await until(lambda: bool(at_work.post.tried))
    stopping = asyncio.create_task(worker.stop())
    await asyncio.sleep(0)
    at_work.post.open.set()
    await asyncio.wait_for(stopping, 5)
    assert 0 < len(at_work.post.sheet) < 240
    assert await at_work.left() > 120


@pytest.mark.parametrize("turns", range(8))
async def test_a_nudge_at_the_moment_of_stopping_does_not_undo_it(worker: Worker, turns: int) -> None:
    """Nudge and stop together, a few turns of the loop apart: it stops."""
    worker.start()
    await asyncio.sleep(0.01)
    worker.nudge()
    for _ in range(turns):
        await asyncio.sleep(0)
    await asyncio.wait_for(worker.stop(), 3)


async def test_a_worker_that_never_started_stops(worker: Worker) -> None:
    """Nothing to wait for."""
    await asyncio.wait_for(worker.stop(), 1)


async def test_an_error_in_a_sweep_does_not_end_the_loop(
    tmp_path: Path, at_work: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database is closed under it: said, waited, tried again, and it still stops when asked."""
    monkeypatch.setattr(worker_module, "_PAUSE_AFTER_ERROR", 0.01)
    async with office(tmp_path) as other:
        service = Service(other.store, other.clock)
        messengers: dict[str, Messenger] = {"post": other.post}
        worker = Worker(service, Outbox(other.store, other.clock, messengers))
        await other.store.close()
        worker.start()
        worker.nudge()
        await asyncio.sleep(0.1)
        assert {task.get_name() for task in asyncio.all_tasks()} >= {"soglas-moments", "soglas-messages"}
        await asyncio.wait_for(worker.stop(), 1)


async def test_the_loop_goes_on_when_the_error_has_passed(
    at_work: Office, worker: Worker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table that is missing for a while: everything is sent once it is there again."""
    monkeypatch.setattr(worker_module, "_PAUSE_AFTER_ERROR", 0.01)
    await at_work.opens()
    _run_sql(tmp_path, "ALTER TABLE job RENAME TO elsewhere")
    worker.start()
    worker.nudge()
    await asyncio.sleep(0.1)
    assert at_work.post.sheet == []
    _run_sql(tmp_path, "ALTER TABLE elsewhere RENAME TO job")
    await until(lambda: len(at_work.post.sheet) == 2)


def _run_sql(folder: Path, sql: str) -> None:
    connection = sqlite3.connect(folder / "office.db")
    connection.execute(sql)
    connection.commit()
    connection.close()
