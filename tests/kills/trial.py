"""One trial: a crowd taps, the bot is killed again and again and started at once, and in the end everything is looked at."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Literal

from adapters.playground.telegram.records import CallbackAnswer
from bot.core.request.deadlines import next_due
from bot.core.request.relevance import asked_of
from bot.ports import Transaction
from bot.teams import team_of
from storage.mapping import to_micros
from storage.upgrade import upgrade
from tests.kills.chats import Chats, beyond_kills
from tests.kills.crowd import Crowd
from tests.kills.decisions import Decisions
from tests.kills.kills import Ambush, Plan, plan
from tests.kills.processes import Life, Zygote
from tests.kills.records import Move, Records, histories, inbox
from tests.kills.scene import Scene, scene

Engine = Literal["sqlite", "postgresql"]
# Longer than any lease: what those that were killed had is free for whoever is started last.
_LEASED = timedelta(seconds=61)
_REST, _CALM, _BEGUN = 90.0, 3, 5
_BOTH_AT_ONCE = 0.15
_FIRST_DUE = "SELECT due_at, attempts FROM job WHERE kind IN ('card', 'tell', 'file') ORDER BY due_at LIMIT 1"
_WAITS, _TOLD = timedelta(seconds=30), 8


@dataclass(frozen=True, slots=True)
class Load:
    """How hard it is: seconds between two acts of a person, requests under way, and leases in seconds (0: the real ones)."""

    pause: float = 0.7
    under_way: int = 25
    leases: float = 0


@dataclass
class Report:
    """What a trial came to."""

    engine: Engine
    seed: int
    kills: int = 0
    taps: int = 0
    warned: int = 0
    decisions: int = 0
    refused: int = 0
    requests: int = 0
    twice: int = 0
    asked_twice: int = 0
    silent_decided: int = 0
    silent_refused: int = 0
    longest_answer: float = 0.0
    longest_handling: float = 0.0
    latest: float = 0.0
    attempts: int = 0
    seconds: float = 0.0
    wrong: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        return (
            f"{self.engine}, seed {self.seed}: {self.kills} kills in {self.seconds:.0f} s, {self.taps} taps and words "
            f"({self.warned} with a warning), {self.requests} requests, {self.decisions} decisions, {self.refused} refused taps, "
            f"{self.twice} messages twice and {self.asked_twice} questions again, no word on the button: {self.silent_decided} "
            f"decided and {self.silent_refused} refused, longest gap until a tap was answered {self.longest_answer:.1f} s, until "
            f"it was handled {self.longest_handling:.1f} s, latest message {self.latest:.1f} s late (claimed {self.attempts} times), "
            f"logged: {dict(self.wrong)}"
        )


class Trial:
    """``processes`` at a time, where the database can be shared."""

    def __init__(self, found: Scene, zygote: Zygote, report: Report, load: Load) -> None:
        self._scene, self._zygote, self._report, self._load = found, zygote, report, load
        self._random = Random(report.seed)
        self._crowd = Crowd(found, Random(report.seed + 1), pause=load.pause, under_way=load.under_way)
        self._lives: list[Life] = []
        self._killed: list[datetime] = []
        self._jumped = found.clock.now()

    async def play(self, kills: int, processes: int) -> None:
        records, begun = Records(self._scene.url), asyncio.get_running_loop().time()
        self._lives = [self._born() for _ in range(processes)]
        late = asyncio.create_task(self._watch(records))
        self._crowd.start()
        try:
            await self._begins()
            for _ in range(kills):
                await self._kill(plan(self._random))
            await self._crowd.stop()
            late.cancel()
            await self._last_start()
            await self._rests()
            self._report.seconds = asyncio.get_running_loop().time() - begun
            await self._look(records)
        finally:
            late.cancel()
            self._crowd.vanish()
            self._end()
            records.close()

    # lives

    def _born(self) -> Life:
        paced = self._random.random() < 0.5
        return self._zygote.born(self._scene.birth(paced=paced, leases=self._load.leases))

    async def _kill(self, planned: Plan) -> None:
        """One of those that live, now and then all of them; and at once others in their places."""
        chosen = [self._random.randrange(len(self._lives))]
        if len(self._lives) > 1 and self._random.random() < _BOTH_AT_ONCE:
            chosen = list(range(len(self._lives)))
        ambush = Ambush(planned, lambda: self._strike(chosen))
        self._scene.listeners.append(ambush.heard)
        burst = asyncio.create_task(self._crowd.burst()) if planned.burst else None
        await ambush.over()
        self._scene.listeners.clear()
        for number in chosen:
            await self._lives[number].ended()
            self._lives[number] = self._born()
            self._report.kills += 1
        if burst:
            await burst

    def _strike(self, chosen: list[int]) -> None:
        self._killed.append(self._scene.clock.now())
        for number in chosen:
            assert not self._lives[number].has_ended, f"a process ended by itself:\n{self._scene.log.read_text()[-3000:]}"
            self._lives[number].kill()

    async def _begins(self) -> None:
        """Until people have something before them: whoever is killed with the first cards in hand keeps them for a minute."""
        end = asyncio.get_running_loop().time() + _REST
        while len(self._scene.acts) < _BEGUN:
            assert asyncio.get_running_loop().time() < end, "nobody can do anything"
            await asyncio.sleep(0.05)

    async def _last_start(self) -> None:
        self._strike(list(range(len(self._lives))))
        for life in self._lives:
            await life.ended()
        self._jumped = self._scene.clock.now()
        self._scene.forward(_LEASED)
        self._lives = [self._born() for _ in self._lives]

    def _end(self) -> None:
        for life in self._lives:
            life.kill()

    # looking

    async def _watch(self, records: Records) -> None:
        """How late the latest message is, as long as people are killed."""
        while True:
            await asyncio.sleep(0.25)
            now = to_micros(self._scene.clock.now())
            for due, attempts in records.rows(_FIRST_DUE):
                if (now - due) / 1e6 > self._report.latest:
                    self._report.latest, self._report.attempts = (now - due) / 1e6, attempts

    async def _rests(self) -> None:
        """Until nothing is due, nothing unhandled, nothing on its way."""
        calm, end, calls = 0, asyncio.get_running_loop().time() + _REST, -1
        while calm < _CALM:
            assert asyncio.get_running_loop().time() < end, f"no rest: {await self._scene.store.read(self._left)}"
            await asyncio.sleep(0.3)
            before, calls = (
                calls,
                sum(c.method != "getUpdates" for c in self._scene.telegram.calls) + len(self._scene.slack.calls),
            )
            waiting = await self._scene.telegram.waiting() or self._scene.slack.sockets < 1
            left = await self._scene.store.read(self._left)
            calm = calm + 1 if calls == before and not waiting and not any(left) else 0

    def _left(self, tx: Transaction) -> tuple[int, int, int]:
        return tx.jobs_due(self._scene.clock.now()), len(tx.unhandled("telegram")), len(tx.unhandled("slack"))

    async def _look(self, records: Records) -> None:
        for life in self._lives:
            assert not life.has_ended, "a process ended by itself"
        found, taps = histories(records), inbox(records)
        decisions = Decisions(self._scene.acts, taps, found, _WAITS if self._scene.store.is_shared else None)
        await self._scene.store.read(decisions.check)
        chats, broken = Chats(self._scene), decisions.broken
        for moves in found.values():
            broken += await self._scene.store.read(lambda tx, moves=moves: list(self._neglected(tx, moves, chats)))  # type: ignore[misc]
        again, self._report.asked_twice = chats.twice(records)
        broken += [f"sent twice where nobody was killed: {one}" for one in beyond_kills(again, self._killed)]
        self._count(decisions, found, len(again))
        told = "\n".join(broken[:_TOLD])
        assert not broken, f"{len(broken)} promises broken, among them:\n{told}\n{self._report}"

    def _neglected(self, tx: Transaction, moves: list[Move], chats: Chats) -> Iterator[str]:
        """What a request lacks: somebody who owns each open step, a moment, a card for everybody asked, the truth on each."""
        request, now = moves[-1].after, self._scene.clock.now()
        for step in request.open_steps:
            if not step.waiting:
                yield f"{request.id}: step {step.number} is open and waits for nobody"
        due = next_due(request, team_of(tx, request, now))
        if due and (due.at <= now or not tx.first_job(f"wake:{request.id}")):
            yield f"{request.id}: {due} and nobody is woken for it"
        if without := asked_of(request) - {copy.person for copy in tx.copies(request.id)}:
            yield f"{request.id}: {without} are asked and have no card"
        yield from chats.untrue(tx, request, now)

    def _count(self, decisions: Decisions, found: dict[str, list[Move]], twice: int) -> None:
        report, scene = self._report, self._scene
        report.twice, report.requests = twice, len(found)
        report.taps, report.warned = len(scene.acts), sum(act.warned for act in scene.acts.values())
        report.decisions, report.refused = len(decisions.came_out), len(decisions.refused)
        answers = {one.callback_id: one.at for actor in scene.actors.values() for one in _answers(scene, actor.external)}
        for key, act in scene.acts.items():
            row, answered = decisions.handled(key), answers.get(act.callback)
            if row is None or row > self._jumped:
                continue  # after the jump of the clock: that says nothing about how long it took
            report.longest_handling = max(report.longest_handling, (row - act.at).total_seconds())
            if answered:
                report.longest_answer = max(report.longest_answer, (answered - act.at).total_seconds())
            elif act.callback:
                report.silent_decided += key in decisions.came_out
                report.silent_refused += key in decisions.refused
        for line in scene.log.read_text().splitlines() if scene.log.exists() else ():
            with suppress(ValueError):
                report.wrong[json.loads(line).get("event", "")] += 1


def _answers(scene: Scene, external: str) -> list[CallbackAnswer]:
    return scene.telegram.answers(int(external)) if external.isdigit() else []


async def trial(engine: Engine, kills: int, seed: int, folder: Path, zygote: Zygote, load: Load = Load()) -> Report:
    """Raises ``AssertionError`` where a promise does not hold. On PostgreSQL two processes work at a time."""
    report = Report(engine, seed)
    async with AsyncExitStack() as stack:
        found = await stack.enter_async_context(scene(_database(engine, folder), folder / f"{engine}-{seed}.log"))
        await Trial(found, zygote, report, load).play(kills, 1 if engine == "sqlite" else 2)
    return report


def _database(engine: Engine, folder: Path) -> str:
    if engine == "sqlite":
        url = f"sqlite:///{folder / 'kills.db'}"
        upgrade(url)
        return url
    from tests.storage.server import database, migrated

    return database(migrated())
