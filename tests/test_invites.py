"""Invitations: who may give them, that each lets one account in once, and that a wrong one can be taken away again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from bot import creators
from bot.chance import SystemChance
from bot.core.people import Via
from bot.core.request.effects import Refusal, Refused
from bot.core.request.model import Draft
from bot.core.wording import Localized, Text
from bot.invites import Ended, Invited, Invites, Welcome, gaps
from bot.ports import Account, Copy
from bot.service import Done
from tests.core.playbook.brands import edited, loaded
from tests.office import BRAND, Office, hired, office

WEEK, MINUTE = timedelta(days=7), timedelta(minutes=1)
OTHER = loaded(edited("id: brand-a", "id: brand-b"))


@dataclass
class Words:
    """Words that a test can tell apart."""

    numbers: count[int]

    def word(self) -> str:
        return f"word-{next(self.numbers):022}"


@pytest.fixture
async def at_work(tmp_path: Path) -> AsyncIterator[Office]:
    """Everybody has an account, except Oleg."""
    async with office(tmp_path, without="oleg") as found:
        yield found


def invites(at_work: Office) -> Invites:
    return Invites(at_work.store, at_work.clock, Words(count(1)), lambda: at_work.nudges.append(1))


def account(number: str = "1001", messenger: str = "telegram") -> Account:
    """An account as a door hands it in: nobody's yet."""
    return Account(messenger, "", number, "", number)


async def invited(found: Invites, person: str = "oleg", by: str | None = "katya", bound_to: str = "") -> Invited:
    outcome = await found.invite_member(by, person, bound_to=bound_to)
    assert isinstance(outcome, Invited), outcome
    return outcome


async def creator(
    found: Invites, name: str = "Mia Torres", by: str | None = "jordan", brand: str = BRAND, market: str = "US"
) -> Invited:
    outcome = await found.invite_creator(by, brand, market, name, "en")
    assert isinstance(outcome, Invited), outcome
    return outcome


async def comes(found: Invites, word: str, who: Account | None = None) -> Welcome:
    outcome = await found.redeem(word, who or account())
    assert isinstance(outcome, Welcome), outcome
    return outcome


def is_refused(outcome: object, message: str) -> bool:
    return isinstance(outcome, Refused) and outcome.text == Text(message)


async def held(at_work: Office, person: str) -> list[str]:
    return [f"{a.messenger}:{a.external}" for a in await at_work.store.read(lambda tx: tx.accounts(person))]


def test_a_word_can_be_guessed_by_nobody() -> None:
    """At least 128 bits in signs that every link and messenger leaves alone; never the same twice."""
    words = {SystemChance().word() for _ in range(500)}
    assert len(words) == 500
    assert all(22 <= len(word) <= 64 and word.isascii() and word.isalnum() for word in words)


async def test_an_invitation_lets_in_once(at_work: Office) -> None:
    """Whoever it was forwarded to afterwards is refused; whoever came in by it is welcomed again and nothing else happens."""
    found = invites(at_work)
    word = (await invited(found)).word
    first = await comes(found, word)
    assert (first.account.person, first.account.chat, first.again) == ("oleg", "1001", False)
    assert is_refused(await found.redeem(word, account("666")), "invite.not_valid")
    assert await held(at_work, "oleg") == ["telegram:1001"]
    assert (await comes(found, word)).again
    await at_work.store.run(lambda tx: tx.save_account(replace(account("1002"), person="oleg")))
    assert is_refused(await found.redeem(word, account("1002")), "invite.not_valid")


async def test_the_word_itself_is_not_stored(at_work: Office) -> None:
    """Whoever reads the database finds no word that still lets anybody in."""
    word = (await invited(invites(at_work))).word
    stored = at_work.rows("SELECT * FROM invite")
    assert len(stored) == 1
    assert word not in str(stored)


async def test_used_expired_unknown_void_and_foreign_words_are_refused_alike(at_work: Office) -> None:
    """A guesser learns nothing from the answer."""
    found = invites(at_work)
    void, withdrawn = await invited(found), await invited(found)
    assert is_refused(await found.redeem(void.word, account()), "invite.not_valid")
    assert isinstance(await found.withdraw("katya", "oleg"), Ended)
    assert is_refused(await found.redeem(withdrawn.word, account()), "invite.not_valid")
    assert is_refused(await found.withdraw("katya", "oleg"), "invite.none_open")
    assert is_refused(await found.redeem("no-such-word-at-all-0000", account()), "invite.not_valid")
    bound = await invited(found, bound_to="telegram:1001")
    assert is_refused(await found.redeem(bound.word, account("1002")), "invite.not_valid")
    assert is_refused(await found.redeem(bound.word, account("1001", "slack")), "invite.not_valid")
    assert (await comes(found, bound.word)).account.person == "oleg"


