"""The log during the schedules: nobody reads it, but a fault of our own that production survives is to be heard of."""

from __future__ import annotations

import traceback
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

import structlog


@contextmanager
def listening() -> Iterator[list[str]]:
    """Gives what was logged with an exception that is not a messenger's refusal, as it comes."""
    faults: list[str] = []

    # Any: whatever fields an event has
    def hear(_logger: object, _method: str, event: MutableMapping[str, Any]) -> str:
        if event.get("exc_info"):
            faults.append(f"{event.get('event')}: {traceback.format_exc()}")
        raise structlog.DropEvent

    before = structlog.get_config()
    structlog.configure(processors=[hear], wrapper_class=structlog.BoundLogger, cache_logger_on_first_use=False)
    try:
        yield faults
    finally:
        structlog.configure(**before)
