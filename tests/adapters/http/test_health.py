"""What a process tells those who watch it: alive, ready, and its figures; nothing about anybody or anything inside."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from adapters.http.errors import install
from adapters.http.health import health_router
from adapters.playground.clock import MovableClock
from bot.metrics import Metrics, Scraping
from bot.ports import Store
from bot.readiness import Readiness
from storage.opening import open_store
from storage.sqlite import SqliteStore
from tests.adapters.http.desk import Desk, bearer
from tests.ready import empty_database
from tests.storage.server import database, migrated

NOW = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)
TOKEN = "token-of-prometheus"


@dataclass
class Process:
    """A process that serves nothing else."""

    client: AsyncClient
    readiness: Readiness

    async def ready(self) -> tuple[int, list[str]]:
        answer = await self.client.get("/ready")
        told = answer.json()
        assert told.keys() <= {"status", "not_ready"}
        return answer.status_code, told.get("not_ready", [])


@asynccontextmanager
async def process(
    store: Store, clock: MovableClock | None = None, parts: Mapping[str, Callable[[], bool]] | None = None, token: str = ""
) -> AsyncIterator[Process]:
    clock = clock or MovableClock(NOW, running=False)
    readiness = Readiness(store, clock, parts)
    scraping = Scraping(Metrics("web"), store, clock, ("telegram",), readiness.parts)
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    install(app)
    app.include_router(health_router(readiness, scraping, token))
    transport = ASGITransport(app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://soglas") as client:
        yield Process(client, readiness)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    found = SqliteStore(empty_database(tmp_path / "health.db"))
    yield found
    await found.close()


async def test_a_process_that_is_well_says_so(store: SqliteStore) -> None:
    """Alive and ready, with every part of it."""
    async with process(store, parts={"telegram": lambda: True, "worker": lambda: True}) as one:
        assert (await one.client.get("/health")).json() == {"status": "alive"}
        assert await one.ready() == (200, [])
        assert (await one.client.get("/openapi.json")).status_code == 404


async def test_what_is_not_ready_is_named_and_nothing_else(store: SqliteStore) -> None:
    """A messenger without connection, a sweep that is long ago, a part that cannot even answer: 503 with their names."""

    def breaks() -> bool:
        raise OSError("/secret/place")

    parts = {"telegram": lambda: False, "slack": lambda: True, "worker": lambda: False, "clock": breaks}
    async with process(store, parts=parts) as one:
        assert await one.ready() == (503, ["telegram", "worker", "clock"])
        assert (await one.client.get("/health")).status_code == 200
        shown = (await one.client.get("/metrics")).text
    assert 'soglas_ready{part="slack"} 1.0' in shown and 'soglas_ready{part="clock"} 0.0' in shown


async def test_a_database_that_does_not_answer(store: SqliteStore) -> None:
    """Gone, it is said at once; the process is alive all the same."""
    await store.close()
    async with process(store) as one:
        assert await one.ready() == (503, ["database"])
        assert (await one.client.get("/health")).json() == {"status": "alive"}
        assert "soglas_database_up 0.0" in (await one.client.get("/metrics")).text


async def test_a_schema_that_went_back_is_not_ready(store: SqliteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database put back from an old copy is noticed; a newer version rolled out beside this process is no reason to stop."""
    import sqlite3

    monkeypatch.setattr("bot.readiness._TRUSTED", 0.0)
    async with process(store) as one:
        assert await one.ready() == (200, [])
        for revision, expected in (("9999", (200, [])), ("0001", (503, ["schema"]))):
            with sqlite3.connect(tmp_path / "health.db") as connection:
                connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
            connection.close()
            assert await one.ready() == expected


async def test_a_clock_apart_from_the_databases_is_not_ready() -> None:
    """On PostgreSQL the database's clock is another machine's: deadlines would be kept by two different times."""
    store = open_store(database(migrated()))
    try:
        for apart, expected in ((0, (200, [])), (-30, (503, ["clock"])), (30, (503, ["clock"]))):
            async with process(store, MovableClock(datetime.now(UTC) + timedelta(seconds=apart))) as one:
                assert await one.ready() == expected
    finally:
        await store.close()


async def test_whoever_asks_a_lot_does_not_keep_the_database_busy(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked by many at once, and again within seconds, the database is asked one time."""
    reads: list[int] = []
    before = store.read

    async def read(work: object) -> object:
        reads.append(1)
        return await before(work)  # type: ignore[arg-type]

    monkeypatch.setattr(store, "read", read)
    async with process(store) as one:
        assert {answer for answer, _ in await asyncio.gather(*(one.ready() for _ in range(20)))} == {200}
    assert len(reads) == 1


async def test_the_figures_are_for_whoever_has_the_token(store: SqliteStore) -> None:
    """Without one nothing is shown, nor with a part of it; the token of an API opens nothing here. Without a token set, all see."""
    async with process(store, token=TOKEN) as one:
        for given in ("", TOKEN[:-1], f"{TOKEN}0", "token-of-brand-a-0001", "ключ"):
            answer = await one.client.get("/metrics", headers={b"Authorization": f"Bearer {given}".encode()})
            assert answer.status_code == 401 and "soglas_" not in answer.text, given
            assert answer.headers["WWW-Authenticate"] == "Bearer"
        answer = await one.client.get("/metrics", headers=bearer(TOKEN))
        assert answer.status_code == 200 and "soglas_build_info" in answer.text
        assert answer.headers["Content-Type"].startswith("text/plain; version=")
    async with process(store) as one:
        assert (await one.client.get("/metrics")).status_code == 200


async def test_the_routes_can_be_taken_into_the_api(desk: Desk) -> None:
    """The same routes inside the application that serves the API, in its document as well."""
    app = desk.app
    app.router.routes[:] = [route for route in app.router.routes if getattr(route, "path", "") not in ("/health", "/ready")]
    readiness = Readiness(desk.store, desk.clock)
    app.include_router(health_router(readiness, Scraping(Metrics(), desk.store, desk.clock), TOKEN))
    assert (await desk.client.get("/ready")).json() == {"status": "ready"}
    assert (await desk.client.get("/metrics")).status_code == 401
    document = (await desk.client.get("/openapi.json")).json()
    assert {"/health", "/ready", "/metrics"} <= set(document["paths"])
    assert "security" in document["paths"]["/metrics"]["get"]
