"""Away: said in one's own words in either messenger; what waits moves in time, and whoever returns reads what went by."""

from __future__ import annotations

from pathlib import Path

from bot.core.request.model import RequestId
from tests.stories.stage import Stage, staged

TUESDAY = "2026-11-24T14:00Z"  # 17:00 in Moscow, 9:00 in New York


async def with_oleg(story: Stage) -> RequestId:
    """A contract that waits for the lawyer, due on Wednesday at 16:00."""
    request = await story.opens("jordan", "contract", "US", "Contract with Maya Chen")
    story.sees("jordan", request)
    story.sees("katya", request)
    await story.taps("katya", "Согласовать")
    story.hears("katya", "Записано: да.")
    story.sees("oleg", request, "Срок: ср, 25 нояб., 16:00 МСК, осталось: 8 рабочих часов")
    return request


async def test_days_in_may_written_in_telegram(tmp_path: Path) -> None:
    """Far away: nothing moves today, and the answer says what will, with one button to take it back."""
    async with staged(tmp_path, TUESDAY) as story:
        await story.writes("pavel", "/away 4–14 мая")
        said = story.sees("pavel", "Записано: вас нет с 4 мая 2027 по 14 мая 2027 включительно. Передавать сейчас нечего;")
        assert [label for label, _ in said.buttons] == ["Я на месте"]
        await story.writes("pavel", "/away")
        story.sees("pavel", "Вас не будет в эти дни:", "• с 4 мая 2027 по 14 мая 2027 включительно")
        await story.restarts()
        await story.writes("pavel", "/back")
        story.sees("pavel", "Записано: отсутствие с 4 мая 2027 по 14 мая 2027 включительно отменено.")
        await story.writes("pavel", "/back")
        story.sees("pavel", "У вас нет отмеченных отсутствий.")


async def test_a_quick_button_in_telegram_moves_what_waits_tomorrow(tmp_path: Path) -> None:
    """The question turns into the answer; the deputy's deadline is the same, and the catch-up list comes on Thursday."""
    async with staged(tmp_path, TUESDAY) as story:
        request = await with_oleg(story)
        await story.clock_reaches("2026-11-24T15:00Z")
        await story.writes("oleg", "/away")
        story.sees("oleg", "Когда вас не будет? Нажмите или напишите дни: /away 4–14 мая.", "Дела в эти дни идут замещающему.")
        await story.taps("oleg", "Меня не будет завтра")
        story.hears("oleg", "")
        said = story.latest("oleg", "Записано: вас нет 25 нояб. 2026. Ваши дела переходят:")
        assert f"• {request} «Contract with Maya Chen»: Ирина Ладыгина, с ср, 25 нояб., 10:00 МСК" in said.text
        await story.clock_reaches("2026-11-25T06:59Z")
        story.has_no_card("irina", request)
        await story.clock_reaches("2026-11-25T07:00Z")
        story.sees("irina", request, "Срок: ср, 25 нояб., 16:00 МСК", "Замещение, исполнитель роли: Олег Синицын")
        story.may("oleg", request)
        story.reads("jordan", request, "Waiting for: Irina Ladygina")
        await story.clock_reaches("2026-11-25T08:00Z")
        await story.taps("irina", "Согласовать")
        story.hears("irina", "Записано: да.")
        story.sees("marina", request)
        await story.taps("marina", "Утвердить")
        story.hears("marina", "Записано: да.")
        await story.clock_reaches("2026-11-25T14:00Z")
        story.sees("jordan", "Approved:", request)
        await story.clock_reaches("2026-11-26T06:59Z")
        await story.clock_reaches("2026-11-26T07:00Z")
        story.sees(
            "oleg", "Начало рабочего дня.\nПока вас не было:", f"• {request} «Contract with Maya Chen», замещение: Ирина Ладыгина"
        )
        story.nobody_was_woken()


async def test_through_friday_is_friday_also_on_a_saturday(tmp_path: Path) -> None:
    """The button says Friday, so it is the coming Friday whatever today is."""
    async with staged(tmp_path, "2026-11-28T09:00Z") as story:
        await story.writes("oleg", "/away")
        story.sees("oleg", "Когда вас не будет?")
        await story.taps("oleg", "Меня нет до пятницы включительно")
        story.hears("oleg", "")
        story.latest("oleg", "Записано: вас нет с 28 нояб. 2026 по 4 дек. 2026 включительно.")


