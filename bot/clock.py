"""The machine's clock: the one place in a live system that knows what time it is."""

from __future__ import annotations

from datetime import UTC, datetime


class SystemClock:
    """The port ``Clock`` on the operating system's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)
