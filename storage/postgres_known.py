"""What a transaction has read ahead on PostgreSQL: the rows a group said it would read, and what every group reads.

Requests and updates are locked as they are read, so nobody else changes them before the commit; a request's copies are read
after its lock, as they would be without this. What the group itself changes is changed or forgotten here in the same breath.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from bot.ports import About
from storage.postgres_sets import CHANGING, NOTE_HANDLED, STATEMENTS, TOUCHING, Sent, array, rows_of
from storage.rows import Row, Value
from storage.statements import COPY

_REQUEST, _COPIES, _UPDATE = "request_to_change", "copies", "is_handled"
# What everything kept is made of. Whatever the last group asked of them, the next one is likely to ask.
_USUAL = frozenset({"in_force", "reachable", "absences", "webhooks", "webhooks_of"})
_MOST_USUAL = 8
SERVED = _USUAL | {_REQUEST, _COPIES, _UPDATE}
_REQUESTS_SQL = "SELECT id, state, head FROM request WHERE id = ANY(%(ids)s::text[]) ORDER BY id FOR UPDATE"
_COLUMNS = ", ".join(f"copy.{column.name}" for column in COPY.columns)
_COPIES_SQL = f"SELECT {_COLUMNS} FROM copy WHERE request = ANY(%(ids)s::text[]) ORDER BY request, person, messenger"  # noqa: S608
_UPDATES = rows_of({"messenger": "text", "id": "text"})
_UPDATES_SQL = (
    "SELECT inbox.messenger, inbox.id, handled_at FROM inbox"  # noqa: S608  (our own columns' names, as above)
    f" JOIN {_UPDATES} ON inbox.messenger = n.messenger AND inbox.id = n.id"
    " ORDER BY inbox.messenger, inbox.id FOR UPDATE OF inbox"
)
# Statements that concern one row, or nothing that is known of it; any other on the same tables concerns them all.
_ROWS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("swap_request", _REQUEST): ("id",), ("add_request", _REQUEST): ("id",), ("rewrite_state", _REQUEST): ("of",),
    ("save_copy", _COPIES): ("request",), ("forget_copy", _COPIES): ("request",),
    ("receive", _UPDATE): ("messenger", "id"), ("handled", _UPDATE): ("messenger", "id"),
}  # fmt: skip
_HARMLESS = {("take_unhandled", _UPDATE), ("keep_taken", _UPDATE), ("change_request", _REQUEST)}
_SPOILING = {
    name: tuple(read for read in SERVED if TOUCHING[name] & TOUCHING[read] and (name, read) not in _HARMLESS) for name in CHANGING
}

_Key = tuple[Value, ...]


class Known:
    """Rows by the statement that would read them and its values, in the order in which the transaction gives them."""

    def __init__(self) -> None:
        self._rows: dict[_Key, Sequence[Row]] = {}
        self._asked: dict[_Key, tuple[str, Mapping[str, Value]]] = {}
        # What ``ahead`` has asked for, in its order
        self._requests: Sequence[str] = ()
        self._updates: Sequence[tuple[str, str]] = ()
        self._usual: Sequence[tuple[_Key, tuple[str, Mapping[str, Value]]]] = ()

    def clear(self) -> None:
        self._rows.clear()

    def ahead(self, about: Sequence[About]) -> list[Sent]:
        """The statements to begin a transaction with; their rows are for ``learn``. The locks come first, in one order."""
        requests = sorted({request for one in about for request in one.requests})
        updates = sorted({update for one in about for update in one.updates})
        self._requests, self._updates = requests, updates
        self._usual, self._asked = list(self._asked.items())[:_MOST_USUAL], {}
        sent: list[Sent] = []
        if requests:
            ids = {"ids": array(requests, "text")}
            sent += [(_REQUESTS_SQL, ids), (_COPIES_SQL, ids)]
        if updates:
            messengers, numbers = zip(*updates, strict=True)
            sent.append((_UPDATES_SQL, {"messenger": array(messengers, "text"), "id": array(numbers, "text")}))
        for _, (name, values) in self._usual:
            sql, constants = STATEMENTS[name]
            sent.append((sql, {**constants, **values}))
        return sent

    def learn(self, found: Sequence[Sequence[Row]]) -> None:
        parts = iter(found)
        if self._requests:
            self._requests_are(next(parts), next(parts))
        if self._updates:
            self._rows.update(((_UPDATE, *row[:2]), (row[2:],)) for row in next(parts))
        self._rows.update((key, rows) for (key, _), rows in zip(self._usual, parts, strict=True))

    def _requests_are(self, requests: Sequence[Row], copies: Sequence[Row]) -> None:
        standing: dict[Value, list[Row]] = defaultdict(list)
        for row in copies:
            standing[row[0]].append(row)
        # A request that is not there may come: it is not known, and neither are its copies.
        for row in requests:
            self._rows[_REQUEST, row[0]] = (row[1:],)
            self._rows[_COPIES, row[0]] = standing.get(row[0], ())

    def locked(self, name: str, values: Mapping[str, Value], found: Sequence[Row]) -> None:
        """A row was read by a statement of its own; if that has locked it, it stays as it is."""
        if name == _REQUEST and found:
            self._rows[_REQUEST, values["id"]] = found

    def find(self, name: str, values: Mapping[str, Value]) -> Sequence[Row] | None:
        key = (name, *values.values())
        if name in _USUAL:
            self._asked[key] = name, values
        return self._rows.get(key)

    def is_handled(self, values: Mapping[str, Value]) -> bool | None:
        """Whether an update was handled; ``None`` when it was not read ahead, and so is not locked."""
        row = self._rows.get((_UPDATE, values["messenger"], values["id"]))
        return None if row is None else bool(row[0][0])

    def change(self, name: str, values: Mapping[str, Value]) -> None:
        """A statement is about to change something."""
        if name == NOTE_HANDLED:
            self._rows[_UPDATE, values["messenger"], values["id"]] = ((values["at"],),)
        elif name == "change_request" and (_REQUEST, values["id"]) in self._rows:
            self._rows[_REQUEST, values["id"]] = ((values["state"], values["head"]),)
        for read in _SPOILING.get(name, ()):
            if parts := _ROWS.get((name, read)):
                self._rows.pop((read, *(values[part] for part in parts)), None)
            else:
                self.forget(read)

    def forget(self, *reads: str) -> None:
        for key in [key for key in self._rows if key[0] in reads]:
            del self._rows[key]

    def forget_usual(self) -> None:
        """From here on what others have committed meanwhile counts."""
        self.forget(*_USUAL)
