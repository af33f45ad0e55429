"""A campaign: a request in each market, all of them or none, and one gate over them (rule 21)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.core import campaign
from bot.core.request.effects import Refusal, Refused
from bot.core.request.model import Draft, Request, RequestId, Status
from bot.core.request.table import Action
from bot.service import Campaign, Done
from tests.core.playbook.brands import edited, loaded
from tests.office import BRAND, Office, office

MOSCOW, NEW_YORK = Draft("concept", "RU", "Spring launch"), Draft("concept", "US", "Spring launch")
BOTH = (MOSCOW, NEW_YORK)
TONIGHT = datetime(2026, 11, 24, 22, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
UNDO = 60 * SECOND
TOLD = ("sveta", "jordan", "katya")


@pytest.fixture
async def at_work(tmp_path: Path) -> AsyncIterator[Office]:
    async with office(tmp_path) as found:
        yield found


async def launch(at_work: Office, drafts: Sequence[Draft] = BOTH, key: str | None = None, by: str = "marina") -> Campaign:
    found = await at_work.service.open_campaign(BRAND, by, drafts, through="test", key=key)
    assert isinstance(found, Campaign), found
    return found


async def refused(at_work: Office, drafts: Sequence[Draft], by: str = "marina", key: str | None = None) -> Refused:
    found = await at_work.service.open_campaign(BRAND, by, drafts, through="test", key=key)
    assert isinstance(found, Refused)
    return found


async def approves(at_work: Office, found: Campaign, market: str) -> RequestId:
    """Everybody on a market's path says yes."""
    (request,) = [one.id for one in found.requests if one.draft.market == market]
    for person in ("sveta", "pavel") if market == "RU" else ("priya",):
        assert isinstance(await at_work.says(person, Action.YES, request), Done)
    return request


async def as_it_stands(at_work: Office, found: Campaign) -> tuple[Request, ...]:
    now = await at_work.service.campaign(found.id)
    assert now is not None
    return now.requests


async def is_open(at_work: Office, found: Campaign) -> bool:
    return campaign.is_open(campaign.tracks(await as_it_stands(at_work, found)))


def told(at_work: Office) -> list[str]:
    """Who was told that the gate is open, as often as they were."""
    words = ("The joint launch", "Общий запуск")
    tells = [sent for sent in at_work.post.sheet if sent.method == "tell" and any(part in sent.text for part in words)]
    return sorted(sent.chat.removeprefix("x-") for sent in tells)


async def passes(at_work: Office, time: timedelta) -> None:
    await at_work.reaches(at_work.clock.now() + time)


async def test_a_request_opens_in_each_market(at_work: Office) -> None:
    """With one id over them, in the order they were asked for."""
    found = await launch(at_work)
    assert (found.id, found.again) == ("C-1", False)
    assert [(one.id, one.draft.market, one.draft.campaign) for one in found.requests] == [
        ("A-1", "RU", "C-1"),
        ("A-2", "US", "C-1"),
    ]
    assert (await launch(at_work)).id == "C-2"
    assert await as_it_stands(at_work, found) == found.requests
    assert await at_work.service.campaign("C-9") is None


@pytest.mark.parametrize("drafts", [(), (MOSCOW,), (MOSCOW, MOSCOW), (MOSCOW, NEW_YORK, MOSCOW)])
async def test_a_campaign_has_two_markets_or_more_each_once(at_work: Office, drafts: Sequence[Draft]) -> None:
    """Refused, and nothing was opened."""
    assert (await refused(at_work, drafts)).text.id == "refusal.campaign_markets"
    assert await at_work.left() == 0


@pytest.mark.parametrize(
    "wrong", [replace(NEW_YORK, title=""), replace(NEW_YORK, market="DE"), replace(NEW_YORK, kind="nothing")]
)
async def test_all_of_them_open_or_none(at_work: Office, wrong: Draft) -> None:
    """The second market's draft is wrong: the first is not opened either, and no number is taken."""
    await refused(at_work, (MOSCOW, wrong))
    assert await at_work.left() == 0
    found = await launch(at_work)
    assert (found.id, [one.id for one in found.requests]) == ("C-1", ["A-1", "A-2"])


async def test_a_key_opens_one_campaign(at_work: Office) -> None:
    """Asked ten times at once: one campaign; the same key for something else is refused."""
    asked = [at_work.service.open_campaign(BRAND, "marina", BOTH, through="http", key="k1") for _ in range(10)]
    found = [one for one in await asyncio.gather(*asked) if isinstance(one, Campaign)]
    assert {(one.id, len(one.requests)) for one in found} == {("C-1", 2)}
    assert [one.again for one in found].count(False) == 1
    assert (await refused(at_work, (MOSCOW, replace(NEW_YORK, text="other")), key="k1")).text.id == "refusal.key_used"
    single = await at_work.service.open(BRAND, "marina", MOSCOW, through="http", key="k1")
    assert isinstance(single, Refused)


async def test_a_requests_key_is_for_no_campaign(at_work: Office) -> None:
    """A key that has opened one request opens nothing else."""
    await at_work.service.open(BRAND, "marina", MOSCOW, through="http", key="k1")
    assert (await refused(at_work, BOTH, key="k1")).text.id == "refusal.key_used"


