"""What statements are built from: tables, parameters named like their columns, inserts that know what is there already."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Table, and_, bindparam
from sqlalchemy.sql.base import Executable
from sqlmodel import SQLModel

# Any: SQLAlchemy's dialects each have an `insert` of their own type with the same `on_conflict_*` methods.
Insert = Callable[[Table], Any]


def table(row: type[SQLModel]) -> Table:
    """The Core table of a SQLModel class."""
    return row.__table__  # type: ignore[attr-defined, no-any-return]


def same(table: Table, *names: str) -> Any:
    """The columns have the values of the parameters of their names."""
    return and_(*(table.c[name] == bindparam(name) for name in names))


def values(table: Table) -> dict[str, Any]:
    """Every column from the parameter of its name."""
    return {column.name: bindparam(column.name) for column in table.columns}


def insert_once(insert: Insert, table: Table) -> Executable:
    """Gives a row when it is new, and none when its key is there already."""
    found: Executable = insert(table).values(values(table)).on_conflict_do_nothing().returning(*table.primary_key.columns)
    return found


def insert_unless_there(insert: Insert, table: Table) -> Executable:
    """For where it does not matter whether the row is new."""
    found: Executable = insert(table).values(values(table)).on_conflict_do_nothing()
    return found


def upsert(insert: Insert, table: Table, **more: Any) -> Executable:
    """Puts a row in, or in the place of the one with its key; ``more`` are columns that then get something else."""
    statement = insert(table).values(values(table))
    keys = [column.name for column in table.primary_key.columns]
    changed = {c.name: statement.excluded[c.name] for c in table.columns if c.name not in keys}
    found: Executable = statement.on_conflict_do_update(index_elements=keys, set_={**changed, **more})
    return found
