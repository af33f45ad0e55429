"""For all tests: logs as plain lines on whatever stands for the terminal at that moment."""

from __future__ import annotations

from collections import Counter
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


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says how much the test over two years has tried; under several workers their reports come together here."""
    counts: Counter[str] = Counter()
    for report in terminalreporter.stats.get("passed", []):
        counts.update({name: value for name, value in report.user_properties if name in ("openings", "decisions")})
    if counts:
        terminalreporter.write_line(f"two years: {counts['openings']:,} openings, {counts['decisions']:,} decisions")
