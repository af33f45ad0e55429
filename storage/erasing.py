"""Making sure that what was deleted is not in the file any more: engines only mark the room as free."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from sqlalchemy.exc import DBAPIError

from bot.ports import Broken
from storage.upgrade import is_postgres, open_engine, sqlite_path


def erase_deleted(url: str) -> None:
    """Writes the database anew without what was deleted. On SQLite others wait to write meanwhile: some seconds a gigabyte.

    PostgreSQL reuses the room of deleted rows; its own log and archives of it keep them for as long as they are kept.
    """
    if is_postgres(url):
        _vacuum(url)
        return
    path = sqlite_path(url)
    try:
        with closing(sqlite3.connect(path, isolation_level=None, timeout=30)) as connection:
            connection.execute("VACUUM")
            # Puts the log into the file and cuts it to nothing. Somebody who is just reading may keep it: then a later one does.
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error as error:
        raise Broken(f"{path} cannot be written anew now: {error}") from None


def _vacuum(url: str) -> None:
    engine = open_engine(url)
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM")
    except DBAPIError as error:
        raise Broken(f"the database cannot be cleaned now: {type(error.orig).__name__}") from None
    finally:
        engine.dispose()
