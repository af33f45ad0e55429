"""The API on a real database with two brands in force, and a client for whoever calls it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response

from adapters.http.app import build_api
from adapters.playground.cast import cast
from adapters.playground.clock import MovableClock
from bot.core.playbook import Loaded
from bot.core.request.commands import Do, Note
from bot.core.request.model import Request, RequestId, Weight
from bot.core.request.table import Action
from bot.ports import Store
from bot.service import Done, Service
from storage.sqlite import SqliteStore
from tests.core.playbook.brands import shipped
from tests.ready import empty_database

# A Tuesday on which both offices are open.
NOW = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)
TOKEN_A, TOKEN_ONE = "token-of-brand-a-0001", "token-of-brand-one-01"
TOKEN_BOTH, TOKEN_NOTHING = "token-of-both-brands", "token-of-a-brand-to-be"
TOKENS = {
    TOKEN_A: frozenset({"brand-a"}),
    TOKEN_ONE: frozenset({"brand-one"}),
    TOKEN_BOTH: frozenset({"brand-a", "brand-one"}),
    TOKEN_NOTHING: frozenset({"brand-to-be"}),
}
CONTRACT = {"brand": "brand-a", "kind": "contract", "market": "US", "requested_by": "jordan", "title": "Contract: Ana Suarez"}
OF_ONE = {"brand": "brand-one", "kind": "contract", "market": "US", "requested_by": "emily", "title": "Another brand's contract"}
Json = dict[str, Any]


@dataclass
class Desk:
    """The parts, and short ways to call."""

    app: FastAPI
    client: AsyncClient
    store: Store
    service: Service
    clock: MovableClock

    async def get(self, path: str, token: str = TOKEN_A, **params: str) -> Response:
        return await self.client.get(path, params=params, headers=bearer(token))

    async def post(self, path: str, body: Any, token: str = TOKEN_A, **headers: str) -> Response:
        return await self.client.post(path, json=body, headers={**bearer(token), **headers})

    async def raw(self, content: bytes | AsyncIterator[bytes], **headers: str) -> Response:
        """A body as it stands, said to be JSON."""
        said = {**bearer(TOKEN_A), "Content-Type": "application/json", **headers}
        return await self.client.post("/api/requests", content=content, headers=said)

    async def opens(self, token: str = TOKEN_A, /, **fields: object) -> Json:
        """A request that is opened as it should be; fields replace those of a contract."""
        answer = await self.post("/api/requests", {**CONTRACT, **fields}, token)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def refused(self, fields: Json, **headers: str) -> tuple[int, Json]:
        """The status and error of a request that cannot be opened."""
        answer = await self.post("/api/requests", {**CONTRACT, **fields}, **headers)
        return answer.status_code, answer.json()["error"]

    async def state(self, request: str) -> Request:
        found = await self.service.find(RequestId(request))
        assert found is not None
        return found.request

    async def sends_back(self, person: str, request: str) -> None:
        """What people do in chat, and programs cannot."""
        remark = Note("Name the end date of the rights", Weight.MUST_FIX)
        done = await self.service.do(RequestId(request), Do(Action.SEND_BACK, person, remarks=(remark,)))
        assert isinstance(done, Done), done

    async def does(self, person: str, request: str, action: Action) -> None:
        done = await self.service.do(RequestId(request), Do(action, person))
        assert isinstance(done, Done), done

    async def written(self) -> int:
        """How much there is in the tables that a decision writes."""

        def count(tx: Any) -> int:
            return sum(len(tx.events(one)) for one in ("A-1", "A-2", "A-3", "O-1")) + int(
                tx.jobs_due(datetime.max.replace(tzinfo=UTC))
            )

        return await self.store.read(count)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@cache
def brand(file: str) -> Loaded:
    return shipped(file)


async def hired(service: Service, store: Store) -> None:
    """Both brands in force, and everybody with an account."""
    for file in ("brand-a.yaml", "mosty/brand-one.yaml"):
        loaded = brand(file)
        assert loaded.playbook is not None
        await service.agree_elsewhere(loaded.playbook, loaded.data, loaded.digest)
        for actor in cast(loaded.playbook).values():
            # Each brand's cast is numbered from one: without the brand they would take each other's accounts.
            account = replace(actor.account(), external=f"{loaded.playbook.id}-{actor.person}")
            await store.run(lambda tx, account=account: tx.save_account(account))  # type: ignore[misc]


_MADE: dict[str, Path] = {}


async def _ready_made() -> Path:
    """A database with everything in it, made once and copied for each test."""
    if "path" not in _MADE:
        path = Path(tempfile.mkdtemp()) / "ready.db"
        empty_database(path)
        store = SqliteStore(path)
        await hired(Service(store, MovableClock(NOW, running=False)), store)
        await store.close()
        _MADE["path"] = path
    return _MADE["path"]


@asynccontextmanager
async def at_the_desk(folder: Path) -> AsyncIterator[Desk]:
    shutil.copy(await _ready_made(), folder / "http.db")
    store, clock = SqliteStore(folder / "http.db"), MovableClock(NOW, running=False)
    service = Service(store, clock)
    # A minute between any two calls: how often somebody may call has its own tests.
    app = build_api(service, store, TOKENS, count(0, 60).__next__)
    transport = ASGITransport(app, raise_app_exceptions=False)
    try:
        async with AsyncClient(transport=transport, base_url="http://soglas") as client:
            yield Desk(app, client, store, service, clock)
    finally:
        await store.close()
