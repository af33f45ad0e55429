"""Use cases: load, decide, write, once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.carrying import carry_out
from bot.core.people import Via
from bot.core.request import decide
from bot.core.request.commands import Do
from bot.core.request.effects import Decision, Refusal, Refused
from bot.core.request.model import Draft, RequestId, Status
from bot.core.request.table import Action
from bot.ports import Transaction, Update
from bot.service import Done
from bot.teams import team_of
from tests.office import BRAND, FAR, START, Office, office

DRAFT = Draft("creator_selection", "RU", "List for January")


@pytest.fixture
async def at_work(tmp_path: Path) -> AsyncIterator[Office]:
    async with office(tmp_path) as found:
        yield found


async def delivered(at_work: Office, update: str) -> None:
    await at_work.store.run(lambda tx: tx.receive(Update("post", update, "{}", START)))


async def test_a_decision_is_written_whole(at_work: Office) -> None:
    """Events, state and what is to be sent are there together once the answer is given."""
    request = await at_work.opens()
    state, events = await at_work.state(request), await at_work.store.read(lambda tx: tx.events(request))
    assert (state.status, len(events)) == (Status.OPEN, state.revision)
    # Two cards, the moment of the reminder, and the morning list of whoever is asked.
    assert [*at_work.jobs()] == ["card:A-1:pavel", "card:A-1:sveta", "digest:pavel", "wake:A-1"]


async def test_what_breaks_in_between_leaves_nothing(at_work: Office) -> None:
    """A fault after the state was written and before the commit: nothing of it is visible, jobs neither."""
    request = await at_work.opens()
    before, left = await at_work.state(request), await at_work.left()

    def breaks(tx: Transaction) -> None:
        stored = tx.request(request)
        assert stored is not None
        team = team_of(tx, stored.request, START)
        decision = decide(stored.request, Do(Action.YES, "pavel"), team, START)
        assert isinstance(decision, Decision)
        carry_out(tx, stored, decision, team, START)
        raise RuntimeError("the power goes")

    with pytest.raises(RuntimeError, match="the power goes"):
        await at_work.store.run(breaks)
    assert (await at_work.state(request), await at_work.left()) == (before, left)
    assert len(await at_work.store.read(lambda tx: tx.events(request))) == before.revision


async def test_an_update_acts_once(at_work: Office) -> None:
    """The same tap delivered twice decides once; the second time says it was done."""
    request = await at_work.opens()
    await delivered(at_work, "tap-1")
    first = await at_work.says("pavel", Action.REJECT, request, "No budget", update="tap-1")
    second = await at_work.says("pavel", Action.REJECT, request, "No budget", update="tap-1")
    assert isinstance(first, Done)
    assert isinstance(second, Done)
    assert (first.again, second.again) == (False, True)
    assert second.request == first.request


async def test_an_update_acts_once_also_when_both_come_together(at_work: Office) -> None:
    """Ten deliveries of one tap at the same moment: one decision."""
    request = await at_work.opens(kind="draft_content", by="anna")
    await delivered(at_work, "tap-1")
    found = await asyncio.gather(*(at_work.says("sveta", Action.ASK, request, "Which?", update="tap-1") for _ in range(10)))
    assert [isinstance(one, Done) and one.again for one in found].count(False) == 1
    assert len((await at_work.state(request)).questions) == 1


async def test_a_refused_update_is_handled_once_it_was_answered(at_work: Office) -> None:
    """A refusal is not noted with the tap: whoever gives it notes it, or a crash in between would leave the tap silent."""
    request = await at_work.opens()
    await delivered(at_work, "tap-1")
    for _ in range(2):
        assert isinstance(await at_work.says("oleg", Action.YES, request, update="tap-1"), Refused)
    (left,) = await at_work.store.read(lambda tx: tx.unhandled("post"))
    assert left.id == "tap-1"


async def test_a_key_opens_one_request(at_work: Office) -> None:
    """The same key with the same content gives the same request, however often and however close together."""
    asked = [at_work.service.open(BRAND, "sveta", DRAFT, through="http", key="k1") for _ in range(10)]
    found = await asyncio.gather(*asked)
    assert {one.request.id for one in found if isinstance(one, Done)} == {"A-1"}
    assert [isinstance(one, Done) and one.again for one in found].count(False) == 1


async def test_a_key_is_for_one_content(at_work: Office) -> None:
    """Other content, another person or another amount under a used key is refused."""
    await at_work.service.open(BRAND, "sveta", DRAFT, through="http", key="k1")
    for by, draft in (("sveta", replace(DRAFT, text="other")), ("anna", DRAFT), ("sveta", replace(DRAFT, links=("x",)))):
        outcome = await at_work.service.open(BRAND, by, draft, through="http", key="k1")
        assert isinstance(outcome, Refused)
        assert outcome.text.id == "refusal.key_used"
    assert len(await at_work.store.read(lambda tx: tx.events(RequestId("A-1")))) > 0
    assert await at_work.store.read(lambda tx: tx.request(RequestId("A-2"))) is None


async def test_a_refused_opening_takes_no_number(at_work: Office) -> None:
    """Numbers have no holes that somebody would ask about."""
    refused = await at_work.service.open(BRAND, "sveta", replace(DRAFT, title=""), through="http")
    assert isinstance(refused, Refused)
    assert await at_work.opens() == "A-1"


async def test_requests_opened_together_have_numbers_of_their_own(at_work: Office) -> None:
    """Fifty at once: A-1 to A-50."""
    assert set(await asyncio.gather(*(at_work.opens() for _ in range(50)))) == {f"A-{n}" for n in range(1, 51)}


@pytest.mark.parametrize("attempt", range(5))
async def test_two_who_tap_at_the_same_moment(tmp_path: Path, attempt: int) -> None:
    """One decision; the other is told who decided and when."""
    async with office(tmp_path) as at_work:
        request = await at_work.opens()
        taps = [at_work.says("pavel", Action.YES, request), at_work.says("pavel", Action.REJECT, request, "No")]
        found = await asyncio.gather(*(taps if attempt % 2 else reversed(taps)))
        done, refused = [o for o in found if isinstance(o, Done)], [o for o in found if isinstance(o, Refused)]
        assert (len(done), [o.reason for o in refused]) == (1, [Refusal.ALREADY_DECIDED])
        assert await at_work.state(request) == done[0].request


async def test_two_processes_decide_once(tmp_path: Path) -> None:
    """Two bots on one database, a tap in each: one decision, nobody sees an error."""
    async with office(tmp_path) as here, office(tmp_path) as there:
        for _ in range(20):
            request = await here.opens()
            found = await asyncio.gather(
                here.says("pavel", Action.YES, request), there.says("pavel", Action.REJECT, request, "No")
            )
            assert sorted(type(one).__name__ for one in found) == ["Done", "Refused"]


async def test_a_tap_on_nothing_is_refused(at_work: Office) -> None:
    """A request that was never there: said, and written nowhere; the tap is over when that was said."""
    await delivered(at_work, "tap-1")
    outcome = await at_work.says("pavel", Action.YES, RequestId("A-9"), update="tap-1")
    assert isinstance(outcome, Refused)
    assert len(await at_work.store.read(lambda tx: tx.unhandled("post"))) == 1


async def test_asking_whether_writes_nothing(at_work: Office) -> None:
    """A probe says whether a move is possible and leaves everything as it was."""
    request = await at_work.opens()
    before, left = await at_work.state(request), await at_work.left()
    assert isinstance(await at_work.service.probe(request, Do(Action.REJECT, "pavel")), Done)
    assert isinstance(await at_work.service.probe(request, Do(Action.REJECT, "oleg")), Refused)
    assert (await at_work.state(request), await at_work.left()) == (before, left)


async def test_nobody_but_the_coordinator_left_is_a_gap(tmp_path: Path) -> None:
    """Neither the holder nor a deputy can be reached: the coordinator gets it, to find somebody."""
    async with office(tmp_path) as at_work:
        for person in ("pavel", "anna"):
            (account,) = await at_work.store.read(lambda tx, person=person: tx.accounts(person))  # type: ignore[misc]
            gone = replace(account, blocked=True)
            await at_work.store.run(lambda tx, gone=gone: tx.save_account(gone))  # type: ignore[misc]
        (part,) = (await at_work.state(await at_work.opens())).steps[0].assignments
        assert (part.person, part.via, part.reason) == ("katya", Via.GAP, "unreachable")


async def test_somebody_without_an_account_is_passed_over(tmp_path: Path) -> None:
    """Whoever never connected cannot be asked: the deputy is."""
    async with office(tmp_path, without="pavel") as at_work:
        (part,) = (await at_work.state(await at_work.opens())).steps[0].assignments
        assert (part.person, part.via) == ("anna", Via.DEPUTY)


async def test_work_is_announced_after_it_is_written(at_work: Office) -> None:
    """The outbox is nudged for what was done, and not for what was refused."""
    request = await at_work.opens()
    assert len(at_work.nudges) == 1
    await at_work.says("oleg", Action.YES, request)
    assert len(at_work.nudges) == 1
    await at_work.says("pavel", Action.YES, request)
    assert len(at_work.nudges) == 2
    assert await at_work.store.read(lambda tx: tx.jobs_due(FAR)) > 0
