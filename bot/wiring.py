"""Puts the parts together: the one file that knows the core, the storage and every adapter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from bot.absences import Absences
from bot.answers import Answers
from bot.away import AwayTalk
from bot.card_talk import CardTalk
from bot.chance import SystemChance
from bot.conversation import Conversation, Talks
from bot.drafting.talk import NewTalk
from bot.inbox import Inbox
from bot.invites import Invites
from bot.onboarding import OnboardingTalk
from bot.outbox import Outbox
from bot.ports import Clock, Messenger, Store
from bot.service import Service
from bot.ticker import Ticker
from bot.worker import Worker

if TYPE_CHECKING:
    from telegram import Bot


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


def assemble(store: Store, clock: Clock, telegram: TelegramSettings | None = None, slack: SlackSettings | None = None) -> System:
    """A system on a database that is up to date. Messengers without settings are left out, and not even imported."""
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


def _conversation(system: System, name: str, username: Callable[[], str | None] = lambda: None) -> Conversation:
    """Everything one messenger's people can talk about."""
    service, store, clock = system.service, system.store, system.clock
    invites = Invites(store, clock, SystemChance(), service.nudge)
    talks = Talks(
        CardTalk(name, service, store, clock),
        Inbox(name, service, store, clock),
        AwayTalk(name, Absences(store, clock, service.nudge)),
        Answers(name, store, clock),
        NewTalk(name, service, store, clock),
        OnboardingTalk(name, invites, store, clock, username),
    )
    return Conversation(name, service, store, clock, talks)


def _bot_name(bot: Bot) -> str | None:
    """The bot's own name in Telegram, once Telegram has told it."""
    try:
        return bot.username
    except RuntimeError:
        return None


def _add_telegram(system: System, messengers: dict[str, Messenger], settings: TelegramSettings) -> None:
    from adapters.telegram.connection import TelegramConnection, make_bot
    from adapters.telegram.door import TelegramDoor
    from adapters.telegram.sender import NAME, TelegramMessenger

    bot = make_bot(settings.token, settings.api_url, settings.proxy)
    messenger = TelegramMessenger(bot)
    conversation = _conversation(system, NAME, lambda: _bot_name(bot))
    door = TelegramDoor(bot, messenger, conversation, system.service, system.store, system.clock)
    messengers[NAME] = messenger
    system.connections.append(TelegramConnection(bot, door))


def _add_slack(system: System, messengers: dict[str, Messenger], settings: SlackSettings) -> None:
    from adapters.slack.connection import SlackConnection
    from adapters.slack.door import SlackDoor
    from adapters.slack.sender import NAME, SlackMessenger, make_client

    client = make_client(settings.bot_token, settings.api_url)
    messenger = SlackMessenger(client)
    conversation = _conversation(system, NAME)
    door = SlackDoor(messenger, conversation, system.service, system.store, system.clock)
    messengers[NAME] = messenger
    system.connections.append(SlackConnection(client, settings.app_token, door))
