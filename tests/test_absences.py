"""Being away: who may say it, what moves and when, and what somebody finds when they are back (rule 12)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.absences import Absences, Back, Left
from bot.core.people import Via
from bot.core.request.commands import Do
from bot.core.request.effects import Refusal, Refused
from bot.core.request.model import Assignment, Draft, RequestId
from bot.core.request.table import Action
from bot.service import Done
from tests.core.playbook.brands import edited, loaded
from tests.office import Office, office

TUE, WED, THU, FRI = (date(2026, 11, day) for day in (24, 25, 26, 27))
MON, NEXT_TUE = date(2026, 11, 30), date(2026, 12, 1)
OPENING = timedelta(hours=7)  # 10:00 in Moscow
MINUTE = timedelta(minutes=1)
AWAY, MORNING = "Пока вас не было", "Начало рабочего дня"


@pytest.fixture
async def at_work(tmp_path: Path) -> AsyncIterator[Office]:
    async with office(tmp_path) as found:
        yield found


def absences(at_work: Office) -> Absences:
    return Absences(at_work.store, at_work.clock, lambda: None)


def opening(day: date) -> datetime:
    """Moscow's opening on a day."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + OPENING


async def leaves(at_work: Office, person: str, first: date, last: date, by: str = "") -> Left:
    found = await absences(at_work).leave(by or person, person, first, last, "post")
    assert isinstance(found, Left), found
    return found


async def returns(at_work: Office, person: str, by: str = "") -> Back:
    found = await absences(at_work).come_back(by or person, person)
    assert isinstance(found, Back), found
    return found


async def part(at_work: Office, request: RequestId) -> Assignment:
    (found,) = (await at_work.state(request)).steps[0].waiting
    return found


async def days(at_work: Office, person: str) -> list[tuple[date, date]]:
    return [(one.days.first, one.days.last) for one in await absences(at_work).planned(person)]


async def opened_in(at_work: Office, brand: str) -> RequestId:
    outcome = await at_work.service.open(brand, "sveta", Draft("creator_selection", "RU", "List for January"), through="test")
    assert isinstance(outcome, Done), outcome
    return outcome.request.id


def lists(at_work: Office, person: str) -> list[str]:
    """The morning lists somebody got."""
    return [sent.text for sent in at_work.post.to(person, "tell") if MORNING in sent.text]


@pytest.mark.parametrize("by", ["pavel", "katya", "marina", "priya"])
async def test_oneself_the_coordinator_and_signatories_may_say_it(at_work: Office, by: str) -> None:
    """It is noted with who said it, and whoever did not say it themselves hears of it."""
    left = await leaves(at_work, "pavel", THU, FRI, by)
    assert (left.away.said_by, left.away.said_at, left.away.through) == (by, at_work.clock.now(), "post")
    assert await days(at_work, "pavel") == [(THU, FRI)]
    await at_work.settles()
    told = [sent.text for sent in at_work.post.sheet]
    assert len(at_work.post.to("pavel", "tell")) == len(told) == (0 if by == "pavel" else 1)
    assert all("Отмечено ваше отсутствие" in words for words in told)


@pytest.mark.parametrize("by", ["sveta", "anna", "oleg", "jordan", "nobody"])
async def test_nobody_else_may_say_or_end_it(at_work: Office, by: str) -> None:
    """A colleague, a deputy, a stranger: refused, and nothing is written."""
    await leaves(at_work, "pavel", FRI, FRI)
    before = at_work.jobs()
    for outcome in (await absences(at_work).leave(by, "pavel", THU, MON, "post"), await absences(at_work).come_back(by, "pavel")):
        assert isinstance(outcome, Refused)
        assert (outcome.reason, outcome.text.id) == (Refusal.NOT_YOURS, "away.not_allowed")
    assert await days(at_work, "pavel") == [(FRI, FRI)]
    assert at_work.jobs() == before


