"""What the HTTP server serves: the doors through which messengers deliver, each under its own path, and the API for the rest.

Here deliveries get their limits, before anything of them is believed: how large, how slow, how many at once. While the
process stops they are refused with 503: a messenger then delivers again, to this server later or to another one now.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping

import structlog
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = structlog.get_logger("soglas.http")
MOST_BYTES = 1 << 20
# Telegram opens 40 connections at most; Slack waits three seconds for an answer that takes milliseconds.
_AT_ONCE = 64
_PATIENCE = 10.0  # seconds without another piece of a body
_ALIVE = "/health"


class _TooLargeError(Exception):
    """The body is larger than any messenger's."""


class Front:
    """One application over all of them. ``doors`` are keyed by the first part of their paths, like ``/telegram``."""

    def __init__(self, doors: Mapping[str, ASGIApp], rest: ASGIApp) -> None:
        self._doors, self._rest = dict(doors), rest
        self._under_way = dict.fromkeys(self._doors, 0)
        self._closed = False

    def close(self) -> None:
        """From now on everything that is new is refused; what is under way goes on."""
        self._closed = True

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] == "http" and self._closed and path != _ALIVE:
            await _later()(scope, receive, send)
            return
        door = next((name for name in self._doors if path == name or path.startswith(f"{name}/")), None)
        if door is None or scope["type"] != "http":
            await self._rest(scope, receive, send)
        else:
            await self._delivered(door, scope, receive, send)

    async def _delivered(self, door: str, scope: Scope, receive: Receive, send: Send) -> None:
        if self._under_way[door] >= _AT_ONCE:
            log.warning("too_many_deliveries", door=door)
            await _later()(scope, receive, send)
            return
        self._under_way[door] += 1
        try:
            await self._doors[door](scope, _limited(receive), send)
        except _TooLargeError:
            await PlainTextResponse("too large", 413, {"Connection": "close"})(scope, receive, send)
        except TimeoutError:
            await PlainTextResponse("too slow", 408, {"Connection": "close"})(scope, receive, send)
        finally:
            self._under_way[door] -= 1


def only(app: ASGIApp, paths: Collection[str]) -> ASGIApp:
    """An application of which nothing is served but these paths."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] not in paths:
            await PlainTextResponse("not found", 404)(scope, receive, send)
        else:
            await app(scope, receive, send)

    return serve


def _limited(receive: Receive) -> Receive:
    """Counts while the body comes in: a sender need not say how long it is, and may lie."""
    seen = 0

    async def next_message() -> Message:
        nonlocal seen
        message = await asyncio.wait_for(receive(), _PATIENCE)
        seen += len(message.get("body", b""))
        if seen > MOST_BYTES:
            raise _TooLargeError
        return message

    return next_message


def _later() -> Response:
    return PlainTextResponse("try again in a moment", 503, {"Retry-After": "5"})
