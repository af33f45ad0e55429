"""Statements on the job table: what is claimed, held, put off, ended, and when the next one is due."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, bindparam, case, delete, func, literal, select, update
from sqlalchemy.sql.base import Executable

from storage import tables as t
from storage.building import Insert, table, upsert, values

JOB = table(t.JobRow)
_FOR_EVER = 2**62


def jobs(insert: Insert) -> dict[str, Executable]:
    """Statements, by name."""
    # A job put anew while somebody does the old one keeps the lease and gets a higher version: whoever finishes sees it.
    # Its tries stay counted, too: an answer to one of them may have been lost, and so what it has shown is not known.
    tried = case((JOB.c.lease_until > 0, JOB.c.attempts), else_=0)
    kept = {"lease_until": JOB.c.lease_until, "attempts": tried, "version": JOB.c.version + 1, "held_by": JOB.c.held_by}
    # Cards first: nothing is claimed before the card it speaks of. F-9 before F-10, so shorter keys before longer ones.
    words = (JOB.c.urgent.desc(), case((JOB.c.kind == "tell", 1), else_=0), JOB.c.due_at, func.length(JOB.c.key), JOB.c.key)
    due = _due().where(JOB.c.urgent >= bindparam("urgency")).order_by(*words)
    # Moments are never urgent: in the index's own order, thousands that are due together need no sorting.
    moments = _due().order_by(JOB.c.due_at)
    held = and_(JOB.c.due_at <= bindparam("now"), JOB.c.lease_until > bindparam("now"), JOB.c.urgent == 1)
    # Whoever lost the lease to somebody else must not end or give back what is no longer theirs.
    mine = and_(JOB.c.key == bindparam("job"), JOB.c.lease_until == bindparam("lease"))
    return {
        "put_job": upsert(insert, JOB, **kept),
        # While somebody does it, it may be ending because it did not matter a moment ago: the version tells them to look again.
        "put_job_unless_there": insert(JOB)
        .values(values(JOB))
        .on_conflict_do_update(index_elements=["key"], set_={"version": JOB.c.version + 1}, where=JOB.c.lease_until > 0),
        "drop_job": delete(JOB).where(JOB.c.key == bindparam("job")),
        "claim": _claimed(due, held_by=bindparam("holder")),
        "claim_moments": _claimed(moments),
        "claimed": select(*JOB.c).where(mine),
        "hurried": select(JOB.c.key).where(held),
        "finish_job": delete(JOB).where(mine, JOB.c.version == bindparam("seen")).returning(JOB.c.key),
        "postpone_job": update(JOB).where(mine).values(lease_until=bindparam("until"), held_by=""),
        "redo_job": update(JOB).where(mine).values(lease_until=0, attempts=0, held_by=""),
        "prolong_job": update(JOB).where(mine).values(lease_until=bindparam("until")),
        "give_back_job": update(JOB).where(mine).values(lease_until=bindparam("until"), attempts=_one_less(), held_by=""),
        "free_jobs": _freed(),
        "next_due": _next_due(),
        "first_job": select(JOB.c.key, JOB.c.lease_until)
        .where(JOB.c.key >= bindparam("first"), JOB.c.key < bindparam("after"))
        .order_by(JOB.c.key)
        .limit(1),
        "jobs_due": select(func.count()).select_from(JOB).where(JOB.c.due_at <= bindparam("now")),
    }


def _due() -> Select[Any]:
    """Jobs of some kinds that are due and nobody's."""
    free = and_(JOB.c.due_at <= bindparam("now"), JOB.c.lease_until <= bindparam("now"), _of_some_kinds())
    return select(JOB.c.key).where(free).limit(bindparam("most")).with_for_update(skip_locked=True)


def _of_some_kinds() -> ColumnElement[bool]:
    return JOB.c.kind.in_([bindparam("first"), bindparam("second"), bindparam("third")])


def _claimed(due: Select[Any], **more: Any) -> Executable:
    taken = update(JOB).where(JOB.c.key.in_(due)).values(lease_until=bindparam("lease"), attempts=JOB.c.attempts + 1, **more)
    return taken.returning(*JOB.c)


def _freed() -> Executable:
    """What other senders have left: they do not send any more. Their tries stay counted: any may have reached somebody."""
    now: ColumnElement[int] = bindparam("now")
    is_theirs = and_(JOB.c.held_by != "", JOB.c.held_by != bindparam("holder"), _of_some_kinds())
    theirs = and_(JOB.c.due_at <= now, JOB.c.lease_until > now, is_theirs)
    return update(JOB).where(theirs).values(lease_until=now, held_by="").returning(JOB.c.key)


def _one_less() -> ColumnElement[int]:
    """The tries before the claim that came to nothing."""
    return case((JOB.c.attempts > 0, JOB.c.attempts - 1), else_=0)


def _next_due() -> Executable:
    """The earliest instant at which a job is due and nobody's. Reads the index up to the first job that is free, no further."""
    first_free = select(func.min(JOB.c.due_at)).where(JOB.c.lease_until <= JOB.c.due_at).scalar_subquery()
    possible = case((JOB.c.lease_until > JOB.c.due_at, JOB.c.lease_until), else_=JOB.c.due_at)
    return select(func.min(possible)).where(JOB.c.due_at <= func.coalesce(first_free, literal(_FOR_EVER, BigInteger)))
