"""What people say without thinking of commands: thanks, being back, their settings, days off, "looks good"."""

from __future__ import annotations

from pathlib import Path

from tests.stories.stage import staged

DAY = "2026-11-24T10:00Z"


async def test_thanks_is_no_question(tmp_path: Path) -> None:
    """It is answered in a word, in Telegram and in Slack, and not counted as something nobody could answer."""
    async with staged(tmp_path, DAY) as story:
        await story.writes("pavel", "Спасибо большое!")
        story.sees("pavel", "Если будет вопрос, пишите")
        await story.writes("priya", "thanks a lot")
        story.sees("priya", "/soglas menu shows what I can do")
        counted = await story.town.system.store.read(lambda tx: tx.unanswered("brand-a", story.town.clock.now()))
        assert counted == []


async def test_days_off_in_a_sentence(tmp_path: Path) -> None:
    """The days are found wherever they begin; back again is said in a word."""
    async with staged(tmp_path, DAY) as story:
        await story.writes("pavel", "меня не будет с 1 по 4 декабря")
        story.sees("pavel", "1 дек.", "4 дек.")
        await story.writes("priya", "I am away Dec 1 - Dec 4")
        story.sees("priya", "Dec 1", "Dec 4")
        await story.writes("priya", "I'm back")
        story.sees("priya", "you will not be away from Dec 1")


async def test_settings_by_their_name(tmp_path: Path) -> None:
    """Nobody has to know the command."""
    async with staged(tmp_path, DAY) as story:
        await story.writes("pavel", "мои настройки")
        story.sees("pavel", "вот как приходят сообщения")
        await story.writes("priya", "change language")
        story.sees("priya", "this is how I write to you")


async def test_looks_good_where_no_decision_waits(tmp_path: Path) -> None:
    """Jordan has asked and has nothing to decide: no button is offered that would withdraw the request."""
    async with staged(tmp_path, DAY) as story:
        request = await story.opens("jordan", "creator_selection", "US", "Shortlist")
        story.skims("jordan")
        story.skims("priya")
        await story.clock_reaches("2026-11-24T15:00Z")
        story.skims("jordan")
        story.skims("priya")
        await story.taps("priya", "Ask", on=request)
        await story.fills_in("priya", text="Which reach?")
        story.skims("priya")
        story.skims("jordan")
        await story.writes("jordan", "looks good")
        assert "Withdraw" not in story.sees("jordan", "Nothing waits for your decision").labels


async def test_a_question_while_a_text_is_asked_for(tmp_path: Path) -> None:
    """Somebody stops to ask where a request is: that is answered, and does not become the text to be approved."""
    async with staged(tmp_path, DAY) as story:
        request = await story.opens("sveta", "concept", "RU", "Мука")
        story.skims("sveta")
        story.skims("pavel")
        await story.writes("sveta", "/new")
        story.skims("sveta")
        await story.taps("sveta", "Выбор блогеров")
        story.skims("sveta")
        await story.writes("sveta", f"где {request}?")
        story.sees("sveta", f"{request}", "Павел Громов")


async def test_nothing_has_changed(tmp_path: Path) -> None:
    """A round is one submission: the same text with nothing ticked is not one, and the last round is not burnt by a slip."""
    async with staged(tmp_path, "2026-11-24T15:00Z") as story:
        request = await story.opens("jordan", "creator_selection", "US", "Shortlist", text="Six creators")
        story.skims("jordan")
        story.skims("priya")
        await story.taps("priya", "Send back", on=request)
        await story.fills_in("priya", must_fix="Add reach")
        story.skims("priya")
        await story.clock_reaches("2026-11-24T15:02Z")
        story.skims("jordan")
        await story.taps("jordan", "Resubmit", on=request)
        await story.fills_in("jordan")
        story.skims("jordan")
        assert (await story.request(request)).round == 1
        await story.taps("jordan", "Resubmit", on=request)
        await story.fills_in("jordan", text="Six creators with their reach")
        story.skims("jordan")
        story.skims("priya")
        assert (await story.request(request)).round == 2
