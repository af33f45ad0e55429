"""An application that is still being made when its server starts: whoever calls it meanwhile waits, and nobody else does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send


class Late:
    """``make`` is called once, in a thread: what it imports takes a quarter of a second, in which others go on working."""

    def __init__(self, make: Callable[[], ASGIApp]) -> None:
        self._make = make
        self._making: asyncio.Task[ASGIApp] | None = None

    async def made(self) -> ASGIApp:
        """The application; it is made when somebody asks for it first. Raises what ``make`` raises."""
        if self._making is None:
            self._making = asyncio.create_task(asyncio.to_thread(self._make), name="http-making")
        # Whoever hangs up meanwhile takes it from nobody else.
        return await asyncio.shield(self._making)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (await self.made())(scope, receive, send)
