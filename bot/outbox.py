"""Sends what was decided: cards and short messages, from the job table, to whatever messenger a person uses.

A card is drawn from the state at the moment it is sent, so the newest content wins by itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import groupby

import structlog

from bot.core.cards import card
from bot.core.people import Team
from bot.core.request.model import Request
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
    Unclear,
    Unreachable,
)  # fmt: skip
from bot.service import reader_of, team_of
from bot.speech import say

log = structlog.get_logger("soglas.outbox")
_LEASE = timedelta(seconds=60)
_AT_ONCE = 50
_GIVE_UP_AFTER = 12


@dataclass(frozen=True, slots=True)
class _Situation:
    """What a job needs to know to be done."""

    request: Request
    team: Team
    account: Account | None
    copy: Copy | None
    sent: bool


class Outbox:
    """Does the due card and message jobs."""

    def __init__(self, store: Store, clock: Clock, messengers: Mapping[str, Messenger]) -> None:
        self._store, self._clock, self._messengers = store, clock, messengers

    async def send_due(self) -> int:
        """Sends what is due now, urgent first; different people at the same time, one person's messages in order."""
        now = self._clock.now()
        jobs = await self._store.run(lambda tx: tx.claim(now, now + _LEASE, _AT_ONCE, ("card", "tell")))
        by_person = [list(group) for _, group in groupby(sorted(jobs, key=lambda job: job.person), key=lambda job: job.person)]
        await asyncio.gather(*(self._in_order(group) for group in by_person))
        return len(jobs)

    async def _in_order(self, jobs: list[Job]) -> None:
        # Cards before the messages that speak of them.
        for job in sorted(jobs, key=lambda job: (job.kind != "card", job.due_at)):
            await self._do(job)

    async def _do(self, job: Job) -> None:
        situation = await self._store.read(lambda tx: self._look(tx, job))
        if situation is None or situation.account is None or situation.sent:
            await self._store.run(lambda tx: tx.finish_job(job))
            return
        account = situation.account
        try:
            if job.kind == "card":
                await self._card(job, situation, account)
            else:
                await self._message(job, situation, account)
        except MessengerError as error:
            await self._failed(job, situation, account, error)

    def _look(self, tx: Transaction, job: Job) -> _Situation | None:
        stored = tx.request(job.request)
        if stored is None:
            return None
        team = team_of(tx, tx.playbook(stored.request.playbook))
        accounts = [a for a in tx.accounts(job.person) if not a.blocked and a.messenger in self._messengers]
        copies = {copy.messenger: copy for copy in tx.copies(job.request) if copy.person == job.person}
        account = next((a for a in accounts if a.messenger in copies), next(iter(accounts), None))
        copy = copies.get(account.messenger) if account else None
        return _Situation(stored.request, team, account, copy, tx.sent(job.key))

    async def _card(self, job: Job, situation: _Situation, account: Account) -> None:
        messenger, copy = self._messengers[account.messenger], situation.copy
        drawn = card(situation.request, situation.team, job.person, self._clock.now())
        rendered = messenger.render(drawn, reader_of(situation.team, job.person))
        if copy is None:
            posted = await messenger.post(account, rendered)
            copy = Copy(job.request, job.person, account.messenger, posted.chat, posted.message, rendered.fingerprint)
            await self._keep(copy)
        elif copy.fingerprint != rendered.fingerprint:
            await messenger.edit(copy, rendered)
            copy = replace(copy, fingerprint=rendered.fingerprint)
            await self._keep(copy)
        await self._attach(messenger, copy, rendered)
        await self._store.run(lambda tx: tx.finish_job(job))

    async def _attach(self, messenger: Messenger, copy: Copy, rendered: Rendered) -> None:
        """The full text goes along once for each text; the card itself may change many times."""
        if rendered.overflow and copy.overflow != (mark := str(rendered.overflow_name)):
            await messenger.attach(Posted(copy.chat, copy.message), rendered)
            await self._keep(replace(copy, overflow=mark))

    async def _keep(self, copy: Copy) -> None:
        await self._store.run(lambda tx: tx.save_copy(copy))

    async def _message(self, job: Job, situation: _Situation, account: Account) -> None:
        assert job.text is not None
        words = say(job.text, reader_of(situation.team, job.person))
        posted = await self._messengers[account.messenger].tell(account, words, situation.copy)

        def sent(tx: Transaction) -> None:
            tx.note_sent(job.key, posted.chat, posted.message, self._clock.now())
            tx.finish_job(job)

        await self._store.run(sent)

    async def _failed(self, job: Job, situation: _Situation, account: Account, error: MessengerError) -> None:
        log.warning("not_sent", key=job.key, messenger=account.messenger, error=type(error).__name__, attempts=job.attempts)
        match error:
            case TryLater(after=after) if job.attempts < _GIVE_UP_AFTER:
                await self._postpone(job, after)
            case Unclear() if job.attempts < _GIVE_UP_AFTER:
                await self._postpone(job, 2.0**job.attempts)
            case Gone():
                await self._store.run(lambda tx: self._vanished(tx, job, situation))
            case Unreachable():
                await self._store.run(lambda tx: self._lost(tx, job, situation, account))
            case NotAccepted() | _:
                await self._store.run(lambda tx: self._given_up(tx, job, situation))

    async def _postpone(self, job: Job, seconds: float) -> None:
        until = self._clock.now() + timedelta(seconds=max(1.0, seconds))
        await self._store.run(lambda tx: tx.postpone_job(job, until))

    def _vanished(self, tx: Transaction, job: Job, situation: _Situation) -> None:
        """The message is not there any more: whoever has something to do gets a new one, nobody else."""
        if situation.copy:
            tx.forget_copy(situation.copy)
        tx.finish_job(job)
        waiting = {part.person for step in situation.request.open_steps for part in step.waiting}
        if job.person in waiting | {situation.request.requested_by}:
            tx.put_job(Job(f"card:{job.request}:{job.person}", "card", job.request, job.person, self._clock.now()))

    def _lost(self, tx: Transaction, job: Job, situation: _Situation, account: Account) -> None:
        """Nobody is silently dropped: the account is marked and the coordinator hears of it."""
        tx.save_account(replace(account, blocked=True))
        tx.finish_job(job)
        self._tell_coordinator(tx, job, situation, "notice.unreachable")

    def _given_up(self, tx: Transaction, job: Job, situation: _Situation) -> None:
        tx.finish_job(job)
        self._tell_coordinator(tx, job, situation, "notice.not_delivered")

    def _tell_coordinator(self, tx: Transaction, job: Job, situation: _Situation, message: str) -> None:
        book = situation.team.playbook
        told = next((p for p in (*book.coordinators(), *book.signatories()) if p != job.person), None)
        if told is None or job.key.startswith("tell:undelivered"):
            return
        words = text(message, who=book.name(job.person), id=job.request, title=situation.request.draft.title)
        at = situation.team.polite_time(told, self._clock.now())
        tx.put_jobs_later(Job(f"tell:undelivered:{job.key}", "tell", job.request, told, at, words))
