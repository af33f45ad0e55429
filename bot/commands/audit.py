"""``soglas audit``: whether the records are whole."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import typer

from bot.commands import Failed, app, out, terminal
from bot.commands.database import open_store
from bot.core.request.model import RequestId
from bot.core.wording import counted
from bot.ports import Filter

group = typer.Typer(help="The chain of events.", no_args_is_help=True)
app.add_typer(group, name="audit")


@group.callback()
def audit() -> None:
    """The chain of events."""


@group.command()
def verify() -> None:
    """Check that no event was cut out or edited."""

    async def check() -> int:
        async with open_store() as store:
            requests = await store.read(lambda tx: tx.requests(Filter(limit=10_000_000)))
            for request in requests:
                # Both in one read: a running bot may add an event at any moment.
                rows, stored = await store.read(lambda tx, r=request.id: (tx.chain(r), tx.request(r)))  # type: ignore[misc]
                _verify(request.id, stored.request.revision if stored else 0, rows, stored.head if stored else "")
            return len(requests)

    out(counted("cli.audit.fine", asyncio.run(check())), terminal())


def _verify(request: RequestId, revision: int, rows: Sequence[tuple[str, str]], last: str) -> None:
    from storage.mapping import chained

    head = ""
    for number, (body, digest) in enumerate(rows, 1):
        head = chained(head, number, body)
        if head != digest:
            raise Failed("chain", id=request, number=str(number))
    if len(rows) != revision or head != last:
        raise Failed("chain", id=request, number=str(len(rows) + 1))
