"""Slack's sockets: refreshed, closed, deaf, too many. No tap meets a closed door, and what is wrong mends itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
import structlog.testing
from slack_bolt.async_app import AsyncApp

from adapters.playground.slack import SlackStandIn
from adapters.slack.echoes import Echoes
from adapters.slack.sender import SlackMessenger
from adapters.slack.sockets import Sockets
from bot.ports import Account
from tests.adapters.playground.slack_app import ANN, CARD, client_of, standing, until


@dataclass
class Listening:
    """An app over two sockets, and what it has heard."""

    slack: SlackStandIn
    sockets: Sockets
    messenger: SlackMessenger
    place: tuple[str, str]
    heard: list[str] = field(default_factory=list)
    stood: list[bool] = field(default_factory=list)

    async def tap(self) -> bool:
        return (await self.slack.tap(ANN, *self.place, "approve")).ok


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every pause is a fiftieth of what it is in life."""
    for name, value in {
        "sockets._FIRST_PAUSE": 0.02, "sockets._TICK": 0.02, "sockets._YOUNG": 0.0, "sockets._RENEWALS_APART": 0.3,
        "sockets._AFTER_TOO_MANY": 0.2, "sockets._FAREWELL": 0.3, "echoes._PATIENCE": 0.2, "line._GREETING": 0.5,
        "line._PING_SECONDS": 0.2,
    }.items():  # fmt: skip
        monkeypatch.setattr(f"adapters.slack.{name}", value)
    monkeypatch.setattr("adapters.playground.slack.link.ACK_SECONDS", 0.3)


@asynccontextmanager
async def listening(slow: Callable[[], Awaitable[None]] | None = None, calls: bool = True) -> AsyncIterator[Listening]:
    """Both sockets stand, and a card with a button is there."""
    async with standing() as slack:
        client = client_of(slack)
        app, messenger = AsyncApp(client=client), SlackMessenger(client)
        posted = await client.chat_postMessage(channel=ANN, text="Leave", blocks=CARD)
        heard: list[str] = []
        stood: list[bool] = []

        @app.action("approve")
        async def approve(ack: Callable[[], Awaitable[None]]) -> None:
            if slow is not None:
                await slow()
            await ack()
            heard.append("tap")

        async def note(stands: bool) -> None:
            stood.append(stands)

        sockets = Sockets(app, client, "xapp-demo", messenger.echoes, note)
        try:
            if calls:
                assert await sockets.start(5)
                await until(lambda: slack.sockets == 2)
            yield Listening(slack, sockets, messenger, (posted["channel"], posted["ts"]), heard, stood)
        finally:
            await sockets.stop()


async def test_a_refresh_loses_no_tap() -> None:
    """Slack takes one socket after the other away, and every tap made meanwhile is acknowledged and heard once."""
    async with listening() as bot:
        taps = 0
        for reason in ("warning", "refresh_requested") * 3:
            await bot.slack.disconnect(reason)
            for _ in range(4):
                taps += 1
                assert await bot.tap(), f"a tap was lost {reason}"
                await asyncio.sleep(0.01)
            await until(lambda: bot.slack.sockets >= 2)
        assert len(bot.heard) == taps


async def test_what_came_over_the_old_socket_is_acknowledged_there() -> None:
    """A tap is still being answered when Slack says farewell: the old socket is let go only afterwards."""
    release = asyncio.Event()

    async def slow() -> None:
        await release.wait()

    async with listening(slow) as bot:
        taps = [asyncio.create_task(bot.tap()) for _ in range(2)]  # one over each socket
        await asyncio.sleep(0.05)
        await bot.slack.disconnect("warning")
        await until(lambda: bot.slack.sockets == 3)
        release.set()
        assert await asyncio.gather(*taps) == [True, True]
        await until(lambda: bot.slack.sockets == 2)


async def test_one_of_two_is_enough() -> None:
    """A socket breaks off and no new one can be had: the other one carries on alone."""
    async with listening() as bot:
        bot.slack.take_link_down()
        await bot.slack.disconnect()
        assert [await bot.tap() for _ in range(3)] == [True] * 3
        assert bot.sockets.stand
        bot.slack.take_link_down(down=False)
        await until(lambda: bot.slack.sockets == 2)


