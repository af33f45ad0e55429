"""What a decision needs to know besides the request, gathered from the database: people as they are now, the right's uses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.core.people import Absence, Team, Uses
from bot.core.playbook.model import PersonId, Playbook, RoleId
from bot.core.request.handover import authority
from bot.core.request.model import Draft, Request
from bot.ports import Transaction
from bot.speech import Reader

# Longer ago an absence moves nothing any more, and a week is the longest time the right's uses are counted over.
_ABSENCES_KEPT = timedelta(days=31)
_USES_COUNTED = timedelta(days=8)


def team_of(tx: Transaction, request: Request, now: datetime) -> Team:
    """The team of a request: the version it was opened under, without the roles a later version has taken away."""
    book = tx.playbook(request.playbook)
    current = tx.in_force(book.id)
    left = _left(book, current.playbook) if current and current.digest != request.playbook else frozenset()
    return _team(tx, book, request.draft, now, left)


def opening_team(tx: Transaction, book: Playbook, draft: Draft, now: datetime) -> Team:
    """The team of a request that is about to be opened under the version in force."""
    return _team(tx, book, draft, now, frozenset())


def team_of_person(tx: Transaction, person: PersonId, now: datetime) -> Team | None:
    """The people of a playbook in force that somebody works under; ``None`` for a person of no playbook."""
    books = books_of(tx, person)
    return Team(books[0], _unreachable(tx, books[0]), _absences(tx, now)) if books else None


def books_of(tx: Transaction, person: PersonId) -> Sequence[Playbook]:
    """The playbooks in force that somebody works under."""
    found = (tx.in_force(brand) for brand in tx.brands())
    return [one.playbook for one in found if one and person in one.playbook.people]


def reader_of(team: Team, person: PersonId) -> Reader:
    """How a person of the playbook reads: their languages, and the zone they live in."""
    return Reader(tuple(team.playbook.people[person].languages), team.zone(person))


def _team(tx: Transaction, book: Playbook, draft: Draft, now: datetime, left: frozenset[tuple[RoleId, PersonId]]) -> Team:
    kind = book.decisions.get(draft.kind)
    right = authority(book, draft) if kind else None
    uses = tx.uses(book.id, draft.kind, draft.market, now - _USES_COUNTED) if right else Uses()
    return Team(book, _unreachable(tx, book), _absences(tx, now), left, uses)


def _unreachable(tx: Transaction, book: Playbook) -> frozenset[PersonId]:
    """Whoever has no working account cannot be reached."""
    reachable = tx.reachable()
    return frozenset(person for person in book.people if person not in reachable)


def _absences(tx: Transaction, now: datetime) -> tuple[Absence, ...]:
    return tuple(away.days for away in tx.absences((now - _ABSENCES_KEPT).date()))


def _left(old: Playbook, new: Playbook) -> frozenset[tuple[RoleId, PersonId]]:
    """Removals apply at once; what a new version adds does not reach back."""
    lost: set[tuple[RoleId, PersonId]] = set()
    for name, role in old.roles.items():
        now = new.roles.get(name)
        keep = {now.holder, *now.deputies} if now else set()
        lost |= {(name, person) for person in (role.holder, *role.deputies) if person and person not in keep}
    return frozenset(lost)
