"""The stand-ins turn nasty by a seed: each blow is what it says, and the same seed brings the same blows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from telegram import Bot, Update
from telegram.error import NetworkError, RetryAfter, TelegramError, TimedOut

from adapters.playground.clock import MovableClock
from adapters.playground.nastiness import DONE, KIND, Blow, Mishap, Nastiness
from adapters.playground.slack import SlackStandIn
from adapters.playground.telegram import TelegramStandIn
from adapters.slack.sender import SlackMessenger, called, make_client
from adapters.telegram.connection import make_bot
from bot.core.request.model import RequestId
from bot.ports import Account, TryLater, Unclear
from tests.adapters.playground.slack_app import ANN, BEN, client_of, connected, refusal, standing, until

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
CLOCK = MovableClock(NOON, running=False)
EXPECTED: dict[Blow, type[TelegramError]] = {
    Blow.LIMITED: RetryAfter, Blow.LIMITED_BARE: NetworkError, Blow.BROKEN: NetworkError, Blow.RESET_BEFORE: NetworkError,
    Blow.RESET_AFTER: NetworkError, Blow.HANG_BEFORE: TimedOut, Blow.HANG_AFTER: TimedOut,
}  # fmt: skip


def always(blow: Blow) -> Nastiness:
    return Nastiness(1, {blow: 1.0})


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramStandIn]:
    CLOCK.set(NOON)
    stand_in = TelegramStandIn(now=CLOCK.now)
    stand_in.add_user(1, "Ann")
    stand_in.add_user(2, "Ben")
    await stand_in.start()
    yield stand_in
    await stand_in.stop()


@pytest.fixture
async def bot(telegram: TelegramStandIn, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bot]:
    monkeypatch.setattr("adapters.telegram.connection._READ_SECONDS", 0.2)
    made = make_bot("42:DEMO", telegram.base_url.removesuffix("/bot"))
    async with made:
        yield made


def test_a_seed_says_everything() -> None:
    """The same seed gives the same fate to the same call, whatever lies between; another seed another; shares come out."""
    blows = {Blow.LIMITED: 0.2, Blow.RESET_AFTER: 0.1}
    one, same, other = Nastiness(7, blows), Nastiness(7, dict(blows)), Nastiness(8, blows)
    fates = [one.call("slack", "chat.postMessage", n) for n in range(2000)]
    assert fates == [same.call("slack", "chat.postMessage", n) for n in range(2000)]
    assert fates != [other.call("slack", "chat.postMessage", n) for n in range(2000)]
    assert fates != [one.call("slack", "chat.update", n) for n in range(2000)]
    assert 340 < fates.count(Blow.LIMITED) < 460
    assert 150 < fates.count(Blow.RESET_AFTER) < 250
    assert {KIND.call("slack", "chat.update", n) for n in range(50)} == {None}
    assert {Nastiness(3, {}, {Mishap.TWICE: 1.0}).delivery("slack", n) for n in range(9)} == {Mishap.TWICE}


@pytest.mark.parametrize("blow", list(Blow))
async def test_each_blow_of_telegram(telegram: TelegramStandIn, bot: Bot, blow: Blow) -> None:
    """The bot's own client meets it as what it is; done is done only where the blow comes afterwards."""
    telegram.turn_nasty(always(blow))
    with pytest.raises(EXPECTED[blow]):
        await bot.send_message(1, "hello")
    assert len(telegram.chat(1)) == (blow in DONE)
    assert [call.ok for call in telegram.calls if call.method == "sendMessage"] == [blow in DONE]
    telegram.turn_nasty(KIND)
    await bot.send_message(1, "again")


