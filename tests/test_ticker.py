"""The scheduler nudges, and does the daily work."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.ports import Update
from bot.service import Service
from bot.ticker import Ticker
from storage.sqlite import SqliteStore
from storage.upgrade import upgrade


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
    upgrade(f"sqlite:///{tmp_path / 'tidy.db'}")
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
