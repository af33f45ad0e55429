"""Groups on PostgreSQL: what they said they would read is read at once, what they write goes as sets, and nothing else changes."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import pytest

from bot.core.people import Absence
from bot.core.request.model import RequestId
from bot.ports import NOTHING_SAID, About, Away, Copy, Store, Transaction, Unavailable, Update
from storage import postgres_driver
from storage.postgres import PostgresStore
from storage.postgres_sets import Sent, Waiting
from storage.rows import Row
from tests.storage.conftest import PostgresEngine, SqliteEngine
from tests.storage.deeds import A1, T0, answered, job, opened
from tests.storage.test_postgres import LONG, cut

Work = Callable[[Transaction], Any]  # whatever it gives
WORDS = ['"quoted"', "back\\slash", "{braces}, commas", "NULL", "", " ", "\\", "строка\nс новой строки", "€𝄞", "'; --"]


def about(*requests: str, updates: Sequence[str] = ()) -> About:
    return About(tuple(map(RequestId, requests)), tuple(("post", update) for update in updates))


async def together(store: Store, *works: tuple[Work, About]) -> list[Any]:
    """Runs works in one group, and gives what each gives or raises."""
    begun, may_go = threading.Event(), threading.Event()

    def busy(_: Transaction) -> None:
        begun.set()
        may_go.wait(LONG)

    first = asyncio.create_task(store.run(busy))
    await asyncio.to_thread(begun.wait, LONG)
    waiting = [asyncio.create_task(store.run(work, said)) for work, said in works]
    await asyncio.sleep(0)
    may_go.set()
    await first
    return await asyncio.gather(*waiting, return_exceptions=True)


def tap(request: str) -> Work:
    """A decision on a request that is still open, as a tap makes it; gives the revision it was made on."""

    def work(tx: Transaction) -> int:
        stored = tx.request(RequestId(request))
        assert stored is not None
        if stored.request.revision == 2 and not tx.is_handled("post", request):
            tx.copies(RequestId(request))
            tx.record(stored, answered(stored.request))
            tx.put_job(job(f"tell:{request}"))
            assert tx.handled("post", request, T0)
        return stored.request.revision

    return work


async def delivered(store: Store, *requests: str) -> None:
    for request in requests:
        await opened(store, request)
        await store.run(lambda tx, request=request: tx.receive(Update("post", request, "{}", T0)))  # type: ignore[misc]


async def test_many_taps_cost_as_many_ways_as_one(here: PostgresStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """One to begin and to read, one to write and to commit: thirty taps of a group cost what one does."""
    names = [f"A-{n}" for n in range(31)]
    await delivered(here, *names)
    ways: list[Sequence[Sent]] = []
    told = postgres_driver.PostgresDriver._told

    def counting(driver: postgres_driver.PostgresDriver, sent: Sequence[Sent]) -> list[Sequence[Row]]:
        ways.append(sent)
        return told(driver, sent)

    monkeypatch.setattr(postgres_driver.PostgresDriver, "_told", counting)
    assert await here.run(tap("A-30"), about("A-30", updates=["A-30"])) == 2
    assert len(ways) == 2
    ways.clear()
    works = [(tap(name), about(name, updates=[name])) for name in names[:30]]
    assert await together(here, *works) == [2] * 30
    assert len(ways) == 2 + 2  # those of the operation that held the others up, and theirs
    assert sum(map(len, ways)) < 20


async def test_a_second_tap_of_a_group_sees_the_first(here: PostgresStore) -> None:
    """What was read ahead is as the group itself has left it; one that raises in between harms nobody."""
    await delivered(here, "A-1", "A-2")

    def oops(_: Transaction) -> None:
        raise ZeroDivisionError

    said = about("A-1", updates=["A-1"])
    found = await together(here, (tap("A-1"), said), (oops, said), (tap("A-1"), said), (tap("A-2"), NOTHING_SAID))
    assert (found[0], type(found[1]), found[2:]) == (2, ZeroDivisionError, [5, 2])
    assert await here.read(lambda tx: [tx.is_handled("post", name) for name in ("A-1", "A-2", "A-3")]) == [True, True, False]


async def test_an_update_is_handled_once(here: PostgresStore) -> None:
    """Twice in one group, a later time, and one that nobody wrote down."""
    await here.run(lambda tx: tx.receive(Update("post", "1", "{}", T0)))

    def handle(tx: Transaction) -> bool:
        return tx.handled("post", "1", T0)

    said = about(updates=["1", "2"])
    assert await together(here, (handle, said), (handle, said)) == [True, False]
    assert await here.run(handle, said) is False
    assert await here.run(handle) is False
    assert await here.run(lambda tx: tx.handled("post", "2", T0), said) is True


async def test_copies_read_ahead_follow_the_group(here: PostgresStore) -> None:
    """A card that was shown or taken away in a group is known to what comes after it there; so is a new request."""
    await opened(here)
    copy = Copy(A1, "pavel", "post", "1", "2", "", "", "")
    said = about("A-1", "A-2")

    def people(tx: Transaction) -> list[str]:
        return [copy.person for copy in tx.copies(A1)]

    works: list[Work] = [people, lambda tx: tx.save_copy(copy), people, lambda tx: tx.forget_copy(copy), people]
    assert await together(here, *((work, said) for work in works)) == [[], None, ["pavel"], None, []]
    assert await here.run(lambda tx: tx.request(RequestId("A-2")), said) is None


async def test_what_runs_again_reads_again(here: PostgresStore, there: PostgresStore) -> None:
    """A group is undone and another process changes what it had read: nobody decides on the old state."""
    await delivered(here, "A-1")
    seen: list[int] = []
    changed = threading.Event()
    loop = asyncio.get_running_loop()
    changing: list[asyncio.Task[int]] = []

    async def change() -> int:
        found: int = await there.run(tap("A-1"))
        changed.set()
        return found

    def pause(_: Transaction) -> None:
        if changing:  # it runs again, and before the others do
            changed.wait(LONG)

    def look(tx: Transaction) -> None:
        stored = tx.request(A1)
        assert stored is not None
        seen.append(stored.request.revision)

    def spoil(tx: Transaction) -> None:
        tx.next_number("spoiled")
        if not changing:
            loop.call_soon_threadsafe(lambda: changing.append(asyncio.ensure_future(change())))
            _until_somebody_waits(there._url)
        raise ZeroDivisionError

    found = await together(here, (pause, NOTHING_SAID), (look, NOTHING_SAID), (spoil, about("A-1")))
    assert isinstance(found[2], ZeroDivisionError)
    assert await changing[0] == 2
    assert seen == [2, 5]


def _until_somebody_waits(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        for _ in range(1000):
            if connection.execute(waiting).fetchone() != (0,):
                return
        raise AssertionError("nobody waits")


async def test_groups_lock_in_one_order(here: PostgresStore, there: PostgresStore) -> None:
    """Two processes whose taps come in opposite orders wait for each other once, and neither is undone."""
    names = [f"A-{n}" for n in range(12)]
    await delivered(here, *names)
    ran: list[int] = []
    one, other = ([(counted(tap(name), ran), about(name, updates=[name])) for name in order] for order in (names, names[::-1]))
    found = await asyncio.gather(together(here, *one), together(there, *other))
    assert sorted(found[0] + found[1]) == [2] * 12 + [5] * 12
    assert len(ran) == 24


async def test_nothing_is_done_twice_when_a_commit_gets_lost(url: str, here: PostgresStore) -> None:
    """Whether it was written is not known: everybody of the group is told, and nobody's work runs again."""
    ran: list[int] = []

    def last(tx: Transaction) -> None:
        tx.put_job(job())
        cut(url)

    found = await together(here, (lambda tx: ran.append(1), NOTHING_SAID), (last, NOTHING_SAID))
    assert [type(error) for error in found] == [Unavailable, Unavailable]
    assert ran == [1]


