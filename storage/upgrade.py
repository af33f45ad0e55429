"""Bringing a database to the schema this code needs, and telling whether it is there already."""

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
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError
from sqlalchemy.pool import ConnectionPoolEntry

from bot.ports import Broken

_HERE = Path(__file__).parent / "migrations"
_SQLITE = "sqlite:///"
_POSTGRES = ("postgresql://", "postgres://", "postgresql+psycopg://")
# Any number that nobody else uses: whoever migrates has it locked.
_MIGRATING = 7_305_811


class NewerDatabase(Broken):
    """The database has a schema that this version has never heard of."""


def is_postgres(url: str) -> bool:
    """Whether a database URL names a PostgreSQL server."""
    return url.startswith(_POSTGRES)


def sqlite_path(url: str) -> Path:
    """The file a database URL names. Raises ``Broken`` for engines this version does not speak."""
    if not url.startswith(_SQLITE) or url == _SQLITE:
        raise Broken(f"the database URL must be like {_SQLITE}soglas.db (a file) or {_POSTGRES[0]}user@host/name")
    return Path(url.removeprefix(_SQLITE))


def upgrade(url: str, revision: str = "head") -> None:
    """Creates the database or brings it up to date, all or nothing. Raises ``Broken`` when it is not one of ours.

    Two processes that start together: the second waits and then finds the work done.
    """
    with _connected(url) as connection:
        if not _is_current(connection):
            config = _config()
            config.attributes["connection"] = connection
            if is_postgres(url):
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATING})")
            else:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            command.upgrade(config, revision)
            connection.commit()


def is_current(url: str) -> bool:
    """Whether the schema is the one this code needs. Raises ``Broken`` when there is no database of ours."""
    with _connected(url) as connection:
        return _is_current(connection)


def _is_current(connection: Connection) -> bool:
    heads = ScriptDirectory.from_config(_config()).get_heads()
    current = MigrationContext.configure(connection).get_current_heads() == tuple(heads)
    # What was read must not keep a transaction open that began before somebody else's migration ended.
    connection.rollback()
    return current


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    # Never the URL itself: it may hold a password.
    name = "the database" if is_postgres(url) else str(sqlite_path(url))
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            yield connection
    except (DatabaseError, sqlite3.DatabaseError) as error:
        reason = type(error).__name__ if is_postgres(url) else getattr(error, "orig", error)
        raise Broken(f"{name} is not a usable database: {reason}") from None
    except CommandError:
        raise NewerDatabase(f"{name} was made by a newer version of Soglas, or is not one of its databases") from None
    finally:
        engine.dispose()


def open_engine(url: str) -> Engine:
    """SQLAlchemy's way to a database, for what is not hot. Raises ``Broken`` for a URL that cannot be used."""
    if is_postgres(url):
        try:
            return create_engine(make_url(url).set(drivername="postgresql+psycopg"), connect_args={"connect_timeout": 5})
        except (ArgumentError, ImportError) as error:
            raise Broken(f"the database URL cannot be used: {type(error).__name__}") from None
    path = sqlite_path(url)
    if not path.parent.is_dir():
        raise Broken(f"the folder {path.parent} does not exist")
    # Not the URL as it was given: SQLAlchemy would read "?" and "%" in a file's name as its own signs.
    engine = create_engine(URL.create("sqlite", database=str(path)))
    event.listen(engine, "connect", _without_implicit_transactions)
    return engine


def _without_implicit_transactions(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    """Transactions also cover changes of the schema, which Python's default ones do not."""
    connection.isolation_level = None


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    return config
