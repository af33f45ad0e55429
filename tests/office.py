"""Brand A at work on a real database: store, clock, use cases, outbox, and everybody's account in one messenger."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from adapters.playground.clock import MovableClock
from bot.core.playbook import Loaded
from bot.core.request.commands import Do
from bot.core.request.model import Draft, Request, RequestId
from bot.core.request.table import Action
from bot.outbox import Outbox
from bot.ports import Account, Store
from bot.service import Done, Outcome, Service, UpdateKey
from storage.mapping import from_micros
from storage.opening import open_store
from tests.core.playbook.brands import shipped
from tests.post import Post
from tests.ready import ON_POSTGRESQL, database_url

BRAND = "brand-a"
# A Tuesday on which both offices are open.
START = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)
BOOK = shipped("brand-a.yaml")
FAR = datetime(2030, 1, 1, tzinfo=UTC)


@dataclass
class Office:
    """The parts, and short ways to do what people do."""

    store: Store
    clock: MovableClock
    service: Service
    post: Post
    outbox: Outbox
    path: Path
    url: str
    nudges: list[int] = field(default_factory=list)

    async def opens(self, by: str = "sveta", kind: str = "creator_selection", market: str = "RU", text: str = "") -> RequestId:
        outcome = await self.service.open(BRAND, by, Draft(kind, market, "List for January", text), through="test")
        assert isinstance(outcome, Done), outcome
        return outcome.request.id

    async def needs(self, by: str, kind: str, market: str, needed_by: datetime, title: str = "A bolder claim") -> RequestId:
        """Opens a request with a creator's deadline."""
        outcome = await self.service.open(BRAND, by, Draft(kind, market, title, needed_by=needed_by), through="test")
        assert isinstance(outcome, Done), outcome
        return outcome.request.id

    async def says(self, person: str, action: Action, request: RequestId, words: str = "", update: str = "") -> Outcome:
        key = UpdateKey("post", update) if update else None
        return await self.service.do(request, Do(action, person, text=words), key)

    async def state(self, request: RequestId) -> Request:
        stored = await self.store.read(lambda tx: tx.request(request))
        assert stored is not None
        return stored.request

    async def settles(self) -> None:
        """Everything due now, and what it brings; a sweep that never ends fails the test."""
        for _ in range(100):
            if not await self.service.wake_due() + await self.outbox.send_due():
                return
        raise AssertionError("there is always something left to do")

    async def reaches(self, at: datetime) -> None:
        """Moves the clock, stopping at everything that is due on the way."""
        for _ in range(2000):
            due = await self.store.read(lambda tx: tx.next_due())
            if due is None or due > at:
                break
            self.clock.set(max(due, self.clock.now()))
            await self.settles()
        self.clock.set(at)

    async def left(self) -> int:
        """How many jobs there are, whenever they are due."""
        return await self.store.read(lambda tx: tx.jobs_due(FAR))

    def jobs(self, begin: str = "") -> dict[str, datetime]:
        """The jobs whose key begins so, and when each is due."""
        rows = self.rows("SELECT key, due_at FROM job ORDER BY key")
        return {str(key): from_micros(due) for key, due in rows if str(key).startswith(begin)}

    # Any: whatever is asked of the database behind the bot's back.
    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What the database itself says."""
        if ON_POSTGRESQL:
            with psycopg.connect(self.url) as server:
                found = server.execute(sql.encode())
                return found.fetchall() if found.description else []
        with closing(sqlite3.connect(self.path)) as connection, connection:
            return connection.execute(sql).fetchall()

    def put_state(self, request: RequestId, state: str) -> str:
        """Puts another text in the place of a request's state; gives the one that was there."""
        ((before,),) = self.rows(f"SELECT state FROM request WHERE id = '{request}'")
        self.rows(f"UPDATE request SET state = '{state}' WHERE id = '{request}'")
        return str(before)


async def hired(store: Store, *, without: str = "", loaded: Loaded = BOOK) -> None:
    """Puts the playbook in force and gives everybody an account, except one person."""
    book = loaded.playbook
    assert book is not None, loaded.faults
    await store.run(lambda tx: tx.put_in_force(book, loaded.data, loaded.digest, "elsewhere", START))
    for person in book.people:
        if person != without:
            account = Account("post", "", f"x-{person}", person)
            await store.run(lambda tx, account=account: tx.save_account(account))  # type: ignore[misc]


@asynccontextmanager
async def office(
    folder: Path, *, without: str = "", at: datetime = START, clock: MovableClock | None = None, book: Loaded | None = None
) -> AsyncIterator[Office]:
    """Brand A, or another ``book``, in force and everybody but one person with an account. Opened again on the same
    folder it is another process on the same database; with the same ``clock`` both see the same time."""
    path = folder / "office.db"
    url = database_url(path)
    store, clock, post = open_store(url), clock or MovableClock(at, running=False), Post()
    nudges: list[int] = []
    service = Service(store, clock, lambda: nudges.append(1))
    try:
        await hired(store, without=without, loaded=book or BOOK)
        yield Office(store, clock, service, post, Outbox(store, clock, {post.name: post}), path, url, nudges)
    finally:
        await store.close()
