"""Before any door: how often one address may come, and what every answer tells a browser. Who may do what is not known here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from math import ceil

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.http.errors import answer, reader
from adapters.http.headers import HEADERS
from adapters.http.rates import Rates, network
from bot.core.wording import text

# A messenger delivers for many people from few addresses; what it delivers is signed, and checking that costs little.
_OF_MESSENGERS = ("/telegram/", "/slack/events")
_API = "/api/"


def loop_seconds() -> float:
    """What calls are counted by: the event loop's own clock, which only goes forward."""
    return asyncio.get_running_loop().time()


class Gate:
    """Refuses an address that comes too often. Calls with a token are counted by their token, once it is known to be one."""

    def __init__(self, app: ASGIApp, seconds: Callable[[], float] = loop_seconds) -> None:
        self._app, self._seconds = app, seconds
        self._any, self._messengers = Rates(20, 60), Rates(100, 400)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        rates = self._rates(scope)
        wait = rates.take(address_of(scope), self._seconds()) if rates is not None else 0.0
        if wait:
            refused = answer(429, "too_many", text("http.too_many"), reader(Headers(scope=scope).get("accept-language", "")))
            refused.headers.update(retry_after(wait))
            await refused(scope, receive, _with_headers(send))
        else:
            await self._app(scope, receive, _with_headers(send))

    def _rates(self, scope: Scope) -> Rates | None:
        path = str(scope["path"])
        if path.startswith(_API) and "authorization" in Headers(scope=scope):
            return None
        return self._messengers if path.startswith(_OF_MESSENGERS) else self._any


def address_of(scope: Scope) -> str:
    """Who calls, as the server tells it; behind a proxy that is the proxy, unless the server was told to believe it."""
    client = scope.get("client")
    return network(str(client[0])) if client else ""


def retry_after(wait: float) -> dict[str, str]:
    return {"Retry-After": str(max(1, ceil(wait)))}


def _with_headers(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return sent
