"""What a messenger delivers, written down before it is confirmed, and shared by several processes without doing it twice.

Whoever received an update has it for a while, and longer as long as it is being handled; what a process that died had is
taken by another one. ``kill -9`` costs those who tapped at that moment up to ``LEASE`` on a shared database, nothing on an
embedded one: there the process that starts is alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import structlog

from bot.ports import Clock, Store, Update

log = structlog.get_logger("soglas.deliveries")
LEASE = timedelta(seconds=15)
_KEPT_EVERY = LEASE.total_seconds() / 3
_GIVEN_BACK_WITHIN = 1.0  # seconds: a process that ends does not wait for a database that is away
_ANY_TIME = timedelta(days=365 * 100)


class Deliveries:
    """One messenger's deliveries, in this process."""

    def __init__(self, messenger: str, store: Store, clock: Clock) -> None:
        self._messenger, self._store, self._clock = messenger, store, clock
        # Until when each was taken: by that the database tells ours from what somebody else has taken since.
        self._ours: dict[str, datetime] = {}
        self._keeping: asyncio.Task[None] | None = None

    async def write_down(self, delivered: Sequence[Update]) -> Sequence[Update]:
        """Writes updates down. Gives those that are new, for the caller to handle; each ends with ``handled``."""
        until = self._clock.now() + LEASE
        new = await self._store.run(lambda tx: [one for one in delivered if tx.receive(one, until)])
        self._ours.update((one.id, until) for one in new)
        return new

    async def left_over(self, *, starting: bool = False) -> Sequence[Update]:
        """What was written down and is handled by nobody, for the caller to handle, in the order it came."""
        now = self._clock.now()
        # Whoever starts alone takes what the process before it had without waiting for its lease to end.
        free_by = now + _ANY_TIME if starting and not self._store.is_shared else now
        taken = await self._store.run(lambda tx: tx.take_unhandled(self._messenger, free_by, now + LEASE))
        new = [one for one in taken if one.id not in self._ours]
        self._ours.update((one.id, now + LEASE) for one in taken)
        return new

    async def handled(self, update: str) -> None:
        """Notes that an update was handled. What cannot be noted stays unhandled, and is handled once more later."""
        try:
            await self._store.run(lambda tx: tx.handled(self._messenger, update, self._clock.now()))
        finally:
            self._ours.pop(update, None)

    def start(self, handle: Callable[[Sequence[Update]], Awaitable[None]]) -> None:
        """Keeps what is ours, and hands over what others left behind, until ``stop``. Started again, it simply goes on."""
        if self._keeping is None:
            self._keeping = asyncio.create_task(self._keep(handle), name=f"{self._messenger}-deliveries")

    async def stop(self) -> None:
        """Gives back what is not handled: another process takes it at once."""
        keeping, self._keeping = self._keeping, None
        if keeping:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)
        ours, self._ours = self._ours, {}
        if ours:
            with suppress(Exception):
                async with asyncio.timeout(_GIVEN_BACK_WITHIN):
                    await self._store.run(lambda tx: tx.keep_taken(self._messenger, ours, self._clock.now()))

    async def _keep(self, handle: Callable[[Sequence[Update]], Awaitable[None]]) -> None:
        while True:
            await asyncio.sleep(_KEPT_EVERY)
            try:
                await self._keep_once(handle)
            except Exception as error:
                log.warning("leases_not_kept", messenger=self._messenger, error=type(error).__name__)

    async def _keep_once(self, handle: Callable[[Sequence[Update]], Awaitable[None]]) -> None:
        ours, until = dict(self._ours), self._clock.now() + LEASE
        if ours:
            kept = await self._store.run(lambda tx: tx.keep_taken(self._messenger, ours, until))
            # What was handled meanwhile is not ours any more; what is not kept, somebody else has taken.
            self._ours.update((update, until) for update in kept if update in self._ours)
            for update in (ours.keys() - set(kept)) & self._ours.keys():
                del self._ours[update]
        if left := await self.left_over():
            await handle(left)
