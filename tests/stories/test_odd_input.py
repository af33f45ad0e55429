"""What people send that nobody thought of: stickers and polls, endless texts, edits, junk after commands, groups, strangers."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from bot.core.request.model import RequestId, Status
from bot.ports import Filter
from tests.stories.stage import Stage, staged

MORNING, DAY = "2026-11-24T09:00Z", "2026-11-24T15:00Z"
GROUP = -1001
HEBREW, ARABIC = "מאיה כהן", "\u202eمها العلي\u202c"


async def a_deviation(story: Stage) -> RequestId:
    """Pavel's request that Anna decides, both in Telegram."""
    request = await story.opens("pavel", "brand_deviation", "RU", "Зелёная стена")
    story.sees("pavel", request)
    story.sees("anna", request)
    return request


async def test_stickers_voices_polls_contacts_and_places(tmp_path: Path) -> None:
    """Each is answered kindly by name, under a card too, and records nothing."""
    async with staged(tmp_path, MORNING) as story:
        request, bot, anna = await a_deviation(story), story.town.telegram, story.actors["anna"].telegram_id
        revision = (await story.request(request)).revision
        card = int(story.card("anna", request).key)
        for send, name in (
            (partial(bot.send_sticker, anna, "👍", reply_to=card), "стикер"),
            (partial(bot.send_voice, anna, reply_to=card), "голосовое сообщение"),
            (partial(bot.send_poll, anna, "Какая стена?"), "опрос"),
            (partial(bot.send_contact, anna, "+79000000000", "Астра"), "контакт"),
            (partial(bot.send_location, anna, 55.7, 37.6), "геопозиция"),
        ):
            send()
            await story.quiet()
            story.sees("anna", "Такое не принимается", name)
        assert (await story.request(request)).revision == revision


async def test_a_sticker_is_no_answer_to_a_question(tmp_path: Path) -> None:
    """While a question is open a sticker is no answer; the question stays and words answer it."""
    async with staged(tmp_path, MORNING) as story:
        request = await a_deviation(story)
        await story.taps("anna", "Отклонить")
        story.hears("anna", "Вопрос ниже")
        story.sees("anna", "Почему вы отклоняете")
        story.town.telegram.send_sticker(story.actors["anna"].telegram_id)
        await story.quiet()
        story.sees("anna", "Ничего не записано")
        assert (await story.request(request)).status is Status.OPEN
        await story.writes("anna", "Стена не наша")
        story.sees("anna", "Записано: отклонено")
        story.sees("pavel", "Отклонено")


async def test_thousands_of_characters(tmp_path: Path) -> None:
    """A text of twelve thousand characters arrives in three messages and is one draft; one too long is refused, nothing is lost."""
    async with staged(tmp_path, MORNING) as story:
        await story.writes("pavel", "/new")
        for words in ("Выбор блогеров", "Москва", "Лена", "Список"):
            await story.writes("pavel", words)
        story.skims("pavel")
        await story.writes("pavel", "слово " * 2000)
        story.skims("pavel")
        await story.taps("pavel", "Это всё")
        await story.taps("pavel", "Без срока")
        await story.taps("pavel", "Отправить")
        (request,) = await story.town.system.store.read(lambda tx: list(tx.requests(Filter())))
        assert request.draft.text.count("слово") == 2000
        for person in ("pavel", "anna"):
            story.sees(person, f"· {request.id} ·")
            story.sees(person, f"[{request.id}.txt]")
        story.skims("pavel")
        await story.writes("pavel", "ы" * 4000)
        story.sees("pavel", "Сообщение не распознано")


async def test_endless_words_under_a_card_are_lost_for_no_one(tmp_path: Path) -> None:
    """Three thousand characters reach the other side: whole as one message in Telegram, where no file comes with them."""
    async with staged(tmp_path, DAY) as story:
        request = await story.opens("jordan", "contract", "US", "Contract")
        story.sees("jordan", request)
        story.sees("katya", request)
        for letter in "xyz":
            await story.writes("jordan", letter * 3000, under=story.card("jordan", request).key)
            story.sees("katya", f"Джордан Ли: {letter * 3000}")
            story.sees("jordan", "Passed on")
        story.reads("katya", request, "Джордан Ли: zzz")
        await story.writes("katya", "ж" * 3000, under=story.card("katya", request).key)
        story.sees("katya", "Передано всем")
        story.sees("jordan", "Katya Levina: ж")
        story.reads("katya", request, "Екатерина Левина: жжж")
        # In Slack a message holds less of it; what was cut is in the file beside the card.
        files = [body.decode() for message in story._messages("jordan") for _, body in message.files]
        assert any("ж" * 3000 in body for body in files)
        story.skims("jordan")
        assert [saying.text[0] for saying in (await story.request(request)).talk] == ["x", "y", "z", "ж"]


