"""Who opens a request and what they can choose from: brands, kinds, markets, creators. All of it is the playbook's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.core.people import Team
from bot.core.playbook.model import Kind, MarketId, PersonId, Playbook
from bot.ports import Creator, Transaction
from bot.teams import books_of


@dataclass(frozen=True, slots=True)
class Desk:
    """Who writes and what they can choose from. ``own`` is what the bot knows of a creator in each of their brands."""

    person: PersonId
    books: Mapping[str, Playbook]
    known: Mapping[str, tuple[Creator, ...]]
    own: Mapping[str, Creator]

    def kinds(self, brand: str) -> tuple[str, ...]:
        """What can be asked for: of a creator only what the playbook calls creative work, in their own market."""
        book, own = self.books.get(brand), self.own.get(brand)
        if book is None:
            return ()
        if own is None:
            return tuple(kind for kind in book.decisions if self.markets(brand, kind))
        named = dict.fromkeys((*book.creators.creative_kinds, book.creators.content_kind or ""))
        return tuple(kind for kind in named if kind and self.markets(brand, kind))

    def markets(self, brand: str, kind: str) -> tuple[MarketId, ...]:
        """The markets that have a path for the kind, one's own first; never another's path for a market that has none."""
        book, own = self.books.get(brand), self.own.get(brand)
        found: Kind | None = book.decisions.get(kind) if book else None
        if book is None or found is None:
            return ()
        home = own.market if own else book.people[self.person].market
        able = [market for market in book.markets if found.path_for(market)]
        return tuple(sorted((market for market in able if own is None or market == home), key=lambda market: market != home))

    def creators(self, brand: str, market: MarketId) -> tuple[Creator, ...]:
        """The brand's creators, those of the market first."""
        return tuple(sorted(self.known.get(brand, ()), key=lambda one: (one.market != market, one.name)))

    def currency(self, brand: str, kind: str, market: MarketId) -> str:
        """The currency in which an amount matters: there is a local limit to hold it against. A creator is not asked."""
        book = self.books.get(brand)
        found = book.decisions.get(kind) if book else None
        right = found.local_authority.get(market) if found else None
        return right.up_to.currency if right and brand not in self.own else ""


def desk_of(tx: Transaction, person: PersonId) -> Desk:
    """What somebody can open requests in: the brands they work for, or those they are a creator of."""
    own = {one.brand: one for one in tx.creator(person)}
    found = {brand: in_force.playbook for brand in own if (in_force := tx.in_force(brand))}
    books = found or {book.id: book for book in books_of(tx, person)}
    return Desk(person, books, {} if own else {brand: tuple(tx.creators(brand)) for brand in books}, own)


def sender(desk: Desk, brand: str, team: Team, now: datetime) -> PersonId:
    """In whose name it is opened: one's own, or for a creator that of their main contact who is there."""
    own = desk.own.get(brand)
    main = team.playbook.creators.main_contact.get(own.market) if own else None
    return desk.person if own is None else team.choose(main or team.playbook.coordinator, frozenset(), now).person
