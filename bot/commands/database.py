"""``soglas db``, and opening the database for the other commands.

The storage is imported where it is used: half of the time a command takes to start would go into it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bot.clock import SystemClock
from bot.commands import Failed, app, out, terminal
from bot.core.wording import text
from bot.ports import Broken
from bot.service import Service
from bot.settings import read_settings

if TYPE_CHECKING:
    from storage.sqlite import SqliteStore

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
    path = _file(url)
    try:
        current = path.is_file() and is_current(url)
    except Broken:
        raise Failed("not_a_database", file=str(path)) from None
    if not current:
        raise Failed("schema")
    out(text("cli.db.upgraded"), terminal())


def database(url: str) -> Path:
    """The file a database URL names, created or brought up to date. Raises ``Failed`` when that cannot be."""
    from storage.upgrade import NewerDatabase, upgrade

    path = _file(url)
    try:
        upgrade(url)
    except NewerDatabase:
        raise Failed("newer_database", file=str(path)) from None
    except Broken:
        raise Failed("not_a_database", file=str(path)) from None
    return path


def _file(url: str) -> Path:
    from storage.upgrade import sqlite_path

    # Never the URL itself: it may hold a password.
    if url.startswith(("postgres:", "postgresql:", "postgresql+")):
        raise Failed("postgresql")
    try:
        path = sqlite_path(url)
    except Broken:
        raise Failed("database_url") from None
    if not path.parent.is_dir():
        raise Failed("no_folder", folder=str(path.parent))
    return path


@asynccontextmanager
async def open_store() -> AsyncIterator[SqliteStore]:
    """The database of the settings, up to date, closed afterwards."""
    from storage.sqlite import SqliteStore

    store = SqliteStore(database(read_settings().database_url))
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def open_service() -> AsyncIterator[Service]:
    """The use cases on the settings' database. A running bot finds what was committed within a second."""
    async with open_store() as store:
        yield Service(store, SystemClock())
