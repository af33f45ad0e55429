"""Two versions of the code on one machine: this checkout, and an older commit in a folder of its own."""

from __future__ import annotations

import asyncio
import io
import os
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hatch_build import compile_catalogues
from tests.commands.terminal import Said, clean, process

ROOT = Path(__file__).parents[2]
_REVISIONS = "storage/migrations/versions"
# Where the code, the migrations and the texts of a process come from.
_WHERE = """
import adapters, bot.__main__, bot.wiring, storage, storage.upgrade
from importlib.resources import files
for found in (adapters, bot, bot.__main__, bot.wiring, storage):
    print(found.__file__)
print(storage.upgrade._HERE)
for language in ("en", "ru"):
    print(files("locales") / language / "LC_MESSAGES" / "soglas.mo")
"""


class NotHere(Exception):
    """A commit that this clone does not have, or no history at all."""


@dataclass(frozen=True, slots=True)
class Version:
    """Code of one version. Its processes run in ``folder``, where no code is."""

    name: str
    root: Path
    folder: Path

    def environment(self, settings: Mapping[str, str]) -> dict[str, str]:
        """Its code comes before everything that is installed."""
        return {**clean(os.environ), "PYTHONPATH": str(self.root), **settings}

    async def says(self, *words: str, settings: Mapping[str, str]) -> Said:
        """One command to its end."""
        env = {"PYTHONPATH": str(self.root), **settings}
        return await asyncio.to_thread(lambda: process(*words, cwd=self.folder, env=env))

    def is_itself(self) -> None:
        """Asks a process of this version where everything it uses lies. Raises ``AssertionError`` where that is elsewhere."""
        said = process("-c", _WHERE, cwd=self.folder, program=(), env={"PYTHONPATH": str(self.root)})
        assert said.code == 0, said.err
        foreign = [line for line in said.out.splitlines() if not Path(line).is_relative_to(self.root)]
        assert not foreign, f"the {self.name} version would use {foreign}"

    def revision(self) -> str:
        """The newest schema it knows."""
        return max(path.name[:4] for path in (self.root / _REVISIONS).glob("[0-9]*.py"))


def this_one(folder: Path) -> Version:
    return Version("new", ROOT, _empty(folder / "of-the-new"))


def unpacked(commit: str, folder: Path) -> Version:
    """An older commit. Nothing of the repository is changed for it."""
    root = _empty(folder / "old")
    with tarfile.open(fileobj=io.BytesIO(_git("archive", commit))) as tar:
        tar.extractall(root, filter="data")
    compile_catalogues(root)
    return Version("old", root, _empty(folder / "of-the-old"))


def before_newest_migration() -> str:
    """The commit that somebody would upgrade from: the last one with the schema before the newest."""
    newest = max(path.name for path in (ROOT / _REVISIONS).glob("[0-9]*.py"))
    added = _git("log", "-1", "--diff-filter=A", "--format=%H", "--", f"{_REVISIONS}/{newest}").decode().strip()
    return full(f"{added}^" if added else "HEAD")


def full(commit: str) -> str:
    return _git("rev-parse", "--verify", "--quiet", f"{commit}^{{commit}}").decode().strip()


def _git(*words: str) -> bytes:
    done = subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, check=False)
    if done.returncode:
        raise NotHere(f"git {' '.join(words[:2])}: {done.stderr.decode().strip() or 'there is no such commit in this clone'}")
    return done.stdout


def _empty(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


PYTHON = sys.executable
