"""What a group only writes, as sets on PostgreSQL: one statement for all rows that the same statement would write one by one.

Rows go as arrays written as text: the driver's own lists cost ten times what the server does with them. A statement may join
an earlier one of its name as long as nothing in between concerns the same row; so each row sees its changes in their order,
and no statement has one row twice, which ``ON CONFLICT DO UPDATE`` would refuse. Within a set rows go by their key: two
processes that change the same rows meet at the first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from sqlalchemy import BigInteger, Integer, LargeBinary, Table
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.sql.dml import Insert, UpdateBase

from storage import collation
from storage.job_statements import JOB
from storage.rows import Value
from storage.statements import INBOX, REQUEST, WAITING, Compiled, built, only_writing, touching

assert collation  # the statements' casts compare texts as the tables do

Sent = tuple[str, Mapping[str, Value]]  # a statement's text and the values it goes with
STATEMENTS = Compiled(insert, PGDialect_psycopg())  # type: ignore[no-untyped-call]
TOUCHING, ONLY_WRITING = touching(insert), only_writing(insert)
CHANGING = frozenset(name for name, statement in built(insert).items() if isinstance(statement, UpdateBase))
NOTE_HANDLED = "note_handled"  # as ``handled``, for an update that is known to be there and locked
# Statements that are sent alone, but whose row is known.
_ALONE: dict[str, tuple[str, ...]] = {
    "postpone_job": ("job",), "redo_job": ("job",), "prolong_job": ("job",), "give_back_job": ("job",),
    "keep_taken": ("which", "update"),
    "forget_copy": ("request", "person", "messenger"), "forget_use": ("request",),
    "end_dialog": ("messenger", "external"), "rewrite_state": ("of",), "rewrite_job": ("of",),
}  # fmt: skip


@dataclass(frozen=True)
class Together:
    """A statement over many rows: the arrays it takes, and which of the values are a row's key."""

    sql: str
    constants: Mapping[str, Value]
    kinds: Mapping[str, str]
    table: str
    key: tuple[str, ...]
    first_wins: bool

    def sent(self, rows: Sequence[Mapping[str, Value]]) -> Sent:
        rows = sorted(rows, key=itemgetter(*self.key)) if len(rows) > 1 else rows
        arrays = {name: array([row[name] for row in rows], kind) for name, kind in self.kinds.items()}
        return self.sql, {**self.constants, **arrays}


def array(values: Sequence[Value], kind: str) -> str:
    """An array as PostgreSQL reads it. Its texts have no character zero."""
    if kind != "text":
        return "{" + ",".join(map(str, values)) + "}"
    texts = [str(value).replace("\\", "\\\\").replace('"', '\\"') for value in values]
    return ('{"' + '","'.join(texts) + '"}' if texts else "{}").replace("\0", "\ufffd")


def rows_of(names: Mapping[str, str], alias: str = "n") -> str:
    """Arrays as rows, to select or join from."""
    arrays = ", ".join(f"%({name})s::{kind}[]" for name, kind in names.items())
    columns = ", ".join(f'"{name}"' for name in names)
    return f"unnest({arrays}) AS {alias}({columns})"


def _kind(column: Any) -> str:
    """The array's element: only what is a text or a whole number is sent so."""
    if isinstance(column.type, BigInteger):
        return "bigint"
    return "integer" if isinstance(column.type, Integer) else "text"


def _has_bytes(statement: Insert) -> bool:
    """Such a row is large enough to go alone."""
    return any(isinstance(column.type, LargeBinary) for column in statement.table.columns)


def _inserted(statement: Insert, sql: str, constants: Mapping[str, Value]) -> Together:
    table = statement.table
    assert isinstance(table, Table)
    into, _, rest = sql.partition(" VALUES (")
    conflict = rest[rest.find(" ON CONFLICT") :] if " ON CONFLICT" in rest else ""
    kinds = {column.name: _kind(column) for column in table.columns}
    key = tuple(column.name for column in table.primary_key.columns)
    made = f"{into} SELECT * FROM {rows_of(kinds)}{conflict}"  # noqa: S608  (names of our own columns)
    return Together(made, constants, kinds, table.name, key, conflict.endswith("DO NOTHING"))


