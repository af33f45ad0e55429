"""Moments: finding the next one, a batch of a hundred, and ten thousand in the same second while people tap.

    python -m tests.bench --only due

Beside it the queues of ``bench_queues``, which do nothing in each of their jobs.
"""

from __future__ import annotations

import asyncio
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from adapters.playground.clock import MovableClock
from bot.service import Service
from storage.sqlite import SqliteStore, connect
from tests.bench.bench_queues import against
from tests.bench.bench_taps import called
from tests.bench.crowd import FIRST_DUE
from tests.bench.raw_rows import fresh
from tests.bench.report import Goal, Run, at_most, only_told, share
from tests.bench.timing import elapsed, micros
from tests.office import BRAND

_CALLERS = 32
_BATCH = 100
_BATCHES = 5
_EMPTY = 20_000
_PENDING = (
    "INSERT INTO job WITH RECURSIVE one(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM one WHERE n < ?)"
    " SELECT printf('wake:Z-%08d', n), 'wake', printf('Z-%08d', n), '', 1000000000000000 + n, 0, 0, 0, 0, '', '' FROM one"
)


def next_due(folder: Path, pending: int) -> float:
    """Microseconds to find the next due moment among so many."""
    path = fresh(folder / f"due-{pending}.db")
    with closing(connect(path)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(_PENDING, (pending,))
    store = SqliteStore(path)
    value = store._read(lambda tx: micros(tx.next_due))
    asyncio.run(store.close())
    for file in folder.glob(f"{path.name}*"):
        file.unlink()
    return value


def nexts(run: Run) -> list[Goal]:
    """The cost of looking among ever more."""
    sizes = [1_000_000] if not run.quick else [200_000]
    few, found = next_due(run.folder, run.size(100_000, 20_000)), list[Goal]()
    beside = f"{run.size(100_000, 20_000):,} pending: {few:.1f} us"
    for pending in [*sizes, 10_000_000] if run.most else sizes:
        value = next_due(run.folder, pending)
        told = f"{value:.1f} us = {value / few:.2f} x"
        found.append(at_most(f"due_{pending}", f"next moment, {pending:,} pending", told, value / few, 1.5, "1.5 x", beside))
    return found


def batches(few: Path, many: Path, folder: Path) -> list[Goal]:
    """A sweep of a hundred moments, each with its real decision, with few and with many pending; by turns. Beside it
    others' queues, whose jobs do nothing."""
    found: dict[Path, list[float]] = {few: [], many: []}
    for _ in range(_BATCHES):
        for path, taken in found.items():
            taken.append(asyncio.run(_batch(path)))
    small, large = median(found[few]) * 1e3, median(found[many]) * 1e3
    told, beside = f"{large:.1f} ms = {large / small:.2f} x", f"with fewer pending: {small:.1f} ms"
    return [
        at_most("batch", "100 due together, many pending", told, large / small, 2, "2 x", beside),
        *against(_BATCH / large * 1e3, empty(folder), folder),
    ]


def empty(folder: Path) -> float:
    """Moments a second that decide nothing, because their requests are not there: claimed, looked up, ended, committed."""
    path = fresh(folder / "empty.db")
    with closing(connect(path)) as connection:
        connection.execute(_PENDING, (_EMPTY,))
        connection.execute("UPDATE job SET due_at = 0")
    return asyncio.run(_emptied(path))


async def _emptied(path: Path) -> float:
    store = SqliteStore(path)
    service = Service(store, MovableClock(FIRST_DUE, running=False))
    begun, woken = elapsed(), 0
    while some := await service.wake_due():
        woken += some
    taken = begun()
    assert woken == _EMPTY, woken
    await store.close()
    return woken / taken


async def _batch(path: Path) -> float:
    store = SqliteStore(path)
    service = Service(store, MovableClock(FIRST_DUE, running=False))
    # The first transaction reads the playbook: that is a matter of the start.
    await store.run(lambda tx: tx.in_force(BRAND))
    begun = elapsed()
    woken = await service.wake_due()
    taken = begun()
    assert woken == _BATCH, woken
    await store.close()
    return taken


def due_needed(run: Run) -> tuple[int, int, int]:
    """How many are to be due together with few and with many pending; and how many taps there are to be beside them."""
    return _BATCH * _BATCHES, _BATCH * _BATCHES + run.size(10_000, 1000), run.size(20_000, 2000)


@dataclass
class Rush:
    """Seconds by which each moment was late, how long each tap took, how long all of it took."""

    late: list[float] = field(default_factory=list)
    taps: list[float] = field(default_factory=list)
    taken: float = 0.0


async def rush(path: Path, due: int, first_tap: int, most_taps: int) -> Rush:
    """So many moments due at one instant, swept as the worker does it, while 32 callers tap without a pause."""
    store, found = SqliteStore(path), Rush()
    service = Service(store, MovableClock(FIRST_DUE, running=False))
    await called(service, iter(range(first_tap, first_tap + 64)), 1, [])
    ended = asyncio.Event()
    numbers = (number for number in range(first_tap + 64, first_tap + most_taps) if not ended.is_set())
    callers = asyncio.create_task(called(service, numbers, _CALLERS, found.taps))
    begun = elapsed()
    while len(found.late) < due and (woken := await service.wake_due()):
        found.late += [begun()] * woken
    found.taken = begun()
    ended.set()
    await callers
    await store.close()
    assert len(found.late) == due, len(found.late)
    return found


def rushed(run: Run, many: Path, first_tap: int) -> list[Goal]:
    _, together, taps = due_needed(run)
    due = together - _BATCH * _BATCHES
    found = asyncio.run(rush(many, due, first_tap, taps))
    late, tap = share(found.late, 0.99), share(found.taps, 0.99) * 1e3
    rate = due / found.taken
    told = f"{due:,} due, {len(found.taps) / found.taken:,.0f} taps/s meanwhile"
    return [
        at_most("rush_late", f"{due:,} due together, late p99", f"{late:.2f} s", late, 1, "1 s", told),
        at_most("rush_tap", "tap p99 meanwhile", f"{tap:.1f} ms", tap, 50, "50 ms", told),
        only_told("rush_rate", "moments carried out, with the taps", f"{rate:,.0f}/s"),
    ]
