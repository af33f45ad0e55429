"""A clock that can be moved: it runs at the machine's pace from wherever it was set."""

from __future__ import annotations

import time
from datetime import datetime, timedelta


class MovableClock:
    """The port ``Clock`` for the demo and the stories. ``running=False`` stands still between moves."""

    def __init__(self, at: datetime, *, running: bool = True) -> None:
        self._at, self._running = at, running
        self._since = time.monotonic()

    def now(self) -> datetime:
        if not self._running:
            return self._at
        return self._at + timedelta(seconds=time.monotonic() - self._since)

    def set(self, at: datetime) -> None:
        """Moves the clock. Going back is possible, and as strange as on a real clock."""
        self._at, self._since = at, time.monotonic()
