"""Puts the parts together: the one file that knows the core, the storage and every adapter."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from secrets import token_hex
from typing import TYPE_CHECKING, Any, Literal, Protocol

import structlog

from bot.absences import Absences
from bot.answers import Answers
from bot.auditor import EVERY, Auditor
from bot.away import AwayTalk
from bot.card_talk import CardTalk
from bot.chance import SystemChance
from bot.conversation import Conversation, Talks
from bot.drafting.talk import NewTalk
from bot.hooks import Courier, Hooks
from bot.inbox import Inbox
from bot.invites import Invites
from bot.metrics import Metrics
from bot.observing import Observer
from bot.onboarding import OnboardingTalk
from bot.outbox import Outbox
from bot.pacing import Tariff
from bot.ports import Clock, Messenger, Store
from bot.readiness import Readiness
from bot.retention import USUAL, Kept
from bot.service import Service
from bot.settings import Role
from bot.ticker import Ticker
from bot.worker import Worker

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient
    from starlette.types import Receive, Scope, Send
    from telegram import Bot

    from adapters.slack.sender import SlackMessenger
    from adapters.telegram.sender import TelegramMessenger

log = structlog.get_logger("soglas.process")
# Seconds for each part of a stop, so that all of them together take less than ten. What is late is cut off; it was
# written down before, and is made up for after the next start.
_WORK, _CONNECTIONS = 5.5, 3.0
_BEAT = timedelta(seconds=30)


class Connection(Protocol):
    """A messenger's way in."""

    @property
    def connected(self) -> bool:
        """Whether what people do there arrives here now."""
        ...

    async def start(self) -> None: ...
    async def stop(self) -> None: ...


class HttpDoor(Connection, Protocol):
    """A messenger's way in over HTTP: an ASGI application that can refuse what is new and finish what it has taken."""

    async def finish(self) -> None: ...
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None: ...


@dataclass(frozen=True, slots=True)
class TelegramSettings:
    """``public_url`` and ``secret`` are for ``webhook``, in a process that takes deliveries."""

    token: str = field(repr=False)
    api_url: str | None = None
    proxy: str | None = field(default=None, repr=False)
    mode: Literal["polling", "webhook"] = "polling"
    public_url: str = ""
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """``app_token`` is for ``socket``, ``signing_secret`` for ``http`` in a process that takes deliveries."""

    bot_token: str = field(repr=False)
    app_token: str = field(default="", repr=False)
    api_url: str | None = None
    mode: Literal["socket", "http"] = "socket"
    signing_secret: str = field(default="", repr=False)


@dataclass(slots=True)
class System:
    """The running parts."""

    store: Store
    clock: Clock
    service: Service
    outbox: Outbox
    worker: Worker
    ticker: Ticker
    metrics: Metrics
    role: Role = Role.ALL
    connections: list[Connection] = field(default_factory=list)
    # What the messengers of this process are called.
    messengers: list[str] = field(default_factory=list)
    # Those of the connections that are served over HTTP, by the first part of their paths.
    doors: dict[str, HttpDoor] = field(default_factory=dict)

    def readiness(self) -> Readiness:
        """What can be asked whether this process can do its work."""
        # By the name of the messenger, in the order they were added.
        named = zip(self.messengers, self.connections, strict=True)
        parts: dict[str, Callable[[], bool]] = {name.lower(): partial(_is_connected, one) for name, one in named}
        parts["clock"] = lambda: self.ticker.is_steady
        if self.role is not Role.WEB:
            parts["worker"] = lambda: self.worker.is_sweeping
        return Readiness(self.store, self.clock, parts)

    async def start(self) -> None:
        """Connects the messengers, then starts the clock: what is due has somewhere to go."""
        for connection in self.connections:
            await connection.start()
        if self.role is not Role.WEB:
            self.store.listen(self.worker.nudge)
            self.worker.start()
            self.ticker.start()

    async def stop(self) -> None:
        """Takes nothing more, finishes what is under way, closes the sockets, then the database: that gives up the duties."""
        self.ticker.stop()
        await _within(_WORK, "work", self.worker.stop(), *(door.finish() for door in self.doors.values()))
        await _within(_CONNECTIONS, "connections", *(connection.stop() for connection in self.connections))
        await self.store.close()


def _is_connected(connection: Connection) -> bool:
    return connection.connected


async def _within(seconds: float, what: str, *parts: Coroutine[Any, Any, None]) -> None:
    """Stops parts of a kind at the same time. One that fails or takes too long does not keep the others from stopping."""
    if not parts:
        return
    stopping = [asyncio.create_task(part) for part in parts]
    _, late = await asyncio.wait(stopping, timeout=seconds)
    for task in late:
        log.warning("stopped_late", what=what)
        task.cancel()
    for end in await asyncio.gather(*stopping, return_exceptions=True):
        if isinstance(end, Exception):
            log.error("stop_failed", what=what, exc_info=end)


