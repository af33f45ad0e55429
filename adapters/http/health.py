"""What watches the process: ``/health``, ``/ready``, ``/metrics``. Open to everybody where they tell nothing but names.

A router, to be taken into whatever application a process serves.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from adapters.http.errors import ErrorView, Problem
from adapters.over_http import same
from bot.core.wording import text
from bot.metrics import CONTENT_TYPE, Scraping
from bot.readiness import Readiness

_BEARER = HTTPBearer(auto_error=False, description="SOGLAS_METRICS_TOKEN, if it is set")
# Any: FastAPI's own form of what a route can answer.
_REFUSED: dict[int | str, dict[str, Any]] = {401: {"model": ErrorView}}
Given = Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]


def health_router(readiness: Readiness, scraping: Scraping | None = None, token: str = "") -> APIRouter:
    """The three routes; ``/metrics`` only with figures to show, and behind ``token`` when there is one."""
    router = APIRouter(tags=["process"])

    @router.get("/health")
    async def health() -> dict[str, str]:
        """The process is alive: its event loop has answered."""
        return {"status": "alive"}

    @router.get("/ready", responses={503: {"description": "What is not ready, by name"}})
    async def ready() -> JSONResponse:
        """Database, schema, clock, messengers and sweeps are as they should be."""
        missing = await readiness.missing()
        if missing:
            return JSONResponse({"status": "not ready", "not_ready": list(missing)}, 503)
        return JSONResponse({"status": "ready"})

    if scraping is not None:
        _add_metrics(router, scraping, token)
    return router


def _add_metrics(router: APIRouter, scraping: Scraping, token: str) -> None:
    async def show() -> Response:
        """The figures, as Prometheus reads them."""
        return Response(await scraping.text(), media_type=CONTENT_TYPE)

    async def show_to_whoever_may(given: Given) -> Response:
        """The figures, as Prometheus reads them."""
        if not same(given.credentials if given else "", token):
            raise Problem(401, "token_needed", text("http.token_needed"), {"WWW-Authenticate": "Bearer"})
        return await show()

    route = show_to_whoever_may if token else show
    router.add_api_route("/metrics", route, response_class=Response, responses=_REFUSED if token else {})
