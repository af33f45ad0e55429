"""The morning list: one message instead of many reminders, at the start of somebody's day and at no other time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.core.request.commands import Do, Note
from bot.core.request.model import Draft
from bot.core.request.table import Action
from bot.service import Done
from tests.core.playbook.brands import edited, loaded
from tests.office import Office, office
from tests.post import Sent

WED, THU, FRI = (datetime(2026, 11, day, 7, tzinfo=UTC) for day in (25, 26, 27))  # Moscow's openings
MON, NEXT_TUE = datetime(2026, 11, 30, 7, tzinfo=UTC), datetime(2026, 12, 1, 7, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
DEBT = ("ждут проверки", "to be checked", "unchecked")


@pytest.fixture
async def at_work(tmp_path: Path) -> AsyncIterator[Office]:
    async with office(tmp_path) as found:
        yield found


def lists(at_work: Office, person: str) -> list[str]:
    begins = ("Начало рабочего дня", "The working day begins")
    return [sent.text for sent in at_work.post.to(person, "tell") if sent.text.startswith(begins)]


def reminders(at_work: Office, person: str, request: str) -> list[Sent]:
    words = ("Напоминание", "Reminder")
    return [sent for sent in at_work.post.to(person, "tell") if sent.text.startswith(words) and f"{request} " in sent.text]


def named(words: str) -> list[str]:
    """The ids a list names, a line for each."""
    return [line.split()[1] for line in words.splitlines() if line.startswith("• A-")]


async def test_one_thing_needs_no_list(at_work: Office) -> None:
    """It has its own card and its own reminder."""
    request = await at_work.opens()
    await at_work.reaches(FRI)
    assert lists(at_work, "pavel") == []
    assert len(reminders(at_work, "pavel", request)) == 1


async def test_two_things_are_listed_when_the_day_begins(at_work: Office) -> None:
    """At the opening, not a minute before, with what is late; nobody but who is asked gets one."""
    requests = [await at_work.opens() for _ in range(2)]
    await at_work.reaches(WED - MINUTE)
    assert lists(at_work, "pavel") == []
    await at_work.reaches(WED)
    (words,) = lists(at_work, "pavel")
    assert named(words) == requests
    assert "просрочено" not in words
    assert all(lists(at_work, person) == [] for person in ("sveta", "anna", "katya"))
    await at_work.reaches(THU)
    assert lists(at_work, "pavel")[1].count("просрочено") == 2


async def test_each_line_says_what_is_asked(at_work: Office) -> None:
    """Sveta has one request back for changes and one with a question: two different things to do."""
    back, asked = await at_work.opens(), await at_work.opens()
    remark = Note("Ask for her December reach")
    await at_work.service.do(back, Do(Action.SEND_BACK, "pavel", remarks=(remark,)))
    await at_work.says("pavel", Action.ASK, asked, "Which month?")
    await at_work.reaches(WED)
    (words,) = lists(at_work, "sveta")
    assert f"• {back} «List for January»: на доработке у вас" in words
    assert f"• {asked} «List for January»: вопрос ждёт ответа" in words


async def test_the_same_list_is_not_read_twice_in_a_week(at_work: Office) -> None:
    """Nothing has changed for Sveta since the morning before: silence, until next week."""
    for request in (await at_work.opens(), await at_work.opens()):
        await at_work.service.do(request, Do(Action.SEND_BACK, "pavel", remarks=(Note("Her reach"),)))
    await at_work.reaches(FRI + HOUR)
    assert len(lists(at_work, "sveta")) == 1
    await at_work.reaches(MON + HOUR)
    assert len(lists(at_work, "sveta")) == 2


async def test_the_day_begins_where_somebody_is(at_work: Office) -> None:
    """New York's list comes at nine in New York, and not on its days off: Thanksgiving and the Friday after."""
    at_work.clock.set(datetime(2026, 11, 25, 20, 0, tzinfo=UTC))
    for _ in range(2):
        await at_work.opens("jordan", market="US")
    await at_work.reaches(datetime(2026, 11, 30, 13, 59, tzinfo=UTC))
    assert lists(at_work, "priya") == []
    await at_work.reaches(datetime(2026, 11, 30, 14, 0, tzinfo=UTC))
    assert len(lists(at_work, "priya")) == 1


async def test_own_hours_begin_the_day(at_work: Office) -> None:
    """The coordinator begins at noon."""
    for _ in range(2):
        await at_work.opens("jordan", "contract", "US")
    await at_work.reaches(WED + 2 * HOUR - MINUTE)
    assert lists(at_work, "katya") == []
    await at_work.reaches(WED + 2 * HOUR)
    assert len(lists(at_work, "katya")) == 1


@pytest.mark.parametrize("up_at", [WED + 13 * HOUR, datetime(2026, 11, 28, 9, tzinfo=UTC)], ids=["at night", "on a Saturday"])
async def test_after_a_time_down_it_waits_for_the_next_morning(at_work: Office, up_at: datetime) -> None:
    """The list of a morning the bot has missed is not sent at night or on a day off."""
    for _ in range(2):
        await at_work.opens()
    at_work.clock.set(up_at)
    await at_work.settles()
    assert lists(at_work, "pavel") == []
    await at_work.reaches(THU if up_at < THU else MON)
    assert len(lists(at_work, "pavel")) == 1


