"""Hearing of other processes' commits. A hint only: whoever listens looks at the table now and then anyway."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import psycopg
import structlog
from psycopg import AsyncConnection

from storage.postgres_driver import CHANNEL

log = structlog.get_logger("soglas.storage")
_PAUSE = 2.0


class Listener:
    """Listens on a connection of its own, and makes it again when it is lost."""

    def __init__(self, url: str, name: str) -> None:
        self._url, self._name = url, name
        self._task: asyncio.Task[None] | None = None

    def start(self, woken: Callable[[], None]) -> None:
        self._task = asyncio.create_task(self._listen(woken), name="soglas-listener")

    async def stop(self) -> None:
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _listen(self, woken: Callable[[], None]) -> None:
        while True:
            try:
                await self._hear(woken)
            except (psycopg.Error, OSError) as error:
                log.warning("not_listening", error=type(error).__name__)
                await asyncio.sleep(_PAUSE)

    async def _hear(self, woken: Callable[[], None]) -> None:
        connection = await AsyncConnection.connect(
            self._url, autocommit=True, connect_timeout=5, keepalives_idle=10, application_name="soglas listener"
        )
        async with connection:
            await connection.execute(f"LISTEN {CHANNEL}")
            # What was committed while nobody listened.
            woken()
            async for heard in connection.notifies():
                if heard.payload != self._name:
                    woken()
