"""A terminal: the commands as people call them, in this process or in one of their own."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest
import typer.main

from bot.commands import _MODULES, main

ROOT = Path(__file__).parents[2]
PLAYBOOKS = ROOT / "playbooks"
BRAND_A = str(PLAYBOOKS / "brand-a.yaml")
PATIENCE = 40.0
CONTRACT = ("--brand", "brand-a", "--kind", "contract", "--market", "US", "--by", "jordan")


@dataclass(frozen=True)
class Said:
    """What a command said, and how it ended."""

    code: int
    out: str
    err: str

    def fails(self, what: str, code: int = 1) -> None:
        """One line of what, one of how to mend, nothing else."""
        assert (self.code, self.out) == (code, ""), self
        lines = self.err.splitlines()
        assert len(lines) == 2 and all(lines), self.err
        assert what in lines[0], self.err


for _name in _MODULES:
    import_module(f"bot.commands.{_name}")
# Of signatures and help: no command changes it, and making it takes half of a command's time.
_command = cache(typer.main.get_command)


@dataclass
class Terminal:
    """One folder, one environment, one command after the other, all in this process."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def __call__(self, *words: str) -> Said:
        self.monkeypatch.setattr(sys, "argv", ["soglas", *words])
        self.monkeypatch.setattr(typer.main, "get_command", _command)
        with pytest.raises(SystemExit) as ended:
            main()
        said = self.capsys.readouterr()
        code = ended.value.code
        return Said(code if isinstance(code, int) else 0, said.out, said.err)

    def sets(self, **variables: str) -> None:
        for name, value in variables.items():
            self.monkeypatch.setenv(name, value)

    def file(self, name: str, content: str | bytes) -> str:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    def opens(self, *more: str) -> Said:
        return self("request", "open", *CONTRACT, "--title", "Contract: Ana Suarez", *more)


def clean(environment: Mapping[str, str]) -> dict[str, str]:
    """An environment without settings and without a language."""
    return {name: value for name, value in environment.items() if not name.startswith(("SOGLAS_", "LC_", "LANG"))}


def process(*words: str, cwd: Path, program: tuple[str, ...] = ("-m", "bot"), env: Mapping[str, str] | None = None) -> Said:
    """The command in a process of its own, to its end."""
    done = subprocess.run(
        [sys.executable, *program, *words],
        cwd=cwd,
        env={**clean(os.environ), **(env or {})},
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    return Said(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))


@dataclass
class Running:
    """A command that goes on."""

    process: asyncio.subprocess.Process

    async def says(self, part: str) -> str:
        """The line with that part, once it is said."""
        assert self.process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            while line := (await self.process.stdout.readline()).decode():
                if part in line:
                    return line.strip()
        raise AssertionError(f"it ended without saying “{part}”: {await self.ended()}")

    async def told_to_stop(self) -> Said:
        self.process.terminate()
        async with asyncio.timeout(10):
            return await self.ended()

    async def ended(self) -> Said:
        async with asyncio.timeout(PATIENCE):
            out, err = await self.process.communicate()
        return Said(self.process.returncode or 0, out.decode(), err.decode())


@asynccontextmanager
async def going(*words: str, cwd: Path, **env: str) -> AsyncIterator[Running]:
    """Starts a command that goes on until it is told to stop; what is left of it is ended at the end of the test."""
    started = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *words, cwd=cwd, env={**clean(os.environ), **env},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        yield Running(started)
    finally:
        if started.returncode is None:
            started.kill()
            async with asyncio.timeout(PATIENCE):
                await started.communicate()  # with what it still says: a full pipe keeps ``wait`` from ever ending
