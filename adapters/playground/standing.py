"""The town that stands now, as both sides of the demo need it: who is there, what they have seen, which files were shown."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime

from adapters.playground import shown
from adapters.playground.arriving import Arrival
from adapters.playground.cast import TELEGRAM, Actor
from adapters.playground.clock import MovableClock
from adapters.playground.page.ports import Json, NotInDemo
from adapters.playground.town import Town
from bot.core.playbook.model import PersonId
from bot.core.request.deadlines import next_due
from bot.ports import Filter
from storage.mapping import load_event


class Standing:
    """Holds the town; a restart puts another in its place."""

    def __init__(self, clock: MovableClock) -> None:
        self._clock = clock
        self._town: Town | None = None
        self._creators: Mapping[PersonId, Arrival] = {}
        self._seen: dict[PersonId, int] = {}
        self._files: dict[str, tuple[str, bytes]] = {}
        self._events: list[Json] = []
        self._deadline: datetime | None = None

    @property
    def town(self) -> Town:
        assert self._town is not None
        return self._town

    @property
    def _actors(self) -> Mapping[PersonId, Actor]:
        """Everybody a visitor can be: the playbook's people, and the creators."""
        return {**self.town.actors, **{person: one.actor for person, one in self._creators.items()}}

    def _actor(self, person: str, messenger: str) -> Actor:
        actor = self._actors.get(person)
        if actor is None or actor.messenger != messenger:
            raise NotInDemo(person)
        return actor

    def _count(self, actor: Actor) -> int:
        if actor.messenger == TELEGRAM:
            return len(self.town.telegram.chat(actor.telegram_id))
        return len(self.town.slack.chat(self.town.slack.dm(actor.external)))

    def _keep(self, name: str, data: bytes) -> str:
        key = hashlib.sha256(name.encode() + data).hexdigest()[:24]
        self._files[key] = (name, data)
        return f"/demo/files/{key}"

    def _names(self) -> shown.Names:
        book = {person: someone.name for person, someone in self.town.playbook.people.items()}
        return {**book, **{person: one.blogger.name for person, one in self._creators.items()}}

    async def _read_events(self) -> None:
        """Reads the event log anew, and what the requests wait for."""
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
        names = self._names()
        self._events = [shown.event(names, seq, event, request) for seq, (event, _, request) in enumerate(rows, 1)]
