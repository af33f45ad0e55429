"""One fresh PostgreSQL database for each test, and the processes on it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from adapters.playground.clock import MovableClock
from storage.postgres import PostgresStore
from tests.office import BRAND, START, hired
from tests.storage.server import database, migrated
from tests.together.two import Two


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


@pytest.fixture
async def two(url: str, here: PostgresStore, there: PostgresStore) -> Two:
    await hired(here, without="oleg")
    await there.run(lambda tx: tx.in_force(BRAND))  # reads and keeps it
    return Two(url, here, there, MovableClock(START, running=False))
