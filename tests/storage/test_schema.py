"""The schema: what migrations build is what the tables say."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine
from sqlmodel import SQLModel

from storage import collation, tables
from storage.upgrade import upgrade

assert tables  # importing it fills the metadata
assert collation  # and this says how PostgreSQL compares texts


def built(path: Path) -> dict[str, object]:
    """Every table with its columns, every index with its columns, as SQLite itself tells."""
    connection = sqlite3.connect(path)
    names = connection.execute("SELECT type, name FROM sqlite_master WHERE name NOT LIKE '%alembic%'").fetchall()
    found: dict[str, object] = {}
    for kind, name in names:
        rows = connection.execute(f"PRAGMA {kind}_{'xinfo' if kind == 'index' else 'info'}({name})").fetchall()
        found[name] = rows if kind == "index" else sorted(row[1:] for row in rows)
    connection.close()
    return found


def test_a_migrated_database_is_a_fresh_one(tmp_path: Path) -> None:
    """Tables, columns, types, keys and indexes are the same either way."""
    migrated, fresh = tmp_path / "migrated.db", tmp_path / "fresh.db"
    upgrade(f"sqlite:///{migrated}")
    engine = create_engine(f"sqlite:///{fresh}")
    SQLModel.metadata.create_all(engine)
    engine.dispose()
    assert len(built(fresh)) > 11
    # Index rows carry the column's place in its table, which may differ: the names are what counts.
    assert _named(built(migrated)) == _named(built(fresh))


def _named(found: dict[str, object]) -> dict[str, object]:
    def plain(rows: object) -> object:
        assert isinstance(rows, list)
        return [row if isinstance(row[0], str) else row[2:] for row in rows]

    return {name: plain(rows) for name, rows in found.items()}


def test_nothing_is_left_to_migrate(tmp_path: Path) -> None:
    """Alembic finds no difference between the tables and a migrated database."""
    upgrade(f"sqlite:///{tmp_path / 'soglas.db'}")
    engine = create_engine(f"sqlite:///{tmp_path / 'soglas.db'}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []
    engine.dispose()
