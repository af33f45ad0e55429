"""Telegram's deliveries over HTTP: believed only from Telegram, confirmed only when written down, done once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import httpx
import pytest
import structlog
from starlette.responses import PlainTextResponse

from adapters.http.front import MOST_BYTES, Front
from adapters.playground.town import Town, restart_bot
from adapters.telegram.connection import UPDATES
from adapters.telegram.door import Json
from adapters.telegram.webhook import path
from bot.core.playbook.model import PersonId
from bot.ports import NOTHING_SAID, About, Transaction, Unavailable
from bot.wiring import System, TelegramSettings, assemble
from storage.sqlite import SqliteStore
from tests.adapters.telegram.life import CONCEPT, Life, data_of, living

T = TypeVar("T")
SECRET, PUBLIC = "s3cret_of-the-webhook", "https://soglas.example.com/behind"
KATYA, SVETA = PersonId("katya"), PersonId("sveta")
HEADER = "X-Telegram-Bot-Api-Secret-Token"
WORDS: Json = {
    "update_id": 7,
    "message": {
        "message_id": 5, "date": 1_800_000_000, "text": "/help",
        "chat": {"id": 1001, "type": "private"}, "from": {"id": 1001, "is_bot": False, "first_name": "K"},
    },
}  # fmt: skip


NO_UPDATES = (
    b"", b"[]", b"{", b"null", b"\xff\xfe", b"[" * 200_000, b'{"update_id": true}', b'{"update_id": "7"}', b'{"message": {}}',
    b'{"update_id": -1}', b'{"update_id": 7.0}', b'{"update_id": 9223372036854775808}', b'{"update_id": ' + b"9" * 5000 + b"}",
)  # fmt: skip


class FullDisk(SqliteStore):
    """A database to which nothing can be written for a while."""

    is_full = False

    async def run(self, work: Callable[[Transaction], T], about: About = NOTHING_SAID) -> T:
        if self.is_full:
            raise Unavailable("the disk is full")
        return await super().run(work, about)


class Post:
    """Telegram as it delivers: to the address that was set, with the secret that was set."""

    def __init__(self, life: Life, system: System) -> None:
        self.life, self.system, self.offset = life, system, 0
        self.front = Front(system.doors, PlainTextResponse("not a door", 418))
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app=self.front), base_url="https://behind.example")

    async def sends(self, content: bytes, **headers: str) -> int:
        given = {HEADER: SECRET, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return (await self.http.post(path(SECRET), content=content, headers=given)).status_code

    async def delivers(self) -> list[int]:
        """Everything that waits; what is confirmed does not come again."""
        told = []
        for update in await self.life.telegram._world.updates.poll(offset=self.offset, limit=100, timeout=0):
            told.append(await self.sends(json.dumps(update).encode()))
            if told[-1] == 200:
                self.offset = int(str(update["update_id"])) + 1
        await self.life.telegram._world.updates.poll(offset=self.offset, limit=100, timeout=0)
        return told


def served(town: Town, store: SqliteStore | None = None) -> System:
    """The town's bot, with a webhook instead of polling."""
    api = town.telegram.base_url.removesuffix("/bot")
    settings = TelegramSettings("42:DEMO", api, mode="webhook", public_url=PUBLIC, secret=SECRET)
    return assemble(store or SqliteStore(town.database), town.clock, settings)


@asynccontextmanager
async def posting(folder: Path) -> AsyncIterator[Post]:
    async with living(folder / "bot.db") as life:
        await life.town.system.stop()
        life.town.system = served(life.town, FullDisk(folder / "bot.db"))
        await life.town.system.start()
        yield Post(life, life.town.system)


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[Post]:
    async with posting(tmp_path) as found:
        yield found


async def received(post: Post) -> int:
    """How many answers the bot has given, once everything is handled."""
    await post.life.heard()
    return answered(post)


def answered(post: Post) -> int:
    return len([call for call in post.life.telegram.calls if call.method == "sendMessage"])


async def test_from_polling_to_the_webhook_and_back(tmp_path: Path) -> None:
    """A card sent while polling is decided through the webhook, and what is written afterwards arrives by polling again."""
    async with living(tmp_path / "bot.db") as life:
        request = await life.open(CONCEPT, KATYA)
        card = await life.card(SVETA, request)
        await life.town.system.stop()
        life.town.system = served(life.town)
        await life.town.system.start()
        hook = life.telegram._world.webhook
        assert (hook.url, hook.secret) == (PUBLIC + path(SECRET), SECRET)
        assert SECRET not in hook.url
        before = (await life.request(request)).revision
        callback = life.telegram.tap(life.id(SVETA), card.message_id, data_of(card, "yes"))
        assert await Post(life, life.town.system).delivers() == [200]
        await life.settle()
        assert callback in [answer.callback_id for answer in life.telegram.answers(life.id(SVETA))]
        assert (await life.request(request)).revision > before
        await restart_bot(life.town)
        assert hook.url == ""
        assert "/inbox" in (await life.say(SVETA, "/help")).text


async def test_what_telegram_is_asked_for(post: Post) -> None:
    """The same kinds of updates as by polling, and nothing that waits is thrown away."""
    asked = next(call.params for call in post.life.telegram.calls if call.method == "setWebhook")
    assert asked["allowed_updates"] == UPDATES
    assert not asked.get("drop_pending_updates")