async def test_a_forwarded_message_of_the_bot_is_no_decision(tmp_path: Path) -> None:
    """Anna forwards the card to the bot, into a group and to nobody's harm: nothing is decided and nothing is told there."""
    async with staged(tmp_path, MORNING) as story:
        request = await a_deviation(story)
        revision, bot, anna = (await story.request(request)).revision, story.town.telegram, story.actors["anna"].telegram_id
        card = int(story.card("anna", request).key)
        bot.add_group(GROUP, "Команда", [anna, story.actors["pavel"].telegram_id])
        await story.quiet()
        bot.forward_bot_message(anna, card)
        await story.quiet()
        story.skims("anna")
        bot.forward_bot_message(anna, card, chat_id=GROUP)
        await story.quiet()
        assert (await story.request(request)).revision == revision
        assert not any(request in said for said in story.says_in_group(GROUP))


async def test_edited_and_deleted_messages(tmp_path: Path) -> None:
    """An edit says kindly that it changes nothing; a deleted message changes nothing and brings nothing."""
    async with staged(tmp_path, DAY) as story:
        request = await story.opens("jordan", "contract", "US", "Contract")
        story.sees("jordan", request)
        story.sees("katya", request)
        bot, katya = story.town.telegram, story.actors["katya"].telegram_id
        number = bot.send_text(katya, "Нужна ставка", reply_to=int(story.card("katya", request).key))
        await story.quiet()
        story.sees("katya", "Передано всем")
        story.sees("jordan", "Нужна ставка")
        bot.edit_text(katya, number, "Нужна другая ставка")
        await story.quiet()
        story.sees("katya", "правка его здесь не меняет")
        bot.delete(katya, number)
        await story.quiet()
        assert [saying.text for saying in (await story.request(request)).talk] == ["Нужна ставка"]
        ts = await story.town.slack.say(
            story.actors["jordan"].external, "Which rate?", thread_ts=story.card("jordan", request).key
        )
        await story.quiet()
        story.sees("jordan", "Passed on")
        story.sees("katya", "Which rate?")
        await story.town.slack.edit(story.actors["jordan"].external, story._dm(story.actors["jordan"]), ts, "Which rate??")
        await story.quiet()
        story.sees("jordan", "an edit does not change it")
        await story.town.slack.erase(story.actors["jordan"].external, story._dm(story.actors["jordan"]), ts)
        await story.quiet()
        assert [saying.text for saying in (await story.request(request)).talk] == ["Нужна ставка", "Which rate?"]


async def test_commands_with_junk_after_them(tmp_path: Path) -> None:
    """Junk after a command, a wrong case, another bot's name or an unknown command: an answer, never silence or a fault."""
    async with staged(tmp_path, MORNING) as story:
        for words in (
            "/inbox  \n\n пожалуйста!!!", "/INBOX", "/help <b>", "/contact 🌿🌿", "/status -1", "/status A-99999999999999", "/who \u202e",
            "/hours завтра в Марсе", "/settings x", "/cancel сейчас", "/invite \u0000", "/revoke", "/revoke кто-нибудь", "/away ---", "/back to the future",
            "/nonsense", "/start junk with spaces", "/start " + "x" * 64, "/", "//", "/soglas inbox", "/playbook '; drop table--",
        ):  # fmt: skip
            await story.writes("oleg", words)
            answers = story.fresh("oleg")
            assert len(answers) == 1, (words, [message.text for message in answers])
            assert "Здесь произошёл сбой" not in answers[0].text, words
            story.skims("oleg")


async def test_a_question_of_a_card_and_a_draft_at_once(tmp_path: Path) -> None:
    """Anna is writing a draft when she taps «Отклонить»: her next words are the reason, and then the draft goes on."""
    async with staged(tmp_path, MORNING) as story:
        request = await a_deviation(story)
        await story.writes("anna", "/new")
        await story.writes("anna", "Выбор блогеров")
        await story.writes("anna", "Москва")
        await story.taps("anna", "Без блогера")
        story.skims("anna")
        await story.taps("anna", "Отклонить")
        story.sees("anna", "Почему вы отклоняете")
        await story.writes("anna", "Стена не наша")
        story.sees("anna", "Записано: отклонено")
        story.sees("pavel", "Отклонено", request)
        await story.writes("anna", "Список на январь")
        story.sees("anna", "Текст, который нужно согласовать")
        # The other way round: /new while a card's question is open is answered, and the question is over.
        second = await story.opens("pavel", "brand_deviation", "RU", "Синяя стена")
        story.sees("pavel", second)
        story.sees("anna", second)
        await story.taps("anna", "Отклонить", on=second)
        story.sees("anna", "Почему вы отклоняете")
        await story.writes("anna", "/cancel")
        story.sees("anna", "Отменено. Ничего не записано.")
        await story.writes("anna", "Десять имён")
        story.sees("anna", "Есть что добавить?")
        assert (await story.request(second)).status is Status.OPEN


