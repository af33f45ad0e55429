"""Outgoing webhooks: other software hears what was decided, escalated and handed over, signed, in order, until it has it.

What is told is an event's own facts, without what people wrote. Each is a job in the transaction of its decision, so none is
told that did not happen and none is forgotten. A receiver may get one twice and knows it by its ``id``.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby
from typing import Protocol

import structlog

from bot.core.request.effects import Decision
from bot.core.request.events import Event
from bot.core.request.model import Request
from bot.ports import Clock, Job, MessengerError, Store, Transaction, Webhook

log = structlog.get_logger("soglas.hooks")
TOLD = {
    "approved": "request.decided",
    "rejected": "request.decided",
    "withdrawn": "request.withdrawn",
    "taken_back": "request.taken_back",
    "ratified": "request.ratified",
    "objected": "request.objected",
    "escalated": "request.escalated",
    "escalated_again": "request.escalated",
    "handed_over": "request.handed_over",
}
SIGNATURE, EVENT_ID = "Soglas-Signature", "Soglas-Event-Id"
_LEASE, _PROLONGED_AT = timedelta(seconds=60), timedelta(seconds=35)  # what is left is longer than a delivery may take
_AT_ONCE = 50
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=5), timedelta(hours=1)
_GIVE_UP_AFTER = timedelta(days=1)


class Courier(Protocol):
    """Brings something to an address outside."""

    async def deliver(self, webhook: Webhook, body: bytes, headers: dict[str, str]) -> None:
        """Returns when the receiver has answered with a 2xx. Raises ``MessengerError`` for anything else."""
        ...


def follow(tx: Transaction, decision: Decision) -> None:
    """Puts what a decision has to tell to the brand's webhooks."""
    state = decision.state
    hooks = tx.kept(("webhooks", state.brand), lambda: tuple(one for one in tx.webhooks(state.brand) if not one.ended_at))
    if not hooks:
        return
    first = state.revision - len(decision.events) + 1
    for number, event in enumerate(decision.events, first):
        if event.fact.type in TOLD:
            for hook in hooks:
                # The number with zeros before it: keys of one request then have the order of its events.
                key = f"{_line(hook.id, state.id)}{number:06}"
                tx.put_jobs_later(Job(key, "hook", state.id, hook.id, event.at))


def _line(webhook: str, request: str) -> str:
    """What the keys of everything one webhook hears about one request begin with."""
    return f"hook:{webhook}:{request}:"


def signature(secret: str, at: datetime, body: bytes) -> str:
    """``t=<seconds>,v1=<HMAC-SHA256 of "t.body" in hex>``: the instant is signed too, so that an old one can be told."""
    seconds = int(at.timestamp())
    digest = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={digest}"


def told(request: Request, number: int, event: Event) -> bytes:
    """An event as JSON. ``status`` is the request's as it is now; what people wrote stays with them."""
    draft = request.draft
    fact = {
        "id": f"{request.id}/{number}", "type": TOLD[event.fact.type], "fact": event.fact.type, "at": event.at.isoformat(),
        "request": request.id, "brand": request.brand, "kind": draft.kind, "market": draft.market, "round": request.round,
        "status": str(request.status), "provisional": bool(getattr(event.fact, "provisional", False)),
        "by": event.by, "role": event.role,
    }  # fmt: skip
    return json.dumps(fact, ensure_ascii=False).encode()


class Hooks:
    """Does the jobs that tell other software."""

    def __init__(self, store: Store, clock: Clock, courier: Courier) -> None:
        self._store, self._clock, self._courier = store, clock, courier

    async def tell_due(self) -> int:
        """Tells what is due now: about one request in the order it happened, about different ones at the same time."""
        now = self._clock.now()
        jobs = await self._store.run(lambda tx: tx.claim(now, now + _LEASE, _AT_ONCE, ("hook",)))
        ordered = sorted(jobs, key=lambda job: job.key)
        lines = [list(group) for _, group in groupby(ordered, key=lambda job: _line(job.person, job.request))]
        await asyncio.gather(*(self._in_order(line) for line in lines))
        return len(jobs)

    async def _in_order(self, jobs: Sequence[Job]) -> None:
        """Ends where another process goes on with the line, because telling took longer here than a lease."""
        rest = await self._store.run(partial(_ours, jobs, self._clock.now()))
        while rest:
            until = await self._do(rest[0])
            if until is not None:
                await self._store.run(partial(_postponed, rest, until))
                return
            rest = await self._store.run(partial(_ours, rest[1:], self._clock.now()))

    async def _do(self, job: Job) -> datetime | None:
        """Tells one event. Gives the instant until which this line is to wait, if it is."""
        hook, body, waits = await self._store.read(lambda tx: _looked_up(tx, job))
        now = self._clock.now()
        if waits is not None:
            return max(waits, now + _FIRST_PAUSE)
        if hook is not None:
            headers = {SIGNATURE: signature(hook.secret, now, body), EVENT_ID: json.loads(body)["id"]}
            try:
                await self._courier.deliver(hook, body, headers)
            except MessengerError as error:
                if self._clock.now() - job.due_at < _GIVE_UP_AFTER:
                    log.warning("hook_not_told", webhook=hook.id, error=type(error).__name__, attempts=job.attempts)
                    return self._clock.now() + _pause(job.attempts)
                log.error("hook_given_up", webhook=hook.id, key=job.key)
        await self._store.run(lambda tx: tx.finish_job(job))
        return None


def _ours(jobs: Sequence[Job], now: datetime, tx: Transaction) -> list[Job]:
    """The rest of a line, with leases that last for one more; nothing when the next is somebody else's."""
    if not jobs or tx.claimed(jobs[0]) is None:
        return []
    until = jobs[0].leased_until
    return list(jobs) if until and until - now >= _PROLONGED_AT else [tx.prolong_job(job, now + _LEASE) for job in jobs]


def _postponed(jobs: Sequence[Job], until: datetime, tx: Transaction) -> None:
    for job in jobs:
        tx.postpone_job(job, until)


def _pause(attempts: int) -> timedelta:
    pauses: int = 2 ** min(attempts - 1, 12)
    return min(_FIRST_PAUSE * pauses, _LONGEST_PAUSE)


def _looked_up(tx: Transaction, job: Job) -> tuple[Webhook | None, bytes, datetime | None]:
    """The webhook, what to tell it, and until when something earlier about the request keeps it waiting."""
    stored = tx.request(job.request)
    hook = next((one for one in tx.webhooks() if one.id == job.person and one.ended_at is None), None)
    if stored is None or hook is None:
        return None, b"", None
    line = _line(job.person, job.request)
    before = tx.first_job(line)
    waits = before[1] if before and before[0] < job.key else None
    number = int(job.key.removeprefix(line))
    return hook, told(stored.request, number, tx.history(job.request)[number - 1]), waits
