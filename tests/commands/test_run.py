"""``soglas run`` between two messengers on loopback: it starts, delivers, stops in order, and says what it cannot do."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from adapters.playground.slack import SlackStandIn
from adapters.playground.telegram import TelegramStandIn
from tests.commands.terminal import BRAND_A, CONTRACT, Said, going, process

TELEGRAM_TOKEN, BOT_TOKEN, APP_TOKEN = "42:hidden-telegram", "xoxb-hidden-bot", "xapp-hidden-app"
API_TOKEN = "hidden-api-token-01"
ACCOUNTS = "katya: {telegram: 1001}\npriya: {slack: U0PRIYA}\njordan: {slack: U0JORDAN}\n"


@dataclass
class World:
    """Both messengers, and the settings that lead to them."""

    telegram: TelegramStandIn
    slack: SlackStandIn
    folder: Path

    @property
    def settings(self) -> dict[str, str]:
        return {
            "SOGLAS_TELEGRAM_TOKEN": TELEGRAM_TOKEN,
            "SOGLAS_TELEGRAM_API_URL": self.telegram.base_url.removesuffix("/bot"),
            "SOGLAS_SLACK_BOT_TOKEN": BOT_TOKEN,
            "SOGLAS_SLACK_APP_TOKEN": APP_TOKEN,
            "SOGLAS_SLACK_API_URL": self.slack.api_url,
            "SOGLAS_HTTP_PORT": "0",
            "SOGLAS_API_TOKENS": f"brand-a:{API_TOKEN}",
        }

    async def calls(self, *words: str) -> Said:
        """Another command on the same database, in a process of its own."""
        return await asyncio.to_thread(lambda: process(*words, cwd=self.folder))

    async def refused(self, **settings: str) -> Said:
        return await asyncio.to_thread(lambda: process("run", cwd=self.folder, **{**self.settings, **settings}))


@asynccontextmanager
async def world(folder: Path) -> AsyncIterator[World]:
    def now() -> datetime:
        return datetime.now(UTC)

    telegram = TelegramStandIn(token=TELEGRAM_TOKEN, now=now)
    slack = SlackStandIn(bot_token=BOT_TOKEN, app_token=APP_TOKEN, now=now)
    await telegram.start()
    await slack.start()
    telegram.add_user(1001, "Екатерина", language_code="ru")
    for user in ("U0PRIYA", "U0JORDAN"):
        slack.add_user(user, user)
    found = World(telegram, slack, folder)
    (folder / "accounts.yaml").write_text(ACCOUNTS)
    assert (await found.calls("playbook", "import", BRAND_A, "--agreed")).code == 0
    try:
        yield found
    finally:
        await slack.stop()
        await telegram.stop()


async def arrives(world: World, words: str) -> str:
    """The text of what the bot has put into katya's or priya's chat, once the words are in it."""
    async with asyncio.timeout(20):
        while True:
            texts = [message.text for message in world.telegram.chat(1001) if message.from_bot]
            texts += [str(message.blocks) for message in world.slack.chat(world.slack.dm("U0PRIYA")) if message.from_bot]
            if found := next((text for text in texts if words in text), ""):
                return found
            await asyncio.sleep(0.05)


async def test_a_request_from_another_process_arrives(tmp_path: Path) -> None:
    """Imported, started, opened elsewhere: the cards come in both messengers; told to stop, it ends with 0 and no secret said."""
    async with world(tmp_path) as town:
        assert (await town.calls("accounts", "import", "accounts.yaml")).code == 0
        async with going("run", cwd=tmp_path, **town.settings) as bot:
            ready = await bot.says("Soglas runs:")
            assert ready.startswith("Soglas runs: Telegram, Slack. HTTP: http://127.0.0.1:")
            opened = await town.calls("request", "open", *CONTRACT, "--title", "Contract: Ana Suarez")
            assert opened.code == 0, opened.err
            assert "Контракт" not in await arrives(town, "Contract: Ana Suarez")
            async with httpx.AsyncClient(base_url=ready.rpartition(" ")[2]) as client:
                selection = {
                    "brand": "brand-a",
                    "kind": "creator_selection",
                    "market": "US",
                    "requested_by": "jordan",
                    "title": "Over HTTP",
                }
                posted = await client.post("/api/requests", json=selection, headers={"Authorization": f"Bearer {API_TOKEN}"})
                assert posted.status_code == 201, posted.text
            await arrives(town, "Over HTTP")
            said = await bot.told_to_stop()
    assert said.code == 0, said.err
    assert "Traceback" not in said.err and "hidden" not in said.out + said.err


@pytest.mark.parametrize(
    ("setting", "value", "messenger"),
    [
        ("SOGLAS_TELEGRAM_TOKEN", "42:hidden-wrong", "Telegram"),
        ("SOGLAS_SLACK_BOT_TOKEN", "xoxb-hidden-wrong", "Slack"),
        ("SOGLAS_SLACK_APP_TOKEN", "xapp-hidden-wrong", "Slack"),
    ],
)
async def test_a_wrong_token_is_told(tmp_path: Path, setting: str, value: str, messenger: str) -> None:
    """A token that the messenger refuses ends the start with 1 and two lines: which setting, and where to copy it again."""
    async with world(tmp_path) as town:
        said = await town.refused(**{setting: value})
    said.fails(f"{messenger} does not accept the token in {setting}.")
    assert "hidden" not in said.err


async def test_what_stands_in_the_way_is_told(tmp_path: Path) -> None:
    """A port in use and a Slack that is not there end the start with 1 and two lines."""
    async with world(tmp_path) as town:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = str(taken.getsockname()[1])
            in_use = await town.refused(SOGLAS_HTTP_PORT=port)
        nowhere = await town.refused(SOGLAS_SLACK_API_URL="http://127.0.0.1:9/api/")
    in_use.fails(f"Port {port} on 127.0.0.1 cannot be used: Address already in use.")
    nowhere.fails("Slack cannot be reached: ")
    assert "SOGLAS_SLACK_API_URL" in nowhere.err
