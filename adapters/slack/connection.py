"""The connection to Slack: a Bolt app over overlapping Socket Mode connections, so that a refresh loses no tap."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable
from datetime import datetime
from typing import Any

import aiohttp
import structlog
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.door import Ack, SlackDoor
from adapters.slack.payload import Body, Kind
from adapters.slack.sender import error_code, is_temporary
from adapters.slack.sockets import Sockets
from bot.ports import Broken, TryLater

log = structlog.get_logger("soglas.slack")
_ANYTHING = re.compile(".*", re.DOTALL)
_PATIENCE = 10.0  # seconds the start waits for the first socket
_FIRST_PAUSE, _LONGEST_PAUSE, _AFTER_BAD_TOKEN = 1.0, 30.0, 60.0


class SlackConnection:
    """Listens until it is stopped."""

    def __init__(self, client: AsyncWebClient, app_token: str, door: SlackDoor) -> None:
        self._client, self._app_token, self._door = client, app_token, door
        # Before: Bolt would otherwise acknowledge an event before anybody has written it down.
        self._app = AsyncApp(client=client, process_before_response=True)
        _listen(self._app, door)
        self._sockets = Sockets(self._app, client, app_token, door.echoes, self._standing)
        self._standing_since: datetime | None = None
        self._coming: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Connects. Raises ``Broken`` when Slack accepts a token not.

        Where Slack cannot be reached it goes on trying in the background: a server that boots before its network comes up
        by itself, and the other messenger works meanwhile.
        """
        try:
            await self._connect()
        except TryLater as error:
            log.warning("not_connected", error=str(error), mend="check the network and SOGLAS_SLACK_API_URL")
            self._coming = asyncio.create_task(self._come_up(), name="slack-coming")

    @property
    def connected(self) -> bool:
        """Whether taps arrive: a socket stands."""
        return self._standing_since is not None

    async def stop(self) -> None:
        """Finishes what is under way while its acknowledgements can still go out, then closes: closing waits for nothing."""
        if self._coming is not None:
            self._coming.cancel()
            await asyncio.gather(self._coming, return_exceptions=True)
        await self._door.finish()
        await self._sockets.stop()
        await self._door.finish()
        await self._door.watch.rest()

    async def _connect(self) -> None:
        """Both tokens are tried first: Bolt would notice a wrong bot token only at the first tap."""
        told = await _checked(self._client.auth_test(), "the bot token (xoxb-…, SOGLAS_SLACK_BOT_TOKEN)")
        await _checked(
            self._client.apps_connections_open(app_token=self._app_token), "the app-level token (xapp-…, SOGLAS_SLACK_APP_TOKEN)"
        )
        self._door.opens_for(str(told.get("team_id") or ""), self._client)
        # Before the sockets: what comes in over them is not what was left over.
        await self._door.resume()
        if not await self._sockets.start(_PATIENCE):
            log.warning("no_socket_yet", mend="check whether the network lets wss through")

    async def _come_up(self) -> None:
        failures = 0
        while True:
            await asyncio.sleep(min(_FIRST_PAUSE * 2.0 ** min(failures, 10), _LONGEST_PAUSE))
            failures += 1
            try:
                await self._connect()
            except TryLater as error:
                log.warning("not_connected", error=str(error), failures=failures)
            except Broken:
                log.error("token_not_accepted", mend="copy the tokens again from Slack's page of the app and restart")
                await asyncio.sleep(_AFTER_BAD_TOKEN)
            except Exception:
                # Not Slack's fault (a full disk, say): said, and tried again.
                log.exception("not_connected", failures=failures)
            else:
                return

    async def _standing(self, stands: bool) -> None:
        """Every second: whether anything can come in. Slack delivers a tap at once or never."""
        if not stands:
            self._standing_since = None
            return
        now = self._door.watch.now()
        begun, self._standing_since = self._standing_since or now, now
        await self._door.watch.reached(begun)


# Any: Slack's answers are its own JSON.
async def _checked(request: Awaitable[Any], token: str) -> Any:
    """Slack's answer to a first call with a token; what is wrong is said without the token."""
    try:
        return await request
    except SlackApiError as error:
        code = error_code(error) or "no reason given"
        if is_temporary(error):
            raise TryLater(0, code) from None
        raise Broken(f"Slack does not accept {token}: {code}") from None
    except (TimeoutError, aiohttp.ClientError, SlackClientError) as error:
        raise TryLater(0, type(error).__name__) from None


def _listen(app: AsyncApp, door: SlackDoor) -> None:
    """Registers the listeners. Each kind has a catch-all, or an old message's button would show Slack's own warning."""

    @app.action(_ANYTHING)
    async def tapped(ack: Ack, body: Body) -> None:
        await door.receive(Kind.TAP, ack, body)

    @app.view(_ANYTHING)
    async def submitted(ack: Ack, body: Body) -> None:
        await door.receive(Kind.VIEW, ack, body)

    @app.command(_ANYTHING)
    async def commanded(ack: Ack, body: Body) -> None:
        await door.receive(Kind.COMMAND, ack, body)

    @app.shortcut(_ANYTHING)
    async def asked(ack: Ack, body: Body) -> None:
        await door.receive(Kind.SHORTCUT, ack, body)

    @app.event(_ANYTHING)
    async def happened(ack: Ack, body: Body) -> None:
        await door.hear(ack, body)

    @app.view_closed(_ANYTHING)
    @app.options(_ANYTHING)
    async def heard(ack: Ack) -> None:
        await ack()
