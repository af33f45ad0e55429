"""Creators talk with the bot: who their contact is, how their work stands, a draft of their own; nothing of the inside."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bot.core.request.commands import Do, Note
from bot.core.request.model import Request, Status, Weight
from bot.core.request.table import Action
from bot.ports import Filter
from tests.stories.stage import Stage, staged

LENA, MAYA = 5002, "U9MAYA"
SECRETS = ("Слишком резкий переход", "Too loud")


async def lena_is_here(story: Stage) -> str:
    """Lena has come in by Sveta's invitation; gives her id."""
    story.has_telegram("lena", LENA, "Лена")
    await story.joins("lena", "sveta", "блогер Лена Морозова")
    story.skims("sveta")
    story.skims("lena")
    account = await story.account("lena")
    assert account is not None
    return account.person


async def the_only_request(story: Stage) -> Request:
    found = await story.town.system.store.read(lambda tx: list(tx.requests(Filter())))
    assert len(found) == 1
    return found[0]


async def test_lena_asks_who_her_contact_is_in_her_own_words(tmp_path: Path) -> None:
    """The same answer to every way of asking; the deputy too, and when they are at work."""
    async with staged(tmp_path, "2026-11-24T09:00Z") as story:
        await lena_is_here(story)
        for words in ("кто мой контакт?", "Кто мой контакт", "who is my contact?", "/contact", "к кому мне обращаться"):
            await story.writes("lena", words)
            story.sees("lena", "Ваши контакты:", "Светлана Ким", "Павел Громов")


async def test_lena_hears_how_her_work_goes_and_never_a_remark(tmp_path: Path) -> None:
    """Received, changes needed, approved: each told once, with who is in touch and nothing that others wrote."""
    async with staged(tmp_path, "2026-11-24T09:00Z") as story:
        lena = await lena_is_here(story)
        request = await story.opens("anna", "concept", "RU", "Сценарий «Мука»", creator="Лена Морозова", creator_id=lena)
        story.sees("anna", request)
        story.sees("sveta", request)
        story.sees("lena", "Сценарий „Мука“", "Светлана Ким")
        notes = (Note("Слишком резкий переход", Weight.MUST_FIX),)
        await story.town.system.service.do(request, Do(Action.SEND_BACK, "sveta", "story", remarks=notes))
        await story.quiet()
        story.sees("anna", "на доработку")
        await story.clock_reaches("2026-11-24T09:10Z")
        story.sees("lena", "Сценарий „Мука“")
        await story.writes("lena", "где мой сценарий?")
        story.sees("lena", request, "на доработке")
        await story.writes("lena", request)
        story.skims("lena")
        # She has no card and no such button; a forged one brings her no remark either.
        await story.taps_data("lena", story._messages("lena")[-1].key, f"1|{request}|resubmit|0|1|1|new_text")
        story.hears("lena", "Такого запроса нет")
        story.may_be_refused("not modified")
        assert not any(secret in message.text for secret in SECRETS for message in story._messages("lena"))
        story.has_no_card("lena", request)


async def test_lena_asks_how_it_is_decided_and_what_she_may_change(tmp_path: Path) -> None:
    """The path and the limits, in words; other people's requests do not exist for her."""
    async with staged(tmp_path, "2026-11-24T09:00Z") as story:
        await lena_is_here(story)
        other = await story.opens("anna", "concept", "RU", "Чужой сценарий")
        story.sees("anna", other)
        story.sees("sveta", other)
        await story.writes("lena", "кто утверждает сценарий?")
        story.sees("lena", "«Концепция или сценарий», как принимается решение", "Павел Громов")
        await story.writes("lena", "можно ли менять подпись к посту?")
        story.sees("lena", "Черновик публикации", "можно ли менять")
        await story.writes("lena", f"что с {other}?")
        story.sees("lena", "Такого запроса нет")
        await story.writes("lena", "/status A-999")
        story.sees("lena", "Такого запроса нет")
        await story.writes("lena", "/playbook")
        assert "Плейбук" not in story.sees("lena", "кто мой контакт").labels


async def test_lena_sends_a_draft_with_a_photo_and_withdraws_it(tmp_path: Path) -> None:
    """/new asks her only what she can know; it opens in her contact's name, and she may take it back."""
    async with staged(tmp_path, "2026-11-24T09:00Z") as story:
        await lena_is_here(story)
        await story.writes("lena", "/new")
        story.sees("lena", "")
        await story.taps("lena", "Черновик публикации")
        await story.writes("lena", "Рилс «Мука на свитере»")
        story.skims("lena")
        await story.writes("lena", "Утро, кухня, мука на новом свитере.")
        story.skims("lena")
        await story.sends_file("lena", "обложка.jpg", b"\xff\xd8\xff" + b"x" * 2000, kind="photo")
        story.skims("lena")
        await story.taps("lena", "Это всё")
        await story.taps("lena", "Без срока")
        summary = story.latest("lena", "Рилс «Мука на свитере»")
        assert "₽" not in summary.text
        await story.taps("lena", "Отправить")
        request = await the_only_request(story)
        assert request.author == (await story.account("lena")).person  # type: ignore[union-attr]
        assert request.requested_by == "sveta"
        story.skims("lena")
        for person in ("anna", "pavel"):
            story.skims(person)
        story.skims("sveta")
        assert story._messages("anna")[-1].files or any(m.files for m in story._messages("anna"))
        await story.writes("lena", "мои запросы")
        story.sees("lena", request.id)
        await story.taps("lena", request.id)
        story.sees("lena", "Черновик публикации", request.id)
        await story.taps("lena", "Отозвать")
        story.hears_all("lena", "", "", "", "", "", "Вопрос ниже")
        story.sees("lena", "Отозвать", request.id)
        await story.taps("lena", "Да, отозвать")
        story.hears("lena", "Отозвано")
        assert (await story.request(request.id)).status is Status.WITHDRAWN


