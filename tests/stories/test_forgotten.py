"""Nobody forgets a request: reminders and escalations on both calendars, held while people sleep, caught up after downtime."""

from __future__ import annotations

from pathlib import Path

from bot.core.request.model import Status
from tests.stories.stage import staged


async def test_a_request_before_the_moscow_holidays_is_reminded_and_escalated_in_working_time(tmp_path: Path) -> None:
    """Eleven days of Russian holidays count for nothing: reminder and escalation come in the owner's working hours."""
    async with staged(tmp_path, "2026-12-30T14:00Z") as story:
        request = await story.opens("jordan", "brand_deviation", "US", "Green wall", amount="300 USD")
        story.sees("jordan", request, "Waiting for: Anna Belova")
        story.sees("anna", request, "Нужно ваше утверждение", "Срок: пн, 11 янв., 12:00 МСК, осталось: 4 рабочих часа")

        await story.clock_reaches("2026-12-30T16:00Z")
        story.sees("anna", "Напоминание", request, "Срок: пн, 11 янв., 12:00 МСК")
        await story.clock_reaches("2027-01-11T08:59Z")
        assert (await story.request(request)).status is Status.OPEN

        await story.clock_reaches("2027-01-11T09:00Z")
        story.sees("katya", "Просрочено", request, "Ждёт: Анна Белова", "Срок: пн, 11 янв., 12:00 МСК")
        await story.taps("anna", "Утвердить")
        story.hears("anna", "Записано: да.")
        # It is four in the morning in New York: the card says so at once, the message waits for the opening.
        assert "Decision: approved · Anna Belova" in story.card("jordan", request).text
        await story.clock_reaches("2027-01-11T14:00Z")
        story.sees("jordan", "Approved:", request)


async def test_a_request_at_midnight_waits_quietly_for_the_morning(tmp_path: Path) -> None:
    """What New York asks in the evening reaches Moscow when Moscow opens; nobody is woken."""
    async with staged(tmp_path, "2026-11-23T22:00Z") as story:
        request = await story.opens("jordan", "contract", "US", "Contract with Dre Walker")
        story.sees("jordan", request, "Waiting for: Katya Levina")
        story.has_no_card("katya", request)
        await story.clock_reaches("2026-11-24T08:59Z")
        story.has_no_card("katya", request)
        await story.clock_reaches("2026-11-24T09:00Z")
        story.sees("katya", request, "Нужно ваше согласование", "Срок: вт, 24 нояб., 16:00 МСК")


async def test_when_the_coordinator_is_late_all_signatories_hear_it_once_and_once_more(tmp_path: Path) -> None:
    """Escalation does not stop at the coordinator; whoever is closed gets the copy at their opening."""
    async with staged(tmp_path, "2026-11-24T09:00Z") as story:
        request = await story.opens("sveta", "contract", "RU", "Договор с Леной Морозовой")
        story.sees("sveta", request, "Ждёт: Екатерина Левина")
        story.sees("katya", request, "Нужно ваше согласование")
        await story.clock_reaches("2026-11-24T11:00Z")
        story.sees("katya", "Напоминание", request)
        await story.clock_reaches("2026-11-24T13:00Z")
        story.sees("marina", "Просрочено", request, "Ждёт: Екатерина Левина")
        await story.clock_reaches("2026-11-24T14:00Z")
        story.sees("priya", "Overdue", request, "Waiting for: Katya Levina")
        # Four working hours of Moscow later: three today, one tomorrow.
        await story.clock_reaches("2026-11-25T08:00Z")
        story.sees("marina", "Всё ещё просрочено", request)
        await story.clock_reaches("2026-11-25T14:00Z")
        story.sees("priya", "Still overdue", request)
        await story.clock_reaches("2026-12-04T09:00Z")


async def test_an_unanswered_opinion_stops_nothing(tmp_path: Path) -> None:
    """A consult whose time is up closes by itself, and the decision opens."""
    async with staged(tmp_path, "2026-11-23T14:00Z") as story:
        request = await story.opens("anna", "brand_guidelines", "RU", "Шрифт в субтитрах")
        story.sees("anna", request)
        story.sees("priya", request, "Your opinion is asked", "Deadline: Mon, Nov 23, 1:00 PM ET")
        await story.clock_reaches("2026-11-23T16:00Z")
        story.sees("priya", "Reminder", request)
        await story.clock_reaches("2026-11-23T18:00Z")
        story.has_no_card("marina", request)
        assert story.card("priya", request).buttons == ()
        await story.clock_reaches("2026-11-24T07:00Z")
        story.sees("marina", request, "Нужно ваше утверждение", "время вышло")


async def test_what_fell_due_while_the_bot_was_down_happens_once_when_it_is_back(tmp_path: Path) -> None:
    """After downtime reminder and escalation are caught up, each once, and the chat goes on where it was."""
    async with staged(tmp_path, "2026-11-24T07:00Z") as story:
        request = await story.opens("sveta", "creator_selection", "RU", "Список на январь")
        story.sees("sveta", request, "Ждёт: Павел Громов")
        story.sees("pavel", request, "Нужно ваше утверждение")
        await story.town.system.stop()
        story.town.clock.set(story.town.clock.now().replace(day=25, hour=9))
        await story.restarts()
        story.sees("pavel", "Напоминание", request)
        story.sees("pavel", "не было связи с Telegram", "10:00 МСК")
        story.sees("katya", "Просрочено", request, "Ждёт: Павел Громов")
        await story.restarts()
        await story.taps("pavel", "Утвердить")
        story.hears("pavel", "Записано: да.")
        story.sees("sveta", "Утверждено:", request)


async def test_what_was_settled_overnight_makes_no_noise_in_the_morning(tmp_path: Path) -> None:
    """An opinion asked for at midnight and overtaken by the decision is not asked for at dawn."""
    async with staged(tmp_path, "2026-11-23T21:00Z") as story:
        request = await story.opens("jordan", "draft_content", "US", "Caption")
        story.sees("jordan", request)
        story.sees("priya", request)
        await story.has_evidence("jordan", request)
        await story.taps("priya", "Final approval")
        story.sees("jordan", "Approved:", request)
        await story.clock_reaches("2026-11-24T08:00Z")
        story.has_no_card("anna", request)
