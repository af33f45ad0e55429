"""One launch on two markets: each side sees who is missing, and hears once that both may start."""

from __future__ import annotations

from pathlib import Path

from bot.core.money import parse_money
from bot.core.request.effects import Refused
from bot.core.request.model import Draft, RequestId
from bot.service import Campaign
from tests.stories.stage import Stage, at, staged

READY_RU = "Утверждено: Москва и Нью-Йорк."
READY_EN = "The joint launch of C-1 “Spring green” can start: approved in Moscow and New York."


async def opens(story: Stage, *drafts: Draft, by: str = "jordan") -> tuple[RequestId, ...]:
    opened = await story.town.system.service.open_campaign(story.town.playbook.id, by, drafts, through="story")
    assert isinstance(opened, Campaign), opened
    await story.quiet()
    return tuple(request.id for request in opened.requests)


async def concepts(story: Stage) -> tuple[RequestId, RequestId]:
    """Moscow's concept is reviewed by Sveta and decided by Pavel, New York's is decided by Priya."""
    moscow, new_york = await opens(story, Draft("concept", "RU", "Весенняя зелень"), Draft("concept", "US", "Spring green"))
    for request in (moscow, new_york):
        story.sees("jordan", f"· {request} ·", "Joint launch: not yet · Moscow (A-1, waiting for Svetlana Kim)")
    story.sees("sveta", moscow, "Общий запуск: пока нет · Москва (A-1, ждёт: Светлана Ким) и Нью-Йорк (A-2, ждёт: Прия Шах)")
    story.sees("priya", new_york, "and New York (A-2, waiting for Priya Shah)")
    return moscow, new_york


async def test_the_gate_opens_with_the_last_yes_and_is_told_once(tmp_path: Path) -> None:
    """Requester, main contacts and coordinator hear it a minute later, when it can no longer be taken back."""
    async with staged(tmp_path, "2026-11-24T14:30Z") as story:
        moscow, new_york = await concepts(story)
        await story.taps("priya", "Final approval")
        story.sees("jordan", "Approved:", new_york)
        story.reads("sveta", moscow, "Общий запуск: пока нет · Москва (A-1, ждёт: Светлана Ким) и Нью-Йорк (A-2, утверждено)")
        await story.taps("sveta", "Согласовать")
        story.hears("sveta", "Записано: да.")
        story.sees("pavel", moscow, "Москва (A-1, ждёт: Павел Громов)")
        await story.taps("pavel", "Утвердить")
        story.hears("pavel", "Записано: да.")
        story.sees("jordan", "Approved:", moscow)
        story.reads("priya", new_york, "Joint launch: can start · Moscow (A-1, approved) and New York (A-2, approved)")
        await story.clock_reaches("2026-11-24T14:30:59Z")
        await story.clock_reaches("2026-11-24T14:31Z")
        story.sees("jordan", READY_EN)
        for person in ("sveta", "katya"):
            story.sees(person, "Общий запуск C-1", "можно начинать.", READY_RU)
        await story.restarts()
        await story.clock_reaches("2026-11-25T15:00Z")


async def test_a_last_yes_taken_back_opens_no_gate(tmp_path: Path) -> None:
    """Nobody hears of a launch that is not, and the second yes is told like the first would have been."""
    async with staged(tmp_path, "2026-11-24T14:30Z") as story:
        moscow, new_york = await concepts(story)
        await story.taps("sveta", "Согласовать")
        story.hears("sveta", "Записано: да.")
        story.sees("pavel", moscow)
        await story.taps("pavel", "Утвердить")
        story.hears("pavel", "Записано: да.")
        story.sees("jordan", "Approved:", moscow)
        await story.taps("priya", "Final approval")
        story.sees("jordan", "Approved:", new_york)
        story.reads("pavel", moscow, "Общий запуск: можно начинать")
        await story.taps("priya", "Take back")
        story.sees("jordan", new_york, "has taken the last decision back")
        story.reads("pavel", moscow, "Общий запуск: пока нет · Москва (A-1, утверждено) и Нью-Йорк (A-2, ждёт: Прия Шах)")
        await story.clock_reaches("2026-11-24T14:45Z")
        await story.taps("priya", "Final approval")
        story.sees("jordan", "Approved:", new_york)
        await story.clock_reaches("2026-11-24T14:46Z")
        story.sees("jordan", READY_EN)
        for person in ("sveta", "katya"):
            story.sees(person, READY_RU)


async def test_a_provisional_yes_opens_the_gate(tmp_path: Path) -> None:
    """Anna approves Moscow's before she goes home; New York decides its own after that."""
    async with staged(tmp_path, "2026-12-30T15:30Z") as story:
        moscow, new_york = await opens(
            story,
            Draft("brand_deviation", "RU", "Зелёная стена", amount=parse_money("30000 RUB")),
            Draft("brand_deviation", "US", "Spring green", amount=parse_money("300 USD"), needed_by=at("2026-12-31T22:00Z")),
        )
        for request in (moscow, new_york):
            story.sees("jordan", f"· {request} ·")
            story.sees("anna", f"· {request} ·", "Нужно ваше утверждение")
        await story.taps("anna", "Утвердить", on=f"· {moscow} ·")
        story.hears("anna", "Записано: да.")
        story.sees("jordan", "Approved:", moscow)
        await story.clock_reaches("2026-12-30T16:00Z")
        story.sees("jordan", "may decide locally now")
        story.sees("priya", new_york, "New York (A-2, waiting for Priya Shah or Anna Belova)")
        await story.taps("priya", "Approve locally")
        story.sees("jordan", "Approved provisionally:", new_york)
        story.reads("anna", moscow, "можно начинать · Москва (A-1, утверждено) и Нью-Йорк (A-2, утверждено предварительно)")
        await story.clock_reaches("2026-12-30T16:01Z")
        story.sees("anna", new_york, "решено на месте. Проверьте решение, срок: пн, 11 янв., 18:00 МСК.")
        story.sees("jordan", READY_EN)
        story.sees("katya", READY_RU)
        story.sees("sveta", READY_RU)
        story.nobody_was_woken()


async def test_a_campaign_needs_two_markets(tmp_path: Path) -> None:
    """One market, or the same twice: refused as a whole, and nothing is opened."""
    async with staged(tmp_path, "2026-11-24T14:30Z") as story:
        service, brand = story.town.system.service, story.town.playbook.id
        for markets in (("US",), ("US", "US")):
            drafts = [Draft("concept", market, "Reel") for market in markets]
            refused = await service.open_campaign(brand, "jordan", drafts, through="story")
            assert isinstance(refused, Refused) and refused.text.id == "refusal.campaign_markets"
