"""A rolling upgrade: processes of the version before go on working on a database that has been migrated under them.

``version_0003.json`` is what that version says to a database, word for word, and the fields it can read.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bot.core.request.table import Action
from bot.ports import Store
from storage.opening import open_store
from storage.upgrade import is_current, upgrade
from tests.office import START, office
from tests.storage.deeds import T0
from tests.storage.server import database

OLD = json.loads((Path(__file__).parent / "version_0003.json").read_text(encoding="utf-8"))
LATER = timedelta(minutes=1)


_NUMBERS = {"BIGINT": 1, "INTEGER": 1}
# What PostgreSQL makes out for itself, where it is no text.
_UNTYPED = {"most": 1, "body": b"x"}


class OldProcess:
    """A connection on which only what the old version said is said."""

    # Any: one of two drivers' connections.
    def __init__(self, engine: str, connection: Any) -> None:
        self._statements, self._connection = OLD[engine], connection

    def says(self, name: str, /, **values: object) -> list[tuple[Any, ...]]:
        known = self._statements[name]
        found = self._connection.execute(known["sql"], {**known["constants"], **values})
        return found.fetchall() if found.description else []

    def anything(self, name: str) -> None:
        """Says it with values of the right types, which mean nothing."""
        # PostgreSQL's text says of which type each value is; the names are the same on both.
        types = dict(re.findall(r"%\((\w+)\)s(?:::(\w+))?", OLD["postgresql"][name]["sql"]))
        values = {one: _NUMBERS.get(kind, _UNTYPED.get(one, "x") if not kind else "x") for one, kind in types.items()}
        self.says(name, **values)


@contextmanager
def at_0003(engine: str, folder: Path) -> Iterator[tuple[str, OldProcess]]:
    url = f"sqlite:///{folder / 'old.db'}" if engine == "sqlite" else database()
    upgrade(url, "0003")
    assert not is_current(url)
    if engine == "sqlite":
        with closing(sqlite3.connect(folder / "old.db", isolation_level=None)) as connection:
            yield url, OldProcess(engine, connection)
    else:
        with psycopg.connect(url, autocommit=True) as server:
            yield url, OldProcess(engine, server)


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
@pytest.mark.parametrize("name", sorted(OLD["sqlite"]))
def test_every_old_statement_is_understood(shared: dict[str, OldProcess], engine: str, name: str) -> None:
    """On the schema of today each does what it did: no column it needs is gone, none it does not know must be given."""
    shared[engine].anything(name)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, OldProcess]]:
    folder = tmp_path_factory.mktemp("rolling")
    with at_0003("sqlite", folder) as (file, here), at_0003("postgresql", folder) as (server, there):
        upgrade(file)
        upgrade(server)
        yield {"sqlite": here, "postgresql": there}


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
async def test_old_and_new_processes_work_together(engine: str, tmp_path: Path) -> None:
    """Migrated while the old one is at work: each sees what the other has written, and handles what the other received."""
    with at_0003(engine, tmp_path) as (url, old):
        old.says("receive", messenger="telegram", id="1", received_at=1, handled_at=0, body="{}")
        upgrade(url)
        old.says("receive", messenger="telegram", id="2", received_at=2, handled_at=0, body="{}")
        new = open_store(url)
        try:
            await _shared(old, new)
        finally:
            await new.close()


async def _shared(old: OldProcess, new: Store) -> None:
    taken = await new.run(lambda tx: tx.take_unhandled("telegram", T0, T0 + LATER))
    assert [one.id for one in taken] == ["1", "2"]
    assert await new.run(lambda tx: tx.handled("telegram", "1", T0))
    assert [row[1] for row in old.says("unhandled", messenger="telegram")] == ["2"]
    old.says("handled", messenger="telegram", id="2", at=3)
    assert not await new.run(lambda tx: tx.handled("telegram", "2", T0))
    assert old.says("next_number", name="A") == [(1,)]
    assert await new.run(lambda tx: tx.next_number("A")) == 2


async def test_what_is_written_today_can_be_read_there(tmp_path: Path) -> None:
    """A request on which nothing new was used has no field that the old version has never heard of."""
    async with office(tmp_path) as at_work:
        request = await at_work.opens()
        await at_work.says("pavel", Action.SEND_BACK, request, "A warmer opening")
        await at_work.opens(kind="brand_deviation", market="US")
        await at_work.reaches(START + timedelta(days=4))
        states = [json.loads(row[0]) for row in at_work.rows("SELECT state FROM request")]
        events = [json.loads(row[0]) for row in at_work.rows("SELECT body FROM event")]
    assert (len(states), len(events) > 5) == (2, True)
    assert set(_fields(states)) - set(OLD["fields"]["state"]) == set()
    assert set(_fields(events)) - set(OLD["fields"]["event"]) == set()


def _fields(found: object) -> Iterator[str]:
    if isinstance(found, dict):
        yield from found
        for value in found.values():
            yield from _fields(value)
    elif isinstance(found, list):
        for one in found:
            yield from _fields(one)
