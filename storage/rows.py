"""Rows, and running statements by their name: what every part of the transaction stands on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

Value = str | int | bytes
Row = tuple[Value, ...]


class Driver(Protocol):
    """Runs a named statement and gives all its rows."""

    def rows(self, name: str, values: Mapping[str, Value]) -> Sequence[Row]: ...
    def lock(self, name: str) -> None:
        """Waits until no other transaction has this name locked, and keeps it until the end of the transaction.

        For what is read, judged and then written, where no row is there yet that could be locked. An engine that lets
        only one write at a time has nothing to do here.
        """
        ...

    @property
    def writes(self) -> bool:
        """Whether this is a writing transaction: it locks what it reads in order to change it."""
        ...


class Rows:
    """A transaction's driver, asked by name."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    def _rows(self, name: str, /, **values: Value) -> Sequence[Row]:
        return self._driver.rows(name, values)

    def _one(self, name: str, /, **values: Value) -> Row | None:
        return next(iter(self._driver.rows(name, values)), None)


def ends(begin: str) -> str:
    """The first text after all that begin so: the other end of a range of keys."""
    return begin[:-1] + chr(ord(begin[-1]) + 1)
