"""The reference: the rows that taps wrote, written again with nothing but the driver."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path

from storage.sqlite import connect
from storage.upgrade import upgrade

# One tap as rows: the state swapped, its events, its jobs, the update handled.
Tap = tuple[tuple[object, ...], Sequence[tuple[object, ...]], Sequence[tuple[object, ...]], tuple[str, str]]
_SWAP = "UPDATE request SET status = ?, revision = ?, head = ?, state = ? WHERE id = ? AND revision = ?"
_EVENT = "INSERT INTO event (request, number, at, digest, body) VALUES (?, ?, ?, ?, ?)"
_JOB = (
    "INSERT INTO job (key, kind, request, person, due_at, urgent, lease_until, attempts, version, body)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
)


def taps_of(before: Path, after: Path) -> list[Tap]:
    """What changed between two databases, tap by tap: the same rows that the bot wrote."""
    new, old = sqlite3.connect(after), sqlite3.connect(before)
    found: list[Tap] = []
    for request, status, revision, head, state in new.execute(
        "SELECT id, status, revision, head, state FROM request WHERE id LIKE 'A-%'"
    ):
        (seen,) = old.execute("SELECT revision FROM request WHERE id = ?", (request,)).fetchone()
        events = new.execute("SELECT * FROM event WHERE request = ? AND number > ?", (request, seen))
        rows = [(row[0], row[1], row[2], row[3], row[4]) for row in events.fetchall()]
        jobs = new.execute("SELECT * FROM job WHERE request = ?", (request,)).fetchall()
        swap = (status, revision, head, state, request, seen)
        found.append((swap, rows, jobs, ("post", f"tap-{request}")))
    new.close()
    old.close()
    return found


def rate(taps: Sequence[Tap], before: Path, together: int) -> float:
    """Taps a second with so many in one commit, on a database as it was before them."""
    connection = connect(before)
    begun = time.perf_counter()
    for first in range(0, len(taps), together):
        connection.execute("BEGIN IMMEDIATE")
        for swap, events, jobs, update in taps[first : first + together]:
            _write(connection, swap, events, jobs, update)
        connection.execute("COMMIT")
    taken = time.perf_counter() - begun
    connection.close()
    return len(taps) / taken


def _write(
    connection: sqlite3.Connection,
    swap: tuple[object, ...],
    events: Sequence[tuple[object, ...]],
    jobs: Sequence[tuple[object, ...]],
    update: tuple[str, str],
) -> None:
    connection.execute("SELECT state, head FROM request WHERE id = ?", (swap[4],)).fetchone()
    connection.execute(_SWAP, swap)
    connection.executemany(_EVENT, events)
    connection.executemany(_JOB, jobs)
    connection.execute("UPDATE inbox SET handled_at = 1 WHERE messenger = ? AND id = ?", update)


def fresh(path: Path) -> Path:
    upgrade(f"sqlite:///{path}")
    return path
