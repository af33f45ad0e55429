"""Moscow is closed from 31 December to 10 January: New York decides by itself in time, and Moscow checks it when it is back."""

from __future__ import annotations

from pathlib import Path

from bot.core.request.model import RequestId, Status
from tests.stories.stage import Stage, at, staged

TUESDAY = "2026-12-29T20:00Z"  # 15:00 in New York, 23:00 in Moscow
NEEDED_BY = "2026-12-31T22:00Z"  # Thursday, 17:00 in New York; Moscow has been closed for a day
ANNA_GOES_HOME = "2026-12-30T16:00Z"
MOSCOW_IS_BACK = "2027-01-11T07:00Z"


async def asks(story: Stage, title: str = "Green wall", needed_by: str = NEEDED_BY) -> RequestId:
    """Jordan asks on behalf of a creator."""
    request = await story.opens(
        "jordan", "brand_deviation", "US", title, amount="300 USD", creator="Dre Walker", needed_by=at(needed_by)
    )
    story.sees("jordan", request, "Waiting for: Anna Belova", "from Wed, Dec 30, 11:00 AM ET Priya Shah may decide locally")
    return request


async def waits_for_anna(story: Stage, request: RequestId) -> None:
    """Wednesday in Moscow: Anna is asked, reminded, late, and called a last time an hour before she goes."""
    await story.clock_reaches("2026-12-30T07:00Z")
    story.sees("anna", request, "Нужно ваше утверждение", "Если ответа не будет: с ср, 30 дек., 19:00 МСК может решить на месте")
    await story.clock_reaches("2026-12-30T09:00Z")
    story.sees("anna", "Напоминание", request, "Срок: ср, 30 дек., 14:00 МСК")
    await story.clock_reaches("2026-12-30T11:00Z")
    story.sees("katya", "Просрочено", request, "Ждёт: Анна Белова")
    await story.clock_reaches("2026-12-30T14:59Z")
    await story.clock_reaches("2026-12-30T15:00Z")
    story.sees("anna", "Последнее напоминание", request, "нужно не позднее пт, 1 янв., 01:00 МСК", "ср, 30 дек., 19:00 МСК")
    story.sees("marina", "Всё ещё просрочено", request)
    story.sees("priya", "Still overdue", request)


async def handed_over(story: Stage) -> RequestId:
    """Up to the moment Anna goes home for eleven days."""
    request = await asks(story)
    await waits_for_anna(story, request)
    await story.clock_reaches("2026-12-30T15:59Z")
    story.has_no_card("priya", request)
    await story.clock_reaches(ANNA_GOES_HOME)
    story.sees("jordan", f"{request} “Green wall”", "no answer from Anna Belova yet", "Priya Shah may decide locally now")
    story.sees(
        "priya", f"· {request} ·", "Your local decision is needed", "Moscow: 7:00 PM, closed until Mon, Jan 11, 2:00 AM ET"
    )
    return request


async def decided(story: Stage) -> RequestId:
    """Up to Anna's first minute after the holidays."""
    request = await handed_over(story)
    await story.clock_reaches("2026-12-30T16:30Z")
    await story.taps("priya", "Approve locally")
    story.sees("jordan", "Approved provisionally", "Decided locally by Priya Shah", "You can go ahead")
    await story.clock_reaches("2027-01-11T06:59Z")
    await story.clock_reaches(MOSCOW_IS_BACK)
    story.sees("anna", request, "решено на месте. Проверьте решение, срок: пн, 11 янв., 18:00 МСК")
    return request


async def test_both_may_answer_after_the_hand_over_and_every_card_says_so(tmp_path: Path) -> None:
    """Anna still has her buttons, Priya has hers, and whoever looks at a card knows who is waited for."""
    async with staged(tmp_path, TUESDAY) as story:
        request = await handed_over(story)
        story.may(
            "anna", request, "Утвердить", "Да, с замечаниями", "Вернуть на доработку", "Отклонить", "Задать вопрос", "Передать"
        )
        story.may("priya", request, "Approve locally", "Yes, with remarks", "Send back", "Reject", "Ask", "Pass on")
        story.reads("anna", request, "Передано: Прия Шах, с ср, 30 дек., 19:00 МСК", "решение на месте: Прия Шах (сейчас)")
        story.reads("priya", request, "local authority: Market Lead, US", "It is provisional and checked later")
        story.reads("jordan", request, "Handed over. Waiting for: Anna Belova or Priya Shah", "local decision: Priya Shah (now)")
        story.nobody_was_woken()


