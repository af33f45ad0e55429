"""How much may be sent: a body is read whole before anybody works on it, and never more than the limit of it."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.http.errors import answer, reader
from bot.core.wording import text

MOST_BYTES = 1 << 20


class SmallBodies:
    """Lets bodies up to ``MOST_BYTES`` through. A sender who does not say the length is counted while sending."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        body = None if _says_too_much(headers.get("content-length", "0")) else await _read(receive)
        if body is None:
            who = reader(headers.get("accept-language", ""))
            refused = answer(413, "too_large", text("http.too_large"), who)
            await refused(scope, receive, send)
            return
        await self._app(scope, _again(body, receive), send)


def _says_too_much(length: str) -> bool:
    return not (length.isascii() and length.isdigit()) or int(length[:20]) > MOST_BYTES


async def _read(receive: Receive) -> bytes | None:
    """The whole body, or ``None`` as soon as it is too large."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > MOST_BYTES:
            return None
        if not message.get("more_body", False):
            return bytes(body)


def _again(body: bytes, receive: Receive) -> Receive:
    """A ``receive`` that gives the body first and then whatever comes."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def next_message() -> Message:
        return waiting.pop() if waiting else await receive()

    return next_message
