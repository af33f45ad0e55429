"""Puts the parts together: the one file that knows the core, the storage and every adapter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from bot.conversation import Conversation
from bot.outbox import Outbox
from bot.ports import Clock, Messenger, Store
from bot.service import Service
from bot.ticker import Ticker
from bot.worker import Worker
from storage.sqlite import SqliteStore


class Connection(Protocol):
    """A messenger's way in."""

    async def start(self) -> None: ...
    async def stop(self) -> None: ...


@dataclass(frozen=True, slots=True)
class TelegramSettings:
    token: str
    api_url: str | None = None
    proxy: str | None = None


@dataclass(frozen=True, slots=True)
class SlackSettings:
    bot_token: str
    app_token: str
    api_url: str | None = None


@dataclass(slots=True)
class System:
    """The running parts."""

    store: Store
    clock: Clock
    service: Service
    worker: Worker
    ticker: Ticker
    connections: list[Connection] = field(default_factory=list)

    async def start(self) -> None:
        """Connects the messengers, then starts the clock: what is due has somewhere to go."""
        for connection in self.connections:
            await connection.start()
        self.worker.start()
        self.ticker.start()

    async def stop(self) -> None:
        """Stops asking for more, finishes what is under way, closes the database last."""
        self.ticker.stop()
        await self.worker.stop()
        for connection in reversed(self.connections):
            await connection.stop()
        await self.store.close()


def assemble(path: Path, clock: Clock, telegram: TelegramSettings | None = None, slack: SlackSettings | None = None) -> System:
    """A system on a database that is up to date. Messengers without settings are left out, and not even imported."""
    store = SqliteStore(path)
    nudges: list[Callable[[], None]] = []
    service = Service(store, clock, lambda: nudges[0]())
    messengers: dict[str, Messenger] = {}
    worker = Worker(service, Outbox(store, clock, messengers))
    nudges.append(worker.nudge)
    system = System(store, clock, service, worker, Ticker(worker.nudge, service.tidy))
    if telegram:
        _add_telegram(system, messengers, telegram)
    if slack:
        _add_slack(system, messengers, slack)
    return system


def _add_telegram(system: System, messengers: dict[str, Messenger], settings: TelegramSettings) -> None:
    from adapters.telegram.connection import TelegramConnection, make_bot
    from adapters.telegram.door import TelegramDoor
    from adapters.telegram.sender import NAME, TelegramMessenger

    bot = make_bot(settings.token, settings.api_url, settings.proxy)
    messenger = TelegramMessenger(bot)
    conversation = Conversation(NAME, system.service, system.store, system.clock)
    door = TelegramDoor(bot, messenger, conversation, system.service, system.store, system.clock)
    messengers[NAME] = messenger
    system.connections.append(TelegramConnection(bot, door))


def _add_slack(system: System, messengers: dict[str, Messenger], settings: SlackSettings) -> None:
    from adapters.slack.connection import SlackConnection
    from adapters.slack.door import SlackDoor
    from adapters.slack.sender import NAME, SlackMessenger, make_client

    client = make_client(settings.bot_token, settings.api_url)
    messenger = SlackMessenger(client)
    conversation = Conversation(NAME, system.service, system.store, system.clock)
    door = SlackDoor(messenger, conversation, system.service, system.store, system.clock)
    messengers[NAME] = messenger
    system.connections.append(SlackConnection(client, settings.app_token, door))
