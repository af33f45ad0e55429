"""Two processes on one PostgreSQL database, with brand A at work."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from typing import Any, TypeVar

from adapters.playground.clock import MovableClock
from bot.ports import Store, Transaction
from storage.postgres import PostgresStore

T = TypeVar("T")


class AtOnce:
    """A store whose next work ends only when the other's has got as far, or cannot get any further."""

    is_shared = True

    def __init__(self, store: Store, met: threading.Barrier) -> None:
        self._store, self._met = store, met

    async def run(self, work: Callable[[Transaction], T], *about: Any) -> T:
        tries = count()

        def held(tx: Transaction) -> T:
            found = work(tx)
            if next(tries) == 0:
                # Broken: the other one waits for us. So it should be.
                with suppress(threading.BrokenBarrierError):
                    self._met.wait(3.0)
            return found

        return await self._store.run(held, *about)

    async def read(self, work: Callable[[Transaction], T]) -> T:
        return await self._store.read(work)


@dataclass
class Two:
    url: str
    here: PostgresStore
    there: PostgresStore
    clock: MovableClock

    def at_once(self) -> tuple[AtOnce, AtOnce]:
        met = threading.Barrier(2)
        return AtOnce(self.here, met), AtOnce(self.there, met)


class Beside:
    """A store beside which another process does something: once, as its next work begins or when that has been committed."""

    is_shared = True

    def __init__(self, store: Store) -> None:
        self._store = store
        self._first: Callable[[], Awaitable[object]] | None = None
        self._then: Callable[[], Awaitable[object]] | None = None

    def next_time(self, other: Callable[[], Awaitable[object]], *, after: bool) -> None:
        self._first, self._then = (None, other) if after else (other, None)

    async def run(self, work: Callable[[Transaction], T], *about: Any) -> T:
        first, then = self._first, self._then
        self._first = self._then = None
        if first:
            await first()
        done = await self._store.run(work, *about)
        if then:
            await then()
        return done

    async def read(self, work: Callable[[Transaction], T]) -> T:
        return await self._store.read(work)
