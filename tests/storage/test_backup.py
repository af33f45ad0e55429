"""Backup and restore, on both engines and from one to the other, while others write."""

from __future__ import annotations

import asyncio
import hashlib
import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from sqlalchemy import text

from bot.core.request.model import Request
from bot.ports import Account, Broken, Copy, Filter, Store, Update
from storage import backup, restore
from storage.mapping import chained
from storage.opening import open_store
from storage.upgrade import open_engine, upgrade
from tests.core.request.brands import brand_a
from tests.storage.deeds import A1, T0, answered, job, opened
from tests.storage.server import database, migrated

LATER = T0 + timedelta(hours=3)
SQLITE, POSTGRES = "sqlite", "postgresql"
WAYS = [(SQLITE, SQLITE), (POSTGRES, POSTGRES), (SQLITE, POSTGRES), (POSTGRES, SQLITE)]


def fresh(engine: str, folder: Path, name: str, *, ready: bool = True) -> str:
    """A database that is up to date, or one in which there is nothing at all."""
    if engine == POSTGRES:
        return database(migrated()) if ready else database()
    url = f"sqlite:///{folder}/{name}.db"
    if ready:
        upgrade(url)
    return url


async def worked(store: Store) -> None:
    """A database with something in every kind of column: texts of all scripts, bytes, leases."""
    await store.run(lambda tx: tx.put_in_force(brand_a(), {"id": "brand-a", "note": "«Да»\n\\"}, "a" * 64, "elsewhere", T0))
    state = await opened(store)
    stored = await store.read(lambda tx: tx.request(A1))
    await store.run(lambda tx: tx.record(stored, answered(state)))
    await store.run(lambda tx: tx.save_file_body("d" * 64, bytes(range(256)) * 100))
    await store.run(lambda tx: tx.save_account(Account("slack", "T1", "U1", "anna", "D1", language="ru")))
    await store.run(lambda tx: tx.save_copy(Copy(A1, "anna", "slack", "D1", "17.1", "drawn")))
    await store.run(lambda tx: tx.put_job(job("tell:1", T0)))
    await store.run(lambda tx: tx.claim(T0, T0 + timedelta(days=1), 10, ("tell",)))
    await store.run(lambda tx: tx.receive(Update("slack", "1", '{"text": "\\u0000"}', T0), T0 + timedelta(days=1)))
    for _ in range(3):
        await store.run(lambda tx: tx.next_number("A"))


def rows(url: str, table: str) -> list[Sequence[object]]:
    engine = open_engine(url)
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(text(f"SELECT * FROM {table} ORDER BY 1, 2"))]
    engine.dispose()
    return found  # type: ignore[return-value]


@pytest.mark.parametrize(("source", "target"), WAYS)
async def test_everything_comes_back(tmp_path: Path, source: str, target: str) -> None:
    """A restored database says the same, on either engine, whichever it was taken from."""
    old, new, file = fresh(source, tmp_path, "old"), fresh(target, tmp_path, "new", ready=False), tmp_path / "copy.zip"
    store = open_store(old)
    await worked(store)
    await store.close()
    written = backup.write(old, file, T0)
    assert restore.restore(new, file, LATER) == written
    for table in ("playbook", "request", "event", "account", "file_body"):
        assert rows(new, table) == rows(old, table) != [], table
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("engine", [SQLITE, POSTGRES])
async def test_what_was_held_is_free_and_cards_are_drawn_again(tmp_path: Path, engine: str) -> None:
    """After a restore nobody holds a job or a delivery, ids leap, and no card is trusted to show what is stored."""
    old, new, file = fresh(engine, tmp_path, "old"), fresh(engine, tmp_path, "new"), tmp_path / "copy.zip"
    store = open_store(old)
    await worked(store)
    await store.close()
    backup.write(old, file, T0)
    restore.restore(new, file, LATER)
    store = open_store(new)
    assert [one.key for one in await store.run(lambda tx: tx.claim(LATER, LATER, 10, ("tell", "card")))] == [
        "tell:1", "redraw:A-1:anna",
    ]  # fmt: skip
    assert len(await store.run(lambda tx: tx.take_unhandled("slack", LATER, LATER))) == 1
    (copy,) = await store.read(lambda tx: tx.copies(A1))
    assert copy.fingerprint == ""
    assert await store.run(lambda tx: tx.next_number("A")) > 1000
    await store.close()


@pytest.mark.parametrize("source", [SQLITE, POSTGRES])
async def test_taken_under_load_every_request_is_whole(tmp_path: Path, source: str) -> None:
    """A backup taken while many write shows one instant: each request has exactly the events its state comes from."""
    old, new, file = fresh(source, tmp_path, "old"), fresh(SQLITE, tmp_path, "new"), tmp_path / "copy.zip"
    store = open_store(old)
    await store.run(lambda tx: tx.put_in_force(brand_a(), {}, "a" * 64, "elsewhere", T0))
    begun, done = asyncio.Event(), asyncio.Event()

    async def one(writer: int) -> int:
        count = 0
        while not done.is_set():
            state = await opened(store, f"A-{writer}{count:05}")
            await store.run(lambda tx, s=state: tx.record(tx.request(s.id), answered(s)))  # type: ignore[misc]
            count += 1
            if count == 10:
                begun.set()
        return count

    writers = [asyncio.create_task(one(writer)) for writer in range(1, 5)]
    await begun.wait()
    await asyncio.to_thread(backup.write, old, file, T0)
    done.set()
    written = sum(await asyncio.gather(*writers))
    await store.close()
    restored = restore.restore(new, file, LATER)
    store = open_store(new)
    found = await store.read(lambda tx: tx.requests(Filter(limit=100_000)))
    assert 10 <= len(found) == restored.tables["request"].rows <= written
    for request in found:
        assert await store.read(lambda tx, r=request: tx.request(r.id).head == _head(tx.chain(r.id), r))  # type: ignore[misc]
    await store.close()


