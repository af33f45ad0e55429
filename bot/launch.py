"""A campaign's gate in the shell: the other tracks' cards follow, and those who launch hear when it opens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.core import campaign
from bot.core.people import Team
from bot.core.request.effects import Decision
from bot.core.request.model import Request
from bot.core.wording import Listed, Localized, Text
from bot.ports import Job, Transaction

GATE_OPEN = "notice.launch_open"


def follow(tx: Transaction, before: Request | None, decision: Decision, team: Team, now: datetime) -> None:
    """One track has moved: everybody who sees the other ones sees it there, held as long as on the track's own cards."""
    state, at = decision.state, now + decision.hold
    requests = tx.tracks(state.draft.campaign)
    for other in requests:
        if other.id != state.id:
            for copy in tx.copies(other.id):
                tx.put_job(Job(f"card:{other.id}:{copy.person}", "card", other.id, copy.person, at, urgent=True))
    if (before is None or before.status is not state.status) and campaign.is_open(campaign.tracks(requests)):
        _opened(tx, requests, team, now)


def _opened(tx: Transaction, requests: Sequence[Request], team: Team, now: datetime) -> None:
    """Told once the last yes can no longer be taken back."""
    book, last = team.playbook, requests[-1]
    markets = Listed(tuple(Localized(book.markets[request.draft.market].title) for request in requests))
    roles = (book.creators.main_contact.get(request.draft.market) for request in requests)
    contacts = (book.roles[role].holder for role in roles if role)
    people = (*(request.requested_by for request in requests), *contacts, *book.coordinators()[:1])
    message = Text(GATE_OPEN, {"title": last.draft.title, "id": last.draft.campaign, "markets": markets})
    for person in dict.fromkeys(person for person in people if person):
        at = team.free_time(person, now + book.undo)
        # Put anew when the last yes was taken back and given again: the newest one counts.
        tx.put_job(Job(f"tell:launch:{last.draft.campaign}:{person}", "tell", last.id, person, at, message))


def still_open(tx: Transaction, request: Request) -> bool:
    """Whether what was said about the gate is still so when it is to be sent."""
    return campaign.is_open(campaign.tracks(tx.tracks(request.draft.campaign)))
