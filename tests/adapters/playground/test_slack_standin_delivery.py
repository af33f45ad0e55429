"""How payloads reach a real Bolt app: twice, late, without a socket, or not at all."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp

from adapters.playground.slack import SlackStandIn
from tests.adapters.playground.slack_app import (
    ANN,
    BEN,
    CARD,
    Json,
    client_of,
    connected,
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


async def test_the_same_thing_arrives_twice(slack: SlackStandIn, app: AsyncApp) -> None:
    """A repeated event has the same event_id and says it is a retry; a repeated tap is the same tap."""
    events: list[tuple[str, Any]] = []
    taps: list[Json] = []

    @app.event("message")
    async def message(body: Json, request: Any) -> None:
        events.append((body["event_id"], request.headers.get("x-slack-retry-num")))

    @app.action("approve")
    async def approve(ack: Any, body: Json) -> None:
        await ack()
        taps.append(body)

    async with connected(slack, app):
        await slack.say(ANN, "hello")
        await slack.repeat_last()
        await slack.say(ANN, "hello again")
        posted = await app.client.chat_postMessage(channel=ANN, text="Leave", blocks=CARD)
        await slack.tap(ANN, posted["channel"], posted["ts"], "approve")
        assert (await slack.repeat_last()).ok
    assert events[0][0] == events[1][0] and [num for _, num in events] == [["0"], ["1"], ["0"]]
    assert events[2][0] != events[0][0]
    assert taps[0] == taps[1]


async def test_stale_and_forged_taps_arrive(slack: SlackStandIn, app: AsyncApp) -> None:
    """A button that was edited away keeps its old value; one that never was comes as it was forged."""
    values: list[Any] = []

    async def listen(ack: Any, action: Json) -> None:
        await ack()
        values.append(action.get("value"))

    app.action("approve")(listen)
    app.action("grant_all")(listen)
    async with connected(slack, app):
        posted = await app.client.chat_postMessage(channel=ANN, text="Leave", blocks=CARD)
        place = posted["channel"], posted["ts"]
        await app.client.chat_update(channel=place[0], ts=place[1], text="Closed")
        assert (await slack.tap(ANN, *place, "approve")).ok
        assert (await slack.tap(BEN, *place, "grant_all", value="r9")).ok
    assert values == ["r1", "r9"]


async def test_a_missing_ack_is_seen(slack: SlackStandIn, app: AsyncApp) -> None:
    """A tap nobody listens to fails after three seconds and stands in `unacked`; it is not sent again."""
    async with connected(slack, app):
        posted = await app.client.chat_postMessage(channel=ANN, text="Leave", blocks=CARD)
        acked = await slack.tap(ANN, posted["channel"], posted["ts"], "approve")
    assert not acked.ok and 2.9 < acked.seconds < 3.6
    assert [payload["type"] for payload in slack.unacked] == ["block_actions"]


async def test_an_event_without_ack_comes_again(slack: SlackStandIn) -> None:
    """An event that was not acknowledged is redelivered once, marked as a retry."""
    tries: list[Any] = []
    # Otherwise Bolt acknowledges an event before it has run the listener.
    app = AsyncApp(client=client_of(slack), process_before_response=True)

    @app.event("message")
    async def message(ack: Any, request: Any) -> None:
        tries.append(request.headers.get("x-slack-retry-num"))
        if len(tries) == 1:
            await asyncio.sleep(3.2)

    async with connected(slack, app):
        await slack.say(ANN, "hello")
        await until(lambda: len(tries) == 2)
    assert tries == [["0"], ["1"]] and len(slack.unacked) == 1


async def test_without_a_socket_taps_fail_and_events_wait(slack: SlackStandIn, app: AsyncApp) -> None:
    """An interaction meets no socket and fails at once; an event waits for one."""
    heard: list[str] = []

    @app.event("message")
    async def message(event: Json) -> None:
        heard.append(event["text"])

    posted = await client_of(slack).chat_postMessage(channel=ANN, text="Leave", blocks=CARD)
    acked = await slack.tap(ANN, posted["channel"], posted["ts"], "approve")
    assert not acked.ok and acked.seconds < 0.2
    saying = asyncio.create_task(slack.say(ANN, "late"))
    await asyncio.sleep(0.1)
    async with connected(slack, app):
        await saying
        await until(lambda: heard)
    assert heard == ["late"]


async def test_every_socket_gets_its_share(slack: SlackStandIn, app: AsyncApp) -> None:
    """With two sockets the app survives losing one: it reconnects and nothing is missed."""

    @app.action("approve")
    async def approve(ack: Any) -> None:
        await ack()

    async with connected(slack, app, sockets=2):
        posted = await app.client.chat_postMessage(channel=ANN, text="Leave", blocks=CARD)
        await slack.disconnect()
        assert slack.sockets == 1
        acked = [await slack.tap(ANN, posted["channel"], posted["ts"], "approve") for _ in range(4)]
        await until(lambda: slack.sockets == 2)
    assert all(tap.ok for tap in acked)


async def test_the_bot_hears_itself(slack: SlackStandIn) -> None:
    """What the bot posts, edits and deletes comes back as events with its bot_id, so that a loop shows."""
    heard: list[Json] = []
    app = AsyncApp(client=client_of(slack), ignoring_self_events_enabled=False)

    @app.event("message")
    async def message(event: Json) -> None:
        heard.append(event)

    async with connected(slack, app):
        posted = await app.client.chat_postMessage(channel=ANN, text="a", blocks=CARD)
        place = {"channel": posted["channel"], "ts": posted["ts"]}
        await until(lambda: len(heard) == 1)
        await app.client.chat_update(**place, text="b")
        await until(lambda: len(heard) == 2)
        await app.client.chat_delete(**place)
        await until(lambda: len(heard) == 3)
    assert [event.get("subtype") for event in heard] == [None, "message_changed", "message_deleted"]
    assert heard[0]["bot_id"] == heard[1]["message"]["bot_id"] == heard[2]["previous_message"]["bot_id"]
    assert (heard[1]["previous_message"]["text"], heard[1]["message"]["text"]) == ("a", "b")


async def test_stopping_is_quick() -> None:
    """stop() does not wait for deliveries, sockets or retries."""
    async with standing() as slack:
        app = AsyncApp(client=client_of(slack))
        async with connected(slack, app):
            saying = asyncio.create_task(slack.say(ANN, "nobody listens"))
            await asyncio.sleep(0.1)
            began = time.monotonic()
            await slack.stop()
            assert time.monotonic() - began < 1 and slack.sockets == 0
            await asyncio.wait_for(saying, 1)
