"""One rolling upgrade under load: the old one alone, the migration, both, the new one alone, and the way back."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

from bot.ports import Transaction
from storage.mapping import to_micros
from tests.kills.records import Records
from tests.rolling.crowd import OverHttp
from tests.rolling.report import Process, Report
from tests.rolling.running import Running, begun
from tests.rolling.town import Town, town
from tests.rolling.truth import Truth
from tests.rolling.versions import Version, this_one, unpacked
from tests.storage.server import database

_PAUSE, _PAUSE_PACED, _UNDER_WAY = 0.7, 2.0, 12
# Which part of the taps belongs to what, at least: people go on tapping while processes start.
_OLD_ALONE, _BOTH, _NEW_ALONE, _AFTERWARDS = 0.2, 0.4, 0.25, 0.1
_BESIDE, _LONGEST = 4.0, 12.0  # seconds both are at work at least; seconds any part may take
_REST, _REST_PACED, _CALM, _TOLD = 20.0, 240.0, 3, 8
_ANSWERED_WITHIN = 10.0
_REVISION = "SELECT version_num FROM alembic_version"
_WAITING = "SELECT key, due_at FROM job WHERE due_at <= %d ORDER BY due_at LIMIT 5"


@dataclass(frozen=True, slots=True)
class Load:
    """How many taps; whether at the messengers' own pace, by the command as it is."""

    taps: int
    seed: int
    paced: bool = False


