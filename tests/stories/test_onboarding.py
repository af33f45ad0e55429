"""The first minute in chat: a link pressed, a word typed; forwarded, late or used again; two accounts; blocked and back."""

from __future__ import annotations

from pathlib import Path

from tests.stories.stage import Stage, staged

ASTRA, LENA, MAYA = 5001, 5002, "U9MAYA"


async def katya_invites_sveta(story: Stage) -> str:
    word = await story.invites("katya", "Светлана Ким")
    story.sees("katya", "Светлана Ким", f"start={word}", f"код {word}")
    return word


async def test_sveta_presses_start_and_sees_what_her_part_is(tmp_path: Path) -> None:
    """Her first screen says her role, her hours and what waits; the step that went to her deputy meanwhile stays there."""
    async with staged(tmp_path, "2026-11-24T09:00Z") as story:
        await story.is_unknown("sveta")
        moved = await story.opens("anna", "concept", "RU", "Сценарий «Мука»")
        story.sees("anna", moved, "Ждёт: Павел Громов")
        story.sees("pavel", moved, "Замещение, исполнитель роли: Светлана Ким")
        word = await katya_invites_sveta(story)
        await story.presses_start("sveta", word)
        story.sees(
            "sveta",
            "Здравствуйте, Светлана Ким",
            "• Менеджер по работе с блогерами, Москва",
            "10:00",
            "Сейчас вас ничего не ждёт",
        )
        story.sees("katya", "Светлана Ким", "Telegram")
        await story.taps("sveta", "Часы верны")
        story.hears("sveta", "Принято")
        story.latest("sveta", "Здравствуйте, Светлана Ким")
        mine = await story.opens("anna", "concept", "RU", "Сценарий «Свитер»")
        story.sees("anna", mine, "Ждёт: Светлана Ким")
        story.sees("sveta", mine, "Нужно ваше согласование")
        story.has_no_card("sveta", moved)


async def test_a_link_works_once_and_for_one(tmp_path: Path) -> None:
    """Pressed again by Sveta it greets her again; forwarded to somebody else it tells them nothing."""
    async with staged(tmp_path, "2026-11-24T09:00Z") as story:
        await story.is_unknown("sveta")
        story.has_telegram("astra", ASTRA, "Астра")
        word = await katya_invites_sveta(story)
        await story.presses_start("sveta", word)
        story.sees("sveta", "Здравствуйте, Светлана Ким")
        story.sees("katya", "Светлана Ким", "Telegram")
        await story.presses_start("sveta", word)
        story.sees("sveta", "Здравствуйте, Светлана Ким")
        await story.presses_start("astra", word)
        seen = story.sees("astra", "Это приглашение больше не действует")
        assert "Ким" not in seen.text
        await story.writes("astra", "Что тут за запросы?")
        story.sees("astra", "Этот аккаунт мне пока незнаком")
        assert await story.account("astra") is None


async def test_a_link_dies_after_a_week_and_when_a_newer_one_is_given(tmp_path: Path) -> None:
    """Too late is answered like wrong; the newest link counts alone; somebody who is in cannot become somebody else."""
    async with staged(tmp_path, "2026-11-24T09:00Z") as story:
        await story.is_unknown("sveta")
        old = await katya_invites_sveta(story)
        await story.clock_reaches("2026-12-01T09:01Z")
        story.skims("katya")
        await story.presses_start("sveta", old)
        late = story.sees("sveta", "Это приглашение больше не действует")
        first = await katya_invites_sveta(story)
        newest = await katya_invites_sveta(story)
        await story.presses_start("sveta", first)
        assert story.sees("sveta", "Это приглашение больше не действует").text == late.text
        await story.presses_start("anna", newest)
        story.sees("anna", "уже записан за другим человеком")
        owner = await story.account("anna")
        assert owner is not None
        assert owner.person == "anna"
        await story.presses_start("sveta", newest)
        story.sees("sveta", "Здравствуйте, Светлана Ким")
        story.skims("katya", "Светлана Ким")


async def test_lena_a_creator_comes_in_by_svetas_link(tmp_path: Path) -> None:
    """She learns who her contact is and what she may ask, in Russian, and nothing of the inside."""
    async with staged(tmp_path, "2026-11-24T09:00Z") as story:
        story.has_telegram("lena", LENA, "Лена")
        await story.joins("lena", "sveta", "блогер Лена Морозова")
        story.sees("sveta", "Лена Морозова", "https://t.me/")
        seen = story.sees("lena", "Лена Морозова", "Светлана Ким", "замещает Павел Громов")
        assert "Рынок" not in seen.text
        assert "Часы неверны" not in seen.labels
        story.sees("sveta", "Лена Морозова", "Telegram")
        await story.writes("lena", "/help")
        menu = story.sees("lena", "кто мой контакт", "/new")
        assert {"Мои контакты", "Мои запросы"} <= set(menu.labels)
        assert "Плейбук" not in menu.labels


async def test_maya_joins_in_slack_with_the_word(tmp_path: Path) -> None:
    """An American creator writes the word in Slack and is greeted in English; Jordan hears that she is here."""
    async with staged(tmp_path, "2026-11-24T15:00Z") as story:
        story.has_slack("maya", MAYA, "Maya Chen")
        await story.joins("maya", "jordan", "creator Maya Chen")
        story.sees("jordan", "Maya Chen", "join ")
        story.sees("maya", "Maya Chen", "Jordan Lee")
        story.sees("jordan", "Maya Chen", "Slack")
        await story.writes("maya", "who is my contact?")
        story.sees("maya", "Jordan Lee", "Sam Ortiz")


