"""Taps through the whole real core on PostgreSQL, durable, against the driver alone writing the same rows in the same run.

    python -m tests.bench.bench_postgres [--taps 2000] [--rounds 3]

The server is one of its own, out of a package; every variant works on a copy of the same database. The bot's own process,
the callers and the server share the machine: with few cores the ratios say more than the figures.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from statistics import median

import psycopg

from adapters.playground.clock import MovableClock
from bot.core.request.commands import Do
from bot.core.request.model import RequestId
from bot.core.request.table import Action
from bot.ports import Update
from bot.service import Done, Service, UpdateKey
from storage.postgres import PostgresStore
from tests.bench.raw_postgres import one_by_one, set_based, taps_of
from tests.bench.report import Goal, machine, show
from tests.office import BRAND, START, hired
from tests.storage.deeds import opening
from tests.storage.server import database, migrated

_WARMING = 64  # the first taps read the playbook and the calendars; they are made, and not counted
_CONNECTIONS = 8
_TOGETHER = 64


async def prepare(url: str, taps: int) -> None:
    """A request and a delivered update for every tap, and for those that warm."""
    store = PostgresStore(url, "bench")
    service = Service(store, MovableClock(START, running=False))
    await hired(store)
    draft = opening().state.draft

    async def one() -> None:
        outcome = await service.open(BRAND, "sveta", draft, through="bench")
        assert isinstance(outcome, Done)
        update = Update("post", f"tap-{outcome.request.id}", '{"callback_query": {}}' * 20, START)
        await store.run(lambda tx: tx.receive(update))

    await asyncio.gather(*(one() for _ in range(taps)))
    await store.close()


async def tapped(url: str, numbers: range, callers: int, *, told: bool = False) -> tuple[float, float, list[float]]:
    """Every request gets its decision. Gives when it began and ended, and how long each took."""
    store = PostgresStore(url, f"bench-{numbers.start}")
    service = Service(store, MovableClock(START + timedelta(minutes=5), running=False))
    waiting: Iterator[int] = iter(numbers)
    times: list[float] = []

    async def caller(numbers: Iterator[int]) -> None:
        for number in numbers:
            request = RequestId(f"A-{number}")
            begun = time.perf_counter()
            outcome = await service.do(request, Do(Action.YES, "pavel", "post"), UpdateKey("post", f"tap-{request}"))
            times.append(time.perf_counter() - begun)
            assert isinstance(outcome, Done), outcome
            assert not outcome.again

    await asyncio.gather(*(caller(itertools.islice(waiting, _WARMING // 8)) for _ in range(8)))
    times.clear()
    if told:
        _meet()
    begun = time.time()
    await asyncio.gather(*(caller(waiting) for _ in range(callers)))
    ended = time.time()
    await store.close()
    return begun, ended, times


def _meet() -> None:
    """Says that it is warm, and waits for the others."""
    sys.stdout.write("warm\n")
    sys.stdout.flush()
    sys.stdin.readline()


def processes(url: str, taps: int, callers: int) -> float:
    """Two processes share the taps. Gives the taps a second of both together."""
    half = taps // 2 + _WARMING
    parts = [range(1 + n * half, 1 + (n + 1) * half) for n in range(2)]
    command = [sys.executable, "-m", "tests.bench.bench_postgres", "--callers", str(callers), "--part", url]
    started = [
        subprocess.Popen(
            [*command, str(part.start), str(part.stop)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for part in parts
    ]  # fmt: skip
    for child in started:
        assert child.stdout
        assert child.stdout.readline() == "warm\n"
    for child in started:
        assert child.stdin
        child.stdin.write("go\n")
        child.stdin.flush()
    told = [child.communicate()[0].split() for child in started]
    return taps / (max(float(ended) for _, ended in told) - min(float(begun) for begun, _ in told))


def measured(taps: int, rounds: int) -> dict[str, list[float]]:
    """All variants one after the other, several times."""
    start = database(migrated())
    asyncio.run(prepare(start, taps + 2 * _WARMING))
    template = start.partition("?")[0].rsplit("/", 1)[1]
    found: dict[str, list[float]] = {}

    def note(name: str, figure: float) -> None:
        found.setdefault(name, []).append(figure)

    rows = None
    for _ in range(rounds):
        for callers in (1, 32, 128):
            url = database(template)
            some = taps // 8 if callers == 1 else taps
            begun, ended, times = asyncio.run(tapped(url, range(1, some + _WARMING + 1), callers))
            note(f"core {callers}", len(times) / (ended - begun))
            note(f"p99 {callers}", sorted(times)[int(len(times) * 0.99)])
            rows = taps_of(start, url)[_WARMING:] if callers == 32 else rows
        assert rows
        note("two", processes(database(template), taps, 64))
        note("raw", one_by_one(rows, database(template), _CONNECTIONS))
        note("sets", set_based(rows, database(template), _TOGETHER))
    return found


def goals(found: dict[str, list[float]]) -> list[Goal]:
    value = {name: median(values) for name, values in found.items()}
    raw, few, many, two = value["raw"], value["core 32"], value["core 128"], value["two"]
    return [
        Goal(f"raw driver, {_CONNECTIONS} connections", f"{raw:,.0f}/s", "", None),
        Goal(f"raw driver, sets of {_TOGETHER} taps", f"{value['sets']:,.0f}/s", "", None),
        Goal("1 caller", f"{value['core 1']:,.0f}/s = {value['core 1'] / raw:.2f} x raw", "", None),
        Goal("32 callers", f"{few:,.0f}/s = {few / raw:.2f} x raw", ">= 2.5 x", few >= 2.5 * raw),
        Goal("128 callers", f"{many:,.0f}/s = {many / raw:.2f} x raw", ">= 2.5 x", many >= 2.5 * raw),
        Goal("two processes, 64 callers each", f"{two:,.0f}/s = {two / many:.2f} x one", ">= 1.4 x one", two >= 1.4 * many),
        Goal("32 callers, p99", f"{value['p99 32'] * 1e3:.1f} ms", "", None),
        Goal("128 callers, p99", f"{value['p99 128'] * 1e3:.1f} ms", "", None),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--taps", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--callers", type=int, default=64, help=argparse.SUPPRESS)
    parser.add_argument("--part", nargs=3, default=None, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.part:
        url, first, after = asked.part
        begun, ended, _ = asyncio.run(tapped(url, range(int(first), int(after)), asked.callers, told=True))
        sys.stdout.write(f"{begun} {ended}\n")
        return
    found = measured(asked.taps, asked.rounds)
    with psycopg.connect(database(migrated())) as connection:
        version = connection.info.server_version // 10000
    show(f"{asked.taps} taps; PostgreSQL {version}; {machine()}", goals(found))


if __name__ == "__main__":
    main()
