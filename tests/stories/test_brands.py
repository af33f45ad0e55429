"""Other brands and a third market: only data changes, and nothing that worked breaks."""

from __future__ import annotations

from pathlib import Path

from tests.stories.stage import staged


async def test_a_third_market_decides_for_itself_in_a_language_the_bot_can_speak(tmp_path: Path) -> None:
    """Berlin is added by data alone; a reader of German without a German catalogue is spoken to in English."""
    async with staged(tmp_path, "2026-11-24T09:00Z", "brand-a-berlin.yaml") as story:
        request = await story.opens("jonas", "concept", "DE", "Weihnachtsmarkt-Reel", text="Glühwein ohne Alkohol")
        story.sees("jonas", request, "Awaiting final approval. Waiting for: Lena Hoffmann")
        story.sees("lena", request, "Your final approval is needed", "Berlin time", "Glühwein")
        await story.taps("lena", "Final approval")
        story.sees("jonas", "Approved:", request)


async def test_moscow_and_new_york_work_the_same_beside_a_third_market(tmp_path: Path) -> None:
    """The same contract takes the same way with and without Berlin in the playbook."""
    cards = []
    for name in ("brand-a.yaml", "brand-a-berlin.yaml"):
        folder = tmp_path / name
        folder.mkdir()
        async with staged(folder, "2026-11-24T09:00Z", name) as story:
            request = await story.opens("jordan", "contract", "US", "Contract with Maya Chen")
            story.sees("jordan", request)
            story.sees("katya", request)
            await story.taps("katya", "Согласовать")
            story.hears("katya", "Записано: да.")
            cards.append(story.sees("oleg", request).text)
    assert cards[0] == cards[1]


async def test_a_brand_whose_contracts_are_decided_in_new_york(tmp_path: Path) -> None:
    """Brand Two turns the direction round: Moscow reviews, New York has the final say."""
    async with staged(tmp_path, "2026-11-24T14:30Z", "mosty/brand-two.yaml") as story:
        request = await story.opens("vera", "contract", "RU", "Договор на серию обзоров")
        story.sees("vera", request, "Ждёт: Дарья Мельник")
        story.sees("daria", request, "Нужно ваше согласование")
        await story.taps("daria", "Согласовать")
        story.hears("daria", "Записано: да.")
        story.sees("igor", request, "Нужно ваше согласование")
        await story.taps("igor", "Согласовать")
        story.hears("igor", "Записано: да.")
        story.sees("chris", request, "Your final approval is needed", "Moscow: 5:30 PM, open until 7:00 PM")
        await story.taps("chris", "Reject")
        errors = await story.fills_in("chris")
        assert errors == {"text": "Write a few words."}
        await story.fills_in("chris", text="The budget is spent")
        story.hears("chris", "Recorded: rejected.")
        story.sees("vera", "Отклонено:", request, "Решение: Крис Нолан-Рейес")
        assert "Причина: The budget is spent" in story.card("igor", request).text


async def test_a_step_nobody_can_take_goes_to_the_coordinator_who_finds_somebody(tmp_path: Path) -> None:
    """In Brand One New York's only decider asks for herself: the coordinator gets a gap, cannot decide, and passes it on."""
    async with staged(tmp_path, "2026-11-24T14:30Z", "mosty/brand-one.yaml") as story:
        request = await story.opens("emily", "draft_content", "US", "Caption for the balm")
        story.sees("emily", request, "Waiting for: Daria Melnik")
        card = story.sees("daria", request, "некому взять")
        assert "Утвердить" not in dict(card.buttons)
        await story.taps("daria", "Передать")
        story.hears("daria", "Вопрос ниже")
        story.sees("daria", "Кому передать")
        await story.taps("daria", "Тимур Алиев")
        story.hears("daria", "Передано")
        story.sees("timur", request, "Нужно ваше утверждение")
        await story.taps("timur", "Утвердить")
        story.hears("timur", "Записано: да.")
        story.sees("emily", "Approved:", request, "Decided by Timur Aliev")


async def test_a_finger_that_trembles_taps_twice(tmp_path: Path) -> None:
    """Two taps of one button before the bot has answered: one decision, two answers."""
    async with staged(tmp_path, "2026-11-24T09:00Z") as story:
        request = await story.opens("sveta", "creator_selection", "RU", "Список на январь")
        story.sees("sveta", request)
        story.sees("pavel", request)
        await story.taps_together(("pavel", "Утвердить"), ("pavel", "Утвердить"))
        story.hears_all("pavel", "Записано: да.", "Уже решено: да · Павел Громов")
        story.sees("sveta", "Утверждено:", request)
