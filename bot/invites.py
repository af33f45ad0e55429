"""Invitations: who may ask somebody in, the secret word that lets one account in once, and taking an account away again.

The word itself is never stored, only its digest: whoever reads the database cannot use it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from bot import creators, presence
from bot.chance import Chance
from bot.core.playbook.model import MarketId, PersonId, Playbook
from bot.core.request.effects import Refusal, Refused
from bot.core.request.model import RequestId
from bot.core.request.opening import cleaned
from bot.core.wording import Localized, text
from bot.ports import Account, Clock, Creator, Filter, Invite, Job, Store, Transaction
from bot.teams import books_of, team_of_person

T = TypeVar("T")
_LASTS = timedelta(days=7)
_MOST_LOOKED_AT = 1000


@dataclass(frozen=True, slots=True)
class Invited:
    """A new invitation. ``word`` is said this once and known to nobody afterwards."""

    word: str
    person: PersonId
    name: Localized
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Welcome:
    """An account that has come in; ``again`` when it was in already."""

    account: Account
    again: bool = False


@dataclass(frozen=True, slots=True)
class Ended:
    """An invitation that was withdrawn, or an account that was taken away."""

    name: Localized
    account: Account | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """Somebody of a playbook who cannot be written to, who could invite them, and the invitation that waits for them."""

    person: PersonId
    name: Localized
    inviters: tuple[Localized, ...]
    invite: Invite | None


@dataclass(frozen=True, slots=True)
class _Home:
    """Where somebody belongs: a brand, and for its creators the market."""

    person: PersonId
    book: Playbook
    name: Localized
    market: MarketId | None = None


class Invites:
    """Gives invitations and takes them. ``committed`` is called after every commit that left work for the outbox."""

    def __init__(self, store: Store, clock: Clock, chance: Chance, committed: Callable[[], None] = lambda: None) -> None:
        self._store, self._clock, self._chance, self._committed = store, clock, chance, committed

    async def invite_member(
        self, by: PersonId | None, person: PersonId, *, brand: str | None = None, bound_to: str = ""
    ) -> Invited | Refused:
        """Invites a person of a playbook in force, or a creator once more. ``by`` is ``None`` for the command line.

        ``bound_to`` is the one account that may use it, like ``telegram:1001``.
        """
        word, now = self._chance.word(), self._clock.now()

        def work(tx: Transaction) -> Invited | Refused:
            home = _home(tx, by, person, brand)
            return home if isinstance(home, Refused) else _issued(tx, home, by, word, now, bound_to)

        return await self._store.run(work)

    async def invite_creator(
        self, by: PersonId | None, brand: str, market: MarketId, name: str, language: str
    ) -> Invited | Refused:
        """Invites a creator of a market. One of the same name who has never come in gets a new word for the old one."""
        word, now, name = self._chance.word(), self._clock.now(), " ".join(cleaned(name).split())

        def work(tx: Transaction) -> Invited | Refused:
            found = tx.in_force(brand)
            if found is None or market not in found.playbook.markets or not name:
                return Refused(Refusal.UNKNOWN_MARKET, text("invite.no_such_market", market=market))
            if not _may(found.playbook, by, market):
                return Refused(Refusal.NOT_YOURS, text("invite.not_allowed"))
            creator = creators.not_come_yet(tx, brand, market, name)
            if creator is None:
                creator = creators.add(tx, Creator("", brand, market, name, language, by or "", now))
            home = _Home(creator.person, found.playbook, Localized({language: name}), market)
            return _issued(tx, home, by, word, now, "")

        return await self._store.run(work)

    async def redeem(self, word: str, account: Account) -> Welcome | Refused:
        """Lets an account in, exactly once. Why an invitation is not valid is not told: that would help only a guesser."""
        now = self._clock.now()
        return self._told(await self._store.run(lambda tx: _redeemed(tx, _digest(word), account, now)))

    async def withdraw(self, by: PersonId | None, person: PersonId) -> Ended | Refused:
        """Makes the invitations of somebody void that nobody has used."""
        now = self._clock.now()

        def work(tx: Transaction) -> Ended | Refused:
            home = _home(tx, by, person)
            if isinstance(home, Refused):
                return home
            return Ended(home.name) if _void(tx, home.person, now) else _refused("invite.none_open")

        return await self._store.run(work)

    async def revoke(self, by: PersonId | None, person: PersonId) -> Ended | Refused:
        """Takes away the account that came in last by an invitation for somebody, because it was not them; where nobody has
        come in, the invitation itself."""
        now = self._clock.now()

        def work(tx: Transaction) -> Ended | Refused:
            home = _home(tx, by, person)
            if isinstance(home, Refused):
                return home
            # In this order: whoever is just coming in by an invitation that is still open is waited for, and found.
            was_open, account = _void(tx, home.person, now), _came_last(tx, home.person)
            if account is None:
                return Ended(home.name) if was_open else _refused("invite.nothing_to_revoke")
            _taken_away(tx, account)
            presence.wake(tx, home.person, now)
            return Ended(home.name, account)

        return self._told(await self._store.run(work))

    def _told(self, outcome: T) -> T:
        if not isinstance(outcome, Refused):
            self._committed()
        return outcome


def gaps(tx: Transaction, brand: str) -> Sequence[Missing]:
    """The people of a playbook in force without a working account, in its order."""
    found = tx.in_force(brand)
    reachable = tx.reachable()
    return [_missing(tx, found.playbook, p) for p in found.playbook.people if p not in reachable] if found else []


def brands_of_inviter(tx: Transaction, by: PersonId) -> Sequence[Playbook]:
    """The playbooks in which somebody may invite people."""
    return [book for book in books_of(tx, by) if _may(book, by)]


def contact_markets(tx: Transaction, by: PersonId) -> Sequence[tuple[Playbook, MarketId]]:
    """The markets whose creators somebody may invite, their own first."""
    found = [(book, market) for book in books_of(tx, by) for market in book.markets if _may(book, by, market)]
    return sorted(found, key=lambda one: one[0].people[by].market != one[1])


def _digest(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()


def _refused(message: str) -> Refused:
    return Refused(Refusal.NOT_POSSIBLE, text(message))


def _may(book: Playbook, by: PersonId | None, market: MarketId | None = None) -> bool:
    """The command line may; the coordinator and the signatories may; for a market's creators also their main contact."""
    if by is None or by in (*book.coordinators(), *book.signatories()):
        return True
    role = book.roles.get(book.creators.main_contact.get(market, "")) if market else None
    return role is not None and by in (role.holder, *role.deputies)