async def test_what_is_said_last_replaces_what_overlaps(at_work: Office) -> None:
    """Other days and other people's days stay as they are."""
    await leaves(at_work, "pavel", WED, FRI)
    await leaves(at_work, "pavel", NEXT_TUE, NEXT_TUE)
    await leaves(at_work, "anna", WED, FRI)
    await leaves(at_work, "pavel", THU, MON)
    assert await days(at_work, "pavel") == [(NEXT_TUE, NEXT_TUE), (THU, MON)]
    assert await days(at_work, "anna") == [(WED, FRI)]


async def test_a_step_moves_at_the_first_opening_that_is_missed(at_work: Office) -> None:
    """Not a minute before; the deputy has what is left of the clock, and the holder is told what will move."""
    request = await at_work.opens()
    before = await part(at_work, request)
    (line,) = (await leaves(at_work, "pavel", WED, THU)).moves
    assert line.id == "away.moves.line"
    await at_work.reaches(opening(WED) - MINUTE)
    assert (await part(at_work, request)).person == "pavel"
    await at_work.reaches(opening(WED))
    after = await part(at_work, request)
    assert (after.person, after.via, after.on_behalf_of, after.reason) == ("anna", Via.DEPUTY, "pavel", "away")
    assert after.due_at == before.due_at  # the same hours, and the clock was not restarted
    assert len(at_work.post.to("anna", "post")) == 1


async def test_a_step_moves_at_once_when_the_absence_has_begun(at_work: Office) -> None:
    """Today, in the middle of the day."""
    request = await at_work.opens()
    await leaves(at_work, "pavel", TUE, TUE)
    await at_work.settles()
    assert (await part(at_work, request)).person == "anna"


async def test_new_requests_go_to_the_deputy(at_work: Office) -> None:
    """Opened during the absence: the deputy's from the start; after it, the holder's again."""
    await leaves(at_work, "pavel", TUE, WED)
    assert (await part(at_work, await at_work.opens())).person == "anna"
    await at_work.reaches(opening(THU))
    assert (await part(at_work, await at_work.opens())).person == "pavel"


async def test_deputies_chain(tmp_path: Path) -> None:
    """The deputy leaves as well: the next deputy; then nobody is left and the coordinator has to find somebody."""
    head = (
        '{en: "Market Lead, Moscow", ru: "Руководитель рынка, Москва"}\n    market: RU\n    holder: pavel\n    deputies: [anna{}]'
    )
    book = loaded(edited(head.replace("{}", ""), head.replace("{}", ", irina")))
    async with office(tmp_path, book=book) as at_work:
        request = await at_work.opens()
        owners = []
        for person in ("pavel", "anna", "irina"):
            await leaves(at_work, person, TUE, FRI, "katya")
            await at_work.settles()
            owners.append(await part(at_work, request))
        assert [(one.person, one.via) for one in owners] == [
            ("anna", Via.DEPUTY), ("irina", Via.DEPUTY), ("katya", Via.GAP),
        ]  # fmt: skip


async def test_back_early_what_has_moved_stays(at_work: Office) -> None:
    """The answer says what went by; the deputy keeps what they have, new requests come to the holder."""
    moved, decided = await at_work.opens(), await at_work.opens()
    await leaves(at_work, "pavel", TUE, FRI)
    await at_work.settles()
    await at_work.says("anna", Action.YES, decided)
    await at_work.reaches(opening(WED))
    back = await returns(at_work, "pavel")
    await at_work.settles()
    assert [(line.fields["id"], line.fields["status"].id) for line in back.meanwhile] == [  # type: ignore[union-attr]
        (moved, "status.open"), (decided, "status.approved"),
    ]  # fmt: skip
    assert all(line.fields["who"] == back_name for line in back.meanwhile for back_name in [back.meanwhile[0].fields["who"]])
    assert (await part(at_work, moved)).person == "anna"
    assert (await part(at_work, await at_work.opens())).person == "pavel"
    assert await days(at_work, "pavel") == []
    await at_work.reaches(opening(NEXT_TUE))
    assert [words for words in lists(at_work, "pavel") if AWAY in words] == []  # it was in the answer


