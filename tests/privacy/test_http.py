"""HTTP: what a token does not open is answered byte by byte like what does not exist, at every route there is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient, Response

from adapters.http.app import build_api
from adapters.playground.clock import MovableClock
from bot.service import Service
from storage.sqlite import SqliteStore
from tests.privacy.house import BEGINS, agree, loaded
from tests.ready import empty_database

ONE, TWO, BOTH = "token-of-brand-one-001", "token-of-brand-two-002", "token-of-both-brands-3"
TOKENS = {ONE: frozenset({"brand-one"}), TWO: frozenset({"brand-two"}), BOTH: frozenset({"brand-one", "brand-two"})}
Json = dict[str, Any]  # Any: what is sent and answered is JSON
# What each route is asked with; {id}, {campaign}, {brand} and {by} are another brand's, or nobody's.
ASKED: dict[tuple[str, str], tuple[str, Json | None]] = {
    ("get", "/api/requests/{request_id}"): ("/api/requests/{id}", None),
    ("get", "/api/requests"): ("/api/requests?brand={brand}", None),
    ("post", "/api/requests"): ("/api/requests", {"brand": "{brand}", "market": "US", "requested_by": "{by}"}),
    ("post", "/api/campaigns"): ("/api/campaigns", {"brand": "{brand}", "requested_by": "{by}", "tracks": {"RU": {}, "US": {}}}),
    ("get", "/api/campaigns/{campaign_id}"): ("/api/campaigns/{campaign}", None),
    ("post", "/api/requests/{request_id}/withdraw"): ("/api/requests/{id}/withdraw", {"by": "{by}"}),
    ("post", "/api/requests/{request_id}/resubmit"): ("/api/requests/{id}/resubmit", {"by": "{by}", "text": "New"}),
    ("get", "/api/contacts"): ("/api/contacts?brand={brand}&market=US&request={id}", None),
    ("get", "/api/reports/{brand}"): ("/api/reports/{brand}", None),
    ("get", "/api/playbooks/{brand}"): ("/api/playbooks/{brand}", None),
}
OPEN_TO_ALL = {("get", "/health"), ("get", "/ready")}
THEIRS = {"id": "T-1", "campaign": "C-1", "brand": "brand-two", "by": "vera"}
NOBODYS = {"id": "T-999", "campaign": "C-999", "brand": "brand-ten", "by": "vega"}


@dataclass
class Api:
    client: AsyncClient
    paths: Json

    async def asks(self, route: tuple[str, str], names: dict[str, str], token: str, **headers: str) -> Response:
        path, body = ASKED[route]
        filled = _filled(body, names) if body else None
        if route[0] == "post" and "brand" in (body or {}):
            filled = {"kind": "contract", "title": "Contract", **(filled or {})}
        sent = {"Authorization": f"Bearer {token}", **headers}
        return await self.client.request(route[0], path.format(**names), json=filled, headers=sent)


def _filled(body: Json, names: dict[str, str]) -> Json:
    return {key: value.format(**names) if isinstance(value, str) else value for key, value in body.items()}


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[Api]:
    empty_database(folder / "http.db")
    store = SqliteStore(folder / "http.db")
    service = Service(store, MovableClock(BEGINS, running=False))
    app = build_api(service, store, TOKENS)
    try:
        for brand in ("brand-one", "brand-two"):
            await agree(service, loaded(brand))
        async with AsyncClient(transport=ASGITransport(app, raise_app_exceptions=False), base_url="http://soglas") as client:
            yield Api(client, app.openapi()["paths"])
    finally:
        await store.close()


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[Api]:
    """Brand Two has T-1, and C-1 with T-2 and T-3."""
    async with running(tmp_path) as found:
        for route in (("post", "/api/requests"), ("post", "/api/campaigns")):
            answer = await found.asks(route, THEIRS, TWO, **{"Idempotency-Key": "k"} if "campaigns" not in route[1] else {})
            assert answer.status_code == 201, answer.text
        yield found


async def test_every_route_is_asked(api: Api) -> None:
    """A new route has to be looked at here."""
    assert {(method, path) for path, methods in api.paths.items() for method in methods} == set(ASKED) | OPEN_TO_ALL


@pytest.mark.parametrize("route", ASKED, ids=" ".join)
async def test_another_brand_is_no_brand(api: Api, route: tuple[str, str]) -> None:
    """The same status, headers and body for what is another brand's and for what is nobody's."""
    answers = [await api.asks(route, names, ONE) for names in (THEIRS, NOBODYS)]
    theirs, none = (_said(answer, names) for answer, names in zip(answers, (THEIRS, NOBODYS), strict=True))
    assert theirs == none
    assert "201" not in theirs[0]
    opened = await api.asks(route, THEIRS, BOTH)
    assert opened.status_code in (200, 201, 409), opened.text  # what is open needs no new text
    assert _said(opened, THEIRS) != theirs


def _said(answer: Response, names: dict[str, str]) -> tuple[str, str, str]:
    body = answer.text.replace(names["brand"], "…")
    headers = {name: value for name, value in answer.headers.items() if name != "content-length"}
    return str(answer.status_code), repr(sorted(headers.items())), body


@pytest.mark.parametrize("route", [route for route in ASKED if "{by}" in str(ASKED[route][1])], ids=" ".join)
async def test_people_of_another_brand_are_nobody(api: Api, route: tuple[str, str]) -> None:
    """In the brand the token opens: somebody of the other brand acts there as little as somebody nobody knows."""
    mine = {"brand": "brand-one", "by": "timur", "id": "O-1", "campaign": ""}
    assert (await api.asks(("post", "/api/requests"), mine, ONE)).status_code == 201
    answers = [await api.asks(route, {**mine, "by": by}, ONE) for by in ("vera", "vega", "creator:1", "creator:9")]
    assert len({_said(one, mine)[0] for one in answers}) == 1 and answers[0].status_code >= 400
    assert (
        len({one.text.replace(by, "…") for one, by in zip(answers, ("vera", "vega", "creator:1", "creator:9"), strict=True)}) == 1
    )


async def test_an_idempotency_key_is_a_brands_own(api: Api) -> None:
    """The key another brand has used is as good as a new one: neither its request comes back nor a conflict."""
    mine = {"brand": "brand-one", "by": "timur", "id": "", "campaign": ""}
    route = ("post", "/api/requests")
    first = await api.asks(route, mine, ONE, **{"Idempotency-Key": "k"})
    other = await api.asks(route, mine, ONE, **{"Idempotency-Key": "never used"})
    assert (first.status_code, other.status_code) == (201, 201)
    assert first.json()["id"] == "O-1"
    for key in ("brand-two:k", "chat:k", "same-as:creator:1"):
        assert (await api.asks(route, mine, ONE, **{"Idempotency-Key": key})).status_code == 201


async def test_contacts_of_one_brand_with_a_request_of_another(api: Api) -> None:
    """A token that opens both: the other brand's request is none of this brand's."""
    answers = [await api.asks(("get", "/api/contacts"), {"brand": "brand-one", "id": one}, BOTH) for one in ("T-1", "T-999")]
    assert answers[0].status_code == 404
    assert answers[0].text == answers[1].text


@pytest.mark.parametrize("route", ASKED, ids=" ".join)
async def test_without_a_token_nothing_is_different(api: Api, route: tuple[str, str]) -> None:
    """Nor with a wrong one."""
    for token in ("", "token-of-brand-two-00"):
        answers = [await api.asks(route, names, token) for names in (THEIRS, NOBODYS)]
        assert _said(answers[0], THEIRS) == _said(answers[1], NOBODYS)
        assert answers[0].status_code == 401
