"""How much may be sent: a body is read whole before anybody works on it, and never more than the limit of it."""

from __future__ import annotations

import asyncio

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.http.errors import answer, reader
from bot.core.wording import Text, text

MOST_BYTES = 1 << 20
MOST_ADDRESS = 8 << 10
MOST_HEADERS = 16 << 10  # the server's own limit, for address and headers together, is 64 KiB
PATIENCE = 30.0  # seconds for a whole body

Refusal = tuple[int, str, Text]
TOO_SLOW: Refusal = (408, "too_slow", text("http.too_slow"))
TOO_LARGE: Refusal = (413, "too_large", text("http.too_large"))
URL_TOO_LONG: Refusal = (414, "url_too_long", text("http.url_too_long"))
HEADERS_TOO_LARGE: Refusal = (431, "headers_too_large", text("http.headers_too_large"))


class SmallBodies:
    """Lets bodies up to ``MOST_BYTES`` through. A sender who does not say the length is counted while sending."""

    def __init__(self, app: ASGIApp, patience: float = PATIENCE) -> None:
        self._app, self._patience = app, patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if refusal := _head_refused(scope):
            await _refuse(refusal, scope, receive, send)
            return
        try:
            async with asyncio.timeout(self._patience):
                body = None if _says_too_much(headers.get("content-length", "0")) else await _read(receive)
        except TimeoutError:
            await _refuse(TOO_SLOW, scope, receive, send)
            return
        if body is None:
            await _refuse(TOO_LARGE, scope, receive, send)
            return
        await self._app(scope, _again(body, receive), send)


def _head_refused(scope: Scope) -> Refusal | None:
    if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > MOST_ADDRESS:
        return URL_TOO_LONG
    if sum(len(name) + len(value) for name, value in scope["headers"]) > MOST_HEADERS:
        return HEADERS_TOO_LARGE
    return None


async def _refuse(refusal: Refusal, scope: Scope, receive: Receive, send: Send) -> None:
    status, code, message = refusal
    refused = answer(status, code, message, reader(Headers(scope=scope).get("accept-language", "")))
    if refusal == TOO_SLOW:
        # Not for a body that is too large: its sender is still sending, and would not hear the answer.
        refused.headers["Connection"] = "close"
    await refused(scope, receive, send)


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
