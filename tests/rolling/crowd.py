"""The crowd of the kills, who open their requests over HTTP at whatever process is there."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from random import Random
from uuid import uuid4

import httpx

from tests.kills.crowd import _KINDS, Crowd
from tests.kills.records import Records
from tests.kills.scene import Scene
from tests.rolling.running import Running
from tests.rolling.town import TOKEN

_UNDER_WAY = "SELECT count(*) FROM request WHERE status IN ('open', 'returned')"
_AGAIN, _PATIENCE = 0.1, 10.0


class OverHttp(Crowd):
    """``there`` are the processes that may be asked now."""

    def __init__(
        self,
        scene: Scene,
        random: Random,
        records: Records,
        there: Callable[[], Sequence[Running]],
        *,
        pause: float,
        under_way: int,
    ) -> None:
        super().__init__(scene, random, pause=pause, under_way=under_way)
        self._records, self._there = records, there
        self.by: Counter[str] = Counter()
        self.tries = 0
        self.longest = 0.0

    async def _opens(self) -> None:
        async with httpx.AsyncClient(headers={"Authorization": f"Bearer {TOKEN}"}, timeout=5) as client:
            while not self._is_over:
                for _ in range(self._under_way - int(self._records.rows(_UNDER_WAY)[0][0])):
                    await self._opens_one(client)
                await asyncio.sleep(0.3)

    async def _opens_one(self, client: httpx.AsyncClient) -> None:
        """With a key of its own: asked again when nobody answered, also at another process, it is opened once."""
        by, kind, market = self._random.choice(_KINDS)
        body = {"brand": self._scene.playbook.id, "kind": kind, "market": market, "requested_by": by}
        body |= {"title": f"Title {next(self._words)}", "text": "In the shop."}
        key, begun = uuid4().hex, asyncio.get_running_loop().time()
        while not await self._posted(client, body, key):
            self.tries += 1
            assert asyncio.get_running_loop().time() - begun < _PATIENCE, "nobody opens a request"
            await asyncio.sleep(_AGAIN)
        self.longest = max(self.longest, asyncio.get_running_loop().time() - begun)

    async def _posted(self, client: httpx.AsyncClient, body: dict[str, str], key: str) -> bool:
        door = self._random.choice(self._there())
        try:
            said = await client.post(f"{door.url}/api/requests", json=body, headers={"Idempotency-Key": key})
        except httpx.HTTPError:
            return False
        if said.status_code not in (200, 201):
            assert said.status_code == 503, f"{door.name}: {said.status_code} {said.text}"
            return False
        self.opened.append(str(said.json()["id"]))
        self.by[door.name] += 1
        return True