async def test_the_gate_opens_with_the_last_yes(at_work: Office) -> None:
    """Each market counts; whoever launches hears it once, after the moment in which the yes may be taken back."""
    found = await launch(at_work, by="sveta")
    await approves(at_work, found, "US")
    assert not await is_open(at_work, found)
    await at_work.says("pavel", Action.YES, RequestId("A-1"))  # sveta asked, so that her review is her deputy's
    await at_work.says("pavel", Action.YES, RequestId("A-1"))
    assert await is_open(at_work, found)
    await passes(at_work, UNDO - SECOND)
    assert told(at_work) == []
    await passes(at_work, SECOND)
    assert told(at_work) == sorted(TOLD)
    await passes(at_work, timedelta(days=2))
    assert told(at_work) == sorted(TOLD)


async def test_a_yes_that_is_taken_back_in_time_was_not_told(at_work: Office) -> None:
    """The gate is closed again, and what was to be said about it is not said."""
    found = await launch(at_work)
    await approves(at_work, found, "US")
    last = await approves(at_work, found, "RU")
    await passes(at_work, 50 * SECOND)
    assert isinstance(await at_work.says("pavel", Action.TAKE_BACK, last), Done)
    assert not await is_open(at_work, found)
    await passes(at_work, timedelta(hours=1))
    assert told(at_work) == []
    await at_work.says("pavel", Action.YES, last)
    await passes(at_work, UNDO)
    assert told(at_work) == sorted({*TOLD, "marina"})


async def test_a_second_yes_has_its_own_moment(at_work: Office) -> None:
    """Yes, taken back, yes again, taken back: the first yes's moment tells nobody."""
    found = await launch(at_work)
    await approves(at_work, found, "US")
    last = await approves(at_work, found, "RU")
    await passes(at_work, 30 * SECOND)
    await at_work.says("pavel", Action.TAKE_BACK, last)
    await passes(at_work, 10 * SECOND)
    await at_work.says("pavel", Action.YES, last)
    await passes(at_work, 40 * SECOND)
    assert told(at_work) == []
    assert isinstance(await at_work.says("pavel", Action.TAKE_BACK, last), Done)
    await passes(at_work, timedelta(hours=1))
    assert told(at_work) == []


async def test_a_provisional_yes_opens_the_gate(at_work: Office) -> None:
    """That is what it is for: New York goes on while Moscow sleeps."""
    draft = replace(NEW_YORK, kind="brand_deviation")
    found = await launch(at_work, (replace(MOSCOW, kind="brand_deviation"), replace(draft, needed_by=TONIGHT)), by="jordan")
    await at_work.says("anna", Action.YES, found.requests[0].id)
    at_work.clock.set(datetime(2026, 11, 24, 17, 0, tzinfo=UTC))
    await at_work.settles()
    assert isinstance(await at_work.says("priya", Action.YES, found.requests[1].id), Done)
    tracks = campaign.tracks(await as_it_stands(at_work, found))
    assert [track.provisional for track in tracks] == [False, True]
    assert campaign.is_open(tracks)
    await passes(at_work, timedelta(days=1))
    assert told(at_work) == sorted(TOLD)


async def test_the_other_markets_cards_follow(at_work: Office) -> None:
    """Whoever has a card of one market sees there how the other stands, at once."""
    found = await launch(at_work)
    await at_work.settles()
    await approves(at_work, found, "US")
    due = at_work.jobs("card:A-1:")
    assert {key.removeprefix("card:A-1:") for key in due} == {"marina", "sveta"}
    assert set(due.values()) == {at_work.clock.now()}


async def test_where_a_decision_is_held_the_other_markets_cards_wait_with_it(tmp_path: Path) -> None:
    """A playbook that holds what may be taken back holds it there as well."""
    async with office(tmp_path, book=loaded(edited("review_every_days: 45", "review_every_days: 45\nundo: 60s"))) as at_work:
        found = await launch(at_work)
        await at_work.settles()
        await approves(at_work, found, "US")
        assert set(at_work.jobs("card:A-1:").values()) == {at_work.clock.now() + UNDO}


@pytest.mark.parametrize(
    ("person", "action", "status"),
    [("priya", Action.REJECT, Status.REJECTED), ("marina", Action.WITHDRAW, Status.WITHDRAWN)],
)
async def test_a_market_that_will_not_come_keeps_the_gate_shut(
    at_work: Office, person: str, action: Action, status: Status
) -> None:
    """It is shown as what the launch waits for, with nobody to wait for."""
    found = await launch(at_work)
    await approves(at_work, found, "RU")
    await at_work.says(person, action, found.requests[1].id, "No budget")
    (missing,) = campaign.missing(campaign.tracks(await as_it_stands(at_work, found)))
    assert (missing.market, missing.status, missing.waits_for) == ("US", status, ())
    await passes(at_work, timedelta(days=1))
    assert told(at_work) == []


async def test_the_status_says_who_is_missing(at_work: Office) -> None:
    """The people whose answer a market waits for; the requester while it is being changed."""
    found = await launch(at_work)
    tracks = campaign.tracks(found.requests)
    assert [track.waits_for for track in tracks] == [("sveta",), ("priya",)]
    assert (await refused(at_work, (MOSCOW, replace(NEW_YORK, title="")))).reason is Refusal.REASON_MISSING


async def test_two_who_say_the_last_yes_at_once_open_one_gate(tmp_path: Path) -> None:
    """From two processes: everybody is told once."""
    async with office(tmp_path) as here, office(tmp_path, clock=here.clock) as there:
        found = await launch(here)
        await here.says("sveta", Action.YES, found.requests[0].id)
        await asyncio.gather(
            here.says("pavel", Action.YES, found.requests[0].id), there.says("priya", Action.YES, found.requests[1].id)
        )
        here.clock.set(here.clock.now() + UNDO)
        await here.settles()
        await there.settles()
        assert sorted(told(here) + told(there)) == sorted({*TOLD, "marina"})
