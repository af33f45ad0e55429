"""What the README and the documents promise is so."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot.core.request.diagram import mermaid
from bot.core.request.table import BESIDE, MOVES, Action

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


def tracked(*endings: str) -> list[Path]:
    """The files git knows, by their ending."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return [ROOT / name for name in listed if name.endswith(endings) and (ROOT / name).is_file()]


def test_the_diagram_in_the_readme_is_the_table() -> None:
    """After a change of the table, `.venv/bin/python .ci/diagram` draws it anew."""
    shown = re.search(r"```mermaid\n(.*?)\n```", README, re.DOTALL)
    assert shown is not None
    assert shown[1] == mermaid()


def test_every_action_stands_in_the_table_and_in_the_diagram() -> None:
    """No action is decided outside the table; only what moves nothing is not drawn."""
    assert {move.action for move in MOVES} == set(Action)
    assert all(str(action).replace("_", " ") in mermaid() for action in set(Action) - BESIDE)


def test_both_commands_are_on_the_first_screen() -> None:
    """A newcomer sees the two commands without scrolling."""
    first_screen = "\n".join(README.splitlines()[:25])
    assert "make demo" in first_screen
    assert "make test" in first_screen


def test_every_link_in_the_documents_leads_somewhere() -> None:
    """A relative link names a file that is there."""
    documents = tracked(".md")
    assert len(documents) > 5
    for document in documents:
        for target in re.findall(r"\]\(([^)#]+)\)", document.read_text()):
            if "://" not in target:
                assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_nothing_tracked_names_a_registry_or_a_path_of_one_machine() -> None:
    """The lock file pins with hashes and names no address; no file knows where it was written."""
    lock = (ROOT / "requirements.lock").read_text()
    assert lock.count("--hash=sha256:") > 500
    assert "://" not in lock


@pytest.mark.parametrize("command", re.findall(r"soglas (?:playbook check|rehearse) playbooks/[^\n`]*", README))
def test_commands_in_the_readme_work_as_they_stand(command: str) -> None:
    """What the README says to type can be typed."""
    done = subprocess.run([sys.executable, "-m", "bot", *command.split()[1:]], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
