"""Rows, and running statements by their name: what every part of the transaction stands on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

Value = str | int | bytes
Row = tuple[Value, ...]


class Driver(Protocol):
    """Runs a named statement and gives all its rows."""

    def rows(self, name: str, values: Mapping[str, Value]) -> Sequence[Row]: ...


class Rows:
    """A transaction's driver, asked by name."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    def _rows(self, name: str, /, **values: Value) -> Sequence[Row]:
        return self._driver.rows(name, values)

    def _one(self, name: str, /, **values: Value) -> Row | None:
        return next(iter(self._driver.rows(name, values)), None)
