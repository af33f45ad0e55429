"""What callers hear when PostgreSQL refuses a write, or its answer to COMMIT gets lost."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import psycopg
import pytest

from bot.ports import SoglasError, Transaction
from storage import postgres_driver
from storage.postgres import PostgresStore
from tests.storage.deeds import T0
from tests.storage.server import database
from tests.storage.test_postgres import cut

LONG = 10.0


async def together(store: PostgresStore, *works: Callable[[Transaction], object]) -> list[object]:
    """Runs works in one group; gives what each gave or raised."""
    go_on = threading.Event()
    first = asyncio.create_task(store.run(lambda _: go_on.wait(LONG)))
    await asyncio.sleep(0.05)
    rest = [asyncio.create_task(store.run(work)) for work in works]
    await asyncio.sleep(0.05)
    go_on.set()
    await first
    return await asyncio.gather(*rest, return_exceptions=True)


def loses_its_second_answer(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second COMMIT from here on arrives, the answer to it does not."""
    commit, cuts = postgres_driver.PostgresDriver.commit, iter([False, True, False, False, False])

    def cut_off(driver: postgres_driver.PostgresDriver) -> None:
        commit(driver)
        if next(cuts, False):
            cut(url, "soglas")
            driver._told([("SELECT 1", {})])

    monkeypatch.setattr(postgres_driver.PostgresDriver, "commit", cut_off)


async def test_whoever_is_told_yes_was_written(url: str, here: PostgresStore) -> None:
    """The disk is full: a write that fails when the next caller reads must not be taken for done by its own caller."""
    with psycopg.connect(url, autocommit=True) as server:
        server.execute("CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                       " RAISE EXCEPTION 'no space left' USING ERRCODE = '53100'; END $$")  # fmt: skip
        server.execute("CREATE TRIGGER full_disk BEFORE INSERT ON sent FOR EACH ROW EXECUTE FUNCTION full_disk()")
    told, _ = await together(here, lambda tx: tx.note_sent("tell:1", "c", "m", T0), lambda tx: tx.sent("tell:1"))
    assert isinstance(told, Exception) or await here.read(lambda tx: tx.sent("tell:1")) is not None


async def test_a_read_that_fails_undoes_nobody_else_silently(url: str, here: PostgresStore) -> None:
    """One caller's question is broken off by the server: the writes of the others in its group are made, or said to be lost."""

    def writes(tx: Transaction) -> object:
        tx.note_sent("tell:1", "c", "m", T0)
        return tx.sent("tell:1")

    def broken_off(tx: Transaction) -> object:
        driver = tx._driver  # type: ignore[attr-defined]
        return driver._told([("SELECT 1/0", {})])

    told, _ = await together(here, writes, broken_off)
    assert isinstance(told, Exception) or await here.read(lambda tx: tx.sent("tell:1")) is not None


@pytest.mark.parametrize("callers", [1, 2])
async def test_a_lost_answer_to_commit_doubles_nothing(
    url: str, here: PostgresStore, monkeypatch: pytest.MonkeyPatch, callers: int
) -> None:
    """COMMIT has arrived, its answer has not: whether it holds is not known, so nothing may be run a second time."""
    loses_its_second_answer(url, monkeypatch)
    await together(here, *[lambda tx: tx.next_number("A")] * callers)
    assert await here.run(lambda tx: tx.next_number("A")) == callers + 1


async def test_a_database_that_cannot_be_reached_is_said_in_the_ports_words(url: str, here: PostgresStore) -> None:
    """Callers that know what to do when the database is away get the error they know, not the driver's."""
    name = url.partition("?")[0].rsplit("/", 1)[1]
    await here.run(lambda tx: tx.next_number("A"))
    with psycopg.connect(database(), autocommit=True) as server:
        server.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'.encode())
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
        for _ in range(2):
            with pytest.raises(SoglasError):
                await here.run(lambda tx: tx.next_number("A"))


async def test_a_group_that_could_not_begin_stops_nobody_for_ever(url: str, here: PostgresStore) -> None:
    """What is read as a group begins is broken off by the server (an administrator, a time-out): the next group goes on."""
    from bot.ports import About
    from tests.storage.deeds import A1, opened

    await opened(here)
    with psycopg.connect(url) as other, psycopg.connect(url, autocommit=True) as server:
        other.execute("SELECT * FROM request FOR UPDATE")
        waits = asyncio.create_task(here.run(lambda tx: tx.request(A1), About((A1,), ())))
        await asyncio.sleep(0.3)
        server.execute("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'soglas'"
                       " AND datname = current_database() AND wait_event_type = 'Lock'")  # fmt: skip
        with pytest.raises(Exception, match="QueryCanceled"):
            await waits
    assert await here.run(lambda tx: tx.next_number("A")) == 1


async def test_what_was_delivered_is_handled_at_once_after_a_lost_answer(
    url: str, here: PostgresStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Written down or not: whoever delivered is told so, or the delivery is handled here; it does not wait for a lease."""
    from adapters.playground.clock import MovableClock
    from bot.deliveries import Deliveries
    from bot.ports import Update

    loses_its_second_answer(url, monkeypatch)
    deliveries = Deliveries("telegram", here, MovableClock(T0, running=False))
    go_on = threading.Event()
    first = asyncio.create_task(here.run(lambda _: go_on.wait(LONG)))
    await asyncio.sleep(0.05)
    rest = [asyncio.create_task(deliveries.write_down([Update("telegram", str(n), "{}", T0)])) for n in range(2)]
    await asyncio.sleep(0.05)
    go_on.set()
    await first
    for found in await asyncio.gather(*rest, return_exceptions=True):
        assert isinstance(found, BaseException) or len(found) == 1
