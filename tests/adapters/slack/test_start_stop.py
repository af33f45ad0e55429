"""Starting with what may be wrong, stopping without losing anything, and never a token in a log."""

from __future__ import annotations

import asyncio
import io
import logging
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import structlog
import structlog.testing
from slack_sdk.web.async_client import AsyncWebClient

from adapters.playground.slack import SlackStandIn
from adapters.playground.town import restart_bot
from bot.clock import SystemClock
from bot.logs import set_up
from bot.ports import Broken
from bot.wiring import SlackSettings, System, assemble
from storage.sqlite import SqliteStore
from tests.adapters.playground.slack_app import standing, until
from tests.adapters.slack.office import Office, buttons, opened, words
from tests.ready import empty_database

BOT, APP = "xoxb-1-real-bot-token", "xapp-1-real-app-token"


async def refused(folder: Path, settings: SlackSettings) -> str:
    """What the start says when it does not succeed."""
    empty_database(folder / "start.db")
    system = assemble(SqliteStore(folder / "start.db"), SystemClock(), slack=settings)
    try:
        with pytest.raises(Broken) as caught:
            await asyncio.wait_for(system.start(), 15)
    finally:
        await system.stop()
    return str(caught.value)


async def test_a_wrong_bot_token_is_said_at_the_start(tmp_path: Path) -> None:
    """Not at the first tap, when it would be somebody's lost decision; and without the token."""
    async with standing(bot_token=BOT, app_token=APP) as slack:
        said = await refused(tmp_path, SlackSettings("xoxb-mistyped", APP, slack.api_url))
    assert said == "Slack does not accept the bot token (xoxb-…, SOGLAS_SLACK_BOT_TOKEN): invalid_auth"


async def test_a_wrong_app_token_is_said_at_the_start(tmp_path: Path) -> None:
    """Slack's own client would try for ever and say nothing a person reads."""
    async with standing(bot_token=BOT, app_token=APP) as slack:
        said = await refused(tmp_path, SlackSettings(BOT, "xapp-mistyped", slack.api_url))
        swapped = await refused(tmp_path, SlackSettings(BOT, BOT, slack.api_url))
    assert said == "Slack does not accept the app-level token (xapp-…, SOGLAS_SLACK_APP_TOKEN): invalid_auth"
    assert swapped.endswith("not_allowed_token_type")


@asynccontextmanager
async def starting(folder: Path, settings: SlackSettings) -> AsyncIterator[System]:
    """A bot that starts at once, whatever Slack does."""
    empty_database(folder / "later.db")
    system = assemble(SqliteStore(folder / "later.db"), SystemClock(), slack=settings)
    try:
        await asyncio.wait_for(system.start(), 5)
        yield system
    finally:
        await system.stop()


async def test_a_server_that_boots_before_its_network_comes_up_by_itself(tmp_path: Path, quick: None) -> None:
    """Slack is not there at the start: that is said, the bot runs, and listens as soon as it can."""
    async with standing(bot_token=BOT, app_token=APP) as slack:
        await slack.go_out()
        with structlog.testing.capture_logs() as capture:
            async with starting(tmp_path, SlackSettings(BOT, APP, slack.api_url)):
                assert [entry["event"] for entry in capture] == ["not_connected"]
                slack.come_back()
                await until(lambda: slack.sockets == 2)
                await slack.say("U0ANN", "hello")
                await until(lambda: [call for call in slack.calls if call.method == "chat.postMessage"])


@pytest.mark.parametrize("failure", [("ratelimited", 429), ("service_unavailable", 503)])
async def test_an_outage_at_the_start_is_not_blamed_on_the_token(tmp_path: Path, failure: tuple[str, int], quick: None) -> None:
    """Whoever reads it must not go and make new tokens; and it passes by itself."""
    async with standing(bot_token=BOT, app_token=APP) as slack:
        slack.fail_next("auth.test", failure[0], status=failure[1])
        with structlog.testing.capture_logs() as capture:
            async with starting(tmp_path, SlackSettings(BOT, APP, slack.api_url)):
                await until(lambda: slack.sockets == 2)
    assert capture[0]["event"] == "not_connected"
    assert capture[0]["error"] == failure[0]
    assert "token" not in str(capture)


