"""Slack's other way in: it delivers to an address of ours, and signs what it delivers.

The same listeners as over sockets. Any number of processes may serve the address.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from urllib.parse import parse_qs

import structlog
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from adapters.over_http import OverHttp, closed, misdirected, not_written_down
from adapters.slack.connection import _checked, _listen
from adapters.slack.door import SlackDoor
from bot.ports import Broken, TryLater

log = structlog.get_logger("soglas.slack")
PREFIX = "/slack"
PATH = f"{PREFIX}/events"
_CHECKED_FIRST = "the bot token (xoxb-…, SOGLAS_SLACK_BOT_TOKEN)"
_BEAT, _FIRST_PAUSE, _LONGEST_PAUSE = 10.0, 1.0, 30.0


class SlackHttp(OverHttp[SlackDoor]):
    """An application for ``POST`` to ``PATH``: events, taps, forms and commands all come to this one address."""

    def __init__(self, client: AsyncWebClient, signing_secret: str, door: SlackDoor) -> None:
        super().__init__(door)
        self._client = client
        # Without this, Bolt acknowledges an event before any listener has seen it: it could not be written down first.
        app = AsyncApp(client=client, signing_secret=signing_secret, process_before_response=True)
        _listen(app, door)
        self._handler = AsyncSlackRequestHandler(app)
        self._verifier = SignatureVerifier(signing_secret)
        self._since: datetime | None = None

    async def start(self) -> None:
        """Opens. Raises ``Broken`` when Slack does not accept the bot token; where it cannot be reached, it goes on trying."""
        try:
            await self._connect()
        except TryLater as error:
            log.warning("not_connected", error=str(error), mend="check the network and SOGLAS_SLACK_API_URL")
        self._keep_up("slack-http")

    async def _answer(self, request: Request) -> Response:
        if refused := misdirected(request, PATH):
            return refused
        body = await request.body()
        # Before Bolt sees it: Bolt reads the body first and verifies it afterwards.
        if not self._is_signed(body, request):
            return Response(status_code=200) if _is_ssl_check(body) else PlainTextResponse("not from Slack", 401)
        if not self._open:
            return closed()
        try:
            return await self._handler.handle(request)
        except Exception as error:
            log.error("not_received", error=type(error).__name__)
            return not_written_down()

    def _is_signed(self, body: bytes, request: Request) -> bool:
        """By Slack, in the last five minutes. What is not even text or a number is not signed either."""
        when, signature = request.headers.get("x-slack-request-timestamp"), request.headers.get("x-slack-signature")
        try:
            return self._verifier.is_valid(body, when, signature)
        except (ValueError, TypeError):
            return False

    async def _connect(self) -> None:
        told = await _checked(self._client.auth_test(), _CHECKED_FIRST)
        self._door.opens_for(str(told.get("team_id") or ""), self._client)
        await self._door.resume()
        self._open = True

    async def _keep(self) -> None:
        failures = 0
        while True:
            try:
                await self._serving()
                failures = 0
            except (TryLater, Broken) as error:
                failures += 1
                log.warning("not_connected", error=str(error), failures=failures)
            except Exception:
                # Not Slack's fault (a full disk, say).
                failures += 1
                log.exception("not_kept", failures=failures)
            await asyncio.sleep(min(_FIRST_PAUSE * 2.0 ** min(failures, 10), _LONGEST_PAUSE) if failures else _BEAT)

    async def _serving(self) -> None:
        """Slack does not tell whether it gets through: what is known is that this process was there."""
        if not self._open:
            await self._connect()
        now = self._door.watch.now()
        begun, self._since = self._since or now, now
        await self._door.watch.reached(begun)


class SlackOutgoing:
    """For a process that only sends: the deliveries come in elsewhere."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def start(self) -> None:
        """Checks the token. Raises ``Broken`` when it is not accepted; where Slack cannot be reached, sending tries again."""
        try:
            await _checked(self._client.auth_test(), _CHECKED_FIRST)
        except TryLater as error:
            log.warning("not_connected", error=str(error), mend="check the network and SOGLAS_SLACK_API_URL")

    @property
    def connected(self) -> bool:
        """Nothing arrives here, nor has to."""
        return True

    async def stop(self) -> None:
        """Nothing stays open."""


def _is_ssl_check(body: bytes) -> bool:
    """Slack looks at the certificate with a request it does not sign; nothing is done for it."""
    return parse_qs(body[:1000].decode("latin-1")).get("ssl_check") == ["1"]