async def test_names_and_titles_in_right_to_left_script(tmp_path: Path) -> None:
    """Hebrew and Arabic stand where they belong and turn no other words around."""
    async with staged(tmp_path, MORNING) as story:
        story.has_telegram("lena", 5002, HEBREW)
        await story.joins("lena", "sveta", f"блогер {HEBREW}")
        story.sees("sveta", HEBREW, "t.me")
        story.sees("lena", HEBREW)
        story.sees("sveta", HEBREW, "Telegram")
        await story.writes("pavel", "/new")
        for words in ("Отступление от бренд-гайда", "Москва", HEBREW, f"Стена для {ARABIC}"):
            await story.writes("pavel", words)
        for label in ("Без текста", "Это всё", "Без срока", "Без суммы", "Отправить"):
            await story.taps("pavel", label)
        for words in ("?", "Название", "Отправлено", "Есть"):
            story.skims("pavel", words)
        request = RequestId("A-1")
        for person in ("pavel", "anna"):
            card = story.sees(person, request, HEBREW, "مها العلي")
            assert "\u202e" not in card.text


async def test_the_bots_name_in_a_group(tmp_path: Path) -> None:
    """Asked in a group it answers in private and says so there; it reveals nothing and answers nobody who did not call it."""
    async with staged(tmp_path, MORNING) as story:
        request = await a_deviation(story)
        bot, anna = story.town.telegram, story.actors["anna"].telegram_id
        story.has_telegram("astra", 5001, "Астра")
        bot.add_group(GROUP, "Команда", [anna, story.actors["pavel"].telegram_id, 5001])
        await story.quiet()
        bot.send_text(anna, "Коллеги, доброе утро", chat_id=GROUP)
        await story.quiet()
        assert story.says_in_group(GROUP) == []
        bot.send_text(anna, f"@{bot.username} что меня ждёт?", chat_id=GROUP)
        await story.quiet()
        story.may_be_refused("not modified")
        story.sees("anna", request)
        assert story.says_in_group(GROUP) == ["Ответ ждёт вас в личном чате со мной."]
        bot.send_text(5001, f"@{bot.username} что меня ждёт?", chat_id=GROUP)
        await story.quiet()
        assert "Откройте, пожалуйста, личный чат" in story.says_in_group(GROUP)[-1]
        bot.send_text(anna, f"/inbox@{bot.username}", chat_id=GROUP)
        await story.quiet()
        story.sees("anna", request)
        assert not any(request in said or "стена" in said for said in story.says_in_group(GROUP))


async def test_a_group_that_migrates(tmp_path: Path) -> None:
    """A group becomes a supergroup: nothing breaks, and asked in the new one the bot answers."""
    async with staged(tmp_path, MORNING) as story:
        bot, anna, new = story.town.telegram, story.actors["anna"].telegram_id, -1000000000555
        bot.add_group(GROUP, "Команда", [anna, story.actors["pavel"].telegram_id])
        bot.send_text(anna, f"@{bot.username} кто мой контакт?", chat_id=GROUP)
        await story.quiet()
        story.sees("anna", "К кому обращаться")
        bot.migrate_group(GROUP, new)
        await story.quiet()
        bot.send_text(anna, f"@{bot.username} кто мой контакт?", chat_id=new)
        await story.quiet()
        story.sees("anna", "К кому обращаться")
        assert "в личном чате" in story.says_in_group(new)[-1]
        bot.remove_bot(new, anna)
        await story.quiet()
        await story.writes("anna", "кто мой контакт?")
        story.sees("anna", "К кому обращаться")


async def test_somebody_of_another_slack_workspace(tmp_path: Path) -> None:
    """In a shared channel their questions and taps are answered like a stranger's, whatever their id is like."""
    async with staged(tmp_path, DAY) as story:
        request = await story.opens("jordan", "contract", "US", "Contract")
        story.sees("jordan", request)
        story.sees("katya", request)
        slack = story.town.slack
        slack.add_stranger("USTRANGER", "TOTHER", "Alex Doe")
        channel = slack.add_channel("shared", "USTRANGER", story.actors["jordan"].external)
        await slack.mention("USTRANGER", channel, f"what is {request}?")
        await story.quiet()
        (said,) = [message for message in slack.chat(channel) if message.from_bot]
        assert said.ephemeral_for == "USTRANGER"
        assert "Contract" not in said.text
        await story.commands("jordan", f"status {request}", channel=channel)
        await slack.mention(story.actors["jordan"].external, channel, f"what is {request}?")
        await story.quiet()
        answers = [message for message in slack.chat(channel) if message.from_bot][1:]
        assert [message.ephemeral_for for message in answers] == [story.actors["jordan"].external] * 2


async def test_a_group_with_another_bot_in_it(tmp_path: Path) -> None:
    """Where the bot reads everything it still answers only what is meant for it, not another bot's commands and name."""
    async with staged(tmp_path, MORNING) as story:
        bot, anna = story.town.telegram, story.actors["anna"].telegram_id
        bot._world.privacy = False
        bot.add_group(GROUP, "Команда", [anna, story.actors["pavel"].telegram_id])
        for words in ("/inbox@other_bot", f"@{bot.username}2 что меня ждёт?", "/etc/hosts поправлен", "где A-1?", "ок"):
            bot.send_text(anna, words, chat_id=GROUP)
            await story.quiet()
        assert story.says_in_group(GROUP) == []
        bot.send_text(anna, "/inbox", chat_id=GROUP)
        await story.quiet()
        story.sees("anna", "Сейчас нет запросов, к")
        assert story.says_in_group(GROUP) == ["Ответ ждёт вас в личном чате со мной."]
