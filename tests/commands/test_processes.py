"""The program as a process: its two names, other folders, other encodings, closed pipes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.terminal import BRAND_A, ROOT, clean, process

SOGLAS = ("-c", "import sys; sys.argv[0] = 'soglas'; from importlib.metadata import entry_points;"
          "[e.load()() for e in entry_points(group='console_scripts', name='soglas')]")  # fmt: skip


@pytest.mark.parametrize("words", [("playbook", "check", "nothing.yaml"), ("nonsense",)])
def test_both_names_are_the_same_program(tmp_path: Path, words: tuple[str, ...]) -> None:
    """``python -m bot`` says what ``soglas`` says, and ends as it does."""
    one, other = process(*words, cwd=ROOT), process(*words, cwd=tmp_path, program=SOGLAS)
    assert (one.code, one.out) == (other.code, other.out)
    assert one.err.replace("python -m bot", "soglas") == other.err


def test_it_works_from_any_folder(tmp_path: Path) -> None:
    """Files are named from where one stands; the database of the default settings is made there too."""
    (tmp_path / "mine.yaml").write_bytes(Path(BRAND_A).read_bytes())
    said = process("playbook", "import", "mine.yaml", "--agreed", cwd=tmp_path)
    assert said.code == 0, said.err
    assert (tmp_path / "soglas.db").is_file()


def test_a_terminal_without_the_letters(tmp_path: Path) -> None:
    """What the terminal's encoding lacks becomes a question mark, on stdout and on stderr; nothing breaks."""
    shown = process("playbook", "show", BRAND_A, "--lang", "ru", cwd=tmp_path, env={"PYTHONIOENCODING": "cp1251"})
    assert (shown.code, shown.err) == (0, "")
    failed = process("playbook", "check", "нет.yaml", "--lang", "ru", cwd=tmp_path, env={"PYTHONIOENCODING": "ascii"})
    assert (failed.code, len(failed.err.splitlines())) == (1, 2)


def test_a_reader_who_stops_reading(tmp_path: Path) -> None:
    """``soglas playbook schema | head -1`` shows one line and no traceback."""
    import os

    command = f"{sys.executable} -m bot playbook schema | head -1"
    done = subprocess.run(
        ["/bin/sh", "-c", command], cwd=tmp_path, env=clean(os.environ), capture_output=True, timeout=40, check=False
    )
    assert (done.stdout, done.stderr) == (b"{\n", b"")
