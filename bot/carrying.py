"""Carrying a decision out: everything it brings, in the transaction it is made in; and the moments that were due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot import contact, creators, digest, hooks, launch
from bot.core.people import Team
from bot.core.playbook.model import PersonId
from bot.core.request import decide
from bot.core.request.commands import Wake
from bot.core.request.effects import Decision, Effect, Hand, Redraw, Show, Tell
from bot.core.request.handover import used_up
from bot.core.request.model import Request, RequestId
from bot.core.request.relevance import asked_of
from bot.ports import Job, Rerun, Stored, Transaction, Unavailable
from bot.teams import team_of

log = structlog.get_logger("soglas.moments")
_FAILED_MOMENT_AGAIN = timedelta(minutes=5)


def carry_out(tx: Transaction, before: Stored | None, decision: Decision, team: Team, now: datetime) -> None:
    """Everything a decision brings, in one transaction: events, state, messages to send, the moment to wake at."""
    tx.record(before, decision)
    state = decision.state
    shown = _redrawn(tx, before, decision, now)
    for effect in decision.effects:
        _put(tx, state, effect, shown)
    for person in asked_of(state) - (asked_of(before.request) if before else frozenset()):
        tx.put_jobs_later(digest.job(person, team.next_morning(person, now)))
    if state.local_decision and not (before and before.request.local_decision):
        _wake_others(tx, state, now)
    if decision.wake_at is None:
        tx.drop_job(wake_job(state.id, now).key)
    else:
        tx.put_job(wake_job(state.id, decision.wake_at))
    hooks.follow(tx, decision)
    if state.draft.creator_id:
        creators.follow(tx, before.request if before else None, decision, team, now)
    if team.playbook.direct_lines:
        contact.follow(tx, decision, team)
    if state.draft.campaign:
        launch.follow(tx, before.request if before else None, decision, team, now)


def _put(tx: Transaction, state: Request, effect: Effect, shown: set[PersonId]) -> None:
    """What an effect wants done, as a job. Cards that exist follow every change anyway."""
    match effect:
        case Show(person, at) if person not in shown:
            tx.put_jobs_later(Job(f"card:{state.id}:{person}", "card", state.id, person, at))
        case Redraw(person, at):
            tx.put_job(Job(f"redraw:{state.id}:{person}", "card", state.id, person, at))
        case Hand(person, file, at):
            tx.put_jobs_later(Job(f"file:{state.id}:{person}:{file}", "file", state.id, person, at))
        case Tell(person, message, at, key):
            tx.put_jobs_later(Job(f"tell:{key}", "tell", state.id, person, at, message))


def _wake_others(tx: Transaction, state: Request, now: datetime) -> None:
    """The right was used. Once it is used up, what was handed over to the same people has lost its last chance."""
    if not used_up(team_of(tx, state, now), state.draft, now):
        return
    for one in tx.waiting_in(state.brand):
        other = tx.request(one) if one != state.id else None
        if other and other.request.local_step and (other.request.draft.kind, other.request.draft.market) == (
            state.draft.kind, state.draft.market,
        ):  # fmt: skip
            tx.put_job(wake_job(one, now))


def wake_job(request: RequestId, at: datetime) -> Job:
    """The next instant a request waits for. There is one for each request."""
    return Job(f"wake:{request}", "wake", request, "", at)


def _redrawn(tx: Transaction, before: Stored | None, decision: Decision, now: datetime) -> set[PersonId]:
    """Every card there is follows the change; what may still be taken back reaches the others a moment later."""
    state, shown = decision.state, {copy.person for copy in tx.copies(decision.state.id)} if before else set()
    actors = {event.by for event in decision.events}
    for person in shown:
        at = now if person in actors else now + decision.hold
        tx.put_job(Job(f"card:{state.id}:{person}", "card", state.id, person, at, urgent=True))
    return shown


def moment(tx: Transaction, job: Job, now: datetime) -> bool:
    """One moment. One that cannot be carried out is said and tried again later (``False``); the others must not wait for it."""
    try:
        todo = digest.plan(tx, job.person, now) if job.kind == "digest" else _woken(tx, job, now)
    except (Rerun, Unavailable):
        # Not this moment's fault, and nothing could be written about it in this transaction.
        raise
    except Exception:
        log.exception("moment_failed", key=job.key)
        tx.postpone_job(job, now + _FAILED_MOMENT_AGAIN)
        return False
    tx.finish_job(job)
    todo()
    return True


def _woken(tx: Transaction, job: Job, now: datetime) -> Callable[[], None]:
    stored = tx.request(job.request)
    if stored is None:
        return lambda: None
    team = team_of(tx, stored.request, now)
    decision = decide(stored.request, Wake(), team, now)
    assert isinstance(decision, Decision)
    # Also for whoever was asked before there were morning lists.
    lists = [digest.job(person, team.next_morning(person, now)) for person in asked_of(decision.state)]

    def write() -> None:
        carry_out(tx, stored, decision, team, now)
        for one in lists:
            tx.put_jobs_later(one)

    return write