async def test_everything_breaks_off_and_comes_back() -> None:
    """Both sockets and the Web API are gone; afterwards both stand again without anybody's doing, and the gap is known."""
    async with listening() as bot:
        with structlog.testing.capture_logs() as capture:
            await bot.slack.go_out()
            await until(lambda: not bot.sockets.stand)
            await until(lambda: "no_socket" in [entry["event"] for entry in capture])
            await until(lambda: bot.stood[-1] is False)
        bot.slack.come_back()
        await until(lambda: bot.slack.sockets == 2)
        assert await bot.tap()
        await until(lambda: bot.stood[-1] is True)


async def test_a_deaf_socket_is_noticed_and_replaced() -> None:
    """It stays open and answers pings; what gives it away is a message of the bot's own that does not come back."""
    async with listening() as bot:
        ann = Account("slack", "", ANN, "ann", bot.place[0])
        for number in range(2):
            await bot.messenger.tell(ann, f"hello {number}", None)  # echoes are known to come
        await until(lambda: bot.messenger.echoes._has_heard)
        bot.slack.deafen()
        before = list(bot.slack.link.sockets)
        with structlog.testing.capture_logs() as capture:
            for number in range(2):
                await bot.messenger.tell(ann, f"still there {number}", None)  # one of the two goes into the deaf one
            await until(lambda: "deaf_socket" in [entry["event"] for entry in capture])
        await until(lambda: not set(before) & set(bot.slack.link.sockets))
        await until(lambda: bot.slack.sockets == 2)
        assert [await bot.tap() for _ in range(4)] == [True] * 4


async def test_silence_proves_nothing_where_no_echo_ever_came() -> None:
    """An app that is not subscribed to its own messages does not replace its sockets for ever."""
    echoes = Echoes()
    echoes.posted("D1", "1.0", now=0)
    assert not echoes.are_missing(now=60)
    echoes.heard(_echo("D1", "2.0", "Ev2"))
    echoes.posted("D1", "2.0", now=61)  # the echo came before the answer
    assert not echoes.are_missing(now=120)
    echoes.posted("D1", "3.0", now=121)
    assert echoes.are_missing(now=180)
    assert not echoes.are_missing(now=181), "the same message counted twice"


async def test_an_event_that_comes_again_unseen_was_eaten() -> None:
    """Slack repeats what nobody acknowledged: if its first delivery never came, a socket has swallowed it."""
    echoes = Echoes()
    echoes.heard({**_echo("D1", "1.0", "Ev1"), "retry_attempt": 0, "retry_reason": ""})
    echoes.heard({**_echo("D1", "1.0", "Ev1"), "retry_attempt": 1, "retry_reason": "timeout"})
    assert not echoes.are_missing(now=0), "it had come, and was only acknowledged late"
    echoes.heard({**_echo("D1", "2.0", "Ev2"), "retry_attempt": 1, "retry_reason": "timeout"})
    assert echoes.are_missing(now=0)


async def test_an_idle_socket_is_not_trusted_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """Over half an hour nothing has come: its successor is opened first."""
    async with listening() as bot:
        before = list(bot.slack.link.sockets)
        monkeypatch.setattr("adapters.slack.sockets._IDLE_FOR", 0.1)
        await until(lambda: not set(before) & set(bot.slack.link.sockets))
        monkeypatch.setattr("adapters.slack.sockets._IDLE_FOR", 60.0)
        assert await bot.tap()


async def test_too_many_sockets_are_no_storm() -> None:
    """Slack allows no more: the bot says so, waits, and tries again without hammering."""
    async with listening(calls=False) as bot:
        bot.slack.link.most_sockets = 1
        with structlog.testing.capture_logs() as capture:
            assert await bot.sockets.start(5)
            await asyncio.sleep(0.4)
            assert await bot.tap()
        opened = [call for call in bot.slack.calls if call.method == "apps.connections.open"]
        assert 3 <= len(opened) <= 6, len(opened)
        assert "too_many_sockets" in [entry["event"] for entry in capture]
        bot.slack.link.most_sockets = 10
        await until(lambda: bot.slack.sockets == 2)


def _echo(channel: str, ts: str, name: str) -> dict[str, object]:
    event = {"type": "message", "bot_id": "B1", "channel": channel, "ts": ts}
    return {"type": "events_api", "payload": {"event_id": name, "event": event}}
