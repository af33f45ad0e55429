"""The first minute in chat, settings afterwards, and inviting others: what is said and tapped. Knows no messenger."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from babel.core import Locale

from bot import invites as inviting
from bot.absences import Absences, span
from bot.core.contacts import contacts
from bot.core.people import Team
from bot.core.playbook.model import MarketId, PersonId, Playbook
from bot.core.playbook.printing import hours_in_words
from bot.core.request.effects import Refused
from bot.core.request.model import RequestId
from bot.core.request.opening import cleaned
from bot.core.wording import Field, Listed, Localized, Moment, Text, text
from bot.creators import is_creator
from bot.invites import Ended, Invited, Invites, Missing
from bot.ports import Account, Clock, Creator, Job, Store, Transaction
from bot.presence import in_line, messenger_name
from bot.prompts import Option, Prompt, Reply
from bot.service import UpdateKey
from bot.speech import LANGUAGES, has, phrases
from bot.teams import books_of, reader_of, team_of_person

_CODE = re.compile(r"7\|(lang|hours|here|invite|settings)\|([A-Za-z0-9:_-]{1,40})(?:\|(first|settings))?")
_WORD = re.compile(r"(?:(?P<before>.*?)[\s:]+)?(?P<word>[A-Za-z0-9_-]{22,64})", re.DOTALL)
_LONGEST = 200  # of a message that brings a word: looking for one costs the square of its length
_MOST_SHOWN, _IN_A_ROW = 20, 2
_SHOW = "onboard"
_HOURS = (Option(text("onboard.hours.right"), "7|hours|right"), Option(text("onboard.hours.wrong"), "7|hours|wrong"))
_SETTINGS = (Option(text("settings.button"), "7|settings|show"),)


def is_mine(data: str) -> bool:
    """Whether a button's code belongs here."""
    return _CODE.fullmatch(data) is not None


def word_in(words: str) -> str | None:
    """The secret word that somebody typed: alone, or after "join" in any language the bot speaks."""
    said = words.strip()
    found = _WORD.fullmatch(said) if len(said) <= _LONGEST else None
    if found is None:
        return None
    before = " ".join((found["before"] or "").casefold().removeprefix("/").split())
    known = {"", "start", *(phrase for language in LANGUAGES for phrase in phrases("invite.phrases.join", language))}
    return found["word"] if before in known else None


@dataclass(frozen=True, slots=True)
class _Person:
    """Whoever is spoken with, as they are now."""

    account: Account
    team: Team
    accounts: tuple[Account, ...]
    creator: tuple[Creator, ...]

    @property
    def id(self) -> PersonId:
        return self.account.person

    @property
    def language(self) -> str:
        return reader_of(self.team, self.id).language

    @property
    def languages(self) -> tuple[str, ...]:
        """What they may choose: what the playbook says they read; a creator's was only guessed by whoever invited them."""
        own = LANGUAGES if self.creator else self.team.playbook.people[self.id].languages
        return tuple(language for language in own if language in LANGUAGES)

    @property
    def hours(self) -> dict[str, Field]:
        zone = self.team.zone(self.id)
        shown: Field = text(f"zone.{zone}") if has(f"zone.{zone}", "en") else zone
        return {"hours": hours_in_words(self.team.playbook.calendar(self.id).hours), "zone": shown}


