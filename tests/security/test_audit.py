"""``.ci/audit``: what we build on is pinned, hashed, from nowhere in particular, and may be passed on."""

from __future__ import annotations

import subprocess
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
HASH = "--hash=sha256:" + "0" * 64


@pytest.fixture(scope="module")
def audit() -> ModuleType:
    """The script as a module: its name has no ending."""
    spec = spec_from_loader("audit", SourceFileLoader("audit", str(ROOT / ".ci" / "audit")))
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_our_own_lock_is_clean() -> None:
    """The lock of this project passes, with every package that is installed from it."""
    done = subprocess.run([sys.executable, ".ci/audit", "--offline"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "all pinned, hashed" in done.stdout


@pytest.mark.parametrize(
    "line",
    [
        f"pyyaml {HASH}", f"pyyaml>=6 {HASH}", f"pyyaml==6.* {HASH}", "pyyaml==6.0", "pyyaml==6.0 --hash=md5:0", f"pyyaml==6.0 {HASH[:-1]}",
        f"pyyaml==6.0 {HASH} --index-url=x", f"pyyaml @ https://example.org/a.whl {HASH}", "--index-url https://example.org", "-e .", "-r other.txt",
        f"./local.whl {HASH}", f"pyyaml==6.0 \\\n    {HASH} \\\n    --no-binary", "# only a comment", "", f"pyyaml==6.0 {HASH}\nsix==1",
        f"pyyaml==6.0 ; x@y {HASH}",
    ],
)  # fmt: skip
def test_whatever_could_bring_something_else_is_found(audit: ModuleType, line: str) -> None:
    """No version, no hash, a weak or broken one, an address, an option, a file: each is told, and so is an empty lock."""
    assert audit.lock_faults(line) != []


@pytest.mark.parametrize(
    "line",
    [f"pyyaml==6.0 {HASH}", f"PyYAML[a,b]==6.0.post1+x ; python_full_version < '3.12' {HASH} {HASH}", f"# c\npyyaml==6.0 \\\n    {HASH}\n\n"],
)  # fmt: skip
def test_what_is_pinned_and_hashed_passes(audit: ModuleType, line: str) -> None:
    """A requirement in each of the forms that a lock has."""
    assert audit.lock_faults(line) == []
    assert audit.names(line) == {"pyyaml"}


@pytest.mark.parametrize(
    ("said", "free"),
    [
        ("MIT", True), ("LGPL-3.0-only, GNU Lesser General Public License v3 (LGPLv3)", True), ("Apache-2.0 AND MIT", True),
        ("GPL-2.0 OR MIT", True), ("GPL-3.0-only", False), ("AGPL-3.0 AND MIT", False), ("GNU General Public License v3", False),
        ("Proprietary, MIT-like", False), ("", False), ("Dual License", False),
    ],
)  # fmt: skip
def test_licences(audit: ModuleType, said: str, free: bool) -> None:
    """Free ones pass; what binds the whole, what is unknown and what is not said does not."""
    assert audit.may_pass_on(said) is free


def test_not_being_able_to_ask_is_said(
    audit: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a tool that could ask the answer is “not checked” and another exit code, never “nothing found”."""
    lock = tmp_path / "some.lock"
    lock.write_text(f"pyyaml==6.0 {HASH}\n")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-such-python"))
    assert audit.main([str(lock)]) == audit.NOT_ASKED == 3
    assert "NOT CHECKED" in capsys.readouterr().out
    assert audit.main([str(lock), "--offline"]) == 0
    lock.write_text("pyyaml\n")
    assert audit.main([str(lock)]) == audit.main([str(lock), "--offline"]) == 1
