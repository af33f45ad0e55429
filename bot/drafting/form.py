"""Opening a request with one form: what can be offered in it, what would happen, and sending it. The chat's own rules."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.playbook.model import MarketId, PersonId
from bot.core.request.effects import Refused
from bot.core.request.model import Draft, File
from bot.core.request.opening import cleaned
from bot.core.wording import Localized, Text, text
from bot.drafting import answers, drafts, foresight
from bot.drafting.choices import Desk, desk_of, sender
from bot.drafting.drafts import Ask, Content, Unsent
from bot.drafting.talk import new_id
from bot.ports import Account, Clock, Store, Transaction
from bot.service import Done, Service, UpdateKey
from bot.teams import opening_team, reader_of, team_of_person

_LINK = re.compile(r"https?://\S{3,2000}")


@dataclass(frozen=True, slots=True)
class NewForm:
    """A form as it was filled in. A creator's own says nothing about brand, market and creator where these are clear.

    ``needed_by`` and ``amount`` may be people's words; empty words mean none.
    """

    kind: str
    title: str
    brand: str = ""
    market: str = ""
    text: str = ""
    links: tuple[str, ...] = ()
    files: tuple[File, ...] = ()
    creator: str = ""
    creator_id: PersonId = ""
    needed_by: datetime | str | None = None
    amount: str = ""


@dataclass(frozen=True, slots=True)
class Unfit:
    """Why the form cannot be sent, and the field that is about."""

    field: Ask
    text: Text


@dataclass(frozen=True, slots=True)
class KindOffer:
    """A kind of decision, the markets it has a path for (one's own first), and where an amount matters in which currency."""

    id: str
    title: Localized
    markets: tuple[MarketId, ...]
    currencies: Mapping[MarketId, str]


@dataclass(frozen=True, slots=True)
class BrandOffer:
    """What can be asked for in a brand. ``creators`` are its known ones, by id."""

    id: str
    title: Localized
    kinds: tuple[KindOffer, ...]
    markets: Mapping[MarketId, Localized]
    creators: Mapping[PersonId, str]


@dataclass(frozen=True, slots=True)
class Offer:
    """What a form can offer somebody. For a creator brand, market and creator are clear already."""

    brands: tuple[BrandOffer, ...]
    by_creator: bool


class NewForms:
    """One messenger's forms for new requests."""

    def __init__(self, messenger: str, service: Service, store: Store, clock: Clock) -> None:
        self._messenger, self._service, self._store, self._clock = messenger, service, store, clock

    async def offered(self, account: Account) -> Offer:
        """What the form has to offer; no brands for whoever cannot open a request."""

        def look(tx: Transaction) -> Offer:
            desk = desk_of(tx, account.person)
            return Offer(tuple(_brand(desk, brand) for brand in desk.books if desk.kinds(brand)), bool(desk.own))

        return await self._store.read(look)

    async def preview(self, account: Account, form: NewForm) -> tuple[Text, ...] | Unfit:
        """What would happen, as lines; or what cannot be sent, and the field that is about."""

        def look(tx: Transaction) -> tuple[Text, ...] | Unfit:
            found = self._read(tx, account, form)
            if isinstance(found, Unfit):
                return found
            desk, unsent = found
            by, draft = self._draft(tx, desk, unsent)
            team = opening_team(tx, desk.books[unsent.brand], draft, self._clock.now())
            seen = foresight.foresee(team, by, draft, self._clock.now())
            return Unfit(drafts.where(seen, draft), seen.text) if isinstance(seen, Refused) else foresight.words(seen, team)

        return await self._store.read(look)

    async def submit(self, account: Account, form: NewForm, update: UpdateKey) -> Done | Unfit:
        """Opens the request, once however often the form is delivered."""

        def look(tx: Transaction) -> tuple[str, PersonId, Draft] | Unfit:
            found = self._read(tx, account, form)
            return found if isinstance(found, Unfit) else (found[1].brand, *self._draft(tx, *found))

        ready = await self._store.read(look)
        if isinstance(ready, Unfit):
            return ready
        brand, by, draft = ready
        key = drafts.key_of(new_id(update))
        outcome = await self._service.open(brand, by, draft, through=self._messenger, key=key)
        return outcome if isinstance(outcome, Done) else Unfit(drafts.where(outcome, draft), outcome.text)

    def _draft(self, tx: Transaction, desk: Desk, unsent: Unsent) -> tuple[PersonId, Draft]:
        draft, now = drafts.draft(desk, unsent), self._clock.now()
        team = opening_team(tx, desk.books[unsent.brand], draft, now)
        return sender(desk, unsent.brand, team, now), draft

    def _read(self, tx: Transaction, account: Account, form: NewForm) -> tuple[Desk, Unsent] | Unfit:
        now, team = self._clock.now(), team_of_person(tx, account.person, self._clock.now())
        desk = desk_of(tx, account.person)
        if team is None:
            return Unfit(Ask.BRAND, text("refusal.stranger"))
        unsent = _filled(desk, form, now)
        if missing := _missing(unsent):
            return missing
        needed_by, currency = form.needed_by, desk.currency(unsent.brand, unsent.kind, unsent.market)
        if isinstance(needed_by, str):
            found = answers.moment(needed_by, reader_of(team, account.person), now) if needed_by.strip() else None
            if isinstance(found, Text):
                return Unfit(Ask.NEEDED_BY, found)
            needed_by = found
        currency = currency or desk.books[unsent.brand].markets[unsent.market].currency
        money = answers.amount(form.amount, currency) if form.amount.strip() else None
        if isinstance(money, Text):
            return Unfit(Ask.AMOUNT, money)
        unsent = replace(unsent, needed_by=needed_by, amount=money)
        wrong = drafts.flaw(desk, unsent, now)
        return Unfit(wrong[0], wrong[1].text) if wrong else (desk, unsent)


def _filled(desk: Desk, form: NewForm, now: datetime) -> Unsent:
    links = tuple(link for one in form.links if (link := cleaned(one)))
    content = Content(" ".join(cleaned(form.title).split()), cleaned(form.text), links, form.files)
    known = next((one for one in desk.known.get(form.brand, ()) if one.person == form.creator_id), None)
    creator, creator_id = (known.name, known.person) if known else (cleaned(form.creator), "")
    return drafts.fitted(desk, Unsent("", now, form.brand, form.kind, form.market, content, creator, creator_id))


def _missing(unsent: Unsent) -> Unfit | None:
    """What the request cannot do without."""
    needed = (
        (Ask.BRAND, unsent.brand, "new.ask.brand"), (Ask.KIND, unsent.kind, "new.ask.kind"),
        (Ask.MARKET, unsent.market, "new.ask.market"), (Ask.TITLE, unsent.content.title, "refusal.title_missing"),
    )  # fmt: skip
    if absent := next((Unfit(field, text(message)) for field, value, message in needed if not value), None):
        return absent
    wrong = next((link for link in unsent.content.links if not _LINK.fullmatch(link)), None)
    return Unfit(Ask.MORE, text("new.not_a_link", link=wrong)) if wrong else None


def _brand(desk: Desk, brand: str) -> BrandOffer:
    book = desk.books[brand]
    kinds = tuple(_kind(desk, brand, kind) for kind in desk.kinds(brand))
    able = dict.fromkeys(market for kind in kinds for market in kind.markets)
    markets = {market: Localized(book.markets[market].title) for market in able}
    creators = {one.person: one.name for one in desk.creators(brand, next(iter(able), ""))}
    return BrandOffer(brand, Localized(book.title), kinds, markets, creators)


def _kind(desk: Desk, brand: str, kind: str) -> KindOffer:
    markets = desk.markets(brand, kind)
    currencies = {market: found for market in markets if (found := desk.currency(brand, kind, market))}
    return KindOffer(kind, Localized(desk.books[brand].decisions[kind].title), markets, currencies)
