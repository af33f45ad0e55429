"""Two processes on one PostgreSQL that decide at the same instant: each before the other's commit is to be seen."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import psycopg

from bot import presence
from bot.absences import Absences
from bot.buttons import code
from bot.card_talk import CardTalk
from bot.chance import SystemChance
from bot.core import campaign
from bot.core.cards import Input, buttons
from bot.core.request.commands import Do
from bot.core.request.model import Draft
from bot.core.request.table import Action
from bot.invites import Invited, Invites, Welcome
from bot.ports import Account, Transaction
from bot.service import Campaign, Done, Service, UpdateKey
from bot.teams import team_of
from tests.office import BRAND, START
from tests.together.two import Two


async def test_the_gate_of_a_campaign_opens_once_its_last_two_say_yes_together(two: Two) -> None:
    """Each market's last yes comes in another process: whoever launches still hears that the gate is open."""
    service = Service(two.here, two.clock)
    drafts = [Draft("concept", market, "Spring launch") for market in ("RU", "US")]
    found = await service.open_campaign(BRAND, "marina", drafts, through="test")
    assert isinstance(found, Campaign)
    ru, us = (one.id for one in found.requests)
    assert isinstance(await service.do(ru, Do(Action.YES, "sveta")), Done)
    here, there = (Service(store, two.clock) for store in two.at_once())  # type: ignore[arg-type]
    outcomes = await asyncio.gather(here.do(ru, Do(Action.YES, "pavel")), there.do(us, Do(Action.YES, "priya")))
    assert all(isinstance(one, Done) for one in outcomes)
    tracks = await two.here.read(lambda tx: campaign.tracks(tx.tracks(found.id)))
    assert campaign.is_open(tracks)
    with psycopg.connect(two.url) as server:
        told = server.execute("SELECT person FROM job WHERE key LIKE 'tell:launch:%'").fetchall()
    assert len(told) > 0


async def test_an_invitation_that_is_withdrawn_while_it_is_used(two: Two) -> None:
    """Either nobody came in, or the account that did can be taken away again: what was used is never forgotten."""
    usual = Invites(two.here, two.clock, SystemChance())
    invited = await usual.invite_member("katya", "oleg")
    assert isinstance(invited, Invited)
    here, there = (Invites(store, two.clock, SystemChance()) for store in two.at_once())  # type: ignore[arg-type]
    came, _ = await asyncio.gather(
        here.redeem(invited.word, Account("telegram", "", "666", "", "666")), there.withdraw("katya", "oleg")
    )
    used = await two.here.read(lambda tx: [one.used_by for one in tx.invites_of("oleg")])
    assert not isinstance(came, Welcome) or used == ["telegram:666"]


async def test_two_invitations_for_one_person_at_the_same_time(two: Two) -> None:
    """A new word makes those before it void: two accounts do not come in as one person by two words."""
    first, second = (Invites(store, two.clock, SystemChance()) for store in two.at_once())  # type: ignore[arg-type]
    words = await asyncio.gather(first.invite_member("katya", "oleg"), second.invite_member("katya", "oleg"))
    usual = Invites(two.here, two.clock, SystemChance())
    came = [
        await usual.redeem(invited.word, Account("telegram", "", number, "", number))
        for number, invited in zip(("1", "2"), words, strict=True)
        if isinstance(invited, Invited)
    ]
    assert len([one for one in came if isinstance(one, Welcome)]) <= 1


async def test_one_creator_invited_twice_at_the_same_time(two: Two) -> None:
    """One of the same name who has not come yet gets a new word: she is not in the list twice."""
    first, second = (Invites(store, two.clock, SystemChance()) for store in two.at_once())  # type: ignore[arg-type]
    await asyncio.gather(*(one.invite_creator("jordan", BRAND, "US", "Mia Torres", "en") for one in (first, second)))
    assert len(await two.here.read(lambda tx: tx.creators(BRAND))) == 1


async def test_one_person_set_away_twice_at_the_same_time(two: Two) -> None:
    """What was said before about the same days is replaced: one absence is left."""
    days = date(2026, 11, 25), date(2026, 11, 27)
    first, second = (Absences(store, two.clock, lambda: None) for store in two.at_once())  # type: ignore[arg-type]
    await asyncio.gather(*(one.leave("pavel", "pavel", *days, "test") for one in (first, second)))
    assert len(await two.here.read(lambda tx: tx.absences(days[0]))) == 1


