"""Bringing a database to the schema this code needs, and telling whether it is there already."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.exc import DatabaseError

from bot.ports import Broken

_HERE = Path(__file__).parent / "migrations"
_SQLITE = "sqlite:///"


def sqlite_path(url: str) -> Path:
    """The file a database URL names. Raises ``Broken`` for engines this version does not speak."""
    if not url.startswith(_SQLITE) or url == _SQLITE:
        raise Broken(f"the database URL must begin with {_SQLITE} and name a file, for example {_SQLITE}soglas.db")
    return Path(url.removeprefix(_SQLITE))


def upgrade(url: str) -> None:
    """Creates the database or brings it up to date. Raises ``Broken`` when the file is not one of ours."""
    path = sqlite_path(url)
    if not path.parent.is_dir():
        raise Broken(f"the folder {path.parent} does not exist")
    try:
        command.upgrade(_config(url), "head")
    except (DatabaseError, sqlite3.DatabaseError) as error:
        raise Broken(f"{path} is not a usable database: {error.args[0] if error.args else error}") from None


def is_current(url: str) -> bool:
    """Whether the schema is the one this code needs."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_heads() == tuple(_heads())
    finally:
        engine.dispose()


def _heads() -> list[str]:
    return list(ScriptDirectory.from_config(_config("sqlite://")).get_heads())


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_HERE))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config
