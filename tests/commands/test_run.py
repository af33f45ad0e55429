"""``soglas run`` between two messengers on loopback: it starts, delivers, stops in order, and says what it cannot do."""

from __future__ import annotations

import asyncio
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from adapters.playground.slack import SlackStandIn
from adapters.playground.telegram import TelegramStandIn, methods, server
from adapters.telegram.webhook import path
from bot.clock import SystemClock
from bot.commands import Failed
from bot.commands.connecting import connect
from bot.core.playbook.model import PersonId
from bot.ports import Account, Store
from bot.service import Service
from bot.speech import Reader, say
from bot.wiring import SlackSettings, TelegramSettings, assemble
from storage.opening import open_store
from storage.sqlite import SqliteStore
from tests.commands.terminal import BRAND_A, CONTRACT, PATIENCE, ROOT, Running, Said, going, process
from tests.core.playbook.brands import loaded
from tests.ready import empty_database
from tests.storage.server import database, migrated

TELEGRAM_TOKEN, BOT_TOKEN, APP_TOKEN = "42:hidden-telegram", "xoxb-hidden-bot", "xapp-hidden-app"
API_TOKEN = "hidden-api-token-01"
HOOK = "hidden-webhook-secret"
FOR_KATYA = {"kind": "contract"}


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
    """Opened elsewhere, the cards come in both messengers; told to stop, it ends with 0 and no secret said."""
    async with world(tmp_path) as town:
        store = SqliteStore(await in_force(tmp_path))
        await at_their_desks(store)
        await store.close()
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


async def over_http(url: str, **other: str) -> None:
    """A program opens a request with its token."""
    body = {
        "brand": "brand-a",
        "kind": "creator_selection",
        "market": "US",
        "requested_by": "jordan",
        "title": "Over HTTP",
    } | other
    async with httpx.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {API_TOKEN}"}) as client:
        posted = await client.post("/api/requests", json=body)
    assert posted.status_code == 201, posted.text


async def in_force(folder: Path) -> Path:
    """Brand A in force, put there without a process."""
    file = empty_database(folder / "soglas.db")
    store = SqliteStore(file)
    await agreed(store)
    await store.close()
    return file


async def agreed(store: Store) -> None:
    """Brand A in force, with people who always work."""
    found = loaded(round_the_clock())
    assert found.playbook is not None
    await Service(store, SystemClock()).agree_elsewhere(found.playbook, found.data, found.digest)


async def at_their_desks(store: Store) -> None:
    """Katya in Telegram, Priya and Jordan in Slack."""
    await store.run(lambda tx: tx.save_account(Account("telegram", "", "1001", PersonId("katya"), "1001")))
    await store.run(lambda tx: tx.save_account(Account("slack", "", "U0PRIYA", PersonId("priya"))))
    await store.run(lambda tx: tx.save_account(Account("slack", "", "U0JORDAN", PersonId("jordan"))))


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
    """A wrong token and a port in use end the start with 1 and two lines, without a secret."""
    async with world(tmp_path) as town:
        await in_force(tmp_path)
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = str(taken.getsockname()[1])
            # One after the other: a second one on the same file is refused for that.
            in_use = await town.refused(SOGLAS_HTTP_PORT=port)
            token = await town.refused(SOGLAS_TELEGRAM_TOKEN="42:hidden-wrong")
    in_use.fails(f"Port {port} on 127.0.0.1 cannot be used: another program uses it.")
    token.fails("Telegram does not accept the token in SOGLAS_TELEGRAM_TOKEN.")
    assert "hidden" not in in_use.err + token.err


@dataclass
class Held:
    """The calls of one method, kept waiting by Telegram until they are let go."""

    method: str
    arrived: asyncio.Event
    let_go: asyncio.Event


def hold(monkeypatch: pytest.MonkeyPatch, method: str) -> Held:
    held = Held(method, asyncio.Event(), asyncio.Event())

    async def carry_out(world: Any, called: str, values: dict[str, object]) -> object:
        if called == method:
            held.arrived.set()
            await held.let_go.wait()
        return await methods.carry_out(world, called, values)

    monkeypatch.setattr(server, "carry_out", carry_out)
    return held


