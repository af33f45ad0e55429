"""The right to decide locally has limits: what is above them is said in time, with the reason, and wakes nobody."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bot.core.request.model import RequestId, Status
from tests.stories.stage import Stage, at, staged

THURSDAY = "2026-12-31T15:00Z"  # Moscow has closed for eleven days
PAUSED = "The right to decide “Deviation from brand guidelines” locally in New York is paused: 5 decisions wait for their check."


async def asks(story: Stage, title: str, needed_by: str, amount: str = "100 USD") -> RequestId:
    """A minute after whatever happened before."""
    await story.town.forward(story.town.clock.now() + timedelta(minutes=1))
    return await story.opens("jordan", "brand_deviation", "US", title, amount=amount, needed_by=at(needed_by))


async def is_handed(story: Stage, title: str, needed_by: str) -> RequestId:
    request = await asks(story, title, needed_by)
    story.sees("jordan", f"· {request} ·", "Handed over. Waiting for: Anna Belova or Priya Shah")
    story.sees("jordan", f"{request} “", "Priya Shah may decide locally now")
    story.sees("priya", f"· {request} ·", "Your local decision is needed")
    return request


async def approves(story: Stage, request: RequestId) -> None:
    await story.town.forward(story.town.clock.now() + timedelta(minutes=1))
    await story.taps("priya", "Approve locally", on=f"· {request} ·")
    story.sees("jordan", "Approved provisionally", request)


async def decides(story: Stage, title: str, needed_by: str) -> RequestId:
    request = await is_handed(story, title, needed_by)
    await approves(story, request)
    return request


async def test_the_fourth_of_a_week_is_at_risk(tmp_path: Path) -> None:
    """Jordan hears it with the answer, the coordinator when she opens; next week the right is there again."""
    async with staged(tmp_path, THURSDAY) as story:
        for title in ("One", "Two", "Three"):
            await decides(story, title, "2026-12-31T22:00Z")
        late = await asks(story, "Four", "2026-12-31T22:00Z")
        why = "The local decisions of this week are used up: 3 a week (New York)."
        story.sees("jordan", f"· {late} ·", "Deadline at risk: " + why, "The owner is back Mon, Jan 11, 2:00 AM ET")
        story.sees("jordan", "Deadline at risk:", late, why, "Waiting for: Anna Belova (back Mon, Jan 11, 2:00 AM ET)")
        story.has_no_card("priya", late)
        await story.clock_reaches("2027-01-04T15:00Z")
        await decides(story, "Five", "2027-01-04T22:00Z")
        await story.clock_reaches("2027-01-11T09:00Z")
        story.sees("katya", "Срок под угрозой", late, "Локальные решения этой недели исчерпаны: 3 в неделю (рынок: Нью-Йорк)")
        assert story.skims("anna") > 0
        story.nobody_was_woken()


async def test_an_amount_above_the_limit_is_said_at_once(tmp_path: Path) -> None:
    """600 dollars are not New York's to decide; nobody in New York is asked, and nobody in Moscow is woken."""
    async with staged(tmp_path, THURSDAY) as story:
        request = await asks(story, "Red wall", "2026-12-31T22:00Z", "600 USD")
        story.sees("jordan", f"· {request} ·", "The amount is above the local limit of $500 (New York).")
        story.sees("jordan", "Deadline at risk:", "needed by Thu, Dec 31, 5:00 PM ET", "above the local limit of $500")
        story.has_no_card("priya", request)
        await story.clock_reaches("2027-01-11T06:59Z")
        story.has_no_card("anna", request)
        await story.clock_reaches("2027-01-11T09:00Z")
        card = story.sees("anna", f"· {request} ·", "Нужно ваше утверждение", "срок прошёл")
        assert "под угрозой" not in card.text, "it is missed by now"
        story.sees("anna", "Напоминание", request)
        story.sees("katya", "Срок под угрозой", "Сумма выше локального лимита 500 $ (рынок: Нью-Йорк). Ждёт: Анна Белова")
        story.nobody_was_woken()