def _head(chain: Sequence[tuple[str, str]], request: Request) -> str:
    assert len(chain) == request.revision
    head = ""
    for number, (body, _) in enumerate(chain, 1):
        head = chained(head, number, body)
    return head


Edit = Callable[[dict[str, bytes]], object]


def _manifest(members: dict[str, bytes], change: Callable[[dict[str, object]], object]) -> None:
    found = json.loads(members["manifest.json"])
    change(found)
    members["manifest.json"] = json.dumps(found).encode()


def _rewritten(members: dict[str, bytes]) -> None:
    """An event is changed by somebody who knows how the file is made."""
    members["event.jsonl"] = members["event.jsonl"].replace(b"pavel", b"oleg!")
    digest = hashlib.sha256(members["event.jsonl"]).hexdigest()
    _manifest(members, lambda found: found["tables"]["event"].update(sha256=digest))  # type: ignore[index]


def _shortened(members: dict[str, bytes]) -> None:
    members["account.jsonl"] = b""


def _without_a_table(members: dict[str, bytes]) -> None:
    _manifest(members, lambda found: found["tables"].pop("account"))  # type: ignore[attr-defined]


def _with_another_column(members: dict[str, bytes]) -> None:
    _manifest(members, lambda found: found["tables"]["number"].update(columns=["name", "value) --"]))  # type: ignore[index]


def _of_another_file(members: dict[str, bytes]) -> None:
    members.pop("manifest.json")


def _edited(members: dict[str, bytes]) -> None:
    members["account.jsonl"] = members["account.jsonl"].replace(b"anna", b"oleg")


@pytest.mark.parametrize("edit", [_edited, _rewritten, _shortened, _without_a_table, _with_another_column, _of_another_file])
async def test_an_edited_file_is_refused(tmp_path: Path, edit: Edit) -> None:
    """Nothing of a file that was cut or edited gets into the database; a whole one still does."""
    old, new, file = fresh(SQLITE, tmp_path, "old"), fresh(SQLITE, tmp_path, "new"), tmp_path / "copy.zip"
    store = open_store(old)
    await worked(store)
    await store.close()
    backup.write(old, file, T0)
    with ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    edit(members)
    with ZipFile(tmp_path / "edited.zip", "w") as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    with pytest.raises(restore.Damaged):
        restore.restore(new, tmp_path / "edited.zip", LATER)
    restore.restore(new, file, LATER)


async def test_a_file_that_was_cut_is_refused(tmp_path: Path) -> None:
    """Wherever a copy of the file ends early, it is no backup."""
    old, file = fresh(SQLITE, tmp_path, "old"), tmp_path / "copy.zip"
    backup.write(old, file, T0)
    whole = file.read_bytes()
    for length in (0, 10, len(whole) // 2, len(whole) - 1):
        file.write_bytes(whole[:length])
        with pytest.raises(restore.Damaged):
            restore.restore(fresh(SQLITE, tmp_path, f"new-{length}"), file, LATER)


@pytest.mark.parametrize("engine", [SQLITE, POSTGRES])
async def test_a_database_with_anything_in_it_is_left_alone(tmp_path: Path, engine: str) -> None:
    """Only an empty database is filled; a backup is never written over either."""
    old, new, file = fresh(SQLITE, tmp_path, "old"), fresh(engine, tmp_path, "new"), tmp_path / "copy.zip"
    backup.write(old, file, T0)
    store = open_store(new)
    await store.run(lambda tx: tx.beat("telegram.polled", T0))
    await store.close()
    with pytest.raises(restore.NotEmpty):
        restore.restore(new, file, LATER)
    with pytest.raises(backup.AlreadyThere):
        backup.write(old, file, T0)


async def test_a_database_that_is_not_whole_is_not_backed_up(tmp_path: Path) -> None:
    """An event that somebody edited is noticed when the backup is made, not when it is needed; no file is left."""
    old, file = fresh(SQLITE, tmp_path, "old"), tmp_path / "copy.zip"
    store = open_store(old)
    await worked(store)
    await store.close()
    with closing(sqlite3.connect(tmp_path / "old.db")) as connection:
        connection.execute("UPDATE event SET body = replace(body, 'pavel', 'oleg')")
        connection.commit()
    with pytest.raises(Broken, match="A-1"):
        backup.write(old, file, T0)
    assert sorted(path.name for path in tmp_path.iterdir() if "old" not in path.name) == []
