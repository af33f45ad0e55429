"""Whether the chain of events is whole, over a whole database: one pass, however many requests there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, zip_longest
from typing import Any

from sqlalchemy import Connection, Select, select

from storage.building import table
from storage.mapping import chained
from storage.tables import EventRow, RequestRow

REQUEST, EVENT = table(RequestRow), table(EventRow)
_TOGETHER = 500


def broken_at(connection: Connection) -> str | None:
    """The first request whose events were cut or edited, or do not come to its state; ``None`` when all are whole."""
    heads = _stream(connection, select(REQUEST.c.id, REQUEST.c.revision, REQUEST.c.head).order_by(REQUEST.c.id))
    rows = select(EVENT.c.request, EVENT.c.body, EVENT.c.digest, EVENT.c.number).order_by(EVENT.c.request, EVENT.c.number)
    streams = groupby(_stream(connection, rows), key=lambda row: str(row[0]))
    # A plain loop: the next group makes the one before it unreadable.
    for head, stream in zip_longest(heads, streams):
        if head is None or stream is None or head[0] != stream[0] or _end(stream[1]) != (head[1], head[2]):
            return str(head[0] if head else stream[0])
    return None


def _end(events: Iterator[Sequence[Any]]) -> tuple[int, str]:
    """How many events follow one another from the first on, and the digest of the last."""
    count, head = 0, ""
    for count, (_, body, digest, number) in enumerate(events, 1):
        head = chained(head, number, body)
        if number != count or head != digest:
            return -count, ""
    return count, head


# Any: rows of whatever was asked.
def _stream(connection: Connection, asked: Select[Any]) -> Iterator[Sequence[Any]]:
    yield from connection.execute(asked, execution_options={"stream_results": True, "yield_per": _TOGETHER})
