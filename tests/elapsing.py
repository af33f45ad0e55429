"""An event loop whose time passes by itself as soon as nothing is left to be done at this instant: minutes in a moment.

What is done in other threads (the database) takes no time here, but it is waited for.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any, TypeVar

from bot.ports import NOTHING_SAID, About, Store, Transaction

T = TypeVar("T")
_PATIENCE = 0.2  # real seconds in which a thread should answer


class _Selector(selectors.DefaultSelector):
    """Passes the time instead of waiting for it."""

    def __init__(self) -> None:
        super().__init__()
        self.now, self.outside = 0.0, 0

    # Any: what a file object may be is the base class's own affair.
    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, Any]]:
        if self.outside:
            return super().select(_PATIENCE if timeout is None or timeout > 0 else 0)
        found = super().select(0 if timeout is not None else _PATIENCE)
        if not found and timeout:
            self.now += timeout
        return found


class ElapsingLoop(asyncio.SelectorEventLoop):
    """``time()`` begins at nought and is never late."""

    def __init__(self) -> None:
        self._times = _Selector()
        super().__init__(self._times)

    def time(self) -> float:
        return self._times.now

    async def outside(self, work: Coroutine[object, object, T]) -> T:
        """Waits for work in another thread; no time passes meanwhile."""
        self._times.outside += 1
        try:
            return await work
        finally:
            self._times.outside -= 1


class LoopClock:
    """The port ``Clock``: a day that begins at ``start`` and passes with the loop's time."""

    def __init__(self, loop: ElapsingLoop, start: datetime) -> None:
        self._loop, self._start = loop, start

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._loop.time())


class InNoTime:
    """A store whose work takes none of the loop's time."""

    def __init__(self, store: Store, loop: ElapsingLoop) -> None:
        self._store, self._loop = store, loop

    async def run(self, work: Callable[[Transaction], T], about: About = NOTHING_SAID) -> T:
        return await self._loop.outside(self._run(work, about))

    async def _run(self, work: Callable[[Transaction], T], about: About) -> T:
        return await self._store.run(work, about)

    async def read(self, work: Callable[[Transaction], T]) -> T:
        return await self._loop.outside(self._read(work))

    async def _read(self, work: Callable[[Transaction], T]) -> T:
        return await self._store.read(work)

    async def leads(self, duty: str) -> bool:
        return await self._store.leads(duty)

    async def yields(self, duty: str) -> None:
        await self._store.yields(duty)

    def listen(self, woken: Callable[[], None]) -> None:
        self._store.listen(woken)

    @property
    def is_shared(self) -> bool:
        return self._store.is_shared

    async def close(self) -> None:
        await self._store.close()


def elapsed(work: Callable[[ElapsingLoop], Coroutine[object, object, T]]) -> T:
    """Runs a coroutine in a loop of its own, to its end."""
    loop = ElapsingLoop()
    try:
        return loop.run_until_complete(work(loop))
    finally:
        loop.close()