@pytest.mark.parametrize("blow", list(Blow))
async def test_each_blow_of_slack(blow: Blow, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the port's errors: later where Slack said so, unclear where it said nothing."""
    monkeypatch.setattr("adapters.slack.sender._ANSWER", 0.2)
    async with standing() as slack:
        client = make_client("xoxb-demo", slack.api_url)
        slack.turn_nasty(always(blow))
        with pytest.raises((TryLater, Unclear)) as caught:
            await called(client.chat_postMessage(channel=ANN, text="hello"))
        said_something = blow in (Blow.LIMITED, Blow.LIMITED_BARE, Blow.BROKEN)
        assert isinstance(caught.value, TryLater) == said_something
        assert len(slack.chat(slack.dm(ANN))) == (blow in DONE)
        slack.turn_nasty(KIND)
        await client.chat_postMessage(channel=ANN, text="again")


@pytest.mark.parametrize("seconds", [149, 151])
async def test_an_outage_of_telegram(telegram: TelegramStandIn, bot: Bot, seconds: int) -> None:
    """Every call breaks off, an open poll too; people go on, and a tap waits for 150 seconds and no longer."""
    sent = await bot.send_message(1, "card")
    polling = asyncio.create_task(bot.get_updates(timeout=5))
    await asyncio.sleep(0.05)
    telegram.go_out()
    with pytest.raises(NetworkError):
        await asyncio.wait_for(polling, 2)
    with pytest.raises(NetworkError):
        await bot.send_message(1, "x")
    telegram.tap(1, sent.message_id, "yes")
    telegram.send_text(2, "hello")
    CLOCK.set(NOON + timedelta(seconds=seconds))
    telegram.come_back()
    updates = await bot.get_updates(timeout=0)
    assert [bool(update.callback_query) for update in updates] == ([True, False] if seconds < 150 else [False])


async def test_updates_come_twice(telegram: TelegramStandIn, bot: Bot) -> None:
    """With the same id, so that it can be told."""
    telegram.turn_nasty(Nastiness(1, {}, {Mishap.TWICE: 1.0}))
    telegram.send_text(1, "hello")
    ids = [update.update_id for update in await bot.get_updates(timeout=0)]
    assert len(ids) == 2
    assert len(set(ids)) == 1


async def test_updates_overtake_each_other(telegram: TelegramStandIn, bot: Bot) -> None:
    """Those of different people; what one person does stays in order. The last one is not waited for in vain."""
    telegram.turn_nasty(Nastiness(1, {}, {Mishap.LATE: 1.0}))
    for user, words in ((1, "first"), (1, "second"), (2, "other")):
        telegram.send_text(user, words)
    assert await telegram.waiting() == 3
    updates: list[Update] = []
    while len(updates) < 3:
        updates += await bot.get_updates(timeout=1, offset=updates[-1].update_id + 1 if updates else 0)
    said = [update.message.text for update in updates if update.message]
    assert said.index("first") < said.index("second")
    assert said != ["first", "second", "other"]


async def test_deliveries_of_slack_come_twice_and_late() -> None:
    """The same payload in a second envelope, or behind another one."""
    async with standing() as slack:
        app, heard = AsyncApp(client=client_of(slack)), list[str]()

        @app.event("message")
        async def message(event: dict[str, str]) -> None:
            heard.append(event["text"])

        async with connected(slack, app):
            slack.turn_nasty(Nastiness(1, {}, {Mishap.TWICE: 1.0}))
            await slack.say(ANN, "twice")
            await until(lambda: heard == ["twice", "twice"])
            slack.turn_nasty(Nastiness(1, {}, {Mishap.LATE: 1.0}))
            late = asyncio.create_task(slack.say(ANN, "late"))
            await asyncio.sleep(0.01)
            slack.turn_nasty(KIND)
            await slack.say(BEN, "early")
            await late
    assert heard[2:] == ["early", "late"]


async def test_an_outage_of_slack() -> None:
    """Sockets and calls break off, a tap meets nobody; afterwards everything is there again."""
    async with standing() as slack:
        client = client_of(slack)
        posted = await client.chat_postMessage(channel=ANN, text="card")
        async with connected(slack, AsyncApp(client=client)):
            await slack.go_out()
            assert slack.sockets == 0
            assert not (await slack.tap(ANN, posted["channel"], posted["ts"], "yes", value="yes")).ok
            with pytest.raises(aiohttp.ClientError):
                await client.auth_test()
            slack.come_back()
            await client.auth_test()


async def test_the_history_of_a_conversation(monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest first, replies only when broadcast, metadata only when asked for; refusals are Slack's."""
    async with standing() as slack:
        client = client_of(slack)
        mark = {"event_type": "t", "event_payload": {"a": "b"}}
        first = await client.chat_postMessage(channel=ANN, text="one", metadata=mark)
        channel = first["channel"]
        await client.chat_postMessage(channel=channel, text="aside", thread_ts=first["ts"])
        await client.chat_postMessage(channel=channel, text="aloud", thread_ts=first["ts"], reply_broadcast=True)
        plain = await client.conversations_history(channel=channel)
        assert [message["text"] for message in plain["messages"]] == ["aloud", "one"]
        assert "metadata" not in plain["messages"][1]
        whole = await client.conversations_history(
            channel=channel, include_all_metadata=True, limit=1, latest=plain["messages"][0]["ts"]
        )
        assert whole["messages"][0]["metadata"] == mark
        assert (await refusal(client.conversations_history(channel="D0NONE")))[0] == "channel_not_found"
        with pytest.raises(SlackApiError):
            await client.api_call("conversations.history", json={"channel": channel, "wrong": 1})


async def test_a_try_before_is_found_by_its_mark() -> None:
    """For whoever cannot know whether a card was sent, after a crash: another person's and another request's are not it."""
    async with standing() as slack:
        messenger = SlackMessenger(make_client("xoxb-demo", slack.api_url))
        ann, ben = (Account("slack", "", who, who.lower()) for who in (ANN, BEN))
        put = await messenger._once(ann, "card:A-1", text="card")
        assert await messenger.find(ann, RequestId("A-1")) == put.place
        assert await messenger.find(ann, RequestId("A-2")) is None
        assert await messenger.find(ben, RequestId("A-1")) is None


def test_the_stand_in_is_slacks_own_type() -> None:
    """What is nasty by default is nothing."""
    assert SlackStandIn(now=CLOCK.now).mood.nastiness is KIND
