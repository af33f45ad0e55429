"""A messenger that does not do what it is asked: nobody is silently dropped, and nothing is tried for ever."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from bot.core.request.model import RequestId
from bot.core.request.table import Action
from bot.outbox import Outbox
from bot.ports import Account, Gone, NotAccepted, TryLater, Unclear, Unreachable
from tests.office import BOOK, Office, office
from tests.post import LONGEST, Post

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


@pytest.fixture
async def at_work(tmp_path: Path) -> AsyncIterator[Office]:
    async with office(tmp_path) as found:
        yield found


async def later(at_work: Office, seconds: float) -> None:
    await at_work.reaches(at_work.clock.now() + seconds * SECOND)


async def blocked(at_work: Office, person: str) -> bool:
    return any(account.blocked for account in await at_work.store.read(lambda tx: tx.accounts(person)))


async def block(at_work: Office, person: str) -> None:
    for account in await at_work.store.read(lambda tx: tx.accounts(person)):
        gone = replace(account, blocked=True)
        await at_work.store.run(lambda tx, gone=gone: tx.save_account(gone))  # type: ignore[misc]


async def test_later_means_not_before(at_work: Office) -> None:
    """The messenger says when; nothing goes to that chat until then, and then everything does, in order."""
    at_work.post.fails("post", "pavel", TryLater(30, "429"))
    for _ in range(3):
        await at_work.opens()
    await at_work.settles()
    await later(at_work, 29)
    assert at_work.post.tried.count(("post", "x-pavel")) == 1
    await later(at_work, 1)
    assert at_work.post.tried.count(("post", "x-pavel")) == 4
    assert [sent.text[:16] for sent in at_work.post.to("pavel")] == ["List for January"] * 3
    assert len(at_work.post.to("sveta", "post")) == 3


async def test_nothing_overtakes_a_message_that_waits(at_work: Office) -> None:
    """A card that has to wait is not overtaken by the message that speaks of it."""
    request = await at_work.opens()
    await at_work.says("pavel", Action.REJECT, request, "No budget")
    at_work.post.fails("post", "sveta", TryLater(5, "429"))
    await at_work.settles()
    assert at_work.post.to("sveta") == []
    await later(at_work, 5)
    assert [sent.method for sent in at_work.post.to("sveta")] == ["post", "tell"]


async def test_a_lost_answer_is_tried_again_more_and_more_slowly(at_work: Office) -> None:
    """Each pause is longer than the one before, and none is longer than five minutes."""
    await at_work.opens()
    at_work.post.fails("post", "pavel", *(Unclear("timeout") for _ in range(9)))
    start, tries = at_work.clock.now(), []
    for _ in range(1800):
        before = len(at_work.post.tried)
        await at_work.settles()
        tries += [(at_work.clock.now() - start).total_seconds()] * (("post", "x-pavel") in at_work.post.tried[before:])
        at_work.clock.set(at_work.clock.now() + SECOND)
    pauses = [after - before for before, after in pairwise(tries)]
    assert pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256]
    assert len(at_work.post.to("pavel", "post")) == 1


async def test_the_coordinator_hears_of_a_message_that_is_late(at_work: Office) -> None:
    """Five minutes without success: told once, while the trying goes on; an outage loses nothing."""
    request = await at_work.opens()
    at_work.post.fails("post", "pavel", *(TryLater(60, "outage") for _ in range(30)))
    await later(at_work, 4 * 60)
    assert at_work.post.to("katya") == []
    await later(at_work, 2 * 60)
    (told,) = at_work.post.to("katya")
    assert request in told.text
    assert "Павел Громов" in told.text
    await later(at_work, 3 * 60 * 60)
    assert len(at_work.post.to("katya")) == 1
    assert len(at_work.post.to("pavel", "post")) == 1


async def test_trying_ends_after_a_day(at_work: Office) -> None:
    """Not for ever, and the coordinator knows."""
    await at_work.opens()
    await at_work.settles()
    at_work.post.fails("tell", "pavel", *(Unclear("timeout") for _ in range(10_000)))
    await at_work.reaches(at_work.clock.now() + 5 * DAY)
    tries = at_work.post.tried.count(("tell", "x-pavel"))
    assert 12 <= tries < 400
    assert any("Павел Громов" in sent.text for sent in at_work.post.to("katya"))
    await at_work.reaches(at_work.clock.now() + 5 * DAY)
    assert at_work.post.tried.count(("tell", "x-pavel")) == tries


async def test_a_vanished_card_is_replaced_for_whoever_needs_it(at_work: Office) -> None:
    """The requester gets a new one; whoever has nothing to do any more does not."""
    request = await at_work.opens(kind="contract", by="jordan", market="US")
    await at_work.settles()
    await at_work.says("katya", Action.YES, request)
    await at_work.settles()
    for person in ("jordan", "katya"):
        at_work.post.fails("edit", person, Gone("deleted"))
    await at_work.says("oleg", Action.YES, request)
    await later(at_work, 3600)
    assert len(at_work.post.to("jordan", "post")) == 2
    assert len(at_work.post.to("katya", "post")) == 1


async def test_a_message_whose_card_has_vanished_still_arrives(at_work: Office) -> None:
    """It comes without the card it would have hung on, after a new card for whoever needs one."""
    request = await at_work.opens()
    await at_work.settles()
    await at_work.says("pavel", Action.REJECT, request, "No budget")
    at_work.post.fails("tell", "sveta", Gone("deleted"))
    await later(at_work, 60)
    assert [sent.method for sent in at_work.post.to("sveta")] == ["post", "edit", "post", "tell"]


@pytest.mark.parametrize("error", [Gone("no chat"), Unreachable("blocked")], ids=["gone", "unreachable"])
async def test_whoever_cannot_be_reached_is_marked_and_told_of(at_work: Office, error: Exception) -> None:
    """Once of the person and once of each request, however many messages wait; and nothing is sent there any more."""
    request = await at_work.opens()
    at_work.post.fails("post", "sveta", error)
    await at_work.says("pavel", Action.REJECT, request, "No budget")
    await later(at_work, 60)
    assert await blocked(at_work, "sveta")
    told = at_work.post.to("katya")
    assert ["Светлана Ким" in one.text for one in told] == [True, True]
    assert [request in one.text for one in told].count(True) == 1
    assert at_work.post.tried.count(("post", "x-sveta")) == 1
    assert at_work.post.to("sveta") == []
    assert [*at_work.jobs()] == ["digest:pavel"]


async def test_somebody_without_an_account_is_told_of(tmp_path: Path) -> None:
    """A requester who never connected: the coordinator hears that nothing gets through."""
    async with office(tmp_path, without="sveta") as at_work:
        await at_work.opens()
        await at_work.settles()
        (told,) = at_work.post.to("katya")
        assert "Светлана Ким" in told.text


async def test_another_account_is_tried(at_work: Office) -> None:
    """Whoever blocked the bot in one messenger gets the card in the other."""
    other = Post("second")
    await at_work.store.run(lambda tx: tx.save_account(Account("second", "", "x-pavel", "pavel")))
    outbox = Outbox(at_work.store, at_work.clock, {"post": at_work.post, "second": other})
    at_work.outbox = outbox
    at_work.post.fails("post", "pavel", Unreachable("blocked"))
    await at_work.opens()
    await at_work.settles()
    assert len(other.to("pavel", "post")) == 1
    assert at_work.post.to("katya") == []


async def test_a_messenger_that_is_not_connected_is_waited_for(at_work: Office) -> None:
    """A missing token loses nothing: what was meant for that messenger is sent once it is there."""
    await at_work.opens()
    whole, at_work.outbox = at_work.outbox, Outbox(at_work.store, at_work.clock, {})
    await later(at_work, 600)
    at_work.outbox = whole
    await later(at_work, 600)
    assert len(at_work.post.to("pavel", "post")) == 1


async def test_refused_content_is_given_up_at_once(at_work: Office) -> None:
    """Our fault: not tried again, and the coordinator is told."""
    await at_work.opens()
    at_work.post.fails("post", "pavel", NotAccepted("can't parse"))
    await later(at_work, 600)
    assert at_work.post.tried.count(("post", "x-pavel")) == 1
    assert "Павел Громов" in at_work.post.to("katya")[0].text


async def test_a_fault_of_ours_holds_up_nobody(at_work: Office) -> None:
    """An error no messenger should raise: the others get theirs, the one is tried again."""
    await at_work.opens()
    at_work.post.fails("post", "pavel", ValueError("invalid literal for int()"))
    await at_work.settles()
    assert len(at_work.post.to("sveta", "post")) == 1
    await later(at_work, 2)
    assert len(at_work.post.to("pavel", "post")) == 1


async def test_a_text_that_cannot_go_along_is_told_of(at_work: Office) -> None:
    """The card stands, the file does not: no second card, and the coordinator hears of it."""
    at_work.post.fails("attach", "pavel", Gone("no thread"))
    await at_work.opens(text="a" * (LONGEST + 1))
    await later(at_work, 600)
    assert len(at_work.post.to("pavel", "post")) == 1
    assert not await blocked(at_work, "pavel")
    assert len(at_work.post.to("katya")) == 1


async def test_a_lost_answer_to_a_file_sends_no_second_card(at_work: Office) -> None:
    """The card is noted before its file goes along; what stands there is put right without a sound first."""
    at_work.post.fails("attach", "pavel", Unclear("timeout"))
    await at_work.opens(text="a" * (LONGEST + 1))
    await later(at_work, 60)
    assert [sent.method for sent in at_work.post.to("pavel")] == ["post", "edit", "attach"]


async def test_the_next_in_line_hears_when_the_coordinator_cannot(at_work: Office) -> None:
    """From the coordinator to the signatories, each tried once."""
    await at_work.opens()
    at_work.post.fails("post", "pavel", Unreachable("blocked"))
    at_work.post.fails("tell", "katya", Unreachable("blocked"))
    at_work.post.fails("tell", "marina", NotAccepted("no"), Unreachable("blocked"))
    await later(at_work, 60)
    assert ("tell", "x-marina") in at_work.post.tried
    assert at_work.post.tried.count(("tell", "x-katya")) == 1


async def test_with_nobody_left_it_ends(at_work: Office) -> None:
    """No endless round among people who cannot be reached."""
    request = await at_work.opens()
    await at_work.says("pavel", Action.REJECT, RequestId(request), "No budget")
    for person in BOOK.playbook.people if BOOK.playbook else ():
        await block(at_work, person)
    await at_work.settles()
    assert at_work.post.tried == []
    await at_work.reaches(at_work.clock.now() + timedelta(days=3))
    assert at_work.post.tried == []
    assert await at_work.left() == 0
