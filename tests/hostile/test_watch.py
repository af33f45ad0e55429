"""Who is told, of what, how often and when, after a messenger was out of reach."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.core.request.model import RequestId
from bot.core.request.table import Action
from bot.core.wording import Moment
from bot.outage import Keeping, Watch, still_asks
from bot.ports import Job
from tests.office import START, Office, office

MINUTE, LIMIT = timedelta(minutes=1), timedelta(seconds=150)
KEEPING = Keeping(taps=LIMIT, words=timedelta(days=1), tolerated=LIMIT)
NIGHT = datetime(2026, 11, 24, 21, 0, tzinfo=UTC)  # midnight in Moscow


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Office]:
    async with office(tmp_path) as desk:
        yield desk


def watch(desk: Office, keeping: Keeping = KEEPING) -> Watch:
    return Watch("post", "post.polled", keeping, desk.store, desk.clock)


async def out(desk: Office, watching: Watch, gap: timedelta) -> None:
    """In reach, then not for so long, then in reach again."""
    await watching.reached(desk.clock.now())
    desk.clock.set(desk.clock.now() + gap)
    await watching.reached(desk.clock.now())
    await desk.settles()


def told(desk: Office, person: str = "pavel") -> list[str]:
    return [sent.text for sent in desk.post.to(person, "tell") if "связи с post" in sent.text.lower()]


async def asked(desk: Office) -> RequestId:
    """Pavel has a card that asks for his answer; the requester has hers, which asks for nothing."""
    request = await desk.opens()
    await desk.settles()
    return request


async def test_whoever_is_asked_something_is_told_once_and_the_card_is_drawn_anew(desk: Office) -> None:
    """After ten minutes: the asked, not the requester; in their language and their time; the card once more, the same one."""
    await asked(desk)
    await out(desk, watch(desk), 10 * MINUTE)
    (words,) = told(desk)
    assert "17:30 МСК" in words  # the last time it was in reach
    assert "17:38 МСК" in words  # what was tapped after that was kept until now
    assert told(desk, "sveta") == []
    assert [sent.message for sent in desk.post.to("pavel", "edit")] == [desk.post.to("pavel", "post")[0].message]
    await watch(desk).reached(desk.clock.now())
    await desk.settles()
    assert len(told(desk)) == 1


@pytest.mark.parametrize(("seconds", "expected"), [(149, 0), (150, 0), (151, 1)])
async def test_what_the_messenger_keeps_is_no_outage(desk: Office, seconds: int, expected: int) -> None:
    """Taps are kept for 150 seconds: a gap up to that has lost none, and nobody is bothered."""
    await asked(desk)
    await out(desk, watch(desk), timedelta(seconds=seconds))
    assert len(told(desk)) == expected


async def test_an_open_poll_is_no_gap(desk: Office) -> None:
    """A poll that began right after the last one gets every tap at once, however long it was open."""
    await asked(desk)
    watching = watch(desk)
    begun = desk.clock.now()
    await watching.reached(begun)
    desk.clock.set(begun + 10 * MINUTE)
    await watching.reached(begun)
    await desk.settles()
    assert told(desk) == []


async def test_the_gap_is_known_over_a_restart(desk: Office) -> None:
    """The process was not running: the next one finds the last instant in the database, exact when it was stopped in order."""
    await asked(desk)
    first = watch(desk)
    await first.reached(START)
    desk.clock.set(START + timedelta(seconds=20))
    await first.reached(START)  # too soon to be written down again
    await first.rest()
    desk.clock.set(START + timedelta(seconds=20) + LIMIT)
    await watch(desk).reached(desk.clock.now())
    await desk.settles()
    assert told(desk) == []
    desk.clock.set(desk.clock.now() + 5 * MINUTE)
    await watch(desk).reached(desk.clock.now())
    await desk.settles()
    assert len(told(desk)) == 1


async def test_another_process_was_in_reach(desk: Office) -> None:
    """This one was not, for an hour; but somebody else polled all the time, so nothing was lost."""
    await asked(desk)
    ours, others = watch(desk), watch(desk)
    await ours.reached(START)
    for minute in range(1, 60):
        desk.clock.set(START + minute * MINUTE)
        await others.reached(START + (minute - 1) * MINUTE)
    await ours.reached(desk.clock.now())
    await desk.settles()
    assert told(desk) == []


async def test_it_is_written_down_rarely(desk: Office) -> None:
    """Not at every poll: at most about every thirty seconds."""
    watching, written = watch(desk), set()
    for second in range(121):
        desk.clock.set(START + timedelta(seconds=second))
        await watching.reached(desk.clock.now())
        written.add(await desk.store.read(lambda tx: tx.beaten("post.polled")))
    assert len(written) == 5


async def test_nobody_is_woken(desk: Office) -> None:
    """At night the card is drawn anew without a sound; the message waits for the morning."""
    await asked(desk)
    await desk.reaches(NIGHT)
    await out(desk, watch(desk), 10 * MINUTE)
    assert told(desk) == []
    (held,) = desk.jobs("tell:outage:").values()
    assert held == datetime(2026, 11, 25, 7, 0, tzinfo=UTC)
    assert len(desk.post.to("pavel", "edit")) == 1
    await desk.reaches(held)
    assert len(told(desk)) == 1


async def test_two_outages_in_one_night_are_one_message(desk: Office) -> None:
    """What is still held takes the next gap in: from the first minute of the first to the last of the second."""
    await asked(desk)
    await desk.reaches(NIGHT)
    watching = watch(desk)
    await out(desk, watching, 10 * MINUTE)
    await out(desk, watching, 30 * MINUTE)
    await desk.reaches(datetime(2026, 11, 25, 7, 0, tzinfo=UTC))
    (words,) = told(desk)
    assert "0:00 МСК" in words
    assert "0:38 МСК" in words


async def test_a_network_that_comes_and_goes_is_told_of_once_an_hour(desk: Office) -> None:
    """Six outages within the hour bring one message at once and one after it."""
    await asked(desk)
    watching = watch(desk)
    for _ in range(6):
        await out(desk, watching, 5 * MINUTE)
    assert len(told(desk)) == 1
    await desk.reaches(START + timedelta(minutes=64))
    assert len(told(desk)) == 1
    await desk.reaches(START + timedelta(minutes=70))
    assert len(told(desk)) == 2
    assert "17:35 МСК – вт, 24 нояб., 17:58 МСК" in told(desk)[1]


async def test_after_days_words_may_be_lost_too(desk: Office) -> None:
    """What people wrote is kept longer than taps, but not for ever."""
    await asked(desk)
    await out(desk, watch(desk, Keeping(LIMIT, 5 * MINUTE, LIMIT)), 10 * MINUTE)
    (words,) = told(desk)
    assert "Нажатия и сообщения" in words


async def test_whoever_has_answered_by_the_morning_is_left_alone(desk: Office) -> None:
    """The message asks to tap again; once nothing waits any more it has nothing to say."""
    request = await asked(desk)
    await desk.reaches(NIGHT)
    await out(desk, watch(desk), 10 * MINUTE)
    held = Job(next(iter(desk.jobs("tell:outage:"))), "tell", RequestId(""), "pavel", desk.clock.now())
    assert await desk.store.read(lambda tx: still_asks(tx, held))
    await desk.says("pavel", Action.YES, request)
    assert not await desk.store.read(lambda tx: still_asks(tx, held))
    other = Job("tell:digest:pavel", "tell", RequestId(""), "pavel", desk.clock.now())
    assert await desk.store.read(lambda tx: still_asks(tx, other))


def test_moments_are_shown_to_the_minute() -> None:
    """The end is rounded up: nobody may think that a tap of theirs came after it."""
    from bot.outage import _up

    assert _up(START + timedelta(seconds=1)) == START + MINUTE
    assert _up(START) == START
    assert Moment(START).style == "date_time"
