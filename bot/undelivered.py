"""What becomes of a job that its messenger does not take: a new card, another account, or the coordinator hears of it."""

from __future__ import annotations

from datetime import datetime

import structlog

from bot import presence
from bot.core.people import Team
from bot.core.playbook.model import PersonId
from bot.core.request.relevance import wants_card
from bot.core.wording import text
from bot.ports import Job, Transaction
from bot.situation import Situation

log = structlog.get_logger("soglas.outbox")
_UNDELIVERED = "tell:undelivered:"


def vanished(tx: Transaction, job: Job, situation: Situation, now: datetime) -> None:
    """The card is not there any more: whoever has something to do gets a new one, nobody else."""
    copy = situation.copy
    if copy is None:
        # Not the card, the chat itself.
        return lost(tx, job, situation, now)
    if job.kind != "card" and job.attempts > 1:
        # A new card did not help: another one for each try would flood the chat.
        return given_up(tx, job, situation, now)
    tx.forget_copy(copy)
    if job.kind == "card":
        tx.finish_job(job)
    else:
        tx.postpone_job(job, now)
    if situation.request and wants_card(situation.request, job.person):
        tx.put_job(card_job(job, situation.team.polite_time(job.person, now)))
    return None


def lost(tx: Transaction, job: Job, situation: Situation, now: datetime) -> None:
    """Nobody is silently dropped: the account is marked; another one is tried, or else the coordinator hears of it."""
    for account in situation.accounts[:1]:
        presence.gone(tx, account, now)
    if situation.accounts[1:] or situation.elsewhere:
        tx.postpone_job(job, now)
    else:
        tx.finish_job(job)
        if not situation.accounts or job.key.startswith(_UNDELIVERED):
            # With an account that was lost just now, that itself has been said, with everything that waits for them.
            tell_coordinator(tx, job, situation, now, "notice.unreachable", f"{job.request}:{job.person}")


def given_up(tx: Transaction, job: Job, situation: Situation, now: datetime) -> None:
    """Nothing more is tried."""
    tx.finish_job(job)
    tell_coordinator(tx, job, situation, now)


def tell_coordinator(
    tx: Transaction, job: Job, situation: Situation, now: datetime, message: str = "notice.not_delivered", about: str = ""
) -> None:
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
        at = situation.team.polite_time(told, now)
        tx.put_jobs_later(Job(key, "tell", job.request, told, at, words))


def card_job(job: Job, at: datetime, *, urgent: bool = False) -> Job:
    """The card of the request that a job is about, for the same person."""
    return Job(f"card:{job.request}:{job.person}", "card", job.request, job.person, at, urgent=urgent)


def _next_in_line(team: Team, job: Job) -> PersonId | None:
    """The coordinator, then the coordinator's deputies, then the signatories, after whoever could not be told."""
    line = list(dict.fromkeys((*team.playbook.coordinators(), *team.playbook.signatories())))
    if job.key.startswith(_UNDELIVERED) and job.person in line:
        line = line[line.index(job.person) + 1 :]
    return next((person for person in line if person != job.person and person not in team.unreachable), None)
