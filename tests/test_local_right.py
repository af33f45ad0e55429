"""The limits of the right to decide locally, on a real database: they hold however many tap at the same instant (rule 15)."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.core.playbook import Loaded
from bot.core.request.commands import Do, Note
from bot.core.request.effects import Refusal, Refused
from bot.core.request.model import Request, RequestId, Status
from bot.core.request.table import Action
from bot.ports import Filter
from bot.service import Done, Outcome
from tests.core.playbook.brands import edited, loaded
from tests.office import BRAND, Office, office

NEW_YORK = ZoneInfo("America/New_York")
# A Tuesday noon in New York; in Moscow it is 20:00 and nobody works, so that everything is handed over at once.
NOON = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
TONIGHT = timedelta(hours=5)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
KIND, US = "brand_deviation", "US"
LOCAL, REFUSED = (Action.YES, Action.REJECT), {Refusal.RIGHT_PAUSED, Refusal.RIGHT_USED_UP}


def limits(per_week: int = 3, open_at_most: int = 5) -> Loaded:
    """Brand A with other limits for New York."""
    old = "per_week: {}\n        ratified_by: brand_manager\n        ratified_within: 8h\n        open_at_most: {}"
    return loaded(edited(old.format(3, 5), old.format(per_week, open_at_most)))


@asynccontextmanager
async def two(
    folder: Path, per_week: int = 3, open_at_most: int = 5, at: datetime = NOON
) -> AsyncIterator[tuple[Office, Office]]:
    """Two processes on one database and one clock."""
    book = limits(per_week, open_at_most)
    async with office(folder, at=at, book=book) as here, office(folder, clock=here.clock, book=book) as there:
        yield here, there


async def handed_over(at_work: Office, count: int) -> list[RequestId]:
    """Requests that New York may decide now."""
    until = at_work.clock.now() + TONIGHT
    found = [await at_work.needs("jordan", KIND, US, until) for _ in range(count)]
    for request in found:
        assert (await at_work.state(request)).local_step is not None
    return found


async def tap(at_work: Office, request: RequestId, person: str = "priya", action: Action = Action.YES) -> Outcome:
    return await at_work.says(person, action, request, "No" if action is Action.REJECT else "")


def done(outcomes: Iterable[Outcome]) -> list[Request]:
    return [one.request for one in outcomes if isinstance(one, Done)]


def reasons(outcomes: Iterable[Outcome]) -> Counter[Refusal]:
    return Counter(one.reason for one in outcomes if isinstance(one, Refused))


def week(at: datetime) -> tuple[int, int]:
    return at.astimezone(NEW_YORK).isocalendar()[:2]


async def decided(at_work: Office) -> list[Request]:
    """Every request that stands decided locally, told by the states alone."""
    requests = await at_work.store.read(lambda tx: tx.requests(Filter(brand=BRAND, limit=1000)))
    return [request for request in requests if request.local_decision]


async def hold(at_work: Office, per_week: int, open_at_most: int) -> None:
    """The limits, counted from the states, and what is counted on the database is what the states say."""
    found, now = await decided(at_work), at_work.clock.now()
    instants = [step.closed_at for one in found if (step := one.local_decision) and step.closed_at]
    unchecked = sum(one.is_provisional for one in found)
    assert max(Counter(week(at) for at in instants).values(), default=0) <= per_week
    assert unchecked <= open_at_most
    uses = await at_work.store.read(lambda tx: tx.uses(BRAND, KIND, US, now - 100 * DAY))
    assert (sorted(uses.decided), uses.unchecked) == (sorted(instants), unchecked)


@pytest.mark.parametrize(("per_week", "open_at_most"), [(3, 5), (4, 2), (1, 1), (7, 6)])
@pytest.mark.parametrize("processes", [1, 2])
async def test_however_many_tap_at_once_no_more_than_the_limit_decide(
    tmp_path: Path, per_week: int, open_at_most: int, processes: int
) -> None:
    """Ten answers at the same instant: the smaller limit decides how many count, all others are told which it was."""
    async with two(tmp_path, per_week, open_at_most) as offices:
        here = offices[0]
        requests = await handed_over(here, 10)
        taps = [tap(offices[i % processes], one, action=LOCAL[i // 2 % 2]) for i, one in enumerate(requests)]
        outcomes = await asyncio.gather(*taps)
        assert len(done(outcomes)) == min(per_week, open_at_most)
        why = Refusal.RIGHT_PAUSED if open_at_most <= per_week else Refusal.RIGHT_USED_UP
        assert reasons(outcomes) == {why: 10 - min(per_week, open_at_most)}
        await hold(here, per_week, open_at_most)


async def random_deed(here: Office, there: Office, chance: random.Random) -> None:
    """Something people do: many answers at once, a check, a second thought, or a while passes."""
    known = await here.store.read(lambda tx: tx.requests(Filter(brand=BRAND, limit=1000)))
    waiting = [one.id for one in known if one.local_step]
    unchecked = [one.id for one in known if one.is_provisional]
    match chance.randrange(5):
        case 0 if here.clock.now().astimezone(NEW_YORK).hour in range(9, 17) and len(waiting) < 12:
            until = here.clock.now() + timedelta(hours=1)
            for _ in range(4):
                await here.needs("jordan", KIND, US, until)
        case 1 if unchecked:
            await here.says("anna", Action.RATIFY, chance.choice(unchecked))
        case 2 if unchecked:
            taken = chance.choice(unchecked)
            await asyncio.gather(*(tap(one, taken, action=Action.TAKE_BACK) for one in (here, there)))
        case 3:
            here.clock.set(here.clock.now() + chance.choice([20 * SECOND, timedelta(hours=7), DAY, 3 * DAY]))
        case _:
            taps = [tap(chance.choice([here, there]), one, action=chance.choice(LOCAL)) for one in waiting]
            assert set(reasons(await asyncio.gather(*taps))) <= REFUSED | {Refusal.ALREADY_DECIDED}


@pytest.mark.parametrize("seed", range(8))
async def test_the_limits_hold_whatever_people_do(tmp_path: Path, seed: int) -> None:
    """Answers, checks, second thoughts and days in any order, from two processes: counted anew after each."""
    chance = random.Random(seed)
    per_week, open_at_most = chance.randint(1, 4), chance.randint(1, 6)
    async with two(tmp_path, per_week, open_at_most) as (here, there):
        await handed_over(here, 4)
        for _ in range(40):
            await random_deed(here, there, chance)
            await hold(here, per_week, open_at_most)
        assert await decided(here)


async def test_a_check_pays_the_debt_and_not_the_week(tmp_path: Path) -> None:
    """Two unchecked pause the right; checked, it returns; the week's number is used up all the same."""
    async with two(tmp_path, per_week=3, open_at_most=2) as (here, there):
        one, two_, three, four = await handed_over(here, 4)
        assert len(done([await tap(here, one), await tap(there, two_)])) == 2
        assert reasons([await tap(there, three)]) == {Refusal.RIGHT_PAUSED: 1}
        await tap(there, one, "anna", Action.RATIFY)
        assert len(done([await tap(here, three)])) == 1
        for request in (two_, three):
            await tap(here, request, "anna", Action.RATIFY)
        assert reasons([await tap(there, four)]) == {Refusal.RIGHT_USED_UP: 1}
        await hold(here, 3, 2)


