"""The loops that do what is due, side by side: moments, and messages. The table is the truth; waking up is only a hint."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

from bot.hooks import Hooks
from bot.outbox import Outbox
from bot.service import Service

log = structlog.get_logger("soglas.worker")
_TICK_SECONDS = 1.0
_STUCK_SECONDS = 30.0
_PAUSE_AFTER_ERROR = 2.0


class Worker:
    """Sweeps the job table whenever it is nudged, and every second anyway: a clock that jumped is noticed by the next tick.

    Messages may have to wait for their messengers' limits; moments never wait for messages.
    """

    def __init__(self, service: Service, outbox: Outbox, hooks: Hooks | None = None) -> None:
        self._service, self._outbox, self._hooks = service, outbox, hooks
        self._nudged = {name: asyncio.Event() for name in ("moments", "messages", "hooks")}
        self._stopped = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._swept_at: float | None = None

    @property
    def is_sweeping(self) -> bool:
        """Whether moments were looked for a moment ago."""
        if self._swept_at is None:
            return False
        return asyncio.get_running_loop().time() - self._swept_at < _STUCK_SECONDS

    def nudge(self) -> None:
        """Something was committed that may be due at once."""
        for nudged in self._nudged.values():
            nudged.set()
        self._outbox.nudge()

    async def settle(self) -> None:
        """Does everything that is due now, and what that brings, until nothing is left or the worker is to stop."""
        while await self._service.wake_due() + await self._outbox.send_due() and not self._stopped.is_set():
            pass

    def start(self) -> None:
        self._stopped.clear()
        self._outbox.start()
        loops: dict[str, Callable[[], Awaitable[int]]] = {"moments": self._wake, "messages": self._outbox.send_due}
        if self._hooks:
            loops["hooks"] = self._hooks.tell_due
        self._tasks = [asyncio.create_task(self._run(name, work), name=f"soglas-{name}") for name, work in loops.items()]

    async def stop(self) -> None:
        """Ends within seconds: moments after the sweep they are in, messages after what is under way. What is left is in the
        table, free for another process."""
        # Asked, not cancelled: a cancellation could hit a send, and Python 3.11's wait_for can swallow it.
        self._stopped.set()
        self.nudge()
        if self._tasks:
            await self._outbox.stop()
            await asyncio.gather(*self._tasks)

    async def _wake(self) -> int:
        woken = 0
        while now := await self._service.wake_due():
            woken += now
            if self._stopped.is_set():
                break
        self._swept_at = asyncio.get_running_loop().time()
        return woken

    async def _run(self, name: str, work: Callable[[], Awaitable[int]]) -> None:
        while not self._stopped.is_set():
            await _either(self._nudged[name], _TICK_SECONDS)
            self._nudged[name].clear()
            if self._stopped.is_set():
                return
            try:
                await work()
            except Exception:
                # A loop that dies silently would let every deadline pass: say so and go on.
                log.exception("sweep_failed", of=name)
                await _either(self._stopped, _PAUSE_AFTER_ERROR)


async def _either(event: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
