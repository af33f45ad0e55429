"""The engines the suite runs on. A new one gets a class like ``SqliteEngine`` and a line in ``ENGINES``."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Protocol

import pytest

from bot.ports import Store
from storage.postgres import PostgresStore
from storage.sqlite import SqliteStore
from storage.upgrade import upgrade
from tests.storage.server import database, migrated


class Engine(Protocol):
    """One database; every ``open`` is another process's view of it."""

    stores: list[Store]

    def open(self) -> Store: ...


class SqliteEngine:
    def __init__(self, folder: Path) -> None:
        self._path = folder / "soglas.db"
        upgrade(f"sqlite:///{self._path}")
        self.stores: list[Store] = []

    def open(self) -> Store:
        self.stores.append(SqliteStore(self._path))
        return self.stores[-1]


class PostgresEngine:
    def __init__(self, _: Path) -> None:
        self.url = database(migrated())
        self.stores: list[Store] = []

    def open(self) -> Store:
        self.stores.append(PostgresStore(self.url, f"process-{len(self.stores)}"))
        return self.stores[-1]


ENGINES: dict[str, Callable[[Path], Engine]] = {"sqlite": SqliteEngine, "postgresql": PostgresEngine}


@pytest.fixture(params=ENGINES)
async def engine(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Engine]:
    engine = ENGINES[request.param](tmp_path)
    yield engine
    for store in engine.stores:
        await store.close()


@pytest.fixture
def store(engine: Engine) -> Store:
    return engine.open()


# Two processes on one PostgreSQL database.


@pytest.fixture
def url() -> str:
    return database(migrated())


@pytest.fixture
async def here(url: str) -> AsyncIterator[PostgresStore]:
    store = PostgresStore(url, "here")
    yield store
    await store.close()


@pytest.fixture
async def there(url: str) -> AsyncIterator[PostgresStore]:
    store = PostgresStore(url, "there")
    yield store
    await store.close()
