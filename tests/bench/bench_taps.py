"""Taps through the whole real core on SQLite, durable, against the driver alone writing the same rows in the same run.

    python -m tests.bench.bench_taps [--taps 2000] [--open 0] [--folder FOLDER]

``--open`` puts so many further open requests in the database first. The folder must be on the disk that counts.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from statistics import median

from adapters.playground.clock import MovableClock
from bot.core.request.commands import Do
from bot.core.request.model import RequestId
from bot.core.request.table import Action
from bot.ports import Update
from bot.service import Done, Service, UpdateKey
from storage.sqlite import SqliteStore, connect
from tests.bench.raw_rows import fresh, rate, taps_of
from tests.bench.report import Goal, machine, show
from tests.office import BRAND, START, hired
from tests.storage.deeds import opening

_ROUNDS = 3
_WARMING = 64  # the first taps read the playbook and the calendars; they are made, and not counted


async def prepare(path: Path, taps: int, more: int) -> None:
    """A database with a request and a delivered update for every tap, and further open requests."""
    store = SqliteStore(fresh(path))
    service = Service(store, MovableClock(START, running=False))
    await hired(store)
    draft = opening().state.draft
    asked = [service.open(BRAND, "sveta", draft, through="bench") for _ in range(taps)]
    for outcome in await asyncio.gather(*asked):
        assert isinstance(outcome, Done)
        update = Update("post", f"tap-{outcome.request.id}", '{"callback_query": {}}' * 20, START)
        await store.run(lambda tx, update=update: tx.receive(update))  # type: ignore[misc]
    await store.close()
    _multiply(path, more)


def _multiply(path: Path, more: int) -> None:
    """Copies of the first request under other ids, with their card and moment, to make the database large."""
    connection = connect(path)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("BEGIN")
    numbers = [(n,) for n in range(more)]
    connection.executemany(
        "INSERT INTO request SELECT 'Z-' || ?1, brand, status, requested_by, opened_at + ?1, revision, head, state"
        " FROM request WHERE id = 'A-1'", numbers,
    )  # fmt: skip
    connection.executemany(
        "INSERT INTO job SELECT 'wake:Z-' || ?1, kind, 'Z-' || ?1, person, due_at + ?1 * 1000000, urgent, 0, 0, 0, body"
        " FROM job WHERE key = 'wake:A-1'", numbers,
    )  # fmt: skip
    connection.execute("COMMIT")
    connection.close()


async def tapped(path: Path, taps: int, callers: int) -> tuple[float, list[float]]:
    """Every request gets its decision. Gives the taps a second, and how long each took."""
    store = SqliteStore(path)
    service = Service(store, MovableClock(START + timedelta(minutes=5), running=False))
    numbers: Iterator[int] = iter(range(1, taps + 1))
    times: list[float] = []

    async def caller() -> None:
        for number in numbers:
            request = RequestId(f"A-{number}")
            begun = time.perf_counter()
            outcome = await service.do(request, Do(Action.YES, "pavel", "post"), UpdateKey("post", f"tap-{request}"))
            times.append(time.perf_counter() - begun)
            assert isinstance(outcome, Done), outcome
            assert not outcome.again

    waiting, numbers = numbers, itertools.islice(numbers, _WARMING)
    await caller()
    numbers = waiting
    times.clear()
    begun = time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(callers)))
    taken = time.perf_counter() - begun
    await store.close()
    return len(times) / taken, times


def measured(folder: Path, taps: int, more: int) -> dict[str, list[float]]:
    """All variants one after the other, several times, each on a copy of the same database."""
    start = folder / "start.db"
    asyncio.run(prepare(start, taps, more))
    found: dict[str, list[float]] = {}
    for _, callers in itertools.product(range(_ROUNDS), (1, 32)):
        path = _copy(start, folder)
        speed, times = asyncio.run(tapped(path, taps, callers))
        rows = taps_of(start, path) if callers == 32 else []
        found.setdefault(f"core {callers}", []).append(speed)
        found.setdefault(f"p99 {callers}", []).append(_share(times, 0.99))
        found.setdefault(f"p999 {callers}", []).append(_share(times, 0.999))
        for together in (1, 64) if rows else ():
            found.setdefault(f"raw {together}", []).append(rate(rows, _copy(start, folder), together))
    return found


def _copy(start: Path, folder: Path) -> Path:
    for old in folder.glob("run.db*"):
        old.unlink()
    return Path(shutil.copy(start, folder / "run.db"))


def _share(times: Sequence[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


def goals(found: dict[str, list[float]]) -> list[Goal]:
    value = {name: median(values) for name, values in found.items()}
    one, many, raw, group = value["core 1"], value["core 32"], value["raw 1"], value["raw 64"]
    return [
        Goal("raw driver, one commit a tap", f"{raw:,.0f}/s", "", None),
        Goal("raw driver, 64 taps a commit", f"{group:,.0f}/s", "", None),
        Goal("32 callers against one commit a tap", f"{many:,.0f}/s = {many / raw:.2f} x", ">= 1.5 x", many >= 1.5 * raw),
        Goal("32 callers against 64 taps a commit", f"{many:,.0f}/s = {many / group:.2f} x", ">= 0.5 x", many >= 0.5 * group),
        Goal("1 caller against one commit a tap", f"{one:,.0f}/s = {one / raw:.2f} x", ">= 0.5 x", one >= 0.5 * raw),
        Goal("32 callers, p99", f"{value['p99 32'] * 1e3:.1f} ms", "<= 25 ms", value["p99 32"] <= 0.025),
        Goal("32 callers, p99.9", f"{value['p999 32'] * 1e3:.1f} ms", "<= 50 ms", value["p999 32"] <= 0.05),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--taps", type=int, default=2000)
    parser.add_argument("--open", type=int, default=0)
    parser.add_argument("--folder", type=Path, default=None)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        found = measured(Path(folder), asked.taps, asked.open)
    show(f"{asked.taps} taps, {asked.open:,} further open requests; SQLite {sqlite3.sqlite_version}; {machine()}", goals(found))


if __name__ == "__main__":
    main()
