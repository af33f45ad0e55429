"""Socket Mode: tickets, open sockets, envelopes and the acknowledgements that answer them."""

import asyncio
import itertools
import json
import time
import uuid
from typing import Any

from aiohttp import WSMsgType, web

from adapters.playground.slack.records import Acked
from adapters.playground.slack.workspace import APP_ID

ACK_SECONDS = 3.0
MOST_SOCKETS = 10
# A peer that does not answer the closing handshake must not hold up stop().
CLOSE_SECONDS = 0.3
Json = dict[str, Any]


class Link:
    """Hands each envelope to any one open socket and waits for its acknowledgement."""

    def __init__(self) -> None:
        self.sockets: list[web.WebSocketResponse] = []
        self._tickets: set[str] = set()
        self._waiting: dict[str, asyncio.Future[Any]] = {}
        self._turn = itertools.count()
        self._opened = asyncio.Event()
        self._deaf: set[web.WebSocketResponse] = set()
        self.is_down = False
        self.most_sockets = MOST_SOCKETS

    def ticket(self) -> str:
        """Good for one socket."""
        ticket = str(uuid.uuid4())
        self._tickets.add(ticket)
        return ticket

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One socket from its handshake to its end."""
        if self.is_down:
            return web.Response(status=503)
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=403, text="invalid ticket")
        self._tickets.remove(ticket)
        socket = web.WebSocketResponse(timeout=CLOSE_SECONDS)
        await socket.prepare(request)
        if len(self.sockets) >= self.most_sockets:
            await self._dismiss(socket, "too_many_websockets")
            return socket
        self.sockets.append(socket)
        await socket.send_json(self._hello())
        self._opened.set()
        try:
            await self._listen(socket)
        finally:
            self._forget(socket)
        return socket

    async def deliver(self, kind: str, payload: Json, *, attempt: int | None = None, patience: float = 0.0) -> Acked:
        """Send one envelope; `attempt` is given for events, `patience` is how long to wait for a socket."""
        started = time.monotonic()
        envelope = {
            "envelope_id": str(uuid.uuid4()),
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind == "slash_commands" or payload.get("type") == "view_submission",
        }
        if attempt is not None:
            envelope |= {"retry_attempt": attempt, "retry_reason": "timeout" if attempt else ""}
        ok, answer = await self._answered(envelope, patience)
        return Acked(ok, time.monotonic() - started, answer)

    async def disconnect(self, reason: str) -> None:
        """Slack renews a socket: it says so and closes it; the other ones stay. A warning comes some seconds before."""
        if not self.sockets:
            return
        socket = self.sockets[0]
        if reason == "warning":
            await socket.send_json(_farewell(reason))
            return
        self._forget(socket)
        await self._dismiss(socket, reason)

    def deafen(self) -> None:
        """The oldest socket stays open and answers pings, but whatever goes over it from now on arrives nowhere."""
        self._deaf.update(self.sockets[:1])

    async def cut(self) -> None:
        """Every socket breaks off, without a word."""
        sockets, self.sockets = self.sockets, []
        self._opened.clear()
        for socket in sockets:
            if socket._req is not None and socket._req.transport is not None:
                socket._req.transport.abort()

    async def close(self) -> None:
        """Close every socket, all at once; nobody waits for an acknowledgement any longer."""
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(ConnectionError("the stand-in stops"))
        sockets, self.sockets = self.sockets, []
        await asyncio.gather(*(socket.close() for socket in sockets), return_exceptions=True)

    async def _answered(self, envelope: Json, patience: float) -> tuple[bool, Any]:
        socket = await self._pick(patience)
        if socket is None:
            return False, None
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[envelope["envelope_id"]] = answer
        try:
            if socket not in self._deaf:
                await socket.send_json(envelope)
            return True, await asyncio.wait_for(answer, ACK_SECONDS)
        except (TimeoutError, ConnectionError):
            return False, None
        finally:
            del self._waiting[envelope["envelope_id"]]

    async def _pick(self, patience: float) -> web.WebSocketResponse | None:
        if not self.sockets:
            try:
                await asyncio.wait_for(self._opened.wait(), patience)
            except TimeoutError:
                return None
        return self.sockets[next(self._turn) % len(self.sockets)] if self.sockets else None

    async def _listen(self, socket: web.WebSocketResponse) -> None:
        async for frame in socket:
            if frame.type is WSMsgType.TEXT:
                self._acknowledge(frame.data)

    def _acknowledge(self, text: str) -> None:
        try:
            frame = json.loads(text)
        except ValueError:
            return
        answer = self._waiting.get(frame.get("envelope_id", "")) if isinstance(frame, dict) else None
        if answer is not None and not answer.done():
            answer.set_result(frame.get("payload"))

    def _forget(self, socket: web.WebSocketResponse) -> None:
        if socket in self.sockets:
            self.sockets.remove(socket)
        self._deaf.discard(socket)
        if not self.sockets:
            self._opened.clear()

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.sockets),
            "debug_info": {"host": "applink-1", "build_number": 1, "approximate_connection_time": 18060},
            "connection_info": {"app_id": APP_ID},
        }

    async def _dismiss(self, socket: web.WebSocketResponse, reason: str) -> None:
        await socket.send_json(_farewell(reason))
        await socket.close()


def _farewell(reason: str) -> Json:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-1"}}
