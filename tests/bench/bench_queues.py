"""Others' queues beside our moments: as many jobs due at the same instant, each of which does nothing.

APScheduler comes with the project; ``pip install pgqueuer`` where the benchmark runs.
"""

from __future__ import annotations

import asyncio
import pickle
import threading
from datetime import UTC, datetime, timedelta
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg

from tests.bench.report import Goal, at_least, only_told
from tests.bench.timing import elapsed
from tests.storage.server import database

_done = threading.Semaphore(0)


def against(deciding: float, empty: float, folder: Path) -> list[Goal]:
    """Our moments a second against theirs: those that decide nothing, as theirs do nothing, and beside it those that decide."""
    theirs = apscheduler(folder)
    found = _against("apscheduler", "APScheduler", deciding, empty, theirs, 15, "its own job store on SQLite")
    if find_spec("pgqueuer") is None:
        return [*found, only_told("pgqueuer", "moments against pgqueuer", "not measured", "pip install pgqueuer")]
    theirs = asyncio.run(pgqueuer(database()))
    return [*found, *_against("pgqueuer", "pgqueuer", deciding, empty, theirs, 3, "PostgreSQL, 100 at a time")]


def _against(name: str, whose: str, deciding: float, empty: float, theirs: float, least: float, how: str) -> list[Goal]:
    beside, told = f"{how}, empty jobs: {theirs:,.0f}/s", f"{empty:,.0f}/s = {empty / theirs:.1f} x"
    real = f"{deciding:,.0f}/s = {deciding / theirs:.1f} x"
    return [
        at_least(name, f"empty moments against {whose}", told, empty / theirs, least, f"{least:g} x", beside),
        only_told(f"{name}_real", f"moments with their real decision against {whose}", real, beside),
    ]


async def pgqueuer(url: str, due: int = 5000) -> float:
    """Jobs a second of pgqueuer from the first that begins to the last."""
    # Any: the package may not be there, and neither are its types.
    theirs: Any = import_module("pgqueuer")
    types: Any = import_module("pgqueuer.types")
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        queue = theirs.PgQueuer(theirs.PsycopgDriver(connection))
        queries = theirs.Queries(queue.connection)
        await queries.install()
        at: list[float] = []
        await queries.enqueue(["nothing"] * due, [None] * due, [0] * due)

        async def nothing(job: object) -> None:
            at.append(begun())

        queue.entrypoint("nothing")(nothing)
        begun = elapsed()
        await queue.run(mode=types.QueueExecutionMode.drain, batch_size=100, dequeue_timeout=timedelta(seconds=1))
        return due / (at[-1] - at[0])


def noted() -> None:
    """What APScheduler's jobs do."""
    _done.release()


def apscheduler(folder: Path, due: int = 1000) -> float:
    """Jobs a second of APScheduler with its own job store on the same disk, as it comes: every one durable."""
    from apscheduler.executors.pool import ThreadPoolExecutor
    from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
    from apscheduler.schedulers.background import BackgroundScheduler

    store = SQLAlchemyJobStore(f"sqlite:///{folder / 'apscheduler.db'}")
    scheduler = BackgroundScheduler(
        jobstores={"default": store}, executors={"default": ThreadPoolExecutor(8)}, timezone=UTC,
        job_defaults={"misfire_grace_time": None},
    )  # fmt: skip
    scheduler.start(paused=True)
    _fill(scheduler, store, due)
    begun = elapsed()
    scheduler.resume()
    for _ in range(due):
        _done.acquire()
    taken = begun()
    scheduler.shutdown()
    store.engine.dispose()
    return due / taken


# Any: APScheduler has no types.
def _fill(scheduler: object, store: object, due: int) -> None:
    """Its jobs, put into its table by its own pickles in one transaction: adding them one by one is not what is measured."""
    from apscheduler.job import Job

    at = datetime.now(UTC) - timedelta(seconds=1)
    rows = []
    for number in range(due):
        job = Job(
            scheduler, id=f"j{number}", func=noted, args=(), kwargs={}, trigger=_once(at), executor="default", name="noted",
            misfire_grace_time=None, coalesce=True, max_instances=1, next_run_time=at,
        )  # fmt: skip
        state = pickle.dumps(job.__getstate__(), pickle.HIGHEST_PROTOCOL)
        rows.append({"id": job.id, "next_run_time": at.timestamp(), "job_state": state})
    with store.engine.begin() as connection:  # type: ignore[attr-defined]
        connection.execute(store.jobs_t.insert(), rows)  # type: ignore[attr-defined]


def _once(at: datetime) -> object:
    from apscheduler.triggers.date import DateTrigger

    return DateTrigger(at, UTC)
