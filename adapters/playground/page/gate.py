"""Who may talk to the demo page: only this machine's own browser tab; no routes here.

A page on the web can make a visitor's browser send requests to 127.0.0.1. The Host header gives away a
rebound name, and a POST in JSON cannot leave another site without a permission that is never given.
"""

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HOSTS = frozenset({"127.0.0.1", "localhost"})
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-cache",
}


class Gate:
    """ASGI middleware: refuses strangers, and gives every response the page's security headers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        refusal = _refusal(scope)
        await (refusal or self._app)(scope, receive, send_guarded)


def _refusal(scope: Scope) -> JSONResponse | None:
    headers = Headers(scope=scope)
    if headers.get("host", "").rsplit(":", 1)[0].lower() not in HOSTS:
        return JSONResponse({"error": "this page answers only to 127.0.0.1 and localhost"}, 400)
    kind = headers.get("content-type", "").split(";")[0].strip().lower()
    if scope["method"] == "POST" and kind != "application/json":
        return JSONResponse({"error": "send JSON with Content-Type: application/json"}, 415)
    return None
