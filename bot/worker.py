"""The loop that does what is due: moments first, then messages. The table is the truth; waking up is only a hint."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import structlog

from bot.outbox import Outbox
from bot.service import Service

log = structlog.get_logger("soglas.worker")
_TICK_SECONDS = 1.0
_PAUSE_AFTER_ERROR = 2.0


class Worker:
    """Sweeps the job table whenever it is nudged, and every second anyway: a clock that jumped is noticed by the next tick."""

    def __init__(self, service: Service, outbox: Outbox) -> None:
        self._service, self._outbox = service, outbox
        self._nudged, self._stopped = asyncio.Event(), asyncio.Event()
        self._sweeping = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    def nudge(self) -> None:
        """Something was committed that may be due at once."""
        self._nudged.set()

    async def settle(self) -> None:
        """Does everything that is due now, and what that brings, until nothing is left or the worker is to stop."""
        async with self._sweeping:
            while await self._service.wake_due() + await self._outbox.send_due() and not self._stopped.is_set():
                pass

    def start(self) -> None:
        self._stopped.clear()
        self._task = asyncio.create_task(self._run(), name="soglas-worker")

    async def stop(self) -> None:
        """Finishes the sweep that is under way, then ends. What is left is in the table."""
        # Asked, not cancelled: a cancellation could hit a send, and Python 3.11's wait_for can swallow it.
        self._stopped.set()
        self._nudged.set()
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        while not self._stopped.is_set():
            await _either(self._nudged, _TICK_SECONDS)
            self._nudged.clear()
            try:
                await self.settle()
            except Exception:
                # A loop that dies silently would let every deadline pass: say so and go on.
                log.exception("sweep_failed")
                await _either(self._stopped, _PAUSE_AFTER_ERROR)


async def _either(event: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
