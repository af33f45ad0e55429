"""Looks every few minutes whether the bot does what it promises, mends what can be mended, and says what it found.

Bounded: a few hundred rows a time. What cannot be seen along an index (a card that shows an older state, a request that
nothing will ever wake, a broken chain of events) is looked for in a sample that moves on from time to time.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.carrying import wake_job
from bot.core.people import Team
from bot.core.request.deadlines import next_due
from bot.core.request.model import Request, RequestId, Status
from bot.core.request.relevance import asked_of
from bot.findings import Finding, Kind, about, about_person, about_taps, tell
from bot.observing import Observer, Unobserved
from bot.ports import Broken, Clock, Copy, Job, Store, Transaction
from bot.teams import team_of

log = structlog.get_logger("soglas.audit")
DUTY = "auditor"
EVERY = timedelta(minutes=5)
_LATE = timedelta(minutes=5)
_UNANSWERED = timedelta(minutes=1)
_MOST_LATE, _MOST_LEFT = 200, 1000
_ASKED, _LOOKED_PAST, _ANY = 100, 1000, 20
_MOMENTS = ("wake", "digest")
_UNDER_WAY = (Status.OPEN, Status.RETURNED)


@dataclass(frozen=True, slots=True)
class Audit:
    """What one audit found."""

    found: tuple[Finding, ...]

    @property
    def is_terrible(self) -> bool:
        return any(one.is_terrible for one in self.found)


class Auditor:
    """One process of all audits. ``well`` is called after each audit that found nothing terrible."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        messengers: Collection[str],
        observer: Observer | None = None,
        nudge: Callable[[], None] = lambda: None,
        well: Callable[[], Awaitable[object]] | None = None,
    ) -> None:
        self._store, self._clock, self._messengers = store, clock, messengers
        self._observer, self._nudge, self._well = observer or Unobserved(), nudge, well
        self._asked_up_to = self._going_up_to = self._any_up_to = ""
        # Cards that were drawn again because of an audit, by what they showed then: is that still what they show?
        self._mended: dict[tuple[str, str, str], str] = {}
        self._before: dict[tuple[str, str, str], str] = {}

    async def work(self) -> Audit | None:
        """An audit, if it is for this process to do; ``None`` when another one does it."""
        leads = await self._store.leads(DUTY)
        self._observer.duty(DUTY, leads)
        if not leads:
            return None
        audit = await self.audit()
        if self._well and not audit.is_terrible:
            await self._well()
        return audit

    async def audit(self) -> Audit:
        now = self._clock.now()
        found = [*await self._store.read(lambda tx: _waiting(tx, now, tuple(self._messengers))), *await self._sampled(now)]
        if found:
            await self._store.run(lambda tx: self._written(tx, found, now))
            self._nudge()
        for one in found:
            log.warning("audit_found", kind=str(one.kind), mark=one.mark, brand=one.brand, told=one.told)
        for kind in Kind:
            self._observer.found(str(kind), sum(one.kind is kind for one in found))
        self._observer.audited(now)
        return Audit(tuple(found))

    async def _sampled(self, now: datetime) -> list[Finding]:
        found: list[Finding] = []
        self._before, self._mended = self._mended, {}
        again = [RequestId(request) for request, _, _ in self._before]
        for request in dict.fromkeys((*again, *await self._store.read(self._sample))):
            # One short read each: on SQLite they all go through one thread.
            found += await self._looked(request, now)
        return found

    def _sample(self, tx: Transaction) -> list[RequestId]:
        """The next requests of which something is asked; the next open ones of which perhaps nothing is; a few of all."""
        asked = tx.asked_after(self._asked_up_to, _ASKED)
        passed = tx.requests_after(self._going_up_to, _LOOKED_PAST)
        going = [request for request, status in passed if status in _UNDER_WAY][:_ASKED]
        some = [request for request, _ in tx.requests_after(self._any_up_to, _ANY)]
        self._asked_up_to = _end(asked, _ASKED)
        # Not past an open one that was left out: it may be the one nothing will ever wake.
        self._going_up_to = going[-1] if len(going) == _ASKED else _end([request for request, _ in passed], _LOOKED_PAST)
        self._any_up_to = _end(some, _ANY)
        return [*asked, *going, *some]

    async def _looked(self, request: RequestId, now: datetime) -> list[Finding]:
        try:
            return await self._store.read(lambda tx: self._look(tx, request, now))
        except Broken:
            # It cannot even be read, so nobody knows whom it concerns: left to whoever reads the log and the heartbeat.
            return [Finding(Kind.CHAIN, f"{request}:unreadable", request=request, told=False)]

    def _look(self, tx: Transaction, request: RequestId, now: datetime) -> list[Finding]:
        """What is wrong with one request."""
        stored = tx.request(request)
        if stored is None:
            return []
        found = [_sleeping(tx, stored.request, team_of(tx, stored.request, now), now)]
        if (number := tx.broken_event(request)) is not None:
            found.append(about(tx, Kind.CHAIN, f"{request}:{number}", request))
        if (tx.changed_at(request) or now) <= now - _LATE:
            found += [self._astray(tx, stored.request, copy) for copy in tx.copies(request) if self._can_follow(tx, copy)]
        return [one for one in found if one]

    def _can_follow(self, tx: Transaction, copy: Copy) -> bool:
        """Whether the card could be changed at all and nothing is on its way to it."""
        mine = (one for one in tx.accounts(copy.person) if one.messenger == copy.messenger and not one.blocked)
        waits = any(tx.job(f"{begin}:{copy.request}:{copy.person}") for begin in ("card", "redraw"))
        return copy.messenger in self._messengers and not waits and any(mine)

    def _astray(self, tx: Transaction, request: Request, copy: Copy) -> Finding | None:
        """A card that shows an older state. The first time it is only sent again; said is what does not follow even then."""
        place = (request.id, copy.person, copy.messenger)
        if copy.shows in ("", str(request.revision)):
            return None
        self._mended[place] = copy.shows
        mark = f"{request.id}:{request.revision}:{copy.person}:{copy.messenger}"
        return about(tx, Kind.CARD, mark, request.id, copy.person, told=self._before.get(place) == copy.shows)

    def _written(self, tx: Transaction, found: Sequence[Finding], now: datetime) -> None:
        """Everything mended and told in one transaction."""
        for one in found:
            if one.kind in (Kind.NO_MOMENT, Kind.NOBODY):
                # The rules themselves find out what has been missed and when to wake next.
                tx.put_job(wake_job(one.request, now))
            elif one.kind is Kind.CARD:
                tx.put_job(Job(f"redraw:{one.request}:{one.person}", "card", one.request, one.person, now))
        tell(tx, found, now)


