"""The HTTP side: reads a request as Telegram's server does, has it carried out, notes it, and answers."""

import asyncio
import socket
import struct

from aiohttp import web

from adapters.playground.nastiness import DONE, Blow, Mood
from adapters.playground.telegram.arguments import decoded, method_named
from adapters.playground.telegram.faults import Faults
from adapters.playground.telegram.files import content
from adapters.playground.telegram.media import LARGEST_UPLOAD_BYTES
from adapters.playground.telegram.methods import carry_out
from adapters.playground.telegram.records import Call, Document
from adapters.playground.telegram.refusal import Refused, too_many
from adapters.playground.telegram.world import World

# Room for the other fields of an upload, so that a file of exactly the largest size still fits.
LARGEST_REQUEST_BYTES = LARGEST_UPLOAD_BYTES + 1024 * 1024
SHUTDOWN_SECONDS = 0.5
# What a blow writes into the list of calls, where the bot got no words at all.
UNANSWERED = "no answer"
_REFUSALS = {
    Blow.LIMITED: too_many(1),
    Blow.LIMITED_BARE: Refused(429, "Too Many Requests"),
    Blow.BROKEN: Refused(500, "Internal Server Error"),
}


class Server:
    """Serves one bot on loopback."""

    def __init__(self, world: World, token: str, mood: Mood) -> None:
        self._world = world
        self._token = token
        self._mood = mood
        self._is_out = False
        self._open: list[web.Request] = []  # a request is not hashable
        self._runner: web.AppRunner | None = None
        self.port = 0
        self.faults = Faults()
        self.calls: list[Call] = []

    async def start(self) -> None:
        """Listens on a free port, or on the one it had before it was stopped."""
        app = web.Application(client_max_size=LARGEST_REQUEST_BYTES)
        app.router.add_route("*", "/bot{token:[^/]*}/{method:.*}", self._serve)
        app.router.add_get("/file/bot{token:[^/]*}/{path:.*}", self._download)
        self._world.updates.open()
        # A poll whose client has gone must end, or it would meet the next one as a second poller.
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=SHUTDOWN_SECONDS)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Ends an open long poll with an empty answer and closes the port."""
        self._world.updates.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _serve(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        params: dict[str, object] = {}
        at = self._world.now()
        self._open.append(request)
        try:
            self._check_token(request)
            method = method_named(method)
            params = await _fields(request)
            params = decoded(method, params)
            self.faults.check(method)
            blow = self._strike(method, request)
            if blow and blow not in DONE:
                return await self._silence(request, blow, Call(method, params, at, ok=False, error=UNANSWERED))
            result = await carry_out(self._world, method, params)
        except Refused as refusal:
            self.calls.append(Call(method, params, at, ok=False, error=refusal.description))
            return web.json_response(refusal.body(), status=refusal.status)
        finally:
            self._open = [one for one in self._open if one is not request]
        call = Call(method, params, at, ok=True)
        if blow:
            return await self._silence(request, blow, call)
        self.calls.append(call)
        if self.faults.loses(method):
            _reset(request)
        return web.json_response({"ok": True, "result": result})

    def go_out(self) -> None:
        """Out of the bot's reach: calls under way break off, later ones are never heard."""
        self._is_out = True
        for request in self._open:
            _reset(request)

    def come_back(self) -> None:
        self._is_out = False

    def _strike(self, method: str, request: web.Request) -> Blow | None:
        """The blow that leaves this call without an answer; one that is an answer is raised."""
        if self._is_out or request.transport is None:
            return Blow.RESET_BEFORE
        blow = self._mood.call(method)
        if blow in _REFUSALS:
            due = _REFUSALS[blow]
            raise Refused(due.status, due.description, retry_after=due.retry_after)
        return blow

    async def _silence(self, request: web.Request, blow: Blow, call: Call) -> web.Response:
        self.calls.append(call)
        if blow in (Blow.HANG_BEFORE, Blow.HANG_AFTER):
            await asyncio.Event().wait()  # until the client gives up: that cancels the handler
        _reset(request)
        return web.Response()

    async def _download(self, request: web.Request) -> web.Response:
        try:
            self._check_token(request)
            file = self._world.paths.get(request.match_info["path"])
            if file is None:
                raise Refused(404, "Not Found")
        except Refused as refusal:
            return web.json_response(refusal.body(), status=refusal.status)
        return web.Response(body=content(file), content_type="application/octet-stream")

    def _check_token(self, request: web.Request) -> None:
        if request.match_info["token"] != self._token:
            raise Refused(401, "Unauthorized")


async def _fields(request: web.Request) -> dict[str, object]:
    """The arguments from the address and the body, in any of the four forms Telegram reads."""
    fields: dict[str, object] = dict(request.query)
    try:
        if request.content_type == "application/json":
            fields.update(await request.json())
        else:
            for name, value in (await request.post()).items():
                fields[name] = _field(value)
    except web.HTTPRequestEntityTooLarge as error:
        raise Refused(413, "Request Entity Too Large") from error
    except ValueError as error:
        raise Refused(400, "Bad Request: can't parse the body of the request") from error
    return fields


def _field(value: object) -> object:
    if isinstance(value, web.FileField):
        return Document(value.filename, value.file.read(), value.content_type)
    return value.decode() if isinstance(value, bytes | bytearray) else value


def _reset(request: web.Request) -> None:
    """Breaks the connection off, so that the client cannot know whether it was heard."""
    transport = request.transport
    if transport is None:
        return
    endpoint = transport.get_extra_info("socket")
    # Linger of zero seconds: the close is a reset and not a polite end.
    endpoint.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
