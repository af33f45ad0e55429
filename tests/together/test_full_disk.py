"""SQLite undoes a whole transaction by itself when the disk is full: nobody may go on writing as if it were open."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from pathlib import Path

from bot.ports import Transaction
from storage.sqlite import SqliteStore
from storage.upgrade import upgrade
from tests.storage.deeds import T0


async def test_a_full_disk_doubles_nothing(tmp_path: Path) -> None:
    """One of a group finds the disk full; the one behind it writes little and is done once or not at all, but not twice."""
    path = tmp_path / "soglas.db"
    upgrade(f"sqlite:///{path}")
    store = SqliteStore(path)
    connection: sqlite3.Connection = store._writer._connection._connection  # type: ignore[attr-defined]
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    go_on, full = threading.Event(), "x" * 1_000_000

    def blocks(_: Transaction) -> None:
        go_on.wait(10)
        connection.execute(f"PRAGMA max_page_count = {pages + 20}")

    # A little room in the pages there are, none for a large text.
    works = [
        lambda tx: tx.note_sent("tell:1", "c", "m", T0),
        lambda tx: tx.save_dialog("telegram", "7", full, T0),
        lambda tx: tx.next_number("A"),
    ]
    first = asyncio.create_task(store.run(blocks))
    await asyncio.sleep(0.05)
    rest = [asyncio.create_task(store.run(work)) for work in works]
    await asyncio.sleep(0.05)
    go_on.set()
    await first
    told = await asyncio.gather(*rest, return_exceptions=True)
    await store.close()
    with sqlite3.connect(path) as reader:
        numbers = reader.execute("SELECT value FROM number WHERE name = 'A'").fetchall()
        sent = reader.execute("SELECT count(*) FROM sent").fetchone()[0]
    assert isinstance(told[1], Exception)
    assert (numbers, sent) == ([(1,)], 1), told
