"""What the demo serves: the page, and the real HTTP API beside it, on whatever town is standing now."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from adapters.http.app import build_api
from adapters.playground.demo import Demo
from adapters.playground.page.app import build_page

DEMO_TOKEN = "demo-token-for-this-machine"
_OF_THE_API = ("/api/", "/health", "/ready", "/openapi.json", "/docs")


def front(demo: Demo) -> ASGIApp:
    """One application: the API's own paths go to the API, everything else to the page."""
    page = build_page(demo)
    apis: dict[int, ASGIApp] = {}

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(_OF_THE_API):
            system = demo.town.system
            tokens = {DEMO_TOKEN: frozenset({demo.town.playbook.id})}
            # The town is built anew by a restart, and its store with it.
            if id(system) not in apis:
                apis.clear()
                apis[id(system)] = build_api(system.service, system.store, tokens)
            await apis[id(system)](scope, receive, send)
        else:
            await page(scope, receive, send)

    return serve
