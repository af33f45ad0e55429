"""One job's turn: it is looked at as it is now, at most one call is made, and what came of it is written down.

A card is drawn from the state at the moment it is sent, so the newest content wins by itself. At least once: should the
bot die between a messenger's yes and our note of it, the same card or message goes out a second time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

import structlog

from bot import files, undelivered
from bot.core.cards import card
from bot.observing import Observer
from bot.ports import (
    Clock,
    Copy,
    Gone,
    Job,
    Messenger,
    MessengerError,
    NotAccepted,
    Posted,
    Rendered,
    Store,
    Transaction,
    TryLater,
    Unreachable,
)  # fmt: skip
from bot.situation import REDRAWN, Situation, look, place
from bot.speech import say, spoken_in
from bot.teams import reader_of
from bot.waiting import Place

T = TypeVar("T")
log = structlog.get_logger("soglas.outbox")
_FILE_LEASE = timedelta(minutes=5)  # longer than a fetch and a sending may take together
_LONGEST_PAUSE = 300.0
_LATE = timedelta(minutes=5)  # promised: accepted by the messenger by then, or the coordinator is told
_GIVE_UP_AFTER = timedelta(days=1)
_TRIES_BEFORE_TELLING, _TRIES_BEFORE_GIVING_UP = 3, 12
_TRIES_FOR_ALL = 3  # from then on it is probably this message and not the chat
_LIMITED, _NOWHERE = "429", Place()
# What people say to each other about a request stands together, under its card.
_TALK = {"notice.said", "notice.bridge_asked", "notice.translated", "notice.question", "notice.answer"}


class Timed:
    """When a turn's call began and ended, by the loop's time; ``None`` while it has not been made."""

    def __init__(self) -> None:
        self.begun: float | None = None
        self.ended: float | None = None

    async def call(self, made: Awaitable[T]) -> T:
        """Makes the call."""
        self.begun = asyncio.get_running_loop().time()
        try:
            return await made
        finally:
            self.ended = asyncio.get_running_loop().time()


@dataclass(frozen=True, slots=True)
class After:
    """What is left of a job after its turn; by itself nothing.

    ``job`` and ``place``: as it is now it needs a call, there. ``until``: it was postponed, and what comes after it must not
    overtake: everything for the person, or only what is about the same request. ``refused``: for so many seconds the
    messenger wants no more.
    """

    job: Job | None = None
    place: Place = _NOWHERE
    until: datetime | None = None
    holds_all: bool = False
    refused: float | None = None


class Sending:
    """Carries out turns."""

    def __init__(self, store: Store, clock: Clock, messengers: Mapping[str, Messenger], seen: Observer) -> None:
        self._store, self._clock, self._messengers, self._seen = store, clock, messengers, seen
        self._carrier = files.Carrier(store, messengers)

    async def turn(self, job: Job, expected: Place, timed: Timed) -> After:
        """Does a claimed job, if it is still to be done and by the call that was expected."""
        situation: Situation | None = None
        try:
            now = self._clock.now()
            found, situation = await self._store.read(lambda tx: self._looked(tx, job, now))
            if found is None:
                return After()
            job = found
            if situation is None or situation.is_over or job.due_at > now:
                await self._store.run(lambda tx: self._not_sent(tx, job, now))
                return After()
            if job.kind == "file":
                job = await self._store.run(lambda tx: tx.prolong_job(job, now + _FILE_LEASE))
            return await self._called(job, situation, expected, timed)
        except Exception as error:
            return await self._failed(job, situation, error)

    def _looked(self, tx: Transaction, job: Job, now: datetime) -> tuple[Job | None, Situation | None]:
        found = tx.claimed(job)
        return found, look(tx, found, self._messengers, now) if found else None

    def _not_sent(self, tx: Transaction, job: Job, now: datetime) -> None:
        if job.due_at > now:
            # Put anew for later while it waited here.
            tx.give_back_job(job, now)
        else:
            tx.finish_job(job)

    async def _called(self, job: Job, situation: Situation, expected: Place, timed: Timed) -> After:
        if not situation.accounts:
            raise TryLater(0, "the messenger is not connected") if situation.elsewhere else Unreachable(job.person)
        if job.kind == "card":
            return await self._card(job, situation, expected, timed)
        wanted = place(job, situation.account, situation.copy)
        if wanted != expected:
            return After(job, wanted)
        await (self._file if job.kind == "file" else self._message)(job, situation, timed)
        return After()

    async def _card(self, job: Job, situation: Situation, expected: Place, timed: Timed) -> After:
        copy, request = situation.copy, situation.request
        assert request is not None
        messenger, now = self._messengers[situation.account.messenger], self._clock.now()
        drawn = card(request, situation.team, job.person, now, situation.tracks)
        rendered = messenger.render(drawn, reader_of(situation.team, job.person))
        if copy is not None and job.attempts > 1 and expected.call != "attach":
            # An answer to an earlier try may have been lost: what stands there is not known.
            copy = replace(copy, fingerprint="")
        is_new = copy is None or expected.call == "attach"
        polite = now if is_new else situation.team.polite_time(job.person, now)
        wanted = _wanted(place(job, situation.account, copy), copy, rendered, is_polite=polite <= now)
        if wanted is not None and wanted != expected:
            return After(job, wanted)
        copy = replace(
            await self._put(messenger, replace(situation, copy=copy), rendered, wanted, timed, again=job.attempts > 1),
            shows=str(request.revision),
        )
        more = _wanted(place(job, situation.account, copy), copy, rendered, is_polite=polite <= now)
        if more is not None:
            # The card stands; its text is a call of its own, with a turn of its own.
            await self._store.run(lambda tx: tx.save_copy(copy))
            return After(job, more)
        text_at = polite if _lacks(copy, rendered) else None
        is_first = await self._store.run(lambda tx: self._shown(tx, job, situation, copy, text_at))
        if is_first:
            self._seen.first(copy.messenger, request.opened_at, self._clock.now())
        self._was_sent(job, timed)
        return After()

    async def _put(
        self,
        messenger: Messenger,
        situation: Situation,
        rendered: Rendered,
        wanted: Place | None,
        timed: Timed,
        *,
        again: bool,
    ) -> Copy:
        """Makes the call that brings a card up to date, if one is needed."""
        copy = situation.copy
        if copy is None:
            return await self._new(messenger, situation, rendered, timed, again=again)
        if wanted is None:
            return copy
        if wanted.call == "edit":
            await timed.call(messenger.edit(copy, rendered))
            return replace(copy, fingerprint=rendered.fingerprint)
        try:
            await timed.call(messenger.attach(Posted(copy.chat, copy.message), rendered))
        except Gone as error:
            # The card was put there just now: its next change finds out whether it is still there.
            raise NotAccepted(str(error)) from None
        return replace(copy, overflow=rendered.overflow_name)

    async def _new(self, messenger: Messenger, situation: Situation, rendered: Rendered, timed: Timed, *, again: bool) -> Copy:
        """Posts a card; the one that an earlier try left behind without our knowing is made this one."""
        account, request = situation.account, situation.request
        assert request is not None
        left = await messenger.find(account, request.id) if again else None
        posted = left if left is not None else await timed.call(messenger.post(account, rendered))
        copy = Copy(request.id, account.person, account.messenger, posted.chat, posted.message, rendered.fingerprint)
        if left:
            await timed.call(messenger.edit(copy, rendered))
        return copy

    def _shown(self, tx: Transaction, job: Job, situation: Situation, copy: Copy, text_at: datetime | None) -> bool:
        """Notes what stands there now. Gives whether it is the first that anybody sees of the request."""
        is_first = not tx.copies(copy.request)
        tx.save_copy(copy)
        tx.finish_job(job, is_known=True)
        stored, drawn, now = tx.request(job.request), situation.request, self._clock.now()
        assert stored is not None
        assert drawn is not None
        files.follow(tx, drawn, copy, situation.team, now)
        if stored.request.revision != drawn.revision:
            # It moved on while its first card was on the way: there was no copy yet that would have followed.
            tx.put_job(undelivered.card_job(job, now, urgent=True))
        if text_at is not None:
            # An edit makes no sound, a file does: it waits for the morning.
            tx.put_job(Job(f"{REDRAWN}{drawn.id}:{job.person}", "card", drawn.id, job.person, text_at))
        return is_first

    async def _message(self, job: Job, situation: Situation, timed: Timed) -> None:
        assert job.text is not None
        account = situation.account
        words = say(spoken_in(account.messenger, job.text), reader_of(situation.team, job.person))
        tell = self._messengers[account.messenger].tell
        await self._noted(job, timed, await timed.call(tell(account, words, situation.copy, thread=job.text.id in _TALK)))

    async def _file(self, job: Job, situation: Situation, timed: Timed) -> None:
        assert situation.request is not None
        reader, account = reader_of(situation.team, job.person), situation.account
        carrying = self._carrier.carry(job, situation.request, situation.team, reader, account, situation.copy)
        await self._noted(job, timed, await timed.call(carrying))

    async def _noted(self, job: Job, timed: Timed, posted: Posted) -> None:
        def sent(tx: Transaction) -> None:
            tx.note_sent(job.key, posted.chat, posted.message, self._clock.now())
            tx.finish_job(job)

        await self._store.run(sent)
        self._was_sent(job, timed)

    def _was_sent(self, job: Job, timed: Timed) -> None:
        if timed.ended is not None:
            self._seen.sent(job.kind, job.due_at, self._clock.now())

    async def _failed(self, job: Job, situation: Situation | None, error: Exception) -> After:
        ours, now = not isinstance(error, MessengerError), self._clock.now()
        log.warning("not_sent", key=job.key, error=type(error).__name__, attempts=job.attempts, exc_info=ours)
        if situation is None:
            return await self._postponed(job, error)
        match error:
            case Gone():
                await self._store.run(lambda tx: undelivered.vanished(tx, job, situation, now))
            case Unreachable():
                await self._store.run(lambda tx: undelivered.lost(tx, job, situation, now))
            case NotAccepted():
                await self._store.run(lambda tx: undelivered.given_up(tx, job, situation, now))
            case _:
                # Later, an answer that was lost, or a fault of ours that may pass: try again, but not for ever.
                return await self._held(job, situation, error)
        return After()

    async def _held(self, job: Job, situation: Situation, error: Exception) -> After:
        now = self._clock.now()
        age = now - job.due_at
        if job.attempts >= _TRIES_BEFORE_GIVING_UP and age >= _GIVE_UP_AFTER:
            await self._store.run(lambda tx: undelivered.given_up(tx, job, situation, now))
            return After()
        if job.attempts >= _TRIES_BEFORE_TELLING and age >= _LATE:
            await self._store.run(lambda tx: undelivered.tell_coordinator(tx, job, situation, now))
        return await self._postponed(job, error)

    async def _postponed(self, job: Job, error: Exception) -> After:
        """To be tried again after what the messenger asks for, and longer from try to try."""
        asked = error.after if isinstance(error, TryLater) else 0.0
        pause = max(asked, min(2.0 ** min(max(job.attempts, 1) - 1, 20), _LONGEST_PAUSE))
        until = self._clock.now() + timedelta(seconds=pause)
        await self._store.run(lambda tx: tx.postpone_job(job, until))
        is_limited = isinstance(error, TryLater) and str(error) == _LIMITED
        chat_may_be_down = isinstance(error, MessengerError) and job.attempts <= _TRIES_FOR_ALL
        return After(until=until, holds_all=is_limited or chat_may_be_down, refused=asked if is_limited else None)


def _lacks(copy: Copy, rendered: Rendered) -> bool:
    """Whether the full text has not gone along with a card that had to cut it."""
    return bool(rendered.overflow) and copy.overflow != rendered.overflow_name


def _wanted(usual: Place, copy: Copy | None, rendered: Rendered, *, is_polite: bool) -> Place | None:
    """The next call a card needs, if any."""
    if copy is None or copy.fingerprint != rendered.fingerprint:
        return usual
    return replace(usual, call="attach") if is_polite and _lacks(copy, rendered) else None