async def test_a_request_comes_while_whoever_it_is_for_is_set_away(two: Two) -> None:
    """Whoever opens does not see the absence yet, whoever notes it not the request: something still wakes it in time."""
    today = date(2026, 11, 24)
    away, opens = two.at_once()
    absences, service = Absences(away, two.clock, lambda: None), Service(opens, two.clock)  # type: ignore[arg-type]
    draft = Draft("creator_selection", "RU", "List")
    await Service(two.here, two.clock).open(BRAND, "sveta", draft, through="test")  # not the brand's first one
    _, opened = await asyncio.gather(
        absences.leave("pavel", "pavel", today, today + timedelta(days=10), "test"),
        service.open(BRAND, "sveta", draft, through="test"),
    )
    assert isinstance(opened, Done)
    with psycopg.connect(two.url) as server:
        (due,) = server.execute("SELECT due_at FROM job WHERE key = %s", (f"wake:{opened.request.id}",)).fetchone() or (None,)
    usual = Service(two.here, two.clock)
    again = await usual.open(BRAND, "sveta", draft, through="test")
    assert isinstance(again, Done)
    with psycopg.connect(two.url) as server:
        (right,) = server.execute("SELECT due_at FROM job WHERE key = %s", (f"wake:{again.request.id}",)).fetchone() or (None,)
    wakes, should = (datetime.fromtimestamp(at / 1e6, UTC) if at else None for at in (due, right))
    people = [[p.person for s in one.request.steps for p in s.assignments] for one in (opened, again)]
    assert wakes is not None and (people[0] == people[1] or wakes <= START + timedelta(minutes=5)), (wakes, should, people)


async def test_an_account_keeps_both_of_two_changes(two: Two) -> None:
    """Somebody chooses a language while another process notes that they can be written to again: both hold."""
    await two.here.run(lambda tx: tx.save_account(Account("telegram", "", "7", "pavel", "7", blocked=True)))

    def speaks(tx: Transaction) -> None:
        known = tx.account("telegram", "7")
        assert known is not None
        tx.save_account(replace(known, language="en"))

    known = Account("telegram", "", "7", "pavel", "7", blocked=True)
    here, there = two.at_once()
    await asyncio.gather(here.run(lambda tx: presence.back(tx, known, START)), there.run(speaks))
    found = await two.here.read(lambda tx: tx.account("telegram", "7"))
    assert found is not None
    assert (found.blocked, found.language) == (False, "en")


async def test_two_remarks_written_quickly_are_both_kept(two: Two) -> None:
    """Two messages come over two deliveries to two processes (webhook): the question has both lines, in whatever order."""
    service = Service(two.here, two.clock)
    opened = await service.open(BRAND, "sveta", Draft("creator_selection", "RU", "List"), through="test")
    assert isinstance(opened, Done)
    account = Account("telegram", "", "7", "pavel", "7")
    team = await two.here.read(lambda tx: team_of(tx, opened.request, START))
    button = next(one for one in buttons(opened.request, team, "pavel", START) if one.input is Input.REMARKS)
    first, second = (CardTalk("telegram", Service(store, two.clock), store, two.clock) for store in (two.here, two.there))
    await first.tapped(account, code(opened.request.id, button), UpdateKey("telegram", "1"))

    read = asyncio.Barrier(2)

    async def writes(talk: CardTalk, words: str, update: str) -> None:
        """As ``Conversation.heard`` does it."""
        dialog = await talk.open(account)
        assert dialog is not None
        await read.wait()
        await talk.answered(account, dialog, words, UpdateKey("telegram", update))

    await asyncio.gather(writes(first, "Fix the logo", "2"), writes(second, "Fix the price", "3"))
    kept = await first.open(account)
    assert kept is not None
    assert sorted(line.text for line in kept.lines) == ["Fix the logo", "Fix the price"]


async def test_somebody_out_of_reach_is_told_of_once(two: Two) -> None:
    """The sender and a door notice at the same time that somebody has blocked the bot: the coordinator hears it once."""
    known = await two.here.read(lambda tx: tx.account("post", "x-pavel"))
    assert known is not None
    here, there = two.at_once()
    await asyncio.gather(
        here.run(lambda tx: presence.gone(tx, known, START)),
        there.run(lambda tx: presence.gone(tx, known, START + timedelta(milliseconds=30))),
    )
    with psycopg.connect(two.url) as server:
        told = server.execute("SELECT person FROM job WHERE key LIKE 'tell:gone:%'").fetchall()
    assert len(told) == 1


async def test_somebody_whose_two_accounts_go_at_once_is_told_of(two: Two) -> None:
    """Both of somebody's accounts are blocked at the same time: neither side takes the other account for one that works."""
    await two.here.run(lambda tx: tx.save_account(Account("telegram", "", "7", "pavel", "7")))
    first, second = await two.here.read(lambda tx: tx.accounts("pavel"))
    here, there = two.at_once()
    await asyncio.gather(
        here.run(lambda tx: presence.gone(tx, first, START)), there.run(lambda tx: presence.gone(tx, second, START))
    )
    with psycopg.connect(two.url) as server:
        told = server.execute("SELECT person FROM job WHERE key LIKE 'tell:gone:%'").fetchall()
    assert len(told) == 1
