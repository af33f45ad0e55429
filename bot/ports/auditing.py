"""What is looked at to see that everything works: what waits, what is late, whether the records are whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.request.model import RequestId, Status
from bot.ports.records import Job


@dataclass(frozen=True, slots=True)
class Queued:
    """Due jobs of a kind. ``held`` are those somebody has or that wait to be tried again. ``oldest`` is when one was due."""

    kind: str
    held: bool
    count: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class Left:
    """Deliveries of a messenger that nobody has handled. ``first`` is the id of the oldest, empty when there is none."""

    messenger: str
    count: int
    first: str = ""
    oldest: datetime | None = None


@dataclass(frozen=True, slots=True)
class Pulse:
    """What waits at an instant."""

    jobs: tuple[Queued, ...]
    inbox: tuple[Left, ...]


class Auditing(Protocol):
    """Reads a bounded number of rows each, along an index."""

    def pulse(self, now: datetime, messengers: Sequence[str], most: int) -> Pulse:
        """What waits now. At most so many jobs, and so many deliveries of each messenger, are counted."""
        ...

    def left(self, messenger: str, before: datetime, most: int) -> Left:
        """What came before an instant and nobody has handled."""
        ...

    def late_jobs(self, before: datetime, most: int) -> Sequence[Job]:
        """What was due before an instant and free to be done since then; moments also where they failed. The oldest first."""
        ...

    def job(self, key: str) -> Job | None: ...
    def asked_after(self, request: str, most: int) -> Sequence[RequestId]:
        """The next requests, by id, on which something is asked of anybody."""
        ...

    def requests_after(self, request: str, most: int) -> Sequence[tuple[RequestId, Status]]:
        """The next requests by id."""
        ...

    def changed_at(self, request: RequestId) -> datetime | None:
        """When something last happened to a request."""
        ...

    def broken_event(self, request: RequestId) -> int | None:
        """The first event whose digest does not fit, or that is missing; ``None`` when the chain is whole."""
        ...

    def schema(self) -> str:
        """The revision of the schema the database has."""
        ...

    def database_clock(self) -> datetime | None:
        """What time it is for the database; ``None`` where that is this machine's own clock."""
        ...

    def somebody_has(self, duty: str) -> bool | None:
        """Whether any process has a duty; ``None`` where that cannot be told without taking it."""
        ...
