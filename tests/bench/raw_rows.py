"""The reference: the rows that taps wrote, written again with nothing but the driver."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from storage.sqlite import connect
from storage.upgrade import upgrade

_Row = tuple[object, ...]
_SWAP = "UPDATE request SET status = ?, revision = ?, head = ?, state = ? WHERE id = ? AND revision = ?"
_EVENT = "INSERT INTO event (request, number, at, digest, body) VALUES (?, ?, ?, ?, ?)"
_JOB = (
    "INSERT INTO job (key, kind, request, person, due_at, urgent, lease_until, attempts, version, body)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
)


@dataclass(frozen=True)
class Tap:
    """One tap as rows: the state swapped, its events, its jobs, who is asked no longer and who is now, the update handled."""

    swap: _Row
    events: Sequence[_Row]
    ended: Sequence[_Row]
    jobs: Sequence[_Row]
    asked_before: Sequence[_Row]
    asked_now: Sequence[_Row]
    update: _Row


def taps_of(before: Path, after: Path) -> list[Tap]:
    """What changed between two databases, tap by tap: the same rows that the bot wrote."""
    with closing(sqlite3.connect(before)) as old, closing(sqlite3.connect(after)) as new:
        changed = new.execute("SELECT id, status, revision, head, state FROM request WHERE id GLOB 'A-*'").fetchall()
        return [_tap(old, new, *row) for row in changed]


def _tap(
    old: sqlite3.Connection, new: sqlite3.Connection, request: str, status: str, revision: int, head: str, state: str
) -> Tap:
    (seen,) = old.execute("SELECT revision FROM request WHERE id = ?", (request,)).fetchone()
    events = new.execute("SELECT request, number, at, digest, body FROM event WHERE request = ? AND number > ?", (request, seen))
    jobs = "SELECT key, kind, request, person, due_at, urgent, lease_until, attempts, version, body FROM job WHERE request = ?"
    had, has = (set(side.execute(jobs, (request,))) for side in (old, new))
    asked = "SELECT person, request FROM waiting WHERE request = ?"
    before, now = (set(side.execute(asked, (request,))) for side in (old, new))
    swap = (status, revision, head, state, request, seen)
    ended = [(row[0],) for row in had - has]
    return Tap(
        swap, events.fetchall(), ended, [*(has - had)], [*(before - now)], [*(now - before)], ("post", f"tap-{request}")
    )  # fmt: skip


def rate(taps: Sequence[Tap], before: Path, together: int) -> float:
    """Taps a second with so many in one commit, on a database as it was before them."""
    connection = connect(before)
    begun = time.perf_counter()
    for first in range(0, len(taps), together):
        connection.execute("BEGIN IMMEDIATE")
        for tap in taps[first : first + together]:
            _write(connection, tap)
        connection.execute("COMMIT")
    taken = time.perf_counter() - begun
    connection.close()
    return len(taps) / taken


def _write(connection: sqlite3.Connection, tap: Tap) -> None:
    connection.execute("SELECT state, head FROM request WHERE id = ?", (tap.swap[4],)).fetchone()
    connection.execute(_SWAP, tap.swap)
    connection.executemany(_EVENT, tap.events)
    connection.executemany("DELETE FROM job WHERE key = ?", tap.ended)
    connection.executemany(_JOB, tap.jobs)
    connection.executemany("DELETE FROM waiting WHERE person = ? AND request = ?", tap.asked_before)
    connection.executemany("INSERT INTO waiting VALUES (?, ?)", tap.asked_now)
    connection.execute("UPDATE inbox SET handled_at = 1 WHERE messenger = ? AND id = ?", tap.update)


def fresh(path: Path) -> Path:
    upgrade(f"sqlite:///{path}")
    return path
