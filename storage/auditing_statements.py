"""Statements that look whether everything works: each reads a bounded number of rows along an index."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, String, bindparam, case, column, func, or_, select, table
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from storage import tables as t
from storage.building import same
from storage.building import table as table_of

REQUEST, EVENT, JOB = table_of(t.RequestRow), table_of(t.EventRow), table_of(t.JobRow)
INBOX, WAITING = table_of(t.InboxRow), table_of(t.WaitingRow)
# Alembic's own table: where it says to which revision the schema was brought.
_REVISION = table("alembic_version", column("version_num"))


class _ServerClock(FunctionElement[int]):
    """Microseconds since 1970 by the server's clock; nothing where the database has no clock of its own."""

    inherit_cache = True
    type = BigInteger()


@compiles(_ServerClock)
def _no_server(element: _ServerClock, compiler: SQLCompiler, **_: Any) -> str:
    return "NULL"


@compiles(_ServerClock, "postgresql")
def _server(element: _ServerClock, compiler: SQLCompiler, **_: Any) -> str:
    # Not ``now()``: that is when the transaction began.
    return "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)"


class _LockHeld(FunctionElement[int]):
    """Whether any session has the advisory lock of a duty, without trying to take it."""

    inherit_cache = True
    type = BigInteger()


@compiles(_LockHeld)
def _cannot_tell(element: _LockHeld, compiler: SQLCompiler, **_: Any) -> str:
    # The name is looked at all the same: a statement's parameters must be the same on every engine.
    return f"nullif({compiler.process(bindparam('duty', type_=String()))}, {compiler.process(bindparam('duty', type_=String()))})"


@compiles(_LockHeld, "postgresql")
def _held(element: _LockHeld, compiler: SQLCompiler, **_: Any) -> str:
    # A lock's number is shown in two halves. The number is the one that ``storage.postgres_duties`` takes.
    name = compiler.process(bindparam("duty", type_=String()))
    number = "(CAST(classid AS BIGINT) << 32) | CAST(objid AS BIGINT)"
    here = "database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    where = f"locktype = 'advisory' AND objsubid = 1 AND granted AND {here} AND {number} = hashtextextended({name}, 1)"
    return f"(SELECT count(*) FROM pg_locks WHERE {where})"  # noqa: S608 (nothing of it comes from outside)


def auditing() -> dict[str, Executable]:
    """All of them, by name."""
    return {**_waiting(), **_sampling(), **_surroundings()}


def _waiting() -> dict[str, Executable]:
    due = (
        select(JOB.c.kind, JOB.c.due_at, case((JOB.c.lease_until > bindparam("now"), 1), else_=0).label("held"))
        .where(JOB.c.due_at <= bindparam("now"))
        .order_by(JOB.c.due_at)
        .limit(bindparam("most"))
        .subquery()
    )
    return {
        "queued": select(due.c.kind, due.c.held, func.count(), func.min(due.c.due_at)).group_by(due.c.kind, due.c.held),
        "left": select(INBOX.c.id, INBOX.c.received_at)
        .where(INBOX.c.messenger == bindparam("which"), INBOX.c.handled_at == 0, INBOX.c.received_at <= bindparam("before"))
        .order_by(INBOX.c.received_at)
        .limit(bindparam("most")),
        # A message that waits to be tried again has its reason, which is told elsewhere. A moment has no such reason.
        "late_jobs": select(*JOB.c)
        .where(JOB.c.due_at < bindparam("before"))
        .where(or_(JOB.c.lease_until < bindparam("before"), JOB.c.kind == "wake", JOB.c.kind == "digest"))
        .order_by(JOB.c.due_at)
        .limit(bindparam("most")),
        "job": select(*JOB.c).where(JOB.c.key == bindparam("which")),
    }


def _sampling() -> dict[str, Executable]:
    return {
        "asked_after": select(WAITING.c.request)
        .where(WAITING.c.request > bindparam("after"))
        .distinct()
        .order_by(WAITING.c.request)
        .limit(bindparam("most")),
        "requests_after": select(REQUEST.c.id, REQUEST.c.status)
        .where(REQUEST.c.id > bindparam("after"))
        .order_by(REQUEST.c.id)
        .limit(bindparam("most")),
        "changed_at": select(EVENT.c.at).where(same(EVENT, "request")).order_by(EVENT.c.number.desc()).limit(1),
        "standing": select(REQUEST.c.revision, REQUEST.c.head).where(same(REQUEST, "id")),
    }


def _surroundings() -> dict[str, Executable]:
    return {
        "schema": select(_REVISION.c.version_num).order_by(_REVISION.c.version_num.desc()).limit(1),
        "database_clock": select(_ServerClock()),
        "somebody_has": select(_LockHeld()),
    }
