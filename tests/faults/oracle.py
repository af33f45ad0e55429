"""What the histories in the database must be: every event decided anew by the pure core, from the deeds people did.

Each event has to come out of the clock or out of one deed, and each deed comes out once or would have been refused. What
was verified is remembered by the digest of the chain, which names a whole history.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, TypeVar

from bot.core.people import Team, Uses
from bot.core.request import decide, evolve
from bot.core.request.commands import Open, Wake
from bot.core.request.effects import Decision, Refused, Tell
from bot.core.request.events import Event, RequestOpened
from bot.core.request.model import Request, RequestId
from bot.ports import Away, Digest, Transaction
from bot.teams import opening_team, team_of
from storage.mapping import chained, load_event, load_request
from storage.transaction import _away
from tests.faults.disk import Disk
from tests.faults.world import NAME, Deed

T = TypeVar("T")
# What happens at the same moment as somebody says that they are away may or may not know of it.
_HEARD, _UNHEARD = timedelta(0), timedelta(milliseconds=100)
_STANDS = """SELECT revision, head, state, (SELECT COUNT(*) FROM event WHERE request = r.id),
    (SELECT digest FROM event WHERE request = r.id AND number = r.revision) FROM request AS r WHERE id = ?"""


class Broke(AssertionError):
    """A promise did not hold."""


@dataclass(frozen=True, slots=True)
class History:
    """A verified history: the states one after the other, the deeds that came out, the messages they bring. ``ends`` are the
    states after each decision, the only ones that anybody ever sees."""

    states: tuple[Request, ...]
    ats: tuple[datetime, ...]
    used: frozenset[str] = frozenset()
    tells: tuple[Tell, ...] = ()
    ends: tuple[Request, ...] = ()

    @property
    def last(self) -> Request:
        return self.states[-1]


class _At:
    """A transaction that reads who was away, and what had been decided locally, as it was known at an instant. What was said
    less than ``unheard`` before may not have been written down yet."""

    def __init__(self, disk: Disk, tx: Transaction, at: datetime, unheard: timedelta = _HEARD) -> None:
        self._disk, self._tx, self._at, self._heard = disk, tx, at, at - unheard

    def kept(self, key: Hashable, make: Callable[[], T]) -> T:
        """What the transaction keeps, but for what is another at every instant."""
        return make() if "absences" in str(key) else self._tx.kept(key, make)

    def absences(self, since: date) -> Sequence[Away]:
        rows = self._disk.rows("SELECT * FROM absence WHERE last >= ? ORDER BY id", since.isoformat())
        known = [away for away in map(_away, rows) if away.said_at <= self._heard]
        return [away for away in known if away.ended_at is None or away.ended_at > self._heard]

    def uses(self, brand: str, kind: str, market: str, since: datetime) -> Uses:
        found = self._tx.uses(brand, kind, market, since)
        return Uses(tuple(at for at in found.decided if at < self._at), found.unchecked)

    def __getattr__(self, name: str) -> Any:  # Any: the rest is the transaction's own
        return getattr(self._tx, name)


class Oracle:
    """Verifies histories. One for each script: what was verified in one fork need not be verified in the next."""

    def __init__(self, disk: Disk, tx: Transaction) -> None:
        self._disk, self._tx = disk, tx
        self._known: dict[str, History] = {}
        self._stored: dict[str, str] = {}
        self._refused: dict[tuple[str, str, datetime], bool] = {}

    def team(self, state: Request, at: datetime, unheard: timedelta = _HEARD) -> Team:
        return team_of(_At(self._disk, self._tx, at, unheard), state, at)

    def history(self, request: str, deeds: Mapping[str, Deed]) -> History:
        """The verified history of a request. Raises ``Broke`` when it is not what the deeds and the clock bring."""
        revision, head, state, count, last = self._disk.rows(_STANDS, request)[0]
        if (count, last) != (revision, head):
            raise Broke(f"{request}: {count!r} events and revision {revision!r}, or another head")
        if head not in self._known:
            rows = self._disk.rows("SELECT body, digest FROM event WHERE request = ? ORDER BY number", request)
            self._verify(request, [(str(body), str(digest)) for body, digest in rows], deeds)
        found = self._known[str(head)]
        if self._stored.get(str(head)) != state:
            if read(str(state)) != found.last:
                raise Broke(f"{request}: the stored state is not what its events make")
            self._stored[str(head)] = str(state)
        return found

    def _verify(self, request: str, rows: Sequence[tuple[str, str]], deeds: Mapping[str, Deed]) -> None:
        head = ""
        for number, (body, digest) in enumerate(rows, 1):
            head = chained(head, number, body)
            if head != digest:
                raise Broke(f"{request}: the chain breaks at event {number}")
        done = next((number for number in range(len(rows), 0, -1) if rows[number - 1][1] in self._known), 0)
        history = self._known[rows[done - 1][1]] if done else History((), ())
        while done < len(rows):
            events = [happened(body) for body, _ in rows[done:]]
            history = self._next(request, history, events, deeds)
            done = len(history.states)
            self._known[rows[done - 1][1]] = history

    def _next(self, request: str, history: History, events: Sequence[Event], deeds: Mapping[str, Deed]) -> History:
        state, first = history.last if history.states else None, events[0]
        mine = [d for d in deeds.values() if d.id not in history.used and (d.request == request or (state is None and d.draft))]
        for deed in (None, *mine):
            if (first.by is not None and (deed is None or deed.by != first.by)) or (deed is None and state is None):
                continue
            for unheard in (_HEARD, _UNHEARD):
                decision = self._decided(state, deed, first, unheard)
                if isinstance(decision, Decision) and decision.events and list(decision.events) == events[: len(decision.events)]:
                    return self._grown(history, state, decision, deed)
        raise Broke(
            f"{request}: event {len(history.states) + 1}, {first.fact.type} by {first.by}, comes out of nothing that was done"
        )

    def _decided(self, state: Request | None, deed: Deed | None, first: Event, unheard: timedelta) -> Decision | Refused:
        if state is None:
            assert deed is not None
            assert isinstance(first.fact, RequestOpened)
            return self._opened(deed, first.fact.id, first.fact.playbook, first.at)
        return decide(state, deed.do if deed and deed.do else Wake(), self.team(state, first.at, unheard), first.at)

    def _opened(self, deed: Deed, request: RequestId, book: str, at: datetime) -> Decision | Refused:
        assert deed.draft is not None
        team = opening_team(_At(self._disk, self._tx, at), self._tx.playbook(book), deed.draft, at)
        return decide(None, Open(request, deed.by, deed.draft, Digest(book), NAME, checked=True), team, at)

    def not_opened(self, deed: Deed, at: datetime) -> bool:
        """Whether a request could not be opened at the instant it was asked for: after a long cut, its deadline has passed."""
        in_force = self._tx.in_force("brand-a")
        assert in_force is not None
        return isinstance(self._opened(deed, RequestId("probe"), in_force.digest, at), Refused)

    def _grown(self, history: History, state: Request | None, decision: Decision, deed: Deed | None) -> History:
        states = list(history.states)
        for event in decision.events:
            state = evolve(state, event)
            states.append(state)
        ats = (*history.ats, *(event.at for event in decision.events))
        used = history.used | {deed.id} if deed else history.used
        tells = (*history.tells, *(effect for effect in decision.effects if isinstance(effect, Tell)))
        return History(tuple(states), ats, used, tells, (*history.ends, states[-1]))

    def refused(self, deed: Deed, history: History, head: str, at: datetime) -> bool:
        """Whether a deed that brought nothing was refused: by some state there was, at the instant it was handled."""
        key = deed.id, head, at
        if key not in self._refused:
            assert deed.do is not None
            # Those between the events of one decision never stood: nobody could act on them.
            states = [state for state in history.ends if state.revision >= deed.revision]
            teams = ((s, self.team(s, at, unheard)) for s in states for unheard in (_HEARD, _UNHEARD))
            self._refused[key] = any(isinstance(decide(s, deed.do, team, at), Refused) for s, team in teams)
        return self._refused[key]


@lru_cache(maxsize=20_000)
def happened(body: str) -> Event:
    return load_event(body)


@lru_cache(maxsize=20_000)
def read(body: str) -> Request:
    return load_request(body)
