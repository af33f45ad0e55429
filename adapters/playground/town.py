"""A whole system on loopback: both stand-ins, the real bot between them, people with accounts, and a clock that can be moved.

The demo page and the story tests use this same town.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from adapters.playground.cast import TELEGRAM, Actor, cast
from adapters.playground.clock import MovableClock
from adapters.playground.slack import SlackStandIn
from adapters.playground.telegram import ParsedText, TelegramStandIn
from bot.core.playbook.loading import Loaded
from bot.core.playbook.model import PersonId, Playbook
from bot.wiring import SlackSettings, System, TelegramSettings, assemble
from storage.opening import open_store
from storage.upgrade import upgrade

_TELEGRAM_TOKEN = "42:DEMO"
_SLACK_BOT, _SLACK_APP = "xoxb-demo", "xapp-demo"
_MOST_MOMENTS = 10_000


@dataclass(slots=True)
class Town:
    """The running parts. ``system`` is the real bot."""

    clock: MovableClock
    telegram: TelegramStandIn
    slack: SlackStandIn
    system: System
    playbook: Playbook
    actors: Mapping[PersonId, Actor]
    database: Path
    url: str

    async def forward(self, to: datetime) -> None:
        """Moves the clock, stopping at everything that is due on the way, so that all of it happens at its time."""
        for _ in range(_MOST_MOMENTS):
            due = await self.system.store.read(lambda tx: tx.next_due())
            if due is None or due > to:
                break
            before = self.clock.now()
            self.clock.set(max(due, before))
            await self.system.worker.settle()
            if due <= before and await self.system.store.read(lambda tx: tx.next_due()) == due:
                break  # it waits for a messenger, not for the clock
        self.clock.set(max(to, self.clock.now()))
        await self.system.worker.settle()

    async def stop(self) -> None:
        """Stops the bot first, then the platforms it talks with."""
        await self.system.stop()
        await self.slack.stop()
        await self.telegram.stop()


async def build(
    loaded: Loaded,
    database: Path,
    clock: MovableClock,
    parse_html: Callable[[str], ParsedText] | None = None,
    per_chat: int = 20,
    burst: int = 10,
    url: str = "",
) -> Town:
    """A town on an empty or existing database; its bot is connected and its playbook in force.

    ``per_chat`` and ``burst`` are how many messages the messengers take at once. They count real time, and days pass here
    in a moment. With ``url`` the bot has another database than the file.
    """
    playbook = loaded.playbook
    assert playbook is not None
    telegram = TelegramStandIn(token=_TELEGRAM_TOKEN, now=clock.now, parse_html=parse_html, per_second=1000, per_chat=per_chat)
    slack = SlackStandIn(bot_token=_SLACK_BOT, app_token=_SLACK_APP, now=clock.now, burst=burst)
    await telegram.start()
    await slack.start()
    actors = cast(playbook)
    for actor in actors.values():
        _settle_in(actor, playbook, telegram, slack)
    url = url or f"sqlite:///{database}"
    system = await _start_bot(url, clock, telegram, slack)
    town = Town(clock, telegram, slack, system, playbook, actors, database, url)
    await system.service.agree_elsewhere(playbook, loaded.data, loaded.digest)
    for actor in actors.values():
        await system.store.run(lambda tx, actor=actor: tx.save_account(actor.account()))  # type: ignore[misc]
    return town


async def _start_bot(url: str, clock: MovableClock, telegram: TelegramStandIn, slack: SlackStandIn) -> System:
    upgrade(url)
    api = telegram.base_url.removesuffix("/bot")
    system = assemble(
        open_store(url),
        clock,
        TelegramSettings(_TELEGRAM_TOKEN, api),
        SlackSettings(_SLACK_BOT, _SLACK_APP, slack.api_url),
        paced=False,
    )
    await system.start()
    return system


async def restart_bot(town: Town) -> None:
    """Stops the bot and starts a new one on the same database; the platforms go on."""
    await town.system.stop()
    town.system = await _start_bot(town.url, town.clock, town.telegram, town.slack)


def _settle_in(actor: Actor, playbook: Playbook, telegram: TelegramStandIn, slack: SlackStandIn) -> None:
    person = playbook.people[actor.person]
    language = person.languages[0]
    name = person.name.get(language) or next(iter(person.name.values()))
    if actor.messenger == TELEGRAM:
        telegram.add_user(actor.telegram_id, name, language_code=language)
    else:
        slack.add_user(actor.external, name, tz=playbook.markets[person.market].timezone)
