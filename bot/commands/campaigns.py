"""``soglas campaign``: both markets at once, with a joint launch gate."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Annotated

import typer

from adapters.http.bodies import campaign_view, request_view
from bot.commands import Failed, app, terminal
from bot.commands.database import open_service
from bot.commands.moments import parse_amount, parse_moment
from bot.core.money import Money
from bot.core.request.effects import Refused
from bot.core.request.model import Draft
from bot.core.request.opening import cleaned
from bot.service import Campaign, Service
from bot.speech import say

group = typer.Typer(help="Open and read campaigns.", no_args_is_help=True)
app.add_typer(group, name="campaign")
Json = Annotated[bool, typer.Option("--json")]
As = Annotated[str | None, typer.Option("--as", help="As this person sees it: what is not theirs does not exist.")]


@group.command("open")
def open_campaign(
    brand: Annotated[str, typer.Option()],
    kind: Annotated[str, typer.Option()],
    market: Annotated[list[str], typer.Option(help='Like RU, or with its own amount: "US=300 USD". At least two.')],
    by: Annotated[str, typer.Option(help="Who asks: a person of the playbook.")],
    title: Annotated[str, typer.Option()],
    words: Annotated[str, typer.Option("--text")] = "",
    creator: Annotated[str, typer.Option()] = "",
    needed_by: Annotated[str | None, typer.Option()] = None,
    key: Annotated[str | None, typer.Option(help="The same key gives the same campaign again.")] = None,
    as_json: Json = False,
) -> None:
    """Open a request in each market, all or none."""
    tracks = dict(_track(one) for one in market)
    if len(tracks) != len(market) or len(tracks) < 2:
        raise Failed("campaign_markets")
    when = parse_moment(needed_by) if needed_by is not None else None
    plain = Draft(cleaned(kind), "", cleaned(title), cleaned(words), (), cleaned(creator), when)
    drafts = [replace(plain, market=one, amount=amount) for one, amount in tracks.items()]
    scoped = cleaned(f"{brand}:{key}") if key else None  # a key belongs to a brand

    async def put() -> None:
        async with open_service() as service:
            opened = await service.open_campaign(cleaned(brand), cleaned(by), drafts, through="cli", key=scoped)
            if isinstance(opened, Refused):
                raise Failed("refused", reason=say(opened.text, terminal()))
            await _print(service, opened, as_json)

    asyncio.run(put())


@group.command("show")
def show_campaign(campaign: Annotated[str, typer.Argument(metavar="ID")], as_person: As = None, as_json: Json = False) -> None:
    """Show which market is missing before the launch."""

    async def find() -> None:
        async with open_service() as service:
            found = await service.campaign(cleaned(campaign))
            if found is None or not await service.find(found.requests[0].id, as_person):
                raise Failed("no_campaign")
            await _print(service, found, as_json)

    asyncio.run(find())


def _track(given: str) -> tuple[str, Money | None]:
    market, _, amount = cleaned(given).partition("=")
    return market.strip(), parse_amount(amount.strip()) if amount else None


async def _print(service: Service, found: Campaign, as_json: bool) -> None:
    tracks = [track for request in found.requests if (track := await service.find(request.id))]
    view = campaign_view(found, [request_view(track.request, track.team) for track in tracks])
    if as_json:
        print(view.model_dump_json())
        return
    print(f"{view.id}  {'open' if view.open else 'closed'}  {view.title}")
    for one in view.tracks:
        waiting = ", ".join(owner.person for owner in one.waiting_for)
        print("  ".join(part for part in (f"  {one.id}", one.market, one.status, waiting) if part))
