"""The reference on PostgreSQL: the rows that taps wrote, written again with nothing but the driver."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from typing import Any

import psycopg

from storage.postgres_sets import array

Row = tuple[Any, ...]  # whatever the columns hold
_SWAP = "UPDATE request SET status = %s, revision = %s, head = %s, state = %s WHERE id = %s AND revision = %s"
_EVENT = "INSERT INTO event (request, number, at, digest, body) VALUES (%s, %s, %s, %s, %s)"
_JOB = (
    "INSERT INTO job (key, kind, request, person, due_at, urgent, lease_until, attempts, version, body)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"
)
_HANDLED = "UPDATE inbox SET handled_at = 1 WHERE messenger = %s AND id = %s"


@dataclass(frozen=True)
class Tap:
    """One tap as rows: the state swapped, its events, its jobs, the update handled."""

    swap: Row
    events: Sequence[Row]
    jobs: Sequence[Row]
    update: Row


def taps_of(before: str, after: str) -> list[Tap]:
    """What changed between two databases, tap by tap: the same rows that the bot wrote."""
    with psycopg.connect(before) as old, psycopg.connect(after) as new:
        seen: dict[str, int] = dict(old.execute("SELECT id, revision FROM request").fetchall())
        events: dict[str, list[Row]] = defaultdict(list)
        jobs: dict[str, list[Row]] = defaultdict(list)
        for row in new.execute("SELECT request, number, at, digest, body FROM event ORDER BY request, number"):
            if row[1] > seen[row[0]]:
                events[row[0]].append(row)
        for row in new.execute(
            "SELECT key, kind, request, person, due_at, urgent, lease_until, attempts, version, body FROM job"
        ):
            jobs[row[2]].append(row)
        states = new.execute(
            "SELECT status, revision, head, state, id FROM request ORDER BY length(id), id"
        ).fetchall()  # fmt: skip
    return [
        Tap((*state, seen[state[4]]), events[state[4]], jobs[state[4]], ("post", f"tap-{state[4]}"))
        for state in states
        if state[1] > seen[state[4]]
    ]


def connect(url: str) -> psycopg.Connection[Row]:
    connection = psycopg.connect(url, autocommit=True, prepare_threshold=0)
    connection.execute("SET synchronous_commit = on")
    return connection


def one_by_one(taps: Sequence[Tap], url: str, connections: int) -> float:
    """Taps a second, each in a transaction of its own, over several connections at the same time."""
    waiting = [connect(url) for _ in range(connections)]

    def part(number: int) -> None:
        for tap in taps[number::connections]:
            with waiting[number].transaction():
                _write(waiting[number], tap)

    with ThreadPoolExecutor(connections) as threads:
        begun = time.perf_counter()
        list(threads.map(part, range(connections)))
        taken = time.perf_counter() - begun
    for connection in waiting:
        connection.close()
    return len(taps) / taken


def _write(connection: psycopg.Connection[Row], tap: Tap) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT state, head FROM request WHERE id = %s FOR UPDATE", (tap.swap[4],)).fetchone()
        cursor.execute(_SWAP, tap.swap)
        cursor.executemany(_EVENT, tap.events)
        cursor.executemany(_JOB, tap.jobs)
        cursor.execute(_HANDLED, tap.update)


_SETS = {
    "state": "SELECT state, head FROM request WHERE id = ANY(%s::text[]) ORDER BY id FOR UPDATE",
    "swap": "UPDATE request SET status = n.status, revision = n.revision, head = n.head, state = n.state"
    " FROM unnest(%s::text[], %s::int[], %s::text[], %s::text[], %s::text[], %s::int[])"
    " AS n(status, revision, head, state, id, seen) WHERE request.id = n.id AND request.revision = n.seen",
    "event": "INSERT INTO event (request, number, at, digest, body)"
    " SELECT * FROM unnest(%s::text[], %s::int[], %s::bigint[], %s::text[], %s::text[])",
    "job": "INSERT INTO job (key, kind, request, person, due_at, urgent, lease_until, attempts, version, body) SELECT * FROM"
    " unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::int[], %s::bigint[], %s::int[], %s::int[],"
    " %s::text[]) ON CONFLICT DO NOTHING",
    "handled": "UPDATE inbox SET handled_at = 1 FROM unnest(%s::text[], %s::text[]) AS n(messenger, id)"
    " WHERE inbox.messenger = n.messenger AND inbox.id = n.id",
}


def set_based(taps: Sequence[Tap], url: str, together: int) -> float:
    """Taps a second with so many in one commit and one statement a table: the bound of what a group can reach."""
    connection = connect(url)
    begun = time.perf_counter()
    for first in range(0, len(taps), together):
        group = taps[first : first + together]
        with connection.transaction(), connection.pipeline():
            connection.execute(_SETS["state"], _columns([tap.swap[4:5] for tap in group]))
            connection.execute(_SETS["swap"], _columns([tap.swap for tap in group]))
            connection.execute(_SETS["event"], _columns(list(chain.from_iterable(tap.events for tap in group))))
            connection.execute(_SETS["job"], _columns(list(chain.from_iterable(tap.jobs for tap in group))))
            connection.execute(_SETS["handled"], _columns([tap.update for tap in group]))
    taken = time.perf_counter() - begun
    connection.close()
    return len(taps) / taken


def _columns(rows: Sequence[Row]) -> list[str]:
    """The rows' columns as arrays written as text: the driver's own lists cost it more than the server takes for them."""
    return [array(column, "text" if isinstance(column[0], str) else "bigint") for column in zip(*rows, strict=True)]
