"""Whether the process is well, what there is to call, and what a fault of ours shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient

from adapters.http.app import build_api
from bot.ports import NOTHING_SAID, About, Transaction
from tests.adapters.http.desk import CONTRACT, TOKEN_A, TOKENS, Desk, bearer
from tests.adapters.http.test_campaigns import BOTH

ROUTES = {
    ("/health", "get"), ("/ready", "get"), ("/api/requests", "get"), ("/api/requests", "post"),
    ("/api/requests/{request_id}", "get"), ("/api/requests/{request_id}/withdraw", "post"),
    ("/api/requests/{request_id}/resubmit", "post"), ("/api/contacts", "get"), ("/api/playbooks/{brand}", "get"),
    ("/api/campaigns", "post"), ("/api/campaigns/{campaign_id}", "get"),
    ("/api/reports/{brand}", "get"),
}  # fmt: skip
DECIDING = (
    "yes",
    "approve",
    "decide",
    "reject",
    "send_back",
    "opinion",
    "answer",
    "pass_on",
    "grant_round",
    "confirm_fixed",
    "ratify",
    "object",
    "take_back",
    "wake",
)


class NoStore:
    """A database that has gone away: the port, with every call failing as the driver does."""

    async def run(self, work: Callable[[Transaction], Any], about: About = NOTHING_SAID) -> Any:
        raise OSError("disk I/O error at /secret/place.db")

    read = run
    is_shared = False

    async def leads(self, duty: str) -> bool:
        return False

    async def yields(self, duty: str) -> None: ...
    def listen(self, woken: Callable[[], None]) -> None: ...
    async def close(self) -> None: ...


async def test_the_document_lists_exactly_the_routes(desk: Desk) -> None:
    """``/openapi.json`` has these routes and no other, and each says that a bearer token is needed where it is."""
    found = (await desk.client.get("/openapi.json")).json()
    assert {(path, method) for path, methods in found["paths"].items() for method in methods} == ROUTES
    for path, methods in found["paths"].items():
        for method in methods.values():
            assert ("security" in method) == path.startswith("/api/"), path
    assert (await desk.client.get("/docs")).status_code == 200


async def test_no_route_decides(desk: Desk) -> None:
    """No path that could be meant to decide is served, and the request stays as it was."""
    opened = await desk.opens()
    written = await desk.written()
    for action in DECIDING:
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            path = f"/api/requests/{opened['id']}/{action}"
            answer = await desk.client.request(method, path, json={"by": "katya"}, headers=bearer(TOKEN_A))
            assert answer.status_code == 404, path
    for method in ("PUT", "PATCH", "DELETE", "OPTIONS"):
        answer = await desk.client.request(method, f"/api/requests/{opened['id']}", headers=bearer(TOKEN_A))
        assert (answer.status_code, answer.json()["error"]["code"]) == (405, "wrong_method")
    assert await desk.written() == written


async def test_reading_changes_nothing(desk: Desk) -> None:
    """Every GET there is leaves the tables as they were."""
    opened = await desk.opens()
    await desk.post("/api/campaigns", BOTH)
    written = await desk.written()
    for path, method in ROUTES:
        if method == "get":
            url = path.replace("{request_id}", opened["id"]).replace("{brand}", "brand-a").replace("{campaign_id}", "C-1")
            answer = await desk.get(url, brand="brand-a", market="US", action="yes", by="katya")
            assert answer.status_code == 200, path
    assert await desk.written() == written
    assert (await desk.state(opened["id"])).status == "open"


async def test_health_and_ready_need_no_token(desk: Desk) -> None:
    """Whoever watches the process asks without a token."""
    assert (await desk.client.get("/health")).json() == {"status": "alive"}
    ready = await desk.client.get("/ready")
    assert (ready.status_code, ready.json()) == (200, {"status": "ready"})


async def test_not_ready_when_the_database_does_not_answer(desk: Desk) -> None:
    """With the database closed the process is alive and not ready, and does not say more than that."""
    await desk.store.close()
    ready = await desk.client.get("/ready")
    assert (ready.status_code, ready.json()) == (503, {"status": "not ready", "not_ready": ["database"]})
    assert (await desk.client.get("/health")).status_code == 200


@pytest.mark.parametrize("language", ["en", "ru"])
async def test_a_fault_of_ours_shows_nothing_of_the_inside(desk: Desk, language: str) -> None:
    """A fault answers 500 in the form of every error, with no traceback, path or word of the driver."""
    app = build_api(desk.service, NoStore(), TOKENS)
    async with AsyncClient(transport=ASGITransport(app, raise_app_exceptions=False), base_url="http://soglas") as client:
        answer = await client.get("/api/playbooks/brand-a", headers={**bearer(TOKEN_A), "Accept-Language": language})
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "internal")
    assert not any(word in answer.text for word in ("Traceback", "secret", "disk", "OSError", ".py"))
    assert CONTRACT["title"] not in answer.text
