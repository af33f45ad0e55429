"""The connection to Slack: a Bolt app over two overlapping Socket Mode connections, so that a refresh loses no tap."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable
from typing import Any

import aiohttp
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.door import Ack, SlackDoor
from adapters.slack.payload import Body, Kind
from adapters.slack.sender import error_code, is_temporary
from bot.ports import Broken

_ANYTHING = re.compile(".*", re.DOTALL)
_SOCKETS = 2
_PATIENCE = 20.0  # seconds until a socket must stand


class SlackConnection:
    """Listens until it is stopped."""

    def __init__(self, client: AsyncWebClient, app_token: str, door: SlackDoor) -> None:
        self._client, self._app_token, self._door = client, app_token, door
        self._app = AsyncApp(client=client)
        _listen(self._app, door)
        self._handlers: list[AsyncSocketModeHandler] = []

    async def start(self) -> None:
        """Connects. Raises ``Broken`` when Slack accepts a token not, or is not there.

        Both tokens are tried first: Bolt would notice a wrong bot token only at the first tap, and go on for ever with a
        wrong app-level one.
        """
        told = await _checked(self._client.auth_test(), "the bot token (xoxb-…, SOGLAS_SLACK_BOT_TOKEN)")
        await _checked(
            self._client.apps_connections_open(app_token=self._app_token), "the app-level token (xapp-…, SOGLAS_SLACK_APP_TOKEN)"
        )
        self._door.opens_for(str(told.get("team_id") or ""), self._client)
        # Before the sockets: what comes in over them is not what was left over.
        await self._door.resume()
        self._handlers = [AsyncSocketModeHandler(self._app, self._app_token) for _ in range(_SOCKETS)]
        try:
            await asyncio.wait_for(asyncio.gather(*(_connected(handler) for handler in self._handlers)), _PATIENCE)
        except TimeoutError:
            raise Broken("Slack's Socket Mode cannot be reached; check the network, and whether it lets wss through") from None

    async def stop(self) -> None:
        """Finishes what is under way while its acknowledgements can still go out, then closes: closing waits for nothing."""
        await self._door.finish()
        await asyncio.gather(*(_closed(handler) for handler in self._handlers))
        self._handlers = []
        await self._door.finish()


async def _connected(handler: AsyncSocketModeHandler) -> None:
    await handler.connect_async()  # type: ignore[no-untyped-call]


async def _closed(handler: AsyncSocketModeHandler) -> None:
    await handler.close_async()  # type: ignore[no-untyped-call]


# Any: Slack's answers are its own JSON.
async def _checked(request: Awaitable[Any], token: str) -> Any:
    """Slack's answer to a first call with a token; what is wrong is said without the token."""
    try:
        return await request
    except SlackApiError as error:
        code = error_code(error) or "no reason given"
        if is_temporary(error):
            raise Broken(f"Slack cannot be reached now ({code}); try again in a minute") from None
        raise Broken(f"Slack does not accept {token}: {code}") from None
    except (TimeoutError, aiohttp.ClientError, SlackClientError) as error:
        raise Broken(f"Slack cannot be reached ({type(error).__name__}); check the network and SOGLAS_SLACK_API_URL") from None


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
