"""What outlives every kill: the database, both platforms with their people, and what they have done and were told."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from adapters.playground.cast import TELEGRAM, Actor, cast
from adapters.playground.clock import MovableClock
from adapters.playground.slack import SlackStandIn
from adapters.playground.slack.link import Link
from adapters.playground.slack.records import Acked
from adapters.playground.telegram import TelegramStandIn
from adapters.playground.telegram.updates import UpdateQueue
from adapters.slack.payload import Kind, delivery, user
from bot.core.playbook.model import PersonId, Playbook
from bot.ports import Store
from bot.service import Service
from storage.opening import open_store
from tests.kills.life import SLACK_APP, SLACK_BOT, TELEGRAM_TOKEN, Birth, clock_of
from tests.ready import brand

BOTH_OPEN = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)  # a Tuesday: afternoon in Moscow, morning in New York
# Contracts wait for one of two and then for both of two, on either side of the ocean: people who tap at the same time.
_PATH = "        - {review: coordinator, within: 4h}\n        - {review: legal, within: 8h}\n"
_TOGETHER = (
    "        - {review: {any_of: [coordinator, us_creator_relations]}, within: 4h}\n"
    "        - {review: {all_of: [legal, us_market_lead]}, within: 8h}\n"
)
_MANY = 100_000  # the pace is the bot's own; here nobody refuses
Heard = Callable[[str], None]
Json = dict[str, Any]  # Any: payloads are Slack's own JSON


@dataclass(frozen=True, slots=True)
class Act:
    """Something a person did, by the id it is written down under. ``warned`` when their own screen said that it failed."""

    messenger: str
    key: str
    person: PersonId
    at: datetime
    data: str = ""
    callback: str = ""
    warned: bool = False


class Watched(list[Any]):  # Any: the calls of either platform
    """The calls of a platform, of which somebody hears at once: when it has carried one out and before it answers."""

    def __init__(self, messenger: str, heard: Heard) -> None:
        super().__init__()
        self._messenger, self._heard = messenger, heard

    def append(self, call: Any) -> None:
        super().append(call)
        if call.ok:
            self._heard(f"{self._messenger} {call.method}")


@dataclass
class Scene:
    """Everything the lives talk with."""

    url: str
    at: datetime
    since: float
    clock: MovableClock
    telegram: TelegramStandIn
    slack: SlackStandIn
    store: Store
    service: Service
    playbook: Playbook
    actors: dict[PersonId, Actor]
    log: Path
    acts: dict[tuple[str, str], Act] = field(default_factory=dict)
    listeners: list[Heard] = field(default_factory=list)

    def birth(self, *, paced: bool, leases: float) -> Birth:
        api = self.telegram.base_url.removesuffix("/bot")
        return Birth(self.url, api, self.slack.api_url, self.at.isoformat(), self.since, str(self.log), paced, leases)

    def forward(self, amount: timedelta) -> None:
        """For those born from now on, and for everybody around them."""
        self.at, self.since = self.clock.now() + amount, time.monotonic()
        self.clock.set(self.at)

    def heard(self, what: str) -> None:
        for listener in self.listeners:
            listener(what)

    def done(self, act: Act) -> None:
        self.acts[act.messenger, act.key] = act

    def on_slack(self, body: Json, kind: str, at: datetime, acked: Acked) -> None:
        """A delivery that a person caused has ended, acknowledged or not."""
        which = {"block_actions": Kind.TAP, "view_submission": Kind.VIEW}.get(str(body.get("type")), Kind.MESSAGE)
        person = next((one.person for one in self.actors.values() if one.external == user(body)), None)
        if person is None or (kind != "interactive" and ("subtype" in body["event"] or body["event"]["type"] != "message")):
            return  # of the bot's own messages
        actions = body.get("actions") or [{}]
        key = delivery(which, body)
        before = self.acts.get(("slack", key))
        warned = not acked.ok and (before is None or before.warned)
        self.done(Act("slack", key, person, before.at if before else at, str(actions[0].get("value") or ""), warned=warned))


@asynccontextmanager
async def scene(url: str, log: Path) -> AsyncIterator[Scene]:
    """Brand A's people on a new database; nobody has done anything yet."""
    since = time.monotonic()
    clock = clock_of(BOTH_OPEN, since)
    loaded = brand("brand-a.yaml", (_PATH, _TOGETHER))
    assert loaded.playbook
    telegram = TelegramStandIn(token=TELEGRAM_TOKEN, now=clock.now, per_second=_MANY, per_chat=_MANY)
    slack = SlackStandIn(bot_token=SLACK_BOT, app_token=SLACK_APP, now=clock.now, burst=_MANY)
    slack.link.most_sockets = 1000  # sockets of the dead are gone a moment after them
    store = open_store(url)
    service = Service(store, clock)
    found = Scene(
        url, BOTH_OPEN, since, clock, telegram, slack, store, service, loaded.playbook, dict(cast(loaded.playbook)), log
    )
    telegram._server.calls = Watched("telegram", found.heard)
    slack._server.calls = Watched("slack", found.heard)
    slack.link.deliver = _told(slack.link, found)  # type: ignore[method-assign]
    slack.link._acknowledge = _acknowledged(slack.link, found)  # type: ignore[method-assign, assignment]
    queue = telegram._world.updates
    queue._confirm = _confirmed(queue, found)  # type: ignore[method-assign, assignment]
    await telegram.start()
    await slack.start()
    try:
        await service.agree_elsewhere(loaded.playbook, loaded.data, loaded.digest)
        for actor in found.actors.values():
            _settle_in(found, actor)
            await store.run(lambda tx, actor=actor: tx.save_account(actor.account()))  # type: ignore[misc]
        yield found
    finally:
        await slack.stop()
        await telegram.stop()
        await store.close()


def _told(link: Link, to: Scene) -> Callable[..., Any]:
    """Delivering as Slack does, and noting what came of it."""
    deliver = link.deliver

    async def noted(kind: str, payload: Json, **how: Any) -> Acked:
        at = to.clock.now()
        acked = await deliver(kind, payload, **how)
        to.on_slack(payload, kind, at, acked)
        return acked

    return noted


def _acknowledged(link: Link, to: Scene) -> Callable[[str], None]:
    """Taking an acknowledgement as Slack does, and saying so at once when it is for something a person did."""
    acknowledge, answered, by_people = link._acknowledge, link._answered, set[str]()

    async def asked(envelope: Json, patience: float) -> tuple[bool, Any]:
        if not {"bot_id", "subtype"} & envelope["payload"].get("event", {}).keys():
            by_people.add(envelope["envelope_id"])
        return await answered(envelope, patience)

    def told(text: str) -> None:
        acknowledge(text)
        if json.loads(text).get("envelope_id") in by_people:
            to.heard("slack acked")

    link._answered = asked  # type: ignore[method-assign]
    return told


def _confirmed(queue: UpdateQueue, to: Scene) -> Callable[[int], None]:
    """Confirming as Telegram does, and saying so when anything was."""
    confirm = queue._confirm

    def told(offset: int) -> None:
        before = len(queue._waiting)
        confirm(offset)
        if len(queue._waiting) < before:
            to.heard("telegram confirmed")

    return told


def _settle_in(to: Scene, actor: Actor) -> None:
    person = to.playbook.people[actor.person]
    language = person.languages[0]
    if actor.messenger == TELEGRAM:
        to.telegram.add_user(actor.telegram_id, person.name[language], language_code=language)
    else:
        to.slack.add_user(actor.external, person.name[language], tz=to.playbook.markets[person.market].timezone)
