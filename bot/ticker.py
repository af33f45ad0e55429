"""The scheduler: nudges the worker every second and does the daily work. Only a ticker: the job table is the truth."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC

from apscheduler.schedulers.asyncio import AsyncIOScheduler

_SECONDS = 1
_DAILY_AT_HOUR_UTC = 3


class Ticker:
    """Calls ``tick`` every second and ``daily`` once a day. A tick that is late or missed is simply the next one."""

    def __init__(self, tick: Callable[[], None], daily: Callable[[], Awaitable[object]]) -> None:
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        kept = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}

        # Coroutines, because plain functions would run in a thread of their own.
        async def nudge() -> None:
            tick()

        async def tidy() -> None:
            await daily()

        self._scheduler.add_job(nudge, "interval", seconds=_SECONDS, id="nudge", **kept)
        self._scheduler.add_job(tidy, "cron", hour=_DAILY_AT_HOUR_UTC, id="daily", **kept)

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
