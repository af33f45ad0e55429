"""A slip of the finger: for a minute its owner may take it back, as long as nobody has acted on it."""

from __future__ import annotations

from pathlib import Path

from bot.core.request.model import RequestId, Status
from tests.stories.stage import Stage, at, staged

MORNING = "2026-11-24T14:30Z"  # both sides are at work
TAKEN_BACK = "Отменено. Шаг снова ждёт вашего ответа."


async def contract(story: Stage) -> RequestId:
    request = await story.opens("jordan", "contract", "US", "Contract with Maya Chen")
    story.sees("jordan", request)
    story.sees("katya", request)
    return request


async def selection(story: Stage) -> RequestId:
    """A decision of one step in New York."""
    request = await story.opens("jordan", "creator_selection", "US", "January shortlist")
    story.sees("jordan", request)
    story.sees("priya", request)
    return request


async def test_a_reviews_yes_is_taken_back_and_the_next_person_sees_it(tmp_path: Path) -> None:
    """Oleg's card came and goes idle again; Katya decides anew, as if nothing had been."""
    async with staged(tmp_path, MORNING) as story:
        request = await contract(story)
        await story.taps("katya", "Согласовать")
        story.hears("katya", "Записано: да.")
        story.may("katya", request, "Отменить мой ответ")
        old = story.sees("oleg", request, "Нужно ваше согласование")
        await story.clock_reaches("2026-11-24T14:30:59Z")
        await story.taps("katya", "Отменить мой ответ")
        story.hears("katya", TAKEN_BACK)
        story.may("katya", request, "Согласовать", "Да, с замечаниями", "Вернуть на доработку", "Задать вопрос")
        story.may("oleg", request)
        for person in ("oleg", "katya"):
            story.reads(person, request, "согласование: Екатерина Левина (сейчас)")
        story.reads("jordan", request, "In review. Waiting for: Katya Levina")
        await story.taps_data("oleg", old.key, dict(old.buttons)["Согласовать"])
        story.hears("oleg", "Этот шаг больше не открыт: решение перед ним отменено")

        await story.taps("katya", "Согласовать")
        story.hears("katya", "Записано: да.")
        story.sees("oleg", request, "нужно ваше согласование")
        story.reads("oleg", request, "Нужно ваше согласование")


async def test_a_final_yes_in_slack_is_taken_back_and_the_requester_hears_it(tmp_path: Path) -> None:
    """She was told "approved" and is told that it is not."""
    async with staged(tmp_path, MORNING) as story:
        request = await selection(story)
        await story.taps("priya", "Final approval")
        story.sees("jordan", "Approved:", request)
        story.may("priya", request, "Take back")
        await story.taps("priya", "Take back")
        story.sees("jordan", request, "Priya Shah has taken the last decision back. The card shows how it stands now.")
        story.reads("jordan", request, "Awaiting final approval. Waiting for: Priya Shah")
        story.may("priya", request, "Final approval", "Yes, with remarks", "Send back", "Reject", "Ask", "Pass on")
        assert (await story.request(request)).status is Status.OPEN
        await story.clock_reaches("2026-11-24T14:40Z")
        await story.taps("priya", "Final approval")
        story.sees("jordan", "Approved:", request)


async def test_a_rejection_in_telegram_is_taken_back_with_its_reason(tmp_path: Path) -> None:
    """Reason and end are gone from every card."""
    async with staged(tmp_path, MORNING) as story:
        request = await story.opens("sveta", "creator_selection", "RU", "Список на январь")
        story.sees("sveta", request)
        story.sees("pavel", request)
        await story.taps("pavel", "Отклонить")
        story.hears("pavel", "Вопрос ниже")
        story.sees("pavel", "Почему вы отклоняете")
        await story.taps("pavel", "Не позволяет бюджет")
        story.hears("pavel", "Записано: отклонено.")
        story.sees("sveta", "Отклонено:", request)
        story.may("pavel", request, "Отменить мой ответ")
        await story.taps("pavel", "Отменить мой ответ")
        story.hears("pavel", TAKEN_BACK)
        story.sees("sveta", request, "последнее решение отменено (Павел Громов). Как обстоит дело сейчас, видно на карточке.")
        for person in ("sveta", "pavel"):
            assert "бюджет" not in story.card(person, request).text
        story.reads("sveta", request, "На утверждении. Ждёт: Павел Громов")