async def test_a_provisional_yes_says_whose_check_it_is_and_until_when(tmp_path: Path) -> None:
    """From the creator's question to the ratified decision, in both languages."""
    async with staged(tmp_path, TUESDAY) as story:
        request = await decided(story)
        for person in ("jordan", "priya"):
            story.reads(person, request, "Provisional decision: approved · Priya Shah · Wed, Dec 30, 11:30 AM ET")
            story.reads(person, request, "To be checked by Anna Belova, by Mon, Jan 11, 10:00 AM ET")
            story.reads(person, request, "Checks still open: 1 of the 5 allowed (New York, decisions of this kind)")
            story.may(person, request)
        story.reads("anna", request, "Утверждено на месте · Прия Шах · ср, 30 дек., 19:30 МСК. Нужна ваша проверка")
        story.reads("anna", request, "Срок: пн, 11 янв., 18:00 МСК, осталось: 8 рабочих часов")
        story.reads("anna", request, "Ждут проверки: 1 из 5 допустимых (Нью-Йорк, решения этого вида)")
        story.reads("anna", request, "проверка решений на месте: Бренд-менеджер")
        story.may("anna", request, "Подтвердить решение", "Да, с замечаниями", "Возразить", "Задать вопрос", "Передать")

        await story.taps("anna", "Подтвердить решение")
        story.hears("anna", "Записано: решение подтверждено.")
        story.reads(
            "anna", request, "Решение: утверждено · Прия Шах", "Проверка: подтверждено · Анна Белова · пн, 11 янв., 10:00 МСК"
        )
        story.reads(
            "jordan", request, "Decision: approved · Priya Shah", "Check: ratified · Anna Belova · Mon, Jan 11, 2:00 AM ET"
        )
        await story.clock_reaches("2027-01-11T14:00Z")
        for person in ("jordan", "priya"):
            story.sees(person, "the local decision is ratified by Anna Belova.")
        for person in ("jordan", "priya", "anna"):
            story.may(person, request)
        story.nobody_was_woken()


async def test_a_check_with_remarks_leaves_the_decision_and_a_list(tmp_path: Path) -> None:
    """The remark that must be fixed is the requester's; the decision stands."""
    async with staged(tmp_path, TUESDAY) as story:
        request = await decided(story)
        await story.taps("anna", "Да, с замечаниями")
        story.hears("anna", "Вопрос ниже")
        story.sees("anna", "Какие замечания к", "Решение будет подтверждено.")
        await story.writes("anna", "Закрыть стену тканью\nБольше света")
        story.sees("anna", "Насколько обязателен каждый пункт?", "1. Закрыть стену тканью", "2. Больше света")
        await story.taps("anna", "1: замечание")
        story.hears("anna", "Отмечено")
        await story.taps("anna", "2: пожелание")
        story.hears("anna", "Отмечено")
        await story.taps("anna", "Подтвердить с замечаниями", on="Насколько обязателен")
        story.hears("anna", "Записано: подтверждено, с замечаниями.")

        story.reads(
            "anna", request, "осталось исправить 1 замечание · Прия Шах", "Проверка: подтверждено с замечаниями · Анна Белова"
        )
        story.reads(
            "jordan", request, "approved, 1 remark still to fix · Priya Shah", "Check: ratified, with remarks · Anna Belova"
        )
        await story.clock_reaches("2027-01-11T14:00Z")
        for person in ("jordan", "priya"):
            story.sees(person, "the local decision is ratified by Anna Belova, with 2 remarks.")
        story.may("jordan", request, "Everything is fixed")
        await story.taps("jordan", "Everything is fixed")
        story.reads("priya", request, "Decision: approved · Priya Shah", "Fixed (round 1): Закрыть стену тканью")
        story.reads("anna", request, "Исправлено (раунд 1): Закрыть стену тканью", "Пожелание (раунд 1): Больше света")


