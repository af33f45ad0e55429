"""Duties over many processes: session advisory locks on a connection kept for them. They end with it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import psycopg
from psycopg import AsyncConnection

_LOOKED_AT_AGAIN = 1.0  # seconds for which a connection that answered is taken as alive


class PostgresDuties:
    """The duties of this process."""

    def __init__(self, url: str) -> None:
        self._url = url
        # Any: a row of whatever was asked.
        self._connection: AsyncConnection[tuple[Any, ...]] | None = None
        self._held: dict[str, float] = {}
        self._turn = asyncio.Lock()

    async def lead(self, duty: str) -> bool:
        """Takes a duty if nobody has it. Gives whether it is ours; ``False`` as well when the database cannot be asked."""
        async with self._turn:
            try:
                return await self._lead(duty)
            except psycopg.Error:
                # Whoever cannot ask must not go on: somebody else may have it by now.
                await self._drop()
                return False

    async def _lead(self, duty: str) -> bool:
        now = asyncio.get_running_loop().time()
        if now - self._held.get(duty, -_LOOKED_AT_AGAIN) < _LOOKED_AT_AGAIN:
            return True
        connection = await self._connected()
        if duty in self._held:
            await connection.execute("SELECT 1")
        elif not await self._ask(connection, "pg_try_advisory_lock", duty):
            return False
        self._held[duty] = now
        return True

    async def give_up(self, duty: str) -> None:
        async with self._turn:
            if self._held.pop(duty, None) is not None and self._connection is not None:
                with suppress(psycopg.Error):
                    await self._ask(self._connection, "pg_advisory_unlock", duty)

    async def close(self) -> None:
        async with self._turn:
            if self._held and self._connection is not None:
                # The server notices a closed connection a moment later; whoever takes over need not wait for that.
                with suppress(psycopg.Error):
                    await self._connection.execute("SELECT pg_advisory_unlock_all()")
            await self._drop()

    async def _connected(self) -> AsyncConnection[tuple[Any, ...]]:
        if self._connection is None:
            self._connection = await AsyncConnection.connect(
                self._url, autocommit=True, connect_timeout=5, keepalives_idle=5, tcp_user_timeout=10000,
                application_name="soglas duties",
            )  # fmt: skip
        return self._connection

    async def _ask(self, connection: AsyncConnection[tuple[Any, ...]], function: str, duty: str) -> bool:
        # Not the names of ``Driver.lock``: those end with a transaction, these with the process.
        asked = await connection.execute(f"SELECT {function}(hashtextextended(%s, 1))", (f"soglas:{duty}",))
        row = await asked.fetchone()
        return bool(row and row[0])

    async def _drop(self) -> None:
        connection, self._connection = self._connection, None
        self._held.clear()
        if connection is not None:
            with suppress(psycopg.Error):
                await connection.close()
