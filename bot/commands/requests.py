"""``soglas request``: the same as the HTTP API, for scripts."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Annotated

import typer

from adapters.http.bodies import RequestView, for_creator, request_view
from bot.commands import Failed, app, terminal
from bot.commands.database import open_service
from bot.commands.moments import parse_amount, parse_moment
from bot.core.playbook.model import PersonId
from bot.core.request.model import Draft, Request, RequestId, Status
from bot.core.request.opening import cleaned
from bot.creators import is_creator
from bot.ports import Filter
from bot.service import Done, Outcome, no_such_request
from bot.speech import say

group = typer.Typer(help="Open and read requests.", no_args_is_help=True)
app.add_typer(group, name="request")
Json = Annotated[bool, typer.Option("--json")]
As = Annotated[str | None, typer.Option("--as", help="As this person sees it: what is not theirs does not exist.")]
_ALL = 10_000_000


@group.command("open")
def open_request(
    brand: Annotated[str, typer.Option()],
    kind: Annotated[str, typer.Option()],
    market: Annotated[str, typer.Option()],
    by: Annotated[str, typer.Option(help="Who asks: a person of the playbook.")],
    title: Annotated[str, typer.Option()],
    words: Annotated[str, typer.Option("--text")] = "",
    link: Annotated[list[str] | None, typer.Option()] = None,
    creator: Annotated[str, typer.Option()] = "",
    needed_by: Annotated[str | None, typer.Option()] = None,
    amount: Annotated[str | None, typer.Option()] = None,
    key: Annotated[str | None, typer.Option(help="The same key gives the same request again.")] = None,
    as_json: Json = False,
) -> None:
    """Open a request."""
    links = tuple(cleaned(one) for one in link or [])
    draft = Draft(
        cleaned(kind), cleaned(market), cleaned(title), cleaned(words), links, cleaned(creator),
        parse_moment(needed_by) if needed_by is not None else None, parse_amount(amount) if amount is not None else None,
    )  # fmt: skip

    # The same scope as over HTTP: a key belongs to a brand.
    scoped = cleaned(f"{brand}:{key}") if key else None

    async def put() -> Outcome:
        async with open_service() as service:
            return await service.open(cleaned(brand), cleaned(by), draft, through="cli", key=scoped)

    _print(asyncio.run(put()), as_json)


@group.command("show")
def show_request(request: Annotated[str, typer.Argument(metavar="ID")], as_person: As = None, as_json: Json = False) -> None:
    """Show a request."""

    async def find() -> Outcome:
        async with open_service() as service:
            return await service.find(RequestId(cleaned(request)), as_person) or no_such_request()

    _print(asyncio.run(find()), as_json, as_person)


@group.command("list")
def list_requests(
    brand: Annotated[str | None, typer.Option()] = None,
    status: Annotated[Status | None, typer.Option()] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 50,
    as_person: As = None,
    as_json: Json = False,
) -> None:
    """List requests, the newest first."""

    async def find() -> Sequence[Done]:
        async with open_service() as service:
            # Whatever somebody may not see takes no place among what they may.
            listed = await service.list(Filter(brand=brand, status=status, limit=_ALL if as_person else limit))
            seen = [done for request in listed if (done := await service.find(request.id, as_person))]
            return seen[:limit]

    found = asyncio.run(find())
    if as_json:
        print(json.dumps([_view(done, as_person).model_dump(mode="json") for done in found], ensure_ascii=False))
    for done in [] if as_json else found:
        print(_line(done.request))


def _print(outcome: Outcome, as_json: bool, as_person: PersonId | None = None) -> None:
    if outcome == no_such_request():
        raise Failed("no_request")
    if not isinstance(outcome, Done):
        raise Failed("refused", reason=say(outcome.text, terminal()))
    print(_view(outcome, as_person).model_dump_json() if as_json else _line(outcome.request))


def _view(done: Done, as_person: PersonId | None) -> RequestView:
    """The same shape as over HTTP; for a creator without what is only the team's."""
    view = request_view(done.request, done.team)
    return for_creator(view) if as_person and is_creator(as_person) else view


def _line(request: Request) -> str:
    waiting = ", ".join(part.person for step in request.open_steps for part in step.waiting)
    parts = (
        request.id,
        str(request.status),
        f"{request.round}/{request.rounds}",
        request.draft.kind,
        " ".join(request.draft.title.split()),
        waiting,
    )
    return "  ".join(part for part in parts if part)
