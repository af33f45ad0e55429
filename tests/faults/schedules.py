"""Crash schedules. One schedule is one script, one place where the process is cut (and perhaps a second one during the
recovery, and a third), and one way of coming back; its recovery is really carried out and everything is checked after it.

A script is played once. Before and after everything its life changes outside its memory, the world and the database are
kept, other lives begin from exactly that, and afterwards the script goes on as if nothing had been tried: places of one
script share their beginning. What leaves exactly the same behind as another cut of the script, by every row, everything in
the world and the clock, is counted for itself and not recovered once more.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from random import Random
from typing import Any

from bot.core.people import Team
from bot.core.request.model import Request
from storage import transaction
from tests.core.playbook.brands import edited, loaded
from tests.faults.cases import Author, Step
from tests.faults.checks import Checks, Counted
from tests.faults.disk import Disk, MemoryStore, empty_schema, transaction_on
from tests.faults.heard import listening
from tests.faults.loop import alone
from tests.faults.oracle import Broke, read
from tests.faults.power import Power
from tests.faults.process import Process
from tests.faults.world import Deed, Site, World
from tests.office import BOOK, START, hired

_LEAST_STEPS, _MOST_STEPS = 3, 8
_LEASED = timedelta(seconds=61)
# How long the process is down, and how often: mostly it comes back at once, while what it had claimed is still leased.
_DOWN = (timedelta(0),) * 13 + (_LEASED,) * 12 + (timedelta(minutes=25), timedelta(hours=5), timedelta(hours=15))
_FIRST, _SECOND = 0.5, 0.2
_DEEPEST = 3
_TIDIED_EVERY = 4  # scripts
_BOOKS = (BOOK, loaded(edited("languages: [en, ru]\nreview", "languages: [en, ru]\nundo: 30s\nreview")))


class Failed(Exception):
    """A schedule after which a promise does not hold, and how to play it again alone."""

    def __init__(self, seed: int, script: int, path: tuple[int, ...], what: str, family: str = "") -> None:
        self.path, self.what = path, what
        again = f"{family}--seed {seed} --script {script} --path {','.join(map(str, path)) or 'none'}"
        super().__init__(f"python -m tests.faults.torture {again}\n{what}")


class Laboratory:
    """What all scripts start from: a database with everybody hired, one for each book."""

    def __init__(self) -> None:
        self._schema = empty_schema()
        self._disks: dict[int, Disk] = {}

    def disk(self, number: int) -> Disk:
        if number not in self._disks:
            disk = self._disks[number] = Disk(self._schema)
            alone(lambda: hired(MemoryStore(disk, Power(Random(0))), loaded=_BOOKS[number]))
            disk.settle_in("brand-a")
        return self._disks[number]


class Script:
    """One script and all its schedules. ``only`` plays a single one again."""

    def __init__(
        self, laboratory: Laboratory, seed: int, number: int, counted: Counted, faults: list[str], only: tuple[int, ...] = ()
    ) -> None:
        self._seed, self._number, self._only, self._counted = seed, number, only, counted
        self._rng = Random(seed * 1_000_003 + number)
        self._disk = laboratory.disk(self._rng.randrange(len(_BOOKS)))
        self._site = Site(World(START + timedelta(minutes=self._rng.choice((0, 0, 200, 840)))))
        self._deeds: dict[str, Deed] = {}
        self._path: tuple[int, ...] = ()
        self._failed: Failed | None = None
        self._places = 0
        self._seen: set[Hashable] = set()
        self._stands: tuple[object, ...] = ()
        self._verdict = False
        self._faults = faults
        self._tx = transaction_on(self._disk, writes=False)
        self._checks = Checks(self._disk, self._tx, self._deeds, counted)
        self._author = Author(self._rng)

    def play(self) -> None:
        try:
            with self._disk.undone():
                for number in range(self._rng.randint(_LEAST_STEPS, _MOST_STEPS)):
                    self._step(number)
        except BaseException:
            # The writer catches what is raised in its group: the first failure is the true one.
            if self._failed:
                raise self._failed from self._failed.__cause__
            raise

    def _step(self, number: int) -> None:
        step = self._author.next(self._site.world.now, self._requests())
        if step.gap:
            until = self._site.world.now + step.gap
            self._life(number * 2, lambda process: process.settles(step.gap))
            self._site.world.now = until
        if step.vanishes:
            self._vanish()
        if step.deeds:
            self._arrive(step)
            self._life(number * 2 + 1, lambda process: process.takes(step.deeds, step.hurry))
            if step.again:
                self._life(number * 2 + 1, lambda process: process.takes(step.deeds, step.hurry))
        if not step.hurry:
            try:
                self._checked()
            except Broke as error:
                raise Failed(self._seed, self._number, (), str(error)) from error

    def _arrive(self, step: Step) -> None:
        self._site.world.moved += 1
        for deed in step.deeds:
            self._deeds[deed.id] = deed
            self._site.world.waiting[deed.id] = deed

    def _vanish(self) -> None:
        world = self._site.world
        cards = [place for place, message in world.chats.items() if message.kind == "card" and place not in world.vanished]
        if cards:
            world.moved += 1
            world.vanished |= {self._rng.choice(cards)}

    def _requests(self) -> list[tuple[Request, Team]]:
        ids = [str(row[0]) for row in self._disk.rows("SELECT id FROM request ORDER BY id")]
        found = [self._checks.oracle.history(one, self._deeds).last for one in ids]
        return [(request, self._checks.oracle.team(request, self._site.world.now)) for request in found]

    def _life(self, about: int, what: Callable[[Process], Any]) -> None:  # Any: the life's own coroutine
        """A life that is not cut; from each of its places others fork off."""

        def point(_number: int, _kind: str) -> None:
            self._fork(_FIRST)

        power = Power(Random(self._seed + about), point)
        self._fork(_FIRST)
        alone(lambda: what(Process(self._disk, self._site, power)))

    def _fork(self, chance: float) -> None:
        """From here on as after a cut, with ``chance``; then everything is as it was before."""
        place, self._places = self._places, self._places + 1
        outer = self._path
        path = (*outer, place)
        if self._failed or (self._only and self._only[: len(path)] != path):
            return
        # Of whole numbers the hash is the same in every process.
        drawn = hash((self._seed, self._number, *path, 17))
        if not self._only and not self._is_new(drawn % 4093 <= chance * 4093):
            return
        rng, verdict = Random(drawn), self._verdict
        self._path, self._places = path, 0
        try:
            with self._apart():
                self._recover(rng)
                self._counted.schedules += 1
        except BaseException as error:
            if self._failed is None:
                self._failed = Failed(self._seed, self._number, path, str(error) if isinstance(error, Broke) else repr(error))
                self._failed.__cause__ = error
            raise
        finally:
            self._path, self._places, self._verdict = outer, place + 1, verdict
            self._stands = self._standing()

    def _is_new(self, is_drawn: bool) -> bool:
        """Whether a cut here is to be recovered. What leaves exactly what another one of the script has left, the same rows and
        the same world at the same instant, is counted alone: what comes of it was looked at then."""
        stands = self._standing()
        if stands != self._stands:
            self._stands, self._verdict = stands, is_drawn
            left = (self._disk.content(), self._site.world.content()) if is_drawn else None
            if left and left not in self._seen:
                self._seen.add(left)
                return True
        if self._verdict:
            self._counted.schedules += 1
            self._counted.same += 1
        return False

    def _standing(self) -> tuple[object, ...]:
        """What is another one as soon as a life has changed anything outside its memory."""
        return self._disk.connection.total_changes, self._site.world.moved, self._site.world.now, self._path

    @contextmanager
    def _apart(self) -> Iterator[None]:
        world = self._site.world
        self._site.world = world.copy()
        try:
            with self._disk.undone():
                yield
        finally:
            self._site.world = world

    def _recover(self, rng: Random) -> None:
        """A new process on what is left; nothing of the old one's memory is in it."""
        world, deep = self._site.world, len(self._path)
        world.orphans |= self._unnoted()
        down = rng.choice(_DOWN)
        world.now += down
        power = Power(rng, self._cut_again if deep < _DEEPEST else lambda _number, _kind: None)
        patience = timedelta(0) if down >= _LEASED else _LEASED
        process = Process(self._disk, self._site, power)
        alone(lambda: process.recovers(self._deeds, patience, rng.random() < 0.5))
        self._checked()
        self._counted.twice += len(self._site.world.orphans)

    def _cut_again(self, _number: int, _kind: str) -> None:
        self._fork(_SECOND)

    def _unnoted(self) -> frozenset[tuple[str, int]]:
        """What stands in a chat and is in no table: its sender was cut before it could note it."""
        noted = self._disk.rows("SELECT chat, message FROM sent WHERE chat <> '' UNION SELECT chat, message FROM copy")
        known = {(str(chat), int(message)) for chat, message in noted}
        world = self._site.world
        return frozenset(place for place, m in world.chats.items() if m.kind != "file" and place not in known | world.vanished)

    def _checked(self) -> None:
        if self._faults:
            raise Broke(self._faults[0])
        self._checks.all(self._site.world)


def run(seed: int, count: int, first: int = 0) -> Counted:
    """At least ``count`` schedules from scripts ``first`` on. Raises ``Failed`` at the first that breaks a promise."""
    laboratory, counted, number = Laboratory(), Counted(), first
    with _parsed_once(), listening() as faults:
        while counted.schedules < count:
            Script(laboratory, seed, number, counted, faults).play()
            if number % _TIDIED_EVERY == 0:
                gc.collect()
            number += 1
    counted.scripts = number - first
    return counted


def again(seed: int, script: int, path: tuple[int, ...]) -> None:
    """One script with the schedules that begin with ``path``. Raises ``Failed`` as it did when it was first played."""
    with _parsed_once(), listening() as faults:
        Script(Laboratory(), seed, script, Counted(), faults, path).play()


@contextmanager
def _parsed_once() -> Iterator[None]:
    """The same text is read from the database again and again, from one fork to the next: it is parsed once. A state is never
    changed in place, so no life sees another's. And without cycles to be looked for after every few thousand objects."""
    ordinary = vars(transaction)["load_request"]
    vars(transaction)["load_request"] = read
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        vars(transaction)["load_request"] = ordinary
        gc.enable()
