"""A town whose people of Moscow live in Telegram: what they do, and what they see of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from adapters.playground.clock import MovableClock
from adapters.playground.telegram import CallbackAnswer, ChatMessage, TelegramStandIn
from adapters.playground.telegram.updates import LIFETIMES
from adapters.playground.town import Town, build, restart_bot
from adapters.telegram.connection import TelegramConnection
from adapters.telegram.door import TelegramDoor
from bot.core.playbook import Loaded
from bot.core.playbook.model import PersonId
from bot.core.request.commands import Do
from bot.core.request.model import Draft, Request, RequestId
from bot.core.wording import Field, text
from bot.ports import Account, Copy
from bot.service import Done
from bot.speech import Reader, say
from tests.adapters.playground import tdlib
from tests.ready import brand, empty_database

PLAYBOOKS = Path(__file__).parents[3] / "playbooks"
# A Monday, half past twelve in Moscow; New York still sleeps.
BEGINS = datetime(2026, 12, 7, 9, 30, tzinfo=UTC)
CONTRACT = "contract"  # katya reviews, oleg reviews, marina decides; three rounds
CONCEPT = "concept"  # sveta reviews, pavel decides
DRAFT = "draft_content"  # anna gives an opinion, sveta reviews, pavel decides
DEVIATION = "brand_deviation"  # anna decides; three rounds
_PATIENCE = 5.0


@dataclass(slots=True)
class Life:
    """What a test holds in its hands."""

    town: Town
    all_taps_answered: bool = True  # a test that makes an answer impossible says so

    @property
    def door(self) -> TelegramDoor:
        connection = self.town.system.connections[0]
        assert isinstance(connection, TelegramConnection)
        return connection._door

    @property
    def telegram(self) -> TelegramStandIn:
        return self.town.telegram

    def id(self, person: PersonId) -> int:
        return self.town.actors[person].telegram_id

    async def open(self, kind: str, by: PersonId, title: str = "Title", text: str = "Text", **rest: object) -> RequestId:
        draft = Draft(kind, "RU", title, text, **rest)  # type: ignore[arg-type]
        opened = await self.town.system.service.open("brand-a", by, draft, through="test")
        assert isinstance(opened, Done), opened
        await self.settle()
        return opened.request.id

    async def do(self, request: RequestId, move: Do) -> None:
        done = await self.town.system.service.do(request, move)
        assert isinstance(done, Done), done
        await self.settle()

    async def request(self, request: RequestId) -> Request:
        found = await self.town.system.service.find(request)
        assert found is not None
        return found.request

    # what people see

    def chat(self, person: PersonId) -> list[ChatMessage]:
        return self.telegram.chat(self.id(person))

    def last(self, person: PersonId) -> ChatMessage:
        return self.chat(person)[-1]

    def message(self, person: PersonId, number: int) -> ChatMessage:
        return next(one for one in self.chat(person) if one.message_id == number)

    async def copy(self, person: PersonId, request: RequestId) -> Copy | None:
        copies = await self.town.system.store.read(lambda tx: tx.copies(request))
        return next((copy for copy in copies if copy.person == person), None)

    async def card(self, person: PersonId, request: RequestId) -> ChatMessage:
        copy = await self.copy(person, request)
        assert copy is not None, f"{person} has no card of {request}"
        return self.message(person, int(copy.message))

    async def account(self, person: PersonId) -> Account:
        found = await self.town.system.store.read(lambda tx: tx.account("telegram", str(self.id(person))))
        assert found is not None
        return found

    # what people do

    async def tap(self, person: PersonId, message: ChatMessage, button: str) -> CallbackAnswer:
        """Taps the button with this label, or with this word in its data; gives what was answered."""
        return await self.forge(person, message.message_id, data_of(message, button))

    async def forge(self, person: PersonId, message: int, data: str) -> CallbackAnswer:
        callback = self.telegram.tap(self.id(person), message, data)
        await self.settle()
        return next(one for one in self.telegram.answers(self.id(person)) if one.callback_id == callback)

    async def tap_card(self, person: PersonId, request: RequestId, button: str) -> CallbackAnswer:
        return await self.tap(person, await self.card(person, request), button)

    async def say(self, person: PersonId, words: str, reply_to: int | None = None) -> ChatMessage:
        """Writes to the bot; gives the last message of the chat after it."""
        self.telegram.send_text(self.id(person), words, reply_to=reply_to)
        await self.settle()
        return self.last(person)

    async def deliver(self, person: PersonId, kind: str, body: dict[str, object]) -> None:
        """An update of a form that the stand-in's people do not make themselves."""
        world, user = self.telegram._world, {"id": self.id(person), "is_bot": False, "first_name": person}
        message = {"message_id": 9_000_000, "from": user, "chat": {**user, "type": "private"}, "date": 1_800_000_000}
        world.updates.allow([*LIFETIMES, kind])
        LIFETIMES.setdefault(kind, LIFETIMES["message"])
        world.updates.put(kind, {**message, **body})
        await self.settle()

    async def settle(self) -> None:
        """Waits until the bot has handled everything and sent what is due."""
        await self.heard()
        await self.town.system.worker.settle()

    async def heard(self) -> None:
        """Waits until every update is fetched, confirmed and handled."""
        async with asyncio.timeout(_PATIENCE):
            while await self.telegram.waiting() or _handling():
                await asyncio.sleep(0.002)

    async def later(self, **amount: float) -> None:
        """Lets time pass, stopping at everything that is due on the way."""
        await self.town.forward(self.town.clock.now() + timedelta(**amount))

    async def restart(self) -> None:
        await restart_bot(self.town)

    def refused(self) -> list[str]:
        """Everything Telegram did not accept, in its own words."""
        return [f"{call.method}: {call.error}" for call in self.telegram.calls if not call.ok]


def ru(message_id: str, /, **fields: Field) -> str:
    """A sentence as people in Moscow read it, whatever its translators make of it."""
    return say(text(message_id, **fields), Reader(("ru",), "Europe/Moscow"))


def data_of(message: ChatMessage, button: str) -> str:
    keys = [key for row in message.buttons for key in row]
    found = next((key for key in keys if key.text == button or button in (key.data or "").split("|")), None)
    assert found is not None and found.data, f"no {button} among {[key.text for key in keys]}"
    return found.data


def labels(message: ChatMessage) -> list[str]:
    return [key.text for row in message.buttons for key in row]


def _handling() -> bool:
    names = (task.get_name() for task in asyncio.all_tasks())
    return any(name.removeprefix("telegram-").isdigit() for name in names if name.startswith("telegram-"))


@asynccontextmanager
async def living(database: Path, *, loaded: Loaded | None = None, at: datetime = BEGINS) -> AsyncIterator[Life]:
    """A running town. At its end every tap has been answered."""
    clock = MovableClock(at, running=False)
    town = await build(
        loaded or brand("brand-a.yaml"), empty_database(database), clock, parse_html=tdlib.parse_html, per_chat=1000
    )
    life = Life(town)
    try:
        yield life
        assert not life.all_taps_answered or life.telegram.unanswered() == []
    finally:
        await town.stop()