async def test_a_token_that_turns_out_wrong_later_is_said_and_tried_again(tmp_path: Path, quick: None) -> None:
    """Slack was away at the start, so only afterwards it says no: an error in the log that names the mend."""
    async with standing(bot_token=BOT, app_token=APP) as slack:
        slack.fail_next("auth.test", "service_unavailable", status=503)
        slack.fail_next("auth.test", "invalid_auth")
        with structlog.testing.capture_logs() as capture:
            async with starting(tmp_path, SlackSettings(BOT, APP, slack.api_url)):
                await until(lambda: slack.sockets == 2)
    assert "token_not_accepted" in [entry["event"] for entry in capture]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pauses between two tries, short."""
    for module, name in (("connection", "_FIRST_PAUSE"), ("connection", "_AFTER_BAD_TOKEN"), ("sockets", "_FIRST_PAUSE")):
        monkeypatch.setattr(f"adapters.slack.{module}.{name}", 0.02)


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Everything ``soglas run`` writes to its log, with nothing hidden afterwards."""
    written, root = io.StringIO(), logging.getLogger()
    before = (root.handlers[:], root.level)
    monkeypatch.setattr(sys, "stderr", written)
    set_up("json")
    yield written
    structlog.reset_defaults()
    root.handlers[:], root.level = before


async def test_no_token_ever_stands_in_a_log(tmp_path: Path, logged: io.StringIO) -> None:
    """Failures included: wrong tokens, refused calls, lost answers, a socket taken away."""
    async with standing(bot_token=BOT, app_token=APP) as slack:
        await refused(tmp_path, SlackSettings("xoxb-mistyped", APP, slack.api_url))
        await refused(tmp_path, SlackSettings(BOT, "xapp-mistyped", slack.api_url))
        async with starting(tmp_path, SlackSettings(BOT, APP, "http://127.0.0.1:9/api/")):
            await asyncio.sleep(0.05)
        await run_through_trouble(tmp_path, slack)
    assert "answer_lost" in logged.getvalue(), "nothing went wrong, so nothing was tried"
    for token in (BOT, APP, "xoxb-mistyped", "xapp-mistyped"):
        assert token not in logged.getvalue()


async def run_through_trouble(folder: Path, slack: SlackStandIn) -> None:
    empty_database(folder / "trouble.db")
    system = assemble(SqliteStore(folder / "trouble.db"), SystemClock(), slack=SlackSettings(BOT, APP, slack.api_url))
    await system.start()
    slack.fail_next("chat.postMessage", "internal_error")
    slack.lose_answer_next("chat.postMessage")
    for _ in range(2):
        await slack.say("U0ANN", "hello")
    await slack.disconnect()
    await asyncio.sleep(0.1)
    await system.stop()


async def test_stopping_waits_for_what_is_under_way(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tap that was acknowledged is carried out before the database closes."""
    request = await office.opens("jordan", "concept", "US", "Reel")
    service, finished = office.town.system.service, []
    do = service.do

    async def slow(*args: Any) -> Any:
        await asyncio.sleep(0.3)
        finished.append(await do(*args))
        return finished[-1]

    monkeypatch.setattr(service, "do", slow)
    card = office.card("priya", request)
    data = dict(buttons(card))["Final approval"]
    acked = await office.slack.tap(office.id("priya"), office.dm("priya"), card.ts, data, value=data)
    began = time.monotonic()
    await office.town.system.connections[1].stop()
    assert (acked.ok, len(finished), time.monotonic() - began < 4) == (True, 1, True)
    await restart_bot(office.town)
    await office.quiet()
    assert "Decision: approved" in words(office.card("priya", request))


async def test_stopping_an_idle_bot_is_quick(tmp_path: Path) -> None:
    """Two sockets are closed together, and nothing is waited for."""
    async with opened(tmp_path) as office:
        began = time.monotonic()
        await office.town.system.connections[1].stop()
        assert time.monotonic() - began < 2


async def test_slacks_client_repeats_nothing_by_itself(office: Office) -> None:
    """Its default repeats a request after a reset: a message that had arrived would stand there twice."""
    client = office.town.system.connections[1]._client  # type: ignore[attr-defined]
    assert isinstance(client, AsyncWebClient)
    assert client.retry_handlers == []
