"""A large database quickly: one request opened and shown by the bot itself, and then so many copies of its rows."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from adapters.playground.clock import MovableClock
from bot.outbox import Outbox
from bot.service import Done, Service
from storage.mapping import to_micros
from storage.sqlite import SqliteStore
from tests.bench.raw_rows import fresh
from tests.office import BRAND, START, hired
from tests.post import Post
from tests.storage.deeds import opening

# When those that are due together are: the first reminder of what was opened at START.
FIRST_DUE = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
_PEOPLE = 10_000  # among whom the further requests wait: in one person's inbox there is never a million
_MINUTE, _APART = 60_000_000, 10_000  # microseconds
_DELIVERED = '{"callback_query": {}}' * 20
# A million ids in the order of the tables' keys, so that rows are only ever appended.
_NUMBERS = (
    "WITH RECURSIVE one(n) AS (SELECT ?1 UNION ALL SELECT n + 1 FROM one WHERE n < ?2), id AS (SELECT n, {id} AS id FROM one) "
)
_COPIES = {
    "request": "SELECT id.id, brand, status, requested_by, opened_at + n, revision, head,"
    """ replace(state, '"id":"A-1"', '"id":"' || id.id || '"') FROM id, request r WHERE r.id = 'A-1'""",
    "event": "SELECT id.id, number, at, digest, body FROM id, event e WHERE e.request = 'A-1'",
    "waiting": "SELECT {person}, id.id FROM id, waiting w WHERE w.request = 'A-1'",
    "copy": "SELECT id.id, person, messenger, chat, 'm' || id.id || person, fingerprint, overflow, shows"
    " FROM id, copy c WHERE c.request = 'A-1'",
    "job": "SELECT 'wake:' || id.id, kind, id.id, person, {due}, urgent, 0, 0, 0, body, '' FROM id, job j WHERE j.key = 'wake:A-1'",
}


async def _first(path: Path) -> None:
    """One request, its cards sent, as it waits for its owner."""
    store, clock, post = SqliteStore(fresh(path)), MovableClock(START, running=False), Post()
    await hired(store)
    outcome = await Service(store, clock).open(BRAND, "sveta", opening().state.draft, through="bench")
    assert isinstance(outcome, Done), outcome
    await Outbox(store, clock, {post.name: post}).send_due()
    await store.close()


def crowd(path: Path, tapped: int, more: int, together: int = 0) -> Path:
    """A database with ``tapped`` requests A-1, A-2 and so on, each with a delivered tap, and ``more`` further open ones.

    So many of the further ones as ``together`` says fall due at the instant of the first reminder; all others from a minute
    later on, a hundredth of a second apart.
    """
    asyncio.run(_first(path))
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -400000", "temp_store = MEMORY"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("BEGIN")
        ((at,),) = connection.execute("SELECT due_at FROM job WHERE key = 'wake:A-1'").fetchall()
        assert at == to_micros(FIRST_DUE), at
        _copied(connection, "'A-' || n", "person", f"{at} + {_MINUTE}", 2, tapped)
        spread = f"CASE WHEN n <= {together} THEN {at} ELSE {at} + {_MINUTE} + n * {_APART} END"
        _copied(connection, "printf('Z-%08d', n)", f"'p' || (n % {_PEOPLE})", spread, 1, more)
        connection.execute(f"UPDATE job SET due_at = due_at + {_MINUTE} WHERE key = 'wake:A-1'")
        delivered = f"INSERT INTO inbox SELECT 'post', 'tap-' || id, {to_micros(START)}, 0, ?, 0 FROM request WHERE id GLOB 'A-*'"
        connection.execute(delivered, (_DELIVERED,))
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode = WAL")
    # What is written later, in the background, would be measured with the taps.
    with path.open("rb+") as file:
        os.fsync(file.fileno())
    return path


def _copied(connection: sqlite3.Connection, name: str, person: str, due: str, first: int, last: int) -> None:
    if last < first:
        return
    for table, copies in _COPIES.items():
        chosen = copies.format(person=person, due=due)
        connection.execute(f"INSERT INTO {table} {_NUMBERS.format(id=name)} {chosen}", (first, last))
