"""For all tests: logs as plain lines on whatever stands for the terminal at that moment."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import structlog


@pytest.fixture(autouse=True)
def _plain_logs() -> Iterator[None]:
    """Each test starts with this: a command under test sets logging up for itself, on a stream that closes with it."""
    structlog.reset_defaults()
    plain = structlog.processors.KeyValueRenderer()
    structlog.configure(processors=[structlog.processors.add_log_level, structlog.processors.format_exc_info, plain])
    yield
    structlog.reset_defaults()
