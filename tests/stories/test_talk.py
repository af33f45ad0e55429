"""What people say under a card crosses the ocean: with its author and in the original words, in the thread, in its own hours."""

from __future__ import annotations

from pathlib import Path

from bot.core.request.model import RequestId
from tests.stories.stage import Stage, staged

DAY = "2026-11-24T15:00Z"  # 18:00 in Moscow, 10:00 in New York
THERE, HERE = "Права только на сайт или ещё на маркетплейсы?", "Site only, marketplaces are extra"


async def a_contract(story: Stage) -> RequestId:
    request = await story.opens("jordan", "contract", "US", "Contract with Maya Chen")
    story.sees("jordan", request)
    story.sees("katya", request)
    return request


async def test_a_reply_under_the_card_appears_in_the_thread_on_the_other_side_and_back(tmp_path: Path) -> None:
    """Katya replies in Telegram, Jordan reads it in the thread of the card in Slack, answers there, and Katya reads it."""
    async with staged(tmp_path, DAY) as story:
        request = await a_contract(story)
        card = story.card("katya", request)
        await story.writes("katya", THERE, under=card.key)
        story.sees("katya", f"Передано всем, кто участвует в {request}")
        there = story.sees("jordan", request, f"Katya Levina: {THERE}")
        assert there.under == story.card("jordan", request).key
        await story.writes("jordan", HERE, under=there.under)
        story.sees("jordan", f"Passed on to everybody on {request}")
        back = story.sees("katya", request, f"Джордан Ли: {HERE}")
        assert back.under == card.key
        # A reply to what the bot passed on is said under the same request.
        await story.writes("katya", "Спасибо, понятно", under=back.key)
        story.sees("katya", "Передано всем")
        assert story.sees("jordan", "Спасибо, понятно").under == there.under
        assert [saying.text for saying in (await story.request(request)).talk] == [THERE, HERE, "Спасибо, понятно"]
        story.reads("katya", request, "Спасибо, понятно")


async def test_a_yes_in_a_reply_is_no_decision_and_no_talk(tmp_path: Path) -> None:
    """«ок» under the card brings the buttons; nothing is recorded and nobody hears of it."""
    async with staged(tmp_path, DAY) as story:
        request = await a_contract(story)
        for words in ("ок", "Согласовано!", "👍👍"):
            await story.writes("katya", words, under=story.card("katya", request).key)
            assert "Согласовать" in story.sees("katya", "не записывается как решение", request).labels
        assert (await story.request(request)).talk == ()


async def test_the_bridge_is_asked_and_translates(tmp_path: Path) -> None:
    """Jordan asks the bridge with a button; Katya translates; everybody reads whose words they are and that it is a translation."""
    async with staged(tmp_path, DAY) as story:
        request = await a_contract(story)
        await story.taps("katya", "Согласовать")
        story.hears("katya", "Записано")
        story.sees("oleg", request)
        await story.writes("oleg", "Эксклюзив 30 дней: от подписания?", under=story.card("oleg", request).key)
        story.sees("oleg", "Передано всем")
        story.sees("katya", "Олег Синицын: Эксклюзив 30 дней")
        story.sees("jordan", "Oleg Sinitsyn: Эксклюзив 30 дней")
        await story.taps("jordan", "Ask the bridge")
        await story.fills_in("jordan", text="What does Oleg ask?")
        story.hears("jordan", "on its way to the cultural bridge")
        story.sees("katya", "Вопрос к вам как к культурному переводчику", "Джордан Ли", "What does Oleg ask?")
        story.skims("oleg", "What does Oleg ask?")
        await story.taps("katya", "Ответить", on=request)
        story.hears("katya", "Вопрос ниже")
        story.sees("katya", "Ваш ответ по")
        await story.writes("katya", "Whether 30 days count from signature")
        story.skims("katya")
        answer = story.sees("jordan", "Whether 30 days count from signature")
        assert "Katya Levina" in answer.text
        story.skims("oleg")


async def test_a_translation_is_marked_as_one(tmp_path: Path) -> None:
    """The bridge's words stand beside the original, never in its place."""
    async with staged(tmp_path, DAY) as story:
        request = await a_contract(story)
        await story.writes("jordan", "Is exclusivity negotiable?", under=story.card("jordan", request).key)
        story.sees("jordan", "Passed on")
        story.sees("katya", "Is exclusivity negotiable?")
        await story.taps("jordan", "Ask the bridge")
        await story.fills_in("jordan", text="Please put my question to Oleg")
        story.skims("jordan")
        story.sees("katya", "Вопрос к вам как к культурному переводчику")
        await story.taps("katya", "Перевести")
        story.hears("katya", "Вопрос ниже")
        story.sees("katya", "Ваш перевод", "Please put my question to Oleg")
        await story.writes("katya", "Передайте, пожалуйста, мой вопрос Олегу")
        story.sees("katya", "Перевод на карточке")
        story.reads("katya", request, "Перевод: Екатерина Левина (в оригинале: Джордан Ли)", "Please put my question to Oleg")


async def test_a_reply_to_a_question_is_its_answer(tmp_path: Path) -> None:
    """Anna's question to Pavel: his plain reply to it is the answer, in Telegram; and across the ocean in the thread."""
    async with staged(tmp_path, DAY) as story:
        request = await story.opens("pavel", "brand_deviation", "RU", "Зелёная стена")
        story.sees("pavel", request)
        story.sees("anna", request)
        await story.taps("anna", "Задать вопрос")
        story.hears("anna", "Вопрос ниже")
        story.sees("anna", "Что вы хотите спросить")
        await story.writes("anna", "Стену можно закрыть тканью?")
        story.sees("anna", "Вопрос отправлен")
        question = story.sees("pavel", "Вопрос по", "Стену можно закрыть тканью?")
        await story.writes("pavel", "Да, песочная ткань есть", under=question.key)
        story.sees("pavel", "Ваш ответ на карточке")
        story.sees("anna", "Ответ по", "Да, песочная ткань есть")
        assert (await story.request(request)).questions[0].answer == "Да, песочная ткань есть"


async def test_nobody_is_woken_by_talk(tmp_path: Path) -> None:
    """What New York says in the Moscow night is read in the Moscow morning, still under the card."""
    async with staged(tmp_path, DAY) as story:
        request = await a_contract(story)
        await story.clock_reaches("2026-11-24T21:00Z")  # midnight in Moscow
        await story.writes("jordan", "One more thing about the fee", under=story.card("jordan", request).key)
        story.sees("jordan", "Passed on")
        assert not [m for m in story.fresh("katya") if "One more thing" in m.text]
        await story.clock_reaches("2026-11-25T09:30Z")
        told = story.sees("katya", "Джордан Ли: One more thing about the fee")
        assert told.under == story.card("katya", request).key
        for person in ("katya", "jordan", "marina", "priya"):
            story.skims(person)
        story.nobody_was_woken()
