"""One fresh PostgreSQL database for each test, and the processes on it."""

from __future__ import annotations

import pytest

from adapters.playground.clock import MovableClock
from storage.postgres import PostgresStore
from tests.office import BRAND, START, hired
from tests.storage.conftest import here, there, url
from tests.together.two import Two

__all__ = ["here", "there", "two", "url"]


@pytest.fixture
async def two(url: str, here: PostgresStore, there: PostgresStore) -> Two:
    await hired(here, without="oleg")
    await there.run(lambda tx: tx.in_force(BRAND))  # reads and keeps it
    return Two(url, here, there, MovableClock(START, running=False))