async def test_an_objection_in_telegram_brings_a_correction_and_its_author_hears_of_it(tmp_path: Path) -> None:
    """What was done stays; what must change goes to Jordan, who says that it is done."""
    async with staged(tmp_path, TUESDAY) as story:
        request = await decided(story)
        await story.taps("anna", "Возразить")
        story.hears("anna", "Вопрос ниже")
        story.sees("anna", "Что исправить по", "Само решение остаётся в силе.")
        await story.writes("anna", "Закрыть стену тканью\nУбрать логотип")
        story.sees(
            "anna", "Это уйдёт инициатору на исправление.", "1. Замечание: Закрыть стену тканью", "2. Замечание: Убрать логотип"
        )
        await story.taps("anna", "Отправить возражение")
        story.hears("anna", "Возражение записано. Инициатор увидит, что исправить.")

        story.reads("anna", request, "После проверки нужно исправить: 2 пункта", "есть возражение, пункты ниже · Анна Белова")
        story.reads("jordan", request, "approved · Priya Shah · Wed, Dec 30, 11:30 AM ET. After the check: 2 things to correct")
        await story.clock_reaches("2027-01-11T14:00Z")
        for person in ("jordan", "priya"):
            story.sees(person, "Anna Belova objects to the local decision. It stands, but 2 things are to be corrected.")
        await story.taps("jordan", "Everything is fixed")
        story.sees("anna", request, "всё, что указано в вашем возражении, исправлено. Инициатор: Джордан Ли.")
        assert "нужно исправить" not in story.card("anna", request).text
        story.reads("jordan", request, "Check: objection, see the remarks", "Fixed (round 1): Убрать логотип")
        assert (await story.request(request)).status is Status.APPROVED
        story.nobody_was_woken()


async def test_an_objection_in_slack_to_a_decision_of_moscow(tmp_path: Path) -> None:
    """The other direction: Pavel decides in Telegram for Anna's market, Priya checks it in Slack and objects."""
    async with staged(tmp_path, "2026-11-24T10:00Z") as story:
        needed_by = at("2026-11-24T15:00Z")
        request = await story.opens("sveta", "brand_deviation", "RU", "Зелёная стена", amount="30000 RUB", needed_by=needed_by)
        story.sees("sveta", request, "Ждёт: Анна Белова", "с вт, 24 нояб., 16:00 МСК может решить на месте: Павел Громов")
        story.sees("anna", request, "Нужно ваше утверждение")
        await story.clock_reaches("2026-11-24T13:00Z")
        story.sees("anna", "Напоминание", request)
        story.sees("sveta", "ответа пока нет (Анна Белова), а срок близко. Теперь решить на месте может Павел Громов.")
        story.sees("pavel", request, "Нужно ваше решение на месте", "Решение будет предварительным, с проверкой позже")
        await story.taps("pavel", "Утвердить на месте")
        story.hears("pavel", "Записано: да.")
        story.sees(
            "sveta", "Утверждено предварительно", "Решение на месте: Павел Громов", "проверка: Прия Шах, не позднее ср, 25 нояб."
        )
        await story.clock_reaches("2026-11-24T14:00Z")
        story.sees(
            "priya",
            request,
            "Approved locally · Pavel Gromov",
            "Your check is needed",
            "check of local decisions: Market Lead, US",
        )

        await story.taps("priya", "Object")
        asked = str(story.modal("priya"))
        assert "What must be corrected about" in asked and "The decision itself stands." in asked
        assert await story.fills_in("priya") == {"must_fix": "Write at least one remark."}
        await story.fills_in("priya", must_fix="Cover the wall with cloth\nMove the logo", ready=["2"])
        story.hears("priya", "Your objection is recorded. The requester sees what to correct.")
        for person in ("sveta", "pavel"):
            story.sees(person, "есть возражение против решения на месте (Прия Шах)", "нужно исправить 3 пункта, они на карточке")
        story.may("sveta", request, "Всё исправлено")
        await story.taps("sveta", "Всё исправлено")
        story.hears("sveta", "Записано: всё исправлено.")
        story.sees("priya", request, "what you objected to is corrected, says Svetlana Kim")
        story.reads("pavel", request, "Решение: утверждено · Павел Громов", "Исправлено (раунд 1): Cover the wall with cloth")


async def test_owner_and_local_authority_tap_in_the_same_second(tmp_path: Path) -> None:
    """One of them is first, the other is told who it was; there is one decision."""
    async with staged(tmp_path, TUESDAY) as story:
        request = await handed_over(story)
        await story.taps_together(("anna", "Утвердить"), ("priya", "Approve locally"))
        found = await story.request(request)
        assert found.status is Status.APPROVED
        if found.is_provisional:
            story.hears("anna", "Запрос пошёл дальше без этого шага")
            story.sees("jordan", "Approved provisionally")
            await story.clock_reaches(MOSCOW_IS_BACK)
            story.sees("anna", "решено на месте. Проверьте решение")
        else:
            story.hears("anna", "Записано: да.")
            story.hears("priya", "The request went on without this step")
            story.sees("jordan", "Approved:", "Decided by Anna Belova")


