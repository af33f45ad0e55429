"""A terminal with an empty folder and a database that is not there yet, or one with brand A in force."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands.terminal import BRAND_A, Terminal, clean

_MADE: dict[str, bytes] = {}


@pytest.fixture
def soglas(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    for name in set(os.environ) - set(clean(os.environ)):
        monkeypatch.delenv(name)
    monkeypatch.setenv("SOGLAS_DATABASE_URL", f"sqlite:///{tmp_path}/soglas.db")
    monkeypatch.chdir(tmp_path)
    return Terminal(tmp_path, monkeypatch, capsys)


@pytest.fixture
def at_work(soglas: Terminal) -> Terminal:
    """The same with brand A in force."""

    def make() -> None:
        assert soglas("playbook", "import", BRAND_A, "--agreed").code == 0

    return once("brand A", soglas, make)


def once(name: str, terminal: Terminal, make: Callable[[], None]) -> Terminal:
    """The terminal with the database that ``make`` makes by its commands: the first time; then a copy of it."""
    database = terminal.folder / "soglas.db"
    if name in _MADE:
        database.write_bytes(_MADE[name])
    else:
        make()
        _MADE[name] = database.read_bytes()
    return terminal
