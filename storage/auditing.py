"""The part of the port ``Transaction`` that looks whether everything works. Nothing here writes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.core.request.model import RequestId, Status
from bot.ports import Job, Left, Pulse, Queued
from storage.mapping import chained, from_micros, load_text, to_micros
from storage.rows import Row, Rows


class Auditing(Rows):
    """What waits, what is late, what does not fit, in terms of rows."""

    def pulse(self, now: datetime, messengers: Sequence[str], most: int) -> Pulse:
        rows = self._rows("queued", now=to_micros(now), most=most)
        jobs = tuple(Queued(str(kind), bool(held), int(count), from_micros(int(due))) for kind, held, count, due in rows)
        return Pulse(jobs, tuple(self.left(messenger, now, most) for messenger in messengers))

    def left(self, messenger: str, before: datetime, most: int) -> Left:
        rows = self._rows("left", which=messenger, before=to_micros(before), most=most)
        if not rows:
            return Left(messenger, 0)
        first, received_at = rows[0]
        return Left(messenger, len(rows), str(first), from_micros(int(received_at)))

    def late_jobs(self, before: datetime, most: int) -> Sequence[Job]:
        return [job_of(row) for row in self._rows("late_jobs", before=to_micros(before), most=most)]

    def job(self, key: str) -> Job | None:
        row = self._one("job", which=key)
        return job_of(row) if row else None

    def asked_after(self, request: str, most: int) -> Sequence[RequestId]:
        return [RequestId(str(row[0])) for row in self._rows("asked_after", after=request, most=most)]

    def requests_after(self, request: str, most: int) -> Sequence[tuple[RequestId, Status]]:
        rows = self._rows("requests_after", after=request, most=most)
        return [(RequestId(str(number)), Status(str(status))) for number, status in rows]

    def changed_at(self, request: RequestId) -> datetime | None:
        row = self._one("changed_at", request=request)
        return from_micros(int(row[0])) if row else None

    def broken_event(self, request: RequestId) -> int | None:
        stored = self._one("standing", id=request)
        head, rows = "", self._rows("events", request=request)
        for number, (body, digest) in enumerate(rows, 1):
            head = chained(head, number, str(body))
            if head != str(digest):
                return number
        is_whole = stored is not None and (len(rows), head) == (int(stored[0]), str(stored[1]))
        return None if is_whole else len(rows) + 1

    def schema(self) -> str:
        row = self._one("schema")
        return str(row[0]) if row else ""

    def database_clock(self) -> datetime | None:
        row = self._one("database_clock")
        return from_micros(int(row[0])) if row and row[0] is not None else None

    def somebody_has(self, duty: str) -> bool | None:
        row = self._one("somebody_has", duty=f"soglas:{duty}")
        return bool(row[0]) if row and row[0] is not None else None


def job_of(row: Row) -> Job:
    """A row of the job table as the port's value."""
    key, kind, request, person, due_at, urgent, lease, attempts, version, body, _ = row
    return Job(
        str(key), str(kind), RequestId(str(request)), str(person), from_micros(int(due_at)), load_text(str(body)),  # type: ignore[arg-type]
        bool(urgent), int(version), int(attempts), from_micros(int(lease)),
    )  # fmt: skip