async def test_the_right_pauses_at_the_debt_and_returns_when_it_is_paid(tmp_path: Path) -> None:
    """Five unchecked decisions: those concerned are told, the next tap is refused with the reason, a check brings it back."""
    async with staged(tmp_path, THURSDAY) as story:
        first = [await decides(story, title, "2026-12-31T22:00Z") for title in ("One", "Two", "Three")]
        await story.clock_reaches("2027-01-04T15:00Z")
        await decides(story, "Four", "2027-01-04T22:00Z")
        fifth = await is_handed(story, "Five", "2027-01-04T22:00Z")
        sixth = await is_handed(story, "Six", "2027-01-04T22:00Z")
        await approves(story, fifth)
        story.sees("jordan", "Deadline at risk:", sixth, "Checked by: Brand Manager.")  # Priya cannot answer it any more
        story.sees("priya", PAUSED, "Checked by: Brand Manager. The right returns as they are checked.")
        story.reads("priya", fifth, "Checks still open: 5 of the 5 allowed (New York, decisions of this kind)")

        await story.town.forward(story.town.clock.now() + timedelta(minutes=1))
        await story.taps("priya", "Approve locally", on=f"· {sixth} ·")
        story.hears("priya", "Not recorded. The local right is paused (New York): 5 decisions wait for their check.")
        assert (await story.request(sixth)).status is Status.OPEN
        seventh = await asks(story, "Seven", "2027-01-05T22:00Z")
        story.sees(
            "jordan",
            f"· {seventh} ·",
            "Deadline at risk: The local right is paused (New York): 5 decisions wait for their check.",
        )
        story.sees("jordan", "Deadline at risk:", seventh, "Checked by: Brand Manager.")
        for request in (sixth, seventh):
            await story.taps("jordan", "Withdraw", on=f"· {request} ·")
            await story.fills_in("jordan")
            story.hears("jordan", "Withdrawn.")

        await story.clock_reaches("2027-01-11T09:00Z")
        story.sees(
            "katya", "Право локального решения приостановлено: «Отступление от бренд-гайда», рынок: Нью-Йорк. Ждут проверки: 5."
        )
        story.sees(
            "anna", "Право локального решения приостановлено", "Проверяет: Бренд-менеджер. Право вернётся по мере проверки."
        )
        story.sees(
            "anna", "Начало рабочего дня.", "Вас ждут 5 дел:", "• Нью-Йорк, «Отступление от бренд-гайда»: 5 из 5 допустимых"
        )
        assert story.skims("anna") > 0
        await story.taps("anna", "Подтвердить решение", on=f"· {first[0]} ·")
        story.hears("anna", "решение подтверждено")
        await story.clock_reaches("2027-01-11T14:00Z")
        for person in ("jordan", "priya"):
            story.sees(person, "is ratified by Anna Belova")
        story.nobody_was_woken()


async def test_the_right_is_there_again_after_a_check(tmp_path: Path) -> None:
    """With one of five checked, the next request is handed over as if nothing had been."""
    async with staged(tmp_path, THURSDAY) as story:
        first = [await decides(story, title, "2026-12-31T22:00Z") for title in ("One", "Two", "Three")]
        await story.clock_reaches("2027-01-04T15:00Z")
        for title in ("Four", "Five"):
            await decides(story, title, "2027-01-04T22:00Z")
        story.sees("priya", PAUSED)
        await story.clock_reaches("2027-01-11T07:00Z")
        assert story.skims("anna") > 0
        for request in first:
            await story.clock_reaches((story.town.clock.now() + timedelta(minutes=5)).isoformat())
            await story.taps("anna", "Подтвердить решение", on=f"· {request} ·")
            story.hears("anna", "решение подтверждено")
        await story.clock_reaches("2027-01-11T17:00Z")
        assert story.skims("jordan", "is ratified by Anna Belova") == story.skims("priya", "is ratified by Anna Belova") == 3
        assert story.skims("katya") > 0
        request = await asks(story, "Eight", "2027-01-11T22:00Z")
        story.sees("jordan", f"· {request} ·", "Handed over. Waiting for: Anna Belova or Priya Shah")
        story.sees("jordan", f"{request} “", "may decide locally now")
        story.sees("priya", f"· {request} ·", "Your local decision is needed")


async def test_a_kind_without_a_local_authority_is_at_risk_when_moscow_goes_home(tmp_path: Path) -> None:
    """A contract cannot be decided in New York: said when it is asked for, and the working day of everybody is kept."""
    async with staged(tmp_path, "2026-12-30T15:00Z") as story:
        request = await story.opens("jordan", "contract", "US", "Contract with Dre Walker", needed_by=at("2026-12-31T22:00Z"))
        why = "New York has no local authority for this kind."
        story.sees("jordan", f"· {request} ·", "Deadline at risk: " + why, "The owner is at work now")
        story.sees("jordan", "Deadline at risk:", request, why, "Waiting for: Katya Levina (at work now)")
        story.sees("katya", f"· {request} ·", "Нужно ваше согласование", "Срок под угрозой: У рынка")
        story.sees("katya", "Срок под угрозой:", request)
        story.nobody_was_woken()


async def test_with_nobody_left_in_new_york_nobody_is_said_to_decide(tmp_path: Path) -> None:
    """Priya and Sam are both away: the coordinator has it as a gap, and Jordan hears only that it is at risk."""
    async with staged(tmp_path, THURSDAY) as story:
        for person in ("priya", "sam"):
            await story.commands(person, "away today")
            story.sees(person, "Noted: you are away on Dec 31, 2026.")
        request = await asks(story, "Green wall", "2026-12-31T22:00Z")
        why = "There is nobody to hand it to: Market Lead, US (New York)."
        story.sees("jordan", f"· {request} ·", "Waiting for: Anna Belova")
        story.sees("jordan", "Deadline at risk:", request, why, "Waiting for: Anna Belova (back Mon, Jan 11, 2:00 AM ET)")
        await story.clock_reaches("2026-12-31T22:00Z")
        for person in ("priya", "sam", "katya", "anna"):
            story.has_no_card(person, request)