async def test_the_owners_late_yes_is_final_and_takes_the_local_buttons_away(tmp_path: Path) -> None:
    """Anna answers from home after the hand-over: final, and New York has nothing to do any more."""
    async with staged(tmp_path, TUESDAY) as story:
        request = await handed_over(story)
        card = story.card("priya", request)
        await story.taps("anna", "Утвердить")
        story.hears("anna", "Записано: да.")
        story.sees("jordan", "Approved:", "Decided by Anna Belova")
        story.reads("priya", request, "Decision: approved · Anna Belova", "local decision: Priya Shah (not needed any more)")
        story.may("priya", request)
        await story.taps_data("priya", card.key, dict(card.buttons)["Approve locally"])
        story.hears("priya", "The request went on without this step")


async def test_the_bot_was_down_at_the_hand_over(tmp_path: Path) -> None:
    """It is made up for once, and the card says when it should have been."""
    async with staged(tmp_path, TUESDAY) as story:
        request = await asks(story)
        await waits_for_anna(story, request)
        await story.town.system.stop()
        story.town.clock.set(at("2026-12-30T18:00Z"))
        await story.restarts()
        story.sees("jordan", "no answer from Anna Belova yet", "Priya Shah may decide locally now")
        late = "since Wed, Dec 30, 1:00 PM ET; it was due Wed, Dec 30, 11:00 AM ET, but the bot was down"
        story.sees("priya", f"· {request} ·", "Your local decision is needed", f"Handed over: Priya Shah, {late}")
        story.reads("jordan", request, f"Handed over: Priya Shah, {late}")
        story.reads("anna", request, "с ср, 30 дек., 21:00 МСК; по плану ср, 30 дек., 19:00 МСК, но бот не работал")
        await story.restarts()
        await story.taps("priya", "Approve locally")
        story.sees("jordan", "Approved provisionally")


async def test_a_check_that_is_late_escalates_like_any_step(tmp_path: Path) -> None:
    """Nobody forgets what New York decided alone: reminder, coordinator, signatories."""
    async with staged(tmp_path, TUESDAY) as story:
        request = await decided(story)
        await story.clock_reaches("2027-01-11T11:00Z")
        story.sees("anna", "Напоминание", request, "Срок: пн, 11 янв., 18:00 МСК")
        await story.clock_reaches("2027-01-11T15:00Z")
        story.sees("katya", "Просрочено", request, "Ждёт: Анна Белова")
        for person in ("jordan", "priya"):
            story.reads(person, request, "Provisional decision: approved")
        await story.clock_reaches("2027-01-12T10:00Z")
        story.sees("marina", "Всё ещё просрочено", request)
        await story.clock_reaches("2027-01-12T14:00Z")
        story.sees("priya", "Still overdue", request, "Waiting for: Anna Belova")
        await story.taps("anna", "Подтвердить решение")
        story.hears("anna", "решение подтверждено")
        for person in ("jordan", "priya"):
            story.sees(person, "is ratified by Anna Belova")
        story.nobody_was_woken()


async def test_a_local_rejection_is_checked_with_its_reason(tmp_path: Path) -> None:
    """Anna reads why before she checks; her objection asks Jordan to change what led to it, and the end stays."""
    async with staged(tmp_path, TUESDAY) as story:
        request = await handed_over(story)
        await story.taps("priya", "Reject")
        await story.fills_in("priya", text="Green is not our color")
        story.hears("priya", "Recorded: rejected.")
        story.sees(
            "jordan",
            "Rejected provisionally",
            "Decided locally by Priya Shah; Anna Belova checks it by Mon, Jan 11, 10:00 AM ET.",
        )
        story.reads(
            "priya", request, "Provisional decision: rejected", "Reason: Green is not our color. To be checked by Anna Belova"
        )
        await story.clock_reaches(MOSCOW_IS_BACK)
        story.sees("anna", "решено на месте. Проверьте решение")
        story.reads("anna", request, "Отклонено на месте · Прия Шах", "Причина: Green is not our color. Нужна ваша проверка")
        await story.taps("anna", "Возразить")
        story.hears("anna", "Вопрос ниже")
        story.sees("anna", "Что исправить по")
        await story.writes("anna", "Снять на другом фоне")
        story.sees("anna", "Это уйдёт инициатору на исправление.")
        await story.taps("anna", "Отправить возражение")
        story.hears("anna", "Возражение записано.")
        story.reads("jordan", request, "Decision: rejected · Priya Shah", "Check: objection, see the remarks · Anna Belova")
        story.may("jordan", request, "Everything is fixed")
        await story.clock_reaches("2027-01-11T14:00Z")
        for person in ("jordan", "priya"):
            story.sees(person, "objects to the local decision. It stands, but 1 thing is to be corrected. It is on the card.")