async def test_back_before_leaving_nothing_moves(at_work: Office) -> None:
    """Plans change: the step stays, and there is nothing to catch up with."""
    request = await at_work.opens()
    await leaves(at_work, "pavel", THU, FRI)
    assert (await returns(at_work, "pavel")).meanwhile == ()
    await at_work.reaches(opening(FRI))
    assert (await part(at_work, request)).person == "pavel"
    assert (await returns(at_work, "pavel")).away == ()


async def test_back_today_says_nothing_of_next_months_holiday(at_work: Office) -> None:
    """Whoever is away now and comes back ends this absence; what is only planned is ended when nobody is away."""
    await leaves(at_work, "pavel", TUE, WED)
    await leaves(at_work, "pavel", NEXT_TUE, NEXT_TUE)
    assert len((await returns(at_work, "pavel")).away) == 1
    assert await days(at_work, "pavel") == [(NEXT_TUE, NEXT_TUE)]
    assert len((await returns(at_work, "pavel")).away) == 1
    assert await days(at_work, "pavel") == []


async def test_the_list_comes_once_after_the_return(at_work: Office) -> None:
    """At the first opening after the last day: what moved, who has it and how it stands; never again."""
    moved, decided = await at_work.opens(), await at_work.opens()
    await leaves(at_work, "pavel", WED, FRI)
    await at_work.reaches(opening(WED))
    await at_work.says("anna", Action.REJECT, decided, "No budget")
    await at_work.reaches(opening(MON) - MINUTE)
    assert lists(at_work, "pavel") == []
    await at_work.reaches(opening(MON))
    (words,) = lists(at_work, "pavel")
    lines = [line for line in words.splitlines() if "A-" in line]
    for line, request, stands in zip(lines, (moved, decided), ("в работе", "отклонено"), strict=True):
        assert all(part in line for part in (request, "List for January", "Анна Белова", stands))
    await at_work.reaches(opening(NEXT_TUE) + timedelta(days=7))
    assert [words for words in lists(at_work, "pavel") if AWAY in words] == [words]


async def test_a_quiet_absence_brings_no_list(at_work: Office) -> None:
    """Nothing moved: nothing is said."""
    await leaves(at_work, "pavel", WED, FRI)
    await at_work.reaches(opening(NEXT_TUE))
    assert at_work.post.to("pavel") == []
    assert await at_work.left() == 0


async def test_what_was_opened_at_night_is_on_the_list(tmp_path: Path) -> None:
    """The first day begins at the person's own midnight, not at that of Greenwich."""
    night = datetime(2026, 11, 24, 21, 30, tzinfo=UTC)  # 00:30 on Wednesday in Moscow
    async with office(tmp_path) as at_work:
        await leaves(at_work, "pavel", WED, WED)
        at_work.clock.set(night)
        request = await at_work.opens()
        await at_work.reaches(opening(THU))
        (words,) = lists(at_work, "pavel")
        assert request in words


async def test_a_longer_absence_does_not_forget_the_days_before(at_work: Office) -> None:
    """Away from Tuesday, on Thursday it becomes longer: the list speaks of Tuesday too."""
    first = await at_work.opens()
    await leaves(at_work, "pavel", TUE, THU)
    await at_work.reaches(opening(THU))
    await leaves(at_work, "pavel", THU, FRI)
    second = await at_work.opens()
    await at_work.reaches(opening(MON))
    (words,) = lists(at_work, "pavel")
    assert first in words and second in words


async def test_whoever_is_brought_back_by_somebody_else_gets_the_list(at_work: Office) -> None:
    """The coordinator's answer is read by the coordinator: the person has the list the next morning, once."""
    request = await at_work.opens()
    await leaves(at_work, "pavel", TUE, FRI)
    await at_work.settles()
    await returns(at_work, "pavel", by="katya")
    await at_work.reaches(opening(WED) - MINUTE)
    assert lists(at_work, "pavel") == []
    await at_work.reaches(opening(NEXT_TUE))
    (words,) = lists(at_work, "pavel")
    assert AWAY in words and request in words