async def test_whoever_may_not_invite_is_told_so(tmp_path: Path) -> None:
    """Oleg keeps no market's creators and coordinates nothing; Sveta may invite creators, but no colleagues."""
    async with staged(tmp_path, "2026-11-24T09:00Z") as story:
        await story.writes("oleg", "/invite блогер Лена Морозова")
        story.sees("oleg", "Приглашают координатор и те, кто подписывает")
        await story.writes("sveta", "/invite Олег Синицын")
        story.sees("sveta", "Приглашают координатор и те, кто подписывает")
        await story.writes("sveta", "/invite")
        story.sees("sveta", "Чтобы пригласить блогера")


async def test_two_accounts_and_where_to_be_asked_first(tmp_path: Path) -> None:
    """Katya also has Slack: her next card comes where she wants to be asked; the old one stays where it is."""
    async with staged(tmp_path, "2026-11-24T09:30Z") as story:
        before = await story.opens("jordan", "contract", "US", "Contract with Maya Chen")
        story.sees("jordan", before)
        story.sees("katya", before)
        story.has_slack("katya in slack", "U9KATYA", "Katya Levina", "Europe/Moscow")
        word = await story.invites("marina", "Екатерина Левина")
        story.sees("marina", "Екатерина Левина", word)
        await story.writes("katya in slack", f"код {word}")
        story.sees("katya in slack", "Екатерина Левина")
        story.sees("marina", "Екатерина Левина", "Slack")
        await story.writes("katya", "/settings")
        story.sees("katya", "• Telegram", "• Slack")
        await story.taps("katya", "Писать сначала сюда")
        story.hears("katya", "Сохранено")
        story.latest("katya", "• Telegram, сюда в первую очередь")
        after = await story.opens("jordan", "contract", "US", "Contract with Dre Walker")
        story.sees("jordan", after)
        story.sees("katya", after, "Нужно ваше согласование")
        story.has_no_card("katya in slack", after)


async def test_a_blocked_bot_moves_the_step_and_says_so_once(tmp_path: Path) -> None:
    """Sveta blocks the bot: her deputy has the step and reads why, Katya hears it once; back again, the next one is hers."""
    async with staged(tmp_path, "2026-11-24T09:00Z") as story:
        # What stood there before she came back is not known for sure, so it is put there again.
        story.may_be_refused("message is not modified")
        request = await story.opens("anna", "concept", "RU", "Сценарий «Мука»")
        story.sees("anna", request)
        story.sees("sveta", request)
        await story.blocks_bot("sveta")
        story.sees("pavel", request, "Нужно ваше согласование", "Замещение, исполнитель роли: Светлана Ким")
        story.reads("anna", request, "Ждёт: Павел Громов")
        story.sees("katya", "Светлана Ким: написать больше нельзя", request, "теперь: Павел Громов")
        await story.clock_reaches("2026-11-24T10:00Z")
        second = await story.opens("anna", "concept", "RU", "Сценарий «Свитер»")
        story.sees("anna", second)
        story.sees("pavel", second)
        await story.unblocks_bot("sveta")
        assert "Ждёт: Павел Громов" in story.card("sveta", request).text
        third = await story.opens("anna", "concept", "RU", "Сценарий «Пирог»")
        story.sees("anna", third)
        story.sees("sveta", third, "Нужно ваше согласование")


async def test_language_and_hours_from_the_first_screen(tmp_path: Path) -> None:
    """Katya chooses English and her cards follow; that her hours are wrong reaches who coordinates, here the next in line."""
    async with staged(tmp_path, "2026-11-24T09:30Z") as story:
        await story.writes("katya", "/settings")
        story.sees("katya", "Язык: Русский", "12:00")
        await story.taps("katya", "English")
        story.hears("katya", "Saved")
        story.latest("katya", "Language: English")
        request = await story.opens("jordan", "contract", "US", "Contract with Maya Chen")
        story.sees("jordan", request)
        story.sees("katya", request, "Your review is needed")
        await story.taps("katya", "Hours are wrong")
        story.hears("katya", "")
        story.sees("marina", "Екатерина Левина", "12:00")
        await story.taps("katya", "Hours are wrong")
        assert story.fresh("marina") == []
        story.hears("katya", "")


async def test_the_wrong_person_is_put_out_again(tmp_path: Path) -> None:
    """The link reached somebody else first: Katya reads who came and takes it back with the words the bot gave her."""
    async with staged(tmp_path, "2026-11-24T09:00Z") as story:
        await story.is_unknown("sveta")
        story.has_telegram("astra", ASTRA, "Астра")
        word = await katya_invites_sveta(story)
        await story.presses_start("astra", word)
        story.sees("astra", "Здравствуйте, Светлана Ким")
        story.sees("katya", "По приглашению теперь здесь: Светлана Ким", "/revoke sveta")
        request = await story.opens("anna", "concept", "RU", "Сценарий «Мука»")
        story.sees("anna", request, "Ждёт: Светлана Ким")
        card = story.sees("astra", request)
        await story.writes("katya", "/revoke sveta")
        story.sees("katya", "аккаунт в Telegram больше не имеет доступа")
        story.sees("pavel", request, "Замещение, исполнитель роли: Светлана Ким")
        await story.taps_data("astra", card.key, dict(card.buttons)["Согласовать"])
        story.hears("astra", "Этот аккаунт мне пока незнаком")
        assert await story.account("astra") is None
