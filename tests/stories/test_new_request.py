"""A new request in Telegram with /new: the whole dialog, a change, a restart in the middle, cancelled, sent twice, abandoned."""

from __future__ import annotations

from pathlib import Path

from bot.core.request.model import Request
from bot.ports import Filter
from tests.stories.stage import Stage, staged


async def opened(story: Stage) -> list[Request]:
    return await story.town.system.store.read(lambda tx: list(tx.requests(Filter())))


async def answers(story: Stage, person: str, *words: str) -> None:
    """Types one answer after another, or taps the button that is called so."""
    for one in words:
        if one in [label for message in story._messages(person) for label in message.labels]:
            await story.taps(person, one)
        else:
            await story.writes(person, one)


async def up_to_the_summary(story: Stage) -> None:
    await story.writes("pavel", "/new")
    story.sees("pavel", "Что нужно решить?")
    await answers(story, "pavel", "Отступление от бренд-гайда", "Москва", "Без блогера", "Зелёная стена")
    await answers(story, "pavel", "Снимаем у зелёной стены.", "Это всё", "Без срока", "30 000")
    story.skims("pavel")
    story.town.telegram.answers(1002)


async def test_the_whole_dialog_with_its_preview(tmp_path: Path) -> None:
    """One question a message; the summary says who decides and until when; one tap sends it, once."""
    async with staged(tmp_path, "2026-11-24T09:00Z") as story:
        await up_to_the_summary(story)
        summary = story.latest("pavel", "Зелёная стена")
        for said in ("Отступление от бренд-гайда", "Москва", "Снимаем у зелёной стены.", "30 000", "Анна Белова"):
            assert said in summary.text, said
        assert summary.labels == ["Отправить", "Изменить", "Отменить"]
        await story.taps("pavel", "Отправить")
        story.latest("pavel", "Отправлено: A-1 «Зелёная стена»")
        (request,) = await opened(story)
        assert (request.draft.kind, request.draft.market, request.requested_by) == ("brand_deviation", "RU", "pavel")
        assert request.draft.text == "Снимаем у зелёной стены."
        story.sees("pavel", "· A-1 ·", "Ждёт: Анна Белова")
        story.sees("anna", "· A-1 ·", "Нужно ваше утверждение", "Зелёная стена")


async def test_sent_twice_is_one_request(tmp_path: Path) -> None:
    """Two taps on «Отправить» before the bot has answered, and a third one after: one request, and a word about it."""
    async with staged(tmp_path, "2026-11-24T09:00Z") as story:
        await up_to_the_summary(story)
        summary, data = story._button("pavel", "Отправить", "Зелёная стена")
        await story.taps_together(("pavel", "Отправить"), ("pavel", "Отправить"))
        await story.taps_data("pavel", summary.key, data)
        assert len(await opened(story)) == 1
        assert story.town.telegram.answers(1002)[-1].text.startswith("Уже отправлено: A-1")
        story.may_be_refused("not modified")
        story.skims("pavel")
        story.sees("anna", "· A-1 ·")


async def test_a_change_before_it_is_sent(tmp_path: Path) -> None:
    """«Изменить» leads to any answer and back; the others stay as they are."""
    async with staged(tmp_path, "2026-11-24T09:00Z") as story:
        await up_to_the_summary(story)
        await answers(story, "pavel", "Изменить", "Название", "Синяя стена")
        summary = story.latest("pavel", "Синяя стена")
        assert "Снимаем у зелёной стены." in summary.text
        await answers(story, "pavel", "Изменить", "Сумма", "90 000")
        assert "90 000" in story.latest("pavel", "Синяя стена").text
        await story.taps("pavel", "Отправить")
        (request,) = await opened(story)
        assert request.draft.title == "Синяя стена"
        assert request.draft.amount is not None
        assert request.draft.amount.amount == 90_000
        story.skims("pavel")
        story.sees("anna", "· A-1 ·", "Синяя стена")


async def test_a_restart_in_the_middle_loses_nothing(tmp_path: Path) -> None:
    """The bot stops between two answers; the next answer goes on where it was, also with the old buttons."""
    async with staged(tmp_path, "2026-11-24T09:00Z") as story:
        await story.writes("pavel", "/new")
        await answers(story, "pavel", "Выбор блогеров")
        await story.restarts()
        await answers(story, "pavel", "Москва")
        await story.restarts()
        await answers(story, "pavel", "Без блогера", "Список на январь")
        await story.restarts()
        await answers(story, "pavel", "Десять имён", "Это всё", "Без срока")
        await story.restarts()
        await answers(story, "pavel", "Отправить")
        (request,) = await opened(story)
        assert (request.draft.title, request.draft.text) == ("Список на январь", "Десять имён")
        story.skims("pavel")
        story.sees("anna", "· A-1 ·", "Список на январь")


async def test_cancelled_by_word_and_by_button_and_started_over(tmp_path: Path) -> None:
    """/cancel ends it and takes its buttons; /new in the middle asks which of the two is meant."""
    async with staged(tmp_path, "2026-11-24T09:00Z") as story:
        await story.writes("pavel", "/new")
        story.skims("pavel")
        await story.writes("pavel", "/cancel")
        story.sees("pavel", "Отменено. Ничего не отправлено.")
        assert not any(message.buttons for message in story._messages("pavel"))
        await up_to_the_summary(story)
        await story.writes("pavel", "/new")
        story.sees("pavel", "У вас есть незаконченный запрос")
        await story.taps("pavel", "Начать новый вместо этого")
        story.latest("pavel", "Что нужно решить?")
        await story.taps("pavel", "Отменить")
        story.latest("pavel", "Отменено. Ничего не отправлено.")
        await story.writes("pavel", "/cancel")
        story.sees("pavel", "Отменять нечего")
        assert await opened(story) == []


async def test_words_beside_the_command_and_questions_in_between(tmp_path: Path) -> None:
    """/new and a title begins with it; a question in between is answered and the draft goes on."""
    async with staged(tmp_path, "2026-11-24T09:00Z") as story:
        await story.writes("pavel", "/new@soglas_bot Зелёная стена")
        story.sees("pavel", "Что нужно решить?")
        await story.writes("pavel", "кто мой контакт?")
        story.sees("pavel", "К кому обращаться")
        await story.writes("pavel", "Отступление от бренд-гайда")
        story.sees("pavel", "Для какого рынка?")
        await answers(story, "pavel", "Москва", "Без блогера")
        assert "Название, одной строкой" not in "".join(m.text for m in story._messages("pavel"))
        await answers(story, "pavel", "ок")
        assert "Текст, который нужно согласовать" in story._messages("pavel")[-1].text
        story.skims("pavel")
        assert await opened(story) == []


async def test_a_draft_abandoned_for_a_week(tmp_path: Path) -> None:
    """What is written a week later is not added by chance: the bot says where they stopped, and asks again."""
    async with staged(tmp_path, "2026-11-24T09:00Z") as story:
        await story.writes("pavel", "/new")
        await answers(story, "pavel", "Выбор блогеров", "Москва", "Без блогера")
        story.skims("pavel")
        await story.clock_reaches("2026-12-01T09:00Z")
        story.skims("pavel")
        await story.writes("pavel", "Добрый день, коллеги")
        story.sees("pavel", "остановились на этом вопросе: вт, 24 нояб., 12:00 МСК", "не добавлено", "Название")
        await story.writes("pavel", "Список на декабрь")
        story.sees("pavel", "Текст, который нужно согласовать")
        await story.writes("pavel", "/cancel")
        story.sees("pavel", "Отменено")
