"""What has to hold after every schedule. Each check raises ``Broke`` with a sentence that says what did not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot import undone
from bot.core.cards import card
from bot.core.request.deadlines import Due, next_due
from bot.core.request.effects import Tell
from bot.core.request.model import Request
from bot.core.request.relevance import wants_card, wants_message
from bot.ports import Job
from bot.speech import say, spoken_in
from bot.teams import reader_of
from storage.mapping import from_micros
from storage.rows import Row
from storage.transaction import StoredTransaction
from tests.faults.disk import Disk
from tests.faults.oracle import Broke, History, Oracle
from tests.faults.world import NAME, Deed, Place, World, drawn

_AROUND = """SELECT (SELECT GROUP_CONCAT(id || ' ' || said_at || ' ' || ended_at) FROM absence),
    (SELECT GROUP_CONCAT(request || ' ' || decided_at || ' ' || unchecked) FROM local_use)"""
# Messages that come out of no request's decision: morning lists, absences said for others, what could not be delivered.
_BESIDE = ("tell:digest:", "tell:away:", "tell:undelivered:", "tell:gone:")


@dataclass
class Counted:
    """What is allowed and counted. ``schedules`` are cuts that were made; ``same`` of them left exactly what another cut of the
    script had left, which was recovered already. ``twice`` are messages whose answer a cut took: they may go out again; ``silent`` are
    taps a cut left without an answer of their own: they were decided, and the card shows it."""

    scripts: int = 0
    schedules: int = 0
    same: int = 0
    twice: int = 0
    silent: int = 0

    def add(self, other: Counted) -> None:
        self.scripts += other.scripts
        self.schedules += other.schedules
        self.same += other.same
        self.twice += other.twice
        self.silent += other.silent

    def __str__(self) -> str:
        cuts = f"{self.schedules} schedules ({self.schedules - self.same} recovered, {self.same} left the same as one of these)"
        return f"{cuts} of {self.scripts} scripts, {self.twice} messages sent twice, {self.silent} decided taps without an answer"


class Checks:
    """All checks, for one script. Pure results are remembered by what they depend on."""

    def __init__(self, disk: Disk, tx: StoredTransaction, deeds: Mapping[str, Deed], counted: Counted) -> None:
        self._disk, self._tx, self._deeds, self._counted = disk, tx, deeds, counted
        self.oracle = Oracle(disk, tx)
        self._drawn: dict[tuple[object, ...], str] = {}
        self._dues: dict[tuple[int, Row], Due | None] = {}
        self._true: dict[tuple[Place, str, datetime], Request] = {}
        self._people = tuple(tx.reachable())
        self._words_of: dict[int, str] = {}
        self._owed: dict[int, frozenset[str]] = {}

    def all(self, world: World) -> None:
        """Everything, after a life has settled."""
        self._tx.forget()
        self._nothing_forgotten(world)
        heads = {str(one): str(head) for one, head in self._disk.rows("SELECT id, head FROM request")}
        histories = {one: self.oracle.history(one, self._deeds) for one in heads}
        self._each_once(world, histories, heads)
        jobs = {str(key): int(at) for key, at in self._disk.rows("SELECT key, due_at FROM job")}
        # What a team is made of besides its book: who is away, and how often the right was used.
        around = self._disk.rows(_AROUND)[0]
        for history in histories.values():
            self._has_a_moment(history, jobs, world.now, around)
        self._said(world, histories, jobs)
        self._shown(world, histories, jobs, around)

    def _nothing_forgotten(self, world: World) -> None:
        inbox = {str(one): int(at) for one, at in self._disk.rows("SELECT id, handled_at FROM inbox")}
        if forgotten := world.acknowledged - inbox.keys():
            raise Broke(f"acknowledged and forgotten: {sorted(forgotten)}")
        if world.waiting:
            raise Broke(f"never acknowledged: {sorted(world.waiting)}")
        if left := [one for one, at in inbox.items() if not at]:
            raise Broke(f"never handled: {left}")

    def _each_once(self, world: World, histories: Mapping[str, History], heads: Mapping[str, str]) -> None:
        inbox = {str(one): int(at) for one, at in self._disk.rows("SELECT id, handled_at FROM inbox")}
        opened = Counter(history.states[0].draft.title for history in histories.values())
        for one, at in inbox.items():
            deed = self._deeds[one]
            if deed.draft:
                came_out = opened[deed.draft.title] == 1
                if not came_out and (opened[deed.draft.title] or not self.oracle.not_opened(deed, from_micros(at))):
                    raise Broke(f"deed {one} opened {opened[deed.draft.title]} requests")
            elif deed.do:
                history = histories[deed.request]
                came_out = one in history.used
                if not came_out and not self.oracle.refused(deed, history, heads[deed.request], from_micros(at)):
                    raise Broke(f"deed {one}, {deed.do.action} by {deed.by} on {deed.request}, is lost")
            else:
                came_out = True
            if not world.answered.get(one):
                if not came_out and not self._has_twin(deed, histories):
                    raise Broke(f"deed {one}, {deed.do or deed.draft} by {deed.by}, was refused and nobody was told")
                self._counted.silent += 1

    def _has_twin(self, deed: Deed, histories: Mapping[str, History]) -> bool:
        """Whether somebody did the same twice: which of the two was refused, their events do not tell."""
        used = (self._deeds[one] for one in histories[deed.request].used) if deed.do else ()
        return any(deed.do and one.do and (one.by, one.do.action) == (deed.by, deed.do.action) for one in used)

    def _has_a_moment(self, history: History, jobs: Mapping[str, int], now: datetime, around: Row) -> None:
        state = history.last
        for step in state.open_steps:
            if not step.waiting:
                raise Broke(f"{state.id}: step {step.number} is open and waits for nobody")
        due = self._due(state, now, around)
        if due is None:
            return
        job = jobs.get(f"wake:{state.id}")
        if job is None or from_micros(job) > due.at:
            raise Broke(f"{state.id}: {due.kind.name} at {due.at} and nobody is woken for it")
        if due.at <= now:
            raise Broke(f"{state.id}: {due.kind.name} was due at {due.at} and has not happened")

    def _due(self, state: Request, now: datetime, around: Row) -> Due | None:
        key = id(state), around
        if key not in self._dues:
            self._dues[key] = next_due(state, self.oracle.team(state, now))
        return self._dues[key]

    def _said(self, world: World, histories: Mapping[str, History], jobs: Mapping[str, int]) -> None:
        sent = self._disk.rows("SELECT key, chat, message FROM sent WHERE chat <> ''")
        noted = {(str(chat), int(message)): str(key) for key, chat, message in sent}
        tells = {f"tell:{tell.key}": (tell, history) for history in histories.values() for tell in history.tells}
        for place, message in world.chats.items():
            if message.kind == "tell":
                key = noted.pop(place, "")
                if not key and place not in world.orphans:
                    raise Broke(f"{place}: nobody knows of this message: {message.shown}")
                self._is_true(place, message.shown, key, tells)
        if noted:
            raise Broke(f"noted as sent and never sent: {noted}")
        known = {str(key) for key, _, _ in sent}
        for key in tells.keys() - known - jobs.keys():
            if not self._needless(*tells[key]):
                raise Broke(f"never told: {key}")

    def _is_true(self, place: Place, shown: str, key: str, tells: Mapping[str, tuple[Tell, History]]) -> None:
        if key.startswith(_BESIDE):
            return
        if key:
            if key not in tells:
                raise Broke(f"{place}: {key} speaks of something that did not happen")
            possible = [tells[key]]
        else:
            possible = [one for one in tells.values() if f"x-{one[0].person}" == place[0]]
        if not any(self._words(*one) == shown for one in possible) and key:
            raise Broke(f"{place}: {shown!r} is not what {key} says: {[self._words(*one) for one in possible]}")

    def _words(self, tell: Tell, history: History) -> str:
        # By the message itself, which its history keeps: in another fork the same key may say something else.
        if id(tell) not in self._words_of:
            team = self.oracle.team(history.states[0], history.ats[0])
            self._words_of[id(tell)] = say(spoken_in(NAME, tell.text), reader_of(team, tell.person))
        return self._words_of[id(tell)]

    def _needless(self, tell: Tell, history: History) -> bool:
        """Whether a message that was due became noise before it could be sent."""
        if any(not wants_message(state, tell.person, tell.text.id) for state in history.states[-12:]):
            return True
        job = Job(f"tell:{tell.key}", "tell", history.last.id, tell.person, tell.at, tell.text)
        return tell.text.id == "notice.reminder" or undone.is_undone(self._tx, job)

    def _shown(self, world: World, histories: Mapping[str, History], jobs: Mapping[str, int], around: Row) -> None:
        copies = self._disk.rows("SELECT request, person, chat, message FROM copy")
        places = {(str(chat), int(message)): (str(one), str(person)) for one, person, chat, message in copies}
        for place, (one, person) in places.items():
            fresh = self._fresh(histories[one].last, person, world.now, around)
            waits = any(f"{kind}:{one}:{person}" in jobs for kind in ("card", "redraw"))
            if place in world.vanished or waits:
                continue
            if world.chats[place].shown != fresh:
                raise Broke(f"{place}: the card of {one} shows\n{world.chats[place].shown}\ninstead of\n{fresh}")
        held = set(places.values())
        for one, history in histories.items():
            for person in self._wanting(history.last):
                if (one, person) not in held and f"card:{one}:{person}" not in jobs:
                    raise Broke(f"{person} has no card of {one} and none is on its way")
        for place, message in world.chats.items():
            if message.kind == "card" and place not in places and place not in world.vanished:
                self._was_true(world, place, message.shown, histories)

    def _wanting(self, state: Request) -> frozenset[str]:
        if id(state) not in self._owed:
            self._owed[id(state)] = frozenset(person for person in self._people if wants_card(state, person))
        return self._owed[id(state)]

    def _fresh(self, state: Request, person: str, now: datetime, around: Row) -> str:
        # Of the instant only this shows: whether the reader may still take something back, and who is away that day.
        word, undo = state.last_word, self._tx.playbook(state.playbook).undo
        key = id(state), person, bool(word and now - word.at < undo), now.date() if around[0] else None, around
        if key not in self._drawn:
            self._drawn[key] = self._once(state, person, now)
        return self._drawn[key]

    def _was_true(self, world: World, place: Place, shown: str, histories: Mapping[str, History]) -> None:
        """A card nobody knows of any more: sent when the answer was lost, and true then."""
        if place not in world.orphans:
            raise Broke(f"{place}: nobody knows of this card: {shown}")
        history, person = histories[shown.split("|")[0]], place[0].removeprefix("x-")
        at = world.chats[place].at
        states = history.ends
        if not any(state is self._true.get((place, shown, at)) for state in states):
            was = next((state for state in reversed(states) if shown == self._once(state, person, at)), None)
            if was is None:
                raise Broke(f"{place}: this card shows what never was: {shown}")
            self._true[place, shown, at] = was

    def _once(self, state: Request, person: str, at: datetime) -> str:
        return drawn(card(state, self.oracle.team(state, at), person, at))
