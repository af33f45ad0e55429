"""Starting with a million open requests: how long until it is ready, and how much memory it takes.

python -m tests.bench --only start
"""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from adapters.playground.slack import SlackStandIn
from adapters.playground.telegram import TelegramStandIn
from tests.bench.report import Goal, Run, at_most, only_told
from tests.bench.timing import elapsed

_TELEGRAM, _BOT, _APP = "42:bench", "xoxb-bench", "xapp-bench"
_YEARS = 50 * 365 * 86400 * 1_000_000  # microseconds: whenever this runs, nothing is due
_MIB = 1024  # the system tells kilobytes


def put_off(path: Path) -> None:
    """What is due later is due in many years: the process that is started goes by the machine's clock."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(f"UPDATE job SET due_at = due_at + {_YEARS}")
        connection.execute("UPDATE inbox SET handled_at = 1")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def surroundings(path: Path) -> dict[str, str]:
    """An environment without settings, in which modules are compiled once, as they are where they were installed."""
    left_out = ("SOGLAS_", "LC_", "LANG", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    return {**kept, "PYTHONPATH": os.getcwd(), "PYTHONPYCACHEPREFIX": str(path.parent / "compiled")}


def stages(path: Path) -> dict[str, float]:
    """Seconds of each stage, in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.starting", f"sqlite:///{path}"]
    said = subprocess.run(command, env=surroundings(path), capture_output=True, text=True, check=True)
    # object, because json tells nothing else; the other process is ours
    found: dict[str, float] = json.loads(said.stdout)
    return found


@asynccontextmanager
async def messengers() -> AsyncIterator[dict[str, str]]:
    """Both messengers on loopback; gives the settings that lead to them."""

    def now() -> datetime:
        return datetime.now(UTC)

    telegram, slack = TelegramStandIn(token=_TELEGRAM, now=now), SlackStandIn(bot_token=_BOT, app_token=_APP, now=now)
    await telegram.start()
    await slack.start()
    try:
        yield {
            "SOGLAS_TELEGRAM_TOKEN": _TELEGRAM,
            "SOGLAS_TELEGRAM_API_URL": telegram.base_url.removesuffix("/bot"),
            "SOGLAS_SLACK_BOT_TOKEN": _BOT,
            "SOGLAS_SLACK_APP_TOKEN": _APP,
            "SOGLAS_SLACK_API_URL": slack.api_url,
            "SOGLAS_HTTP_PORT": "0",
        }
    finally:
        await slack.stop()
        await telegram.stop()


@dataclass(frozen=True, slots=True)
class Started:
    """Seconds until the process said that it runs, those of them on the processor, and the MiB it has two seconds later."""

    taken: float
    busy: float
    memory: float


async def process(path: Path) -> Started:
    """``soglas run`` on this database."""
    async with messengers() as settings:
        begun = elapsed()
        started = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", cwd=path.parent, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
            env={**surroundings(path), **settings, "SOGLAS_DATABASE_URL": f"sqlite:///{path}"},
        )  # fmt: skip
        try:
            assert started.stdout is not None
            async with asyncio.timeout(60):
                said = await started.stdout.readline()
            taken, busy = begun(), _busy(started.pid)
            assert b"Soglas runs" in said, said
            await asyncio.sleep(2)  # the first sweeps, polls and sockets take memory too
            return Started(taken, busy, _resident(started.pid) / _MIB)
        finally:
            started.terminate()
            await started.communicate()


def _busy(process: int) -> float:
    """Seconds that all its threads together have had a processor: nobody else's work is in it."""
    threads = Path(f"/proc/{process}/task").iterdir()
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e9


def _resident(process: int) -> int:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


def figures(run: Run, few: Path, many: Path, open_: int) -> list[Goal]:
    times = run.size(5, 2)
    put_off(many)
    stages(few)  # compiles
    asyncio.run(process(few))
    small, large = ([stages(path) for _ in range(times)] for path in (few, many))
    runs = [asyncio.run(process(many)) for _ in range(times)]

    def of(some: list[dict[str, float]], *names: str) -> float:
        return median(sum(one[name] for name in names) for one in some) * 1e3

    ready, before = of(large, "database"), of(small, "database")
    whole, memory = median(one.taken for one in runs), max(one.memory for one in runs)
    beside = (
        f"on the processor {median(one.busy for one in runs) * 1e3:.0f} ms; imports {of(large, 'imports'):.0f}, "
        f"texts {of(large, 'texts'):.0f}, schema {of(large, 'schema'):.0f} ms; "
        f"once it runs: HTTP API and phrases {of(large, 'later'):.0f} ms"
    )
    return [
        at_most(
            "start", f"database ready, {open_:,} open", f"{ready:.1f} ms", ready, 50, "50 ms", f"with the fewest: {before:.1f} ms"
        ),
        at_most("start_whole", "whole process, both messengers", f"{whole:.2f} s", whole, 1.2, "1.2 s", beside),
        at_most("start_memory", f"its memory, {open_:,} open", f"{memory:.0f} MiB", memory, 160, "160 MiB"),
        only_told("start_imports", "its imports alone", f"{of(large, 'imports'):.0f} ms"),
    ]  # fmt: skip
