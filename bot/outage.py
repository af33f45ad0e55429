"""A messenger out of reach: what people tapped meanwhile may be lost for good, so whoever is asked something there is told.

The cards are drawn anew at once, which makes no sound. The message comes at a polite time: nobody knows who tapped, so a
message at night would wake everybody of whom something is asked for the sake of one who may have been awake; and deadlines
are counted in working time, so by the person's morning nothing has been missed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.core.playbook.model import PersonId
from bot.core.request.model import RequestId
from bot.core.wording import Moment, text
from bot.ports import Clock, Copy, Job, Store, Transaction
from bot.teams import team_of_person

log = structlog.get_logger("soglas.outage")
_TOLD = "tell:outage:"
_WRITTEN_EVERY = timedelta(seconds=30)
# Where the network comes and goes, one message stands for all that an hour brings.
_QUIET_AFTER = timedelta(hours=1)
_MOST_REDRAWN = 50
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Keeping:
    """What a messenger keeps for a bot it cannot reach.

    ``taps`` and ``words`` are how long; ``tolerated`` is how long nobody has to be told of.
    """

    taps: timedelta
    words: timedelta
    tolerated: timedelta


class Watch:
    """Knows when a messenger was last in reach, also before this process began. ``beat`` is its name in the database."""

    def __init__(
        self, messenger: str, beat: str, keeping: Keeping, store: Store, clock: Clock, nudge: Callable[[], None] = lambda: None
    ) -> None:
        self._messenger, self._beat, self._keeping = messenger, beat, keeping
        self._store, self._clock, self._nudge = store, clock, nudge
        self._last: datetime | None = None
        self._written: datetime | None = None

    def now(self) -> datetime:
        return self._clock.now()

    async def reached(self, begun: datetime) -> None:
        """The messenger was in reach from ``begun`` until now."""
        now = self._clock.now()
        if self._last is None or begun - self._last > self._keeping.tolerated:
            told = await self._store.run(lambda tx: self._look(tx, begun, now))
            self._written = now
            if told:
                self._nudge()
        elif self._written is None or abs(now - self._written) >= _WRITTEN_EVERY:
            await self._store.run(lambda tx: tx.beat(self._beat, now))
            self._written = now
        self._last = now

    async def rest(self) -> None:
        """The bot stops: what is written is exact from now on."""
        last = self._last
        if last is not None and last != self._written:
            await self._store.run(lambda tx: tx.beat(self._beat, last))
            self._written = last

    def _look(self, tx: Transaction, begun: datetime, now: datetime) -> int:
        # Another process may have been in reach meanwhile; written here, one of them alone finds the gap.
        last = max(filter(None, (self._last, tx.beaten(self._beat))), default=None)
        tx.beat(self._beat, now)
        if last is None or begun - last <= self._keeping.tolerated:
            return 0
        told = sum(self._told(tx, person, copies, last, begun, now) for person, copies in _asked(tx, self._messenger))
        log.warning("was_out_of_reach", messenger=self._messenger, since=str(last), until=str(begun), told=told)
        return told

    def _told(
        self, tx: Transaction, person: PersonId, copies: list[Copy], since: datetime, until: datetime, now: datetime
    ) -> bool:
        team = team_of_person(tx, person, now)
        if team is None:
            return False
        for copy in copies[:_MOST_REDRAWN]:
            tx.save_copy(replace(copy, fingerprint=""))
            tx.put_job(Job(f"redraw:{copy.request}:{person}", "card", copy.request, person, now))
        slot = f"{_TOLD}{self._messenger}:{person}"
        since, free = _merged(tx, slot, since, now)
        wrote = until - since > self._keeping.words
        shown = {"since": Moment(since), "until": Moment(_up(until - self._keeping.taps))}
        words = text("outage.words" if wrote else "outage.taps", messenger=self._messenger.title(), **shown)
        at = max(team.free_time(person, now), free)
        tx.put_job(Job(f"{slot}:{since.isoformat()}", "tell", RequestId(""), person, at, words))
        tx.beat(slot, since)
        tx.beat(f"{slot}:due", at)
        return True


def _merged(tx: Transaction, slot: str, since: datetime, now: datetime) -> tuple[datetime, datetime]:
    """From when on the message speaks, and when it may come at the earliest: one that was not sent yet takes this gap in."""
    before, due = tx.beaten(slot), tx.beaten(f"{slot}:due")
    if before is None or due is None:
        return since, now
    is_held = due > now or (now - due < _QUIET_AFTER and tx.sent(f"{slot}:{before.isoformat()}") is None)
    return (before, due) if is_held else (since, due + _QUIET_AFTER)


def still_asks(tx: Transaction, job: Job) -> bool:
    """Whether something is still asked of whoever is to be told of an outage. True for every other job."""
    return not job.key.startswith(_TOLD) or bool(tx.waiting_for(job.person))


def _asked(tx: Transaction, messenger: str) -> Iterator[tuple[PersonId, list[Copy]]]:
    """Everybody of whom something is asked on a card in that messenger, with those cards."""
    for person in sorted({one.person for one in tx.accounts() if one.messenger == messenger and not one.blocked}):
        waiting = (copy for request in sorted(tx.waiting_for(person)) for copy in tx.copies(request))
        copies = [copy for copy in waiting if copy.person == person and copy.messenger == messenger]
        if copies:
            yield person, copies


def _up(moment: datetime) -> datetime:
    """Up to the whole minute: shown without seconds, the end must not seem earlier than it was."""
    return moment + (-timedelta(seconds=moment.second, microseconds=moment.microsecond) % _MINUTE)
