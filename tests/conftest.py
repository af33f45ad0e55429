"""For all tests: nothing is compiled, read or looked for again and again that stays the same; logs are plain lines."""

from __future__ import annotations

import atexit
import gc
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import certifi
import pytest
import structlog

from tests.chromium import browser

__all__ = ["browser"]  # a fixture
_ONE = "soglas-one-certificate-"


def _keep_bytecode() -> None:
    """Where no bytecode is written, every process a test starts compiles all libraries anew: three seconds each.

    It is kept beside them in the environment; the workers and all processes find the place in their environment.
    """
    if sys.dont_write_bytecode and sys.prefix != sys.base_prefix:
        sys.dont_write_bytecode, sys.pycache_prefix = False, str(Path(sys.prefix) / "bytecode")
        os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def _trust_one() -> None:
    """Every client of HTTP reads all root certificates when it is made, for 30 ms; those here speak plainly with loopback.

    The first process, of which all others come, makes the file and takes it away again.
    """
    if _ONE not in os.environ.get("SSL_CERT_FILE", ""):
        first, end, _ = Path(certifi.where()).read_text(encoding="utf-8").partition("-----END CERTIFICATE-----\n")
        folder = tempfile.mkdtemp(prefix=_ONE)
        atexit.register(shutil.rmtree, folder)
        os.environ["SSL_CERT_FILE"] = str(Path(folder) / "root.pem")
        Path(os.environ["SSL_CERT_FILE"]).write_text(first + end, encoding="utf-8")


def _know_what_is_not_there() -> None:
    """httpcore asks for this library at every request, and where it is not installed looks through all folders for it."""
    if find_spec("sniffio") is None:
        sys.modules["sniffio"] = None  # type: ignore[assignment]  # Python's own way to say that there is none


_keep_bytecode()
_trust_one()
_know_what_is_not_there()


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Five thousand tests and all libraries stay to the end: looking through them for cycles again and again finds none."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


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