async def test_what_was_sent_back_by_mistake_in_slack_comes_back(tmp_path: Path) -> None:
    """The remarks go with it, and the round is the same."""
    async with staged(tmp_path, MORNING) as story:
        request = await selection(story)
        await story.taps("priya", "Send back")
        await story.fills_in("priya", must_fix="Two names are not on TikTok")
        story.hears("priya", "Sent back")
        story.sees("jordan", "is sent back by Priya Shah")
        story.may("jordan", request, "Resubmit", "Withdraw")
        await story.taps("priya", "Take back")
        story.sees("jordan", "has taken the last decision back")
        story.may("jordan", request, "Withdraw")
        story.reads("jordan", request, "Waiting for: Priya Shah", "Round: 1 of 2")
        assert "TikTok" not in story.card("jordan", request).text


async def test_after_a_minute_it_is_too_late_and_the_button_is_gone(tmp_path: Path) -> None:
    """An old tap is told why, in Telegram and in Slack."""
    async with staged(tmp_path, MORNING) as story:
        request = await contract(story)
        await story.taps("katya", "Согласовать")
        story.hears("katya", "Записано: да.")
        story.sees("oleg", request)
        card = story.card("katya", request)
        picked = await selection(story)
        await story.taps("priya", "Final approval")
        story.sees("jordan", "Approved:", picked)
        hers = story.card("priya", picked)
        await story.clock_reaches("2026-11-24T14:31:01Z")
        story.may("katya", request)
        story.may("priya", picked)
        await story.taps_data("katya", card.key, dict(card.buttons)["Отменить мой ответ"])
        story.hears("katya", "Отменить уже нельзя: это можно в течение 60 с.")
        await story.taps_data("priya", hers.key, dict(hers.buttons)["Take back"])
        story.hears("priya", "This can no longer be taken back: that is possible for 60 seconds.")
        assert (await story.request(picked)).status is Status.APPROVED


async def test_once_somebody_has_acted_on_it_it_stays(tmp_path: Path) -> None:
    """Oleg was quick: Katya's button is gone, and her old tap says why."""
    async with staged(tmp_path, MORNING) as story:
        request = await contract(story)
        await story.taps("katya", "Согласовать")
        story.hears("katya", "Записано: да.")
        card = story.card("katya", request)
        story.sees("oleg", request)
        await story.taps("oleg", "Согласовать")
        story.hears("oleg", "Записано: да.")
        story.sees("marina", request)
        story.may("katya", request)
        story.may("oleg", request, "Отменить мой ответ")
        await story.taps_data("katya", card.key, dict(card.buttons)["Отменить мой ответ"])
        story.hears("katya", "Отменить уже нельзя: после решения произошло что-то ещё.")
        await story.taps("oleg", "Отменить мой ответ")
        story.hears("oleg", TAKEN_BACK)
        story.may("marina", request)


async def test_a_check_is_taken_back_and_the_decision_stays_provisional(tmp_path: Path) -> None:
    """Anna meant to object: the local decision is untouched, and everybody reads so."""
    async with staged(tmp_path, "2026-12-30T16:30Z") as story:
        request = await story.opens(
            "jordan", "brand_deviation", "US", "Green wall", amount="300 USD", needed_by=at("2026-12-30T22:00Z")
        )
        story.sees("jordan", f"· {request} ·")
        story.sees("jordan", "may decide locally now")
        story.sees("priya", request)
        await story.taps("priya", "Approve locally")
        story.sees("jordan", "Approved provisionally")
        await story.clock_reaches("2027-01-11T08:00Z")
        assert story.skims("anna") > 0
        await story.taps("anna", "Подтвердить решение")
        story.hears("anna", "решение подтверждено")
        await story.taps("anna", "Отменить мой ответ")
        story.hears("anna", TAKEN_BACK)
        story.may("anna", request, "Подтвердить решение", "Да, с замечаниями", "Возразить", "Задать вопрос", "Передать")
        story.reads("jordan", request, "Provisional decision: approved · Priya Shah")
        await story.clock_reaches("2027-01-11T10:59Z")
        await story.taps("anna", "Подтвердить решение")
        story.hears("anna", "решение подтверждено")
        await story.clock_reaches("2027-01-11T14:00Z")
        for person in ("jordan", "priya"):
            story.sees(person, "is ratified by Anna Belova")
            story.skims(person, "has taken the last decision back")
            story.reads(person, request, "Check: ratified · Anna Belova")
