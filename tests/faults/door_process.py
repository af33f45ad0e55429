"""One life of the bot with its real doors and messengers: PTB's Bot and slack_sdk's client, the doors, the conversation."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

from telegram import Bot

from adapters.slack.door import SlackDoor
from adapters.slack.payload import Kind
from adapters.slack.sender import SlackMessenger
from adapters.telegram.connection import TelegramConnection
from adapters.telegram.door import TelegramDoor
from adapters.telegram.sender import TelegramMessenger
from bot.ports import Messenger
from bot.wiring import _conversation, assemble
from tests.faults.disk import Disk, MemoryStore
from tests.faults.power import Power
from tests.faults.town import COMMANDS, EVENTS, TOKEN, Outside, Payload, SlackWire, TelegramWire

_KINDS = {"block_actions": Kind.TAP, "view_submission": Kind.VIEW, "shortcut": Kind.SHORTCUT, "message_action": Kind.SHORTCUT}
_MOST_SWEEPS = 60


class OutsideClock:
    """The port ``Clock``."""

    def __init__(self, outside: Outside, power: Power) -> None:
        self._outside, self._power = outside, power

    def now(self) -> datetime:
        self._power.check()
        return self._outside.town.now


class DoorProcess:
    """Everything that is gone after a cut."""

    def __init__(self, disk: Disk, outside: Outside, power: Power) -> None:
        self._outside, self._power, clock = outside, power, OutsideClock(outside, power)
        self._store = MemoryStore(disk, power)
        self._system = system = assemble(self._store, clock, paced=False)
        service = system.service
        wire, self._client = TelegramWire(outside, power), SlackWire(outside, power)
        bot = self._bot = Bot(f"42:{TOKEN}", request=wire, get_updates_request=wire)
        telegram, slack = TelegramMessenger(bot), SlackMessenger(self._client)
        self.messengers: dict[str, Messenger] = {telegram.name: telegram, slack.name: slack}
        messengers = system.outbox._messengers
        assert isinstance(messengers, dict)
        messengers.update(self.messengers)
        talk = _conversation(system, telegram.name, lambda: bot.username)
        self._telegram = TelegramDoor(bot, telegram, talk, service, self._store, clock)
        self._slack = SlackDoor(slack, _conversation(system, slack.name), service, self._store, clock)
        self._connection = TelegramConnection(bot, self._telegram, _always)
        self._connection._connected = True

    async def lives(self, patience: timedelta = timedelta(0)) -> None:
        """Starts on what was left behind, takes what is delivered, does everything that is due within ``patience``."""
        await self._bot.initialize()
        self._slack.opens_for("T0DEMO", self._client)
        await self._slack.resume()
        await self._telegram.resume()
        sweeps = asyncio.ensure_future(self._settles(timedelta(0)))
        await self._delivered()
        await sweeps
        await self._settles(patience)
        await self._idle()
        await self._settles(timedelta(0))

    async def _delivered(self) -> None:
        payloads = sorted(self._outside.town.waiting.items())
        taken = [asyncio.ensure_future(self._takes(payload)) for _, payload in payloads]
        while self._outside.town.telegram._world.updates.unconfirmed():
            # It asks as after a failure: without waiting where there is nothing.
            self._connection._in_reach = False
            await self._connection._next()
        await asyncio.gather(*taken)
        await self._idle()

    async def _takes(self, payload: Payload) -> None:
        """One delivery, as a listener of Bolt's."""
        await self._power.linger()

        async def ack(**answer: Any) -> None:  # Any: an acknowledgement is Slack's own JSON
            self._power.at("acknowledge")
            town = self._outside.town
            town.waiting.pop(payload.number, None)
            town.acknowledged[payload.number] = answer
            self._power.at("acknowledged")

        if payload.kind == EVENTS:
            await self._slack.hear(ack, payload.body)
        else:
            kind = Kind.COMMAND if payload.kind == COMMANDS else _KINDS[payload.body["type"]]
            await self._slack.receive(kind, ack, payload.body)

    async def _idle(self) -> None:
        """Until both doors have handled everything they took."""
        while under_way := {*self._telegram._under_way, *self._slack._under_way}:
            await asyncio.wait(under_way)

    async def _settles(self, patience: timedelta) -> None:
        until = self._outside.town.now + patience
        for _ in range(_MOST_SWEEPS):
            due = await self._store.read(lambda tx: tx.next_due())
            if due is None or due > until:
                if patience or not (self._telegram._under_way or self._slack._under_way or self._outside.town.waiting):
                    return
                # What is being handled may bring more.
                await asyncio.sleep(0.01)
                continue
            self._outside.town.now = max(due, self._outside.town.now)
            await self._system.service.wake_due()
            await self._system.outbox.send_due()
        if patience:
            raise AssertionError("there is always something left to do")


async def _always() -> bool:
    return True