def _homes(tx: Transaction, person: PersonId) -> Iterator[_Home]:
    for book in books_of(tx, person):
        yield _Home(person, book, book.name(person))
    for one in tx.creator(person):
        if found := tx.in_force(one.brand):
            yield _Home(person, found.playbook, Localized({one.language: one.name}), one.market)


def _home(tx: Transaction, by: PersonId | None, person: PersonId, brand: str | None = None) -> _Home | Refused:
    """The brand in which ``by`` may invite somebody. Of other brands' people nothing is told."""
    homes = [home for home in _homes(tx, creators.person_behind(tx, person)) if brand in (None, home.book.id)]
    known = [home for home in homes if by is None or by in home.book.people]
    if not known:
        return Refused(Refusal.NO_SUCH_PERSON, text("invite.no_such_person", name=person))
    found = next((home for home in known if _may(home.book, by, home.market)), None)
    return found or Refused(Refusal.NOT_YOURS, text("invite.not_allowed"))


def _issued(tx: Transaction, home: _Home, by: PersonId | None, word: str, now: datetime, bound_to: str) -> Invited:
    """A new invitation; the older ones that nobody has used are void."""
    _void(tx, home.person, now)
    tx.save_invite(Invite(_digest(word), home.book.id, home.person, by or "", now, now + _LASTS, bound_to))
    return Invited(word, home.person, home.name, now + _LASTS)


def _void(tx: Transaction, person: PersonId, now: datetime) -> bool:
    # Each is looked at once more by itself, locked: somebody may be using it at this moment.
    found = [tx.invite(one.digest) for one in tx.invites_of(person) if one.used_at is None]
    still_open = [one for one in found if one and one.used_at is None and one.expires_at > now]
    for one in still_open:
        tx.save_invite(replace(one, expires_at=now))
    return bool(still_open)