async def test_a_delivery_that_comes_again_does_nothing(post: Post) -> None:
    """Several times at once and once more later, through two processes: confirmed every time, done once."""
    other = served(post.life.town)
    await other.start()
    beside, words = Post(post.life, other), json.dumps(WORDS).encode()
    before = await received(post)
    told = await asyncio.gather(*(one.sends(words) for one in (post, beside, post, beside)))
    await post.life.heard()
    assert [*told, await beside.sends(words)] == [200] * 5
    assert await received(post) == before + 1
    await other.stop()


async def test_only_telegram_is_believed(post: Post) -> None:
    """Without the secret, or with another one, a delivery is refused and leaves no trace."""
    before = await received(post)
    for given in (b"", b"S3cret_of-the-webhook", SECRET.encode() + b"x", "ключ".encode(), None):
        headers = {} if given is None else {HEADER.encode(): given}
        told = await post.http.post(path(SECRET), content=json.dumps(WORDS), headers=headers)
        assert told.status_code == 403, given
    assert await received(post) == before


async def test_only_the_one_address_is_a_door(post: Post) -> None:
    """Other paths are not there, nothing but POST does anything, and what is beside the doors goes to the API."""
    right = {HEADER: SECRET}
    assert (await post.http.post("/telegram", headers=right)).status_code == 404
    assert (await post.http.post(f"/telegram/{SECRET}", headers=right)).status_code == 404
    assert (await post.http.get(path(SECRET), headers=right)).status_code == 405
    assert (await post.http.post("/telegrams", headers=right)).status_code == 418


async def test_what_is_no_update_is_refused(post: Post) -> None:
    """Anything but an object with a number: 400, without a trace."""
    for body in NO_UPDATES:
        assert await post.sends(body) == 400, body[:40]
    assert await post.system.store.read(lambda tx: tx.unhandled("telegram")) == []


async def test_a_delivery_has_a_largest_size(post: Post) -> None:
    """A byte too many is refused, whether its sender says so or not."""

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(65):
            yield b" " * (MOST_BYTES // 64)

    unsaid = await post.http.post(path(SECRET), content=pieces(), headers={HEADER: SECRET})
    assert (await post.sends(b" " * (MOST_BYTES + 1)), unsaid.status_code) == (413, 413)
    assert await post.sends(json.dumps(WORDS).encode().ljust(MOST_BYTES)) == 200


async def test_what_cannot_be_written_down_is_not_confirmed(post: Post) -> None:
    """The database refuses: Telegram hears 500, delivers again, and is answered then."""
    assert isinstance(post.system.store, FullDisk)
    post.life.telegram.send_text(post.life.id(KATYA), "/help")
    before = answered(post)
    post.system.store.is_full = True
    assert await post.delivers() == [500]
    post.system.store.is_full = False
    assert await post.delivers() == [200]
    assert await received(post) == before + 1


async def test_what_comes_while_it_stops_is_for_later(post: Post) -> None:
    """New deliveries hear 503 as soon as the stop begins, and after it; what was taken before is answered."""
    before = await received(post)
    taken = asyncio.create_task(post.sends(json.dumps(WORDS).encode()))
    await asyncio.sleep(0.02)
    post.front.close()
    assert await post.sends(json.dumps({**WORDS, "update_id": 8}).encode()) == 503
    assert await taken == 200
    await post.system.stop()
    assert await Post(post.life, post.system).sends(json.dumps({**WORDS, "update_id": 8}).encode()) == 503
    assert answered(post) == before + 1


async def test_a_telegram_that_is_away_at_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It registers as soon as Telegram is there; until then deliveries hear 503."""
    monkeypatch.setattr("adapters.telegram.webhook._FIRST_PAUSE", 0.02)
    async with living(tmp_path / "bot.db") as life:
        await life.town.system.stop()
        life.telegram.fail_next("setWebhook", 502, "Bad Gateway", times=2)
        life.town.system = served(life.town)
        await life.town.system.start()
        post = Post(life, life.town.system)
        assert await post.sends(json.dumps(WORDS).encode()) == 503
        async with asyncio.timeout(5):
            while await post.sends(json.dumps(WORDS).encode()) != 200:
                await asyncio.sleep(0.01)


async def test_an_address_that_was_taken_away_is_set_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else used the token meanwhile: that is said, and the deliveries come here again."""
    monkeypatch.setattr("adapters.telegram.webhook._LOOK_SECONDS", 0.02)
    async with posting(tmp_path) as post:
        hook = post.life.telegram._world.webhook
        with structlog.testing.capture_logs() as said:
            hook.url = ""
            async with asyncio.timeout(5):
                while not hook.url:
                    await asyncio.sleep(0.01)
        assert hook.url == PUBLIC + path(SECRET)
        assert [one["event"] for one in said] == ["webhook_was_changed"]


async def test_deliveries_that_fail_are_an_outage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Telegram cannot get through for an hour: that is said meanwhile, and afterwards it counts as out of reach."""
    monkeypatch.setattr("adapters.telegram.webhook._LOOK_SECONDS", 0.02)
    async with posting(tmp_path) as post:
        hook, clock = post.life.telegram._world.webhook, post.life.town.clock
        with structlog.testing.capture_logs() as said:
            # It goes on failing until then, so that no look in between finds it well.
            hook.failed_at, hook.failure = clock.now() + timedelta(minutes=61), "Connection refused"
            await post.life.later(hours=1)
            await logged(said, "webhook_fails", len(said) + 2)
            assert {one["event"] for one in said} == {"webhook_fails"}
            hook.failed_at = None
            await logged(said, "was_out_of_reach")


async def logged(said: list[structlog.typing.EventDict], event: str, least: int = 1) -> None:
    async with asyncio.timeout(10):
        while len(said) < least or not any(one["event"] == event for one in said):
            await asyncio.sleep(0.005)
