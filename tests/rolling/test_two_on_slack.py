"""Two processes on Slack's sockets, as in every rolling upgrade: what one has posted, Slack may tell the other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
import structlog.testing
from slack_bolt.async_app import AsyncApp

from adapters.playground.slack import SlackStandIn
from adapters.slack.sender import SlackMessenger
from adapters.slack.sockets import Sockets
from bot.ports import Account
from tests.adapters.playground.slack_app import ANN, client_of, standing, until


@asynccontextmanager
async def process(slack: SlackStandIn) -> AsyncIterator[SlackMessenger]:
    """What one process has of Slack."""
    client = client_of(slack)
    app, messenger = AsyncApp(client=client), SlackMessenger(client)

    @app.event("message")
    async def message() -> None: ...

    async def stood(_: bool) -> None: ...

    sockets = Sockets(app, client, "xapp-demo", messenger.echoes, stood)
    before = slack.sockets
    assert await sockets.start(5)
    await until(lambda: slack.sockets == before + 2)
    try:
        yield messenger
    finally:
        await sockets.stop()


async def test_a_message_told_to_the_other_process_is_no_deaf_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    """Echoes go to any socket of the app: where others listen too, one that does not come back here proves nothing."""
    for name, value in {"sockets._TICK": 0.02, "sockets._YOUNG": 0.0, "echoes._PATIENCE": 0.2}.items():
        monkeypatch.setattr(f"adapters.slack.{name}", value)
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(standing())
        sender = await stack.enter_async_context(process(slack))
        await stack.enter_async_context(process(slack))
        ann = Account("slack", "", ANN, "ann", slack.dm(ANN))
        with structlog.testing.capture_logs() as capture:
            for number in range(8):
                await sender.tell(ann, f"hello {number}", None)
            await until(lambda: {"deaf_socket", "sockets_renewed"} & {entry["event"] for entry in capture})
    assert "deaf_socket" not in [entry["event"] for entry in capture]