async def test_an_objection_pays_the_debt_too(tmp_path: Path) -> None:
    """Whoever objects has checked: the right is not paused for it."""
    async with two(tmp_path, per_week=3, open_at_most=1) as (here, there):
        one, other = await handed_over(here, 2)
        await tap(here, one)
        assert reasons([await tap(there, other)]) == {Refusal.RIGHT_PAUSED: 1}
        await here.service.do(one, Do(Action.OBJECT, "anna", remarks=(Note("Another word"),)))
        assert len(done([await tap(there, other)])) == 1


async def test_a_week_begins_on_monday_where_the_market_is(tmp_path: Path) -> None:
    """Sunday 23:59 in New York is Monday in Moscow: the week that counts is New York's."""
    async with two(tmp_path, per_week=1) as (here, there):
        one, other = await handed_over(here, 2)
        await tap(here, one)
        here.clock.set(datetime(2026, 11, 30, 4, 59, tzinfo=UTC))
        assert reasons([await tap(there, other)]) == {Refusal.RIGHT_USED_UP: 1}
        here.clock.set(datetime(2026, 11, 30, 5, 0, tzinfo=UTC))
        assert len(done([await tap(there, other)])) == 1
        await hold(here, 1, 5)


async def test_what_is_taken_back_was_not_used(tmp_path: Path) -> None:
    """A mistake costs neither the week nor the debt, and afterwards exactly one more may decide."""
    for per_week, open_at_most in ((1, 5), (3, 1)):
        folder = tmp_path / f"{per_week}-{open_at_most}"
        folder.mkdir()
        async with two(folder, per_week, open_at_most) as (here, there):
            one, other, third = await handed_over(here, 3)
            await tap(here, one)
            assert len(reasons([await tap(there, other)])) == 1
            assert len(done([await tap(there, one, action=Action.TAKE_BACK)])) == 1
            assert (await here.state(one)).status is Status.OPEN
            outcomes = await asyncio.gather(tap(here, other), tap(there, third), tap(here, one))
            assert len(done(outcomes)) == 1
            await hold(here, per_week, open_at_most)


@pytest.mark.parametrize("attempt", range(6))
async def test_owner_and_local_authority_at_the_same_instant(tmp_path: Path, attempt: int) -> None:
    """One of them decides, for good or provisionally; the other is told, and only a local answer counts as a use."""
    async with two(tmp_path) as (here, there):
        (request,) = await handed_over(here, 1)
        taps = [tap(here, request, "anna"), tap(there, request, "priya", Action.REJECT)]
        outcomes = await asyncio.gather(*(taps if attempt % 2 else reversed(taps)))
        (winner,) = done(outcomes)
        assert reasons(outcomes) == {Refusal.ALREADY_DECIDED: 1}
        assert winner.is_provisional == (winner.status is Status.REJECTED)
        assert [one.id for one in await decided(here)] == ([request] if winner.is_provisional else [])
        await hold(here, 3, 5)


async def test_deputies_share_one_right(tmp_path: Path) -> None:
    """The local authority and whoever it was passed to count together."""
    async with two(tmp_path, per_week=1) as (here, there):
        one, other = await handed_over(here, 2)
        await here.service.do(one, Do(Action.PASS_ON, "priya", to="sam"))
        outcomes = await asyncio.gather(tap(here, one, "sam"), tap(there, other, "priya"))
        assert (len(done(outcomes)), reasons(outcomes)) == (1, {Refusal.RIGHT_USED_UP: 1})
