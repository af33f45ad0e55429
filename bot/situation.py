"""What a job needs to know to be done: the state it speaks of, whose it is, where it goes, and whether it still matters."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot import creators, digest, files, launch, outage, presence, undone
from bot.core import campaign
from bot.core.campaign import Track
from bot.core.people import Team
from bot.core.request.model import Request
from bot.core.request.relevance import wants_card, wants_message
from bot.ports import Account, Copy, Job, Transaction
from bot.teams import team_of, team_of_person
from bot.waiting import Place

REDRAWN = "redraw:"
_REMINDER = "notice.reminder"


@dataclass(frozen=True, slots=True)
class Situation:
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


def look(tx: Transaction, job: Job, here: Container[str], now: datetime) -> Situation | None:
    """The situation as it is now; ``here`` are the messengers at hand. ``None`` where there is nothing to speak of."""
    stored = tx.request(job.request) if job.request else None
    team = team_of(tx, stored.request, now) if stored else team_of_person(tx, job.person, now)
    if team is None or (job.request and stored is None):
        return None
    working = [account for account in tx.accounts(job.person) if not account.blocked]
    accounts, copy = _accounts(tx, job, working, here)
    request = stored.request if stored else None
    siblings = campaign.tracks(tx.tracks(request.draft.campaign)) if request and request.draft.campaign else ()
    elsewhere = len(accounts) < len(working)
    situation = Situation(request, team, accounts, elsewhere, copy, False, siblings)
    return replace(situation, is_over=tx.sent(job.key) is not None or not _matters(tx, job, situation, now))


def place_of(tx: Transaction, job: Job, here: Container[str]) -> Place:
    """Where a job will probably go, without reading what it is about."""
    working = [account for account in tx.accounts(job.person) if not account.blocked]
    accounts, copy = _accounts(tx, job, working, here)
    return place(job, accounts[0], copy) if accounts else Place()


def place(job: Job, account: Account, copy: Copy | None) -> Place:
    """Where a job goes, and by which call."""
    chat = account.chat or (copy.chat if copy else account.external)
    match job.kind:
        case "card":
            return Place(account.messenger, chat, "post" if copy is None else "edit")
        case "file":
            return Place(account.messenger, chat, "file" if copy or account.chat else "file_unopened")
        case _:
            return Place(account.messenger, chat, "tell")


def _accounts(
    tx: Transaction, job: Job, working: Sequence[Account], here: Container[str]
) -> tuple[tuple[Account, ...], Copy | None]:
    """A person's accounts, the one to write to first, and their card there."""
    copies = {copy.messenger: copy for copy in tx.copies(job.request) if copy.person == job.person} if job.request else {}
    found = [account for account in working if account.messenger in here]
    # Where the card is already, there it stays; a new one goes where the person wants to be asked.
    accounts = tuple(sorted(found, key=lambda account: (account.messenger not in copies, not account.preferred)))
    return accounts, copies.get(accounts[0].messenger) if accounts else None


def _matters(tx: Transaction, job: Job, situation: Situation, now: datetime) -> bool:
    """Held for the morning, a message may have become noise; a card drawn again only matters where there is one."""
    request = situation.request
    if request is None:
        return creators.still_true(tx, job) and presence.still_gone(tx, job) and outage.still_asks(tx, job)
    if job.kind == "file":
        return files.wanted(tx, job, request, situation.account.messenger if situation.accounts else "")
    if job.text is None:
        return situation.copy is not None or (wants_card(request, job.person) and not job.key.startswith(REDRAWN))
    if job.text.id == _REMINDER and digest.is_listed(tx, situation.team, request, job.person, now):
        return False
    if job.text.id == launch.GATE_OPEN:
        return launch.still_open(tx, request)
    if undone.is_undone(tx, job):
        return False
    return wants_message(request, job.person, job.text.id)
