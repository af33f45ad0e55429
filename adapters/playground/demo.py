"""The demo behind the page: a town, seen and acted in as its people do. Implements the page's port ``Playground``."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from adapters.playground import shown, situation
from adapters.playground.cast import SLACK, TELEGRAM, Actor
from adapters.playground.clock import MovableClock
from adapters.playground.page.ports import Json, PersonView, Step
from adapters.playground.slack_side import SlackSide
from adapters.playground.telegram_side import TelegramSide
from adapters.playground.town import build
from bot.core.playbook.loading import Loaded
from bot.core.playbook.model import PersonId
from bot.core.worktime import windows

_FOLLOW_SECONDS = 0.3


class Demo(TelegramSide, SlackSide):
    """A town that can be started over."""

    def __init__(self, loaded: Loaded) -> None:
        super().__init__(MovableClock(situation.BEGINS))
        self._loaded = loaded
        self._folder = TemporaryDirectory(prefix="soglas-demo-")
        self._generation = 0
        self._following: asyncio.Task[None] | None = None
        self._order: list[PersonId] = []
        self._moving = asyncio.Lock()

    async def start(self) -> None:
        """Builds the town and plays the situation into it."""
        self._generation += 1
        self._clock.set(situation.BEGINS)
        database = Path(self._folder.name) / f"demo-{self._generation}.db"
        town = await build(self._loaded, database, self._clock, per_chat=1000, burst=1000)
        creators = await situation.play(town) if situation.fits(town.playbook) else {}
        self._clock.set(situation.OPENS_AT)
        # All at once: until here the page shows the town that was there before.
        self._town, self._creators, self._events, self._seen = town, creators, [], {}
        self._order = self._in_order()
        await self._read_events()
        self._following = asyncio.create_task(self._follow(), name="demo-event-log")

    def _in_order(self) -> list[PersonId]:
        """Those with the most to see first, then the creators."""
        team = sorted(self.town.actors, key=lambda person: -self._count(self.town.actors[person]))
        return [*team, *self._creators]

    async def _follow(self) -> None:
        """Keeps the event log up with whatever happens, whoever made it happen."""
        seen = -1
        while True:
            await asyncio.sleep(_FOLLOW_SECONDS)
            if (version := self.version()) != seen:
                seen = version
                await self._read_events()

    async def stop(self) -> None:
        await self._leave()
        self._folder.cleanup()

    async def _leave(self) -> None:
        if self._following is not None:
            self._following.cancel()
            await asyncio.gather(self._following, return_exceptions=True)
        if self._town is not None:
            await self._town.stop()

    # what the page shows

    def people(self) -> Sequence[PersonView]:
        """Those with the most to see come first, in an order that does not change under the visitor's hand."""
        return [self._person(self._actors[person]) for person in self._order]

    def _person(self, actor: Actor) -> PersonView:
        chat = actor.telegram_id if actor.messenger == TELEGRAM else self.town.slack.dm(actor.external)
        messenger: Any = actor.messenger
        book = self.town.playbook
        if creator := self._creators.get(actor.person):
            who, role = creator.blogger, dict(creator.role(book))
            return PersonView(actor.person, dict(who.name), who.market, [role], messenger, who.language, chat, creator=True)
        person = book.people[actor.person]
        roles = [dict(role.title) for role in book.roles.values() if role.holder == actor.person]
        return PersonView(actor.person, dict(person.name), person.market, roles, messenger, person.languages[0], chat)

    def unread(self) -> Mapping[str, int]:
        return {person: max(0, self._count(actor) - self._seen.get(person, 0)) for person, actor in self._actors.items()}

    def clock(self) -> Json:
        now, book = self._clock.now(), self.town.playbook
        offices = shown.offices(book, now)
        deadline, opening = self._next("deadline"), self._next("opening")
        return {
            "now": now.isoformat(),
            "offices": offices,
            "next_deadline": deadline.isoformat() if deadline else None,
            "next_opening": opening.isoformat() if opening else None,
        }

    def _next(self, step: Step) -> datetime | None:
        now, book = self._clock.now(), self.town.playbook
        if step == "hour":
            return now + timedelta(hours=1)
        if step == "deadline":
            return self._deadline if self._deadline and self._deadline > now else None
        closed = [hours for m in book.markets if not (hours := windows(book.market_calendar(m))).is_open(now)]
        hours_of_all = closed or [windows(book.market_calendar(m)) for m in book.markets]
        return min(hours.opening(now if closed else hours.closing(now)) for hours in hours_of_all)

    def events(self, after: int) -> Sequence[Json]:
        return self._events[after:]

    def version(self) -> int:
        town, actors = self.town, self._actors.values()
        answers = sum(len(town.telegram.answers(one.telegram_id)) for one in actors if one.messenger == TELEGRAM)
        views = sum(len(town.slack.views(one.external)) for one in actors if one.messenger == SLACK)
        calls = len(town.telegram.calls) + len(town.slack.calls)
        return self._generation * 1_000_000_000 + calls * 1000 + answers + views + sum(map(self._count, actors)) * 10

    def file(self, file_id: str) -> tuple[str, bytes] | None:
        return self._files.get(file_id)

    # what a visitor does

    async def move_clock(self, to: Step) -> Json:
        async with self._moving:
            await self._read_events()
            at = self._next(to)
            if at is not None:
                await self.town.forward(at)
            await self._read_events()
        return self.clock()

    async def restart(self) -> None:
        async with self._moving:
            await self._leave()
            await self.start()
