"""An office that uses Slack: the real bot on the strict stand-in, and people who tap, fill in and read.

At the end every payload must have been acknowledged, and Slack must have refused nothing the test did not order.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from adapters.playground.clock import MovableClock
from adapters.playground.slack import Acked, ChatMessage, SlackStandIn, Submitted
from adapters.playground.town import Town, build
from bot.core.playbook.model import PersonId
from bot.core.request.model import Draft, Request, RequestId
from bot.ports import Account
from bot.service import Done
from tests.ready import brand, empty_database

# Any: blocks and payloads are Slack's own JSON.
Json = dict[str, Any]
PLAYBOOK = Path(__file__).parents[3] / "playbooks" / "brand-a.yaml"
MORNING = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)  # a Tuesday: 10:00 in New York, 18:00 in Moscow
_CALM_LOOKS = 4


class Office:
    """People of brand A at their desks."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.expected_refusals: set[str] = set()

    @property
    def slack(self) -> SlackStandIn:
        return self.town.slack

    def id(self, person: str) -> str:
        """The person's Slack id."""
        return self.town.actors[person].external

    def dm(self, person: str) -> str:
        return self.slack.dm(self.id(person))

    async def moves_to_slack(self, person: str) -> None:
        """Somebody who used Telegram reads in Slack from now on."""
        actor = self.town.actors[person]
        moved = replace(actor, messenger="slack", external=f"UMOVED{person.upper()}")
        self.town.actors = {**self.town.actors, PersonId(person): moved}
        self.slack.add_user(moved.external, person.title(), tz="Europe/Moscow")
        await self.town.system.store.run(lambda tx: tx.save_account(replace(actor.account(), blocked=True)))
        await self.town.system.store.run(lambda tx: tx.save_account(moved.account()))

    async def opens(self, by: str, kind: str, market: str, title: str, **more: Any) -> str:
        draft = Draft(kind, market, title, **more)
        outcome = await self.town.system.service.open("brand-a", PersonId(by), draft, through="test")
        assert isinstance(outcome, Done), outcome
        await self.quiet()
        return outcome.request.id

    async def request(self, request: str) -> Request:
        found = await self.town.system.service.find(RequestId(request))
        assert found is not None
        return found.request

    async def account(self, person: str) -> Account:
        found = await self.town.system.store.read(lambda tx: tx.account("slack", self.id(person)))
        assert found is not None
        return found

    # what people do

    async def taps(self, person: str, label: str, on: str = "") -> Acked:
        """Taps the newest button with that label, on a message that speaks of ``on``."""
        for message in reversed(self.chat(person)):
            for shown, data in buttons(message):
                if shown == label and on in words(message):
                    return await self.taps_data(person, message.ts, data)
        raise AssertionError(f"{person} has no button “{label}”")

    async def taps_data(self, person: str, ts: str, data: str) -> Acked:
        acked = await self.slack.tap(self.id(person), self.dm(person), ts, data, value=data)
        await self.quiet()
        return acked

    async def fills_in(self, person: str, /, **fields: Any) -> Submitted:
        """Fills in the modal that is open and sends it."""
        view = self.slack.views(self.id(person))[-1]
        sent = await self.slack.submit(self.id(person), view.id, {name: {"value": given} for name, given in fields.items()})
        await self.quiet()
        return sent

    async def writes(self, person: str, text: str, thread: str | None = None) -> None:
        await self.slack.say(self.id(person), text, thread_ts=thread)
        await self.quiet()

    async def commands(self, person: str, text: str) -> str:
        """Types the slash command; what only they see as the answer."""
        acked = await self.slack.command(self.id(person), "/soglas", text)
        assert acked.ok
        await self.quiet()
        return words(self.chat(person)[-1])

    async def commands_open(self, person: str, text: str) -> Json:
        """Types the slash command; the form it opens."""
        acked = await self.slack.command(self.id(person), "/soglas", text)
        assert acked.ok
        assert not acked.payload, acked.payload
        await self.quiet()
        return self.modal(person)

    async def later(self, **amount: float) -> None:
        """Lets time pass, stopping at everything that is due on the way."""
        await self.town.forward(self.town.clock.now() + timedelta(**amount))
        await self.quiet()

    # what people see

    def chat(self, person: str) -> list[ChatMessage]:
        return [message for message in self.slack.chat(self.dm(person)) if message.from_bot]

    def cards(self, person: str, request: str) -> list[ChatMessage]:
        return [message for message in self.chat(person) if f"· {request} ·" in words(message)]

    def card(self, person: str, request: str) -> ChatMessage:
        cards = self.cards(person, request)
        assert len(cards) == 1, f"{person} has {len(cards)} cards of {request}"
        return cards[0]

    def modal(self, person: str) -> Json:
        views = self.slack.views(self.id(person))
        assert views, f"{person} has no modal open"
        return views[-1].payload

    def has_modal(self, person: str) -> bool:
        return bool(self.slack.views(self.id(person)))

    def whispers(self, person: str) -> list[str]:
        """What only this person sees, in their chat with the bot."""
        return [words(message) for message in self.chat(person) if message.ephemeral_for == self.id(person)]

    def sent(self, method: str) -> list[Json]:
        return [call.params for call in self.slack.calls if call.method == method]

    # how

    async def quiet(self) -> None:
        """Waits until everything people did has been handled and what it brought has been sent."""
        calm, calls = 0, -1
        async with asyncio.timeout(10):
            while calm < _CALM_LOOKS:
                await self.town.system.worker.settle()
                left = await self.town.system.store.read(lambda tx: tx.unhandled("slack"))
                before, calls = calls, len(self.slack.calls)
                calm = calm + 1 if calls == before and not left else 0
                await asyncio.sleep(0.005)

    def ends_well(self) -> None:
        assert self.slack.unacked == []
        refused = [(call.method, call.error) for call in self.slack.calls if not call.ok]
        assert {error for _, error in refused} <= self.expected_refusals, refused


def words(message: ChatMessage) -> str:
    """Everything a message shows, as it is written on the wire."""
    return "\n".join(filter(None, map(_block_words, message.blocks))) or message.text


def _block_words(block: Json) -> str:
    parts = [block.get("text"), *block.get("elements", [])] if block["type"] != "actions" else []
    return "\n".join(part["text"] for part in parts if part)


def buttons(message: ChatMessage) -> list[tuple[str, str]]:
    """Labels and data."""
    rows = [block for block in message.blocks if block["type"] == "actions"]
    return [(element["text"]["text"], element["value"]) for row in rows for element in row["elements"]]


def labels(message: ChatMessage) -> list[str]:
    return [label for label, _ in buttons(message)]


def fields(view: Json) -> dict[str, Json]:
    """The elements of a modal's input blocks."""
    return {block["block_id"]: block["element"] for block in view["blocks"] if block["type"] == "input"}


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Office]:
    clock = MovableClock(MORNING, running=False)
    town = await build(brand("brand-a.yaml"), empty_database(folder / "office.db"), clock, per_chat=1000)
    office = Office(town)
    try:
        yield office
        office.ends_well()
    finally:
        await town.stop()