class OnboardingTalk:
    """One messenger's conversations about who is here and how they want to be spoken to.

    ``username`` gives the Telegram bot's name for links, where it is known. Whoever has just come in, or has chosen a
    language, is to be read anew before the reply is worded.
    """

    def __init__(
        self, messenger: str, invites: Invites, store: Store, clock: Clock, username: Callable[[], str | None] = lambda: None
    ) -> None:
        self._messenger, self._invites, self._store, self._clock = messenger, invites, store, clock
        self._absences, self._username = Absences(store, clock, lambda: None), username

    async def started(self, account: Account | None, payload: str, newcomer: Account) -> Reply:
        """Somebody opened the chat, perhaps with an invitation's word. ``newcomer`` is the account they wrote from."""
        if payload.strip():
            outcome = await self._invites.redeem(payload.strip(), newcomer)
            return Reply(outcome.text, alert=True) if isinstance(outcome, Refused) else await self._first(outcome.account)
        return await self._first(account) if account else Reply(text("refusal.stranger"))

    async def tapped(self, account: Account, data: str, _update: UpdateKey) -> Reply:
        """One of the buttons here. Each may come twice: whatever it does can be done again."""
        found = _CODE.fullmatch(data)
        match found.groups() if found else ():
            case ("lang", language, screen):
                return await self._speak(account, language, screen)
            case ("hours", "right", _):
                return replace(await self._first(account, hours=False), toast=text("onboard.hours.noted"), close=_SHOW)
            case ("hours", "wrong", _):
                await self._store.run(lambda tx: _pass_on(tx, account, self._clock.now()))
                return Reply(text("onboard.hours.passed_on"), alert=True)
            case ("here", _, _):
                await self._store.run(lambda tx: _prefer(tx, account))
                return replace(await self.settings(account), toast=text("settings.saved"), close=_SHOW)
            case ("settings", _, _):
                return await self.settings(account)
            case ("invite", person, _):
                return self._link(await self._invites.invite_member(account.person, person))
        return Reply(text("refusal.retired_button"), alert=True)

    async def settings(self, account: Account) -> Reply:
        """Language, hours, accounts and absences of whoever asks, with buttons for what they can change themselves."""
        person = await self._who(account)
        if person is None:
            return Reply(text("refusal.stranger"))
        planned = await self._absences.planned(person.id)
        days = Listed(tuple(span(person.team.zone(person.id), one.days) for one in planned))
        lines: list[Field] = [text("settings.language", language=_own_name(person.language))]
        if not person.creator:
            lines.append(Text("settings.hours", person.hours))
            lines.append(text("settings.away", days=days) if planned else text("settings.no_absences"))
        lines += [_account_line(one) for one in person.accounts]
        title = text("settings.title", name=person.team.playbook.name(person.id))
        return Reply(prompt=Prompt(title, tuple(lines), tuple(_settings_rows(person))))

    async def invite(self, account: Account, words: str) -> Reply:
        """What somebody wrote after ``/invite``: nothing, a colleague's name, or that it is for a creator."""
        words = " ".join(cleaned(words).split())
        if not words:
            return await self._gaps(account.person)
        if (creator := _creator_in(words)) is not None:
            return await self._creator(account.person, creator)
        people = await self._absences.colleague(account.person, words)
        if len(people) != 1:
            return Reply(text("invite.who", name=words), alert=True)
        return self._link(await self._invites.invite_member(account.person, people[0]))

    async def revoke(self, account: Account, words: str) -> Reply:
        """What somebody wrote after ``/revoke``: whose account is to be taken away again."""
        named = cleaned(words).strip()
        people = (named,) if is_creator(named) else await self._absences.colleague(account.person, named)
        if len(people) != 1:
            return Reply(text("invite.who", name=named), alert=True)
        outcome = await self._invites.revoke(account.person, people[0])
        return Reply(outcome.text, alert=True) if isinstance(outcome, Refused) else Reply(_revoked(outcome))

    async def _who(self, account: Account) -> _Person | None:
        now = self._clock.now()

        def look(tx: Transaction) -> _Person | None:
            known = tx.account(account.messenger, account.external, account.workspace) or account
            team = team_of_person(tx, known.person, now)
            creator = () if books_of(tx, known.person) else tuple(tx.creator(known.person))
            return _Person(known, team, tuple(tx.accounts(known.person)), creator) if team else None

        return await self._store.read(look)

    async def _first(self, account: Account, *, hours: bool = True) -> Reply:
        person = await self._who(account)
        if person is None:
            return Reply(text("refusal.stranger"))
        screen = _creator_screen if person.creator else _member_screen
        prompt = await self._store.read(lambda tx: screen(tx, person))
        asked = _HOURS if hours and not person.creator else _SETTINGS
        return Reply(prompt=replace(prompt, options=(*_languages(person, "first"), asked)))

    async def _speak(self, account: Account, language: str, screen: str | None) -> Reply:
        person = await self._who(account)
        if person is None or language not in person.languages:
            return Reply(text("refusal.retired_button"), alert=True)

        def choose(tx: Transaction) -> None:
            for one in tx.accounts(account.person):
                tx.save_account(replace(one, language=language))

        await self._store.run(choose)
        shown = await (self.settings(account) if screen == "settings" else self._first(account))
        return replace(shown, toast=text("settings.saved"), close=_SHOW)

    async def _gaps(self, by: PersonId) -> Reply:
        def look(tx: Transaction) -> tuple[Sequence[Missing], bool, bool]:
            books, markets = inviting.brands_of_inviter(tx, by), inviting.contact_markets(tx, by)
            found = {one.person: one for book in books for one in inviting.gaps(tx, book.id)}
            return tuple(found.values()), bool(books), bool(markets)

        missing, anybody, a_creator = await self._store.read(look)
        if not anybody:
            return Reply(text("invite.how_creator" if a_creator else "invite.not_allowed"), alert=not a_creator)
        if not missing:
            return Reply(text("invite.no_gaps"))
        now = self._clock.now()
        keys = [Option(one.name, f"7|invite|{one.person}") for one in missing[:_MOST_SHOWN]]
        rows = tuple(tuple(keys[i : i + _IN_A_ROW]) for i in range(0, len(keys), _IN_A_ROW))
        return Reply(prompt=Prompt(text("invite.gaps"), tuple(gap_line(one, now) for one in missing[:_MOST_SHOWN]), rows))

    async def _creator(self, by: PersonId, words: str) -> Reply:
        allowed = await self._store.read(lambda tx: inviting.contact_markets(tx, by))
        if not allowed:
            return Reply(text("invite.not_allowed"), alert=True)
        book, market, name = _market_in(words, allowed)
        if not name:
            return Reply(text("invite.how_creator"), alert=True)
        return self._link(await self._invites.invite_creator(by, book.id, market, name, book.markets[market].language))

    def _link(self, outcome: Invited | Refused) -> Reply:
        if isinstance(outcome, Refused):
            return Reply(outcome.text, alert=True)
        word, bot = outcome.word, self._username()
        there = text("invite.link.in_telegram", link=f"https://t.me/{bot}?start={word}") if bot else None
        lines = (there or text("invite.link.word", word=word), text("invite.link.in_slack", word=word))
        return Reply(prompt=Prompt(text("invite.link", name=outcome.name, until=Moment(outcome.expires_at)), lines))


