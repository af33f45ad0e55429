"""A messenger that ``soglas run`` cannot reach: told at the terminal, once, in the reader's language, and taken back once."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from bot.commands.reaching import tell_who_is_out_of_reach
from tests.commands.terminal import BRAND_A, Terminal, going, process


@dataclass
class Door:
    """A messenger's way in that somebody else opens and shuts."""

    connected: bool

    async def start(self) -> None: ...
    async def stop(self) -> None: ...


async def test_whoever_is_reached_is_not_mentioned(soglas: Terminal) -> None:
    """Nothing is said while all is well; what is away is named once, and once more when it is there."""
    telegram, slack = Door(False), Door(True)
    await tell_who_is_out_of_reach({"Slack": slack}, grace=60)
    assert soglas.capsys.readouterr().out == ""
    told = asyncio.create_task(tell_who_is_out_of_reach({"Telegram": telegram, "Slack": slack}, grace=0, between=0))
    for _ in range(20):
        await asyncio.sleep(0)
    (line,) = soglas.capsys.readouterr().out.splitlines()
    assert line.startswith("There is no connection to Telegram now. ") and "SOGLAS_TELEGRAM_API_URL" in line
    telegram.connected = True
    await asyncio.wait_for(told, 5)
    assert soglas.capsys.readouterr().out == "Telegram is connected now.\n"


async def test_a_messenger_that_comes_up_in_time_is_not_mentioned(soglas: Terminal) -> None:
    """A connection takes a moment to stand: that is no outage."""
    telegram = Door(False)
    told = asyncio.create_task(tell_who_is_out_of_reach({"Telegram": telegram}, grace=0.05, between=0))
    await asyncio.sleep(0)
    telegram.connected = True
    await asyncio.wait_for(told, 5)
    assert soglas.capsys.readouterr().out == ""


async def test_nobody_answers(tmp_path: Path) -> None:
    """The process runs on, and says on its terminal that there is no connection, and what to check."""
    assert process("playbook", "import", BRAND_A, "--agreed", cwd=tmp_path).code == 0
    settings = {
        "SOGLAS_TELEGRAM_TOKEN": "42:hidden", "SOGLAS_TELEGRAM_API_URL": "http://127.0.0.1:9", "SOGLAS_HTTP_PORT": "0",
        "LANG": "ru_RU.UTF-8",
    }  # fmt: skip
    async with going("run", cwd=tmp_path, **settings) as bot:
        await bot.says("Soglas работает: Telegram.")
        line = await bot.says("Связи с Telegram сейчас нет.")
        assert "SOGLAS_TELEGRAM_PROXY" in line and "hidden" not in line
        ended = await bot.told_to_stop()
    assert (ended.code, ended.out) == (0, "")
