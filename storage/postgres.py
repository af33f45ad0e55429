"""PostgreSQL: the port ``Store`` for any number of processes on one database.

One thread writes, in groups, as on SQLite; what a group said it would read is read as it begins, and what it only writes is
sent with its commit. Reads have connections of their own. Rows that are read in order to be changed are locked
(``*_to_change``), and what has no row yet by a name (``Driver.lock``); should two groups wait for each other all the same,
the server undoes one and it runs again.

Advisory locks and ``LISTEN`` belong to a connection: a pooler in between must keep one for each client.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import psycopg
from psycopg import Connection

from bot.ports import NOTHING_SAID, About, Broken, SoglasError, Transaction, Unavailable
from storage.postgres_driver import PostgresDriver, connect, told
from storage.postgres_duties import PostgresDuties
from storage.postgres_listener import Listener
from storage.transaction import StoredTransaction
from storage.writer import Writer

T = TypeVar("T")
_READERS = 4


class _WriterConnection:
    """What the writer needs of an engine. A connection that was lost is made again with the next group."""

    def __init__(self, url: str, name: str) -> None:
        self._url, self._name = url, name
        self._open()

    def _open(self) -> None:
        try:
            self._connection = connect(self._url)
        except psycopg.Error as error:
            raise told(error) from None
        self._driver = PostgresDriver(self._connection, writes=True, name=self._name)
        self._transaction = StoredTransaction(self._driver)

    def _is_lost(self) -> bool:
        return self._connection.broken or self._connection.closed

    def begin(self, about: Sequence[About]) -> Transaction:
        if self._is_lost():
            self._open()
        try:
            self._driver.begin(about)
        except Unavailable:
            if not self._is_lost():
                raise
            # Nothing of the group has run yet: a connection that was lost in the meantime costs nobody their tap.
            self._open()
            self._driver.begin(about)
        self._transaction.forget()
        self._transaction.begun()
        return self._transaction

    def commit(self) -> None:
        self._driver.commit()

    def roll_back(self) -> None:
        self._transaction.forget()
        self._driver.roll_back()

    def written(self) -> int:
        return self._driver.written

    def is_whole(self) -> bool:
        return self._driver.is_whole()

    def close(self) -> None:
        self._connection.close()


class PostgresStore:
    """The port ``Store`` on PostgreSQL. ``name`` tells this process from the others."""

    is_shared = True

    def __init__(self, url: str, name: str) -> None:
        self._url = url
        try:
            self._writer = Writer(lambda: _WriterConnection(url, name))
        except SoglasError as error:
            raise Broken(f"the database cannot be used: {error}") from None
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="soglas-reader")
        self._reading = threading.local()
        self._open: set[Connection[tuple[object, ...]]] = set()
        self._duties = PostgresDuties(url)
        self._listener = Listener(url, name)
        self._closed = False

    async def run(self, work: Callable[[Transaction], T], about: About = NOTHING_SAID) -> T:
        return await self._writer.submit(work, about)

    async def read(self, work: Callable[[Transaction], T]) -> T:
        if self._closed:
            raise Broken("the database is closed")
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, work)

    def _read(self, work: Callable[[Transaction], T]) -> T:
        """In this thread's own connection. One that was lost meanwhile is made again, once."""
        driver, transaction = self._reader()
        try:
            driver.begin()
        except Unavailable:
            driver, transaction = self._reader(anew=True)
            driver.begin()
        transaction.forget()
        try:
            return work(transaction)
        finally:
            driver.roll_back()

    def _reader(self, *, anew: bool = False) -> tuple[PostgresDriver, StoredTransaction]:
        found: tuple[PostgresDriver, StoredTransaction] | None = getattr(self._reading, "parts", None)
        if found is None or anew:
            try:
                connection = connect(self._url)
            except psycopg.Error as error:
                raise told(error) from None
            self._open.add(connection)
            driver = PostgresDriver(connection)
            found = self._reading.parts = driver, StoredTransaction(driver)
        return found

    async def leads(self, duty: str) -> bool:
        return not self._closed and await self._duties.lead(duty)

    async def yields(self, duty: str) -> None:
        await self._duties.give_up(duty)

    def listen(self, woken: Callable[[], None]) -> None:
        self._listener.start(woken)

    async def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        await self._listener.stop()
        await self._duties.close()
        await self._writer.close()
        self._readers.shutdown()
        for connection in self._open:
            connection.close()
