"""Sends what was decided: cards and short messages, from the job table, to whatever messenger a person uses.

A card is drawn from the state at the moment it is sent, so the newest content wins by itself. At least once: should the
bot die between a messenger's yes and our note of it, the same card or message goes out a second time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby

import structlog

from bot import creators, digest, files, launch, presence, undone
from bot.core import campaign
from bot.core.campaign import Track
from bot.core.cards import card
from bot.core.people import Team
from bot.core.playbook.model import PersonId
from bot.core.request.model import Request
from bot.core.request.relevance import wants_card, wants_message
from bot.core.wording import text
from bot.ports import (
    Account,
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
from bot.speech import say, spoken_in
from bot.teams import reader_of, team_of, team_of_person

log = structlog.get_logger("soglas.outbox")
_LEASE = timedelta(seconds=60)
_FILE_LEASE = timedelta(minutes=5)  # longer than a fetch and a sending may take together
_AT_ONCE, _FILES_AT_ONCE = 50, 12  # one text's files are claimed together, or F-10 would overtake F-9
_LONGEST_TURN = 30.0  # seconds after which no more files are begun: everybody's next card waits for the last one
_RANKS = {"card": 0, "tell": 1, "file": 2}
_LONGEST_PAUSE = 300.0
_LATE = timedelta(minutes=5)  # promised: accepted by the messenger by then, or the coordinator is told
_GIVE_UP_AFTER = timedelta(days=1)
_TRIES_BEFORE_TELLING, _TRIES_BEFORE_GIVING_UP = 3, 12
_UNDELIVERED = "tell:undelivered:"
_REMINDER = "notice.reminder"
_REDRAWN = "redraw:"
# What people say to each other about a request stands together, under its card.
_TALK = {"notice.said", "notice.bridge_asked", "notice.translated", "notice.question", "notice.answer"}


@dataclass(frozen=True, slots=True)
class _Situation:
    """What a job needs to know to be done. ``accounts`` are the person's that work and whose messenger is at hand.

    A message about a person rather than a request (a morning list) has no ``request``.
    """

    request: Request | None
    team: Team
    accounts: tuple[Account, ...]
    elsewhere: bool  # they have an account in a messenger that is not connected here
    copy: Copy | None
    is_over: bool  # sent already, or not true or useful any more
    tracks: tuple[Track, ...] = ()

    @property
    def account(self) -> Account:
        return self.accounts[0]


class Outbox:
    """Does the due card, message and file jobs."""

    def __init__(self, store: Store, clock: Clock, messengers: Mapping[str, Messenger]) -> None:
        self._store, self._clock, self._messengers = store, clock, messengers
        self._carrier = files.Carrier(store, messengers)

    async def send_due(self) -> int:
        """Sends what is due now, urgent first; different people at the same time, one person's messages in order."""
        jobs = await self._store.run(self._claimed)
        by_person = [list(group) for _, group in groupby(sorted(jobs, key=lambda job: job.person), key=lambda job: job.person)]
        ends = await asyncio.gather(*(self._in_order(group) for group in by_person), return_exceptions=True)
        # Only now, when nothing is under way any more.
        for error in ends:
            if error is not None:
                raise error
        return len(jobs)

    def _claimed(self, tx: Transaction) -> list[Job]:
        now = self._clock.now()
        words = tx.claim(now, now + _LEASE, _AT_ONCE, ("card", "tell"))
        return [*words, *tx.claim(now, now + _FILE_LEASE, _FILES_AT_ONCE, ("file",))]

    async def _in_order(self, jobs: list[Job]) -> None:
        # Cards before the messages that speak of them, and files last: they may take long.
        waiting = sorted(jobs, key=_turn)
        begun = asyncio.get_running_loop().time()
        for index, job in enumerate(waiting):
            late = job.kind == "file" and asyncio.get_running_loop().time() - begun > _LONGEST_TURN
            until = self._clock.now() if late else await self._do(job)
            if until is not None:
                # The chat is to be left alone, or others wait; what comes after must not overtake.
                await self._postpone(waiting[index:], until)
                return

    async def _do(self, job: Job) -> datetime | None:
        """Does one job. Gives the instant until which the person's chat is to be left alone, if it is."""
        situation: _Situation | None = None
        try:
            situation = await self._store.read(lambda tx: self._look(tx, job))
            if situation is None or situation.is_over:
                await self._store.run(lambda tx: tx.finish_job(job))
            elif situation.accounts:
                await {"card": self._card, "tell": self._message, "file": self._file}[job.kind](job, situation)
            elif situation.elsewhere:
                raise TryLater(0, "the messenger is not connected")
            else:
                raise Unreachable(job.person)
        except Exception as error:
            return await self._failed(job, situation, error)
        return None

    def _look(self, tx: Transaction, job: Job) -> _Situation | None:
        now = self._clock.now()
        stored = tx.request(job.request) if job.request else None
        team = team_of(tx, stored.request, now) if stored else team_of_person(tx, job.person, now)
        if team is None or (job.request and stored is None):
            return None
        working = [account for account in tx.accounts(job.person) if not account.blocked]
        copies = {copy.messenger: copy for copy in tx.copies(job.request) if copy.person == job.person}
        here = [account for account in working if account.messenger in self._messengers]
        # Where the card is already, there it stays; a new one goes where the person wants to be asked.
        accounts = tuple(sorted(here, key=lambda account: (account.messenger not in copies, not account.preferred)))
        copy = copies.get(accounts[0].messenger) if accounts else None
        request = stored.request if stored else None
        siblings = campaign.tracks(tx.tracks(request.draft.campaign)) if request and request.draft.campaign else ()
        situation = _Situation(request, team, accounts, len(here) < len(working), copy, False, siblings)
        return replace(situation, is_over=tx.sent(job.key) is not None or not _matters(tx, job, situation, now))

    async def _card(self, job: Job, situation: _Situation) -> None:
        account, copy, request = situation.account, situation.copy, situation.request
        assert request is not None
        messenger = self._messengers[account.messenger]
        now = self._clock.now()
        drawn = card(request, situation.team, job.person, now, situation.tracks)
        rendered = messenger.render(drawn, reader_of(situation.team, job.person))
        polite = now if copy is None else situation.team.polite_time(job.person, now)
        if copy is None:
            posted = await messenger.post(account, rendered)
            copy = Copy(job.request, job.person, account.messenger, posted.chat, posted.message, rendered.fingerprint)
        elif copy.fingerprint != rendered.fingerprint:
            await messenger.edit(copy, rendered)
            copy = replace(copy, fingerprint=rendered.fingerprint)
        missing = bool(rendered.overflow) and copy.overflow != rendered.overflow_name
        if missing and polite <= now:
            copy = await self._attach(messenger, copy, rendered)

        def shown(tx: Transaction) -> None:
            self._shown(tx, job, situation, copy)
            if missing and polite > now:
                # An edit makes no sound, a file does: it waits for the morning.
                tx.put_job(Job(f"{_REDRAWN}{request.id}:{job.person}", "card", request.id, job.person, polite))

        await self._store.run(shown)

    async def _attach(self, messenger: Messenger, copy: Copy, rendered: Rendered) -> Copy:
        """The full text goes along once for each text; the card itself may change many times."""
        await self._store.run(lambda tx: tx.save_copy(copy))
        try:
            await messenger.attach(Posted(copy.chat, copy.message), rendered)
        except Gone as error:
            # The card was put there just now: its next change finds out whether it is still there.
            raise NotAccepted(str(error)) from None
        return replace(copy, overflow=rendered.overflow_name)

    def _shown(self, tx: Transaction, job: Job, situation: _Situation, copy: Copy) -> None:
        tx.save_copy(copy)
        tx.finish_job(job)
        stored, drawn, now = tx.request(job.request), situation.request, self._clock.now()
        assert stored is not None
        assert drawn is not None
        files.follow(tx, drawn, copy, situation.team, now)
        if stored.request.revision != drawn.revision:
            # It moved on while its first card was on the way: there was no copy yet that would have followed.
            tx.put_job(_card_job(job, now, urgent=True))

    async def _message(self, job: Job, situation: _Situation) -> None:
        assert job.text is not None
        account = situation.account
        words = say(spoken_in(account.messenger, job.text), reader_of(situation.team, job.person))
        tell = self._messengers[account.messenger].tell
        told = tell(account, words, situation.copy, thread=job.text.id in _TALK)
        await self._noted(job, await told)

    async def _file(self, job: Job, situation: _Situation) -> None:
        assert situation.request is not None
        reader = reader_of(situation.team, job.person)
        posted = await self._carrier.carry(job, situation.request, situation.team, reader, situation.account, situation.copy)
        await self._noted(job, posted)

    async def _noted(self, job: Job, posted: Posted) -> None:
        def sent(tx: Transaction) -> None:
            tx.note_sent(job.key, posted.chat, posted.message, self._clock.now())
            tx.finish_job(job)

        await self._store.run(sent)

    async def _failed(self, job: Job, situation: _Situation | None, error: Exception) -> datetime | None:
        ours = not isinstance(error, MessengerError)
        log.warning("not_sent", key=job.key, error=type(error).__name__, attempts=job.attempts, exc_info=ours)
        if situation is None:
            return self._pause(job)
        match error:
            case Gone():
                await self._store.run(lambda tx: self._vanished(tx, job, situation))
            case Unreachable():
                await self._store.run(lambda tx: self._lost(tx, job, situation))
            case NotAccepted():
                await self._store.run(lambda tx: self._given_up(tx, job, situation))
            case _:
                # Later, an answer that was lost, or a fault of ours that may pass: try again, but not for ever.
                return await self._held(job, situation, error.after if isinstance(error, TryLater) else 0)
        return None

    async def _held(self, job: Job, situation: _Situation, seconds: float) -> datetime | None:
        age = self._clock.now() - job.due_at
        if job.attempts >= _TRIES_BEFORE_GIVING_UP and age >= _GIVE_UP_AFTER:
            await self._store.run(lambda tx: self._given_up(tx, job, situation))
            return None
        if job.attempts >= _TRIES_BEFORE_TELLING and age >= _LATE:
            await self._store.run(lambda tx: self._tell_coordinator(tx, job, situation, "notice.not_delivered"))
        return self._pause(job, seconds)

    def _pause(self, job: Job, seconds: float = 0) -> datetime:
        """When to try again: after what the messenger asks for, and longer from try to try."""
        return self._clock.now() + timedelta(seconds=max(seconds, min(2.0 ** min(job.attempts - 1, 20), _LONGEST_PAUSE)))

    async def _postpone(self, jobs: Sequence[Job], until: datetime) -> None:
        def postpone(tx: Transaction) -> None:
            for job in jobs:
                tx.postpone_job(job, until)

        await self._store.run(postpone)

    def _vanished(self, tx: Transaction, job: Job, situation: _Situation) -> None:
        """The card is not there any more: whoever has something to do gets a new one, nobody else."""
        copy, now = situation.copy, self._clock.now()
        if copy is None:
            # Not the card, the chat itself.
            return self._lost(tx, job, situation)
        if job.kind != "card" and job.attempts > 1:
            # A new card did not help: another one for each try would flood the chat.
            return self._given_up(tx, job, situation)
        tx.forget_copy(copy)
        if job.kind == "card":
            tx.finish_job(job)
        else:
            tx.postpone_job(job, now)
        if situation.request and wants_card(situation.request, job.person):
            tx.put_job(_card_job(job, situation.team.polite_time(job.person, now)))
        return None

    def _lost(self, tx: Transaction, job: Job, situation: _Situation) -> None:
        """Nobody is silently dropped: the account is marked; another one is tried, or else the coordinator hears of it."""
        for account in situation.accounts[:1]:
            presence.gone(tx, account, self._clock.now())
        if situation.accounts[1:] or situation.elsewhere:
            tx.postpone_job(job, self._clock.now())
        else:
            tx.finish_job(job)
            if not situation.accounts or job.key.startswith(_UNDELIVERED):
                # With an account that was lost just now, that itself has been said, with everything that waits for them.
                self._tell_coordinator(tx, job, situation, "notice.unreachable", f"{job.request}:{job.person}")

    def _given_up(self, tx: Transaction, job: Job, situation: _Situation) -> None:
        tx.finish_job(job)
        self._tell_coordinator(tx, job, situation, "notice.not_delivered")

    def _tell_coordinator(self, tx: Transaction, job: Job, situation: _Situation, message: str, about: str = "") -> None:
        """Said once. Should the coordinator be out of reach as well, the next in line hears it, and the log in the end."""
        if situation.request is None:
            log.warning("not_delivered", key=job.key)
            return
        key = f"{_UNDELIVERED}{about or job.key}"
        who = situation.team.playbook.name(job.person)
        words = text(message, who=who, id=job.request, title=situation.request.draft.title)
        if job.text and job.key.startswith(_UNDELIVERED):
            key, words = job.key, job.text
        told = _next_in_line(situation.team, job)
        if told is None:
            log.error("nobody_to_tell", key=job.key)
        elif not tx.sent(key):
            at = situation.team.polite_time(told, self._clock.now())
            tx.put_jobs_later(Job(key, "tell", job.request, told, at, words))


