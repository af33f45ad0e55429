"""A database as version 0001 left it: nothing that was under way is lost, and nobody's place in an inbox."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic import command
from pydantic import TypeAdapter
from sqlalchemy import create_engine

from adapters.playground.clock import MovableClock
from bot.core.request import fold
from bot.core.request.model import Draft, Request, RequestId, Status
from bot.core.request.relevance import asked_of, open_questions
from bot.ports import Filter, Store
from bot.service import Service
from storage.mapping import load_event, to_micros
from storage.sqlite import SqliteStore
from storage.upgrade import _config, is_current, upgrade
from tests.histories.test_histories import STREAMS, lines, state
from tests.office import BOOK, hired
from tests.storage.deeds import T0, opening
from tests.storage.test_schema import _named, built

# A state with everything in it, as it was written before what never changed was left out.
WHOLE = TypeAdapter(Request)
# What a state had no word for then.
NEW = {
    "talk", "checklist", "evidence", "files", "creator_id", "by_creator", "campaign", "correction", "last_word", "local", "hand_over_tried", "handed_over_at", "obstacle", "at_risk", "last_called",
}  # fmt: skip
OLD_STREAMS = [name for name in STREAMS if not NEW & set(json.loads(state(name)))]


def old(found: object) -> Any:
    """A state as it was written then."""
    if isinstance(found, dict):
        return {name: old(value) for name, value in found.items() if name not in NEW}
    return [old(one) for one in found] if isinstance(found, list) else found


def old_body(request: Request) -> str:
    body = old(json.loads(WHOLE.dump_json(request)))
    return json.dumps({**body, "playbook": BOOK.digest}, ensure_ascii=False)


def on_the_way() -> dict[str, Request]:
    """Every state that the streams of that time went through, each as a request of its own."""
    found: dict[str, Request] = {}
    for stream in OLD_STREAMS:
        events = [load_event(line) for line in lines(stream)]
        for count in range(1, len(events) + 1):
            found[f"{len(found) + 1}"] = fold(events[:count])
    return found


def at_0001(path: Path, requests: dict[str, Request]) -> None:
    """Makes a database of that version with these requests, each waiting for its next moment."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    engine.dispose()
    with closing(sqlite3.connect(path)) as connection:
        for number, request in requests.items():
            body = json.dumps({**json.loads(old_body(request)), "id": f"A-{number}"}, ensure_ascii=False)
            opened = to_micros(request.opened_at)
            row = (f"A-{number}", request.brand, request.status, request.requested_by, opened, request.revision, "h", body)
            connection.execute("INSERT INTO request VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
            if request.status is Status.OPEN and request.revision % 2:  # others have had all their moments
                job = (f"wake:A-{number}", f"A-{number}", opened)
                connection.execute("INSERT INTO job VALUES (?, 'wake', ?, '', ?, 0, 0, 0, 0, '')", job)
        connection.commit()


@asynccontextmanager
async def upgraded(path: Path, requests: dict[str, Request]) -> AsyncIterator[Store]:
    at_0001(path, requests)
    assert not is_current(f"sqlite:///{path}")
    upgrade(f"sqlite:///{path}")
    store = SqliteStore(path)
    try:
        yield store
    finally:
        await store.close()


def test_the_states_are_those_of_that_time() -> None:
    """Cut down to what was known then, the last state of each stream is the one that was stored; and all cases are there."""
    assert len(OLD_STREAMS) >= 3
    for stream in OLD_STREAMS:
        folded = fold(load_event(line) for line in lines(stream))
        assert old(json.loads(WHOLE.dump_json(folded))) == json.loads(state(stream))
    found = on_the_way().values()
    assert {one.status for one in found} == set(Status)
    assert any(one.extra_round_ask and one.extra_round_ask.granted for one in found)
    assert any(one.status is Status.OPEN and open_questions(one) for one in found)


async def test_everybody_keeps_their_place(tmp_path: Path) -> None:
    """Open, returned, asked for an extra round or with a question: the inbox says what the state says."""
    requests = on_the_way()
    async with upgraded(tmp_path / "old.db", requests) as store:
        people = set().union(*(asked_of(one) for one in requests.values()), ("anna", "irina", "priya", "nobody"))
        for person in people:
            waiting = await store.read(lambda tx, person=person: tx.waiting_for(person))  # type: ignore[misc]
            assert set(waiting) == {f"A-{number}" for number, one in requests.items() if person in asked_of(one)}, person
    assert len(people) > 6


async def test_old_states_still_load(tmp_path: Path) -> None:
    """Whole, by their id and in lists; what they did not know of has its default."""
    requests = on_the_way()
    async with upgraded(tmp_path / "old.db", requests) as store:
        found = await store.read(lambda tx: tx.requests(Filter(limit=1000)))
        assert len(found) == len(requests)
        for one in found:
            then = requests[one.id.removeprefix("A-")]
            assert (one.status, one.steps, one.remarks, one.questions) == (then.status, then.steps, then.remarks, then.questions)
            assert (one.draft, one.correction, one.last_word) == (then.draft, None, None)


async def test_what_is_under_way_looks_at_the_clock_anew(tmp_path: Path) -> None:
    """A request with a deadline never went to the local authority then; after the upgrade it does, at once."""
    deadline = datetime(2026, 11, 24, 22, tzinfo=UTC)  # the evening in New York
    before = opening().state
    draft = Draft("brand_deviation", "US", "A bolder claim", needed_by=deadline)
    async with office_of_then(tmp_path / "old.db", draft, before) as (store, service):
        assert await service.wake_due() == 1
        found = await store.read(lambda tx: tx.request(RequestId("A-1")))
        assert found is not None and found.request.local_step is not None
        assert {part.person for part in found.request.local_step.waiting} == {"priya"}


async def test_morning_lists_begin_by_themselves(tmp_path: Path) -> None:
    """Whoever was asked before the upgrade has a list the next morning like everybody else."""
    async with office_of_then(tmp_path / "old.db", None, opening().state) as (store, service):
        assert await service.wake_due() == 1
        jobs = await store.run(lambda tx: tx.claim(datetime(2027, 1, 1, tzinfo=UTC), T0, 10, ("digest",)))
        assert [(job.key, job.due_at) for job in jobs] == [("digest:pavel", datetime(2026, 11, 25, 7, tzinfo=UTC))]


@asynccontextmanager
async def office_of_then(path: Path, draft: Draft | None, before: Request) -> AsyncIterator[tuple[Store, Service]]:
    """One open request of then, with its people, on a Tuesday evening in Moscow."""
    if draft:
        (step,) = before.steps
        parts = tuple(replace(part, person="anna", roles=("brand_manager",)) for part in step.assignments)
        before = replace(before, draft=draft, requested_by="jordan", steps=(replace(step, assignments=parts),))
    async with upgraded(path, {"1": before}) as store:
        await hired(store)
        yield store, Service(store, MovableClock(datetime(2026, 11, 24, 17, tzinfo=UTC), running=False))


async def test_a_database_of_then_becomes_a_fresh_one(tmp_path: Path) -> None:
    """The same tables, columns and indexes, whichever way it came about."""
    async with upgraded(tmp_path / "old.db", on_the_way()):
        pass
    upgrade(f"sqlite:///{tmp_path / 'fresh.db'}")
    assert _named(built(tmp_path / "old.db")) == _named(built(tmp_path / "fresh.db"))
    assert is_current(f"sqlite:///{tmp_path / 'old.db'}")
