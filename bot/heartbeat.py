"""A sign of life to a service outside that raises the alarm when it does not come: the one thing nobody here can notice.

A plain GET, because every such service understands that; bad news are told by silence. The address is a secret (whoever
knows it can give signs of life) and may be a private one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import aiohttp
import structlog

log = structlog.get_logger("soglas.heartbeat")
_PATIENCE = 10.0  # seconds for each try
_PAUSES = (2.0, 5.0)  # seconds between the tries


class Heartbeat:
    """Gives signs of life to an address; without one it does nothing."""

    def __init__(self, url: str = "", patience: float = _PATIENCE, pauses: Sequence[float] = _PAUSES) -> None:
        self._url, self._patience, self._pauses = url, patience, pauses

    async def beat(self) -> bool:
        """Gives one sign; ``False`` when it did not arrive. Never raises: this must not stop what it watches."""
        if not self._url:
            return False
        problem = ""
        for pause in (*self._pauses, None):
            problem = await self._asked()
            if not problem or pause is None:
                break
            await asyncio.sleep(pause)
        if problem:
            log.warning("heartbeat_not_heard", error=problem)
        return not problem

    async def _asked(self) -> str:
        """What went wrong, without the address; empty when it was heard."""
        try:
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(self._patience)) as session,
                session.get(self._url) as answer,
            ):
                return "" if answer.ok else f"status-{answer.status}"
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            return type(error).__name__
