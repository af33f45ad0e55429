"""Questions typed freely by whoever approves, asks or coordinates, in Russian and English; and what nobody could understand."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tests.stories.stage import Stage, staged

SINCE = datetime(2026, 1, 1, tzinfo=UTC)


async def asks(story: Stage, person: str, words: str, *fragments: str) -> None:
    """Asks in words and reads one answer with all these in it."""
    await story.writes(person, words)
    story.sees(person, *fragments)


async def not_understood(story: Stage) -> list[str]:
    found = await story.town.system.store.read(lambda tx: list(tx.unanswered("brand-a", SINCE)))
    return [one.words for one in found]


async def test_pavel_who_approves_asks_in_russian(tmp_path: Path) -> None:
    """What waits, who is open, how a contract is decided, who does what: answered from the playbook and the calendars."""
    async with staged(tmp_path, "2026-11-24T10:00Z") as story:
        request = await story.opens("sveta", "creator_selection", "RU", "Список на январь")
        story.sees("sveta", request)
        story.sees("pavel", request)
        await asks(story, "pavel", "что меня ждёт?", request, "Список на январь")
        story.may_be_refused("not modified")  # the inbox puts up cards again, also those that are as they were
        await asks(story, "pavel", "когда открывается Нью-Йорк?", "Нью-Йорк", "нерабочее время")
        await asks(story, "pavel", "кто утверждает договор?", "«Договор с блогером», как принимается решение", "Марина Орлова")
        await asks(story, "pavel", "за кем последнее слово по договору", "Марина Орлова")
        await asks(story, "pavel", "можно ли мне менять подпись к посту?", "можно ли менять")
        await asks(story, "pavel", f"где {request}", "Список на январь", "раунд 1 из 5")
        await asks(story, "pavel", "кто культурный переводчик?", "Екатерина Левина")
        await asks(story, "pavel", "кто за что отвечает", "Олег Синицын")
        await asks(story, "pavel", "кто мой контакт", "К кому обращаться")
        assert await not_understood(story) == []


async def test_priya_who_approves_asks_in_english_in_slack(tmp_path: Path) -> None:
    """The same answers in Slack, worded for Slack."""
    async with staged(tmp_path, "2026-11-24T15:00Z") as story:
        request = await story.opens("jordan", "creator_selection", "US", "January shortlist")
        story.sees("jordan", request)
        story.sees("priya", request)
        await asks(story, "priya", "what is waiting for me?", request, "January shortlist")
        await asks(story, "priya", "is Moscow open now?", "Moscow", "open until")
        await asks(story, "priya", "who has the final say on contracts?", "Marina Orlova")
        await asks(story, "priya", "can I change the caption myself?", "may you change it yourself")
        await asks(story, "priya", f"where is {request}?", "January shortlist", "round 1 of 2")
        await asks(story, "priya", "who is the cultural bridge?", "Katya Levina")
        await asks(story, "priya", "help", "/soglas inbox")
        assert await not_understood(story) == []


async def test_jordan_who_asked_wants_to_know_how_it_stands(tmp_path: Path) -> None:
    """A requester in New York asks in English and once in Russian; the answer is in the language she reads."""
    async with staged(tmp_path, "2026-11-24T15:00Z") as story:
        request = await story.opens("jordan", "contract", "US", "Contract with Maya Chen")
        story.sees("jordan", request)
        story.sees("katya", request)
        await asks(story, "jordan", "where is my contract?", request, "with Katya Levina", "An answer is expected by")
        await asks(story, "jordan", f"что с {request}?", "Contract with Maya Chen", "Katya Levina")
        await asks(story, "jordan", "who is my contact in Moscow?", "Katya Levina")


async def test_katya_who_coordinates_asks_about_everything(tmp_path: Path) -> None:
    """A coordinator asks with commands, with buttons and with typing errors."""
    async with staged(tmp_path, "2026-11-24T10:00Z") as story:
        request = await story.opens("jordan", "contract", "US", "Contract with Maya Chen")
        story.sees("jordan", request)
        story.sees("katya", request)
        await asks(story, "katya", "/playbook", "плейбук, версия 1", "Культурный переводчик")
        await story.taps("katya", "Роли")
        story.hears("katya", "")
        story.sees("katya", "Координатор")
        await asks(story, "katya", "/who", "Олег Синицын")
        await asks(story, "katya", "/hours", "Рабочее время сейчас")
        await asks(story, "katya", "кто утверждаит догавор?", "Марина Орлова")
        await asks(story, "katya", "/status А-1", request)  # with the Russian letter
        await asks(story, "katya", "/menu", "Отвечаю на вопросы")
        await story.taps("katya", "Мои контакты", on="Отвечаю на вопросы")
        story.hears("katya", "")
        story.sees("katya", "К кому обращаться")


async def test_what_is_not_understood_is_said_so_and_counted(tmp_path: Path) -> None:
    """Nobody is left without an answer, nothing is decided by chance, and the words are kept for whoever owns the gap."""
    async with staged(tmp_path, "2026-11-24T15:00Z") as story:
        request = await story.opens("jordan", "draft_content", "US", "Caption")
        for person in ("jordan", "anna", "priya"):
            story.sees(person, request)
        before = (await story.request(request)).revision
        await asks(story, "anna", "Сколько стоит эспрессо на углу?", "Сообщение не распознано")
        await asks(story, "jordan", "Does the office have a coffee machine?", "I did not understand")
        await asks(story, "jordan", "asdf qwer", "I did not understand")
        await asks(story, "anna", "🌿", "Сообщение не распознано")
        assert await not_understood(story) == [
            "Сколько стоит эспрессо на углу?",
            "Does the office have a coffee machine?",
            "asdf qwer",
            "🌿",
        ]
        assert (await story.request(request)).revision == before


async def test_nobody_is_asked_about_work_of_another_brand_and_strangers_hear_nothing(tmp_path: Path) -> None:
    """A stranger gets the same short answer to every question, and nothing they write is kept."""
    async with staged(tmp_path, "2026-11-24T10:00Z") as story:
        story.has_telegram("astra", 5001, "Astra", "en")
        for words in ("who is my contact?", "A-1", "/playbook", "кто утверждает договор?", "/new"):
            await asks(story, "astra", words, "I do not know this account yet")
        assert await not_understood(story) == []
