"""``soglas db``, and opening the database for the other commands.

The storage is imported where it is used: half of the time a command takes to start would go into it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.util import find_spec

import typer

from bot.clock import SystemClock
from bot.commands import Failed, app, out, terminal
from bot.core.wording import text
from bot.ports import Broken, Store
from bot.service import Service
from bot.settings import read_settings

group = typer.Typer(help="Migrations.", no_args_is_help=True)
app.add_typer(group, name="db")


@group.command("upgrade")
def upgrade_database() -> None:
    """Create the database or bring it up to date."""
    database(read_settings().database_url)
    out(text("cli.db.upgraded"), terminal())


@group.command("check")
def check_database() -> None:
    """Exit 0 when the database is at the schema this version needs."""
    from storage.upgrade import is_current

    url = read_settings().database_url
    name = usable(url)
    try:
        current = _is_there(url) and is_current(url)
    except Broken:
        raise no_database(url, name) from None
    if not current:
        raise Failed("schema")
    out(text("cli.db.upgraded"), terminal())


def database(url: str) -> str:
    """The database URL, created or brought up to date. Raises ``Failed`` when that cannot be."""
    from storage.upgrade import NewerDatabase, upgrade

    name = usable(url)
    try:
        upgrade(url)
    except NewerDatabase:
        raise Failed("newer_database", file=name) from None
    except Broken:
        raise no_database(url, name) from None
    return url


def usable(url: str) -> str:
    """What to call the database in a message. Raises ``Failed`` for a URL that cannot name one of ours."""
    from storage.upgrade import is_postgres, sqlite_path

    # Never the URL itself: it may hold a password.
    if is_postgres(url):
        if find_spec("psycopg") is None:
            raise Failed("no_driver")
        return "PostgreSQL"
    try:
        path = sqlite_path(url)
    except Broken:
        raise Failed("database_url") from None
    if not path.parent.is_dir():
        raise Failed("no_folder", folder=str(path.parent))
    return str(path)


def _is_there(url: str) -> bool:
    """Whether there is anything to look at: looking at a file that does not exist would create it."""
    from storage.upgrade import is_postgres, sqlite_path

    return is_postgres(url) or sqlite_path(url).is_file()


def no_database(url: str, name: str) -> Failed:
    """What to say of a database that does not do what is asked."""
    from storage.upgrade import is_postgres

    return Failed("no_server") if is_postgres(url) else Failed("not_a_database", file=name)


@asynccontextmanager
async def open_store() -> AsyncIterator[Store]:
    """The database of the settings, up to date, closed afterwards."""
    from storage import opening

    store = opening.open_store(database(read_settings().database_url))
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def open_service() -> AsyncIterator[Service]:
    """The use cases on the settings' database. A running bot finds what was committed within a second."""
    async with open_store() as store:
        yield Service(store, SystemClock())
