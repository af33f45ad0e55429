"""Serving an ASGI application inside our own event loop."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from bot.ports import Broken


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals belong to the process, which stops its parts in order; uvicorn would kill it again."""
        yield


class HttpServer:
    """One application on one port, as a part that starts and stops."""

    def __init__(self, app: ASGIApp, host: str, port: int) -> None:
        self._host, self._port = host, port
        config = uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=1, server_header=False)
        self._server = _Server(config)
        self._task: asyncio.Task[None] | None = None
        self._listening: socket.socket | None = None
        self.url = ""

    async def bind(self) -> None:
        """Takes the port, so that one in use is said before anything else starts. Raises ``Broken``."""
        listening = socket.socket(socket.AF_INET6 if ":" in self._host else socket.AF_INET, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((self._host, self._port))
        except OSError as error:
            listening.close()
            raise Broken(f"port {self._port} on {self._host} cannot be used: {error.strerror}") from None
        self.url = f"http://{self._host}:{listening.getsockname()[1]}"
        self._listening = listening

    async def start(self) -> None:
        """Serves. Raises ``Broken`` when the port cannot be used."""
        if self._listening is None:
            await self.bind()
        assert self._listening is not None
        self._task = asyncio.create_task(self._server.serve(sockets=[self._listening]), name="http")
        while not self._server.started and not self._task.done():
            await asyncio.sleep(0.01)

    async def stop(self) -> None:
        """Lets requests that are under way finish, a second at most."""
        self._server.should_exit = True
        if self._task:
            await asyncio.gather(self._task, return_exceptions=True)
        elif self._listening:
            self._listening.close()
