"""Duties over many processes: session advisory locks on a connection kept for them. They end with it.

A process that dies closes its connection. One that is frozen, or whose machine lost its power, says nothing: the server ends
a session that has asked nothing for a while, so whoever is alive asks something every few seconds.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import psycopg
from psycopg import AsyncConnection

_LOOKED_AT_AGAIN = 1.0  # seconds for which a connection that answered is taken as alive
_KEPT_EVERY = 5.0
# By the settings that the server knows: those before version 14 end no idle session, only one whose machine is gone.
_ENDS_WHEN_SILENT = """
SELECT set_config(name, wanted, false) FROM pg_settings JOIN (VALUES
    ('idle_session_timeout', '20s'), ('tcp_keepalives_idle', '5'), ('tcp_keepalives_interval', '5'), ('tcp_keepalives_count', '3')
) AS setting(name, wanted) USING (name)
"""

_Connection = AsyncConnection[tuple[Any, ...]]  # Any: a row of whatever was asked


class PostgresDuties:
    """The duties of this process."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: _Connection | None = None
        self._held: dict[str, float] = {}
        self._turn = asyncio.Lock()
        self._asking: set[asyncio.Task[bool]] = set()
        self._keeping: asyncio.Task[None] | None = None

    async def lead(self, duty: str) -> bool:
        """Takes a duty if nobody has it. Gives whether it is ours; ``False`` as well when the database cannot be asked."""
        # To the end, also when nobody waits for the answer any more: the server counts every lock it grants, and one that is
        # not noted here would stay when the duty is given up.
        asking = asyncio.create_task(self._lead_or_not(duty), name="duty-asking")
        self._asking.add(asking)
        asking.add_done_callback(self._asking.discard)
        return await asyncio.shield(asking)

    async def give_up(self, duty: str) -> None:
        await self._asked()
        async with self._turn:
            if self._held.pop(duty, None) is not None and self._connection is not None:
                with suppress(psycopg.Error):
                    await self._ask(self._connection, "pg_advisory_unlock", duty)

    async def close(self) -> None:
        await self._asked()
        async with self._turn:
            if self._held and self._connection is not None:
                # The server notices a closed connection a moment later; whoever takes over need not wait for that.
                with suppress(psycopg.Error):
                    await self._connection.execute("SELECT pg_advisory_unlock_all()")
            await self._drop()
            if self._keeping is not None:
                self._keeping.cancel()

    async def _asked(self) -> None:
        """What is being asked for may be granted: only then it can be given up."""
        if self._asking:
            await asyncio.wait({*self._asking})

    async def _lead_or_not(self, duty: str) -> bool:
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

    async def _connected(self) -> _Connection:
        if self._connection is None:
            self._connection = await AsyncConnection.connect(
                self._url, autocommit=True, connect_timeout=5, keepalives_idle=5, tcp_user_timeout=10000,
                application_name="soglas duties",
            )  # fmt: skip
            await self._connection.execute(_ENDS_WHEN_SILENT)
            if self._keeping is None or self._keeping.done():
                self._keeping = asyncio.create_task(self._keep(), name="duties-keeping")
        return self._connection

    async def _keep(self) -> None:
        """Says something as long as there is a connection: some duties are asked for only every few minutes."""
        while self._connection is not None:
            await asyncio.sleep(_KEPT_EVERY)
            async with self._turn:
                try:
                    if self._connection is not None:
                        await self._connection.execute("SELECT 1")
                except psycopg.Error:
                    await self._drop()

    async def _ask(self, connection: _Connection, function: str, duty: str) -> bool:
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
