"""``soglas db``, and opening the database for the other commands."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import typer

from bot.clock import SystemClock
from bot.commands import Failed, app, out, terminal
from bot.core.wording import text
from bot.service import Service
from bot.settings import read_settings
from storage.sqlite import SqliteStore
from storage.upgrade import is_current, sqlite_path, upgrade

group = typer.Typer(help="Migrations.", no_args_is_help=True)
app.add_typer(group, name="db")


@group.command("upgrade")
def upgrade_database() -> None:
    """Create the database or bring it up to date."""
    upgrade(read_settings().database_url)
    out(text("cli.db.upgraded"), terminal())


@group.command("check")
def check_database() -> None:
    """Exit 0 when the database is at the schema this version needs."""
    url = read_settings().database_url
    if not sqlite_path(url).is_file() or not is_current(url):
        raise Failed("schema")
    out(text("cli.db.upgraded"), terminal())


@asynccontextmanager
async def open_store() -> AsyncIterator[SqliteStore]:
    """The database of the settings, up to date, closed afterwards."""
    url = read_settings().database_url
    upgrade(url)
    store = SqliteStore(sqlite_path(url))
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def open_service() -> AsyncIterator[Service]:
    """The use cases on the settings' database. A running bot finds what was committed within a second."""
    async with open_store() as store:
        yield Service(store, SystemClock())