async def stops(bot: Running, held: Held) -> Said:
    """Told to stop while the call is under way; it is let go a little later."""
    await asyncio.wait_for(held.arrived.wait(), PATIENCE)
    asyncio.get_running_loop().call_later(0.5, held.let_go.set)
    return await bot.told_to_stop()


async def test_a_tap_in_flight_is_answered_before_it_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SIGTERM while a tap is being answered: the answer goes out, nothing stays undone, the process ends with 0.

    Meanwhile another one on the same file is refused.
    """
    async with world(tmp_path) as town:
        store = SqliteStore(await in_force(tmp_path))
        await at_their_desks(store)
        async with going("run", cwd=tmp_path, **town.settings) as bot:
            ready = await bot.says("Soglas runs:")
            (await town.refused()).fails("already")
            await over_http(ready.rpartition(" ")[2], **FOR_KATYA)
            await arrives(town, "Over HTTP")
            held = hold(monkeypatch, "answerCallbackQuery")
            card = town.telegram.chat(1001)[-1]
            town.telegram.tap(1001, card.message_id, str(card.buttons[0][0].data))
            said = await stops(bot, held)
        assert said.code == 0, said.err
        assert town.telegram.unanswered() == []
        assert await store.read(lambda tx: tx.unhandled("telegram")) == []
        await store.close()


async def test_web_and_worker_share_a_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request over HTTP at one process is a card from the other; a tap through the webhook is answered while it stops."""
    url = database(migrated())
    store = open_store(url)
    async with world(tmp_path) as town:
        await agreed(store)
        await at_their_desks(store)
        both = {**town.settings, "SOGLAS_DATABASE_URL": url, "SOGLAS_TELEGRAM_MODE": "webhook"}
        worker = {name: value for name, value in both.items() if name != "SOGLAS_HTTP_PORT"}
        public = {"SOGLAS_PUBLIC_URL": "https://soglas.example", "SOGLAS_TELEGRAM_WEBHOOK_SECRET": HOOK}
        async with (
            going("run", "--role", "web", cwd=tmp_path, **both, **public) as web,
            going("run", "--role", "worker", cwd=tmp_path, **worker) as other,
        ):
            ready = await web.says("Soglas runs: Telegram. HTTP: ")
            await other.says("Soglas runs: Telegram, Slack. No HTTP server here")
            await over_http(address := ready.rpartition(" ")[2], **FOR_KATYA)
            await arrives(town, "Over HTTP")
            held = hold(monkeypatch, "answerCallbackQuery")
            card = town.telegram.chat(1001)[-1]
            town.telegram.tap(1001, card.message_id, str(card.buttons[0][0].data))
            assert await delivered(town, address) == 200
            said = await stops(web, held)
            assert (said.code, town.telegram.unanswered()) == (0, []), said.err
            said = await other.told_to_stop()
            assert said.code == 0, said.err
            assert "Traceback" not in said.err
    assert await store.read(lambda tx: tx.unhandled("telegram")) == []
    await store.close()


async def delivered(town: World, address: str) -> int:
    """Telegram hands over what waits, as to a webhook."""
    (update,) = await town.telegram._world.updates.poll(offset=0, limit=10, timeout=5)
    headers = {"X-Telegram-Bot-Api-Secret-Token": HOOK}
    async with httpx.AsyncClient(base_url=address, headers=headers) as client:
        return (await client.post(path(HOOK), json=update)).status_code


HANGS = """
import asyncio
from bot.commands import live
async def life():
    print("lives", flush=True)
    try:
        await asyncio.Event().wait()
    finally:
        print("stops", flush=True)
        await asyncio.sleep(60)
live._LONGEST_STOP = float({longest})
asyncio.run(live._until_told_to_stop(life()))
"""


@pytest.mark.parametrize(("longest", "again", "end"), [(9, True, signal.SIGTERM), (0.2, False, signal.SIGALRM)])
async def test_a_stop_that_hangs_is_ended(longest: float, again: bool, end: signal.Signals) -> None:
    """A second signal ends the process at once, and so does the time that a stop may take."""
    stuck = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HANGS.format(longest=longest), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert stuck.stdout is not None
    async with asyncio.timeout(PATIENCE):
        assert await stuck.stdout.readline() == b"lives\n"
        stuck.terminate()
        assert await stuck.stdout.readline() == b"stops\n"
        if again:
            stuck.terminate()
        assert await asyncio.wait_for(stuck.wait(), 5) == -end
