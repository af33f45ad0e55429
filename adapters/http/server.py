"""Serving an ASGI application inside our own event loop."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from bot.ports import Broken


class PortTaken(Broken):
    """The port cannot be used; ``reason`` is the system's own word for why."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(f"port {port} on {host} cannot be used: {reason}")
        self.reason = reason


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals belong to the process, which stops its parts in order; uvicorn would kill it again."""
        yield


class HttpServer:
    """One application on one port, as a part that starts and stops."""

    def __init__(self, app: ASGIApp, host: str, port: int) -> None:
        self._host, self._port = host, port
        # Logging is set up for the whole process; uvicorn's own would write past it.
        config = uvicorn.Config(
            app, log_config=None, lifespan="off", access_log=False, timeout_graceful_shutdown=1, server_header=False
        )
        self._server = _Server(config)
        self._task: asyncio.Task[None] | None = None
        self._listening: socket.socket | None = None
        self.url = ""

    async def bind(self) -> None:
        """Takes the port, so that one in use is said before anything else starts. Raises ``PortTaken``."""
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        listening = socket.socket(family, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((self._host, self._port))
            # Only a listening socket keeps others away from the port.
            listening.listen(128)
        except OSError as error:
            listening.close()
            raise PortTaken(self._host, self._port, error.strerror or type(error).__name__) from None
        host = f"[{self._host}]" if family is socket.AF_INET6 else self._host
        self.url = f"http://{host}:{listening.getsockname()[1]}"
        self._listening = listening

    async def start(self) -> None:
        """Serves. Raises ``PortTaken`` when the port cannot be used."""
        if self._listening is None:
            await self.bind()
        assert self._listening is not None
        self._task = asyncio.create_task(self._server.serve(sockets=[self._listening]), name="http")
        while not self._server.started and not self._task.done():  # noqa: ASYNC110 (uvicorn has no event to wait for)
            await asyncio.sleep(0.01)

    async def stop(self) -> None:
        """Lets requests that are under way finish, a second at most."""
        self._server.should_exit = True
        if self._task:
            await asyncio.gather(self._task, return_exceptions=True)
        elif self._listening:
            self._listening.close()