@pytest.mark.parametrize(("after", "is_valid"), [(WEEK - MINUTE, True), (WEEK, False)])
async def test_an_invitation_expires(at_work: Office, after: timedelta, is_valid: bool) -> None:
    """It is good for seven days, not a moment longer."""
    found = invites(at_work)
    given = await invited(found)
    assert given.expires_at == at_work.clock.now() + WEEK
    at_work.clock.set(at_work.clock.now() + after)
    assert isinstance(await found.redeem(given.word, account()), Welcome) is is_valid


async def test_two_at_the_same_time_one_wins(tmp_path: Path) -> None:
    """Ten accounts and two processes use one word at once: one is let in."""
    async with office(tmp_path, without="oleg") as first, office(tmp_path, without="oleg", clock=first.clock) as second:
        word = (await invited(invites(first))).word
        doors = [invites(one) for one in (first, second)]
        outcomes = await asyncio.gather(*(doors[n % 2].redeem(word, account(str(n))) for n in range(10)))
        assert sum(isinstance(one, Welcome) for one in outcomes) == 1
        assert len(await held(first, "oleg")) == 1


@pytest.mark.parametrize(
    ("by", "person", "reason"),
    [
        ("katya", "oleg", None), ("marina", "oleg", None), ("priya", "oleg", None), (None, "oleg", None),
        ("jordan", "oleg", Refusal.NOT_YOURS), ("oleg", "oleg", Refusal.NOT_YOURS),
        ("katya", "nobody", Refusal.NO_SUCH_PERSON), ("stranger", "oleg", Refusal.NO_SUCH_PERSON), ("", "oleg", Refusal.NO_SUCH_PERSON),
    ],
)  # fmt: skip
async def test_who_may_invite_a_member(at_work: Office, by: str | None, person: str, reason: Refusal | None) -> None:
    """The coordinator, the signatories, the command line; nobody else, and nobody from outside learns who is in."""
    outcome = await invites(at_work).invite_member(by, person)
    assert (outcome.reason if isinstance(outcome, Refused) else None) == reason


@pytest.mark.parametrize(
    ("by", "is_allowed"), [("jordan", True), ("sam", True), ("katya", True), ("marina", True), ("sveta", False), ("oleg", False)]
)
async def test_who_may_invite_a_creator(at_work: Office, by: str, is_allowed: bool) -> None:
    """The main contact of that market and their deputy, the coordinator, the signatories; not the other market's contact."""
    outcome = await invites(at_work).invite_creator(by, BRAND, "US", "Mia Torres", "en")
    assert isinstance(outcome, Invited) is is_allowed


async def test_an_account_of_somebody_else_stays_theirs(at_work: Office) -> None:
    """Refused kindly, and the invitation is still good for the right one."""
    found = invites(at_work)
    word = (await invited(found)).word
    await at_work.store.run(lambda tx: tx.save_account(replace(account(), person="pavel")))
    assert is_refused(await found.redeem(word, account()), "invite.other_person")
    assert await held(at_work, "oleg") == []
    assert (await comes(found, word, account("1002"))).account.person == "oleg"


async def test_accounts_add_up(at_work: Office) -> None:
    """A second messenger is one more way to the same person; an account that has left everything behind may be taken."""
    found = invites(at_work)
    await comes(found, (await invited(found)).word)
    await at_work.store.run(lambda tx: tx.save_account(Account("slack", "", "U1", "somebody-gone", "U1", language="ru")))
    slack = await comes(found, (await invited(found)).word, account("U1", "slack"))
    assert sorted(await held(at_work, "oleg")) == ["slack:U1", "telegram:1001"]
    assert slack.account.language == ""  # nothing of whoever had it before


async def test_the_same_account_again_keeps_its_settings(at_work: Office) -> None:
    """A new invitation for somebody who is in already opens what was blocked and forgets nothing."""
    found = invites(at_work)
    await at_work.store.run(
        lambda tx: tx.save_account(replace(account(), person="oleg", language="ru", preferred=True, blocked=True))
    )
    welcome = await comes(found, (await invited(found)).word)
    assert (welcome.again, welcome.account.language, welcome.account.preferred, welcome.account.blocked) == (
        True,
        "ru",
        True,
        False,
    )


