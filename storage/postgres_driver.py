"""Statements by name on psycopg: connecting, beginning and ending, and sending what is only written in one go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from psycopg import Connection, errors
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from bot.ports import Broken, SoglasError, Unavailable
from storage import collation
from storage.rows import Row, Value
from storage.statements import compiled, only_writing, touching
from storage.writer import Undone

assert collation  # the statements' casts compare texts as the tables do

CHANNEL = "soglas"
_STATEMENTS = compiled(insert, PGDialect_psycopg())  # type: ignore[no-untyped-call]
_TOUCHING, _ONLY_WRITING = touching(insert), only_writing(insert)
_WAKING = frozenset({"put_job", "put_job_unless_there", "postpone_job", "give_back_job"})
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
        self._waiting: list[tuple[str, Mapping[str, Value]]] = []
        self._changed: set[str] = set()
        self._wakes = False
        self.written = 0

    def begin(self) -> None:
        self._waiting.clear()
        self._changed.clear()
        self._wakes = False
        self._execute("BEGIN" if self.writes else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")

    def commit(self) -> None:
        if self._wakes:
            self._waiting.append(("", {"name": self._name}))
        self._flush()
        self._execute("COMMIT")

    def roll_back(self) -> None:
        self._waiting.clear()
        if not self._connection.closed:
            self._execute("ROLLBACK")

    def rows(self, name: str, values: Mapping[str, Value]) -> Sequence[Row]:
        self._wakes = self._wakes or name in _WAKING
        if self.writes and name in _ONLY_WRITING:
            self.written += 1
            self._waiting.append((name, values))
            self._changed |= _TOUCHING[name]
            return ()
        if self._changed & _TOUCHING[name]:
            self._flush()
        sql, constants = _STATEMENTS[name]
        return self._execute(sql, {**constants, **values})

    def lock(self, name: str) -> None:
        if self.writes:
            self._execute("SELECT pg_advisory_xact_lock(hashtextextended(%(name)s, 0))", {"name": f"soglas:{name}"})

    def _flush(self) -> None:
        waiting, self._waiting = self._waiting, []
        self._changed.clear()
        if not waiting:
            return
        try:
            with self._connection.pipeline(), self._connection.cursor() as cursor:
                for name, values in waiting:
                    sql, constants = _STATEMENTS[name] if name else (f"SELECT pg_notify('{CHANNEL}', %(name)s)", {})
                    cursor.execute(sql, {**constants, **_storable(values)})
        except psycopg.Error as error:
            raise told(error) from None

    def _execute(self, sql: str, values: Mapping[str, Value] | None = None) -> Sequence[Row]:
        try:
            cursor = self._connection.execute(sql, _storable(values) if values else None)
            if cursor.description is None:
                return ()
            found = cursor.fetchall()
        except psycopg.Error as error:
            raise told(error) from None
        if not sql.startswith("SELECT"):
            self.written += len(found)
        return found


def _storable(values: Mapping[str, Value]) -> Mapping[str, Value]:
    """PostgreSQL's texts have no character zero."""
    if any(isinstance(value, str) and "\0" in value for value in values.values()):
        return {name: value.replace("\0", "\ufffd") if isinstance(value, str) else value for name, value in values.items()}
    return values
