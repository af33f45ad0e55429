"""The part of the port ``Transaction`` that the outbox, the moments and the webhooks live on: the table of jobs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.ports import Job
from storage.auditing import job_of as _job
from storage.mapping import dump_text, from_micros, to_micros
from storage.rows import Rows, Value, ends

_MOMENTS = frozenset({"wake", "digest"})


class Jobs(Rows):
    """What is to be done, in terms of rows."""

    def put_job(self, job: Job) -> None:
        self._driver.rows("put_job", _job_row(job))

    def put_jobs_later(self, job: Job) -> None:
        self._driver.rows("put_job_unless_there", _job_row(job))

    def drop_job(self, key: str) -> None:
        self._rows("drop_job", job=key)

    def first_job(self, begin: str) -> tuple[str, datetime] | None:
        row = self._one("first_job", first=begin, after=ends(begin))
        return (str(row[0]), from_micros(int(row[1]))) if row else None

    def claim(self, now: datetime, lease: datetime, limit: int, kinds: Sequence[str], holder: str = "") -> Sequence[Job]:
        if _MOMENTS.issuperset(kinds):
            return self._claimed("claim_moments", now, lease, limit, kinds)
        return self._claimed("claim", now, lease, limit, kinds, urgency=0, holder=holder)

    def claim_urgent(self, now: datetime, lease: datetime, limit: int, kinds: Sequence[str], holder: str = "") -> Sequence[Job]:
        return self._claimed("claim", now, lease, limit, kinds, urgency=1, holder=holder)

    def free_jobs(self, now: datetime, holder: str, kinds: Sequence[str]) -> Sequence[str]:
        return [str(row[0]) for row in self._rows("free_jobs", now=to_micros(now), holder=holder, **_which(kinds))]

    def _claimed(
        self, name: str, now: datetime, lease: datetime, limit: int, kinds: Sequence[str], **more: Value
    ) -> Sequence[Job]:
        rows = self._rows(name, now=to_micros(now), lease=to_micros(lease), most=limit, **_which(kinds), **more)
        jobs = [_job(row) for row in rows]
        # RETURNING promises no order.
        return sorted(jobs, key=lambda job: (not job.urgent, job.due_at, job.key))

    def claimed(self, job: Job) -> Job | None:
        row = self._one("claimed", job=job.key, lease=_lease(job))
        return _job(row) if row else None

    def hurried(self, now: datetime) -> Sequence[str]:
        return [str(row[0]) for row in self._rows("hurried", now=to_micros(now))]

    def prolong_job(self, job: Job, until: datetime) -> Job:
        self._rows("prolong_job", job=job.key, lease=_lease(job), until=to_micros(until))
        return replace(job, leased_until=until)

    def give_back_job(self, job: Job, until: datetime) -> None:
        self._rows("give_back_job", job=job.key, lease=_lease(job), until=to_micros(until))

    def finish_job(self, job: Job, *, is_known: bool = False) -> None:
        if self._rows("finish_job", job=job.key, seen=job.version, lease=_lease(job)):
            return
        if is_known:
            self._rows("redo_job", job=job.key, lease=_lease(job))
        else:
            self._rows("postpone_job", job=job.key, lease=_lease(job), until=0)

    def postpone_job(self, job: Job, until: datetime) -> None:
        self._rows("postpone_job", job=job.key, lease=_lease(job), until=to_micros(until))

    def next_due(self) -> datetime | None:
        row = self._one("next_due")
        return from_micros(int(row[0])) if row and row[0] is not None else None

    def jobs_due(self, now: datetime) -> int:
        row = self._one("jobs_due", now=to_micros(now))
        return int(row[0]) if row else 0


def _which(kinds: Sequence[str]) -> dict[str, Value]:
    """One, two or three kinds, as the statements take them."""
    return {"first": kinds[0], "second": kinds[1 % len(kinds)], "third": kinds[-1]}


def _job_row(job: Job) -> dict[str, Value]:
    return {
        "key": job.key, "kind": job.kind, "request": job.request, "person": job.person, "due_at": to_micros(job.due_at),
        "urgent": int(job.urgent), "lease_until": 0, "attempts": 0, "version": 0, "body": dump_text(job.text),
        "held_by": "",
    }  # fmt: skip


def _lease(job: Job) -> int:
    return to_micros(job.leased_until) if job.leased_until else 0
