"""``soglas run`` is there soon: what it does not need for a tap comes after it says that it runs, or not at all."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import time
from pathlib import Path

import httpx
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from adapters.http.late import Late
from bot import understanding
from tests.commands.terminal import PATIENCE, ROOT, clean
from tests.commands.test_run import in_force, world

# Tells on stderr what is imported when it runs, and what has been at its end.
WATCHED = """
import atexit, sys
class Out:
    def write(self, words):
        if "Soglas runs" in words:
            print("ready", *sys.modules, file=sys.stderr, flush=True)
        return out.write(words)
    def flush(self):
        out.flush()
out, sys.stdout = sys.stdout, Out()
atexit.register(lambda: print("ended", *sys.modules, file=sys.stderr))
sys.argv[:] = ["soglas", "run"]
from bot.__main__ import main
main()
"""
# At first nobody needs it; afterwards it is there.
LATER = {"fastapi", "opentelemetry", "pydantic.v1", "adapters.http.app"}
# For other commands, other databases, other ways of delivery, or no process of ours at all.
NEVER = {
    "alembic", "matplotlib", "jinja2", "psycopg", "hypothesis", "bot.commands.doctor", "bot.commands.rehearse", "adapters.playground.demo",
    "adapters.telegram.webhook", "adapters.slack.http_mode",
}  # fmt: skip
OF_SLACK, OF_TELEGRAM = {"slack_bolt", "slack_sdk", "adapters.slack.sender"}, {"telegram", "httpx", "adapters.telegram.sender"}


@pytest.mark.parametrize(
    ("messenger", "its_own", "foreign"), [("TELEGRAM", OF_TELEGRAM, OF_SLACK), ("SLACK", OF_SLACK, OF_TELEGRAM)]
)
async def test_only_what_is_needed_is_imported(tmp_path: Path, messenger: str, its_own: set[str], foreign: set[str]) -> None:
    """A process with one messenger never imports the other; the HTTP API comes after it runs, and answers whoever is early."""
    await in_force(tmp_path)
    async with world(tmp_path) as town:
        settings = {
            name: value for name, value in town.settings.items() if name.startswith((f"SOGLAS_{messenger}", "SOGLAS_HTTP"))
        }
        bot = await asyncio.create_subprocess_exec(
            sys.executable, "-c", WATCHED, cwd=tmp_path, env={**clean(os.environ), **settings, "PYTHONPATH": str(ROOT)},
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            assert bot.stdout is not None
            async with asyncio.timeout(PATIENCE):
                url = (await bot.stdout.readline()).decode().split()[-1]
                async with httpx.AsyncClient(timeout=PATIENCE) as early:
                    assert (await early.get(f"{url}/health")).status_code == 200
            bot.terminate()
            async with asyncio.timeout(PATIENCE):
                _, said = await bot.communicate()
        finally:
            if bot.returncode is None:
                bot.kill()
                await bot.wait()
    at = {line.split()[0]: set(line.split()) for line in said.decode().splitlines() if line.startswith(("ready ", "ended "))}
    assert its_own <= at["ready"] and LATER.isdisjoint(at["ready"])
    assert {"fastapi", "adapters.http.app"} <= at["ended"]
    assert not at["ended"] & (foreign | NEVER)


def test_no_tap_waits_for_the_phrases() -> None:
    """What people type is prepared in pieces, none of them longer than a twentieth of a second."""
    understanding._grammar.cache_clear()
    understanding.stem.cache_clear()
    pieces: list[float] = []
    gc.disable()  # it would go through all that the other tests have left
    try:
        begun = time.thread_time()
        for _ in understanding.preparing():
            pieces.append(time.thread_time() - begun)
            begun = time.thread_time()
    finally:
        gc.enable()
    assert len(pieces) > 100 and max(pieces) < 0.05
    assert understanding._grammar.cache_info().currsize == 2


async def nothing(scope: Scope, receive: Receive, send: Send) -> None: ...


async def test_an_application_is_made_once() -> None:
    """Whoever calls while it is made gets it, nobody makes it again, and one who hangs up takes it from nobody else."""
    made: list[ASGIApp] = []

    def make() -> ASGIApp:
        time.sleep(0.05)
        made.append(nothing)
        return nothing

    late = Late(make)
    impatient = asyncio.create_task(late.made())
    await asyncio.sleep(0)
    others = [asyncio.create_task(late.made()) for _ in range(3)]
    impatient.cancel()
    assert await asyncio.gather(*others) == [nothing] * 3
    assert made == [nothing]


async def test_an_application_that_cannot_be_made_is_told() -> None:
    """The process hears of it, instead of serving nothing silently."""

    def make() -> ASGIApp:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await Late(make).made()
