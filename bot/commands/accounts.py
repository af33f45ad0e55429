"""``soglas accounts``: who is on which messenger."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from typing import Annotated

import typer
import yaml

from bot.chance import SystemChance
from bot.clock import SystemClock
from bot.commands import Failed, app, out, terminal
from bot.commands.database import open_store
from bot.commands.files import read_named
from bot.core.playbook.model import Playbook
from bot.core.request.effects import Refused
from bot.core.wording import Moment, counted, text
from bot.invites import Invited, Invites
from bot.ports import Account, Store, Transaction
from bot.speech import LANGUAGES, Reader, say, show

group = typer.Typer(help="Who is on which messenger.", no_args_is_help=True)
app.add_typer(group, name="accounts")
_MOST_BYTES = 1 << 20
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
        raise typer.BadParameter(say(text("cli.invite.what"), reader))
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
    out(text("cli.invite.head", name=outcome.name, person=outcome.person, until=Moment(outcome.expires_at)), reader)
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
        raise Failed("unknown_name", what="market", name=market, known=", ".join(book.markets))
    if language and language not in LANGUAGES:
        raise Failed("unknown_name", what="language", name=language, known=", ".join(LANGUAGES))
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
    seen: set[object] = set()
    for person, given in _pairs(file, _table(file)):
        if person.value in seen:
            raise _wrong(file, person)
        seen.add(person.value)
        for messenger, external in _pairs(file, given):
            account = _account(person.value, messenger.value, external)
            # One account belongs to one person: the second would silently take it away from the first.
            if account is None or (account.messenger, account.external) in seen:
                raise _wrong(file, messenger)
            seen.add((account.messenger, account.external))
            yield account


def _table(file: str) -> yaml.Node:
    """The file's nodes as they were written: no value is taken for a date, a number or a repeated list."""
    data = read_named(file)
    try:
        root = yaml.compose(data.decode(), Loader=yaml.SafeLoader) if len(data) <= _MOST_BYTES else None
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError):
        root = None
    if root is None:
        raise Failed("bad_accounts", file=file, line="1")
    return root


def _pairs(file: str, node: yaml.Node) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
    if not isinstance(node, yaml.MappingNode) or not node.value:
        raise _wrong(file, node)
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise _wrong(file, key)
        yield key, value


def _wrong(file: str, node: yaml.Node) -> Failed:
    return Failed("bad_accounts", file=file, line=str(node.start_mark.line + 1))


def _account(person: str, messenger: str, external: yaml.Node) -> Account | None:
    given = external.value if isinstance(external, yaml.ScalarNode) else ""
    if messenger == "telegram" and _TELEGRAM.fullmatch(given):
        return Account("telegram", "", given, person, given)
    if messenger == "slack" and (found := _SLACK.fullmatch(given)):
        return Account("slack", "", found[1], person)
    return None