async def test_said_in_slack_in_the_chat_and_in_a_channel_only_they_see_it(tmp_path: Path) -> None:
    """Whatever is typed in a channel is nobody else's business."""
    async with staged(tmp_path, TUESDAY) as story:
        request = await story.opens("jordan", "concept", "US", "Reel")
        story.sees("jordan", request)
        story.sees("priya", request)
        await story.commands("priya", "away May 4 – May 14")
        story.sees(
            "priya", "Noted: you are away from May 4, 2027 through May 14, 2027.", "Sam Ortiz, from Tue, May 4, 9:00 AM ET"
        )
        channel = story.channel("priya", "jordan")
        await story.commands("priya", "away tomorrow", channel=channel)
        (who, said), *others = story.whispers(channel)
        assert (who, others) == ("priya", [])
        assert "Noted: you are away on Nov 25, 2026. What waits for you goes to:" in said
        await story.commands("priya", "back", channel=channel)
        who, said = story.whispers(channel)[-1]
        assert (
            who == "priya" and "you will not be away on Nov 25, 2026 and from May 4, 2027 through May 14, 2027 after all." in said
        )
        await story.clock_reaches("2026-11-24T14:30Z")
        await story.taps("priya", "Final approval")
        story.sees("jordan", "Approved:", request)


async def test_quick_buttons_in_slack_and_back_the_same_day(tmp_path: Path) -> None:
    """What moved stays where it is; whoever is back reads where."""
    async with staged(tmp_path, TUESDAY) as story:
        request = await story.opens("jordan", "concept", "US", "Reel")
        story.sees("jordan", request)
        story.sees("priya", request, "Deadline: Tue, Nov 24, 1:00 PM ET")
        await story.commands("priya", "away")
        asked = story.sees("priya", "When are you away? Tap, or write the days: /soglas away May 4 – May 14.")
        assert [label for label, _ in asked.buttons] == ["Away today", "Away tomorrow", "Away through Friday"]
        await story.taps("priya", "Away today")
        # The answer takes the place of the question: its buttons are gone.
        said = story.latest("priya", "Noted: you are away on Nov 24, 2026. What waits for you goes to:")
        assert said.key == asked.key
        assert f"• {request} “Reel”: Sam Ortiz" in said.text
        assert [label for label, _ in said.buttons] == ["I am back"]
        story.sees("sam", request, "Deadline: Tue, Nov 24, 1:00 PM ET", "standing in for Priya Shah")
        await story.restarts()
        await story.commands("priya", "back")
        story.sees(
            "priya", "Welcome back. This went by; it stays with whoever has it now:", "“Reel” went to Sam Ortiz, now: open"
        )
        story.may("priya", request)
        await story.taps("sam", "Final approval")
        story.sees("jordan", "Approved:", request, "Decided by Sam Ortiz")


async def test_for_somebody_else_only_the_coordinator_and_signatories(tmp_path: Path) -> None:
    """Katya and Priya may, Sveta and Jordan may not; whoever is meant hears it."""
    async with staged(tmp_path, TUESDAY) as story:
        request = await with_oleg(story)
        await story.writes("sveta", "/away Олег 25–27 ноября")
        story.sees("sveta", "Вы можете отметить своё отсутствие. За других это делают координатор и те, кто подписывает плейбук.")
        await story.commands("jordan", "away Sam Nov 25")
        story.sees("jordan", "You can say this for yourself. For others it is up to the coordinator")
        await story.writes("katya", "/away Олег Синицын 25–27 ноября")
        story.sees(
            "katya", "Записано: Олег Синицын, отсутствие с 25 нояб. 2026 по 27 нояб. 2026 включительно. Дела переходят:", request
        )
        story.sees("oleg", "Отмечено ваше отсутствие с 25 нояб. 2026 по 27 нояб. 2026 включительно. Записано: Екатерина Левина.")
        await story.commands("priya", "away Sam Nov 25")
        story.sees("priya", "Noted: Sam Ortiz is away on Nov 25, 2026. Nothing has to move now.")
        story.sees("sam", "Priya Shah has noted that you are away on Nov 25, 2026.")
        await story.writes("katya", "/back Олег")
        story.sees("katya", "Записано: Олег Синицын, отсутствие с 25 нояб. 2026 по 27 нояб. 2026 включительно отменено.")
        story.sees("oleg", "Отмечено, что вы снова на месте. Записано: Екатерина Левина.")
        await story.clock_reaches("2026-11-24T15:30Z")
        await story.taps("oleg", "Согласовать")
        story.hears("oleg", "Записано: да.")
        story.sees("marina", request)