async def test_a_planned_absence_keeps_the_morning_lists_until_then(at_work: Office) -> None:
    """Next week's days off are no reason for silence tomorrow."""
    await leaves(at_work, "pavel", NEXT_TUE, NEXT_TUE)
    for _ in range(2):
        await at_work.opens()
    await at_work.reaches(opening(WED))
    assert len(lists(at_work, "pavel")) == 1


async def test_an_empty_morning_before_an_absence_does_not_cost_the_list_after_it(at_work: Office) -> None:
    """Nothing waits on the eve; what moves meanwhile is on the list all the same."""
    await at_work.says("pavel", Action.YES, await at_work.opens())
    await leaves(at_work, "pavel", THU, THU)
    await at_work.reaches(opening(THU))
    request = await at_work.opens()
    await at_work.reaches(opening(FRI))
    (words,) = lists(at_work, "pavel")
    assert request in words


async def test_who_may_decide_locally_is_looked_at_anew(at_work: Office) -> None:
    """New York's only people are back: what Moscow will not answer in time is theirs at their hour, not at Moscow's next."""
    for person in ("priya", "sam"):
        await leaves(at_work, person, TUE, WED, "marina")
    request = await at_work.needs("jordan", "brand_deviation", "US", datetime(2026, 11, 25, 15, 30, tzinfo=UTC))
    await returns(at_work, "priya", by="marina")
    await at_work.reaches(datetime(2026, 11, 24, 22, 30, tzinfo=UTC) - MINUTE)
    assert (await at_work.state(request)).local_step is None
    await at_work.reaches(datetime(2026, 11, 24, 22, 30, tzinfo=UTC))
    local = (await at_work.state(request)).local_step
    assert local is not None
    assert [one.person for one in local.waiting] == ["priya"]


async def test_somebody_in_two_brands_is_away_from_both(tmp_path: Path) -> None:
    """What waits moves in each, and the list and the answer name both."""
    other = loaded(edited("id: brand-a\n", "id: brand-b\n"))
    async with office(tmp_path, book=other), office(tmp_path) as at_work:
        requests = [await at_work.opens(), await opened_in(at_work, "brand-b")]
        assert len((await leaves(at_work, "pavel", TUE, TUE)).moves) == 2
        await at_work.settles()
        assert [(await part(at_work, one)).person for one in requests] == ["anna", "anna"]
        await at_work.reaches(opening(WED))
        (words,) = lists(at_work, "pavel")
        assert all(request in words for request in requests)
        await leaves(at_work, "pavel", WED, THU)
        requests = [await at_work.opens(), (await opened_in(at_work, "brand-b"))]
        back = await returns(at_work, "pavel")
        assert [line.fields["id"] for line in back.meanwhile] == requests


async def test_a_restart_in_between_changes_nothing(tmp_path: Path) -> None:
    """Said to one process, carried out by the next, told by a third."""
    async with office(tmp_path) as first:
        request = await first.opens()
        await leaves(first, "pavel", WED, WED)
    async with office(tmp_path) as second:
        await second.reaches(opening(WED))
        assert (await part(second, request)).person == "anna"
        at = second.clock.now()
    async with office(tmp_path, at=at) as third:
        await third.reaches(opening(THU))
        (words,) = lists(third, "pavel")
        assert request in words


async def test_a_deputys_answer_is_the_holders_in_the_record(at_work: Office) -> None:
    """The deputy answers for the holder, and the holder's later tap hears who did."""
    request = await at_work.opens()
    await leaves(at_work, "pavel", TUE, TUE)
    await at_work.settles()
    assert isinstance(await at_work.service.do(request, Do(Action.YES, "anna")), Done)
    outcome = await at_work.says("pavel", Action.YES, request)
    assert isinstance(outcome, Refused)
    assert outcome.reason is Refusal.ALREADY_DECIDED
