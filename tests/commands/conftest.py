"""A terminal with an empty folder and a database that is not there yet, or one with brand A in force."""

import os
import shutil
from pathlib import Path

import pytest

from tests.commands.terminal import BRAND_A, Terminal, clean

_MADE: list[Path] = []


@pytest.fixture
def soglas(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    for name in set(os.environ) - set(clean(os.environ)):
        monkeypatch.delenv(name)
    monkeypatch.setenv("SOGLAS_DATABASE_URL", f"sqlite:///{tmp_path}/soglas.db")
    monkeypatch.chdir(tmp_path)
    return Terminal(tmp_path, monkeypatch, capsys)


@pytest.fixture
def at_work(soglas: Terminal, tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """The same with brand A in force: imported once, copied for every other test."""
    database = soglas.folder / "soglas.db"
    if _MADE:
        shutil.copy(_MADE[0], database)
    else:
        assert soglas("playbook", "import", BRAND_A, "--agreed").code == 0
        _MADE.append(tmp_path_factory.mktemp("made") / "soglas.db")
        shutil.copy(database, _MADE[0])
    return soglas
