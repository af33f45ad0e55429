"""What every messenger's way in over HTTP has in common: when it is open, how it closes, and what it says while it is closed.

Whose deliveries they are, and what becomes of them, is for each messenger's own module.
"""

from __future__ import annotations

import asyncio
import hmac
from abc import ABC, abstractmethod
from typing import Generic, Protocol, TypeVar

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from bot.outage import Watch


class Door(Protocol):
    """What handles the deliveries."""

    watch: Watch

    async def finish(self) -> None: ...


D = TypeVar("D", bound=Door)


class OverHttp(ABC, Generic[D]):
    """An application that takes deliveries while it is open. What it refuses, or could not write down, is delivered again."""

    def __init__(self, door: D) -> None:
        self._door = door
        self._open = False
        self._keeping: asyncio.Task[None] | None = None

    @property
    def connected(self) -> bool:
        """Whether deliveries are taken."""
        return self._open

    async def finish(self) -> None:
        """Waits for what was taken. What is new is refused: another process takes it, or the next start."""
        self._open = False
        if self._keeping:
            self._keeping.cancel()
            await asyncio.gather(self._keeping, return_exceptions=True)
        await self._door.finish()

    async def stop(self) -> None:
        await self.finish()
        await self._door.watch.rest()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await self._answer(Request(scope, receive))
        await answer(scope, receive, send)

    @abstractmethod
    async def _answer(self, request: Request) -> Response:
        """Takes a delivery; it is confirmed once it stands in the database."""

    def _keep_up(self, name: str) -> None:
        self._keeping = asyncio.create_task(self._keep(), name=name)

    @abstractmethod
    async def _keep(self) -> None:
        """Never ends by itself: whatever goes wrong is said, and tried again."""


def misdirected(request: Request, path: str) -> Response | None:
    """The answer to what is no delivery by its address or its method."""
    if not same(request.scope["path"], path):
        return PlainTextResponse("not found", 404)
    if request.method != "POST":
        return PlainTextResponse("only POST", 405, {"Allow": "POST"})
    return None


def closed() -> Response:
    return PlainTextResponse("try again in a moment", 503, {"Retry-After": "5"})


def not_written_down() -> Response:
    return PlainTextResponse("try again in a moment", 500)


def same(given: str, known: str) -> bool:
    """Compared in a time that tells nothing of how much of it was right."""
    return hmac.compare_digest(given.encode(), known.encode())
