"""Crash schedules through the real doors. One schedule is one cut in a step of a script, at a write, a call or an
acknowledgement, and its recovery; what comes of it is compared with what came of the step without a cut."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from adapters.playground.cast import cast
from bot.core.cards import card
from bot.core.request.model import Draft, RequestId
from bot.ports import Copy
from bot.service import Service
from bot.teams import reader_of, team_of
from tests.faults.disk import Disk, MemoryStore, empty_schema, transaction_on
from tests.faults.door_process import DoorProcess, OutsideClock
from tests.faults.gestures import Gesture, People
from tests.faults.heard import listening
from tests.faults.loop import alone
from tests.faults.oracle import Broke, happened
from tests.faults.power import Power
from tests.faults.schedules import Failed, _parsed_once
from tests.faults.town import Outside
from tests.office import BOOK, BRAND, START

_LEASED = timedelta(seconds=61)
_STEPS = 7
_FAMILY = "--doors "
_OPENED = (("sveta", "creator_selection", "RU"), ("jordan", "creator_selection", "US"))
# No promise says that a card is drawn again every minute.
_TIME_LEFT = re.compile(r', осталось: [^\\\n"]*|, [^,\\\n"]* left')
Facts = Counter[tuple[str, str, str, str]]


@dataclass
class Result:
    """What a life left behind: what happened to the requests."""

    facts: Facts
    path: tuple[int, ...] = ()


class DoorScript:
    """One script and its schedules."""

    def __init__(self, disk: Disk, seed: int, number: int, chance: float, only: tuple[int, ...] = ()) -> None:
        self._disk, self._seed, self._number, self._chance, self._only = disk, seed, number, chance, only
        playbook = BOOK.playbook
        assert playbook is not None
        self._actors = cast(playbook)
        self._outside = Outside(playbook, self._actors, START)
        self._rng = Random(seed * 1_000_003 + number)
        self._people = People(self._actors, self._outside, self._rng)
        self._tx = transaction_on(disk, writes=False)
        self._forked: list[Result] = []
        self._facts_before: Facts = Counter()
        self._step = 0
        self._failed: Failed | None = None
        self.schedules = 0

    def play(self) -> None:
        try:
            with self._disk.undone():
                alone(self._begins)
                self._life(None)
                for self._step in range(1, _STEPS):
                    self._outside.town.now += timedelta(seconds=self._rng.choice((2, 5, 90)))
                    gestures = self._people.act()
                    self._life(gestures)
        except BaseException:
            if self._failed:
                raise self._failed from self._failed.__cause__
            raise

    async def _begins(self) -> None:
        power = Power(Random(0))
        store, clock = MemoryStore(self._disk, power), OutsideClock(self._outside, power)
        for actor in self._actors.values():
            account = actor.account()
            await store.run(lambda tx, account=account: tx.save_account(account))  # type: ignore[misc]
        service = Service(store, clock)
        for person, kind, market in _OPENED:
            await service.open(BRAND, person, Draft(kind, market, "List for January", "Two names"), through="test")

    def _life(self, gestures: tuple[Gesture, ...] | None) -> None:
        """A step without a cut; from its places others fork off, and all must come to the same."""
        before, self._facts_before = self._people.seen(), self._facts()
        self._forked, place = [], [0]
        is_first = gestures is None

        def point(_number: int, _kind: str) -> None:
            self._fork(place[0], before, gestures or ())
            place[0] += 1

        power = Power(Random(self._seed + self._step), (lambda *_: None) if is_first else point)
        alone(lambda: DoorProcess(self._disk, self._outside, power).lives())
        try:
            whole = self._result(before, gestures or (), ())
            for forked in self._forked:
                if what := _differ(forked.facts, whole.facts, is_race=len(gestures or ()) > 1):
                    self._fails(forked.path, what)
        except Broke as error:
            self._fails((), str(error))

    def _fails(self, path: tuple[int, ...], what: str) -> None:
        raise Failed(self._seed, self._number, path, what, _FAMILY)

    def _fork(self, place: int, before: Mapping[str, object], gestures: tuple[Gesture, ...]) -> None:
        path = (self._step, place)
        drawn = hash((self._seed, self._number, *path))
        if self._failed or (self._only and path != self._only) or (not self._only and drawn % 4093 > self._chance * 4093):
            return
        rng = Random(drawn)
        try:
            with self._apart():
                power = Power(rng)
                alone(lambda: DoorProcess(self._disk, self._outside, power).lives(_LEASED))
                self._forked.append(self._result(before, gestures, path))
                self.schedules += 1
        except BaseException as error:
            if self._failed is None:
                what = str(error) if isinstance(error, Broke) else repr(error)
                self._failed = Failed(self._seed, self._number, path, what, _FAMILY)
                self._failed.__cause__ = error
            raise

    @contextmanager
    def _apart(self) -> Iterator[None]:
        town = self._outside.town
        self._outside.town = self._outside.kept()
        try:
            with self._disk.undone():
                yield
        finally:
            self._outside.town = town

    def _result(self, before: Mapping[str, object], gestures: tuple[Gesture, ...], path: tuple[int, ...]) -> Result:
        self._tx.forget()
        town = self._outside.town
        inbox = {str(one): int(at) for one, at in self._disk.rows("SELECT id, handled_at FROM inbox")}
        if forgotten := {str(one) for one in town.confirmed} - inbox.keys():
            raise Broke(f"confirmed and forgotten: {forgotten}")
        if town.waiting or town.telegram._world.updates.unconfirmed():
            raise Broke(f"never acknowledged: {town.waiting}")
        if left := [one for one, at in inbox.items() if not at]:
            raise Broke(f"never handled: {left}")
        seen = self._people.seen()
        for gesture in gestures:
            if seen[gesture.person] == before[gesture.person]:
                raise Broke(f"{gesture}: nothing is to be seen of it")
        facts = self._facts()
        self._answered({by for _, _, by, _ in facts - self._facts_before} if path else set())
        self._converged()
        return Result(facts, path)

    def _answered(self, decided: set[str]) -> None:
        """The button of every tap has stopped spinning. Where a cut took the answer to a decision, the card shows it."""
        world = self._outside.town.telegram._world
        for tap in world.taps.values():
            person = self._people.who(tap.user_id)
            if not tap.answered and person not in decided:
                raise Broke(f"the tap of {person} was never answered")

    def _facts(self) -> Facts:
        found: Facts = Counter()
        for request, body in self._disk.rows("SELECT request, body FROM event"):
            event = happened(str(body))
            fact = event.fact
            found[str(request), type(fact).__name__, str(event.by), str(getattr(fact, "text", ""))] += 1
        return found

    def _converged(self) -> None:
        """Every card says and offers what a new one would, but for the minutes that are left."""
        process = DoorProcess(self._disk, self._outside, Power(Random(0)))
        for row in self._disk.rows("SELECT request, person, messenger, chat, message FROM copy"):
            request, person, messenger, chat, message = map(str, row)
            copy = Copy(RequestId(request), person, messenger, chat, message, "")
            stored = self._tx.request(copy.request)
            assert stored is not None
            state, now = stored.request, self._outside.town.now
            team = team_of(self._tx, state, now)
            drawn = process.messengers[copy.messenger].render(card(state, team, copy.person, now), reader_of(team, copy.person))
            stands, fresh = self._people.stands(copy), self._people.fresh(copy.messenger, drawn.payload)
            if _TIME_LEFT.sub("", stands) != _TIME_LEFT.sub("", fresh):
                raise Broke(f"the card of {copy.request} for {copy.person} shows\n{stands}\ninstead of\n{fresh}")


def _differ(cut: Facts, whole: Facts, *, is_race: bool) -> str:
    """What happened otherwise than without the cut. Of two people who act at once either may be first, and then the other's
    move may come to nothing; but nobody's words are there twice."""
    more, less = cut - whole, whole - cut
    if is_race:
        more, less = Counter({key: count for key, count in more.items() if key[-1] and whole[key]}), Counter()
    return f"only with the cut {more}, only without {less}" if more or less else ""


def run_doors(seed: int, count: int, first: int = 0, chance: float = 0.5) -> tuple[int, int]:
    """At least ``count`` schedules; gives how many there were, and of how many scripts."""
    disk, schedules, number = hired_disk(), 0, first
    with _parsed_once(), listening() as faults:
        while schedules < count:
            script = DoorScript(disk, seed, number, chance)
            script.play()
            if faults:
                raise Failed(seed, number, (), faults[0], _FAMILY)
            schedules += script.schedules
            number += 1
    return schedules, number - first


def again_through_doors(seed: int, script: int, path: tuple[int, ...]) -> None:
    """One schedule alone."""
    with _parsed_once(), listening():
        DoorScript(hired_disk(), seed, script, 0.0, path).play()


def hired_disk() -> Disk:
    """A database with the book in force and nobody in it."""
    disk, book = Disk(empty_schema()), BOOK.playbook
    assert book is not None
    store = MemoryStore(disk, Power(Random(0)))
    alone(lambda: store.run(lambda tx: tx.put_in_force(book, BOOK.data, BOOK.digest, "elsewhere", START)))
    disk.settle_in(BRAND)
    return disk