async def test_what_cannot_be_understood_is_answered_with_an_example(tmp_path: Path) -> None:
    """No days, no such day, the wrong way round, past, too long, nobody of that name."""
    async with staged(tmp_path, TUESDAY) as story:
        wrong = {
            "скоро": "Не удалось понять дни. Напишите так: /away 4–14 мая, или нажмите.",
            "31 февраля": "Такого дня нет.",
            "14–4 мая": "Последний день раньше первого.",
            "1 ноября 2026": "Эти дни уже прошли.",
            "с завтра по 1.05.2029": "Это дольше года. На такой срок роли нужен другой исполнитель в плейбуке.",
            "Вася 4–14 мая": "Не удалось понять, о ком речь: «Вася». Напишите имя полностью, как в плейбуке.",
        }
        for words, answer in wrong.items():
            await story.writes("katya", f"/away {words}")
            story.sees("katya", answer)
        for words, answer in {"soon": "I did not understand the days.", "Feb 31": "There is no such day."}.items():
            await story.commands("priya", f"away {words}")
            said = story.sees("priya", answer, "Write", "/soglas away May 4 – May 14, or tap.")
            assert next(label for label, _ in said.buttons) == "Away today"


async def test_the_deputy_is_away_too(tmp_path: Path) -> None:
    """Nobody is left for the lawyer's step: the coordinator has it as a gap, in time."""
    async with staged(tmp_path, TUESDAY) as story:
        request = await with_oleg(story)
        for person in ("irina", "oleg"):
            await story.writes(person, "/away завтра")
            story.sees(person, "Записано: вас нет 25 нояб. 2026.")
        await story.clock_reaches("2026-11-25T07:00Z")
        story.reads("jordan", request, "Waiting for: Katya Levina")
        await story.clock_reaches("2026-11-25T09:00Z")
        story.reads("katya", request, "Этот шаг сейчас некому взять (Юрист). Передайте его тому, кто решит")
        assert story.skims("katya") > 0
        await story.clock_reaches("2026-11-25T10:00Z")
        await story.taps("katya", "Передать")
        story.hears("katya", "Вопрос ниже")
        story.sees("katya", "Кому передать")
        await story.taps("katya", "Марина Орлова")
        story.hears("katya", "Передано.")
        story.sees("marina", request, "Нужно ваше согласование")
        await story.clock_reaches("2026-11-26T07:00Z")
        story.sees("oleg", "Пока вас не было:", request)
        assert story.skims("marina") >= 0
        story.skims("katya", "Просрочено")
        story.nobody_was_woken()


async def test_a_quick_button_in_a_channel_is_answered_in_private(tmp_path: Path) -> None:
    """The buttons only Priya sees work where she typed, and so does the answer; nobody else sees either."""
    async with staged(tmp_path, TUESDAY) as story:
        channel = story.channel("priya", "jordan")
        await story.commands("priya", "away", channel=channel)
        asked = next(message for message in story.town.slack.chat(channel) if message.from_bot)
        buttons = [element for block in asked.blocks if block["type"] == "actions" for element in block["elements"]]
        assert [button["text"]["text"] for button in buttons] == ["Away today", "Away tomorrow", "Away through Friday"]
        user, button = story.town.actors["priya"].external, buttons[2]
        acked = await story.town.slack.tap(user, channel, asked.ts, button["action_id"], value=button["value"])
        assert acked.ok
        await story.quiet()
        [(who, words)] = story.whispers(channel)
        assert who == "priya"
        assert "Noted: you are away from Nov 24, 2026 through Nov 27, 2026." in words
        await story.writes("priya", "ok")
        story.sees("priya", "Nothing waits for your decision now")


async def test_somebody_else_taps_a_quick_button_meant_for_another(tmp_path: Path) -> None:
    """A forwarded or forged button speaks only of the one who taps it."""
    async with staged(tmp_path, TUESDAY) as story:
        request = await with_oleg(story)
        await story.writes("marina", "/away")
        asked = story.sees("marina", "Когда вас не будет?")
        await story.taps_data("oleg", story.card("oleg", request).key, dict(asked.buttons)["Меня не будет завтра"])
        story.hears("oleg", "")
        story.sees("oleg", "Записано: вас нет 25 нояб. 2026.")
        story.reads("oleg", request, "Нужно ваше согласование")
        absences = await story.town.system.store.read(lambda tx: [one.days.person for one in tx.absences(asked.at.date())])
        assert absences == ["oleg"]
