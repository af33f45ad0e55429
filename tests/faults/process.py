"""One life of the bot in the schedules: the real use cases and outbox, and a door that does what the real doors do."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Coroutine, Mapping, Sequence
from datetime import timedelta

from bot.absences import Absences
from bot.core.request.model import RequestId
from bot.deliveries import Deliveries
from bot.outbox import Outbox
from bot.ports import Update
from bot.service import Service, UpdateKey
from tests.faults.disk import Contested, Disk, MemoryStore
from tests.faults.power import Power
from tests.faults.world import NAME, Deed, Site, StandingClock, StrictPost

_MOST_SWEEPS = 60


class Door:
    """Writes down, acknowledges, handles each person's updates in order, answers, marks as handled."""

    def __init__(self, site: Site, power: Power, store: MemoryStore, service: Service, clock: StandingClock) -> None:
        self._site, self._power, self._service, self._clock = site, power, service, clock
        self._deliveries = Deliveries(NAME, store, clock)
        self._absences = Absences(store, clock, lambda: None)
        self._turns: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def receive(self, deeds: Sequence[Deed]) -> None:
        now = self._clock.now()
        updates = [Update(NAME, deed.id, json.dumps({"deed": deed.id}), now) for deed in deeds]
        new = {update.id for update in await self._deliveries.write_down(updates)}
        for deed in deeds:
            self._power.at("acknowledge")
            self._site.world.acknowledge(deed)
            self._power.at("acknowledged")
        await asyncio.gather(*(self._handle(deed) for deed in deeds if deed.id in new))

    async def resume(self, deeds: Mapping[str, Deed]) -> None:
        left = await self._deliveries.left_over(starting=True)
        ids = sorted((str(json.loads(update.body)["deed"]) for update in left), key=int)
        await asyncio.gather(*(self._handle(deeds[one]) for one in ids))

    async def _handle(self, deed: Deed) -> None:
        async with self._turns[deed.by]:
            # A person needs a moment between two taps.
            self._site.world.now += timedelta(milliseconds=1)
            await self._power.linger()
            await self._carried_out(deed)
            self._power.at("answer")
            self._site.world.answer(deed)
            self._power.at("answered")
            await self._deliveries.handled(deed.id)

    async def _carried_out(self, deed: Deed) -> None:
        if deed.do is not None:
            await self._service.do(RequestId(deed.request), deed.do, UpdateKey(NAME, deed.id))
        elif deed.draft is not None:
            await self._service.open("brand-a", deed.by, deed.draft, through=NAME, key=f"{NAME}:{deed.id}")
        elif deed.away is not None:
            await self._absences.leave(deed.by, deed.by, *deed.away, NAME)
        else:
            await self._absences.come_back(deed.by, deed.by)


class Process:
    """Everything that is gone after a cut."""

    def __init__(self, disk: Disk, site: Site, power: Power) -> None:
        self._site, self._power = site, power
        self._clock = StandingClock(site, power)
        self._store = MemoryStore(disk, power)
        self._service = Service(Contested(self._store, power), self._clock)
        self._outbox = Outbox(self._store, self._clock, {NAME: StrictPost(site, power)})
        self._door = Door(site, power, self._store, self._service, self._clock)

    async def takes(self, deeds: Sequence[Deed], hurry: bool) -> None:
        """Updates arrive while what was there before is sent; then what they bring, but in a ``hurry`` the next come first."""
        await self._beside(self._door.receive(deeds))
        if not hurry:
            await self.settles()

    async def recovers(self, deeds: Mapping[str, Deed], patience: timedelta, first: bool) -> None:
        """Starts on what another process left behind: what was written down, and what is delivered again."""
        again = list(self._site.world.waiting.values())
        if again and first:
            await self._beside(self._door.receive(again))
        await self._beside(self._door.resume(deeds))
        if again and not first:
            await self._beside(self._door.receive(again))
        await self.settles(patience)

    async def _beside(self, arriving: Coroutine[None, None, None]) -> None:
        """Now and then the doors and the worker are busy at the same time."""
        if not self._power.timing.getrandbits(1):
            await asyncio.gather(self._works(), arriving)
        else:
            await arriving

    async def _works(self) -> None:
        """One sweep, a little later than the doors begin."""
        for _ in range(self._power.timing.getrandbits(4)):
            await asyncio.sleep(0)
        await self._service.wake_due()
        await self._outbox.send_due()

    async def settles(self, patience: timedelta = timedelta(0)) -> None:
        """Everything that is due now, and within ``patience``, at its time."""
        until = self._clock.now() + patience
        for _ in range(_MOST_SWEEPS):
            due = await self._store.read(lambda tx: tx.next_due())
            if due is None or due > until:
                return
            if due > self._site.world.now:
                self._power.at("clock")
                self._site.world.now = due
            await self._service.wake_due()
            await self._outbox.send_due()
        raise AssertionError("there is always something left to do")
