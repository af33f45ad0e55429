"""Alembic's entry: how it connects and which tables it compares with."""

from __future__ import annotations

from alembic import context
from sqlalchemy import create_engine
from sqlmodel import SQLModel

from storage import tables

target_metadata = SQLModel.metadata
assert tables  # importing it fills the metadata


def run() -> None:
    """Runs migrations on the URL of the configuration; batch mode, because SQLite cannot alter a table in place."""
    url = context.config.get_main_option("sqlalchemy.url")
    assert url is not None
    engine = create_engine(url)
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=target_metadata, render_as_batch=True)
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
