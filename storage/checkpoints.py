"""Checkpoints in the background: what was committed is copied from SQLite's log into its file while taps go on.

Without them whoever writes pays for one in the middle of a commit, with everybody who waits for that commit. They cannot
bound the log alone: a log to which is always written never comes to its end. So the automatic one stays; it finds little left.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing, suppress

_CHANGES = 500  # rows after which one is worth its writing to the disk: some forty taps
_APART = 0.2  # seconds


class Checkpoints:
    """Made on a connection and in a thread of their own, which begins with the first one that is due."""

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect
        self._due, self._over = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None
        self._made_at = 0

    def committed(self, changes: int) -> None:
        """A transaction was committed; ``changes`` counts the rows that the connection has ever changed."""
        if changes - self._made_at < _CHANGES:
            return
        self._made_at = changes
        self._due.set()
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="soglas-checkpoints", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Ends after the one that is being made."""
        self._over.set()
        self._due.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        # What the disk or a lock refuses is no loss: the next one, or the automatic one, copies it.
        with suppress(sqlite3.Error), closing(self._connect()) as connection:
            while self._due.wait() and not self._over.wait(_APART):
                self._due.clear()
                with suppress(sqlite3.Error):
                    connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
