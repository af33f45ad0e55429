"""Bringing a database to the schema this code needs, and telling whether it is there already."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError
from sqlalchemy.pool import ConnectionPoolEntry

from bot.ports import Broken

if TYPE_CHECKING:
    from alembic.config import Config

_HERE = Path(__file__).parent / "migrations"
_SQLITE = "sqlite:///"
_POSTGRES = ("postgresql://", "postgres://", "postgresql+psycopg://")
# A migration's file begins with its revision, and they are counted up.
_NEWEST = max(file.name.partition("_")[0] for file in (_HERE / "versions").glob("[0-9]*.py"))
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
            if is_postgres(url):
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATING})")
            else:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            _migrate(connection, _name(url), revision)
            connection.commit()


def _migrate(connection: Connection, name: str, revision: str) -> None:
    # A fifth of a second, and ten megabytes, that a start on a database that is up to date does not need.
    from alembic import command
    from alembic.util.exc import CommandError

    config = _config()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, revision)
    except CommandError:
        raise NewerDatabase(f"{name} was made by a newer version of Soglas, or is not one of its databases") from None


def is_current(url: str) -> bool:
    """Whether the schema is the one this code needs. Raises ``Broken`` when there is no database of ours."""
    with _connected(url) as connection:
        return _is_current(connection)


def _is_current(connection: Connection) -> bool:
    found: list[str] = []
    if inspect(connection).has_table("alembic_version"):
        found = [row[0] for row in connection.exec_driver_sql("SELECT version_num FROM alembic_version")]
    # What was read must not keep a transaction open that began before somebody else's migration ended.
    connection.rollback()
    return found == [_NEWEST]


def _name(url: str) -> str:
    # Never the URL itself: it may hold a password.
    return "the database" if is_postgres(url) else str(sqlite_path(url))


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    name = _name(url)
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            yield connection
    except (DatabaseError, sqlite3.DatabaseError) as error:
        reason = type(error).__name__ if is_postgres(url) else getattr(error, "orig", error)
        raise Broken(f"{name} is not a usable database: {reason}") from None
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
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    return config