def _redeemed(tx: Transaction, digest: str, account: Account, now: datetime) -> Welcome | Refused:
    invite, here = tx.invite(digest), f"{account.messenger}:{account.external}"
    known = tx.account(account.messenger, account.external, account.workspace)
    if invite is None:
        return _refused("invite.not_valid")
    if invite.used_at is not None:
        again = known if known and invite.used_by == here and known.person == invite.person else None
        return Welcome(again, again=True) if again else _refused("invite.not_valid")
    if now >= invite.expires_at or invite.bound_to not in ("", here) or not _is_in(tx, invite):
        return _refused("invite.not_valid")
    person = _person(tx, invite, known, now)
    if person is None:
        return _refused("invite.other_person")
    used = replace(invite, person=person, used_at=now, used_by=here)
    tx.save_invite(used)
    return _let_in(tx, used, known, account, now, called=invite.person)


def _is_in(tx: Transaction, invite: Invite) -> bool:
    """Whether the brand still has the person."""
    return any(home.book.id == invite.brand for home in _homes(tx, invite.person))


def _person(tx: Transaction, invite: Invite, known: Account | None, now: datetime) -> PersonId | None:
    """Whose the account becomes: the invited person's; ``None`` when it is somebody else's."""
    if known is None or known.person == invite.person or not any(_homes(tx, known.person)):
        return invite.person
    if not (creators.is_creator(known.person) and creators.is_creator(invite.person)):
        return None
    (new,) = [one for one in tx.creator(invite.person) if one.brand == invite.brand]
    creators.merge(tx, new, known.person, now)
    return known.person


def _let_in(
    tx: Transaction, invite: Invite, known: Account | None, account: Account, now: datetime, *, called: PersonId
) -> Welcome:
    """Notes the account; what waits for the person comes to it, and whoever invited them hears of it.

    They hear the id they invited (``called``): an older one would say that another brand knows the creator.
    """
    again = known is not None and known.person == invite.person
    kept = replace(known, chat=account.chat or known.chat, blocked=False) if known and again else account
    joined = replace(kept, person=invite.person)
    tx.save_account(joined)
    for request in tx.waiting_for(invite.person):
        tx.put_job(Job(f"card:{request}:{invite.person}", "card", request, invite.person, now, urgent=True))
    presence.wake(tx, invite.person, now)
    _tell_inviter(tx, invite, called, account.messenger, now)
    return Welcome(joined, again)


def _tell_inviter(tx: Transaction, invite: Invite, called: PersonId, messenger: str, now: datetime) -> None:
    (home,) = [home for home in _homes(tx, invite.person) if home.book.id == invite.brand]
    told = presence.in_line(tx, home.book, invite.said_by, but=invite.person)
    team = team_of_person(tx, told, now) if told else None
    if told and team:
        name = presence.messenger_name(messenger)
        message = text("invite.joined", who=home.name, messenger=name, person=called)
        key = f"tell:joined:{invite.digest[:32]}"
        tx.put_jobs_later(Job(key, "tell", RequestId(""), told, team.polite_time(told, now), message))


def _came_last(tx: Transaction, person: PersonId) -> Account | None:
    """The account that came in last by an invitation."""
    accounts = {f"{account.messenger}:{account.external}": account for account in tx.accounts(person)}
    used = [one for one in tx.invites_of(person) if one.used_at and one.used_by in accounts]
    last = max(used, key=lambda one: one.used_at or one.said_at, default=None)
    return accounts[last.used_by] if last else None


def _taken_away(tx: Transaction, account: Account) -> None:
    """What the bot wrote there is not followed any more: a card would go on telling it to the wrong person."""
    tx.forget_account(account)
    tx.end_dialog(account.messenger, account.external)
    for brand in tx.brands():
        for request in tx.requests(Filter(brand=brand, limit=_MOST_LOOKED_AT)):
            for copy in tx.copies(request.id):
                if (copy.person, copy.messenger) == (account.person, account.messenger):
                    tx.forget_copy(copy)


def _missing(tx: Transaction, book: Playbook, person: PersonId) -> Missing:
    reachable = tx.reachable()
    inviters = dict.fromkeys((*book.coordinators(), *book.signatories()))
    names = tuple(book.name(one) for one in inviters if one != person and one in reachable)
    invite = next((one for one in reversed(tx.invites_of(person)) if one.used_at is None), None)
    return Missing(person, book.name(person), names, invite)
