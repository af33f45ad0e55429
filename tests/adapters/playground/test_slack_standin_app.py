"""The ordinary way: a real Bolt app over Socket Mode, driven by what people do."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.playground.slack import SlackStandIn
from tests.adapters.playground.slack_app import (
    ANN,
    CARD,
    Json,
    client_of,
    connected,
    home,
    standing,
    until,
)


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandIn]:
    async with standing() as started:
        yield started


@pytest.fixture
def app(slack: SlackStandIn) -> AsyncApp:
    return AsyncApp(client=client_of(slack))


async def test_a_card_is_posted_tapped_and_updated(slack: SlackStandIn, app: AsyncApp) -> None:
    """A tap reaches the app with Slack's own fields, is acknowledged, and the card can be edited."""
    seen: list[Json] = []

    @app.action("approve")
    async def approve(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        seen.append(body)
        channel, ts = body["channel"]["id"], body["container"]["message_ts"]
        await client.chat_update(channel=channel, ts=ts, text="Approved")

    async with connected(slack, app):
        posted = await app.client.chat_postMessage(channel=ANN, text="Leave", blocks=CARD)
        acked = await slack.tap(ANN, posted["channel"], posted["ts"], "approve")
        await until(lambda: slack.chat(slack.dm(ANN))[0].edited)
    [card] = slack.chat(slack.dm(ANN))
    assert acked.ok and acked.seconds < 1
    assert (card.text, card.blocks, card.from_bot) == ("Approved", [], True)
    [body] = seen
    assert body["user"]["id"] == ANN and body["message"]["blocks"][1]["block_id"]
    assert body["actions"][0]["value"] == "r1" and body["actions"][0]["action_ts"]
    assert posted["channel"] == slack.dm(ANN) and slack.unacked == []


async def test_respond_replaces_and_adds(slack: SlackStandIn, app: AsyncApp) -> None:
    """Bolt's respond works through response_url, ephemeral by default."""

    @app.action("approve")
    async def approve(ack: Any, respond: Any) -> None:
        await ack()
        await respond(text="only you")
        await respond(text="done", replace_original=True)

    async with connected(slack, app):
        posted = await app.client.chat_postMessage(channel=ANN, text="Leave", blocks=CARD)
        await slack.tap(ANN, posted["channel"], posted["ts"], "approve")
        await until(lambda: len([c for c in slack.calls if c.method == "response_url"]) == 2)
    card, whisper = slack.chat(slack.dm(ANN))
    assert (card.text, card.blocks) == ("done", [])
    assert (whisper.text, whisper.ephemeral_for) == ("only you", ANN)


async def test_words_commands_and_home(slack: SlackStandIn, app: AsyncApp) -> None:
    """A message, a command and a visit to the home tab each reach their listener."""
    heard: list[Json] = []

    @app.event("message")
    async def message(event: Json, say: Any) -> None:
        heard.append(event)
        if "subtype" not in event:
            await say(text="heard", thread_ts=event["ts"])

    @app.command("/leave")
    async def leave(ack: Any, command: Json) -> None:
        await ack(f"noted: {command['text']}")

    @app.event("app_home_opened")
    async def opened(event: Json, client: AsyncWebClient) -> None:
        await client.views_publish(user_id=event["user"], view=home())

    async with connected(slack, app):
        ts = await slack.say(ANN, "1 < 2 & <@U0BEN>")
        assert (await slack.command(ANN, "/leave", "2 days")).payload == {"text": "noted: 2 days"}
        assert (await slack.open_home(ANN)).ok
        await until(lambda: slack.home(ANN) and len(slack.chat(slack.dm(ANN))) == 3)
    assert [event["text"] for event in heard] == ["1 &lt; 2 &amp; <@U0BEN>"]
    assert (heard[0]["channel_type"], heard[0]["user"], heard[0]["ts"]) == ("im", ANN, ts)
    chat = {message.text: message for message in slack.chat(slack.dm(ANN))}
    assert chat["heard"].thread_ts == ts and chat["noted: 2 days"].ephemeral_for == ANN
    home_tab = slack.home(ANN)
    assert home_tab is not None and home_tab["blocks"][0]["text"]["text"] == "Home"
    assert slack.unacked == []


async def test_a_button_in_a_view_can_be_tapped(slack: SlackStandIn, app: AsyncApp) -> None:
    """A tap in the home tab comes with its view and without a message."""
    seen: list[Json] = []

    @app.action("approve")
    async def approve(ack: Any, body: Json) -> None:
        await ack()
        seen.append(body)

    async with connected(slack, app):
        await app.client.views_publish(user_id=ANN, view=home(*CARD))
        tab = slack.home(ANN)
        assert tab is not None and (await slack.tap(ANN, tab["id"], "", "approve")).ok
    assert seen[0]["container"] == {"type": "view", "view_id": tab["id"]} and "message" not in seen[0]
