"""Opening a database by its URL: an embedded file, or a server that several processes share."""

from __future__ import annotations

import secrets

from bot.ports import Broken, Store
from storage.upgrade import is_postgres, sqlite_path


def open_store(url: str) -> Store:
    """The store of a database that is up to date. Raises ``Broken`` when it cannot be used.

    The driver of an engine is imported only with a database of it.
    """
    if not is_postgres(url):
        from storage.sqlite import SqliteStore

        return SqliteStore(sqlite_path(url))
    try:
        from storage.postgres import PostgresStore
    except ImportError:
        raise Broken("a PostgreSQL database needs the extra “postgres”: install soglas[postgres]") from None
    return PostgresStore(url, secrets.token_hex(8))
