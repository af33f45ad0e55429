"""Files cross the ocean as real files; what cannot cross is said in words, with its size."""

from __future__ import annotations

from pathlib import Path

from bot.core.request.model import RequestId
from tests.stories.seeing import Seen
from tests.stories.stage import Stage, staged

DAY = "2026-11-24T15:00Z"
PHOTO, PDF = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40, b"%PDF-1.7\n" + b"page" * 500
MB = 1024 * 1024


async def a_contract(story: Stage) -> RequestId:
    request = await story.opens("jordan", "contract", "US", "Contract with Maya Chen")
    story.sees("jordan", request)
    story.sees("katya", request)
    return request


def file_of(story: Stage, person: str) -> Seen:
    (found,) = [message for message in story.fresh(person) if message.files]
    return story.sees(person, f"[{found.files[0][0]}]")


async def test_a_photo_from_telegram_is_a_photo_in_slack(tmp_path: Path) -> None:
    """The bytes are the same, it stands in the thread of the card, and the words beside it are said once."""
    async with staged(tmp_path, DAY) as story:
        request = await a_contract(story)
        await story.sends_file(
            "katya", "wall.jpg", PHOTO, kind="photo", words="Вот стена", under=story.card("katya", request).key
        )
        story.sees("katya", "Передано всем")
        story.sees("jordan", "Katya Levina: Вот стена")
        seen = file_of(story, "jordan")
        assert seen.files[0][1] == PHOTO
        assert seen.under == story.card("jordan", request).key


async def test_a_document_from_slack_is_a_document_in_telegram(tmp_path: Path) -> None:
    """With its own name, also when that is in Russian; a name with a path in it loses the path on the way."""
    async with staged(tmp_path, DAY) as story:
        request = await a_contract(story)
        for name in ("Terms.pdf", "Договор, v2.pdf"):
            await story.sends_file("jordan", name, PDF, under=story.card("jordan", request).key)
            story.sees("jordan", "Passed on")
            seen = file_of(story, "katya")
            assert seen.files == ((name, PDF),)
            assert seen.under == story.card("katya", request).key
        await story.sends_file("katya", "../../etc/x.pdf", PDF, under=story.card("katya", request).key)
        story.sees("katya", "Передано всем")
        assert "/" not in file_of(story, "jordan").files[0][0]


async def test_what_is_too_large_is_said_with_its_size(tmp_path: Path) -> None:
    """180 MB cannot be fetched from Telegram: New York reads its name, its size and whom to ask, and nothing else breaks."""
    async with staged(tmp_path, DAY) as story:
        request = await a_contract(story)
        await story.sends_file(
            "katya", "reel.mov", b"moov", words="Монтаж", under=story.card("katya", request).key, size=180 * MB
        )
        story.sees("katya", "Передано всем")
        story.sees("jordan", "Katya Levina: Монтаж")
        story.sees("jordan", "reel.mov (180", "MB)", "Katya Levina")


async def test_what_is_too_large_in_slack_is_a_link(tmp_path: Path) -> None:
    """A file of 180 MB in Slack: Moscow reads its size and where it lies."""
    async with staged(tmp_path, DAY) as story:
        request = await a_contract(story)
        await story.sends_file(
            "jordan", "reel.mov", b"moov", words="Cut 3", under=story.card("jordan", request).key, size=180 * MB
        )
        story.skims("jordan")
        story.sees("katya", "Джордан Ли: Cut 3")
        story.sees("katya", "reel.mov (180", "МБ)", "https://")


async def test_an_empty_file_is_refused_at_once(tmp_path: Path) -> None:
    """Zero bytes: whoever sent it hears so, and nobody else hears anything."""
    async with staged(tmp_path, DAY) as story:
        request = await a_contract(story)
        await story.sends_file("jordan", "empty.pdf", b"", under=story.card("jordan", request).key)
        story.sees("jordan", "empty.pdf", "empty")
        assert (await story.request(request)).talk == ()


async def test_a_file_alone_begins_a_new_request(tmp_path: Path) -> None:
    """A photo sent to the bot for no request is a draft's first file, and goes along when it is sent."""
    async with staged(tmp_path, DAY) as story:
        await story.sends_file("pavel", "wall.jpg", PHOTO, kind="photo", words="Стена в павильоне")
        story.sees("pavel", "Что нужно решить?")
        await story.writes("pavel", "Выбор блогеров")
        await story.writes("pavel", "Москва")
        await story.taps("pavel", "Без блогера")
        await story.writes("pavel", "Стена")
        await story.taps("pavel", "Это всё")
        await story.taps("pavel", "Без срока")
        await story.taps("pavel", "Отправить")
        story.skims("pavel")
        story.sees("anna", "· A-1 ·", "Стена в павильоне")
        assert file_of(story, "anna").files[0][1] == PHOTO


async def test_a_file_of_the_request_comes_with_its_card(tmp_path: Path) -> None:
    """Sent back, the new version is a file: whoever reviews again in the other messenger has it under the card."""
    async with staged(tmp_path, DAY) as story:
        request = await story.opens("pavel", "brand_guidelines", "RU", "Шрифт в субтитрах", text="Гротеск")
        story.sees("pavel", request)
        story.sees("priya", request)
        await story.sends_file("pavel", "font.pdf", PDF, under=story.card("pavel", request).key)
        story.skims("pavel")
        seen = file_of(story, "priya")
        assert seen.files == (("font.pdf", PDF),)
        assert seen.under == story.card("priya", request).key


async def test_a_changed_file_after_the_approval_is_a_new_text(tmp_path: Path) -> None:
    """What was approved stays what it was: another file under its card begins a request of its own."""
    async with staged(tmp_path, "2026-11-24T08:00Z") as story:
        request = await story.opens("sveta", "creator_selection", "RU", "Список на январь")
        for person in ("sveta", "pavel"):
            story.skims(person)
        await story.taps("pavel", "Утвердить", on=request)
        story.hears("pavel", "Записано")
        await story.clock_reaches("2026-11-24T08:02Z")
        story.sees("sveta", "Утверждено", request)
        before = await story.request(request)
        await story.sends_file("sveta", "список-2.pdf", b"%PDF-1.7 new", under=story.card("sveta", request).key)
        asked = story.sees("sveta", f"Утверждённое в {request} не меняется", "Что нужно решить?")
        assert "Отменить" in asked.labels
        assert await story.request(request) == before
        await story.writes("sveta", "отмена")
        story.skims("sveta")
