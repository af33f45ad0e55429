"""``soglas accounts``: who is on which messenger."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from typing import Annotated

import typer
import yaml

from bot.commands import Failed, app, out, terminal
from bot.commands.database import open_store
from bot.commands.files import read_named
from bot.core.wording import counted
from bot.ports import Account, Transaction

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
