"""The morning list: what waits, once at the start of the working day, and nothing at night."""

from __future__ import annotations

from pathlib import Path

from bot.core.request.model import RequestId
from tests.stories.stage import Stage, staged


async def two_for_priya(story: Stage) -> list[RequestId]:
    """Asked in the late afternoon of New York: the reminders fall into the next morning."""
    found = []
    for title in ("January shortlist", "February shortlist"):
        request = await story.opens("jordan", "creator_selection", "US", title)
        story.sees("jordan", request)
        story.sees("priya", request, "Deadline: Wed, Nov 25, 12:30 PM ET")
        found.append(request)
    return found


async def test_two_things_due_are_one_list_in_english(tmp_path: Path) -> None:
    """At nine in New York, instead of two reminders at half past ten."""
    async with staged(tmp_path, "2026-11-24T22:30Z") as story:
        first, second = await two_for_priya(story)
        await story.clock_reaches("2026-11-25T13:59Z")
        await story.clock_reaches("2026-11-25T14:00Z")
        said = story.sees("priya", "The working day begins.\n2 things wait for you:")
        for request, title in ((first, "January shortlist"), (second, "February shortlist")):
            assert f"• {request} “{title}”, by Wed, Nov 25, 12:30 PM ET" in said.text
        await story.clock_reaches("2026-11-25T17:00Z")
        for request in (first, second):
            await story.taps("priya", "Final approval", on=f"· {request} ·")
            story.sees("jordan", "Approved:", request)
        await story.clock_reaches("2026-11-30T15:00Z")
        story.nobody_was_woken()


async def test_two_things_due_are_one_list_in_russian(tmp_path: Path) -> None:
    """At ten in Moscow; what is asked after that has its own reminder."""
    async with staged(tmp_path, "2026-11-24T15:30Z") as story:
        requests = []
        for title in ("Январь", "Февраль"):
            requests.append(await story.opens("sveta", "creator_selection", "RU", title))
            story.sees("sveta", requests[-1])
            story.sees("pavel", requests[-1], "Срок: ср, 25 нояб., 17:30 МСК")
        await story.clock_reaches("2026-11-25T06:59Z")
        await story.clock_reaches("2026-11-25T07:00Z")
        said = story.sees("pavel", "Начало рабочего дня.\nВас ждут 2 дела:", "• A-1 «Январь», срок: ср, 25 нояб., 17:30 МСК")
        assert "• A-2 «Февраль», срок: ср, 25 нояб., 17:30 МСК" in said.text
        third = await story.opens("sveta", "creator_selection", "RU", "Март")
        story.sees("sveta", third)
        story.sees("pavel", third)
        await story.clock_reaches("2026-11-25T11:00Z")
        story.sees("pavel", "Напоминание", third)
        for request in (*requests, third):
            await story.taps("pavel", "Утвердить", on=f"· {request} ·")
            story.hears("pavel", "Записано: да.")
            story.sees("sveta", "Утверждено:", request)


async def test_one_thing_is_no_list(tmp_path: Path) -> None:
    """It has its card, and its reminder in time."""
    async with staged(tmp_path, "2026-11-24T22:30Z") as story:
        request = await story.opens("jordan", "creator_selection", "US", "January shortlist")
        story.sees("jordan", request)
        story.sees("priya", request)
        await story.clock_reaches("2026-11-25T15:29Z")
        await story.clock_reaches("2026-11-25T15:30Z")
        story.sees("priya", "Reminder:", request, "Deadline: Wed, Nov 25, 12:30 PM ET")


async def test_a_week_of_silence_at_night(tmp_path: Path) -> None:
    """Things pile up on both sides for a week: lists every morning, escalations by day, and nothing in quiet hours."""
    async with staged(tmp_path, "2026-11-23T15:30Z") as story:
        for title in ("One", "Two"):
            await story.opens("jordan", "contract", "US", f"Contract {title}")
            await story.opens("jordan", "creator_selection", "US", f"List {title}")
            await story.opens("sveta", "creator_selection", "RU", f"Список {title}")
            await story.opens("anna", "brand_guidelines", "RU", f"Шрифт {title}")
        await story.clock_reaches("2026-11-30T15:30Z")
        story.nobody_was_woken()
        for person, greeting in (
            ("katya", "Начало рабочего дня."),
            ("pavel", "Начало рабочего дня."),
            ("priya", "The working day begins."),
        ):
            lists = [message for message in story.fresh(person) if message.text.startswith(greeting)]
            days = [message.at.date() for message in lists]
            assert lists and len(days) == len(set(days)), "one list a morning"
            reminded = [message for message in story.fresh(person) if message.text.startswith(("Reminder", "Напоминание"))]
            for reminder in reminded:
                request = reminder.text.split(" ")[1]
                assert not [one for one in lists if one.at.date() == reminder.at.date() and f" {request} " in one.text]
        for person in story.town.actors:
            story.skims(person)
