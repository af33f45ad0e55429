"""What a process does until it is ready, stage by stage; run in a process of its own by ``bench_start``.

    python -m tests.bench.starting DATABASE

Prints the seconds of each stage as JSON. The imports are those of ``soglas run`` with both messengers.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

_BEGUN = time.perf_counter()
# The order is what is measured: first everything is imported, and only then is anything done.
# ruff: noqa: E402, F401
import adapters.http.courier
import adapters.http.front
import adapters.http.late
import adapters.http.server
import adapters.slack.connection
import adapters.slack.door
import adapters.slack.sender
import adapters.telegram.connection
import adapters.telegram.door
import adapters.telegram.sender
import bot.commands.live
import storage.sqlite
import storage.upgrade
from bot import speech, understanding
from bot.clock import SystemClock
from bot.wiring import assemble
from storage.opening import open_store

_IMPORTED = time.perf_counter()


async def ready(url: str) -> dict[str, float]:
    """Opens the database, finds what is due, and is ready. ``schema`` is the look whether it is up to date.

    ``later`` is what ``soglas run`` does once it runs: it makes the HTTP API and reads the phrases.
    """
    begun = time.perf_counter()
    speech.warm()
    warm = time.perf_counter()
    storage.upgrade.upgrade(url)
    checked = time.perf_counter()
    system = assemble(open_store(url), SystemClock())
    await system.store.read(lambda tx: tx.brands())
    await system.store.leads("run")
    await system.worker.settle()
    done = time.perf_counter()
    import adapters.http.app

    adapters.http.app.build_api(system.service, system.store, {})
    understanding.warm()
    later = time.perf_counter() - done
    await system.store.close()
    taken = {"imports": _IMPORTED - _BEGUN, "texts": warm - begun, "schema": checked - warm, "database": done - checked}
    return {**taken, "later": later}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(ready(sys.argv[1]))))
