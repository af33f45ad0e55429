"""``soglas accounts``: who is on which messenger."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from typing import Annotated

import typer

from bot.chance import SystemChance
from bot.clock import SystemClock
from bot.commands import Failed, app, out, terminal
from bot.commands.database import open_store
from bot.commands.files import read_named
from bot.commands.moments import dated
from bot.core.playbook.faults import Mark
from bot.core.playbook.model import Playbook
from bot.core.playbook.reading import Node, Unreadable, read_tree
from bot.core.request.effects import Refused
from bot.core.wording import counted, text
from bot.invites import Invited, Invites
from bot.ports import Account, Store, Transaction
from bot.speech import LANGUAGES, Reader, say, show

group = typer.Typer(help="Who is on which messenger.", no_args_is_help=True)
app.add_typer(group, name="accounts")
_TELEGRAM = re.compile(r"[1-9][0-9]{0,15}")
# T0123/U0123 names the workspace too, for installations in several.
_SLACK = re.compile(r"(?:T[A-Z0-9]{1,20}/)?([UW][A-Z0-9]{1,40})")


@group.callback()
def accounts() -> None:
    """Who is on which messenger."""


@group.command("import")
def import_accounts(file: Annotated[str, typer.Argument(help="YAML: person: {telegram: 1001} or {slack: U0123}.")]) -> None:
    """Read accounts from a file; what is there already is replaced. A file with a mistake changes nothing."""
    found = list(_accounts(file))

    def save_all(tx: Transaction) -> None:
        for account in found:
            tx.save_account(account)

    async def save() -> None:
        async with open_store() as store:
            await store.run(save_all)

    asyncio.run(save())
    out(counted("cli.accounts.done", len(found)), terminal())


@group.command("invite")
def invite(
    person: Annotated[str | None, typer.Argument(help="A person of a playbook in force.")] = None,
    brand: Annotated[str | None, typer.Option()] = None,
    creator: Annotated[str | None, typer.Option(help="The name of a creator, who is in no playbook.")] = None,
    market: Annotated[str | None, typer.Option(help="The creator's market.")] = None,
    language: Annotated[str | None, typer.Option(help="The creator's language; their market's if left out.")] = None,
) -> None:
    """Print a one-time invitation. Whoever has it first is taken for the person: hand it over safely."""
    reader = terminal()
    if person and not (creator or market or language):
        outcome = asyncio.run(_member(person, brand))
    elif creator and brand and market and not person:
        outcome = asyncio.run(_creator(creator, brand, market, language))
    else:
        raise Failed("invite_what")
    _print_invitation(outcome, reader)


async def _member(person: str, brand: str | None) -> Invited | Refused:
    async with open_store() as store:
        await _known(store, brand)
        return await Invites(store, SystemClock(), SystemChance()).invite_member(None, person, brand=brand)


async def _creator(name: str, brand: str, market: str, language: str | None) -> Invited | Refused:
    async with open_store() as store:
        spoken = await _language(store, brand, market, language)
        return await Invites(store, SystemClock(), SystemChance()).invite_creator(None, brand, market, name, spoken)


def _print_invitation(outcome: Invited | Refused, reader: Reader) -> None:
    if isinstance(outcome, Refused):
        raise Failed("refused", reason=say(outcome.text, reader))
    out(text("cli.invite.head", name=outcome.name, person=outcome.person, until=dated(outcome.expires_at)), reader)
    out(text("cli.invite.word", word=outcome.word), reader)
    out(text("cli.invite.in_telegram", word=outcome.word), reader)
    out(text("cli.invite.in_slack", word=outcome.word), reader)


async def _known(store: Store, brand: str | None) -> Playbook | None:
    found = await store.read(lambda tx: tx.in_force(brand)) if brand else None
    if brand and found is None:
        raise Failed("no_brand", brand=brand)
    return found.playbook if found else None


async def _language(store: Store, brand: str, market: str, language: str | None) -> str:
    book = await _known(store, brand)
    assert book is not None
    if market not in book.markets:
        raise Failed("unknown_name", what=text("cli.name.market"), name=market, known=", ".join(book.markets))
    if language and language not in LANGUAGES:
        raise Failed("unknown_name", what=text("cli.name.language"), name=language, known=", ".join(LANGUAGES))
    return language or book.markets[market].language


@group.command("list")
def list_accounts(brand: Annotated[str | None, typer.Option()] = None) -> None:
    """List everybody of the playbooks in force, and who has no account."""

    async def find() -> list[tuple[Playbook, dict[str, list[Account]]]]:
        async with open_store() as store:
            await _known(store, brand)
            return await store.read(lambda tx: [_of(tx, book) for book in _books(tx) if brand in (None, book.id)])

    reader = terminal()
    for book, found in asyncio.run(find()):
        for person, held in found.items():
            where = ", ".join(f"{one.messenger}:{one.external}" for one in held) or say(text("cli.invite.no_account"), reader)
            print("  ".join((book.id, person, show(book.name(person), reader), where)))


def _books(tx: Transaction) -> list[Playbook]:
    return [found.playbook for brand in tx.brands() if (found := tx.in_force(brand))]


def _of(tx: Transaction, book: Playbook) -> tuple[Playbook, dict[str, list[Account]]]:
    """Working accounts only: somebody whose last one is blocked has none."""
    return book, {person: [one for one in tx.accounts(person) if not one.blocked] for person in book.people}


def _accounts(file: str) -> Iterator[Account]:
    seen: set[tuple[str, str]] = set()
    for person, given, line in _pairs(file, _table(file)):
        for messenger, external, place in _pairs(file, given, line):
            account = _account(person, messenger, external.value) if person.strip() else None
            # One account belongs to one person: the second would silently take it away from the first.
            if account is None or (account.messenger, account.external) in seen:
                raise _wrong(file, place)
            seen.add((account.messenger, account.external))
            yield account


def _table(file: str) -> Node:
    """The file, read as strictly as a playbook: no tags, nothing twice, nothing without end."""
    try:
        root, faults = read_tree(file, read_named(file))
    except Unreadable as error:
        raise _wrong(file, error.reason.mark) from None
    if faults:
        raise _wrong(file, min((fault.mark for fault in faults), key=lambda mark: mark.line))
    return root


def _pairs(file: str, node: Node, mark: Mark | None = None) -> Iterator[tuple[str, Node, Mark]]:
    """What stands in a mapping, each with its line."""
    if not isinstance(node.value, dict) or not node.value:
        raise _wrong(file, mark or node.mark)
    for key, value in node.value.items():
        yield key, value, (node.keys or {})[key]


def _wrong(file: str, mark: Mark) -> Failed:
    return Failed("bad_accounts", file=file, line=str(mark.line))


def _account(person: str, messenger: str, external: object) -> Account | None:
    # A boolean is a number to Python, and no account.
    given = str(external) if isinstance(external, str | int) and not isinstance(external, bool) else ""
    if messenger == "telegram" and _TELEGRAM.fullmatch(given):
        return Account("telegram", "", given, person, given)
    if messenger == "slack" and (found := _SLACK.fullmatch(given)):
        return Account("slack", "", found[1], person)
    return None
