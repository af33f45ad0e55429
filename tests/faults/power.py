"""The power of a process: where it can be cut, and that nothing it does after the cut has any effect."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from random import Random

_ROUNDS = (0, 0, 0, 0, 0, 1, 1, 2)


class Cut(KeyboardInterrupt):
    """The process is gone. asyncio itself lets this kind of exception fall out of the loop at once."""


class Power:
    """Counts the points of one process's life. ``point`` is told its number and its kind; it may cut.

    ``timing`` shuffles how fast the disk and the messenger answer, the same way for the same seed.
    """

    def __init__(self, timing: Random, point: Callable[[int, str], None] = lambda _number, _kind: None) -> None:
        self.timing, self._point = timing, point
        self.points, self.is_on = 0, True

    def check(self) -> None:
        if not self.is_on:
            raise Cut

    def at(self, kind: str) -> None:
        """A place where the process may be cut."""
        self.check()
        number = self.points
        self.points += 1
        self._point(number, kind)

    async def dawdle(self) -> None:
        """Now and then something takes a little longer, and others overtake it."""
        for _ in range(_ROUNDS[self.timing.getrandbits(3)]):
            await asyncio.sleep(0)

    async def linger(self) -> None:
        """A messenger takes its time now and then, and whole decisions are made meanwhile."""
        await self.dawdle()
        if not self.timing.getrandbits(1):
            for _ in range(self.timing.getrandbits(5)):
                await asyncio.sleep(0)

    def cut(self) -> None:
        self.is_on = False
        raise Cut