def gap_line(missing: Missing, now: datetime) -> Text:
    """Somebody who cannot be written to yet: until when they are invited, or who could invite them."""
    if missing.invite and missing.invite.expires_at > now:
        return text("invite.gap.invited", who=missing.name, until=Moment(missing.invite.expires_at))
    if not missing.inviters:
        return text("invite.gap.nobody", who=missing.name)
    return text("invite.gap", who=missing.name, inviters=Listed(missing.inviters, "or"))


def _member_screen(tx: Transaction, person: _Person) -> Prompt:
    name, count = person.team.playbook.name(person.id), len(tx.waiting_for(person.id))
    roles = tuple(line for book in books_of(tx, person.id) for line in _roles(book, person.id))
    head = (
        text("onboard.welcome", name=name, roles=Listed(roles, "lines")) if roles else text("onboard.welcome.no_role", name=name)
    )
    waits = text("onboard.waiting", count=count) if count else text("onboard.nothing_waits")
    return Prompt(head, (Text("onboard.hours", person.hours), waits, text("onboard.ask")))


def _roles(book: Playbook, person: PersonId) -> Iterator[Text]:
    for role in book.roles.values():
        if person == role.holder:
            yield text("onboard.role", role=Localized(role.title))
        elif person in role.deputies:
            yield text("onboard.role.deputy", role=Localized(role.title))


