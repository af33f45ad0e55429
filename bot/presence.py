"""Who can be written to and who not any more: somebody has blocked the bot, left, was deleted, or is back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from bot.carrying import wake_job
from bot.core.contacts import contacts
from bot.core.playbook.model import PersonId, Playbook
from bot.core.request.deadlines import moves_at
from bot.core.request.model import RequestId
from bot.core.request.owners import successor
from bot.core.wording import Field, Listed, Text, text
from bot.ports import Account, Job, Transaction
from bot.teams import books_of, team_of, team_of_person

_MOST_LINES = 20
_TOLD = "tell:gone:"
_NAMES = {"telegram": "Telegram", "slack": "Slack"}


def gone(tx: Transaction, account: Account, now: datetime) -> None:
    """An account cannot be written to. If it was a person's last one, what waits for them moves, and that is said once."""
    known = tx.account(account.messenger, account.external, account.workspace)
    if known is None or known.blocked:
        return
    tx.save_account(replace(known, blocked=True))
    if any(not one.blocked for one in tx.accounts(known.person)):
        return
    _tell(tx, known, now)
    wake(tx, known.person, now)


def back(tx: Transaction, account: Account, now: datetime) -> None:
    """It can be written to again. What has moved stays where it is; what nobody could take comes back."""
    known = tx.account(account.messenger, account.external, account.workspace)
    if known is None or not known.blocked:
        return
    tx.save_account(replace(known, blocked=False))
    wake(tx, known.person, now)


def still_gone(tx: Transaction, job: Job) -> bool:
    """Whether what was held for somebody's morning is still so: the person may be back. True for every other job."""
    return not job.key.startswith(_TOLD) or job.key.removeprefix(_TOLD).rpartition("@")[0] not in tx.reachable()


def wake(tx: Transaction, person: PersonId, now: datetime) -> None:
    """Everything under way where the person works looks anew at who is there: they may also be who it is handed to."""
    in_brands = (request for book in books_of(tx, person) for request in tx.waiting_in(book.id))
    for request in {*tx.waiting_for(person), *in_brands}:
        tx.put_job(wake_job(request, now))


def in_line(tx: Transaction, book: Playbook, *first: PersonId | None, but: PersonId) -> PersonId | None:
    """Who hears what somebody has to hear: the first of these people, then of the coordinators, then of the signatories,
    who can be written to."""
    reachable = tx.reachable()
    people = (person for person in (*first, *book.coordinators(), *book.signatories()) if person in book.people)
    return next((person for person in people if person and person != but and person in reachable), None)


def messenger_name(messenger: str) -> str:
    """A messenger as it calls itself."""
    return _NAMES.get(messenger, messenger)


def _tell(tx: Transaction, account: Account, now: datetime) -> None:
    """Told in every brand the person belongs to, of that brand alone."""
    person = account.person
    for book in books_of(tx, person):
        fields: dict[str, Field] = {"who": book.name(person), "messenger": messenger_name(account.messenger)}
        lines = tuple(_moves(tx, person, book.id, now))[:_MOST_LINES]
        more: dict[str, Field] = {"lines": Listed(lines, "lines")} if lines else {}
        message = Text("presence.gone" if lines else "presence.gone.nothing", {**fields, **more})
        _put(tx, book.id, in_line(tx, book, but=person), person, message, now)
    for creator in tx.creator(person):
        found = tx.in_force(creator.brand)
        if found:
            who = contacts(found.playbook, creator.market)
            message = text("presence.creator_gone", who=creator.name, messenger=messenger_name(account.messenger))
            _put(tx, creator.brand, in_line(tx, found.playbook, who.main, who.deputy, but=person), person, message, now)


def _put(tx: Transaction, brand: str, told: PersonId | None, person: PersonId, message: Text, now: datetime) -> None:
    team = team_of_person(tx, told, now) if told else None
    if told and team:
        # Held for a morning, it is sent only if the person is not back by then: see ``still_gone``.
        key = f"{_TOLD}{person}@{now.isoformat()}:{brand}:{told}"
        tx.put_jobs_later(Job(key, "tell", RequestId(""), told, team.polite_time(told, now), message))


def _moves(tx: Transaction, person: PersonId, brand: str, now: datetime) -> Iterator[Text]:
    """What waits for the person in a brand, and who takes it over."""
    for stored in filter(None, map(tx.request, sorted(tx.waiting_for(person)))):
        if stored.request.brand != brand:
            continue
        request, team = stored.request, team_of(tx, stored.request, now)
        fields: dict[str, Field] = {"id": request.id, "title": request.draft.title}
        parts = [(step, part) for step in request.open_steps for part in step.waiting if part.person == person]
        for step, part in parts:
            heir = successor(team, request, step, part, now) if moves_at(team, request, step, part) else None
            yield Text("presence.line", {**fields, "who": team.playbook.name(heir.person)}) if heir else _stays(fields)
        if not parts:
            yield _stays(fields)


def _stays(fields: dict[str, Field]) -> Text:
    return Text("presence.line.stays", fields)