def assemble(
    store: Store,
    clock: Clock,
    telegram: TelegramSettings | None = None,
    slack: SlackSettings | None = None,
    role: Role = Role.ALL,
    kept: Kept = USUAL,
    courier: Courier | None = None,
    beat: Callable[[], Awaitable[object]] | None = None,
    *,
    paced: bool = True,
) -> System:
    """A system on a database that is up to date. Messengers that it does not need are left out, and not even imported.

    What is delivered over HTTP belongs to ``web``; sending, moments, polling and sockets belong to ``worker``.
    ``beat`` gives a sign of life outside after each audit that found nothing terrible. ``paced=False`` sends as fast as it
    can and lets the clock be moved: for messengers without limits, as in the demo.
    """
    nudges: list[Callable[[], None]] = []
    metrics = Metrics(role.value)
    service = Service(store, clock, lambda: nudges[0](), kept, metrics)
    messengers: dict[str, Messenger] = {}
    tariffs: dict[str, Tariff] = {}
    outbox = Outbox(store, clock, messengers, tariffs if paced else {}, metrics, partial(_leads, store, metrics, "sender"))
    worker = Worker(service, outbox, Hooks(store, clock, courier) if courier else None)
    nudges.append(worker.nudge)
    auditor = Auditor(store, clock, messengers, metrics, service.nudge, beat)
    every: dict[str, tuple[timedelta, Callable[[], Awaitable[object]]]] = {"audit": (EVERY, auditor.work)}
    if store.is_shared:
        every["beat"] = (_BEAT, partial(_beat, store, clock, f"process.{role.value}.{token_hex(4)}"))
    ticker = Ticker(worker.nudge, service.tidy, every, clock.now if paced else None, metrics.clock_jumped)
    system = System(store, clock, service, outbox, worker, ticker, metrics, role)
    if telegram and (role is not Role.WEB or telegram.mode == "webhook"):
        _add_telegram(system, messengers, tariffs, telegram)
    if slack and (role is not Role.WEB or slack.mode == "http"):
        _add_slack(system, messengers, tariffs, slack)
    return system


async def _beat(store: Store, clock: Clock, name: str) -> None:
    """This process is alive: for whoever asks which ones there are."""
    await store.run(lambda tx: tx.beat(name, clock.now()))


async def _leads(store: Store, observer: Observer, duty: str) -> bool:
    """Whether a duty is this process's, for the figures as well."""
    leads = await store.leads(duty)
    observer.duty(duty, leads)
    return leads


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


def _add_telegram(
    system: System, messengers: dict[str, Messenger], tariffs: dict[str, Tariff], settings: TelegramSettings
) -> None:
    from adapters.telegram.connection import make_bot
    from adapters.telegram.sender import NAME, TARIFF, TelegramMessenger

    bot = make_bot(settings.token, settings.api_url, settings.proxy)
    messenger = messengers[NAME] = TelegramMessenger(bot, partial(system.outbox.noted, NAME))
    tariffs[NAME] = TARIFF
    system.messengers.append("Telegram")
    system.connections.append(_telegram_connection(system, bot, messenger, settings))


def _telegram_connection(system: System, bot: Bot, messenger: TelegramMessenger, settings: TelegramSettings) -> Connection:
    """The way in, where this process has one."""
    if settings.mode == "webhook" and system.role is Role.WORKER:
        from adapters.telegram.webhook import TelegramOutgoing

        return TelegramOutgoing(bot)
    from adapters.telegram.door import TelegramDoor

    conversation = _conversation(system, messenger.name, lambda: _bot_name(bot))
    door = TelegramDoor(bot, messenger, conversation, system.service, system.store, system.clock, system.metrics)
    if settings.mode == "polling":
        from adapters.telegram.connection import TelegramConnection

        return TelegramConnection(bot, door, partial(_leads, system.store, system.metrics, "telegram"))
    from adapters.telegram.webhook import PREFIX, TelegramWebhook

    webhook = system.doors[PREFIX] = TelegramWebhook(bot, door, settings.public_url, settings.secret)
    return webhook


def _add_slack(system: System, messengers: dict[str, Messenger], tariffs: dict[str, Tariff], settings: SlackSettings) -> None:
    from adapters.slack.sender import NAME, TARIFF, SlackMessenger, make_client

    client = make_client(settings.bot_token, settings.api_url)
    messenger = messengers[NAME] = SlackMessenger(client, partial(system.outbox.noted, NAME))
    tariffs[NAME] = TARIFF
    system.messengers.append("Slack")
    system.connections.append(_slack_connection(system, client, messenger, settings))


def _slack_connection(system: System, client: AsyncWebClient, messenger: SlackMessenger, settings: SlackSettings) -> Connection:
    """The way in, where this process has one."""
    if settings.mode == "http" and system.role is Role.WORKER:
        from adapters.slack.http_mode import SlackOutgoing

        return SlackOutgoing(client)
    from adapters.slack.door import SlackDoor

    conversation = _conversation(system, messenger.name)
    door = SlackDoor(messenger, conversation, system.service, system.store, system.clock, system.metrics)
    if settings.mode == "socket":
        from adapters.slack.connection import SlackConnection

        return SlackConnection(client, settings.app_token, door)
    from adapters.slack.http_mode import PREFIX, SlackHttp

    served = system.doors[PREFIX] = SlackHttp(client, settings.signing_secret, door)
    return served