def _creator_screen(tx: Transaction, person: _Person) -> Prompt:
    """Nothing of the inside: who their contact is in each of their brands, and what they can ask."""
    books = [(found.playbook, one.market) for one in person.creator if (found := tx.in_force(one.brand))]
    open_to = any(book.creators.see == "contacts_and_status" for book, _ in books)
    ask = text("onboard.creator.ask" if open_to else "onboard.creator.ask_contacts")
    return Prompt(text("onboard.creator", name=person.creator[0].name), (*(_contact_line(*one) for one in books), ask))


def _contact_line(book: Playbook, market: MarketId) -> Text:
    found, brand = contacts(book, market), Localized(book.title)
    if found.main is None:
        return text("onboard.creator.nobody", brand=brand)
    if found.deputy is None:
        return text("onboard.creator.contact", brand=brand, who=book.name(found.main))
    return text("onboard.creator.deputy", brand=brand, who=book.name(found.main), deputy=book.name(found.deputy))


def _languages(person: _Person, screen: str) -> tuple[tuple[Option, ...], ...]:
    if len(person.languages) < 2:
        return ()
    keys = (Option(_own_name(one), f"7|lang|{one}|{screen}", one == person.language) for one in person.languages)
    return (tuple(keys),)


def _own_name(language: str) -> str:
    """A language as its speakers call it: whoever looks for theirs does not read the others."""
    found = Locale.parse(language).get_language_name(language) or language
    return found[:1].upper() + found[1:]


def _settings_rows(person: _Person) -> Iterator[tuple[Option, ...]]:
    yield from _languages(person, "settings")
    if len(person.accounts) > 1 and not person.account.preferred:
        yield (Option(text("settings.here_first"), "7|here|yes"),)
    if not person.creator:
        yield (_HOURS[1],)


def _account_line(account: Account) -> Text:
    name = messenger_name(account.messenger)
    if account.blocked:
        return text("settings.account.blocked", messenger=name)
    return text("settings.account.first" if account.preferred else "settings.account", messenger=name)


def _prefer(tx: Transaction, account: Account) -> None:
    """One place of all the person's is the first."""
    here = (account.messenger, account.workspace, account.external)
    for one in tx.accounts(account.person):
        tx.save_account(replace(one, preferred=(one.messenger, one.workspace, one.external) == here))


def _pass_on(tx: Transaction, account: Account, now: datetime) -> None:
    """The coordinator hears once that somebody's hours are wrong; hours that were changed since may be wrong again."""
    team = team_of_person(tx, account.person, now)
    books = books_of(tx, account.person)
    told = in_line(tx, books[0], but=account.person) if books else None
    if team is None or told is None:
        return
    fields = _Person(account, team, (), ()).hours
    message = Text("onboard.hours.told", {"who": team.playbook.name(account.person), **fields})
    which = hashlib.sha256(repr(fields).encode()).hexdigest()[:12]
    key = f"tell:hours:{account.person}:{which}"
    tx.put_jobs_later(Job(key, "tell", RequestId(""), told, team.polite_time(told, now), message))


def _creator_in(words: str) -> str | None:
    """What follows after the word for a creator, in any language; ``None`` when it does not begin so."""
    first, _, rest = words.partition(" ")
    known = {phrase for language in LANGUAGES for phrase in phrases("invite.phrases.creator", language)}
    return rest.strip() if first.casefold() in known else None


def _market_in(words: str, allowed: Sequence[tuple[Playbook, MarketId]]) -> tuple[Playbook, MarketId, str]:
    """The market a creator's name is followed by, if it names one, and the name; else the inviter's own market."""
    for book in {book.id: book for book, _ in allowed}.values():
        for market, found in book.markets.items():
            for called in (market, *found.title.values()):
                if words.casefold().endswith(f" {called.casefold()}"):
                    return book, market, words[: -len(called)].strip(" ,")
    return *allowed[0], words


def _revoked(ended: Ended) -> Text:
    if ended.account is None:
        return text("invite.withdrawn", who=ended.name)
    return text("invite.revoked", who=ended.name, messenger=messenger_name(ended.account.messenger))
