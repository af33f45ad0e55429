"""Who may do what: two people at once, strangers, gaps, rounds that run out, questions, changes of hands."""

from __future__ import annotations

from pathlib import Path

from bot.core.request.model import Status
from tests.stories.stage import staged


async def test_the_first_tap_counts_and_the_second_is_told_who_decided(tmp_path: Path) -> None:
    """The same person's old button after somebody else's decision gets a kind answer, never an error."""
    async with staged(tmp_path, "2026-11-24T09:00Z") as story:
        request = await story.opens("jordan", "contract", "US", "Contract with Maya Chen")
        story.sees("jordan", request)
        card = story.sees("katya", request)
        data = dict(card.buttons)["Согласовать"]
        await story.taps("katya", "Согласовать")
        story.hears("katya", "Записано: да.")
        story.sees("oleg", request)
        await story.taps_data("katya", card.key, data)
        story.hears("katya", "Уже решено: да · Екатерина Левина · вт, 24 нояб., 12:00 МСК")
        await story.taps_data("oleg", story.card("oleg", request).key, data)
        story.hears("oleg", "Уже решено: да · Екатерина Левина")


async def test_a_question_is_answered_across_the_ocean_while_the_clock_goes_on(tmp_path: Path) -> None:
    """A question in Russian Telegram becomes a message in Slack, the answer comes back to whoever asked."""
    async with staged(tmp_path, "2026-11-24T14:00Z") as story:
        request = await story.opens("jordan", "brand_deviation", "US", "Green wall", amount="300 USD")
        story.sees("jordan", request)
        story.sees("anna", request, "Сумма: 300 $")
        await story.taps("anna", "Задать вопрос")
        story.hears("anna", "Вопрос ниже")
        story.sees("anna", "Что вы хотите спросить")
        await story.writes("anna", "Стену можно закрыть тканью?")
        story.sees("anna", "Вопрос отправлен")
        story.sees("jordan", "Question about", request, "Стену можно закрыть тканью?")
        await story.taps("jordan", "Answer")
        await story.fills_in("jordan", text="Yes, Dre has a sand sheet")
        story.hears("jordan", "Your answer is on the card")
        story.sees("anna", "Ответ по", request, "Yes, Dre has a sand sheet")
        await story.taps("anna", "Утвердить")
        story.hears("anna", "Записано: да.")
        story.sees("jordan", "Approved:", request)


async def test_a_round_beyond_the_limit_needs_everyone_the_playbook_names(tmp_path: Path) -> None:
    """New York's two rounds are used up: a third one is asked for, and granted by signatory and coordinator together."""
    async with staged(tmp_path, "2026-11-24T15:00Z") as story:
        request = await story.opens("jordan", "creator_selection", "US", "January shortlist")
        story.sees("jordan", request)
        story.sees("priya", request, "Round: 1 of 2")
        await story.taps("priya", "Send back")
        errors = await story.fills_in("priya")
        assert errors == {"must_fix": "Write at least one remark."}
        await story.fills_in("priya", must_fix="Two names are not on TikTok")
        story.hears("priya", "Sent back")
        story.sees("jordan", "is sent back by Priya Shah")
        await story.taps("jordan", "Resubmit")
        await story.fills_in("jordan", text="Five names")
        story.hears("jordan", "Resubmitted")
        story.sees("priya", "your final approval is needed")
        assert "2 of 2, the last one" in story.card("priya", request).text
        assert "Send back" not in dict(story.card("priya", request).buttons)

        await story.taps("priya", "Ask for an extra round")
        await story.fills_in("priya", must_fix="Still one name missing", wish="A backup would help")
        story.hears("priya", "The extra round is asked for")
        story.sees("katya", request, "Запрошен дополнительный раунд")
        story.sees("katya", "По ", request, "запрошен дополнительный раунд", "Ответьте на карточке")
        await story.taps("katya", "Дать раунд")
        story.hears("katya", "Записано")
        story.sees("jordan", "is sent back by")
        assert "Round: 2 of 3" in story.card("jordan", request).text
        await story.taps("jordan", "Withdraw")
        await story.fills_in("jordan")
        story.hears("jordan", "Withdrawn.")
        assert (await story.request(request)).status is Status.WITHDRAWN