def _end(looked_at: Sequence[RequestId], most: int) -> str:
    """Where to go on the next time; at the beginning again when this was the end."""
    return looked_at[-1] if len(looked_at) == most else ""


def _waiting(tx: Transaction, now: datetime, messengers: Sequence[str]) -> list[Finding]:
    """What waits longer than anything may."""
    found = [_late(tx, job) for job in tx.late_jobs(now - _LATE, _MOST_LATE)]
    left = (tx.left(messenger, now - _UNANSWERED, _MOST_LEFT) for messenger in messengers)
    return [*filter(None, found), *(about_taps(one) for one in left if one.count)]


def _late(tx: Transaction, job: Job) -> Finding | None:
    kind, mark = Kind.LATE_STEP if job.kind in _MOMENTS else Kind.LATE_MESSAGE, f"{job.key}@{job.due_at.isoformat()}"
    return about(tx, kind, mark, job.request) if job.request else about_person(tx, kind, mark, job.person)


def _sleeping(tx: Transaction, request: Request, team: Team, now: datetime) -> Finding | None:
    """A request whose next instant would go by, because nothing would wake it then; or one that waits for nothing at all."""
    due, job = next_due(request, team), tx.job(wake_job(request.id, now).key)
    mark = f"{request.id}:{request.revision}"
    if due is not None and (job is None or (job.due_at > now and due.at < now - _LATE)):
        return about(tx, Kind.NO_MOMENT, mark, request.id)
    if due is None and request.status in _UNDER_WAY and not asked_of(request) and job is None:
        return about(tx, Kind.NOBODY, mark, request.id)
    return None
