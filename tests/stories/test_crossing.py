"""The main job: an approval crosses from New York to Moscow and back."""

from __future__ import annotations

from pathlib import Path

from bot.core.request.model import Status
from tests.stories.stage import staged


async def test_a_contract_goes_to_moscow_comes_back_for_changes_and_is_approved(tmp_path: Path) -> None:
    """New York asks, Moscow reviews, sends back and approves; both sides see the same at once in their own language."""
    async with staged(tmp_path, "2026-11-23T14:30Z") as story:
        request = await story.opens("jordan", "contract", "US", "Contract with Maya Chen", text="Two reels", creator="Maya Chen")
        story.sees("jordan", "Creator contract", request, "In review. Waiting for: Katya Levina", "Round: 1 of 3")
        story.sees("katya", "Договор с блогером", request, "Нужно ваше согласование", "Срок: вт, 24 нояб., 12:30 МСК")

        await story.taps("katya", "Согласовать")
        story.hears("katya", "Записано: да.")
        story.sees("oleg", "Нужно ваше согласование", "Екатерина Левина (готово)", "Нью-Йорк: 09:30, работает до 18:00")
        story.may("katya", request, "Отменить мой ответ")
        assert "Waiting for: Oleg Sinitsyn" in story.card("jordan", request).text

        await story.taps("oleg", "Вернуть на доработку")
        story.hears("oleg", "Вопрос ниже")
        story.sees("oleg", "Что изменить в", "Contract with Maya Chen")
        await story.writes("oleg", "Убрать эксклюзивность\nДобавить ИНН рекламодателя")
        story.sees("oleg", "Насколько обязателен каждый пункт?", "1. Убрать эксклюзивность")
        await story.taps("oleg", "1: замечание")
        story.hears("oleg", "Отмечено")
        await story.taps("oleg", "2: пожелание")
        story.hears("oleg", "Отмечено")
        await story.taps("oleg", "Вернуть на доработку", on="Насколько обязателен")
        story.hears("oleg", "Возвращено на доработку")

        story.sees("jordan", "is sent back by Oleg Sinitsyn", "1 remark to fix")
        assert "Must fix (round 1): Убрать эксклюзивность" in story.card("jordan", request).text
        assert "На доработке. Ждёт: Джордан Ли" in story.card("katya", request).text

        await story.taps("jordan", "Resubmit")
        await story.fills_in("jordan", text="Two reels, no exclusivity", fixed=["1"])
        story.hears("jordan", "Resubmitted")
        story.sees("katya", "снова нужно ваше согласование")
        assert "Round: 2 of 3" in story.card("jordan", request).text
        await story.taps("katya", "Согласовать")
        story.hears("katya", "Записано: да.")
        story.sees("oleg", "снова нужно ваше согласование")
        assert "Исправлено (раунд 1): Убрать эксклюзивность" in story.card("oleg", request).text

        await story.taps("oleg", "Согласовать", on=request)
        story.hears("oleg", "Записано: да.")
        story.sees("marina", "Нужно ваше утверждение", request)
        await story.taps("marina", "Утвердить")
        story.hears("marina", "Записано: да.")
        story.sees("jordan", "Approved:", "Decided by Marina Orlova")
        await story.clock_reaches("2026-11-23T14:31Z")
        for person, words in (("jordan", "Decision: approved · Marina Orlova"), ("katya", "Решение: утверждено · Марина Орлова")):
            assert words in story.card(person, request).text
            assert story.card(person, request).buttons == ()
        assert (await story.request(request)).status is Status.APPROVED


async def test_a_local_decision_never_waits_for_moscow(tmp_path: Path) -> None:
    """A New York draft is decided in New York; Moscow is heard beside it and blocks nothing."""
    async with staged(tmp_path, "2026-11-23T14:30Z") as story:
        request = await story.opens("jordan", "draft_content", "US", "Caption for Maya's reel", text="Morning light")
        story.sees("jordan", request, "Awaiting final approval. Waiting for: Priya Shah")
        story.sees("priya", request, "Your final approval is needed")
        story.sees("anna", request, "Нужно ваше мнение")
        await story.has_evidence("jordan", request)

        await story.taps("priya", "Final approval")
        story.sees("jordan", "Approved:", request)
        assert "Решение: утверждено · Прия Шах" in story.card("anna", request).text
        assert story.card("anna", request).buttons == ()


async def test_new_york_is_asked_by_moscow_and_heard_before_the_decision(tmp_path: Path) -> None:
    """The other direction: a Russian request, an English opinion, a Russian decision."""
    async with staged(tmp_path, "2026-11-23T14:30Z") as story:
        request = await story.opens("anna", "brand_guidelines", "RU", "Шрифт в субтитрах", text="Гротеск, не мельче 42 пунктов")
        story.sees("anna", request, "Запрошено мнение: Прия Шах")
        story.sees("priya", request, "Your opinion is asked", "Шрифт в субтитрах")
        await story.taps("priya", "Give an opinion")
        await story.fills_in("priya", text="Fine by us, but 42 is small on tablets")
        story.hears("priya", "Your opinion is on the card")
        story.sees("marina", request, "Нужно ваше утверждение", "Мнение, Прия Шах: Fine by us")

        await story.taps("marina", "Отклонить")
        story.hears("marina", "Вопрос ниже")
        story.sees("marina", "Почему вы отклоняете")
        await story.writes("marina", "Сначала проверим на планшетах")
        story.sees("marina", "Записано: отклонено.")
        story.sees("anna", "Отклонено:", request)
        assert "Decision: rejected · Marina Orlova" in story.card("priya", request).text
        assert "Сначала проверим на планшетах" in story.card("priya", request).text
