"""Bringing a database to the schema this code needs, and telling whether it is there already. Knows SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import URL, Connection, create_engine, event
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import ConnectionPoolEntry

from bot.ports import Broken

_HERE = Path(__file__).parent / "migrations"
_SQLITE = "sqlite:///"


class NewerDatabase(Broken):
    """The database has a schema that this version has never heard of."""


def sqlite_path(url: str) -> Path:
    """The file a database URL names. Raises ``Broken`` for engines this version does not speak."""
    if not url.startswith(_SQLITE) or url == _SQLITE:
        raise Broken(f"the database URL must begin with {_SQLITE} and name a file, for example {_SQLITE}soglas.db")
    return Path(url.removeprefix(_SQLITE))


def upgrade(url: str) -> None:
    """Creates the database or brings it up to date, all or nothing. Raises ``Broken`` when the file is not one of ours."""
    path = sqlite_path(url)
    if not path.parent.is_dir():
        raise Broken(f"the folder {path.parent} does not exist")
    with _connected(path) as connection:
        if not _is_current(connection):
            config = _config()
            config.attributes["connection"] = connection
            # Two processes that start together: the second waits here and then finds the work done.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            command.upgrade(config, "head")
            connection.commit()


def is_current(url: str) -> bool:
    """Whether the schema is the one this code needs. Raises ``Broken`` when the file is not a database."""
    with _connected(sqlite_path(url)) as connection:
        return _is_current(connection)


def _is_current(connection: Connection) -> bool:
    heads = ScriptDirectory.from_config(_config()).get_heads()
    return MigrationContext.configure(connection).get_current_heads() == tuple(heads)


@contextmanager
def _connected(path: Path) -> Iterator[Connection]:
    """A connection whose transactions also cover changes of the schema, which Python's default ones do not."""
    # Not the URL as it was given: SQLAlchemy would read "?" and "%" in a file's name as its own signs.
    engine = create_engine(URL.create("sqlite", database=str(path)))
    event.listen(engine, "connect", _without_implicit_transactions)
    try:
        with engine.connect() as connection:
            yield connection
    except (DatabaseError, sqlite3.DatabaseError) as error:
        raise Broken(f"{path} is not a usable database: {getattr(error, 'orig', error)}") from None
    except CommandError:
        raise NewerDatabase(f"{path} was made by a newer version of Soglas, or is not one of its databases") from None
    finally:
        engine.dispose()


def _without_implicit_transactions(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    return config
