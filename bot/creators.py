"""What creators hear about their requests: received, decided, sent back. Never a remark, a reason, an amount or another name.

Also who a creator is: somebody invited by two brands is one person, whatever id a request was opened with.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.core.contacts import contacts
from bot.core.people import Team
from bot.core.playbook.model import MarketId, PersonId, Playbook
from bot.core.request.effects import Decision
from bot.core.request.model import Request, RequestId, Status
from bot.core.request.risk import expected_end
from bot.core.wording import Field, Moment, Text
from bot.ports import Creator, Job, Transaction
from bot.teams import team_of_person

_ID = re.compile(r"creator:\d+")
_KEY = re.compile(r"tell:([A-Z]-\d+):creator:([a-z]+):(\d+):")
_MESSAGES = {
    Status.OPEN: "creator.received", Status.APPROVED: "creator.approved", Status.REJECTED: "creator.rejected",
    Status.RETURNED: "creator.returned",
}  # fmt: skip


def is_creator(person: PersonId) -> bool:
    return _ID.fullmatch(person) is not None


def person_behind(tx: Transaction, creator: PersonId) -> PersonId:
    """Who a creator's id stands for: the person they turned out to be, when another brand had invited them before."""
    found = tx.remembered(_same_as(creator))
    return found[0] if found else creator


def of_brand(tx: Transaction, brand: str) -> Sequence[Creator]:
    """A brand's creators, each once."""
    return [one for one in tx.creators(brand) if person_behind(tx, one.person) == one.person]


def not_come_yet(tx: Transaction, brand: str, market: MarketId, name: str) -> Creator | None:
    """The creator of that name who was invited before and has no account: surely the same one is meant."""
    namesakes = [one for one in of_brand(tx, brand) if one.market == market and _same_name(one.name, name)]
    return next((one for one in namesakes if not tx.accounts(one.person)), None)


def add(tx: Transaction, new: Creator) -> Creator:
    """Somebody whom the brand did not know. Open requests that name them are theirs, unless somebody else is called so."""
    creator = replace(new, person=f"creator:{tx.next_number('creator')}")
    unique = not any(_same_name(one.name, new.name) for one in of_brand(tx, new.brand))
    tx.save_creator(creator)
    for request in tx.waiting_in(new.brand) if unique else ():
        stored = tx.request(request)
        draft = stored.request.draft if stored else None
        if draft and draft.market == new.market and not draft.creator_id and _same_name(draft.creator, new.name):
            tx.link_creator(creator.person, request)
    return creator


def _same_name(first: str, second: str) -> bool:
    return first.casefold().split() == second.casefold().split()


def merge(tx: Transaction, new: Creator, person: PersonId, now: datetime) -> None:
    """The creator that a brand has just invited is somebody who is known already: one account, one person.

    Requests keep for ever the id they were opened with, so what it stands for is noted.
    """
    if all(one.brand != new.brand for one in tx.creator(person)):
        tx.save_creator(replace(new, person=person))
    for request in tx.creator_requests(new.person):
        tx.link_creator(person, request.id)
    tx.remember(_same_as(new.person), person, RequestId(""), now)


def _same_as(creator: PersonId) -> str:
    return f"same-as:{creator}"


def follow(tx: Transaction, before: Request | None, decision: Decision, team: Team, now: datetime) -> None:
    """A creator's request has moved: they hear of it, unless their playbook shows them contacts only."""
    state = decision.state
    handed_in = state.draft.by_creator and before is None  # the answer to it says the same already
    if not state.draft.creator_id or handed_in or not _is_news(before, state) or not _shown(tx, state):
        return
    creator = person_behind(tx, state.draft.creator_id)
    own = team_of_person(tx, creator, now)
    message = _message(team, state)
    if own is None or message is None or all(account.blocked for account in tx.accounts(creator)):
        return
    # A decision is told when it cannot be taken back any more; whoever hands something in hears at once that it is here.
    at = now if state.status is Status.OPEN else now + team.playbook.undo
    polite = own.polite_time(creator, at)
    # Given again after it was taken back, the newest counts.
    key = f"tell:{state.id}:creator:{state.status}:{state.round}:{creator}"
    tx.put_job(Job(key, "tell", RequestId(""), creator, polite, message))


def still_true(tx: Transaction, job: Job) -> bool:
    """Whether what was put for a creator is still so when it is to be sent; true for every other job."""
    found = _KEY.match(job.key)
    if found is None:
        return True
    stored = tx.request(RequestId(found[1]))
    if stored is None or not _shown(tx, stored.request):
        return False
    return (str(stored.request.status), stored.request.round) == (found[2], int(found[3]))


def _is_news(before: Request | None, state: Request) -> bool:
    if before is not None and state.status is Status.OPEN and before.round == state.round:
        return False  # a decision was taken back: nothing was received
    return state.status in _MESSAGES and (before is None or before.status is not state.status)


def _shown(tx: Transaction, request: Request) -> bool:
    """The version in force says what creators see: a right that is taken away is gone at once."""
    found = tx.in_force(request.brand)
    return found is not None and found.playbook.creators.see == "contacts_and_status"


def _message(team: Team, state: Request) -> Text | None:
    found, book = contacts(team.playbook, state.draft.market, state), team.playbook
    fields: dict[str, Field] = {"id": state.id, "title": state.draft.title}
    if state.status is Status.OPEN:
        step = state.main_step
        if step is None or found.this_request is None:
            return None
        until = Moment(expected_end(team, state, step))
        return Text(_MESSAGES[state.status], {**fields, "who": book.name(found.this_request), "until": until})
    if (contact := _contact(book, state, found.main)) is None:
        return None
    message = _MESSAGES[state.status]
    if state.status is Status.APPROVED and state.to_fix:
        message = "creator.approved_to_fix"
    elif state.status is Status.RETURNED and state.draft.by_creator:
        message = "creator.returned.own"
    return Text(message, {**fields, "contact": book.name(contact)})


def _contact(book: Playbook, state: Request, main: PersonId | None) -> PersonId | None:
    """Who tells them more: the main contact, or whoever asked for them where the playbook names nobody."""
    return main or next((person for person in (state.requested_by, *book.coordinators()) if person in book.people), None)
