"""Requests and their events: written together, compared and swapped, found again."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.core.request.effects import Decision
from bot.core.request.evolve import fold
from bot.core.request.model import RequestId, Status
from bot.core.request.table import Action
from bot.ports import Conflict, Filter, Store, Stored, Transaction
from storage.mapping import load_event
from tests.storage.conftest import Engine
from tests.storage.deeds import A1, T0, answered, opened, opening


async def stored(store: Store, request: str = "A-1") -> Stored:
    found = await store.read(lambda tx: tx.request(RequestId(request)))
    assert found is not None
    return found


async def record(store: Store, before: Stored | None, decision: Decision) -> None:
    await store.run(lambda tx: tx.record(before, decision))


async def test_a_state_comes_back_as_it_was_written(store: Store) -> None:
    """What is loaded equals what was decided, in every field."""
    state = await opened(store)
    assert (await stored(store)).request == state


async def test_a_request_that_is_not_there_is_none(store: Store) -> None:
    """Nobody's request is nobody's request, not an error."""
    assert await store.read(lambda tx: tx.request(A1)) is None


async def test_the_events_fold_to_the_state(store: Store) -> None:
    """The stored stream alone rebuilds the state that is stored beside it."""
    await opened(store)
    before = await stored(store)
    await record(store, before, answered(before.request))
    bodies = await store.read(lambda tx: tx.events(A1))
    assert fold(load_event(body) for body in bodies) == (await stored(store)).request
    assert len(bodies) == (await stored(store)).request.revision


async def test_a_stale_state_is_a_conflict(store: Store) -> None:
    """A decision made on a state that has moved on writes nothing and says so."""
    await opened(store)
    before = await stored(store)
    await record(store, before, answered(before.request))
    after, events = await stored(store), await store.read(lambda tx: tx.events(A1))
    with pytest.raises(Conflict):
        await record(store, before, answered(before.request, Action.REJECT, "No"))
    assert await stored(store) == after
    assert await store.read(lambda tx: tx.events(A1)) == events


async def test_two_processes_cannot_both_decide(engine: Engine) -> None:
    """Both load, both decide, one writes: the other's decision is a conflict."""
    here, there = engine.open(), engine.open()
    await opened(here)
    one, other = await stored(here), await stored(there)
    await record(there, other, answered(other.request, Action.REJECT, "No"))
    with pytest.raises(Conflict):
        await record(here, one, answered(one.request))
    assert (await stored(here)).request.status is Status.REJECTED


async def test_an_id_is_given_once(store: Store) -> None:
    """A second request with an id that is taken is a conflict, not an error of the driver."""
    await opened(store)
    with pytest.raises(Conflict):
        await record(store, None, opening(by="pavel"))
    assert (await stored(store)).request.requested_by == "sveta"


async def test_requests_are_found_newest_first(store: Store) -> None:
    """Every filter holds alone and together, and the limit counts what fits the filter."""
    for number in range(6):
        by = "sveta" if number % 2 else "pavel"
        await opened(store, f"A-{number}", by, T0 + timedelta(minutes=number))
    last = await stored(store, "A-5")
    await record(store, last, answered(last.request))

    async def ids(wanted: Filter) -> list[str]:
        return [request.id for request in await store.read(lambda tx: tx.requests(wanted))]

    assert await ids(Filter()) == ["A-5", "A-4", "A-3", "A-2", "A-1", "A-0"]
    assert await ids(Filter(brand="brand-a", limit=2)) == ["A-5", "A-4"]
    assert await ids(Filter(status="open", person="sveta", limit=1)) == ["A-3"]
    assert await ids(Filter(status="approved")) == ["A-5"]
    assert await ids(Filter(brand="another")) == []


async def test_reading_sees_one_state_throughout(engine: Engine) -> None:
    """A reader that has begun does not see what others commit meanwhile."""
    reader, writer = engine.open(), engine.open()
    await opened(writer)

    def look(tx: Transaction) -> tuple[object, object]:
        first = tx.request(A1)
        assert first is not None
        other = engine.open()
        asyncio.run(record(other, first, answered(first.request)))
        return first, tx.request(A1)

    first, second = await reader.read(look)
    assert first == second
    assert (await stored(reader)).request.status is Status.APPROVED


async def test_reading_writes_nothing(store: Store) -> None:
    """Work that writes in a read is refused, and nothing stays of it."""
    with pytest.raises(Exception, match=r"(?i)readonly"):
        await store.read(lambda tx: tx.next_number("A"))
    assert await store.run(lambda tx: tx.next_number("A")) == 1