async def test_sets_keep_every_text(here: PostgresStore) -> None:
    """Whatever people write stands there as they wrote it, also beside others in one statement."""
    await together(here, *((lambda tx, w=w: tx.note_unanswered("brand-a", w, w, T0), NOTHING_SAID) for w in WORDS))
    found = await here.read(lambda tx: tx.unanswered("brand-a", T0))
    assert [(one.person, one.words) for one in found] == [(word, word) for word in WORDS]


def counted(work: Work, ran: list[int]) -> Work:
    """The same work, noting every time it runs."""

    def noting(tx: Transaction) -> Any:
        ran.append(1)
        return work(tx)

    return noting


def deed(chance: Random) -> Work:
    """Something that writes, on one of few rows."""
    key, at = f"tell:{chance.randrange(4)}", T0 + timedelta(seconds=chance.randrange(9))
    copy = Copy(A1, key, "post", "1", str(chance.randrange(9)), "", "", "")
    deeds: list[Work] = [
        lambda tx: tx.put_job(job(key, at, person=key)),
        lambda tx: tx.put_jobs_later(job(key, at, person=key)),
        lambda tx: tx.drop_job(key),
        lambda tx: tx.postpone_job(job(key, at), at),
        lambda tx: tx.finish_job(job(key, at)),
        lambda tx: tx.save_copy(copy),
        lambda tx: tx.forget_copy(copy),
        lambda tx: tx.note_sent(key, "1", copy.message, at),
    ]
    return chance.choice([*deeds * 4, lambda tx: tx.remove_person(key, at, "anna")])


