"""``soglas tokens``: what opens the HTTP API of one brand to a program."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer

from bot.chance import SystemChance
from bot.clock import SystemClock
from bot.commands import Failed, app, out, terminal
from bot.commands.database import open_store
from bot.commands.listing import lined_up
from bot.core.request.effects import Refused
from bot.core.wording import Field, Moment, text
from bot.ports import ApiToken
from bot.speech import say
from bot.tokens import Created, Tokens

group = typer.Typer(help="Tokens of the HTTP API.", no_args_is_help=True)
app.add_typer(group, name="tokens")

_HEAD = (
    text("cli.tokens.name"), text("cli.list.brand"), text("cli.tokens.created_on"), text("cli.tokens.used_on"),
    text("cli.tokens.revoked_on"),
)  # fmt: skip


@group.callback()
def tokens() -> None:
    """Tokens of the HTTP API."""


@group.command("create")
def create(
    brand: Annotated[str, typer.Option(help="The one brand it opens.")],
    name: Annotated[str, typer.Option(help="What it is called, for taking it back: letters, figures, dots, dashes.")],
) -> None:
    """Print a new token. It is shown this once: only its digest is kept."""
    outcome = asyncio.run(_created(brand, name))
    if isinstance(outcome, Refused):
        raise Failed("refused", reason=say(outcome.text, terminal()))
    out(text("cli.tokens.created", name=name, brand=brand), terminal())
    print(outcome.secret)


async def _created(brand: str, name: str) -> Created | Refused:
    async with open_store() as store:
        return await Tokens(store, SystemClock()).create(SystemChance(), brand, name)


@group.command("list")
def list_tokens(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """List all tokens, without their secrets: made when, last used when, revoked when (days in UTC)."""
    found = asyncio.run(_all())
    if as_json:
        print(json.dumps([_data(token) for token in found], ensure_ascii=False))
        return
    if not found:
        out(text("cli.tokens.none"), terminal())
        return
    print(*lined_up(_HEAD, [_row(token) for token in found], terminal()), sep="\n")


async def _all() -> Sequence[ApiToken]:
    async with open_store() as store:
        return await Tokens(store, SystemClock()).all()


def _row(token: ApiToken) -> tuple[Field, ...]:
    """Days are enough to see what is old, and a line of them is no longer than a terminal; ``--json`` has the moments."""
    revoked = _day(token.revoked_at) if token.revoked_at else text("cli.tokens.works")
    return (token.name, token.brand, _day(token.created_at), _day(token.used_at) if token.used_at else "–", revoked)


def _day(at: datetime) -> Moment:
    return Moment(at, style="date")


def _data(token: ApiToken) -> dict[str, str | None]:
    """A token for programs; not its digest, which nobody has any use for."""
    moments = {"created_at": token.created_at, "used_at": token.used_at, "revoked_at": token.revoked_at}
    return {"name": token.name, "brand": token.brand, **{name: at.isoformat() if at else None for name, at in moments.items()}}


@group.command("revoke")
def revoke(name: Annotated[str, typer.Argument(help="The token's name.")]) -> None:
    """Take a token back. Every process refuses it from the next call on."""

    async def take_back() -> Sequence[ApiToken]:
        async with open_store() as store:
            return await Tokens(store, SystemClock()).revoke(name)

    if not asyncio.run(take_back()):
        raise Failed("no_token", name=name)
    out(text("cli.tokens.revoked", name=name), terminal())
