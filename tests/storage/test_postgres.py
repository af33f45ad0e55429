"""What is only true of PostgreSQL: several processes write at the same time, connections are lost, duties change hands."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from datetime import timedelta

import psycopg

from bot.core.request.model import RequestId
from bot.ports import Account, Store, Transaction, Update
from storage.mapping import to_micros
from storage.postgres import PostgresStore
from tests.storage.deeds import A1, T0, answered, job, opened

LONG = 10.0  # seconds within which everything here is over by far


def cut(url: str, name: str = "soglas%") -> None:
    """The server ends every connection of that name, as in a restart."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name LIKE %s AND pid <> pg_backend_pid()", (name,),
        )  # fmt: skip


async def meanwhile(
    here: Store, there: Store, first: Callable[[Transaction], object], then: Callable[[Transaction], object]
) -> tuple[object, object]:
    """Runs ``first`` in one process; while its transaction is still open, ``then`` in the other. Gives what both give."""
    inside, go_on = threading.Event(), threading.Event()

    def held(tx: Transaction) -> object:
        found = first(tx)
        inside.set()
        go_on.wait(LONG)
        return found

    one = asyncio.create_task(here.run(held))
    await asyncio.to_thread(inside.wait, LONG)
    other = asyncio.create_task(there.run(then))
    # Long enough for the other one to get as far as it can.
    await asyncio.wait([other], timeout=0.2)
    go_on.set()
    return await one, await other


async def test_a_request_is_decided_on_the_state_the_other_process_left(here: PostgresStore, there: PostgresStore) -> None:
    """Whoever comes second waits, and then reads what the first has written: no decision is made on an old state."""
    await opened(here)

    def decide(tx: Transaction) -> int:
        stored = tx.request(A1)
        assert stored is not None
        if stored.request.revision == 2:
            tx.record(stored, answered(stored.request))
        return stored.request.revision

    assert await meanwhile(here, there, decide, decide) == (2, 5)


async def test_the_last_use_of_a_right_is_taken_once(here: PostgresStore, there: PostgresStore) -> None:
    """Where there is no row yet to be locked, the right's name is."""

    def use(tx: Transaction) -> int:
        found = len(tx.uses("brand-a", "brand_deviation", "US", T0 - timedelta(days=8)).decided)
        tx._rows(  # type: ignore[attr-defined]
            "save_use", request=f"A-{found}", brand="brand-a", kind="brand_deviation", market="US",
            decided_at=to_micros(T0), unchecked=0,
        )  # fmt: skip
        return found

    assert await meanwhile(here, there, use, use) == (0, 1)


async def test_two_that_wait_for_each_other_both_come_through(here: PostgresStore, there: PostgresStore) -> None:
    """The server undoes one of them; it runs again by itself, and both have written."""
    await opened(here, "A-1")
    await opened(here, "A-2")
    met = threading.Barrier(2)

    def crossing(first: str, second: str) -> Callable[[Transaction], int]:
        tries = iter(range(10))

        def work(tx: Transaction) -> int:
            tx.request(RequestId(first))
            if next(tries) == 0:
                met.wait(LONG)
            tx.request(RequestId(second))
            return tx.next_number("crossed")

        return work

    found = await asyncio.gather(here.run(crossing("A-1", "A-2")), there.run(crossing("A-2", "A-1")))
    assert sorted(found) == [1, 2]


async def test_what_was_kept_is_forgotten_when_another_process_writes(here: PostgresStore, there: PostgresStore) -> None:
    """A person who was linked elsewhere is known in the next transaction here."""

    def reachable(tx: Transaction) -> frozenset[str]:
        return tx.kept("reachable", lambda: frozenset(tx.reachable()))

    assert await here.run(reachable) == frozenset()
    await there.run(lambda tx: tx.save_account(Account("telegram", "", "1", "anna")))
    assert await here.run(reachable) == await here.read(reachable) == frozenset({"anna"})


async def test_a_lost_connection_is_made_again(url: str, here: PostgresStore) -> None:
    """After the server has ended every connection, nobody who comes next hears of it: nothing of theirs had run yet."""
    assert await here.run(lambda tx: tx.next_number("A")) == 1
    assert await here.read(lambda tx: tx.brands()) == []
    cut(url)
    assert await here.run(lambda tx: tx.next_number("A")) == 2
    assert await here.read(lambda tx: tx.brands()) == []


async def test_a_duty_has_one_holder_and_is_taken_over(url: str, here: PostgresStore, there: PostgresStore) -> None:
    """Nobody else has it while its holder lives; when it gives it up or its connection dies, the next who asks has it."""
    assert [await here.leads("sender"), await there.leads("sender"), await there.leads("telegram")] == [True, False, True]
    await here.yields("sender")
    assert await there.leads("sender")
    assert not await here.leads("sender")
    await there.close()
    assert await here.leads("sender")
    assert await here.leads("telegram")


async def test_a_duty_is_lost_with_the_connection(url: str, here: PostgresStore, there: PostgresStore) -> None:
    """Whoever was cut off knows it within seconds, and does not go on beside its successor."""
    assert await here.leads("sender")
    cut(url, "soglas duties")
    assert await there.leads("sender")
    await asyncio.sleep(1.1)  # a connection that answered is taken as alive for a second
    assert not await here.leads("sender")
    assert await there.leads("sender")


async def test_a_commit_wakes_the_other_process(here: PostgresStore, there: PostgresStore) -> None:
    """Work that was put here is heard of there at once; what nobody has to do now wakes nobody, and nobody wakes themselves."""
    heard, own = asyncio.Event(), asyncio.Event()
    there.listen(heard.set)
    here.listen(own.set)
    # Both are woken once when they begin to listen: there may be work already.
    await asyncio.wait_for(asyncio.gather(heard.wait(), own.wait()), LONG)
    heard.clear()
    own.clear()
    await here.run(lambda tx: tx.next_number("A"))
    await here.run(lambda tx: tx.put_job(job()))
    await asyncio.wait_for(heard.wait(), LONG)
    assert not own.is_set()


async def test_a_text_with_a_character_zero_is_kept(here: PostgresStore) -> None:
    """PostgreSQL has no such character: another stands in its place, and the rest is whole."""
    await here.run(lambda tx: tx.note_unanswered("brand-a", "anna", "before\0after", T0))
    (found,) = await here.read(lambda tx: tx.unanswered("brand-a", T0))
    assert found.words == "before\ufffdafter"


async def test_deliveries_are_shared(here: PostgresStore, there: PostgresStore) -> None:
    """Each is taken by one process; what was taken and not handled is free after its time, and given back at once on request."""
    minute = timedelta(minutes=1)

    def receive(tx: Transaction) -> None:
        for number in range(4):
            tx.receive(Update("telegram", str(number), "{}", T0), T0 + minute if number == 3 else None)

    await here.run(receive)
    took = await asyncio.gather(*(s.run(lambda tx: tx.take_unhandled("telegram", T0, T0 + minute)) for s in (here, there)))
    assert sorted(one.id for part in took for one in part) == ["0", "1", "2"]
    await here.run(lambda tx: tx.handled("telegram", "0", T0))
    await here.run(lambda tx: tx.keep_taken("telegram", {"0": T0 + minute, "1": T0 + minute}, T0))
    late = await there.run(lambda tx: tx.take_unhandled("telegram", T0, T0 + minute))
    assert [one.id for one in late] == ["1"]
    after = await there.run(lambda tx: tx.take_unhandled("telegram", T0 + minute, T0 + 2 * minute))
    assert [one.id for one in after] == ["1", "2", "3"]
