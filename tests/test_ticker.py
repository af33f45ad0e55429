"""The scheduler nudges, does the daily work, and notices when the clock it plans by jumps."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from apscheduler.triggers.interval import IntervalTrigger

from bot.ports import Update
from bot.service import Service
from bot.ticker import Drift, Ticker
from storage.sqlite import SqliteStore
from tests.ready import empty_database


class _Fixed:
    """A clock that stands still."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        return self._at


async def test_it_nudges_in_the_event_loop_until_it_is_stopped() -> None:
    """A nudge comes about every second, in the loop's own thread, and none after the stop."""
    loop, nudged = asyncio.get_running_loop(), asyncio.Event()

    async def nothing() -> None:
        """There is no daily work in this test."""

    def nudge() -> None:
        assert asyncio.get_running_loop() is loop
        nudged.set()

    ticker = Ticker(nudge, nothing)
    ticker.start()
    await asyncio.wait_for(nudged.wait(), 5)
    ticker.stop()
    nudged.clear()
    await asyncio.sleep(1.3)
    assert not nudged.is_set()


async def test_the_daily_work_forgets_only_what_is_old_and_done(tmp_path: Path) -> None:
    """Handled updates of long ago go; what is not handled stays however old it is."""
    empty_database(tmp_path / "tidy.db")
    now = datetime(2026, 11, 24, 9, tzinfo=UTC)
    long_ago = now - timedelta(days=40)
    store = SqliteStore(tmp_path / "tidy.db")
    service = Service(store, _Fixed(now))
    for name in ("old", "open", "new"):
        await store.run(lambda tx, name=name: tx.receive(Update("telegram", name, "{}", long_ago)))  # type: ignore[misc]
    await store.run(lambda tx: tx.handled("telegram", "old", long_ago))
    await store.run(lambda tx: tx.handled("telegram", "new", now))
    await store.run(lambda tx: tx.save_dialog("telegram", "1", "{}", long_ago))

    await service.tidy()

    assert not await store.read(lambda tx: tx.is_handled("telegram", "old"))
    assert await store.read(lambda tx: tx.is_handled("telegram", "new"))
    assert [update.id for update in await store.read(lambda tx: tx.unhandled("telegram"))] == ["open"]
    assert await store.read(lambda tx: tx.dialog("telegram", "1")) is None
    await store.close()


def test_a_jump_of_the_clock_is_told_from_its_going() -> None:
    """An hour forward, an hour back, a night asleep: each is seen once; going slowly wrong or late looks are no jumps."""
    wall, steady = datetime(2026, 11, 24, 9, tzinfo=UTC), 100.0
    drift, seen = Drift(), []
    for wall_went, time_went in ((0, 0), (1, 1), (3601, 1), (1, 1), (-3599, 1), (1, 1), (28801, 1), (30, 30), (1.5, 1), (7, 5)):
        wall, steady = wall + timedelta(seconds=wall_went), steady + time_went
        seen.append(drift.seen(wall, steady))
    assert seen == [0, 0, 3600, 0, -3600, 0, 28800, 0, 0, 0]


async def test_a_jump_nudges_and_plans_anew() -> None:
    """A clock set back an hour: the worker is nudged at once, the next tick comes in a second and not in an hour, and for
    half a minute the process says of itself that it is not steady."""
    nudged, jumps = asyncio.Event(), list[float]()

    async def nothing() -> None:
        """There is no other work in this test."""

    every = {"audit": (timedelta(minutes=5), nothing)}
    ticker = Ticker(nudged.set, nothing, every, jumped=jumps.append)
    ticker.start()
    loop, now = asyncio.get_running_loop(), datetime.now(UTC)
    try:
        ticker.look(now, loop.time())
        assert ticker.is_steady and not nudged.is_set()
        for job in ticker._scheduler.get_jobs():
            # As it is after the clock was set back: planned by the old time.
            if job.id != "daily":
                later = now + timedelta(hours=1)
                job.modify(trigger=IntervalTrigger(seconds=job.trigger.interval.seconds, start_date=later), next_run_time=later)
        ticker.look(now - timedelta(hours=1), loop.time())
        assert nudged.is_set() and not ticker.is_steady
        assert jumps == [pytest.approx(-3600, abs=1)]
        planned = {job.id: job.next_run_time for job in ticker._scheduler.get_jobs()}
        assert planned["nudge"] - now < timedelta(seconds=3) and planned["audit"] - now < timedelta(minutes=6)
        nudged.clear()
        await asyncio.wait_for(nudged.wait(), 3)
    finally:
        ticker.stop()


async def test_work_that_fails_is_said_and_comes_again(capsys: pytest.CaptureFixture[str]) -> None:
    """One failed audit is no reason to end them."""
    twice = asyncio.Event()
    calls: list[int] = []

    async def fails() -> None:
        calls.append(1)
        if len(calls) == 2:
            twice.set()
        raise OSError("no disk")

    async def nothing() -> None:
        """There is no daily work in this test."""

    ticker = Ticker(lambda: None, nothing, {"audit": (timedelta(seconds=0.05), fails)})
    ticker.start()
    try:
        await asyncio.wait_for(twice.wait(), 5)
    finally:
        ticker.stop()
    assert "work_failed" in capsys.readouterr().out


async def test_the_watch_looks_every_second() -> None:
    """A clock that jumps while the process runs is noticed within seconds, and the watch ends with the ticker."""
    shift, jumped = timedelta(0), asyncio.Event()

    async def nothing() -> None:
        """There is no daily work in this test."""

    ticker = Ticker(lambda: None, nothing, wall=lambda: datetime.now(UTC) + shift, jumped=lambda _: jumped.set())
    ticker.start()
    await asyncio.sleep(0.05)
    shift = timedelta(hours=8)
    await asyncio.wait_for(jumped.wait(), 5)
    ticker.stop()
    await asyncio.sleep(0)
    assert not [task for task in asyncio.all_tasks() if task.get_name() == "soglas-clock-watch" and not task.cancelling()]
