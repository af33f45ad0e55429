"""Where somebody asks from: their brands, their market in each, and what they may see there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.people import Team
from bot.core.playbook.model import MarketId, PersonId, Playbook
from bot.core.request.model import Request, RequestId, Status
from bot.core.wording import Localized
from bot.ports import Creator, Filter, InForce, Transaction
from bot.speech import Reader
from bot.teams import reader_of, team_as_it_is, with_guest

_MOST_LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class Seat:
    """One brand in which somebody has a part: on its team, or as one of its creators."""

    in_force: InForce
    team: Team
    person: PersonId
    market: MarketId
    is_creator: bool

    @property
    def book(self) -> Playbook:
        return self.team.playbook

    @property
    def brand(self) -> str:
        return self.book.id

    @property
    def title(self) -> Localized:
        return Localized(self.book.title)

    @property
    def reader(self) -> Reader:
        return reader_of(self.team, self.person)

    @property
    def asker(self) -> PersonId:
        """The person among the playbook's own people, or nobody."""
        return "" if self.is_creator else self.person

    @property
    def sees_status(self) -> bool:
        return not self.is_creator or self.book.creators.see == "contacts_and_status"


def seats_of(tx: Transaction, person: PersonId, now: datetime) -> tuple[Seat, ...]:
    """Every brand somebody has a part in, in the order of the brands; nothing for a stranger or whoever has left."""
    creators = {one.brand: one for one in tx.creator(person)}
    found = (tx.in_force(brand) for brand in tx.brands())
    return tuple(seat for one in found if one for seat in _seat(tx, one, person, creators.get(one.playbook.id), now))


def _seat(tx: Transaction, found: InForce, person: PersonId, creator: Creator | None, now: datetime) -> Iterator[Seat]:
    book = found.playbook
    if person in book.people:
        yield Seat(found, team_as_it_is(tx, book, now), person, book.people[person].market, False)
    elif creator and creator.market in book.markets:
        yield Seat(found, team_as_it_is(tx, with_guest(book, creator), now), person, creator.market, True)


def may_see(tx: Transaction, seats: Sequence[Seat], request: RequestId) -> tuple[Seat, Request] | None:
    """A request and the seat it is seen from: the team sees its brand's, a creator their own where status is shown at all."""
    stored = tx.request(request)
    seat = next((one for one in seats if stored and one.brand == stored.request.brand), None)
    if stored is None or seat is None or not seat.sees_status:
        return None
    if seat.is_creator and stored.request.id not in {one.id for one in tx.creator_requests(seat.person)}:
        return None
    return seat, stored.request


def requests_of(tx: Transaction, seat: Seat) -> tuple[Request, ...]:
    """What somebody asked for or is asked about in a brand, a creator's own; what is under way first, the newest first."""
    if not seat.sees_status:
        return ()
    found = {one.id: one for one in _all_of(tx, seat)}
    newest = sorted(found.values(), key=lambda one: (one.opened_at, int(one.id.split("-")[-1])), reverse=True)
    return tuple(sorted(newest, key=lambda one: not is_under_way(one)))


def _all_of(tx: Transaction, seat: Seat) -> Iterator[Request]:
    if seat.is_creator:
        yield from (one for one in tx.creator_requests(seat.person) if one.brand == seat.brand)
        return
    yield from tx.requests(Filter(brand=seat.brand, person=seat.person, limit=_MOST_LOOKED_AT))
    for request in tx.waiting_for(seat.person):
        stored = tx.request(request)
        if stored and stored.request.brand == seat.brand:
            yield stored.request


def is_under_way(request: Request) -> bool:
    return request.status in (Status.OPEN, Status.RETURNED) or request.is_provisional or bool(request.to_correct)
