"""Connecting, staying connected and stopping."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import structlog
from telegram import Bot

from adapters.playground.clock import MovableClock
from adapters.playground.telegram import TelegramStandIn
from adapters.telegram.connection import make_bot
from adapters.telegram.menu import COMMANDS
from bot.core.request.model import Status
from bot.logs import set_up
from bot.ports import Broken
from bot.wiring import System, TelegramSettings, assemble
from storage.sqlite import SqliteStore
from tests.adapters.telegram.life import BEGINS, DEVIATION, Life, data_of, labels, living, ru
from tests.ready import empty_database

TOKEN = "42:SECRET-TOKEN"


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramStandIn]:
    stand_in = TelegramStandIn(token=TOKEN, now=lambda: BEGINS)
    await stand_in.start()
    yield stand_in
    await stand_in.stop()


def system(tmp_path: Path, stand_in: TelegramStandIn, token: str = TOKEN) -> System:
    empty_database(tmp_path / "bot.db")
    settings = TelegramSettings(token, stand_in.base_url.removesuffix("/bot"))
    return assemble(SqliteStore(tmp_path / "bot.db"), MovableClock(BEGINS, running=False), settings)


async def logged(capture: list[structlog.typing.EventDict], event: str) -> None:
    async with asyncio.timeout(5):
        while not any(entry["event"] == event for entry in capture):
            await asyncio.sleep(0.01)


async def test_commands_in_each_language(life: Life) -> None:
    """Every command is registered with a description in each language, and in English for all others."""
    commands = life.telegram.commands
    assert [name for name, _ in commands["ru"]] == list(COMMANDS)
    assert {"menu", "inbox", "new", "contact", "away", "settings", "cancel", "help"} <= set(COMMANDS)
    assert dict(commands["ru"])["inbox"] == ru("command.inbox")
    assert dict(commands["en"])["inbox"] == dict(commands[""])["inbox"] == "What waits for me"


async def test_a_menu_that_is_refused_stops_nothing(tmp_path: Path, telegram: TelegramStandIn) -> None:
    """Without its menu of commands the bot works all the same, and says so."""
    telegram.fail_next("setMyCommands", 500, "Internal Server Error")
    running = system(tmp_path, telegram)
    with structlog.testing.capture_logs() as capture:
        await running.start()
    await running.stop()
    assert [entry["event"] for entry in capture] == ["commands_not_registered"]


@pytest.mark.parametrize("token", ["42:WRONG", "not-a-token"])
async def test_a_bad_token(tmp_path: Path, telegram: TelegramStandIn, token: str) -> None:
    """The start fails with one plain sentence that does not have the token in it, nor does anything behind it."""
    running = system(tmp_path, telegram, token)
    with pytest.raises(Broken, match="Telegram does not accept the token in SOGLAS_TELEGRAM_TOKEN") as caught:
        await running.start()
    await running.stop()
    assert token not in str(caught.value)
    assert caught.value.__suppress_context__


async def test_telegram_cannot_be_reached_at_the_start(tmp_path: Path, telegram: TelegramStandIn) -> None:
    """The bot comes up, says what is wrong, and connects by itself as soon as it can."""
    await telegram.stop()
    running = system(tmp_path, telegram)
    with structlog.testing.capture_logs() as capture:
        await running.start()
        assert [entry["event"] for entry in capture] == ["not_connected"]
        await telegram.start()
        async with asyncio.timeout(8):
            while not telegram.commands:
                await asyncio.sleep(0.02)
    await running.stop()


async def test_telegram_goes_away_and_comes_back(tmp_path: Path) -> None:
    """What people did before and after an outage is handled."""
    async with living(tmp_path / "town.db") as life:
        request = await life.open(DEVIATION, "katya")
        card = await life.card("anna", request)
        with structlog.testing.capture_logs() as capture:
            await life.telegram.stop()
            await logged(capture, "poll_failed")
        life.telegram.tap(life.id("anna"), card.message_id, data_of(card, "yes"))
        await life.telegram.start()
        await life.settle()
        await life.later(seconds=10)
        assert (await life.request(request)).status is Status.APPROVED
        assert labels(await life.card("anna", request)) == [ru("button.take_back")]


async def test_a_second_poller_is_noticed(life: Life) -> None:
    """Two processes with one token: the log says what to do about it."""
    with structlog.testing.capture_logs() as capture:
        async with Bot("42:DEMO", base_url=life.telegram.base_url) as other:
            await other.get_updates(timeout=0)
            await logged(capture, "another_poller")
    assert "only one process" in str(capture)


async def test_no_token_in_any_log(
    tmp_path: Path, telegram: TelegramStandIn, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Neither the libraries nor the bot itself write the token down, whatever goes wrong."""
    before = structlog.get_config()
    set_up("json")
    try:
        running = system(tmp_path, telegram)
        telegram.fail_next("deleteWebhook", 500, "Internal Server Error")
        telegram.fail_next("getUpdates", 502, "Bad Gateway")
        await running.start()
        await asyncio.sleep(0.05)
        await telegram.stop()
        await asyncio.sleep(0.05)
        await running.stop()
    finally:
        structlog.configure(**before)
    written = capfd.readouterr()
    assert "not_connected" in written.err
    assert "SECRET" not in written.err + written.out + caplog.text


async def test_the_libraries_keep_still(capfd: pytest.CaptureFixture[str]) -> None:
    """httpx logs every address at INFO, and the token is part of it: its lines are switched off."""
    set_up("json")
    logging.getLogger("httpx").info("POST https://api.telegram.org/bot42:SECRET/getMe")
    assert "SECRET" not in capfd.readouterr().err
    structlog.reset_defaults()


async def test_stopping_is_quick_and_waits(life: Life) -> None:
    """An open poll does not hold up the stop; what is under way is finished first."""
    request = await life.open(DEVIATION, "katya")
    card = await life.card("anna", request)
    lock = life.door._turns[str(life.id("anna"))]
    await lock.acquire()
    life.telegram.tap(life.id("anna"), card.message_id, data_of(card, "yes"))
    while await life.telegram.waiting():
        await asyncio.sleep(0.002)
    asyncio.get_running_loop().call_later(0.2, lock.release)
    began = time.monotonic()
    await life.town.system.stop()
    assert time.monotonic() - began < 2
    assert life.telegram.answers(life.id("anna"))[0].text == ru("answer.done.yes")
    await life.restart()


async def test_what_hangs_does_not_hold_up_the_stop(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not done in time is given up for now, and handled after the next start."""
    monkeypatch.setattr("adapters.telegram.door._GRACE_SECONDS", 0.05)
    request = await life.open(DEVIATION, "katya")
    turn = life.door._turns[str(life.id("anna"))]
    await turn.acquire()
    card = await life.card("anna", request)
    life.telegram.tap(life.id("anna"), card.message_id, data_of(card, "yes"))
    while await life.telegram.waiting():
        await asyncio.sleep(0.002)
    await life.restart()
    await life.settle()
    assert (await life.request(request)).status is Status.APPROVED


def test_the_address_of_a_local_server() -> None:
    """A slash too many at the end of the address is no reason to fail."""
    assert make_bot(TOKEN, "http://127.0.0.1:1/").base_url == f"http://127.0.0.1:1/bot{TOKEN}"
