"""Statements by name on psycopg: connecting, beginning and ending, and as few ways to the server and back as possible.

A writing transaction begins together with what its group will read, and what is only written goes with its commit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from psycopg import Connection, Cursor, errors
from psycopg.pq import TransactionStatus

from bot.ports import About, Broken, SoglasError, Unavailable
from storage.postgres_known import SERVED, Known
from storage.postgres_sets import CHANGING, NOTE_HANDLED, ONLY_WRITING, STATEMENTS, TOUCHING, Sent, Waiting, storable
from storage.rows import Row, Value
from storage.writer import Undone

CHANNEL = "soglas"
_WAKING = frozenset({"put_job", "put_job_unless_there", "postpone_job", "redo_job", "give_back_job"})
# Others may have had the row until now: from here on what they have committed meanwhile counts.
_WAITING = frozenset({"next_number", "being_opened"})
# A process that hangs in the middle of a transaction must not keep the others from the rows it has locked.
_SESSION = (
    "SET synchronous_commit = on; SET lock_timeout = '5s'; SET idle_in_transaction_session_timeout = '10s'; "
    "SET default_transaction_isolation = 'read committed'"
)
_OTHERS = (errors.DeadlockDetected, errors.SerializationFailure, errors.LockNotAvailable, errors.UniqueViolation)


def connect(url: str) -> Connection[tuple[Any, ...]]:
    """A connection that commits nothing by itself. Raises ``psycopg.Error``."""
    connection = psycopg.connect(
        url, autocommit=True, prepare_threshold=0, connect_timeout=5, keepalives_idle=10, tcp_user_timeout=15000,
        application_name="soglas",
    )  # fmt: skip
    connection.execute(_SESSION, prepare=False)
    return connection


def told(error: psycopg.Error) -> SoglasError | Undone:
    """The database's error as the port's, without its words: they may hold what people wrote."""
    if isinstance(error, _OTHERS):
        return Undone(type(error).__name__)
    away = isinstance(error, errors.OperationalError | psycopg.InterfaceError)
    return Unavailable(type(error).__name__) if away else Broken(f"the database refuses: {type(error).__name__}")


class PostgresDriver:
    """One connection. What is only written waits until something is read that it could change, or for the commit."""

    def __init__(self, connection: Connection[tuple[Any, ...]], *, writes: bool = False, name: str = "") -> None:
        self._connection, self.writes, self._name = connection, writes, name
        self._waiting, self._known = Waiting(), Known()
        self._changed: set[str] = set()
        self._wakes = False
        self.written = 0

    def begin(self, about: Sequence[About] = ()) -> None:
        self._forget()
        self._wakes = False
        if not self.writes:
            self._told([("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", {})])
            return
        self._known.learn(self._told([("BEGIN", {}), *self._known.ahead(about)])[1:])

    def is_whole(self) -> bool:
        return self._connection.info.transaction_status == TransactionStatus.INTRANS

    def commit(self) -> None:
        if not self.is_whole():
            # To commit would mean to roll back, and the server says so to nobody.
            raise Undone("aborted")
        sent = self._waiting.taken()
        if self._wakes:
            sent.append((f"SELECT pg_notify('{CHANNEL}', %(name)s)", {"name": self._name}))
        # After an error the server takes nothing more of what was sent with it: the commit neither.
        self._told([*sent, ("COMMIT", {})])
        self._forget()

    def roll_back(self) -> None:
        self._forget()
        if not self._connection.closed:
            self._told([("ROLLBACK", {})])

    def rows(self, name: str, values: Mapping[str, Value]) -> Sequence[Row]:
        self._wakes = self._wakes or name in _WAKING
        if self.writes:
            if name in SERVED and (known := self._known.find(name, values)) is not None:
                return known
            if name in CHANGING:
                if name == "handled" and (before := self._known.is_handled(values)) is not None:
                    return () if before else self._note_handled(values)
                self._known.change(name, values)
                if name in ONLY_WRITING:
                    return self._later(name, values)
        found = self._asked(name, values)
        if name in _WAITING:
            self._known.forget_usual()
        return found

    def _note_handled(self, values: Mapping[str, Value]) -> Sequence[Row]:
        """Tells what the statement would: the row is locked, and known not to have been handled."""
        self._known.change(NOTE_HANDLED, values)
        self._later(NOTE_HANDLED, values)
        return ((values["id"],),)

    def _later(self, name: str, values: Mapping[str, Value]) -> Sequence[Row]:
        self.written += 1
        self._waiting.add(name, values)
        self._changed |= TOUCHING["handled" if name == NOTE_HANDLED else name]
        return ()

    def _asked(self, name: str, values: Mapping[str, Value]) -> Sequence[Row]:
        sent: list[Sent] = []
        if self._changed & TOUCHING[name]:
            sent = self._waiting.taken()
            self._changed.clear()
        sql, constants = STATEMENTS[name]
        sent.append((sql, {**constants, **storable(values)}))
        found = self._told(sent)[-1]
        if name in CHANGING:
            self.written += len(found)
        elif self.writes:
            self._known.locked(name, values, found)
        return found

    def lock(self, name: str) -> None:
        if self.writes:
            self._known.forget_usual()
            self._told([("SELECT pg_advisory_xact_lock(hashtextextended(%(name)s, 0))", {"name": f"soglas:{name}"})])

    def _forget(self) -> None:
        self._waiting.clear()
        self._known.clear()
        self._changed.clear()

    def _told(self, sent: Sequence[Sent]) -> list[Sequence[Row]]:
        """What the server answers to each statement; they go there and back together."""
        try:
            if len(sent) == 1:
                return [_rows(self._connection.execute(sent[0][0], sent[0][1] or None))]
            with self._connection.pipeline():
                cursors = [self._connection.execute(sql, values or None) for sql, values in sent]
            return [_rows(cursor) for cursor in cursors]
        except psycopg.Error as error:
            raise told(error) from None


def _rows(cursor: Cursor[tuple[Any, ...]]) -> Sequence[Row]:
    return cursor.fetchall() if cursor.description is not None else ()
