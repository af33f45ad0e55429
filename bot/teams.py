"""What a decision needs to know besides the request, gathered from the database: people as they are now, the right's uses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.core.people import Absence, Team, Uses
from bot.core.playbook.model import Person, PersonId, Playbook, RoleId
from bot.core.request.handover import authority
from bot.core.request.model import Draft, Request
from bot.ports import Creator, Transaction
from bot.speech import Reader

# Longer ago an absence moves nothing any more, and a week is the longest time the right's uses are counted over.
_ABSENCES_KEPT = timedelta(days=31)
_USES_COUNTED = timedelta(days=8)


def team_of(tx: Transaction, request: Request, now: datetime) -> Team:
    """The team of a request: the version it was opened under, without the roles a later version has taken away."""
    # In this order: what was kept of an older version is only known to hold once the one in force was looked at.
    current = tx.kept(("in force", request.brand), lambda: tx.in_force(request.brand))
    book = tx.playbook(request.playbook)
    left = _left(book, current.playbook) if current and current.digest != request.playbook else frozenset()
    return _team(tx, book, request.draft, now, left)


def opening_team(tx: Transaction, book: Playbook, draft: Draft, now: datetime) -> Team:
    """The team of a request that is about to be opened under the version in force."""
    return _team(tx, book, draft, now, frozenset())


def team_of_person(tx: Transaction, person: PersonId, now: datetime) -> Team | None:
    """The people of a playbook in force that somebody works under; ``None`` for a person of no playbook."""
    books = books_of(tx, person)
    if books:
        return team_as_it_is(tx, books[0], now)
    return _team_of_creator(tx, person, now)


def _team_of_creator(tx: Transaction, person: PersonId, now: datetime) -> Team | None:
    """A creator is not in the playbook; whoever writes to them finds them beside its people, in their market's time."""
    found = next(iter(tx.creator(person)), None)
    in_force = tx.in_force(found.brand) if found else None
    if found is None or in_force is None:
        return None
    return team_as_it_is(tx, with_guest(in_force.playbook, found), now)


def with_guest(book: Playbook, creator: Creator) -> Playbook:
    """The playbook with a creator beside its people, in their market's time."""
    guest = Person(name={"en": creator.name}, market=creator.market, languages=[creator.language])
    return book.model_copy(update={"people": {**book.people, creator.person: guest}})


def team_as_it_is(tx: Transaction, book: Playbook, now: datetime) -> Team:
    """The people of a playbook as they are now, for what is about no request."""
    reachable = tx.reachable()
    return Team(book, _unreachable(book, reachable), _absences(tx, now), languages=_languages(reachable))


def books_of(tx: Transaction, person: PersonId) -> Sequence[Playbook]:
    """The playbooks in force that somebody works under."""
    found = (tx.in_force(brand) for brand in tx.brands())
    return [one.playbook for one in found if one and person in one.playbook.people]


def reader_of(team: Team, person: PersonId) -> Reader:
    """How a person of the playbook reads: their languages, the one they have chosen first, and the zone they live in."""
    someone = team.playbook.people.get(person)
    if someone is None:  # a guest of the brand, or somebody who has left it
        return Reader(("en",), "UTC")
    own = tuple(someone.languages)
    chosen = dict(team.languages).get(person)
    return Reader((chosen, *own) if chosen else own, team.zone(person))


def _team(tx: Transaction, book: Playbook, draft: Draft, now: datetime, left: frozenset[tuple[RoleId, PersonId]]) -> Team:
    kind = book.decisions.get(draft.kind)
    right = authority(book, draft) if kind else None
    uses = tx.uses(book.id, draft.kind, draft.market, now - _USES_COUNTED) if right else Uses()
    # With the book itself, which so lives as long as its id means it.
    _, unreachable, languages = tx.kept(("reachable", id(book)), lambda: (book, *_reached(tx, book)))
    return Team(book, unreachable, _absences(tx, now), left, uses, languages)


def _reached(tx: Transaction, book: Playbook) -> tuple[frozenset[PersonId], tuple[tuple[PersonId, str], ...]]:
    reachable = tx.reachable()
    return _unreachable(book, reachable), _languages(reachable)


def _languages(reachable: Mapping[PersonId, str]) -> tuple[tuple[PersonId, str], ...]:
    return tuple((person, language) for person, language in reachable.items() if language)


def _unreachable(book: Playbook, reachable: Mapping[PersonId, str]) -> frozenset[PersonId]:
    """Whoever has no working account cannot be reached."""
    return frozenset(person for person in book.people if person not in reachable)


def _absences(tx: Transaction, now: datetime) -> tuple[Absence, ...]:
    since = (now - _ABSENCES_KEPT).date()
    return tx.kept(("absences", since), lambda: tuple(away.days for away in tx.absences(since)))


def _left(old: Playbook, new: Playbook) -> frozenset[tuple[RoleId, PersonId]]:
    """Removals apply at once; what a new version adds does not reach back."""
    lost: set[tuple[RoleId, PersonId]] = set()
    for name, role in old.roles.items():
        now = new.roles.get(name)
        keep = {now.holder, *now.deputies} if now else set()
        lost |= {(name, person) for person in (role.holder, *role.deputies) if person and person not in keep}
    return frozenset(lost)
