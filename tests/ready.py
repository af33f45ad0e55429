"""What many tests begin with and none changes, made once for the whole process: an empty database, the example brands."""

from __future__ import annotations

import os
import tempfile
from functools import cache
from pathlib import Path

from bot.core.playbook import Loaded, load
from storage.upgrade import upgrade

# The same tests on the other engine: SOGLAS_TEST_ENGINE=postgresql
ON_POSTGRESQL = os.environ.get("SOGLAS_TEST_ENGINE") == "postgresql"
PLAYBOOKS = Path(__file__).parents[1] / "playbooks"


@cache
def _empty() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "empty.db"
        upgrade(f"sqlite:///{path}")
        return path.read_bytes()


def empty_database(path: Path) -> Path:
    """A database with the schema of this version, as ``upgrade`` makes it; one that is there already stays as it is."""
    if not path.exists():
        path.write_bytes(_empty())
    return path


@cache
def brand(file: str, change: tuple[str, str] = ("", "")) -> Loaded:
    """An example brand; ``change`` is what stands in its files, and what stands there in this test."""

    def read(name: str) -> bytes:
        return (PLAYBOOKS / name).read_text(encoding="utf-8").replace(*change, 1).encode()

    return load(file, read)


def database_url(path: Path) -> str:
    """The URL of the database that belongs to a path, on the engine these tests run on."""
    return _on_server(path) if ON_POSTGRESQL else f"sqlite:///{empty_database(path)}"


@cache
def _on_server(path: Path) -> str:
    from tests.storage.server import database, migrated

    return database(migrated())
