"""One Socket Mode connection, from Slack's hello to its end. It is never mended: see ``sockets``."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import structlog
from slack_bolt import BoltResponse
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

log = structlog.get_logger("soglas.slack")
_PING_SECONDS = 5.0  # a half-open socket is noticed within one and a half of these
_GREETING, _ACKNOWLEDGING = 10.0, 3.5  # seconds

Envelope = dict[str, Any]  # Any: what comes over a socket is Slack's own JSON
Answers = Callable[[SocketModeRequest], Awaitable[BoltResponse]]


class NotGreeted(ConnectionError):
    """Slack sent the socket away, or said nothing at all."""


class Line:
    """Hands each envelope to ``answers`` and acknowledges it with what that gives. ``over`` is set when it is to be replaced."""

    def __init__(self, client: AsyncWebClient, answers: Answers, heard: Callable[[Envelope], None]) -> None:
        self._client, self._answers, self._heard = client, answers, heard
        self.over = asyncio.Event()
        self.reason = ""
        self.last_heard = self.opened = 0.0
        self.connections = 0  # of the whole app, this one among them, as Slack said in its hello
        self._greeted = asyncio.Event()
        self._web = aiohttp.ClientSession()
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._reading: asyncio.Task[None] | None = None
        self._under_way: set[asyncio.Task[None]] = set()

    @property
    def is_open(self) -> bool:
        """Whether something can still come over it."""
        return self._greeted.is_set() and self._socket is not None and not self._socket.closed

    async def open(self, url: str) -> None:
        """Connects, and waits for Slack's hello: before that nothing is delivered."""
        ssl = self._client.ssl if self._client.ssl is not None else True
        self._socket = await self._web.ws_connect(url, heartbeat=_PING_SECONDS, proxy=self._client.proxy, ssl=ssl)
        self._reading = asyncio.create_task(self._read(self._socket), name="slack-socket")
        greeted, over = asyncio.create_task(self._greeted.wait()), asyncio.create_task(self.over.wait())
        await asyncio.wait((greeted, over), timeout=_GREETING, return_when=asyncio.FIRST_COMPLETED)
        greeted.cancel()
        over.cancel()
        if not self._greeted.is_set():
            raise NotGreeted(self.reason or "no hello")
        self.opened = self.last_heard = asyncio.get_running_loop().time()

    def end(self, reason: str) -> None:
        """It is to be replaced."""
        self.reason = self.reason or reason
        self.over.set()

    async def close(self, linger: float = 0.0) -> None:
        """What has come over it is acknowledged first, while Slack waits for that. For ``linger`` seconds Slack may close it."""
        try:
            if linger and self._reading is not None:
                await asyncio.wait((self._reading,), timeout=linger)
            if self._under_way and self.is_open:
                await asyncio.wait(self._under_way, timeout=_ACKNOWLEDGING)
        finally:
            await self._closed()

    async def _closed(self) -> None:
        if self._socket is not None:
            await self._socket.close()
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)
        await self._web.close()

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        try:
            async for frame in socket:
                if frame.type is aiohttp.WSMsgType.TEXT:
                    self._take(frame.data)
        except Exception as error:
            log.warning("socket_failed", error=type(error).__name__)
        finally:
            self.end("closed")

    def _take(self, written: str) -> None:
        try:
            envelope = json.loads(written)
        except ValueError:
            return
        self.last_heard = asyncio.get_running_loop().time()
        self._heard(envelope)
        if envelope.get("type") == "hello":
            self.connections = int(envelope.get("num_connections") or 0)
            self._greeted.set()
        elif envelope.get("type") == "disconnect":
            self.end(str(envelope.get("reason") or "disconnect"))
        elif request := SocketModeRequest.from_dict(envelope):
            task = asyncio.create_task(self._handle(request))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def _handle(self, request: SocketModeRequest) -> None:
        """Not acknowledged, Slack shows a warning to whoever tapped, and delivers an event again."""
        try:
            answer = await self._answers(request)
            if answer.status == 200 and self._socket is not None:
                told = SocketModeResponse(request.envelope_id, _payload(answer))
                await self._socket.send_str(json.dumps(told.to_dict()))
        except Exception as error:
            log.warning("not_acknowledged", error=type(error).__name__)


def _payload(answer: BoltResponse) -> dict[str, Any] | None:
    """What travels in the acknowledgement."""
    if not answer.body:
        return None
    is_json = (answer.headers.get("content-type") or [""])[0].startswith("application/json")
    return dict(json.loads(answer.body)) if is_json else {"text": answer.body}
