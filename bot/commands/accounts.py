"""``soglas accounts``: who is on which messenger."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
import yaml

from bot.commands import Failed, app, out, terminal
from bot.commands.database import open_store
from bot.core.wording import counted
from bot.ports import Account, Transaction

group = typer.Typer(help="Who is on which messenger.", no_args_is_help=True)
app.add_typer(group, name="accounts")
_MOST_BYTES = 1 << 20


@group.callback()
def accounts() -> None:
    """Who is on which messenger."""


@group.command("import")
def import_accounts(file: Annotated[str, typer.Argument(help="YAML: person: {telegram: 1001} or {slack: U0123}.")]) -> None:
    """Read accounts from a file; what is there already is replaced."""
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
    try:
        data = Path(file).read_bytes()
    except OSError as error:
        raise Failed("no_file", file=file, reason=error.strerror or "?") from None
    try:
        table = yaml.safe_load(data[:_MOST_BYTES].decode())
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError):
        raise Failed("bad_accounts", line=file) from None
    if not isinstance(table, dict):
        raise Failed("bad_accounts", line=file)
    for person, accounts in table.items():
        if not isinstance(accounts, dict) or not accounts:
            raise Failed("bad_accounts", line=str(person))
        for messenger, external in accounts.items():
            yield _account(str(person), str(messenger), str(external))


def _account(person: str, messenger: str, external: str) -> Account:
    if messenger == "telegram" and external.isdigit():
        return Account("telegram", "", external, person, external)
    # T0123/U0123 names the workspace too, for installations in several.
    user = external.rsplit("/", 1)[-1]
    if messenger == "slack" and user[:1] in ("U", "W") and user.isalnum():
        return Account("slack", "", user, person)
    raise Failed("bad_accounts", line=f"{person}: {{{messenger}: {external}}}")
