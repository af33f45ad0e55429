"""Starting lives, killing them, and knowing when they are gone."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from tests.kills.life import Birth

_ROOT = Path(__file__).parents[2]


class Life:
    """One process."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.was_killed = False
        try:
            self._handle: int | None = os.pidfd_open(pid)
        except ProcessLookupError:
            self._handle = None

    def kill(self) -> None:
        """At once, in the middle of whatever it does."""
        self.was_killed = True
        if self._handle is not None:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._handle, signal.SIGKILL)

    @property
    def has_ended(self) -> bool:
        return self._handle is None or bool(select.select([self._handle], [], [], 0)[0])

    async def ended(self) -> None:
        """Waits until nothing of it is left: its files and locks are free then, as for whoever starts it again."""
        while not self.has_ended:
            await asyncio.sleep(0.001)
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


class Zygote:
    """The process all lives of a test come from. They end with it, and it with this one."""

    def __init__(self) -> None:
        mine, self._lifeline = os.pipe()
        self._process = subprocess.Popen(  # our own interpreter with our own module
            [sys.executable, "-m", "tests.kills.zygote", str(mine)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=(mine,), text=True, bufsize=1, cwd=_ROOT,
        )  # fmt: skip
        os.close(mine)
        self._told()

    def born(self, birth: Birth) -> Life:
        assert self._process.stdin
        self._process.stdin.write(birth.line() + "\n")
        self._process.stdin.flush()
        return Life(int(self._told()))

    def __enter__(self) -> Zygote:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        os.close(self._lifeline)
        self._process.communicate()

    def _told(self) -> str:
        assert self._process.stdout
        line = self._process.stdout.readline()
        assert line, "the zygote died"
        return line
