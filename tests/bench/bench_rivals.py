"""The same approval made in other ways, side by side on the same disk: a SQLModel AsyncSession for each tap, and DBOS.

    python -m tests.bench --only rivals

Neither belongs to this project: ``pip install aiosqlite dbos`` where the benchmark runs. What is missing is left out, and
said. Temporal's development server is a program of its own that the package registries do not have: it is not measured.
"""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel import SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import EventRow, InboxRow, JobRow, RequestRow, WaitingRow
from tests.bench.bench_taps import tapped
from tests.bench.crowd import crowd
from tests.bench.raw_rows import Tap, taps_of
from tests.bench.report import Goal, Run, at_least, only_told
from tests.bench.timing import elapsed

_CALLERS = 32


def figures(run: Run) -> list[Goal]:
    """Ours first, and from its rows those of the session."""
    taps, start = run.size(2000, 400), run.folder / "rivals.db"
    crowd(start, taps, 1000)
    path = Path(shutil.copy(start, run.folder / "ours.db"))
    ours = asyncio.run(tapped(path, range(1, taps + 1))).speed
    rows = taps_of(start, path)
    return [*_session(start, rows[: run.size(500, 100)], ours), *_dbos(run, ours), _temporal()]


def _temporal() -> Goal:
    return only_told("rival_temporal", "Temporal's development server", "not measured", "no package registry has the program")


def _missing(name: str, what: str, package: str) -> list[Goal]:
    return [only_told(name, what, "not measured", f"pip install {package}")]


def _session(start: Path, taps: Sequence[Tap], ours: float) -> list[Goal]:
    what = "taps against a SQLModel session each"
    if find_spec("aiosqlite") is None:
        return _missing("rival_session", what, "aiosqlite")
    theirs = asyncio.run(session_rate(start, taps))
    return [at_least("rival_session", what, f"{ours / theirs:.1f} x", ours / theirs, 20, "20 x", f"theirs: {theirs:,.0f}/s")]


async def session_rate(start: Path, taps: Sequence[Tap]) -> float:
    """Taps a second that read the request, change it and add the rows, in a session and a commit of their own.

    The rules are not even run, and one tap comes after the other: more at the same time would be refused as locked.
    """
    engine = create_async_engine(f"sqlite+aiosqlite:///{start}")

    @event.listens_for(engine.sync_engine, "connect")
    def durable(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")

    begun = elapsed()
    for tap in taps:
        await _in_a_session(engine, tap)
    taken = begun()
    await engine.dispose()
    return len(taps) / taken


async def _in_a_session(engine: AsyncEngine, tap: Tap) -> None:
    async with AsyncSession(engine) as session:
        status, revision, head, state, request, _ = tap.swap
        row = (await session.exec(select(RequestRow).where(RequestRow.id == request))).one()
        row.sqlmodel_update({"status": status, "revision": revision, "head": head, "state": state})
        for (key,) in tap.ended:
            await session.delete(await session.get_one(JobRow, key))
        await session.flush()
        session.add_all(_row(EventRow, event) for event in tap.events)
        session.add_all(_row(JobRow, job) for job in tap.jobs)
        for person, _ in tap.asked_before:
            await session.delete(await session.get_one(WaitingRow, (person, request)))
        session.add_all(_row(WaitingRow, asked) for asked in tap.asked_now)
        (await session.get_one(InboxRow, tap.update)).handled_at = 1
        await session.commit()


def _row(table: type[SQLModel], values: Sequence[object]) -> SQLModel:
    # What is not given, the last of a job's fields, is as it is by default.
    return table(**dict(zip(table.model_fields, values, strict=False)))


def _dbos(run: Run, ours: float) -> list[Goal]:
    what = "taps against approvals in DBOS"
    if find_spec("dbos") is None:
        return _missing("rival_dbos", what, "dbos")
    theirs = asyncio.run(dbos_rate(run.folder / "dbos.db", run.size(600, 100)))
    return [at_least("rival_dbos", what, f"{ours / theirs:.0f} x", ours / theirs, 40, "40 x", f"theirs: {theirs:,.0f}/s")]


async def dbos_rate(path: Path, approvals: int) -> float:
    """Approvals a second: a workflow that waits for a decision and notes it in a step; 32 callers decide."""
    # Any: the package may not be there, and neither are its types.
    theirs: Any = import_module("dbos")
    DBOS = theirs.DBOS  # noqa: N806
    config = {
        "name": "bench",
        "system_database_url": f"sqlite:///{path}",
        "notification_listener_polling_interval_sec": 0.01,
        "log_level": "CRITICAL",
    }
    DBOS(config=config)

    async def note(words: str) -> str:
        return f"approved: {words}"

    noted = DBOS.step()(note)

    async def approve(title: str) -> str:
        return str(await noted(await DBOS.recv_async("decision", timeout_seconds=600)))

    approval = DBOS.workflow()(approve)
    DBOS.launch()
    handles = []
    for number in range(approvals):
        with theirs.SetWorkflowID(f"a-{number}"):
            handles.append(await DBOS.start_workflow_async(approval, "List for January"))
    numbers: Iterator[int] = iter(range(approvals))

    async def caller() -> None:
        for number in numbers:
            await DBOS.send_async(f"a-{number}", "yes", "decision")
            await handles[number].get_result()

    begun = elapsed()
    await asyncio.gather(*(caller() for _ in range(_CALLERS)))
    taken = begun()
    DBOS.destroy()
    return approvals / taken
