"""Taps through the whole real core on SQLite, durable, against the driver alone writing the same rows in the same run.

    python -m tests.bench --only taps

The folder must be on the disk that counts.
"""

from __future__ import annotations

import asyncio
import gc
import itertools
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median

from adapters.playground.clock import MovableClock
from bot.core.request.commands import Do
from bot.core.request.model import RequestId
from bot.core.request.table import Action
from bot.service import Done, Service, UpdateKey
from storage.sqlite import SqliteStore
from tests.bench.crowd import crowd
from tests.bench.raw_rows import rate, taps_of
from tests.bench.report import Goal, Run, at_least, at_most, only_told, share
from tests.bench.timing import elapsed
from tests.office import START

_WARMING = 64  # the first taps read the playbook and the calendars; they are made, and not counted
_CALLERS = 32
_MIB = 2**20


@dataclass
class Tapped:
    """How fast some taps were: how many a second, how long each took in seconds, how large the WAL file grew in bytes."""

    speed: float = 0.0
    times: list[float] = field(default_factory=list)
    wal: int = 0


async def tapped(path: Path, numbers: Sequence[int], callers: int = _CALLERS, at: datetime | None = None) -> Tapped:
    """A yes to each of these requests, on a store opened for it."""
    store = SqliteStore(path)
    service = Service(store, MovableClock(at or START + timedelta(minutes=5), running=False))
    await called(service, iter(numbers[:_WARMING]), 1, [])
    # As ``soglas run`` does when it is ready: what is there by now is not looked through again.
    gc.collect()
    gc.freeze()
    found, wal = Tapped(), path.with_name(path.name + "-wal")
    begun = elapsed()
    growing = asyncio.create_task(_largest(wal, found))
    await called(service, iter(numbers[_WARMING:]), callers, found.times)
    found.speed = len(found.times) / begun()
    growing.cancel()
    found.wal = max(found.wal, wal.stat().st_size)
    await store.close()
    return found


async def called(service: Service, numbers: Iterator[int], callers: int, times: list[float]) -> None:
    """So many callers, each with a tap under way at any time, until there are no more."""

    async def caller() -> None:
        for number in numbers:
            request = RequestId(f"A-{number}")
            taken = elapsed()
            outcome = await service.do(request, Do(Action.YES, "pavel", "post"), UpdateKey("post", f"tap-{request}"))
            times.append(taken())
            assert isinstance(outcome, Done), outcome
            assert not outcome.again

    await asyncio.gather(*(caller() for _ in range(callers)))


async def _largest(wal: Path, found: Tapped) -> None:
    while True:
        await asyncio.sleep(0.1)
        found.wal = max(found.wal, wal.stat().st_size)


def against_raw(run: Run) -> list[Goal]:
    """One caller and 32, beside the driver alone, each on a copy of the same database."""
    taps, start = run.size(2000, 500), run.folder / "start.db"
    crowd(start, taps, 1000)
    numbers = range(1, taps + 1)
    found: dict[str, list[float]] = {}
    for _ in range(run.size(5, 2)):
        for callers in (1, _CALLERS):
            path = _copied(start)
            speed = asyncio.run(tapped(path, numbers, callers)).speed
            found.setdefault(f"core {callers}", []).append(speed)
        rows = taps_of(start, path)
        for together in (1, 64):
            found.setdefault(f"raw {together}", []).append(rate(rows, _copied(start), together))
    return _beside_raw({name: median(values) for name, values in found.items()})


def _copied(start: Path) -> Path:
    for old in start.parent.glob("copy.db*"):
        old.unlink()
    return Path(shutil.copy(start, start.with_name("copy.db")))


def _beside_raw(value: dict[str, float]) -> list[Goal]:
    one, many, raw, group = (value[name] for name in ("core 1", f"core {_CALLERS}", "raw 1", "raw 64"))
    alone, together = f"raw, one commit a tap: {raw:,.0f}/s", f"raw, 64 taps a commit: {group:,.0f}/s"

    def beside(name: str, what: str, speed: float, limit: float, least: float, words: str) -> Goal:
        found = f"{speed:,.0f}/s = {speed / limit:.2f} x"
        return at_least(name, what, found, speed / limit, least, f"{least:g} x raw", words)

    return [
        only_told("taps_raw", "the driver alone, one commit a tap", f"{raw:,.0f}/s"),
        only_told("taps_raw_64", "the driver alone, 64 taps a commit", f"{group:,.0f}/s"),
        beside("taps", "taps, 32 callers", many, raw, 1.5, alone),
        beside("taps_group", "taps, 32 callers, against the group", many, group, 0.5, together),
        beside("taps_one", "taps, one caller", one, raw, 0.5, alone),
    ]


def when_large(run: Run, large: dict[int, Path]) -> list[Goal]:
    """The same taps with few and many further open requests, by turns. ``large`` are the databases, by how many are open."""
    taps, rounds = run.size(6000, 700), run.size(3, 1)
    found: dict[int, list[Tapped]] = {size: [] for size in large}
    for turn, (size, path) in itertools.product(range(rounds), large.items()):
        numbers = range(1 + turn * taps, 1 + (turn + 1) * taps)
        found[size].append(asyncio.run(tapped(path, numbers)))
    few = median(one.speed for one in found[min(found)])
    return [goal for size, some in found.items() for goal in _of_size(size, some, few)]


def taps_needed(run: Run) -> int:
    """How many requests each of the large databases has to have for ``when_large``."""
    return run.size(6000 * 3, 700)


def _of_size(size: int, found: Sequence[Tapped], few: float) -> list[Goal]:
    times = [one for some in found for one in some.times]
    speed, wal = median(one.speed for one in found), max(one.wal for one in found) / _MIB
    p50, p99, p999 = (share(times, part) * 1e3 for part in (0.5, 0.99, 0.999))
    name, what = f"taps_{size}", f"{size:,} open"
    is_many = size >= 100_000
    beside = f"median {p50:.1f} ms"
    slowed = f"with the fewest open: {few:,.0f}/s"
    told = f"{speed:,.0f}/s = {speed / few:.2f} x"
    return [
        at_least(f"{name}_rate", f"taps, {what}", told, speed / few, 0.8, "0.8 x", slowed)
        if is_many
        else only_told(f"{name}_rate", f"taps, {what}", f"{speed:,.0f}/s"),
        at_most(f"{name}_p99", f"tap p99, {what}", f"{p99:.1f} ms", p99, 25, "25 ms", beside),
        at_most(f"{name}_p999", f"tap p99.9, {what}", f"{p999:.1f} ms", p999, 50, "50 ms", beside),
        at_most(f"{name}_wal", f"WAL file, {what}", f"{wal:.0f} MiB", wal, 64, "64 MiB"),
    ]
