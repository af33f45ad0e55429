"""SQLite: how to connect, and everything that is only true here. Other engines get a file like this one."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from sqlalchemy.dialects import sqlite as dialect

from bot.ports import NOTHING_SAID, About, Broken, Transaction
from storage.checkpoints import Checkpoints
from storage.duties import FileDuties
from storage.rows import Row, Value
from storage.statements import Compiled
from storage.transaction import StoredTransaction
from storage.writer import Writer

T = TypeVar("T")
_STATEMENTS = Compiled(dialect.insert, dialect.dialect(paramstyle="named"))
# Written pages before SQLite checkpoints by itself, also beside those in the background: bounds the WAL file at about 16 MiB
# under sustained load.
_CHECKPOINT_PAGES = 4096


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """A connection without implicit transactions: Python's default ones lose updates silently."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
    if read_only:
        connection.execute("PRAGMA query_only = ON")
    return connection


class _Driver:
    def __init__(self, connection: sqlite3.Connection, *, writes: bool = False) -> None:
        self._connection, self.writes = connection, writes

    def lock(self, name: str) -> None:
        """Nothing to do: one writes at a time."""

    def rows(self, name: str, values: Mapping[str, Value]) -> Sequence[Row]:
        sql, constants = _STATEMENTS[name]
        return self._connection.execute(sql, {**constants, **values} if constants else values).fetchall()


class _WriterConnection:
    def __init__(self, path: Path) -> None:
        self._connection = connect(path)
        self._transaction = StoredTransaction(_Driver(self._connection, writes=True))
        self._checkpoints = Checkpoints(lambda: connect(path))
        self._version = 0

    def begin(self, _: Sequence[About]) -> Transaction:
        # Reading is no way to a server and back: there is nothing to gain by reading ahead.
        # IMMEDIATE: take the write lock first, or two processes read the same state and both write.
        self._connection.execute("BEGIN IMMEDIATE")
        # Changes when another connection has committed.
        (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        if version != self._version:
            self._version = version
            self._transaction.forget()
        self._transaction.begun()
        return self._transaction

    def commit(self) -> None:
        self._connection.execute("COMMIT")
        self._checkpoints.committed(self._connection.total_changes)

    def roll_back(self) -> None:
        self._transaction.forget()
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def written(self) -> int:
        return self._connection.total_changes

    def is_whole(self) -> bool:
        return self._connection.in_transaction

    def close(self) -> None:
        self._checkpoints.close()
        self._connection.close()


class SqliteStore:
    """The port ``Store`` on one SQLite file in WAL mode."""

    is_shared = False

    def __init__(self, path: Path) -> None:
        try:
            self._reading = connect(path, read_only=True)
            self._writer = Writer(lambda: _WriterConnection(path))
        except sqlite3.Error as error:
            raise Broken(f"{path}: {error}") from None
        self._reader = StoredTransaction(_Driver(self._reading))
        self._readers = ThreadPoolExecutor(1, thread_name_prefix="soglas-reader")
        self._duties = FileDuties(path)
        self._closed = False

    async def run(self, work: Callable[[Transaction], T], about: About = NOTHING_SAID) -> T:
        return await self._writer.submit(work, about)

    async def read(self, work: Callable[[Transaction], T]) -> T:
        if self._closed:
            raise Broken("the database is closed")
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, work)

    def _read(self, work: Callable[[Transaction], T]) -> T:
        self._reading.execute("BEGIN")
        self._reader.forget()
        try:
            return work(self._reader)
        finally:
            self._reading.execute("ROLLBACK")

    async def leads(self, duty: str) -> bool:
        return not self._closed and self._duties.lead(duty)

    async def yields(self, duty: str) -> None:
        self._duties.give_up(duty)

    def listen(self, woken: Callable[[], None]) -> None:
        """Nobody else to listen to: one process has an embedded database, and it wakes itself."""

    async def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        self._duties.close()
        await self._writer.close()
        self._readers.shutdown()
        self._reading.close()
