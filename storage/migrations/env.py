"""Alembic's entry: which tables it compares with. It runs on the connection it is given; ``storage.upgrade`` opens that."""

from __future__ import annotations

from alembic import context
from sqlmodel import SQLModel

from storage import collation, tables

assert tables  # importing it fills the metadata
assert collation  # and this says how texts are compared


def run() -> None:
    """Runs migrations in the caller's transaction; batch mode, because SQLite cannot alter a table in place."""
    context.configure(connection=context.config.attributes["connection"], target_metadata=SQLModel.metadata, render_as_batch=True)
    context.run_migrations()


run()
