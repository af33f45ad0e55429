"""Two sockets to Slack, kept up for ever. A socket that is over, silent or deaf is replaced: the next one is opened first.

Slack's own client closes the old socket before it opens the next one, goes on for ever with an address that has expired,
and believes a socket alive that delivers nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any
from weakref import WeakSet

import aiohttp
import structlog
from slack_bolt import BoltResponse
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.echoes import Echoes
from adapters.slack.line import Line, NotGreeted

log = structlog.get_logger("soglas.slack")
_SOCKETS = 2
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0  # seconds between two tries
_AFTER_TOO_MANY = 30.0
_TICK = 1.0
_SHORT = 5.0
_IDLE_FOR = 1800.0  # a socket over which nothing has come for so long is not trusted any more
_YOUNG, _RENEWALS_APART = 30.0, 300.0
_KEEPALIVE = 60.0
_FAREWELLS, _FAREWELL = ("warning", "refresh_requested"), 12.0
_FAILURES = (SlackApiError, SlackClientError, aiohttp.ClientError, OSError, TimeoutError)


class Sockets:
    """``standing`` is called every second in which at least one socket stands."""

    def __init__(
        self, app: AsyncApp, client: AsyncWebClient, token: str, echoes: Echoes, standing: Callable[[bool], Awaitable[None]]
    ) -> None:
        self._app, self._client, self._token, self._echoes, self._standing = app, client, token, echoes, standing
        self._lines: list[Line | None] = [None] * _SOCKETS
        self._tasks: list[asyncio.Task[None]] = []
        self._closing: set[asyncio.Task[None]] = set()
        self._first = asyncio.Event()
        self._renewed = -_RENEWALS_APART
        self._mine: WeakSet[Line] = WeakSet()
        self._is_suspicious = False  # until a successor's hello says whether others listen, too

    async def start(self, patience: float) -> bool:
        """Begins; ``False`` when no socket stands after so many seconds. It goes on trying all the same."""
        self._tasks = [asyncio.create_task(self._keep(place), name=f"slack-sockets-{place}") for place in range(_SOCKETS)]
        self._tasks.append(asyncio.create_task(self._watch(), name="slack-sockets-watch"))
        with suppress(TimeoutError):
            await asyncio.wait_for(self._first.wait(), patience)
        return self._first.is_set()

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for task in self._closing:
            task.cancel()
        await asyncio.gather(*(line.close() for line in self._lines if line), *self._closing, return_exceptions=True)
        self._lines, self._tasks = [None] * _SOCKETS, []

    @property
    def stand(self) -> bool:
        """Whether anything can come in."""
        return any(line is not None and line.is_open for line in self._lines)

    async def _keep(self, place: int) -> None:
        """Never ends by itself."""
        failures = 0
        while True:
            try:
                line = await self._opened()
            except _FAILURES as error:
                failures += 1
                await asyncio.sleep(_pause(error, failures))
                continue
            before, self._lines[place] = self._lines[place], line
            self._first.set()
            self._say_why(line)
            self._let_go(before)
            await line.over.wait()
            log.info("socket_over", reason=line.reason)
            # Slack takes sockets back and then closes them; one that only breaks off at once would be opened in a hot loop.
            lived = asyncio.get_running_loop().time() - line.opened
            failures = failures + 1 if line.reason == "closed" and lived < _SHORT else 0
            await asyncio.sleep(max(_after(line.reason), _backed_off(failures) if failures else 0.0))

    async def _opened(self) -> Line:
        answer = await self._client.apps_connections_open(app_token=self._token)
        line = Line(self._client, self._answer, self._echoes.heard)
        try:
            await line.open(str(answer["url"]))
        except BaseException:
            await line.close()
            raise
        self._mine.add(line)
        return line

    async def _answer(self, request: SocketModeRequest) -> BoltResponse:
        answer: BoltResponse = await run_async_bolt_app(self._app, request)
        return answer

    def _let_go(self, line: Line | None) -> None:
        if line is not None:
            # Slack closes a socket it has said farewell to by itself, once everything on the way has come.
            task = asyncio.create_task(line.close(linger=_FAREWELL if line.reason in _FAREWELLS else 0.0))
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        asked = loop.time()
        while True:
            try:
                await self._standing(self.stand)
                self._distrust(loop.time())
                if loop.time() - asked >= _KEEPALIVE:
                    asked = loop.time()
                    # The one thing that is said to keep an idle socket from going deaf (slackapi/bolt-python#1529).
                    await self._client.auth_test()
            except _FAILURES as error:
                log.warning("keepalive_failed", error=type(error).__name__)
            except Exception:
                # Not Slack's fault (a full disk, say). Without this loop nobody would notice a deaf socket.
                log.exception("watch_failed")
            await asyncio.sleep(_TICK)

    def _distrust(self, now: float) -> None:
        """Which of the sockets is deaf nothing tells: all that were there are replaced, but not over and over."""
        lines = [line for line in self._lines if line is not None]
        suspects = [line for line in lines if now - line.opened > _YOUNG]
        if self._echoes.are_missing(now) and suspects and now - self._renewed > _RENEWALS_APART:
            self._renewed = now
            self._is_suspicious = True
            for line in suspects:
                line.end("deaf")
        for line in lines:
            if now - line.last_heard > _IDLE_FOR:
                line.end("idle")

    def _say_why(self, successor: Line) -> None:
        """Sockets of other processes get echoes as well: while there are any, one that is missing here says little."""
        if not self._is_suspicious:
            return
        self._is_suspicious = False
        others = successor.connections - sum(line.is_open for line in self._mine)
        if others > 0:
            log.info("sockets_renewed", others=others)
        else:
            log.warning("deaf_socket", mend="its successor is open; nothing to do")


# Any: Slack's answers are its own JSON.
def _pause(error: Exception, failures: int) -> float:
    """Says why no socket could be opened; gives how many seconds to wait."""
    answer: Any = getattr(error, "response", None)
    code = str(answer.get("error", "")) if hasattr(answer, "get") else ""
    reason = str(error) if isinstance(error, NotGreeted) else code
    log.warning("no_socket", error=reason or type(error).__name__, failures=failures)
    after = float(answer.headers.get("Retry-After", 0)) if code == "ratelimited" else _after(reason)
    return max(after, _backed_off(failures))


def _backed_off(failures: int) -> float:
    return min(_FIRST_PAUSE * 2.0 ** min(failures - 1, 10), _LONGEST_PAUSE)


def _after(reason: str) -> float:
    """How long to leave Slack alone after a socket that ended for this reason."""
    if reason == "too_many_websockets":
        log.warning("too_many_sockets", mend="ten for an app is all Slack allows: stop other processes with this token")
        return _AFTER_TOO_MANY
    if reason == "link_disabled":
        log.error("socket_mode_is_off", mend="switch Socket Mode on again on Slack's page of the app")
        return _AFTER_TOO_MANY
    return 0.0
