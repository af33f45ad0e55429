"""Whether this process can do its work now: the database, its schema, the clock, and every part that says so of itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from bot.ports import Clock, Store, Transaction

log = structlog.get_logger("soglas.readiness")
_PATIENCE = 3.0  # seconds to wait for the database
_TRUSTED = 2.0  # seconds for which the database's answer counts: whoever asks must not be able to keep it busy
_MOST_APART = timedelta(seconds=5)


class Connected(Protocol):
    """A messenger's connection, as far as readiness needs it."""

    @property
    def connected(self) -> bool:
        """Whether what people do there arrives here now: a poll or a socket stands, or deliveries come over HTTP."""
        ...


class Readiness:
    """Says what is not ready, by names that tell nothing else.

    ``parts`` are named questions that are answered at once: is the messenger connected, was the last sweep a moment ago,
    does the clock go evenly. A process has only the parts of its role.
    """

    def __init__(self, store: Store, clock: Clock, parts: Mapping[str, Callable[[], bool]] | None = None) -> None:
        self._store, self._clock = store, clock
        self._parts = dict(parts or {})
        self._schema = ""
        self._asked_at: float | None = None
        self._missing: tuple[str, ...] = ()
        self._asking = asyncio.Lock()

    def parts(self) -> dict[str, bool]:
        """What can be said without asking the database; a part that fails to answer is not ready."""
        return {name: _holds(name, is_ready) for name, is_ready in self._parts.items()}

    async def missing(self) -> tuple[str, ...]:
        """The names of everything that is not ready."""
        of_database = await self._of_database()
        return (*of_database, *(name for name, is_ready in self.parts().items() if not is_ready))

    async def _of_database(self) -> tuple[str, ...]:
        async with self._asking:
            now = asyncio.get_running_loop().time()
            if self._asked_at is None or now - self._asked_at >= _TRUSTED:
                self._missing = await self._asked()
                self._asked_at = asyncio.get_running_loop().time()
            return self._missing

    async def _asked(self) -> tuple[str, ...]:
        try:
            schema, theirs = await asyncio.wait_for(self._store.read(_look), _PATIENCE)
        except Exception as error:
            log.warning("database_not_ready", error=type(error).__name__)
            return ("database",)
        # The process has started on a schema it knows. A later one is a newer version being rolled out beside it, an
        # earlier one is a database that was put back.
        self._schema = self._schema or schema
        missing = () if schema >= self._schema else ("schema",)
        apart = abs(theirs - self._clock.now()) if theirs else timedelta(0)
        return (*missing, *(("clock",) if apart > _MOST_APART else ()))


def _look(tx: Transaction) -> tuple[str, datetime | None]:
    return tx.schema(), tx.database_clock()


def _holds(name: str, is_ready: Callable[[], bool]) -> bool:
    try:
        return is_ready()
    except Exception as error:
        log.warning("part_not_ready", part=name, error=type(error).__name__)
        return False