async def test_a_step_is_passed_to_a_deputy_and_the_deadline_goes_on(tmp_path: Path) -> None:
    """The lawyer hands the contract to her deputy with two taps."""
    async with staged(tmp_path, "2026-11-24T09:00Z") as story:
        request = await story.opens("jordan", "contract", "US", "Contract with Maya Chen")
        story.sees("jordan", request)
        story.sees("katya", request)
        await story.taps("katya", "Согласовать")
        story.hears("katya", "Записано: да.")
        due = story.sees("oleg", request, "Срок: ").text
        await story.taps("oleg", "Передать")
        story.hears("oleg", "Вопрос ниже")
        story.sees("oleg", "Кому передать")
        await story.taps("oleg", "Ирина Ладыгина")
        story.hears("oleg", "Передано. Срок продолжает идти.")
        card = story.sees("irina", request, "Нужно ваше согласование", "Замещение, исполнитель роли: Олег Синицын")
        assert _deadline(card.text) == _deadline(due)
        assert "Waiting for: Irina Ladygina" in story.card("jordan", request).text


def _deadline(card: str) -> str:
    return next(line for line in card.splitlines() if line.startswith("Срок: "))


async def test_a_typed_ok_is_not_a_decision(tmp_path: Path) -> None:
    """«принято» and "looks good" record nothing: the real buttons come instead."""
    async with staged(tmp_path, "2026-11-24T14:00Z") as story:
        request = await story.opens("jordan", "draft_content", "US", "Caption")
        story.sees("jordan", request)
        story.sees("anna", request)
        story.sees("priya", request)
        await story.writes("anna", "Принято.")
        story.sees("anna", "не записывается как решение")
        await story.writes("priya", "looks good")
        answer = story.sees("priya", "records no decision")
        assert "Final approval" in dict(answer.buttons)
        assert (await story.request(request)).status is Status.OPEN
        await story.has_evidence("jordan", request)
        await story.taps("priya", "Final approval", on="records no decision")
        story.sees("jordan", "Approved:", request)


async def test_a_request_by_whoever_would_decide_goes_to_the_deputy(tmp_path: Path) -> None:
    """Nobody acts on their own request, also not with a forged button."""
    async with staged(tmp_path, "2026-11-24T09:00Z") as story:
        request = await story.opens("pavel", "creator_selection", "RU", "Список на январь")
        story.sees("pavel", request, "Ждёт: Анна Белова")
        card = story.sees("anna", request, "Замещение, исполнитель роли: Павел Громов")
        await story.taps_data("pavel", story.card("pavel", request).key, dict(card.buttons)["Утвердить"])
        story.hears("pavel", "Это ваш собственный запрос")
        await story.taps_data("pavel", story.card("pavel", request).key, "garbage")
        story.hears("pavel", "больше не работает")


async def test_a_dialog_survives_a_restart(tmp_path: Path) -> None:
    """The bot is restarted between the question and the answer; nothing is lost."""
    async with staged(tmp_path, "2026-11-24T09:00Z") as story:
        request = await story.opens("sveta", "creator_selection", "RU", "Список на январь")
        story.sees("sveta", request)
        story.sees("pavel", request)
        await story.taps("pavel", "Отклонить")
        story.hears("pavel", "Вопрос ниже")
        story.sees("pavel", "Почему вы отклоняете")
        await story.restarts()
        await story.taps("pavel", "Не позволяет бюджет")
        story.hears("pavel", "Записано: отклонено.")
        story.sees("sveta", "Отклонено:", request)
        assert "Причина: Не позволяет бюджет" in story.card("sveta", request).text


async def test_long_and_hostile_texts_arrive_whole_and_harmless(tmp_path: Path) -> None:
    """Markup, mentions and five thousand emoji: shown literally, cut on the card, whole in a file."""
    hostile = "<b>bold</b> <!channel> <@U1> & *stars* \u202edesrever " + "🌿" * 5000
    async with staged(tmp_path, "2026-11-24T14:00Z") as story:
        request = await story.opens("jordan", "draft_content", "US", "Caption <b>&</b> <!here>", text=hostile)
        for person in ("jordan", "priya", "anna"):
            card = story.sees(person, f"· {request} ·", "<b>bold</b> <!channel> <@U1> &")
            assert "…" in card.text
        for person in ("jordan", "priya", "anna"):
            story.sees(person, f"[{request}.txt]")