def _next_in_line(team: Team, job: Job) -> PersonId | None:
    """The coordinator, then the coordinator's deputies, then the signatories, after whoever could not be told."""
    line = list(dict.fromkeys((*team.playbook.coordinators(), *team.playbook.signatories())))
    if job.key.startswith(_UNDELIVERED) and job.person in line:
        line = line[line.index(job.person) + 1 :]
    return next((person for person in line if person != job.person and person not in team.unreachable), None)


def _turn(job: Job) -> tuple[int, datetime, int, str]:
    return _RANKS[job.kind], job.due_at, len(job.key) if job.kind == "file" else 0, job.key


def _card_job(job: Job, at: datetime, *, urgent: bool = False) -> Job:
    return Job(f"card:{job.request}:{job.person}", "card", job.request, job.person, at, urgent=urgent)


def _matters(tx: Transaction, job: Job, situation: _Situation, now: datetime) -> bool:
    """Held for the morning, a message may have become noise; a card drawn again only matters where there is one."""
    request = situation.request
    if request is None:
        return creators.still_true(tx, job) and presence.still_gone(tx, job)
    if job.kind == "file":
        return files.wanted(tx, job, request, situation.account.messenger if situation.accounts else "")
    if job.text is None:
        return situation.copy is not None or (wants_card(request, job.person) and not job.key.startswith(_REDRAWN))
    if job.text.id == _REMINDER and digest.is_listed(tx, situation.team, request, job.person, now):
        return False
    if job.text.id == launch.GATE_OPEN:
        return launch.still_open(tx, request)
    if undone.is_undone(tx, job):
        return False
    return wants_message(request, job.person, job.text.id)
