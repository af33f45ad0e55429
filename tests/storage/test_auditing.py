"""What audits and figures read: the same on every engine, and never more than a bounded part of a table."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.request.model import RequestId, Status
from bot.ports import Queued, Store, Update
from storage.sqlite import _STATEMENTS
from tests.ready import empty_database
from tests.storage.deeds import A1, SECOND, T0, answered, claimed, job, opened

HOUR = timedelta(hours=1)
STATEMENTS = ("queued", "left", "late_jobs", "job", "asked_after", "requests_after", "changed_at", "standing", "events")


async def test_what_is_due_is_counted_by_kind_and_state(store: Store) -> None:
    """Free and held apart, the oldest of each, nothing of what is not due, and no more than asked for."""
    for key, due in (("tell:1", T0), ("tell:2", T0 + SECOND), ("tell:3", T0 + HOUR), ("tell:4", T0 + 2 * SECOND)):
        await store.run(lambda tx, key=key, due=due: tx.put_job(job(key, due)))  # type: ignore[misc]
    assert [one.key for one in await claimed(store, T0)] == ["tell:1"]
    now = T0 + 2 * SECOND
    pulse = await store.read(lambda tx: tx.pulse(now, ("telegram",), 100))
    free, held = Queued("tell", False, 2, T0 + SECOND), Queued("tell", True, 1, T0)
    assert set(pulse.jobs) == {free, held}
    few = await store.read(lambda tx: tx.pulse(now, (), 2))
    assert sum(one.count for one in few.jobs) == 2


async def test_what_nobody_handled_is_found_by_messenger(store: Store) -> None:
    """How many and since when, of this messenger alone, without what was handled or came just now."""
    for messenger, number, after in (("telegram", "1", 1), ("telegram", "2", 0), ("telegram", "3", 90), ("slack", "4", 0)):
        update = Update(messenger, number, "{}", T0 + after * SECOND)
        await store.run(lambda tx, update=update: tx.receive(update))  # type: ignore[misc]
    found = await store.read(lambda tx: tx.left("telegram", T0 + 60 * SECOND, 10))
    assert (found.count, found.first, found.oldest) == (2, "2", T0)
    await store.run(lambda tx: tx.handled("telegram", "2", T0))
    found = await store.read(lambda tx: tx.left("telegram", T0 + 60 * SECOND, 10))
    assert (found.count, found.first) == (1, "1")


async def test_what_is_late_is_what_is_free(store: Store) -> None:
    """Of messages those that nobody has and that do not wait to be tried again; of moments all."""
    for key, kind in (("tell:free", "tell"), ("tell:held", "tell"), ("wake:A-1", "wake")):
        await store.run(lambda tx, key=key, kind=kind: tx.put_job(job(key, T0, kind=kind)))  # type: ignore[misc]
    for kept in await claimed(store, T0, kinds=("tell", "wake"), lease=3600):
        if kept.key == "tell:free":
            await store.run(lambda tx, kept=kept: tx.postpone_job(kept, T0))  # type: ignore[misc]
    late = await store.read(lambda tx: [one.key for one in tx.late_jobs(T0 + SECOND, 10)])
    assert sorted(late) == ["tell:free", "wake:A-1"]
    assert await store.read(lambda tx: tx.late_jobs(T0, 10)) == []
    assert len(await store.read(lambda tx: tx.late_jobs(T0 + SECOND, 1))) == 1
    found = await store.read(lambda tx: tx.job("wake:A-1"))
    assert found is not None and found.due_at == T0
    assert await store.read(lambda tx: tx.job("wake:A-2")) is None


async def test_requests_are_gone_through_by_their_ids(store: Store) -> None:
    """A sample goes on where the last one ended, over those that ask something of somebody and over all."""
    for number in (1, 2, 3):
        await opened(store, f"A-{number}")
    assert await store.read(lambda tx: tx.requests_after("A-1", 1)) == [("A-2", Status.OPEN)]
    assert await store.read(lambda tx: tx.requests_after("A-3", 10)) == []
    assert await store.read(lambda tx: tx.asked_after("", 2)) == ["A-1", "A-2"]
    assert await store.read(lambda tx: tx.asked_after("A-2", 2)) == ["A-3"]


async def test_a_chain_that_was_touched_shows(store: Store) -> None:
    """Whole it is whole; without its last event, and for a request that is not there, it is not."""
    state = await opened(store)
    stored = await store.read(lambda tx: tx.request(A1))
    await store.run(lambda tx: tx.record(stored, answered(state)))
    assert await store.read(lambda tx: tx.broken_event(A1)) is None
    assert await store.read(lambda tx: tx.changed_at(A1)) == T0 + timedelta(minutes=5)
    assert await store.read(lambda tx: tx.changed_at(RequestId("A-9"))) is None
    assert await store.read(lambda tx: tx.broken_event(RequestId("A-9"))) == 1


async def test_the_surroundings_are_told(store: Store) -> None:
    """Which schema there is; and on a shared database its clock, and whether anybody has a duty, without taking it."""
    assert await store.read(lambda tx: tx.schema()) >= "0004"
    clock = await store.read(lambda tx: tx.database_clock())
    before = await store.read(lambda tx: tx.somebody_has("sender"))
    assert await store.leads("sender")
    after = await store.read(lambda tx: tx.somebody_has("sender"))
    assert (before, after) == ((False, True) if store.is_shared else (None, None))
    assert (clock is not None) == store.is_shared


@pytest.mark.parametrize("name", STATEMENTS)
def test_no_audit_goes_through_a_whole_table(tmp_path: Path, name: str) -> None:
    """Each statement searches along an index; what it sorts by itself is no more than what it was bounded to."""
    sql, constants = _STATEMENTS[name]
    given = dict.fromkeys(("now", "before", "most"), 1) | dict.fromkeys(("which", "after", "request", "id"), "x")
    with sqlite3.connect(empty_database(tmp_path / "plan.db")) as connection:
        plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", {**given, **constants})]
    connection.close()
    assert plan and not [step for step in plan if step.startswith("SCAN") and "anon" not in step], plan
    assert any("SEARCH" in step for step in plan), plan