def _changing(table: Table, change: str, where: str, kinds: Mapping[str, str], key: tuple[str, ...]) -> Together:
    return Together(f"{change} {rows_of(kinds)} WHERE {where}", {}, kinds, table.name, key, False)


def _together() -> dict[str, Together]:
    """Every insert that tells nothing, and the changes that a tap makes."""
    found: dict[str, Together] = {}
    for name, statement in built(insert).items():
        if isinstance(statement, Insert) and name in ONLY_WRITING and not _has_bytes(statement):
            found[name] = _inserted(statement, *STATEMENTS[name])
    state = {"id": "text", "before": "integer", "status": "text", "revision": "integer", "head": "text", "state": "text"}
    found["change_request"] = _changing(
        REQUEST, "UPDATE request SET status = n.status, revision = n.revision, head = n.head, state = n.state FROM",
        "request.id = n.id AND request.revision = n.before", state, ("id",),
    )  # fmt: skip
    found["drop_job"] = _changing(JOB, "DELETE FROM job USING", "job.key = n.job", {"job": "text"}, ("job",))
    found["forget_waiting"] = _changing(
        WAITING, "DELETE FROM waiting USING", "waiting.person = n.person AND waiting.request = n.request",
        {"person": "text", "request": "text"}, ("person", "request"),
    )  # fmt: skip
    found[NOTE_HANDLED] = _changing(
        INBOX, "UPDATE inbox SET handled_at = n.at FROM", "inbox.messenger = n.messenger AND inbox.id = n.id",
        {"messenger": "text", "id": "text", "at": "bigint"}, ("messenger", "id"),
    )  # fmt: skip
    return found


_TOGETHER = _together()


@dataclass
class _Batch:
    name: str
    rows: list[Mapping[str, Value]]


@dataclass
class Waiting:
    """What is to be sent, in batches of one statement each."""

    _batches: list[_Batch] = field(default_factory=list)
    _newest: dict[str, int] = field(default_factory=dict)  # by the statement's name
    _last: dict[tuple[Value, ...], int] = field(default_factory=dict)  # the last batch that concerns a row
    _barriers: dict[str, int] = field(default_factory=dict)  # the last batch that may concern any row of a table

    def __bool__(self) -> bool:
        return bool(self._batches)

    def clear(self) -> None:
        self._batches.clear()
        self._newest.clear()
        self._last.clear()
        self._barriers.clear()

    def add(self, name: str, values: Mapping[str, Value]) -> None:
        how = _TOGETHER.get(name)
        if how is None:
            self._alone(name, values)
            return
        row = (how.table, *(values[part] for part in how.key))
        newest, last = self._newest.get(name, -1), self._last.get(row, -1)
        if newest > max(self._barriers.get(how.table, -1), -1):
            if last < newest:
                self._batches[newest].rows.append(values)
                self._last[row] = newest
                return
            if last == newest and how.first_wins:
                return
        self._newest[name] = self._last[row] = self._begun(name, values)

    def _alone(self, name: str, values: Mapping[str, Value]) -> None:
        number = self._begun(name, values)
        parts = _ALONE.get(name)
        if parts is None:
            self._barriers.update(dict.fromkeys(TOUCHING[name], number))
        else:
            (table,) = TOUCHING[name]
            self._last[(table, *(values[part] for part in parts))] = number

    def _begun(self, name: str, values: Mapping[str, Value]) -> int:
        self._batches.append(_Batch(name, [values]))
        return len(self._batches) - 1

    def taken(self) -> list[Sent]:
        """All that waits, to be sent in this order; nothing waits any more."""
        sent = [_sent(batch) for batch in self._batches]
        self.clear()
        return sent


def _sent(batch: _Batch) -> Sent:
    how = _TOGETHER.get(batch.name)
    if how is not None and (len(batch.rows) > 1 or batch.name not in TOUCHING):
        return how.sent(batch.rows)
    sql, constants = STATEMENTS[batch.name]
    return sql, {**constants, **storable(batch.rows[0])}


def storable(values: Mapping[str, Value]) -> Mapping[str, Value]:
    """PostgreSQL's texts have no character zero."""
    if any(isinstance(value, str) and "\0" in value for value in values.values()):
        return {name: value.replace("\0", "\ufffd") if isinstance(value, str) else value for name, value in values.items()}
    return values