async def test_the_inviter_hears_who_came(at_work: Office) -> None:
    """Once, with the messenger and how to take it back, in their own language."""
    found = invites(at_work)
    word = (await invited(found, by="priya")).word
    await comes(found, word)
    await comes(found, word)
    await at_work.settles()
    (told,) = at_work.post.to("priya", "tell")
    assert told.text.startswith("Oleg Sinitsyn has joined in Telegram.") and "/revoke oleg" in told.text
    assert not at_work.post.to("katya", "tell")


async def test_without_an_inviter_the_coordinator_hears_it(at_work: Office) -> None:
    """For an invitation from the command line the coordinator hears it, at a polite time."""
    found = invites(at_work)
    at_work.clock.set(at_work.clock.now().replace(hour=22))  # one o'clock at night in Moscow
    await comes(found, (await invited(found, by=None)).word)
    await at_work.settles()
    assert not at_work.post.to("katya", "tell")
    await at_work.reaches(at_work.clock.now() + timedelta(hours=12))
    (told,) = at_work.post.to("katya", "tell")
    assert "Олег Синицын, Telegram" in told.text


async def test_what_waited_for_somebody_unreachable_is_looked_at_anew(at_work: Office) -> None:
    """Everything under way in their brand is woken the moment they are in, and nothing waits for the next sweep."""
    request = await at_work.service.open(BRAND, "jordan", Draft("contract", "US", "Contract"), through="test")
    assert isinstance(request, Done)
    await at_work.settles()
    found = invites(at_work)
    await comes(found, (await invited(found)).word)
    assert at_work.jobs("wake:")[f"wake:{request.request.id}"] == at_work.clock.now()
    assert at_work.nudges


async def test_a_wrong_account_is_taken_away(at_work: Office) -> None:
    """What the bot wrote there is not followed any more; the link does not work again; what waits goes to somebody else."""
    found = invites(at_work)
    word = (await invited(found, "pavel")).word
    await comes(found, word)
    request = await at_work.opens()
    await at_work.store.run(lambda tx: tx.save_copy(Copy(request, "pavel", "telegram", "1001", "7", "x")))
    await at_work.store.run(lambda tx: tx.forget_account(Account("post", "", "x-pavel", "pavel")))
    assert isinstance(await found.revoke("jordan", "pavel"), Refused)
    assert await found.revoke("katya", "pavel") == Ended(
        Localized({"en": "Pavel Gromov", "ru": "Павел Громов"}), Account("telegram", "", "1001", "pavel", "1001")
    )
    assert await held(at_work, "pavel") == []
    assert [copy for copy in await at_work.store.read(lambda tx: tx.copies(request)) if copy.messenger == "telegram"] == []
    assert is_refused(await found.redeem(word, account()), "invite.not_valid")
    await at_work.settles()
    (part,) = (await at_work.state(request)).steps[0].waiting
    assert (part.person, part.via, part.reason) == ("anna", Via.DEPUTY, "unreachable")


async def test_only_what_came_by_invitation_is_taken_away(at_work: Office) -> None:
    """The account that came last goes, others stay; with none that came so, an open invitation is withdrawn instead."""
    found = invites(at_work)
    assert is_refused(await found.revoke("katya", "pavel"), "invite.nothing_to_revoke")
    word = (await invited(found, "pavel")).word
    assert await found.revoke("katya", "pavel") == Ended(Localized({"en": "Pavel Gromov", "ru": "Павел Громов"}))
    assert is_refused(await found.redeem(word, account()), "invite.not_valid")
    await comes(found, (await invited(found, "pavel")).word, account("1"))
    at_work.clock.set(at_work.clock.now() + MINUTE)
    await comes(found, (await invited(found, "pavel")).word, account("2"))
    await found.revoke("katya", "pavel")
    assert await held(at_work, "pavel") == ["post:x-pavel", "telegram:1"]


async def test_a_creator_is_added_and_gets_what_names_them(at_work: Office) -> None:
    """Open requests of the brand and market that name them are theirs; another market's and another name's are not."""
    for market, name in (("US", " mia  torres"), ("RU", "Mia Torres"), ("US", "Ana Suarez")):
        by = "jordan" if market == "US" else "sveta"
        await at_work.service.open(BRAND, by, Draft("creator_selection", market, "List", creator=name), through="test")
    found = invites(at_work)
    given = await creator(found)
    assert given.person == "creator:1"
    assert [r.draft.creator for r in await at_work.store.read(lambda tx: tx.creator_requests(given.person))] == [" mia  torres"]
    welcome = await comes(found, given.word)
    assert welcome.account.person == "creator:1"
    await at_work.settles()
    assert "Mia Torres has joined in Telegram." in at_work.post.to("jordan", "tell")[-1].text


