"""Accounts that cannot be written to any more, and ones that can again: what moves, and who hears of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import presence
from bot.core.people import Via
from bot.core.request.model import Assignment, RequestId
from bot.ports import Account, Creator, Job
from tests.core.playbook.brands import edited, loaded
from tests.office import BRAND, START, Office, hired, office

NIGHT = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)  # 23:00 in Moscow
OTHER = loaded(edited("id: brand-a", "id: brand-b"))


@pytest.fixture
async def at_work(tmp_path: Path) -> AsyncIterator[Office]:
    async with office(tmp_path) as found:
        yield found


def post(person: str) -> Account:
    return Account("post", "", f"x-{person}", person)


async def goes(at_work: Office, account: Account) -> None:
    await at_work.store.run(lambda tx: presence.gone(tx, account, at_work.clock.now()))


async def returns(at_work: Office, account: Account) -> None:
    await at_work.store.run(lambda tx: presence.back(tx, account, at_work.clock.now()))


async def part(at_work: Office, request: RequestId) -> Assignment:
    (found,) = (await at_work.state(request)).steps[0].waiting
    return found


async def told(at_work: Office) -> list[Job]:
    """What waits to be said about people who are gone, to whom it will be said."""
    jobs = await at_work.store.run(
        lambda tx: tx.claim(at_work.clock.now() + timedelta(days=30), at_work.clock.now(), 100, ("tell",))
    )
    return [job for job in jobs if job.key.startswith("tell:gone:")]


async def test_the_last_account_goes_and_the_step_moves(at_work: Office) -> None:
    """It goes to the deputy and says why; the coordinator hears once who, in which messenger, and what waits."""
    request = await at_work.opens()
    await at_work.settles()
    for minute in range(2):
        at_work.clock.set(START + timedelta(minutes=minute))
        await goes(at_work, post("pavel"))
    (job,) = await told(at_work)
    await at_work.settles()
    found = await part(at_work, request)
    assert (found.person, found.via, found.on_behalf_of, found.reason) == ("anna", Via.DEPUTY, "pavel", "unreachable")
    assert job.person == "katya" and job.text is not None
    assert (job.text.id, job.text.fields["messenger"]) == ("presence.gone", "post")
    assert [sent.chat for sent in at_work.post.sheet if "List for January" in sent.text and sent.method == "post"][-1] == "x-anna"


async def test_the_coordinator_reads_it_in_their_language(at_work: Office) -> None:
    """Name, messenger, each request and who has it now."""
    request = await at_work.opens()
    await at_work.store.run(lambda tx: tx.save_account(replace(post("pavel"), messenger="telegram")))
    await at_work.store.run(lambda tx: tx.forget_account(post("pavel")))
    await goes(at_work, replace(post("pavel"), messenger="telegram"))
    await at_work.settles()
    (sent,) = [one for one in at_work.post.to("katya", "tell") if "Павел Громов" in one.text]
    assert "Telegram" in sent.text and f"• {request} «List for January», теперь: Анна Белова" in sent.text


async def test_one_of_two_accounts_moves_nothing(at_work: Office) -> None:
    """While somebody can be written to anywhere, nobody hears anything and nothing moves."""
    request = await at_work.opens()
    await at_work.store.run(lambda tx: tx.save_account(Account("telegram", "", "1", "pavel", "1")))
    await goes(at_work, post("pavel"))
    assert await told(at_work) == []
    await at_work.settles()
    assert (await part(at_work, request)).person == "pavel"
    await goes(at_work, Account("telegram", "", "1", "pavel", "1"))
    assert len(await told(at_work)) == 1


async def test_the_coordinator_themself_is_gone(at_work: Office) -> None:
    """The next in line hears it, and whoever cannot be reached either is passed over."""
    await goes(at_work, post("katya"))
    assert [(job.person, job.text and job.text.id) for job in await told(at_work)] == [("marina", "presence.gone.nothing")]
    await goes(at_work, post("marina"))
    assert {job.person for job in await told(at_work)} >= {"priya"}


async def test_held_for_the_morning_and_back_by_then(at_work: Office) -> None:
    """Nobody is woken, and in the morning nobody hears what is not so any more."""
    at_work.clock.set(NIGHT)
    await goes(at_work, post("pavel"))
    (job,) = await told(at_work)
    assert job.due_at > NIGHT + timedelta(hours=8)
    assert await at_work.store.read(lambda tx: presence.still_gone(tx, job))
    await returns(at_work, post("pavel"))
    assert not await at_work.store.read(lambda tx: presence.still_gone(tx, job))
    assert await at_work.store.read(lambda tx: presence.still_gone(tx, Job("tell:x", "tell", RequestId(""), "katya", START)))


async def test_back_again(at_work: Office) -> None:
    """New requests come to them at once, what has moved stays; gone once more is said once more."""
    moved = await at_work.opens()
    await goes(at_work, post("pavel"))
    await at_work.settles()
    await returns(at_work, post("pavel"))
    await at_work.settles()
    assert (await part(at_work, moved)).person == "anna"
    assert (await part(at_work, await at_work.opens())).person == "pavel"
    at_work.clock.set(START + timedelta(hours=1))
    await goes(at_work, post("pavel"))
    assert len(await told(at_work)) == 1


async def test_back_when_nobody_else_could_take_it(at_work: Office) -> None:
    """What stayed because there was nobody else is simply theirs again."""
    request = await at_work.opens()
    for person in ("anna", "pavel"):
        await goes(at_work, post(person))
    await at_work.settles()
    assert (await part(at_work, request)).via is Via.GAP
    for person in ("anna", "pavel"):
        await returns(at_work, post(person))
    assert at_work.jobs("wake:")[f"wake:{request}"] == at_work.clock.now()
    await at_work.settles()


async def test_each_brand_hears_of_its_own(at_work: Office) -> None:
    """Nobody reads of another brand's requests."""
    await hired(at_work.store, loaded=OTHER)
    mine = await at_work.opens()
    await goes(at_work, post("pavel"))
    found = {job.key.split(":")[-2]: job.text for job in await told(at_work)}
    assert {brand: message and message.id for brand, message in found.items()} == {
        "brand-a": "presence.gone", "brand-b": "presence.gone.nothing",
    }  # fmt: skip
    assert mine in repr(found["brand-a"]) and mine not in repr(found["brand-b"])


async def test_a_creator_is_gone(at_work: Office) -> None:
    """Their main contact hears it, not the coordinator; with the contact gone too, their deputy."""
    creator = Creator("creator:1", BRAND, "US", "Mia Torres", "en", "jordan", START)
    account = Account("telegram", "", "9", "creator:1", "9")
    await at_work.store.run(lambda tx: tx.save_creator(creator))
    await at_work.store.run(lambda tx: tx.save_account(account))
    await goes(at_work, account)
    assert [(job.person, job.text and job.text.id) for job in await told(at_work)] == [("jordan", "presence.creator_gone")]
    await returns(at_work, account)
    await goes(at_work, post("jordan"))
    at_work.clock.set(START + timedelta(minutes=1))
    await goes(at_work, account)
    assert "sam" in {job.person for job in await told(at_work)}


async def test_an_account_nobody_knows(at_work: Office) -> None:
    """A stranger who blocks the bot changes nothing."""
    before = at_work.jobs()
    await goes(at_work, Account("telegram", "", "404", "pavel"))
    await returns(at_work, Account("telegram", "", "404", "pavel"))
    assert at_work.jobs() == before and not await at_work.store.read(lambda tx: tx.account("telegram", "404"))
