"""A terminal with an empty folder and a database that is not there yet."""

from pathlib import Path

import pytest

from tests.commands.terminal import Terminal, clean


@pytest.fixture
def soglas(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    import os

    for name in set(os.environ) - set(clean(os.environ)):
        monkeypatch.delenv(name)
    monkeypatch.setenv("SOGLAS_DATABASE_URL", f"sqlite:///{tmp_path}/soglas.db")
    monkeypatch.chdir(tmp_path)
    return Terminal(tmp_path, monkeypatch, capsys)


@pytest.fixture
def at_work(soglas: Terminal) -> Terminal:
    """The same with brand A in force."""
    from tests.commands.terminal import BRAND_A

    assert soglas("playbook", "import", BRAND_A, "--agreed").code == 0
    return soglas
