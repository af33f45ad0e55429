"""The database of the schedules: the real statements, transaction and group commit on one SQLite connection in memory.

A whole script lies in one SQLite transaction and every commit is a savepoint in it, so a state can be kept, tried further
and taken again at the price of a few pages; the prepared statements stay warm. No threads: a group is written when the
loop comes to it.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from bot.core.playbook.model import Playbook
from bot.ports import NOTHING_SAID, About, Conflict, Transaction
from storage.rows import Row, Value
from storage.sqlite import _STATEMENTS
from storage.transaction import StoredTransaction
from storage.upgrade import upgrade
from storage.writer import Writer, _Operation
from tests.faults.power import Power

T = TypeVar("T")
_CLAIMS = {"claim", "claim_moments"}
_ANY_FREE = "SELECT 1 FROM job WHERE due_at <= :now AND lease_until <= :now AND kind IN (:first, :second, :third) LIMIT 1"
_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table'"


class Disk:
    """One database in memory, and how to come back to a state of it."""

    def __init__(self, schema: bytes) -> None:
        self.connection = sqlite3.connect(":memory:", isolation_level=None, cached_statements=512, check_same_thread=False)
        self.connection.deserialize(schema)
        self.connection.execute("PRAGMA foreign_keys = ON")
        self.connection.execute("BEGIN")
        self._depth = 0
        self._content: tuple[int, int] | None = None
        self.books: dict[str, Playbook] = {}
        self.removed: Row = ()
        # Of a request's events its head speaks, and playbooks are never changed.
        told = {"event", "playbook", "alembic_version"}
        self._names = sorted({str(row[0]) for row in self.rows(_TABLES)} - told)
        self._filled = f"SELECT {', '.join(f'EXISTS (SELECT 1 FROM {name})' for name in self._names)}"

    def rows(self, sql: str, *values: Value) -> list[Row]:
        return self.connection.execute(sql, values).fetchall()

    def settle_in(self, brand: str) -> None:
        """Parses the brand's playbook for all who come."""
        found = StoredTransaction(MemoryDriver(self, writes=False))
        found.in_force(brand)
        self.books, self.removed = found._playbooks, found._removed

    @contextmanager
    def undone(self) -> Iterator[None]:
        """Whatever is written inside was never written."""
        self._depth += 1
        name = f"fork{self._depth}"
        self.connection.execute(f"SAVEPOINT {name}")
        try:
            yield
        finally:
            self.connection.execute(f"ROLLBACK TO {name}")
            self.connection.execute(f"RELEASE {name}")
            self._depth -= 1
            self.taken_back()

    def content(self) -> int:
        """Of everything that is in it, 64 bits: the same in two states of one script only when the rows are the same."""
        changes = self.connection.total_changes
        if self._content is None or self._content[0] != changes:
            filled = [name for name, is_filled in zip(self._names, self.rows(self._filled)[0], strict=True) if is_filled]
            self._content = changes, hash(tuple((name, frozenset(self.rows(f"SELECT * FROM {name}"))) for name in filled))
        return self._content[1]

    def taken_back(self) -> None:
        """What was written is undone, and how often something changed does not tell it."""
        self._content = None