class Rolling:
    """The processes, one after the other and beside each other."""

    def __init__(self, town: Town, old: Version, new: Version, records: Records, report: Report, load: Load) -> None:
        self._town, self._old, self._new, self._records, self._report, self._load = town, old, new, records, report, load
        self._scene = town.scene
        self._there: list[Running] = []
        self._notes: dict[Running, Process] = {}
        self._all: list[Running] = []
        pause = _PAUSE_PACED if load.paced else _PAUSE
        self._crowd = OverHttp(self._scene, Random(load.seed), records, lambda: self._there, pause=pause, under_way=_UNDER_WAY)
        self._loop = asyncio.get_running_loop()

    async def play(self) -> list[str]:
        """Gives every promise that was broken."""
        try:
            old = await self._up(self._old)
            assert old, f"the old version does not start: {self._scene.log.read_text()[-2000:]}"
            self._crowd.start()
            await self._until(_OLD_ALONE)
            await self._migrate()
            new = await self._up(self._new)
            assert new, f"the new version does not start: {self._scene.log.read_text()[-2000:]}"
            await self._beside(old, new)
            await self._until(_NEW_ALONE)
            last = await self._back(new)
            await self._until(_AFTERWARDS)
            await self._crowd.stop()
            await self._rests()
            return await self._looked_at(last)
        finally:
            self._crowd.vanish()
            for one in self._all:
                await one.end()

    # processes

    async def _up(self, version: Version) -> Running | None:
        at = self._loop.time()
        one = await begun(version, self._town.settings, self._scene.log, paced=self._load.paced)
        self._all.append(one)
        if not await one.is_up():
            return None
        self._there.append(one)
        note = self._notes[one] = Process(one.name, start=self._loop.time() - at)
        self._report.processes.append(note)
        return one

    async def _down(self, one: Running) -> None:
        """SIGTERM, in the middle of everything. Whoever opens requests finds out for themselves."""
        self._notes[one].figures = await one.asked()
        at = self._loop.time()
        code = await one.stop()
        self._there.remove(one)
        self._notes[one].stop = self._loop.time() - at
        assert code == 0, f"the {one.name} one ended with {code}"

    async def _migrate(self) -> None:
        """By the new version's own command, while the old one is at work."""
        at = self._loop.time()
        said = await self._new.says("db", "upgrade", settings=self._town.settings)
        self._report.migration = self._loop.time() - at
        assert said.code == 0, said.err
        self.revision_is(self._new.revision())

    async def _beside(self, old: Running, new: Running) -> None:
        """Both at once; then the old one goes."""
        at, before = self._loop.time(), (await old.asked()).taps
        await self._until(_BOTH, least=_BESIDE)
        self._notes[old].beside, self._notes[new].beside = (await old.asked()).taps - before, (await new.asked()).taps
        await self._down(old)
        self._report.overlap = self._loop.time() - at

    async def _back(self, new: Running) -> Running:
        """The old one again, if it starts on this schema; gives who is at work then."""
        at = self._loop.time()
        old = await self._up(self._old)
        if old is None:
            line = self._scene.log.read_text().strip().splitlines()[-2:]
            self._report.back = f"the old one does not start ({self._loop.time() - at:.1f} s): {' '.join(line)}"
            return new
        await self._until(_BOTH, least=_BESIDE)
        await self._down(new)
        self._report.back = "the old one took over again"
        return old

    def revision_is(self, wanted: str) -> None:
        found = self._records.rows(_REVISION)[0][0]
        assert found == wanted, f"the schema is {found} instead of {wanted}"

    # load

    async def _until(self, part: float, least: float = 0.0) -> None:
        """Until so much more of the load is over; a machine that is slow must not take for ever."""
        begun_at, before = self._loop.time(), len(self._scene.acts)
        while (passed := self._loop.time() - begun_at) < _LONGEST:
            self._nobody_died()
            if passed >= least and len(self._scene.acts) - before >= part * self._load.taps:
                return
            await asyncio.sleep(0.05)

    def _nobody_died(self) -> None:
        for one in self._there:
            assert not one.has_ended, f"the {one.name} one ended by itself: {self._scene.log.read_text()[-2000:]}"

    async def _rests(self) -> None:
        """Until nothing is due, nothing unhandled, nothing on its way."""
        begun_at, calm, calls = self._loop.time(), 0, -1
        while calm < _CALM:
            left = await self._scene.store.read(self._left)
            waits = f"{left}, {self._records.rows(_WAITING % to_micros(self._scene.clock.now()))}"
            assert self._loop.time() - begun_at < (_REST_PACED if self._load.paced else _REST), f"no rest: {waits}"
            await asyncio.sleep(0.3)
            before, calls = calls, self._calls()
            calm = calm + 1 if calls == before and not await self._scene.telegram.waiting() and not any(left) else 0
        self._report.rest = self._loop.time() - begun_at

    def _calls(self) -> int:
        return sum(call.method != "getUpdates" for call in self._scene.telegram.calls) + len(self._scene.slack.calls)

    def _left(self, tx: Transaction) -> tuple[int, int, int]:
        return tx.jobs_due(self._scene.clock.now()), len(tx.unhandled("telegram")), len(tx.unhandled("slack"))

    # looking

    async def _looked_at(self, last: Running) -> list[str]:
        self._nobody_died()
        rested = self._scene.clock.now()
        await self._down(last)
        instants = (rested, self._scene.clock.now())
        verified = await self._new.says("audit", "verify", settings=self._town.settings)
        broken = await Truth(self._town, self._old, self._records, self._report, instants).broken(self._crowd.opened)
        if verified.code:
            broken.append(f"soglas audit verify: {verified.err}")
        self._count()
        return [*broken, *self._of_processes()]

    def _count(self) -> None:
        report = self._report
        report.opened_again, report.longest_opening = self._crowd.tries, self._crowd.longest
        for name, opened in self._crowd.by.items():
            next(note for note in report.processes if note.name == name).opened = opened
        for line in self._scene.log.read_text().splitlines():
            with suppress(ValueError):
                said = json.loads(line)
                report.said[f"{said['level']} {said['event']}"] += said["level"] != "info"

    def _of_processes(self) -> list[str]:
        found = [f"{one.name}: taps without an answer" for one in self._notes if self._notes[one].figures.silent]
        found += [f"{one.name}: its schema was not ready" for one in self._notes if "schema" in one.unready]
        found += [
            f"the {note.name} one answered no tap beside the other" for note in self._report.processes[:2] if not note.beside
        ]
        found += [
            f"{what}: {times} times" for what, times in self._report.said.items() if times and what.startswith(("error", "crit"))
        ]
        slow = max(self._report.answers, default=0.0)
        return [*found, *([f"an answer took {slow:.1f} s"] if slow > _ANSWERED_WITHIN else [])]


async def upgrade(commit: str, load: Load, folder: Path) -> tuple[Report, list[str]]:
    """From a commit to this checkout. Gives the figures, and what was broken."""
    old, new = unpacked(commit, folder), this_one(folder)
    report, begun_at = Report(commit, (old.revision(), new.revision())), asyncio.get_running_loop().time()
    try:
        for one in (old, new):
            one.is_itself()
        async with AsyncExitStack() as stack:
            found = await stack.enter_async_context(town(database(), old, folder / "log.jsonl", paced=load.paced))
            records = Records(found.scene.url)
            stack.callback(records.close)
            rolling = Rolling(found, old, new, records, report, load)
            rolling.revision_is(old.revision())
            broken = await rolling.play()
    except (AssertionError, TimeoutError) as error:
        broken = [str(error) or "a process neither started nor ended in time"]
    report.seconds = asyncio.get_running_loop().time() - begun_at
    return report, broken[:_TOLD]
