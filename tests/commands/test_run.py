"""``soglas run`` between two messengers on loopback: it starts, delivers, stops in order, and says what it cannot do."""

from __future__ import annotations

import asyncio
import re
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
from bot.clock import SystemClock
from bot.commands import Failed
from bot.commands.connecting import connect
from bot.service import Service
from bot.speech import Reader, say
from bot.wiring import SlackSettings, TelegramSettings, assemble
from storage.sqlite import SqliteStore
from tests.commands.terminal import BRAND_A, CONTRACT, Said, going, process
from tests.core.playbook.brands import shipped
from tests.ready import empty_database

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
        return await asyncio.to_thread(lambda: process("run", cwd=self.folder, env=self.settings | settings))


def round_the_clock() -> str:
    """Brand A whose people always work: the bot of this test goes by the machine's clock, whatever day it shows."""
    text = re.sub(r"hours: \{mon-fri: \"[0-9:-]+\"\}", 'hours: {mon-sun: "00:00-24:00"}', Path(BRAND_A).read_text())
    return re.sub(r"(?m)^ +(quiet|holidays):.*(\n {6,}.*)*\n", "", text)


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
    (folder / "brand.yaml").write_text(round_the_clock())
    (folder / "accounts.yaml").write_text(ACCOUNTS)
    try:
        yield World(telegram, slack, folder)
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
        for words in (("playbook", "import", "brand.yaml", "--agreed"), ("accounts", "import", "accounts.yaml")):
            said = await town.calls(*words)
            assert said.code == 0, said.err
        async with going("run", cwd=tmp_path, **town.settings) as bot:
            ready = await bot.says("Soglas runs:")
            assert ready.startswith("Soglas runs: Telegram, Slack. HTTP: http://127.0.0.1:")
            opened = await town.calls("request", "open", *CONTRACT, "--title", "Contract: Ana Suarez")
            assert opened.code == 0, opened.err
            assert "Нужно ваше согласование" in await arrives(town, "Contract: Ana Suarez")
            await over_http(ready.rpartition(" ")[2])
            assert "Your final approval is needed" in await arrives(town, "Over HTTP")
            said = await bot.told_to_stop()
    assert said.code == 0, said.err
    assert "Traceback" not in said.err and "hidden" not in said.out + said.err


async def over_http(url: str) -> None:
    """A program opens a request with its token."""
    body = {"brand": "brand-a", "kind": "creator_selection", "market": "US", "requested_by": "jordan", "title": "Over HTTP"}
    async with httpx.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {API_TOKEN}"}) as client:
        posted = await client.post("/api/requests", json=body)
    assert posted.status_code == 201, posted.text


async def in_force(folder: Path) -> Path:
    """Brand A in force, put there without a process."""
    path, loaded = folder / "soglas.db", shipped("brand-a.yaml")
    empty_database(path)
    store = SqliteStore(path)
    assert loaded.playbook is not None
    await Service(store, SystemClock()).agree_elsewhere(loaded.playbook, loaded.data, loaded.digest)
    await store.close()
    return path


@pytest.mark.parametrize(
    ("tokens", "messenger", "setting"),
    [
        (("42:hidden-wrong", BOT_TOKEN, APP_TOKEN), "Telegram", "SOGLAS_TELEGRAM_TOKEN"),
        ((TELEGRAM_TOKEN, "xoxb-hidden-wrong", APP_TOKEN), "Slack", "SOGLAS_SLACK_BOT_TOKEN"),
        ((TELEGRAM_TOKEN, BOT_TOKEN, "xapp-hidden-wrong"), "Slack", "SOGLAS_SLACK_APP_TOKEN"),
    ],
)
async def test_a_wrong_token_is_told(tmp_path: Path, tokens: tuple[str, str, str], messenger: str, setting: str) -> None:
    """A token that the messenger refuses is told with the setting it comes from, in both languages, without the token."""
    async with world(tmp_path) as town:
        telegram = TelegramSettings(tokens[0], town.settings["SOGLAS_TELEGRAM_API_URL"])
        system = assemble(
            SqliteStore(await in_force(tmp_path)), SystemClock(), telegram, SlackSettings(*tokens[1:], town.slack.api_url)
        )
        with pytest.raises(Failed) as refused:
            await connect(system)
        await system.stop()
    assert say(refused.value.what, Reader(("en",), "UTC")) == f"{messenger} does not accept the token in {setting}."
    assert say(refused.value.what, Reader(("ru",), "UTC")) == f"{messenger} не принимает токен из {setting}."
    assert refused.value.__suppress_context__ and "hidden" not in str(refused.value)


async def test_what_stands_in_the_way_is_told(tmp_path: Path) -> None:
    """A wrong token, a port in use and a Slack that is not there end the start with 1 and two lines, without a secret."""
    async with world(tmp_path) as town:
        await in_force(tmp_path)
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = str(taken.getsockname()[1])
            in_use, nowhere, token = await asyncio.gather(
                town.refused(SOGLAS_HTTP_PORT=port),
                town.refused(SOGLAS_SLACK_API_URL="http://127.0.0.1:9/api/"),
                town.refused(SOGLAS_TELEGRAM_TOKEN="42:hidden-wrong"),
            )
    in_use.fails(f"Port {port} on 127.0.0.1 cannot be used: Address already in use.")
    nowhere.fails("Slack cannot be reached: ")
    token.fails("Telegram does not accept the token in SOGLAS_TELEGRAM_TOKEN.")
    assert "SOGLAS_SLACK_API_URL" in nowhere.err
    assert "hidden" not in in_use.err + nowhere.err + token.err