async def test_contacts_only_shows_contacts_only(tmp_path: Path) -> None:
    """Where the playbook says so a creator hears no news and gets no status, only whom to ask."""
    only_contacts = ("see: contacts_and_status", "see: contacts_only")
    async with staged(tmp_path, "2026-11-24T09:00Z", change=only_contacts) as story:
        lena = await lena_is_here(story)
        request = await story.opens("anna", "concept", "RU", "Сценарий «Мука»", creator="Лена Морозова", creator_id=lena)
        story.sees("anna", request)
        story.sees("sveta", request)
        await story.writes("lena", "где мой сценарий?")
        seen = story.sees("lena", "Светлана Ким")
        assert request not in seen.text


async def test_maya_asks_in_english_in_slack(tmp_path: Path) -> None:
    """The same for a creator in New York."""
    async with staged(tmp_path, "2026-11-24T15:00Z") as story:
        story.has_slack("maya", MAYA, "Maya Chen")
        await story.joins("maya", "jordan", "creator Maya Chen")
        story.skims("jordan")
        story.skims("maya")
        for words in ("who is my contact?", "кто мой контакт"):
            await story.writes("maya", words)
            story.sees("maya", "Your contacts:", "Jordan Lee", "Sam Ortiz")
        await story.writes("maya", "who has the final say on the contract?")
        story.sees("maya", "Marina Orlova")


async def test_lena_sends_the_next_version_herself(tmp_path: Path) -> None:
    """A draft she handed in is sent back: she hears how to go on, and hands in a new text without ever reading a remark."""
    async with staged(tmp_path, "2026-11-24T09:00Z") as story:
        lena = await lena_is_here(story)
        request = await story.opens("sveta", "concept", "RU", "Сценарий", creator="Лена", creator_id=lena, by_creator=True)
        for person in ("sveta", "pavel", "lena", "anna"):
            story.skims(person)
        notes = (Note("Слишком резкий переход", Weight.MUST_FIX),)
        owner = (await story.request(request)).open_steps[0].waiting[0].person
        await story.town.system.service.do(request, Do(Action.SEND_BACK, owner, "story", remarks=notes))
        await story.clock_reaches("2026-11-24T09:10Z")
        story.sees("lena", "нужны изменения", f"/status {request}")
        for person in ("sveta", "pavel", "anna"):
            story.skims(person)
        await story.writes("lena", f"/status {request}")
        assert story.sees("lena", request).labels == ["Отправить повторно", "Отозвать"]
        await story.taps("lena", "Отправить повторно")
        story.hears("lena", "Вопрос ниже")
        story.sees("lena", "Пришлите новый текст")
        assert not any(secret in message.text for secret in SECRETS for message in story._messages("lena"))
        await story.writes("lena", "Сценарий без перехода")
        story.sees("lena", "Отправлено повторно")
        again = await story.request(request)
        assert (again.round, again.draft.text) == (2, "Сценарий без перехода")
        for person in ("sveta", "pavel", "lena", "anna"):
            story.skims(person)


async def test_lena_hears_the_decision_once_it_stands(tmp_path: Path) -> None:
    """Approved and rejected: told when it can no longer be taken back, with who tells her more, without the reason."""
    async with staged(tmp_path, "2026-11-24T09:00Z") as story:
        lena = await lena_is_here(story)
        for title, label in (("Список на январь", "Утвердить"), ("Список на март", "Отклонить")):
            request = await story.opens("anna", "creator_selection", "RU", title, creator="Лена Морозова", creator_id=lena)
            story.sees("anna", request)
            story.sees("pavel", request)
            story.sees("lena", f"Получено: {request} «{title}»", "Павел Громов")
            await story.taps("pavel", label, on=request)
            if label == "Отклонить":
                story.sees("pavel", "Почему вы отклоняете")
                await story.writes("pavel", SECRETS[0])
                story.sees("pavel", "Записано: отклонено.")
            assert story.fresh("lena") == []
            story.sees("anna", request)
            await story.clock_reaches((story.town.clock.now() + timedelta(minutes=5)).isoformat())
            told = story.sees("lena", request, "утверждено", "Светлана Ким")
            assert SECRETS[0] not in told.text
        assert ["не утверждено" in m.text for m in story._messages("lena") if "утверждено" in m.text] == [False, True]
