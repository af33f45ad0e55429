"""Sends what was decided: claims the due cards, messages and files from the job table and gives each its turn.

One process does this at a time. What it holds in memory decides nothing but order and time: every job stays leased in the
table, the leases are prolonged while jobs wait for their turn, and the next sender frees those of one that is lost.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from math import inf
from uuid import uuid4

import structlog

from bot.core.playbook.model import PersonId
from bot.core.request.model import RequestId
from bot.observing import Observer, Unobserved
from bot.pacing import UNLIMITED, Call, Pace, Tariff
from bot.ports import Clock, Job, Messenger, SoglasError, Store, Transaction, Unavailable
from bot.sending import After, Sending, Timed
from bot.situation import place_of
from bot.waiting import Turn, Waiting

log = structlog.get_logger("soglas.outbox")
_LEASE, _PROLONGED_AT = timedelta(seconds=60), timedelta(seconds=35)
_TOGETHER = 100  # jobs claimed or prolonged in one go: more would keep the taps waiting
_MOST_HELD = 4096
DUTY = "sender"
_TICK_SECONDS = 1.0  # after which the table is looked at again, also without a nudge
_REST_SECONDS = 0.05  # between two looks while something waits here anyway
_LEAST_SECONDS = 0.0001
_GRACE_SECONDS = 5.0
_CALLS_END = 20.0  # seconds after which every call but a file's has been answered or given up


async def _always() -> bool:
    return True


class Outbox:
    """Sends the due card, message and file jobs, each at its messenger's pace.

    ``tariffs`` are the messengers' limits by name, where they have any; they are read when the first job goes there.
    ``leads`` says whether this process is the one that sends.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        messengers: Mapping[str, Messenger],
        tariffs: Mapping[str, Tariff] | None = None,
        seen: Observer | None = None,
        leads: Callable[[], Awaitable[bool]] = _always,
    ) -> None:
        self._store, self._clock, self._messengers, self._leads = store, clock, messengers, leads
        self._name = uuid4().hex
        self._tariffs, self._seen = {} if tariffs is None else tariffs, seen or Unobserved()
        self._sending = Sending(store, clock, messengers, self._seen)
        self._paces: dict[str, Pace] = {}
        self._waiting = Waiting(self._pace)
        self._held: dict[str, Job] = {}  # those that wait, with the leases they have now
        self._resting: dict[tuple[PersonId, RequestId], datetime] = {}
        self._under_way: set[asyncio.Future[None]] = set()
        self._errors: list[BaseException] = []
        self._sweeping, self._leasing = asyncio.Lock(), asyncio.Lock()
        self._changed = asyncio.Event()
        self._stopped = False
        self._looks_due = self._is_looking = self._is_known_empty = False
        self._inherits_at: float | None = None  # by the loop's time; never, once it has
        self._is_away = False  # the database, as far as the last turn or look has found
        self._looked_at = 0.0
        self._claimed_count = self._turns_over = 0

    def nudge(self) -> None:
        """Something was committed that may be due at once."""
        self._looks_due = True
        self._changed.set()

    def noted(self, messenger: str, chat: str, call: Call = "tell") -> None:
        """Somebody has just sent something there past the outbox: the answer to what a person did."""
        self._pace(messenger).noted(call, chat, asyncio.get_running_loop().time())

    async def send_due(self) -> int:
        """Sends everything that is due now and what becomes due meanwhile, urgent first, different people at the same time,
        one person's messages in order. Gives how many jobs there were."""
        async with self._sweeping:
            self._claimed_count, self._looks_due, self._is_known_empty = 0, True, False
            try:
                while wait := self._go_on():
                    await _either(self._changed, wait)
            finally:
                self._break_off()
            self._raise()
            return self._claimed_count

    async def stop(self) -> None:
        """Begins nothing more, gives back what waits, ends what is under way; breaks it off after a few seconds."""
        self._stopped = True
        self._changed.set()
        try:
            await self._give_all_back()
            if self._under_way:
                await asyncio.wait({*self._under_way}, timeout=_GRACE_SECONDS)
            await asyncio.gather(*self._break_off(), return_exceptions=True)
            async with self._sweeping:
                # What was being claimed when it was to stop.
                await self._give_all_back()
        except SoglasError as error:
            # The leases run out by themselves.
            log.warning("not_given_back", error=type(error).__name__)
        finally:
            # Only now: whoever sends next begins with what was given back.
            self._inherits_at = None
            await self._store.yields(DUTY)

    def start(self) -> None:
        """May begin again."""
        self._stopped = False

    def _go_on(self) -> float | None:
        """Begins whatever can begin. Gives the seconds after which there is more to do, or ``None`` when all is done."""
        self._changed.clear()
        if self._stopped or self._errors:
            return _TICK_SECONDS if self._under_way else None
        now = asyncio.get_running_loop().time()
        look_at = self._look_at(now)
        if look_at <= now:
            self._looks_due, self._is_looking, self._looked_at = False, True, now
            self._begin(self._look())
        next_at = self._begin_turns(now) if not self._is_away else None
        if not self._waiting and not self._under_way:
            return None
        instants = [now + _TICK_SECONDS, next_at if next_at is not None else inf, look_at if look_at > now else inf]
        return max(min(instants) - now, _LEAST_SECONDS)

    def _begin_turns(self, now: float) -> float | None:
        """Gives when the next one may begin, where that is known."""
        while isinstance(found := self._waiting.next(now), Turn):
            self._begin(self._turn(found))
        return found

    def _look_at(self, now: float) -> float:
        """When the table is to be looked at again."""
        if self._is_looking:
            return inf
        if not self._waiting and not self._under_way:
            # It is over when nothing more was found since the last turn ended.
            return inf if self._is_known_empty and not self._looks_due else now
        return self._looked_at + (_REST_SECONDS if self._looks_due else _TICK_SECONDS)

    def _begin(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._under_way.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Future[None]) -> None:
        if task not in self._under_way:
            return
        self._under_way.discard(task)
        error = asyncio.CancelledError() if task.cancelled() else task.exception()
        if error is not None:
            self._errors.append(error)
        self._changed.set()

    def _break_off(self) -> list[asyncio.Future[None]]:
        tasks = [*self._under_way]
        self._under_way.clear()
        for task in tasks:
            task.cancel()
        return tasks

    def _raise(self) -> None:
        """Only when nothing is under way any more: what went wrong, if anything did."""
        errors, self._errors = self._errors, []
        if any(not isinstance(error, Exception) for error in errors):
            # Broken off, as by the end of the process: nothing here is known to hold.
            self._waiting, self._held = Waiting(self._pace), {}
        for error in errors[:1]:
            raise error

    async def _look(self) -> None:
        """Takes in what is due, and keeps what is held. What the database refuses ends only a sweep with nothing else to do:
        a call may take long, and nobody waits for somebody else's."""
        try:
            await self._take_all_in()
            self._is_away = False
        except SoglasError as error:
            self._is_away = True
            if len(self._under_way) == 1:
                raise
            log.warning("look_failed", error=type(error).__name__)
        finally:
            self._is_looking = False

    async def _take_all_in(self) -> None:
        if not await self._leads():
            self._inherits_at, self._is_known_empty = None, True
            await self._give_all_back()
            return
        await self._inherit()
        await self._prolong()
        while await self._take_in() and not self._stopped:
            pass

    async def _inherit(self) -> None:
        """Whoever sent before has given back what it had, or has died: nobody waits until its leases run out."""
        now = asyncio.get_running_loop().time()
        if self._inherits_at is None:
            # Of several processes, the one before may only have lost the database for a moment: its calls end first.
            self._inherits_at = now + _CALLS_END if self._store.is_shared else now
        if self._inherits_at > now:
            return
        kinds = ("card", "tell") if self._store.is_shared else ("card", "tell", "file")
        left = await self._store.run(lambda tx: tx.free_jobs(self._clock.now(), self._name, kinds))
        self._inherits_at = inf
        if left:
            log.info("inherited", jobs=len(left))

    async def _take_in(self) -> bool:
        """Claims some of what is due; gives whether there may be more."""
        before = self._turns_over
        jobs, hurried, more = await self._store.run(self._claim)
        self._is_known_empty = not jobs and before == self._turns_over
        self._claimed_count += len(jobs)
        places = await self._store.read(lambda tx: [place_of(tx, job, self._messengers) for job in jobs]) if jobs else ()
        now = asyncio.get_running_loop().time()
        for job, place in zip(jobs, places, strict=True):
            self._held[job.key] = job
            self._waiting.add(job, place, now)
        for key in hurried:
            self._waiting.hurry(key, now)
        self._changed.set()
        return more

    def _claim(self, tx: Transaction) -> tuple[list[Job], Sequence[str], bool]:
        now = self._clock.now()
        until = now + _LEASE
        hurried = tx.hurried(now) if self._waiting else ()
        claim = tx.claim if len(self._waiting) < _MOST_HELD else tx.claim_urgent
        claimed = [list(claim(now, until, _TOGETHER, kinds, self._name)) for kinds in (("card", "tell"), ("file",))]
        jobs = []
        for job in (job for some in claimed for job in some):
            rests = self._resting.get((job.person, job.request), now)
            if rests > now:
                tx.give_back_job(job, rests)
            else:
                jobs.append(job)
        return jobs, hurried, any(len(some) == _TOGETHER for some in claimed)

    async def _prolong(self) -> None:
        now = self._clock.now()
        short = [job for job in self._held.values() if job.leased_until and job.leased_until - now < _PROLONGED_AT]
        for some in _portions(short):
            # Nobody's turn may begin with a lease that is just being changed.
            async with self._leasing:
                still = [job for job in some if self._held.get(job.key) is job]
                kept = await self._store.run(partial(_prolonged, still, now + _LEASE))
                self._held.update({job.key: job for job in kept})

    async def _turn(self, turn: Turn) -> None:
        """What cannot be noted is said, and its job left to its lease: everybody else's messages go on."""
        try:
            left, until = await self._taken(turn)
            if until:
                await self._give_back(left, until)
        except SoglasError as error:
            log.warning("turn_not_noted", key=turn.job.key, error=type(error).__name__)

    async def _taken(self, turn: Turn) -> tuple[list[Job], datetime | None]:
        """A turn's call. Gives what has to wait after it, and until when."""
        timed, after = Timed(), After()
        async with self._leasing:
            job = self._held.pop(turn.job.key, turn.job)
        try:
            after = await self._sending.turn(job, turn.place, timed)
        except Unavailable:
            # Nothing else begins before a look has found the database there again.
            self._is_away = self._looks_due = True
            after = After(job, turn.place) if timed.begun is None else after
            raise
        finally:
            left = self._over(turn, timed, after)
        return left, after.until

    def _over(self, turn: Turn, timed: Timed, after: After) -> list[Job]:
        """Counts the call; gives what was waiting behind a job that has to wait itself."""
        now, pace = asyncio.get_running_loop().time(), self._pace(turn.place.messenger)
        # It may have left jobs in the table that no look has seen.
        self._turns_over, self._is_known_empty = self._turns_over + 1, False
        if timed.begun is None or timed.ended is None:
            pace.give_back(turn.slot)
        else:
            pace.ended(turn.slot, timed.begun, timed.ended)
        if after.refused is not None:
            pace.refused(turn.slot, after.refused, now)
            self._seen.refused(turn.place.messenger, after.refused)
        if after.job:
            self._held[after.job.key] = after.job
            self._waiting.add(after.job, after.place, now)
        left = self._resting_now(turn.job, after) if after.until else []
        self._waiting.done(turn, now)
        return left

    def _resting_now(self, job: Job, after: After) -> list[Job]:
        assert after.until is not None
        now = self._clock.now()
        self._resting = {key: until for key, until in self._resting.items() if until > now}
        self._resting[job.person, job.request] = after.until
        left = self._waiting.take_out(job.person, None if after.holds_all else job.request)
        return [self._held.pop(one.key, one) for one in left]

    async def _give_all_back(self) -> None:
        async with self._leasing:
            jobs, self._held = [*self._held.values()], {}
            self._waiting.empty(asyncio.get_running_loop().time())
        await self._give_back(jobs, self._clock.now())

    async def _give_back(self, jobs: Sequence[Job], until: datetime) -> None:
        for some in _portions(jobs):
            await self._store.run(partial(_given_back, some, until))

    def _pace(self, messenger: str) -> Pace:
        if messenger not in self._paces:
            self._paces[messenger] = Pace(self._tariffs.get(messenger, UNLIMITED))
        return self._paces[messenger]


def _prolonged(jobs: Sequence[Job], until: datetime, tx: Transaction) -> list[Job]:
    return [tx.prolong_job(job, until) for job in jobs]


def _given_back(jobs: Sequence[Job], until: datetime, tx: Transaction) -> None:
    for job in jobs:
        tx.give_back_job(job, until)


def _portions(jobs: Sequence[Job]) -> Iterator[Sequence[Job]]:
    for begin in range(0, len(jobs), _TOGETHER):
        yield jobs[begin : begin + _TOGETHER]


async def _either(event: asyncio.Event, seconds: float) -> None:
    """Waits for the event, and sets it when so many seconds have passed."""
    # Without a task of its own, as there is a wait for every turn.
    timer = asyncio.get_running_loop().call_later(seconds, event.set)
    try:
        await event.wait()
    finally:
        timer.cancel()