@pytest.mark.parametrize("seed", range(6))
async def test_sets_leave_what_single_statements_leave(tmp_path: Path, seed: int) -> None:
    """The same writes in the same order leave the same rows on SQLite, which runs them one by one; no set is refused."""
    ran: list[int] = []
    ends: list[dict[str, list[tuple[object, ...]]]] = []
    for engine in (SqliteEngine(tmp_path), PostgresEngine(tmp_path)):
        chance, store = Random(seed), engine.open()
        for _ in range(4):
            await together(store, *((counted(deed(chance), ran), NOTHING_SAID) for _ in range(40)))
        await store.close()
        ends.append({table: _rows(engine, tmp_path, table) for table in ("job", "copy", "sent", "removed_person")})
    assert ends[0] == ends[1]
    assert any(ends[0].values())
    assert len(ran) == 2 * 4 * 40


def _rows(engine: SqliteEngine | PostgresEngine, folder: Path, table: str) -> list[tuple[object, ...]]:
    sql = f"SELECT * FROM {table}"
    if isinstance(engine, PostgresEngine):
        with psycopg.connect(engine.url) as server:
            return sorted(server.execute(sql.encode()).fetchall())
    with closing(sqlite3.connect(folder / "soglas.db")) as connection:
        return sorted(connection.execute(sql).fetchall())


def test_a_row_sees_its_changes_in_their_order() -> None:
    """A statement joins its like only when nothing in between may concern its row; one that would do nothing is left out."""
    waiting = Waiting()
    copies = [Copy(A1, person, "post", "1", "2", "", "", "") for person in "abcd"]
    for number, copy in enumerate(copies):
        if number == 2:
            waiting.add("forget_copy", {"request": copy.request, "person": copy.person, "messenger": copy.messenger})
        waiting.add("save_copy", vars_of(copy))
    assert [(sql.split()[0], values["person"]) for sql, values in waiting.taken()] == [
        ("INSERT", '{"a","b"}'), ("DELETE", "c"), ("INSERT", '{"c","d"}'),
    ]  # fmt: skip
    for name, person in (("add_waiting", "a"), ("add_waiting", "b"), ("add_waiting", "a"), ("forget_waiting", "a")):
        waiting.add(name, {"person": person, "request": "A-1"})
    assert [values["person"] for _, values in waiting.taken()] == ['{"a","b"}', "a"]
    for copy in copies[:2]:
        waiting.add("save_copy", vars_of(copy))
        waiting.add("forget_copies_of_person", {"person": "b"})
    assert len(waiting.taken()) == 4
    assert not waiting


def vars_of(copy: Copy) -> dict[str, str]:
    return {name: str(getattr(copy, name)) for name in Copy.__slots__}


async def test_whoever_waited_for_a_number_reads_anew(here: PostgresStore, there: PostgresStore) -> None:
    """A request is opened while somebody is set away beside it: what was read before the number may not hold any more."""
    away = Away(1, Absence("pavel", date(2026, 11, 24), date(2026, 11, 27)), "pavel", T0, "test")

    def people_away(tx: Transaction) -> tuple[Away, ...]:
        return tx.kept("away", lambda: tuple(tx.absences(date(2026, 11, 1))))

    def opens(tx: Transaction) -> tuple[tuple[Away, ...], tuple[Away, ...]]:
        before = people_away(tx)
        noted = asyncio.run_coroutine_threadsafe(there.run(lambda other: other.save_absence(away)), loop)
        noted.result(10)
        tx.next_number("A")
        return before, people_away(tx)

    loop = asyncio.get_running_loop()
    await here.run(people_away)  # so that it is read ahead
    assert await here.run(opens) == ((), (away,))
