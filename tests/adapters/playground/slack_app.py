"""A real Bolt app on a stand-in, and the blocks and views the stand-in's tests send."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.playground.slack import SlackStandIn

ANN, BEN = "U0ANN", "U0BEN"
Json = dict[str, Any]


def noon() -> datetime:
    """A clock that stands still."""
    return datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@asynccontextmanager
async def standing(**settings: Any) -> AsyncIterator[SlackStandIn]:
    """A started stand-in with two people."""
    slack = SlackStandIn(now=noon, **settings)
    slack.add_user(ANN, "Ann Lee", tz="Europe/Berlin", locale="de-DE")
    slack.add_user(BEN, "Ben Ode")
    await slack.start()
    try:
        yield slack
    finally:
        await slack.stop()


def client_of(slack: SlackStandIn, token: str = "xoxb-demo") -> AsyncWebClient:
    """Slack's own client, without retries: each call is one request."""
    return AsyncWebClient(token, base_url=slack.api_url, retry_handlers=[])


@asynccontextmanager
async def connected(slack: SlackStandIn, app: AsyncApp, sockets: int = 1) -> AsyncIterator[None]:
    """The app listens over this many sockets."""
    handlers = [AsyncSocketModeHandler(app, "xapp-demo", ping_interval=0.2) for _ in range(sockets)]
    for handler in handlers:
        await handler.connect_async()  # type: ignore[no-untyped-call]  # slack_bolt has no annotation here
    await until(lambda: slack.sockets == sockets)
    try:
        yield
    finally:
        for handler in handlers:
            await handler.close_async()  # type: ignore[no-untyped-call]  # as above


async def until(true: Any, seconds: float = 5.0) -> None:
    """Wait for something that happens by itself."""
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.01)


async def refusal(call: Awaitable[Any]) -> tuple[str, list[str]]:
    """The error code and the places Slack names."""
    with pytest.raises(SlackApiError) as caught:
        await call
    answer = caught.value.response
    return answer["error"], (answer.get("response_metadata") or {}).get("messages", [])


def plain(text: str) -> Json:
    """A plain_text object."""
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    """A mrkdwn object."""
    return {"type": "mrkdwn", "text": text}


def section(text: str = "Leave for Ann", **more: Any) -> Json:
    """A section block."""
    return {"type": "section", "text": mrkdwn(text), **more}


def button(action_id: str = "approve", **more: Any) -> Json:
    """A button."""
    return {"type": "button", "text": plain("Approve"), "action_id": action_id, "value": "r1", **more}


def actions(*elements: Json, **more: Any) -> Json:
    """An actions block."""
    return {"type": "actions", "elements": list(elements), **more}


def option(value: str) -> Json:
    """An option of a select."""
    return {"text": plain(value.title()), "value": value}


def field(block_id: str, element: Json, **more: Any) -> Json:
    """An input block; its element's action_id is `entry`."""
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(block_id.title()),
        "element": {**element, "action_id": "entry"},
        **more,
    }


def modal(*blocks: Json, **more: Any) -> Json:
    """A modal that can be submitted."""
    head = {"type": "modal", "callback_id": "form", "title": plain("New"), "submit": plain("Send")}
    return {**head, "blocks": list(blocks) or [section()], **more}


def home(*blocks: Json) -> Json:
    """A home tab."""
    return {"type": "home", "blocks": list(blocks) or [section("Home")]}


CARD = [section(), actions(button(), button("reject"))]
