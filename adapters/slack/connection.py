"""The connection to Slack: a Bolt app over two overlapping Socket Mode connections, so that a refresh loses no tap."""

from __future__ import annotations

import re

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.door import Ack, Body, SlackDoor
from bot.ports import Broken

_ANYTHING = re.compile(".*", re.DOTALL)
_SOCKETS = 2


class SlackConnection:
    """Listens until it is stopped."""

    def __init__(self, client: AsyncWebClient, app_token: str, door: SlackDoor) -> None:
        self._client, self._door = client, door
        self._app = AsyncApp(client=client)
        _listen(self._app, door)
        self._handlers = [AsyncSocketModeHandler(self._app, app_token) for _ in range(_SOCKETS)]

    async def start(self) -> None:
        """Connects. Raises ``Broken`` when Slack does not accept the bot's token: Bolt would notice only at the first tap."""
        answer = await self._client.auth_test()
        if not answer.get("ok"):
            raise Broken("Slack does not accept the bot's token")
        for handler in self._handlers:
            await handler.connect_async()  # type: ignore[no-untyped-call]
        await self._door.resume()

    async def stop(self) -> None:
        """Closes the sockets first, then waits for what is under way: closing alone waits for nothing."""
        await self._door.finish()
        for handler in self._handlers:
            await handler.close_async()  # type: ignore[no-untyped-call]
        await self._door.finish()


def _listen(app: AsyncApp, door: SlackDoor) -> None:
    """Registers the listeners. Each kind has a catch-all, or an old message's button would show Slack's own warning."""

    @app.action(_ANYTHING)
    async def tapped(ack: Ack, body: Body) -> None:
        await door.tapped(ack, body)

    @app.view(_ANYTHING)
    async def submitted(ack: Ack, body: Body) -> None:
        await door.submitted(ack, body)

    @app.event("message")
    async def wrote(ack: Ack, body: Body) -> None:
        await door.wrote(ack, body)

    @app.event(_ANYTHING)
    async def happened(ack: Ack) -> None:
        await ack()

    @app.command(_ANYTHING)
    async def commanded(ack: Ack, body: Body) -> None:
        await door.commanded(ack, body)

    @app.shortcut(_ANYTHING)
    async def asked(ack: Ack) -> None:
        await ack()

    @app.view_closed(_ANYTHING)
    async def closed(ack: Ack) -> None:
        await ack()