def empty_schema() -> bytes:
    """A database as the migrations make it."""
    with TemporaryDirectory(prefix="soglas-schedules-") as folder:
        path = Path(folder) / "empty.db"
        upgrade(f"sqlite:///{path}")
        connection = sqlite3.connect(path, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode = DELETE")
            return connection.serialize()
        finally:
            connection.close()


class MemoryDriver:
    """The port ``Driver``: the statements that run in production, on the connection in memory."""

    def __init__(self, disk: Disk, *, writes: bool) -> None:
        self._execute, self.writes = disk.connection.execute, writes

    def lock(self, name: str) -> None:
        """One writes at a time."""

    def rows(self, name: str, values: Mapping[str, Value]) -> Sequence[Row]:
        if name in _CLAIMS and not self._execute(_ANY_FREE, values).fetchall():
            # To find nothing is what takes these statements longest.
            return ()
        sql, constants = _STATEMENTS[name]
        return self._execute(sql, {**constants, **values} if constants else values).fetchall()


def transaction_on(disk: Disk, *, writes: bool) -> StoredTransaction:
    """A new transaction, with the playbooks that were parsed before: under one digest there is one text for ever."""
    found = StoredTransaction(MemoryDriver(disk, writes=writes))
    found._playbooks, found._removed = disk.books, disk.removed
    return found


class _Connection:
    """What the writer needs of an engine. The two places at which a write can be cut are before and after its commit."""

    def __init__(self, disk: Disk, power: Power, transaction: StoredTransaction) -> None:
        self._disk, self._power, self._transaction = disk, power, transaction
        self._open = False

    def begin(self, _: Sequence[About]) -> Transaction:
        # What is cut later, but before the commit, leaves the same behind: SQLite takes it back as a whole.
        self._power.at("write")
        self._disk.connection.execute("SAVEPOINT work")
        self._open = True
        self._transaction.begun()
        return self._transaction

    def commit(self) -> None:
        self._power.check()
        self._disk.connection.execute("RELEASE work")
        self._open = False
        self._power.at("written")

    def roll_back(self) -> None:
        self._transaction.forget()
        if self._open:
            self._disk.connection.execute("ROLLBACK TO work")
            self._disk.connection.execute("RELEASE work")
            self._disk.taken_back()
            self._open = False

    def written(self) -> int:
        return self._disk.connection.total_changes

    def is_whole(self) -> bool:
        return self._open

    def close(self) -> None:
        """The disk outlives the process."""


class _Inline(Writer):
    """The real group commit without its thread."""

    def __init__(self, connection: _Connection) -> None:
        self._connection = connection

    # Any: operations of every result type, as in the writer itself
    def group(self, operations: list[_Operation]) -> list[Any]:
        return self._outcomes(self._connection, operations)


class MemoryStore:
    """The port ``Store``: one process's view of the disk."""

    is_shared = False

    def __init__(self, disk: Disk, power: Power) -> None:
        self._power = power
        self._reading = transaction_on(disk, writes=False)
        self._writer = _Inline(_Connection(disk, power, transaction_on(disk, writes=True)))
        self._waiting: list[_Operation] = []

    async def run(self, work: Callable[[Transaction], T], about: About = NOTHING_SAID) -> T:
        self._power.check()
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._waiting.append(_Operation(work, future, loop, about))
        if len(self._waiting) == 1:
            slow = self._power.timing.getrandbits(2) == 0
            loop.call_soon(*((self._later, loop) if slow else (self._flush,)))
        result = await future
        self._power.check()
        return result

    async def read(self, work: Callable[[Transaction], T]) -> T:
        self._power.check()
        await self._power.dawdle()
        self._power.check()
        self._reading.forget()
        return work(self._reading)

    async def leads(self, duty: str) -> bool:
        """It is alone."""
        return True

    async def yields(self, duty: str) -> None:
        """It is alone."""

    def listen(self, woken: Callable[[], None]) -> None:
        """It is alone."""

    async def close(self) -> None:
        """The disk outlives the process."""

    def _later(self, loop: asyncio.AbstractEventLoop) -> None:
        """Now and then the disk is slow, and more come together."""
        loop.call_soon(self._flush)

    def _flush(self) -> None:
        group, self._waiting = self._waiting, []
        outcomes = self._writer.group(group)
        self._power.check()
        for operation, (result, error) in zip(group, outcomes, strict=True):
            operation.settle(result, error)


class Contested(MemoryStore):
    """The same store for whoever tries again: now and then somebody else was faster. ``whole`` is what it is a view of."""

    def __init__(self, whole: MemoryStore, power: Power) -> None:
        self._whole, self._power = whole, power

    async def run(self, work: Callable[[Transaction], T], about: About = NOTHING_SAID) -> T:
        if not self._power.timing.getrandbits(5):
            await self._power.dawdle()
            raise Conflict("somebody else was faster")
        return await self._whole.run(work, about)

    async def read(self, work: Callable[[Transaction], T]) -> T:
        return await self._whole.read(work)
