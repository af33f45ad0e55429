"""The demo behind the page: a town, seen and acted in as its people do. Implements the page's port ``Playground``."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from adapters.playground import shown, situation
from adapters.playground.cast import SLACK, TELEGRAM, Actor
from adapters.playground.clock import MovableClock
from adapters.playground.page.ports import Json, NotInDemo, PersonView, Step
from adapters.playground.town import Town, build
from bot.core.playbook.loading import Loaded
from bot.core.playbook.model import PersonId
from bot.core.request.deadlines import next_due
from bot.core.worktime import windows
from bot.ports import Filter
from storage.mapping import load_event

_ANSWER_SECONDS = 3.0
_FOLLOW_SECONDS = 0.3


class Demo:
    """A town that can be started over."""

    def __init__(self, loaded: Loaded) -> None:
        self._loaded = loaded
        self._folder = TemporaryDirectory(prefix="soglas-demo-")
        self._clock = MovableClock(situation.BEGINS)
        self._town: Town | None = None
        self._generation = 0
        self._seen: dict[PersonId, int] = {}
        self._events: list[Json] = []
        self._files: dict[str, tuple[str, bytes]] = {}
        self._following: asyncio.Task[None] | None = None
        self._order: list[PersonId] = []
        self._moving = asyncio.Lock()

    @property
    def town(self) -> Town:
        assert self._town is not None
        return self._town

    async def start(self) -> None:
        """Builds the town and plays the situation into it."""
        self._generation += 1
        self._clock.set(situation.BEGINS)
        database = Path(self._folder.name) / f"demo-{self._generation}.db"
        self._town = await build(self._loaded, database, self._clock, per_chat=1000)
        if situation.fits(self._town.playbook):
            await situation.play(self._town)
        else:
            self._clock.set(situation.OPENS_AT)
        self._events, self._seen = [], {}
        self._order = sorted(self._town.actors, key=lambda person: -self._count(self.town.actors[person]))
        await self._read_events()
        self._following = asyncio.create_task(self._follow(), name="demo-event-log")

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
        return [self._person(self.town.actors[person]) for person in self._order]

    def _person(self, actor: Actor) -> PersonView:
        book, person = self.town.playbook, self.town.playbook.people[actor.person]
        roles = [dict(role.title) for role in book.roles.values() if role.holder == actor.person]
        chat = actor.telegram_id if actor.messenger == TELEGRAM else self.town.slack.dm(actor.external)
        messenger: Any = actor.messenger
        return PersonView(actor.person, dict(person.name), person.market, roles, messenger, person.languages[0], chat)

    def _actor(self, person: str, messenger: str) -> Actor:
        actor = self.town.actors.get(person)
        if actor is None or actor.messenger != messenger:
            raise NotInDemo(person)
        return actor

    def telegram_chat(self, person: str) -> Sequence[Json]:
        messages = self.town.telegram.chat(self._actor(person, TELEGRAM).telegram_id)
        self._seen[person] = len(messages)
        return [shown.telegram_message(message, self._keep) for message in messages]

    def slack_chat(self, person: str) -> Sequence[Json]:
        actor = self._actor(person, SLACK)
        messages = self.town.slack.chat(self.town.slack.dm(actor.external))
        self._seen[person] = len(messages)
        return [shown.slack_message(message, self._keep) for message in messages]

    def _keep(self, name: str, data: bytes) -> str:
        key = hashlib.sha256(name.encode() + data).hexdigest()[:24]
        self._files[key] = (name, data)
        return f"/demo/files/{key}"

    def slack_views(self, person: str) -> Sequence[Json]:
        views = self.town.slack.views(self._actor(person, SLACK).external)
        return [{"id": view.id, "payload": view.payload} for view in views]

    def unread(self) -> Mapping[str, int]:
        return {person: max(0, self._count(actor) - self._seen.get(person, 0)) for person, actor in self.town.actors.items()}

    def _count(self, actor: Actor) -> int:
        if actor.messenger == TELEGRAM:
            return len(self.town.telegram.chat(actor.telegram_id))
        return len(self.town.slack.chat(self.town.slack.dm(actor.external)))

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

    _deadline: datetime | None = None

    def events(self, after: int) -> Sequence[Json]:
        return self._events[after:]

    def version(self) -> int:
        town = self.town
        answers = sum(len(town.telegram.answers(a.telegram_id)) for a in town.actors.values() if a.messenger == TELEGRAM)
        views = sum(len(town.slack.views(a.external)) for a in town.actors.values() if a.messenger == SLACK)
        calls = len(town.telegram.calls) + len(town.slack.calls)
        return (
            self._generation * 1_000_000_000 + calls * 1000 + answers + views + sum(map(self._count, town.actors.values())) * 10
        )

    def file(self, file_id: str) -> tuple[str, bytes] | None:
        return self._files.get(file_id)

    # what a visitor does

    async def telegram_tap(self, person: str, message_id: int, data: str) -> Json:
        actor = self._actor(person, TELEGRAM)
        callback = self.town.telegram.tap(actor.telegram_id, message_id, data)
        answer = await self._answer(actor, callback)
        await self._read_events()
        return answer

    async def _answer(self, actor: Actor, callback: str) -> Json:
        for _ in range(int(_ANSWER_SECONDS / 0.02)):
            for answer in self.town.telegram.answers(actor.telegram_id):
                if answer.callback_id == callback:
                    return {"answer": answer.text or None, "alert": answer.show_alert}
            await asyncio.sleep(0.02)
        return {"answer": None, "alert": False}

    async def telegram_say(self, person: str, text: str, reply_to: int | None) -> None:
        self.town.telegram.send_text(self._actor(person, TELEGRAM).telegram_id, text, reply_to=reply_to)

    async def slack_tap(
        self, person: str, ts: str, block_id: str, action_id: str, value: str | None, selected: str | None
    ) -> Json:
        user = self._actor(person, SLACK).external
        channel = ts if ts.startswith("V") else self.town.slack.dm(user)
        acked = await self.town.slack.tap(user, channel, ts, action_id, block_id=block_id, value=value, selected_option=selected)
        await self._read_events()
        return {"acked": acked.ok}

    async def slack_submit(self, person: str, view_id: str, values: Json) -> Json:
        user = self._actor(person, SLACK).external
        submitted = await self.town.slack.submit(user, view_id, shown.plain_values(values))
        await self._read_events()
        return {"acked": submitted.ok or bool(submitted.errors), "errors": submitted.errors}

    async def slack_close(self, person: str, view_id: str) -> None:
        await self.town.slack.close_view(self._actor(person, SLACK).external, view_id)

    async def slack_say(self, person: str, text: str, thread_ts: str | None) -> None:
        await self.town.slack.say(self._actor(person, SLACK).external, text, thread_ts=thread_ts)

    async def slack_command(self, person: str, text: str) -> None:
        name, _, rest = text.partition(" ")
        await self.town.slack.command(self._actor(person, SLACK).external, name, rest)

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

    async def _read_events(self) -> None:
        requests = await self.town.system.service.list(Filter(limit=1000))
        rows, dues = [], []
        for request in requests:
            found = await self.town.system.service.find(request.id)
            if found and (due := next_due(found.request, found.team)):
                dues.append(due.at)
            bodies = await self.town.system.store.read(lambda tx, r=request: tx.events(r.id))  # type: ignore[misc]
            rows += [(load_event(body), number, request) for number, body in enumerate(bodies)]
        # What the requests wait for; messages on their way and buttons that fade are no deadlines.
        self._deadline = min(dues, default=None)
        rows.sort(key=lambda row: (row[0].at, row[2].id, row[1]))
        self._events = [shown.event(self.town.playbook, seq, event, request) for seq, (event, _, request) in enumerate(rows, 1)]
