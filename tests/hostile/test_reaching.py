"""Single defects that the storms have found, each with the smallest test that shows it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import structlog.testing
from telegram.error import NetworkError

from adapters.playground.nastiness import KIND, Blow, Nastiness
from adapters.telegram.connection import _pause
from bot.core.request.model import Status
from tests.adapters.telegram.life import DEVIATION, data_of, living, ru


def test_a_night_without_a_network_does_not_end_the_polling() -> None:
    """After a thousand failures in a row a number grew too large, and the bot went deaf for good."""
    assert _pause(NetworkError("x"), 1) == 1.0
    assert _pause(NetworkError("x"), 5000) == 30.0


async def test_an_answer_that_was_refused_is_given_once_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A 500 to the answer of a tap: the button does not go on spinning until the person gives up."""
    monkeypatch.setattr("adapters.telegram.sender._ANSWER_PAUSE", 0.01)
    async with living(tmp_path / "town.db") as life:
        request = await life.open(DEVIATION, "katya")
        card = await life.card("anna", request)
        life.telegram.fail_next("answerCallbackQuery", 500, "Internal Server Error")
        await life.tap_card("anna", request, "yes")
        assert [answer.text for answer in life.telegram.answers(life.id("anna"))] == [ru("answer.done.yes")]
        assert data_of(card, "yes")
        assert (await life.request(request)).status is Status.APPROVED


async def test_a_limit_that_says_nothing_about_its_length_is_no_unclear_send(tmp_path: Path) -> None:
    """429 without retry-after: nothing was sent, so trying again doubles nothing, and the log does not call it unclear."""
    async with living(tmp_path / "town.db") as life:
        life.telegram.fail_next("sendMessage", 429, "Too Many Requests", times=2)
        with structlog.testing.capture_logs() as capture:
            request = await life.open(DEVIATION, "katya")
        assert {entry["error"] for entry in capture if entry["event"] == "not_sent"} == {"TryLater"}
        await life.later(seconds=5)
        assert len([message for message in life.chat("anna") if request in message.text]) == 1


async def test_the_first_poll_after_an_outage_does_not_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is to hear of the outage hears of it when Telegram is back, not one long poll later."""
    monkeypatch.setattr("adapters.telegram.connection._FIRST_PAUSE", 0.01)
    async with living(tmp_path / "town.db") as life:
        life.telegram.go_out()
        await asyncio.sleep(0.05)
        life.telegram.come_back()
        await asyncio.sleep(0.2)
        polls = [call.params["timeout"] for call in life.telegram.calls if call.method == "getUpdates" and call.ok]
        assert polls.count(0) == 2, polls  # at the start, and after the outage
        life.telegram.turn_nasty(Nastiness(1, {Blow.BROKEN: 1.0}))
        life.telegram.turn_nasty(KIND)
