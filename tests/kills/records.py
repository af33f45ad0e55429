"""What stands in the database at the end, read past the store: as rows, and each request's history as who did what."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from bot.core.playbook.model import PersonId
from bot.core.request import evolve
from bot.core.request.events import Event
from bot.core.request.model import Request
from storage.mapping import chained, from_micros, load_event, load_request
from storage.upgrade import is_postgres, sqlite_path


class Records:
    """A connection of its own."""

    def __init__(self, url: str) -> None:
        if is_postgres(url):
            import psycopg

            self._connection: Any = psycopg.connect(url, autocommit=True)
        else:
            self._connection = sqlite3.connect(sqlite_path(url), timeout=10)

    # Any: rows of whatever is asked.
    def rows(self, sql: str) -> Sequence[tuple[Any, ...]]:
        found: Sequence[tuple[Any, ...]] = self._connection.execute(sql).fetchall()
        return found

    def close(self) -> None:
        self._connection.close()


@dataclass(frozen=True, slots=True)
class Move:
    """What one person or the clock did in one transaction, and the state after it."""

    request: str
    by: PersonId | None
    at: datetime
    through: str
    events: tuple[Event, ...]
    bodies: str
    after: Request

    @property
    def step(self) -> int | None:
        return next((event.fact.step for event in self.events if hasattr(event.fact, "step")), None)

    def __str__(self) -> str:
        kinds = ", ".join(event.fact.type for event in self.events)
        return f"{self.request}: {kinds} by {self.by} at {self.at:%H:%M:%S.%f}"


def histories(records: Records) -> dict[str, list[Move]]:
    """Every request's moves. Raises ``AssertionError`` where a chain breaks or does not come to its state."""
    events: dict[str, list[tuple[str, str]]] = {}
    for request, _, body, digest in records.rows("SELECT request, number, body, digest FROM event ORDER BY request, number"):
        events.setdefault(request, []).append((body, digest))
    found = {}
    for request, revision, head, state in records.rows("SELECT id, revision, head, state FROM request"):
        _verified(request, revision, head, events.get(request, []))
        found[request] = list(_moves(request, [body for body, _ in events[request]]))
        assert load_request(state) == found[request][-1].after, f"{request}: its state is not what its events make"
    assert found.keys() == events.keys(), "events of requests that are not there"
    return found


def _verified(request: str, revision: int, last: str, rows: Sequence[tuple[str, str]]) -> None:
    head = ""
    for number, (body, digest) in enumerate(rows, 1):
        head = chained(head, number, body)
        assert head == digest, f"{request}: the chain breaks at event {number}"
    assert (len(rows), head) == (revision, last), f"{request}: {len(rows)} events for revision {revision}, or another head"


def _moves(request: str, bodies: Sequence[str]) -> Iterator[Move]:
    state: Request | None = None
    for (by, at), some in groupby(((load_event(body), body) for body in bodies), lambda one: (one[0].by, one[0].at)):
        pairs = list(some)
        for event, _ in pairs:
            state = evolve(state, event)
        assert state
        first = pairs[0][0]
        yield Move(request, by, at, first.through, tuple(e for e, _ in pairs), "\n".join(b for _, b in pairs), state)


@dataclass(frozen=True, slots=True)
class Delivered:
    """A row of the inbox."""

    messenger: str
    key: str
    handled_at: datetime | None


def inbox(records: Records) -> dict[tuple[str, str], Delivered]:
    found = records.rows("SELECT messenger, id, handled_at FROM inbox")
    return {(m, key): Delivered(m, key, from_micros(at) if at else None) for m, key, at in found}
