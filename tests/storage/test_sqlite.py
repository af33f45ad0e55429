"""What is only true of SQLite: how it is opened, what survives a kill, who may hold the lock."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bot.ports import Broken
from storage.sqlite import SqliteStore, connect
from storage.upgrade import upgrade
from tests.storage.deeds import T0

ROOT = Path(__file__).parents[2]
WRITING = """
import asyncio, sys
from contextlib import closing
from pathlib import Path
from storage.sqlite import SqliteStore

async def write() -> None:
    store = SqliteStore(Path(sys.argv[1]))

    async def one() -> None:
        while True:
            print(await store.run(lambda tx: tx.next_number("A")), flush=True)

    await asyncio.gather(*(one() for _ in range(8)))

asyncio.run(write())
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "soglas.db"
    upgrade(f"sqlite:///{path}")
    return path


def test_every_commit_is_on_the_disk(path: Path) -> None:
    """Write-ahead log, synchronous FULL, and a log that is written back before it grows large."""
    connection = connect(path)
    found = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous", "foreign_keys")]
    assert found == ["wal", 2, 1]
    assert 0 < connection.execute("PRAGMA wal_autocheckpoint").fetchone()[0] <= 16384
    connection.close()


@pytest.mark.parametrize("kill", range(3))
def test_what_was_returned_survives_a_kill(path: Path, kill: int) -> None:
    """``kill -9`` in the middle of writing: every number somebody was given is in the database."""
    command = [sys.executable, "-c", WRITING, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True) as process:
        assert process.stdout is not None
        given = [int(process.stdout.readline()) for _ in range(40 + 37 * kill)]
        os.kill(process.pid, signal.SIGKILL)
        given += [int(line) for line in process.stdout.read().splitlines() if line]
    kept = sqlite3.connect(path).execute("SELECT value FROM number WHERE name = 'A'").fetchone()[0]
    assert len(set(given)) == len(given)
    assert kept >= max(given)


async def test_the_log_stays_small_under_load(path: Path) -> None:
    """The write-ahead log does not grow with the number of commits."""
    store = SqliteStore(path)
    text = "x" * 20_000
    for batch in range(20):
        saved = [store.run(lambda tx, n=n: tx.save_dialog("post", str(n), text, T0)) for n in range(batch * 50, batch * 50 + 50)]  # type: ignore[misc]
        await asyncio.gather(*saved)
    assert path.with_name("soglas.db-wal").stat().st_size < 32 * 1024 * 1024
    await store.close()


async def test_another_process_that_writes_is_waited_for(path: Path) -> None:
    """A lock held for a moment delays a commit; it does not fail it."""
    store, other = SqliteStore(path), connect(path)
    other.execute("BEGIN IMMEDIATE")
    waiting = asyncio.create_task(store.run(lambda tx: tx.next_number("A")))
    await asyncio.sleep(0.2)
    assert not waiting.done()
    other.execute("COMMIT")
    assert await waiting == 1
    other.close()
    await store.close()


@pytest.mark.parametrize("content", [b"no database at all " * 100, b""], ids=["junk", "folder"])
def test_opening_what_is_no_database_is_broken(tmp_path: Path, content: bytes) -> None:
    """A plain sentence that names the file, and nothing left open."""
    path = tmp_path / "soglas.db"
    if content:
        path.write_bytes(content)
    else:
        path.mkdir()
    with pytest.raises(Broken, match=r"soglas\.db"):
        SqliteStore(path)


async def test_the_log_is_copied_while_nobody_waits_for_it(path: Path) -> None:
    """What was committed is in the file itself a moment later, long before a commit would have to copy it."""
    store = SqliteStore(path)
    saved = [store.run(lambda tx, n=n: tx.save_dialog("post", str(n), "x", T0)) for n in range(600)]  # type: ignore[misc]
    await asyncio.gather(*saved)
    try:
        async with asyncio.timeout(10):
            while _in_the_file_alone(path) < 600:
                await asyncio.sleep(0.05)
    finally:
        await store.close()


def _in_the_file_alone(path: Path) -> int:
    """How many of the rows a copy without the log has; it may be one of a file that is just being written."""
    copy = Path(shutil.copy(path, path.with_name("copy.db")))
    try:
        with closing(sqlite3.connect(copy)) as connection:
            return int(connection.execute("SELECT count(*) FROM dialog").fetchone()[0])
    except sqlite3.DatabaseError:
        return 0
