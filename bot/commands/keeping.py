"""``soglas db backup``, ``soglas db restore`` and ``soglas person remove``: keeping everything, and not keeping somebody."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from bot.clock import SystemClock
from bot.commands import Failed, app, out, terminal
from bot.commands.database import database, group, no_database, open_store, usable
from bot.commands.moments import dated
from bot.commands.reasons import of_file
from bot.core.wording import Listed, counted, text
from bot.ports import Broken
from bot.settings import read_settings
from bot.speech import show

people = typer.Typer(help="People.", no_args_is_help=True)
app.add_typer(people, name="person")


@people.callback()
def person() -> None:
    """People."""


@group.command("backup")
def back_up(file: Annotated[str, typer.Argument(help="A new file, such as soglas-2027-02-19.zip.")]) -> None:
    """Write everything into one file, while the bot runs. It holds secrets of webhooks: keep it safe."""
    from storage import backup

    url = database(read_settings().database_url)
    with _file_of(file) as path:
        try:
            written = backup.write(url, path, SystemClock().now())
        except backup.AlreadyThere:
            raise Failed("file_there", file=file) from None
        except backup.Cut as error:
            raise Failed("backup_cut", id=error.request) from None
        except backup.NotCopied:
            raise Failed("not_copied") from None
        digest = backup.sha256_of(path)
    out(counted("cli.db.backed_up", written.tables["request"].rows, file=file, digest=digest), terminal())


@group.command("restore")
def restore_database(file: Annotated[str, typer.Argument(help="A file that “soglas db backup” has written.")]) -> None:
    """Fill an empty database from a backup, on SQLite or PostgreSQL, whichever it was taken from."""
    from storage import restore

    url = read_settings().database_url
    # First of all: an address that cannot be used is told before anything is read or made.
    name = usable(url)
    with _file_of(file) as path:
        try:
            found = restore.restore(url, path, SystemClock().now())
        except restore.Damaged as error:
            raise Failed("not_a_backup", file=file, problem=error.what) from None
        except restore.MadeByNewer:
            raise Failed("newer_backup", file=file) from None
        except restore.NotEmpty:
            raise Failed("not_empty") from None
        except Broken:
            raise no_database(url, name) from None
    reader = terminal()
    out(counted("cli.db.restored", found.tables["request"].rows, when=dated(found.taken_at)), reader)
    out(text("cli.db.restored.next"), reader)


@contextmanager
def _file_of(file: str) -> Iterator[Path]:
    try:
        yield Path(file)
    except OSError as error:
        raise Failed("cannot_write", file=file, reason=of_file(error)) from None


@people.command("remove")
def remove_person(
    person: Annotated[str, typer.Argument(help="The id, as “soglas accounts list” shows it.")],
    by: Annotated[str, typer.Option(help="Who asks for it; this is kept.")],
) -> None:
    """Remove a person's name and accounts; the history keeps their role. There is no way back."""
    from bot.removal import NotKnown, Removal, Removed, StillInForce
    from storage.erasing import erase_deleted

    async def remove() -> Removed:
        async with open_store() as store:
            return await Removal(store, SystemClock()).remove(person, by)

    reader = terminal()
    try:
        done = asyncio.run(remove())
    except NotKnown:
        raise Failed("no_person", person=person) from None
    except StillInForce as error:
        raise Failed("in_force", person=person, roles=show(Listed(error.roles), reader)) from None
    erase_deleted(read_settings().database_url)
    fields = {"accounts": done.accounts, "versions": done.versions, "cards": done.cards}
    out(text("cli.person.removed", person=person, **fields), reader)
    out(text("cli.person.backups"), reader)