async def test_what_the_list_has_named_is_not_reminded_of_that_day(at_work: Office) -> None:
    """Two reminders were due later that day: the list was there first."""
    requests = [await at_work.opens() for _ in range(2)]
    await at_work.reaches(THU - MINUTE)
    assert len(lists(at_work, "pavel")) == 1
    assert [reminders(at_work, "pavel", request) for request in requests] == [[], []]


async def test_what_comes_after_the_list_is_reminded_of_the_same_day(at_work: Office) -> None:
    """The morning knew nothing of it."""
    for _ in range(2):
        await at_work.opens()
    await at_work.reaches(WED + HOUR)
    later = await at_work.opens()
    await at_work.reaches(WED + 6 * HOUR)
    assert len(reminders(at_work, "pavel", later)) == 1


async def test_a_new_round_after_the_list_is_reminded_of_the_same_day(at_work: Office) -> None:
    """The same request asked anew after the morning is a new question."""
    first, other = [await at_work.opens() for _ in range(2)]
    await at_work.reaches(WED + MINUTE)
    await at_work.service.do(first, Do(Action.SEND_BACK, "pavel", remarks=(Note("Two more"),)))
    await at_work.says("sveta", Action.RESUBMIT, first, "With two more")
    await at_work.reaches(WED + 8 * HOUR)
    assert len(reminders(at_work, "pavel", first)) == 1
    assert reminders(at_work, "pavel", other) == []


async def test_it_comes_each_working_day_while_things_wait(at_work: Office) -> None:
    """Once a day, not at the weekend, with what waits then; and no more when it is done."""
    first, second, third = [await at_work.opens() for _ in range(3)]
    await at_work.reaches(THU + HOUR)
    await at_work.says("pavel", Action.YES, first)
    await at_work.reaches(MON + HOUR)
    assert [named(words) for words in lists(at_work, "pavel")] == [
        [first, second, third], [first, second, third], [second, third], [second, third],
    ]  # fmt: skip
    for request in (second, third):
        await at_work.says("pavel", Action.YES, request)
    await at_work.reaches(NEXT_TUE + timedelta(days=7))
    assert len(lists(at_work, "pavel")) == 4
    assert await at_work.left() == 0


async def test_a_restart_in_the_morning_sends_no_second_list(tmp_path: Path) -> None:
    """What was sent is noted in the database."""
    async with office(tmp_path) as first:
        for _ in range(2):
            await first.opens()
        await first.reaches(WED)
        assert len(lists(first, "pavel")) == 1
    async with office(tmp_path, at=WED + MINUTE) as second:
        await second.reaches(THU - MINUTE)
        assert lists(second, "pavel") == []


async def test_the_debt_is_shown_to_who_checks_and_who_coordinates(at_work: Office) -> None:
    """How many local decisions wait for their check, beside what waits for the reader; others do not see it."""
    at_work.clock.set(datetime(2026, 11, 24, 17, 0, tzinfo=UTC))
    for _ in range(2):
        request = await at_work.needs("jordan", "brand_deviation", "US", at_work.clock.now() + 5 * HOUR)
        await at_work.says("priya", Action.YES, request)
        await at_work.opens("jordan", "contract", "US")
        await at_work.opens()
    await at_work.reaches(WED + 3 * HOUR)
    for person in ("anna", "katya"):
        (words,) = lists(at_work, person)
        assert len([line for line in words.splitlines() if "2" in line and "5" in line and "• A-" not in line]) == 1
    (words,) = lists(at_work, "pavel")
    assert not any(part in words for part in DEBT)


async def test_the_debt_of_every_brand_is_shown(tmp_path: Path) -> None:
    """Who checks in two brands sees both, each with its own number."""
    evening, other = datetime(2026, 11, 24, 17, 0, tzinfo=UTC), loaded(edited("id: brand-a\n", "id: brand-b\n"))
    async with office(tmp_path, book=other), office(tmp_path, at=evening) as at_work:
        for brand in ("brand-a", "brand-b", "brand-b"):
            draft = Draft("brand_deviation", "US", "A bolder claim", needed_by=evening + 5 * HOUR)
            opened = await at_work.service.open(brand, "jordan", draft, through="test")
            assert isinstance(opened, Done)
            await at_work.says("priya", Action.YES, opened.request.id)
        await at_work.reaches(WED)
        (words,) = lists(at_work, "anna")
        assert [line.split(": ")[-1].split()[0] for line in words.splitlines()[-2:]] == ["1", "2"]


async def test_a_list_has_at_most_twenty_lines(at_work: Office) -> None:
    """It says how many there are; what it could not name keeps its reminder."""
    requests = [await at_work.opens() for _ in range(23)]
    await at_work.reaches(THU - MINUTE)
    (words,) = lists(at_work, "pavel")
    shown = named(words)
    assert len(shown) == 20
    assert "23" in words
    for request in requests:
        assert len(reminders(at_work, "pavel", request)) == (0 if request in shown else 1), request


async def test_a_list_that_cannot_be_made_holds_up_no_other(at_work: Office) -> None:
    """One damaged record: everybody else has their list, and this one comes when the record is mended."""
    damaged = await at_work.opens()
    await at_work.opens()
    for _ in range(2):
        await at_work.opens(kind="brand_deviation")
    whole = at_work.put_state(damaged, "{}")
    await at_work.reaches(WED)
    assert (len(lists(at_work, "anna")), lists(at_work, "pavel")) == (1, [])
    at_work.put_state(damaged, whole)
    at_work.clock.set(WED + 5 * MINUTE)
    await at_work.settles()
    assert len(lists(at_work, "pavel")) == 1
