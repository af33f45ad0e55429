"""The HTTP side: one loopback server for the Web API, uploads, response URLs and the WebSocket."""

import asyncio
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from aiohttp import web

from adapters.playground.nastiness import DONE, Blow, Mood
from adapters.playground.slack.arguments import decoded
from adapters.playground.slack.downloads import login, not_found, send, to_login
from adapters.playground.slack.files import Files
from adapters.playground.slack.link import Link
from adapters.playground.slack.records import Call
from adapters.playground.slack.refusal import Refused
from adapters.playground.slack.response_urls import ResponseUrls
from adapters.playground.slack.uploads import Uploads
from adapters.playground.slack.web_api import WebApi
from adapters.playground.slack.workspace import Workspace

Json = dict[str, Any]
BODY_BYTES = 64 * 1024 * 1024
# Downloads are written down among the calls, and can be made to fail, under this name.
DOWNLOAD = "download"
# Close at once with a reset instead of a goodbye (SO_LINGER on, zero seconds).
RESET = struct.pack("ii", 1, 0)
# What a blow writes into the list of calls, where the app got no words at all.
UNANSWERED = Refused("no_answer")
# Slack's 429 always says how long to wait; only a proxy's does not.
REFUSALS = {
    Blow.LIMITED: Refused("ratelimited", status=429, retry_after=1),
    Blow.LIMITED_BARE: Refused("ratelimited", status=429),
    Blow.BROKEN: Refused("internal_error", status=500),
}


class Doors(Protocol):
    """What the server opens its addresses onto."""

    workspace: Workspace
    web_api: WebApi
    uploads: Uploads
    files: Files
    response_urls: ResponseUrls
    link: Link
    mood: Mood


@dataclass(slots=True)
class Trouble:
    """A failure ordered by a test for the next calls of one method."""

    refusal: Refused
    left: int


class Server:
    """Reads requests, lets the right part do the work, writes down every call."""

    def __init__(self, doors: Doors) -> None:
        self.calls: list[Call] = []
        self.troubles: dict[str, list[Trouble]] = {}
        self.lost: list[str] = []
        self.port = 0
        self.is_out = False
        self._doors = doors
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Bind a free port on loopback, or the one it had before it was stopped."""
        app = web.Application(client_max_size=BODY_BYTES)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/upload/v1/{name}", self._upload)
        app.router.add_post("/response/{name}", self._response)
        app.router.add_get("/link/", self._doors.link.serve)
        app.router.add_get("/files-pri/{key}/{name}", self._download)
        app.router.add_get("/files-pri/{key}/download/{name}", self._download)
        app.router.add_get("/login", login)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Close the port and what hangs on it."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]

        def work(params: Json) -> Json:
            token = bearer(request) or params.pop("token", None)
            return self._doors.web_api.perform(method, params, token)

        return await self._answered(request, method, work)

    async def _response(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        return await self._answered(request, "response_url", lambda p: self._doors.response_urls.answer(name, p))

    async def _answered(self, request: web.Request, method: str, work: Callable[[Json], Json]) -> web.StreamResponse:
        params: Json = {}
        refusal: Refused | None = None
        answer: Json = {}
        blow: Blow | None = None
        try:
            params = await decoded(request)
            self._trip(method)
            blow = self._strike(method)
            if blow and blow not in DONE:
                return await self._silence(request, blow, method, params)
            answer = work(params)
        except Refused as no:
            refusal = no
        if blow:
            return await self._silence(request, blow, method, params)
        self._note(method, {key: value for key, value in params.items() if key != "token"}, refusal)
        if method in self.lost:
            self.lost.remove(method)
            reset(request)
        return refused(refusal) if refusal else web.json_response(answer)

    def _strike(self, method: str) -> Blow | None:
        """The blow that leaves this call without an answer; one that is an answer is raised."""
        if self.is_out:
            return Blow.RESET_BEFORE
        blow = self._doors.mood.call(method)
        if blow in REFUSALS:
            raise REFUSALS[blow]
        return blow

    async def _silence(self, request: web.Request, blow: Blow, method: str, params: Json) -> web.Response:
        self._note(method, {key: value for key, value in params.items() if key != "token"}, None if blow in DONE else UNANSWERED)
        if blow in (Blow.HANG_BEFORE, Blow.HANG_AFTER):
            await asyncio.Event().wait()  # until the client gives up: that cancels the handler
        reset(request)
        return web.Response()

    def _trip(self, method: str) -> None:
        """Fail as a test ordered, before anything is done."""
        waiting = self.troubles.get(method)
        if not waiting:
            return
        waiting[0].left -= 1
        trouble = waiting[0]
        if trouble.left == 0:
            waiting.pop(0)
        raise trouble.refusal

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        try:
            return web.Response(text=self._doors.uploads.receive(request.match_info["name"], await file_in(request)))
        except Refused as no:
            return web.Response(status=no.status, text=no.code)

    async def _download(self, request: web.Request) -> web.StreamResponse:
        file_id = request.match_info["key"].partition("-")[2]
        try:
            self._trip(DOWNLOAD)
            if not self._doors.web_api.is_bot(bearer(request)):
                raise Refused("not_authed", status=302)
            file = self._doors.files.find(file_id)
        except Refused as no:
            self._note(DOWNLOAD, {"file": file_id}, no)
            return unserved(request, no)
        self._note(DOWNLOAD, {"file": file_id}, None)
        if DOWNLOAD in self.lost:
            self.lost.remove(DOWNLOAD)
            reset(request)
            return web.Response()
        return await send(request, file, attached="/download/" in request.path)

    def _note(self, method: str, params: Json, refusal: Refused | None) -> None:
        error = refusal.code if refusal else None
        self.calls.append(Call(method, params, self._doors.workspace.now(), refusal is None, error))


def unserved(request: web.Request, refusal: Refused) -> web.Response:
    """What a download gets instead of bytes: a sign-in page, a failure a test ordered, or nothing there."""
    if refusal.code == "not_authed":
        return to_login(request)
    return not_found() if refusal.code.startswith("file_") else refused(refusal)


def bearer(request: web.Request) -> str | None:
    """The token in the Authorization header."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme == "Bearer" else None


def refused(refusal: Refused) -> web.Response:
    """The refusal on the wire."""
    headers = {} if refusal.retry_after is None else {"Retry-After": str(refusal.retry_after)}
    return web.json_response(refusal.body(), status=refusal.status, headers=headers)


async def file_in(request: web.Request) -> bytes:
    """The bytes of an upload, sent as the body or as the one file of a form."""
    if request.content_type != "multipart/form-data":
        return await request.read()
    for value in (await request.post()).values():
        if isinstance(value, web.FileField):
            return value.file.read()
    return b""


def reset(request: web.Request) -> None:
    """Drop the connection as a network would: the client never learns what came of its call."""
    if request.transport is None:
        return
    connection = request.transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    request.transport.abort()
