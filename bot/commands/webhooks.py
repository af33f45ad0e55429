"""``soglas webhooks``: which other software hears of a brand's decisions."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Annotated

import typer

from bot.chance import SystemChance
from bot.clock import SystemClock
from bot.commands import Failed, app, out, terminal
from bot.commands.database import open_store
from bot.commands.listing import lined_up
from bot.core.wording import text
from bot.ports import Store, Transaction, Webhook
from bot.settings import read_settings

group = typer.Typer(help="Software that hears of decisions.", no_args_is_help=True)
app.add_typer(group, name="webhooks")


@group.command("add")
def add(
    url: Annotated[str, typer.Argument(help="Where to send: https://...")],
    brand: Annotated[str, typer.Option(help="Whose decisions.")],
    private: Annotated[bool, typer.Option("--private", help="The address may be inside your own network, and http.")] = False,
) -> None:
    """Tell an address what is decided, escalated and handed over. Prints the secret that signs what is sent, this once."""
    from adapters.http.courier import refused

    if wrong := refused(url, inside=private or read_settings().webhooks_allow_private):
        raise Failed("webhook_address", reason=text(f"cli.webhook.{wrong}"))
    added = asyncio.run(_added(url, brand, private))
    out(text("cli.webhooks.added", id=added.id, brand=brand), terminal())
    print(added.secret)


async def _added(url: str, brand: str, private: bool) -> Webhook:
    async with open_store() as store:
        if brand not in await store.read(lambda tx: tx.brands()):
            raise Failed("no_brand", brand=brand)
        chance, now = SystemChance(), SystemClock().now()

        def work(tx: Transaction) -> Webhook:
            webhook = Webhook(f"w{tx.next_number('webhook')}", brand, url, f"whsec_{chance.word()}", now, private)
            tx.save_webhook(webhook)
            return webhook

        return await store.run(work)


@group.command("list")
def list_webhooks(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """List the webhooks that are told, without their secrets."""
    found = [one for one in asyncio.run(_all()) if one.ended_at is None]
    if as_json:
        print(json.dumps([{"id": one.id, "brand": one.brand, "url": one.url, "private": one.allow_private} for one in found]))
        return
    if not found:
        out(text("cli.webhooks.none"), terminal())
        return
    head = ("ID", text("cli.list.brand"), text("cli.webhooks.address"))
    print(*lined_up(head, [(one.id, one.brand, one.url) for one in found], terminal()), sep="\n")


async def _all() -> Sequence[Webhook]:
    async with open_store() as store:
        return await store.read(lambda tx: tx.webhooks())


@group.command("end")
def end(webhook: Annotated[str, typer.Argument(help="Its id, as in the list.")]) -> None:
    """Tell an address nothing more. What it has not heard yet is dropped."""
    asyncio.run(_ended(webhook))
    out(text("cli.webhooks.ended", id=webhook), terminal())


async def _ended(webhook: str) -> None:
    async with open_store() as store:
        await _end(store, webhook)


async def _end(store: Store, webhook: str) -> None:
    def work(tx: Transaction) -> bool:
        found = next((one for one in tx.webhooks() if one.id == webhook and one.ended_at is None), None)
        if found:
            tx.save_webhook(
                Webhook(found.id, found.brand, found.url, "", found.added_at, found.allow_private, SystemClock().now())
            )
        return found is not None

    if not await store.run(work):
        raise Failed("no_webhook", id=webhook)
