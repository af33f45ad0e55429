"""The whole HTTP API against its own document: whatever is sent, it answers as it says, and decides nothing."""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from httpx import ASGITransport, AsyncClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance
from starlette.routing import Route

from adapters.http.app import build_api
from adapters.http.bodies import CampaignBody, OpenBody, ResubmitBody, WithdrawBody
from adapters.playground.clock import MovableClock
from bot.core.request.model import Draft
from bot.service import Done, Service
from storage.sqlite import SqliteStore
from tests.adapters.http.desk import CONTRACT, NOW, TOKEN_A, TOKENS, _ready_made, bearer
from tests.security.strange import SETTLED, json_values

_FEW = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=30,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
# Opening, what follows from it by itself, and what a requester does with their own request.
_BY_HTTP = {"request_opened", "step_opened", "withdrawn", "step_closed overtaken"}
_KNOWN = {
    "brand": "brand-a", "kind": "contract", "market": "US", "requested_by": "jordan", "by": "jordan", "request_id": "A-1",
    "campaign_id": "C-1", "request": "A-1", "tracks": {"RU": {}, "US": {}},
}  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, Path]]:
    """The real application on a real database with two brands and a request of each, and where that database is."""
    path = tmp_path_factory.mktemp("api") / "http.db"
    shutil.copy(asyncio.run(_ready_made()), path)
    store = SqliteStore(path)
    service = Service(store, MovableClock(NOW, running=False))

    async def open_some() -> None:
        for brand, by in (("brand-a", "jordan"), ("brand-one", "emily")):
            assert isinstance(await service.open(brand, by, Draft("contract", "US", "A contract"), through="test"), Done)

    asyncio.run(open_some())
    yield build_api(service, store, TOKENS, count(0, 60).__next__), path
    asyncio.run(store.close())


def operations(app: Any) -> list[Any]:
    schema = schemathesis.openapi.from_asgi("/openapi.json", app)
    found = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
    assert len(found) > 10
    return found


def test_it_answers_as_it_says(place: tuple[Any, Path]) -> None:
    """Bodies, parameters and headers made from the document, right and wrong ones: no fault of ours, no answer it does not name."""
    for operation in operations(place[0]):

        @_FEW
        @given(case=operation.as_strategy(), fitting=st.booleans())
        def calls(case: Any, fitting: bool) -> None:
            if fitting:
                fit(case)
            case.call_and_validate(
                headers=bearer(TOKEN_A),
                checks=[not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance],
            )

        calls()
    assert recorded(place[1]) == _BY_HTTP


def fit(case: Any) -> None:
    """Puts names that there are where the document only says that a text is wanted, so that calls get beyond the first check."""
    for part in (case.body, case.query, case.path_parameters):
        if isinstance(part, dict):
            part.update({name: value for name, value in _KNOWN.items() if name in part})


def recorded(path: Path) -> set[str]:
    """What happened through HTTP, by the records themselves."""
    with sqlite3.connect(path) as connection:
        events = [json.loads(body) for (body,) in connection.execute("SELECT body FROM event")]
    assert events
    facts = [event["fact"] for event in events if event["through"] == "http"]
    return {" ".join(filter(None, (fact["type"], fact.get("outcome")))) for fact in facts}


async def test_reading_writes_nothing(place: tuple[Any, Path]) -> None:
    """No GET of any route changes the database by a single byte, whatever it is asked with."""
    app, path = place
    watching = sqlite3.connect(path, isolation_level=None)

    def changes() -> int:
        """Another number as soon as anybody has committed anything."""
        return int(watching.execute("PRAGMA data_version").fetchone()[0])

    before, asked = changes(), 0
    transport = ASGITransport(app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://soglas", headers=bearer(TOKEN_A)) as client:
        for url in readable(app):
            answer = await client.get(
                url, params={"brand": "brand-a", "market": "US", "action": "yes", "by": "katya", "request": "A-1"}
            )
            assert answer.status_code == 200, url
            assert changes() == before, url
            asked += 1
        assert asked >= 9
        assert (await client.post("/api/requests", json=CONTRACT)).status_code == 201
        assert changes() != before
    watching.close()


def readable(app: Any) -> list[str]:
    """Every address that can be read, also those that the document does not name."""
    paths = [found.path for found in routes(app) if "GET" in found.methods and "{campaign_id}" not in found.path]
    return [path.replace("{request_id}", "A-1").replace("{brand}", "brand-a") for path in paths]


def routes(app: Any) -> list[Any]:
    # A router that was taken in keeps its routes to itself.
    nested = [inner for route in app.routes for inner in getattr(getattr(route, "original_router", None), "routes", ())]
    found = [route for route in (*app.routes, *nested) if isinstance(route, Route) or hasattr(route, "methods")]
    assert len(found) > 10
    return found


def test_only_these_routes_change_anything(place: tuple[Any, Path]) -> None:
    """Everything that is not read: opening, and the two moves that are the requester's own. No route takes anything else."""
    writing = {(method, found.path) for found in routes(place[0]) for method in found.methods - {"GET", "HEAD"}}
    assert writing == {
        ("POST", "/api/requests"), ("POST", "/api/campaigns"), ("POST", "/api/requests/{request_id}/withdraw"),
        ("POST", "/api/requests/{request_id}/resubmit"),
    }  # fmt: skip


@pytest.mark.parametrize("model", [OpenBody, CampaignBody, ResubmitBody, WithdrawBody])
def test_bodies(model: type[BaseModel]) -> None:
    """Any JSON is a body of ours or is refused as none; what is one can be opened."""
    fields = st.fixed_dictionaries({}, optional=dict.fromkeys(model.model_fields, json_values))

    @SETTLED
    @given(fields | json_values)
    def reads(body: Any) -> None:
        with suppress(ValidationError):
            found = model.model_validate(body)
            if isinstance(found, OpenBody):
                assert found.draft().title is not None
            if isinstance(found, CampaignBody):
                assert len(found.drafts()) >= 2

    reads()


NESTED = (
    b"[" * 100_000,
    b'{"title":' * 50_000,
    b'{"title": ' + b"9" * 100_000 + b"}",
    b'{"title": 1e999}',
    b"\xff\xfe",
    b'"\\ud800"',
    b"NaN",
)


@pytest.mark.parametrize("content", NESTED, ids=range(len(NESTED)))
async def test_bodies_that_are_traps(place: tuple[Any, Path], content: bytes) -> None:
    """Depth without end, figures without end, what is no text: refused as what was sent, not as a fault of ours."""
    async with AsyncClient(transport=ASGITransport(place[0], raise_app_exceptions=False), base_url="http://soglas") as client:
        said = {**bearer(TOKEN_A), "Content-Type": "application/json"}
        answer = await client.post("/api/requests", content=content, headers=said)
    assert answer.status_code in (400, 422), answer.text
