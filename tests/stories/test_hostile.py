"""Old buttons, forged codes, strangers, people who may not: each tap gets an answer, and nothing happens."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.core.request.model import RequestId, Status
from tests.stories.stage import Stage, at, staged

WEDNESDAY = "2026-12-30T16:30Z"  # Moscow has closed, New York has not


async def local(story: Stage) -> RequestId:
    request = await story.opens(
        "jordan", "brand_deviation", "US", "Green wall", amount="300 USD", needed_by=at("2026-12-30T22:00Z")
    )
    story.sees("jordan", f"· {request} ·")
    story.sees("jordan", "may decide locally now")
    story.sees("priya", request)
    return request


async def checked(story: Stage) -> RequestId:
    """Decided by Priya; Anna has the check before her."""
    request = await local(story)
    await story.taps("priya", "Approve locally")
    story.sees("jordan", "Approved provisionally")
    await story.clock_reaches("2027-01-11T08:00Z")
    assert story.skims("anna") > 0
    return request


async def revision(story: Stage, request: str) -> int:
    return (await story.request(request)).revision


@pytest.mark.parametrize("action", ["ratify", "object", "ratify_with_remarks", "take_back"])
async def test_nobody_else_may_check_or_take_back(tmp_path: Path, action: str) -> None:
    """The decider, the requester, a colleague: each is refused in words, and nothing is recorded."""
    async with staged(tmp_path, WEDNESDAY) as story:
        request = await checked(story)
        before = await revision(story, request)
        wanted = "remarks" if action in ("object", "ratify_with_remarks") else "nothing"
        step = next(step.number for step in (await story.request(request)).open_steps)
        data = f"1|{request}|{action}|{step}|1|1|{wanted}"
        for person in ("priya", "jordan"):
            await story.taps_data(person, story.card(person, request).key, data)
            story.hears(person, REFUSALS[action][person])
        other = await story.opens("sveta", "creator_selection", "RU", "Список на январь")
        story.sees("sveta", other)
        await story.taps_data("pavel", story.sees("pavel", other).key, data)
        story.hears("pavel", REFUSALS[action]["pavel"])
        assert await revision(story, request) == before


_NOT_YOURS = {
    "priya": "This step is not yours. It waits for: Anna Belova.",
    "jordan": "This is your own request, so somebody else decides it.",
    "pavel": "Это не ваш шаг. Ждёт: Анна Белова.",
}
_TOO_LATE = "This can no longer be taken back: something else has happened since."
REFUSALS = {
    "ratify": _NOT_YOURS,
    "object": _NOT_YOURS,
    "ratify_with_remarks": _NOT_YOURS,
    "take_back": {
        "priya": "This can no longer be taken back",
        "jordan": _TOO_LATE,
        "pavel": "Отменить уже нельзя: после решения произошло что-то ещё.",
    },
}


async def test_old_buttons_after_the_hand_over_and_after_the_check(tmp_path: Path) -> None:
    """A final yes tapped on an old card, a second check, a late undo: who did what and when, each time."""
    async with staged(tmp_path, WEDNESDAY) as story:
        request = await checked(story)
        card = story.card("anna", request)
        await story.taps_data("anna", card.key, f"1|{request}|yes|0|1|1|nothing")
        story.hears("anna", "Запрос пошёл дальше без этого шага · Прия Шах · ср, 30 дек., 19:30 МСК")
        await story.taps("anna", "Подтвердить решение")
        story.hears("anna", "решение подтверждено")
        for label in ("Подтвердить решение", "Возразить", "Да, с замечаниями"):
            await story.taps_data("anna", card.key, dict(card.buttons)[label])
            story.hears("anna", "Уже проверено: подтверждено · Анна Белова · пн, 11 янв., 11:00 МСК.")
        await story.clock_reaches("2027-01-11T14:00Z")
        for person in ("jordan", "priya"):
            story.sees(person, "is ratified by Anna Belova")
        await story.taps_data("priya", story.card("priya", request).key, f"1|{request}|yes|1|1|1|nothing")
        story.hears("priya", "Already decided: yes · Priya Shah · Wed, Dec 30, 11:30 AM ET.")
        await story.taps_data("anna", card.key, f"1|{request}|take_back|2|1|1|nothing")
        story.hears("anna", "Отменить уже нельзя: это можно в течение 60 с.")
        assert (await story.request(request)).status is Status.APPROVED


async def test_an_objection_begun_before_the_step_was_passed_on_is_not_recorded(tmp_path: Path) -> None:
    """The question is open while the check goes to somebody else: the answer is refused, not recorded."""
    async with staged(tmp_path, WEDNESDAY) as story:
        request = await checked(story)
        await story.taps("anna", "Возразить")
        story.hears("anna", "Вопрос ниже")
        story.sees("anna", "Что исправить по")
        await story.writes("katya", "/away Анна сегодня")
        story.sees("katya", "Записано: Анна Белова, отсутствие 11 янв. 2027. Дела переходят:", "Павел Громов")
        story.sees("anna", "Отмечено ваше отсутствие 11 янв. 2027. Записано: Екатерина Левина.")
        story.sees("pavel", request, "Нужна ваша проверка")
        await story.writes("anna", "Закрыть стену тканью")
        story.sees("anna", "Это уйдёт инициатору на исправление.")
        await story.taps("anna", "Отправить возражение")
        story.hears("anna", "Это не ваш шаг. Ждёт: Павел Громов.")
        assert (await story.request(request)).correction is None


async def test_forged_codes_about_being_away(tmp_path: Path) -> None:
    """A code is only ever about the one who taps; nonsense and strangers get an answer and leave no trace."""
    async with staged(tmp_path, "2026-11-24T14:30Z") as story:
        request = await story.opens("jordan", "concept", "US", "Reel")
        story.sees("jordan", request)
        story.sees("priya", request)
        key = story.card("priya", request).key
        for data in (
            "4|forever",
            "4|today|anna",
            "4|",
            "4|TODAY",
            "1|A-1|take_back|0|1|1|remarks",
            "1|A-1|ratify|9999|1|1|nothing",
        ):
            await story.taps_data("priya", key, data)
            assert story.skims("priya") == 1, data
        for messenger_id in (4242,):
            story.town.telegram.add_user(messenger_id, "Чужой", language_code="ru")
            story.town.telegram.send_text(messenger_id, "/away завтра")
            await story.quiet()
            answers = [m.text for m in story.town.telegram.chat(messenger_id) if m.from_bot]
            assert answers == ["Этот аккаунт мне пока незнаком. Попросите приглашение у координатора."]
        assert not await story.town.system.store.read(lambda tx: list(tx.absences(at("2026-01-01T00:00Z").date())))
        assert (await story.request(request)).status is Status.OPEN