async def test_namesakes_share_nothing(at_work: Office) -> None:
    """Invited again before they came it is the same creator; after that somebody else of the same name, who gets nothing."""
    found = invites(at_work)
    first = await creator(found)
    again = await creator(found, "MIA torres")
    assert again.person == first.person
    assert is_refused(await found.redeem(first.word, account()), "invite.not_valid")
    await comes(found, again.word)
    await at_work.service.open(BRAND, "jordan", Draft("creator_selection", "US", "List", creator="Mia Torres"), through="test")
    other = await creator(found)
    assert other.person != first.person
    assert await at_work.store.read(lambda tx: tx.creator_requests(other.person)) == []


async def test_a_creator_of_two_brands_is_one_person(at_work: Office) -> None:
    """The account they have already decides: the second brand's requests come to it, each brand's contact may speak for it."""
    await hired(at_work.store, without="oleg", loaded=OTHER)
    await at_work.service.open("brand-b", "jordan", Draft("creator_selection", "US", "B", creator="Mia T."), through="test")
    found = invites(at_work)
    first = await creator(found)
    await comes(found, first.word)
    second = await creator(found, "Mia T.", brand="brand-b")
    assert (await comes(found, second.word)).account.person == first.person
    rows = await at_work.store.read(lambda tx: tx.creator(first.person))
    assert [(one.brand, one.name) for one in rows] == [("brand-a", "Mia Torres"), ("brand-b", "Mia T.")]
    assert [r.draft.title for r in await at_work.store.read(lambda tx: tx.creator_requests(first.person))] == ["B"]
    assert await at_work.store.read(lambda tx: creators.person_behind(tx, second.person)) == first.person
    assert [one.person for one in await at_work.store.read(lambda tx: creators.of_brand(tx, "brand-b"))] == [first.person]
    assert (await invited(found, second.person, by="sam")).person == first.person
    await at_work.settles()
    told = [sent.text.partition(" has joined")[0] for sent in at_work.post.to("jordan", "tell")]
    assert sorted(told) == ["Mia T.", "Mia Torres"]  # each brand's contact reads the name that brand knows


async def test_members_and_creators_are_not_one(at_work: Office) -> None:
    """A creator's account does not become a member's by an invitation, nor the other way round."""
    found = invites(at_work)
    await comes(found, (await creator(found)).word)
    assert is_refused(await found.redeem((await invited(found)).word, account()), "invite.other_person")
    word = (await creator(found, "Ana Suarez")).word
    await at_work.store.run(lambda tx: tx.save_account(replace(account("5"), person="pavel")))
    assert is_refused(await found.redeem(word, account("5")), "invite.other_person")


async def test_somebody_who_left_the_playbook_does_not_come_in(at_work: Office) -> None:
    """An invitation is for a person of the playbook in force at the moment it is used."""
    found = invites(at_work)
    word = (await invited(found, "irina")).word
    row = "  irina: {name: {en: Irina Ladygina, ru: Ирина Ладыгина}, market: RU, languages: [ru, en]}\n"
    book = loaded(edited(row, "", edited("    deputies: [irina]\n", "")))
    playbook = book.playbook
    assert playbook is not None, book.faults
    await at_work.service.agree_elsewhere(playbook, book.data, book.digest)
    assert is_refused(await found.redeem(word, account()), "invite.not_valid")


async def test_gaps_are_named_with_who_could_invite_them(at_work: Office) -> None:
    """Whoever has no working account; the coordinator and signatories who can be reached themselves."""
    await at_work.store.run(lambda tx: tx.save_account(Account("post", "", "x-priya", "priya", blocked=True)))
    found = await at_work.store.read(lambda tx: gaps(tx, BRAND))
    assert [one.person for one in found] == ["oleg", "priya"]
    assert [[name.texts["en"] for name in one.inviters] for one in found] == [["Katya Levina", "Marina Orlova"]] * 2
    assert [one.invite for one in found] == [None, None]
    await invited(invites(at_work))
    (oleg, _) = await at_work.store.read(lambda tx: gaps(tx, BRAND))
    assert oleg.invite and oleg.invite.said_by == "katya"
