"""The checklist of a path in Telegram: the final yes waits for it, and its items are given one by one."""

from __future__ import annotations

from pathlib import Path

from bot.core.request.model import RequestId, Status
from tests.stories.stage import Stage, staged


async def the_last_step(story: Stage) -> RequestId:
    """A Russian draft that Pavel has to approve."""
    request = await story.opens("katya", "draft_content", "RU", "Рилс «Мука»", text="Утро, кухня, мука.")
    for person in ("katya", "sveta", "anna"):
        story.sees(person, request)
    await story.taps("sveta", "Согласовать")
    story.hears("sveta", "Записано: да.")
    story.sees("pavel", request)
    return request


async def test_the_yes_waits_for_the_checklist_and_then_goes_through(tmp_path: Path) -> None:
    """Refused with what is missing; each item given in its own way; the optional one is not needed."""
    async with staged(tmp_path, "2026-11-24T09:00Z") as story:
        request = await the_last_step(story)
        await story.taps("pavel", "Утвердить")
        story.hears("pavel", "В чек-листе не хватает")
        long = story.sees("pavel", "Пока нельзя", "пометка «Реклама»", "Токен erid получен")
        assert "проверен в опубликованном" not in long.text
        assert (await story.request(request)).status is Status.OPEN

        await story.taps("katya", "Чек-лист (0 из 5)")
        story.hears("katya", "Вопрос ниже")
        story.sees("katya", "Чек-лист", "1. Нужно до утверждения", "5. Утвердить не мешает")
        await story.taps("katya", "1: подтвердить")
        story.hears("katya", "Отмечено")
        story.latest("katya", "1. Есть")
        await story.taps("katya", "2: написать")
        story.hears("katya", "Отмечено")
        story.latest("katya", "Напишите, пожалуйста: Указаны рекламодатель и ИНН")
        await story.writes("katya", "ООО «Бренд А», ИНН 7700000001")
        story.latest("katya", "2. Есть")
        await story.taps("katya", "3: написать")
        story.hears("katya", "Отмечено")
        await story.writes("katya", "2SDnjeTest")
        story.latest("katya", "3. Есть")
        await story.taps("katya", "4: дать ссылку")
        story.hears("katya", "Отмечено")
        await story.writes("katya", "страница в перечне")
        story.sees("katya", "Здесь нужна полная ссылка")
        await story.writes("katya", "https://example.com/registry/1")
        story.latest("katya", "4. Есть")
        assert [label for label in story.card("pavel", request).labels if "Чек-лист" in label] == ["Чек-лист (4 из 5)"]

        await story.taps("pavel", "Утвердить")
        story.hears("pavel", "Записано: да.")
        story.sees("katya", "Утверждено:", request)
        assert (await story.request(request)).status is Status.APPROVED


async def test_a_confirmation_is_about_the_text_it_was_given_on(tmp_path: Path) -> None:
    """Taken back by a tap; and after a new text asked for once more, while what was written stays."""
    async with staged(tmp_path, "2026-11-24T09:00Z") as story:
        request = await the_last_step(story)
        await story.taps("katya", "Чек-лист (0 из 5)")
        story.skims("katya")
        await story.taps("katya", "1: подтвердить")
        assert "Чек-лист (1 из 5)" in story.card("pavel", request).labels
        await story.taps("katya", "✓ 1: подтвердить")
        assert "Чек-лист (0 из 5)" in story.card("pavel", request).labels
        await story.taps("katya", "1: подтвердить")
        await story.taps("katya", "2: написать")
        await story.writes("katya", "ООО «Бренд А»")
        story.skims("katya")
        await story.taps("pavel", "Вернуть на доработку")
        await story.taps("pavel", story.sees("pavel", "Что изменить").labels[0])
        await story.taps("pavel", "1: замечание")
        await story.taps("pavel", "Вернуть на доработку", on="Насколько")
        story.skims("pavel")
        await story.clock_reaches("2026-11-24T09:05Z")
        story.skims("katya")
        await story.taps("katya", "Отправить повторно")
        await story.writes("katya", "Утро, кухня, мука. Реклама.")
        for person in ("katya", "pavel", "sveta", "anna"):
            story.skims(person)
        assert "Чек-лист (1 из 5)" in story.card("katya", request).labels


async def test_new_york_reads_its_own_checklist(tmp_path: Path) -> None:
    """The American items in English, in Slack."""
    async with staged(tmp_path, "2026-11-24T15:00Z") as story:
        request = await story.opens("jordan", "draft_content", "US", "Caption", text="Morning light #ad")
        for person in ("jordan", "priya", "anna"):
            story.sees(person, request)
        await story.taps("priya", "Final approval")
        refused = story.sees("priya", "Not yet", "paid connection is disclosed")
        assert "platform's own label" not in refused.text
        await story.has_evidence("jordan", request)
        await story.taps("priya", "Final approval", on=f"· {request} ·")
        story.sees("jordan", "Approved:", request)
