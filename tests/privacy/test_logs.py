"""What people write is in nobody's log: neither titles nor texts nor remarks, whatever goes wrong."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from bot.logs import set_up
from tests.privacy.house import WORDS, busy, house, people


async def test_no_word_of_a_request_is_logged(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Ordinary work, refusals of the messenger, lost answers, a blocked bot, updates that make no sense."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    set_up("json")
    try:
        async with house(tmp_path) as home:
            telegram = home.telegram
            telegram.fail_next("sendMessage", 500, f"Internal Server Error {len(people(['brand-one']))}", times=3)
            telegram.fail_next("editMessageText", 400, "Bad Request: can't parse entities", times=2)
            await busy(home, "brand-one")
            telegram.block(home.ids["igor"])
            telegram.fail_next("sendMessage", 400, "Bad Request: message is too long", times=2)
            telegram.lose_answer_next("sendMessage")
            await busy(home, "brand-two")
            for person in ("vera", "timur", "stranger"):
                await home.writes(person, f"What is {WORDS['brand-two']} about? {'x' * 4000}")
                telegram.fail_next("sendMessage", 500, "Internal Server Error", times=1)
                await home.writes(person, f"/new {WORDS['brand-two']}")
                await home.taps(person, f"6|{WORDS['brand-two']}|send|0", home.chat(person)[0].message_id)
            await home.later(days=3)
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
    logged = capfd.readouterr().err
    assert "not_sent" in logged, "nothing went wrong, so this proves nothing"
    for word in WORDS.values():
        assert word not in logged
    assert "Name the end date" not in logged and "Words" not in logged
