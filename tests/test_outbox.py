"""What is sent, to whom, when, and what happens when a messenger does not take it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.core.request.commands import Do, Note
from bot.core.request.table import Action
from tests.office import START, Office, office
from tests.post import LONGEST


@pytest.fixture
async def at_work(tmp_path: Path) -> AsyncIterator[Office]:
    async with office(tmp_path) as found:
        yield found


async def test_a_card_is_posted_once(at_work: Office) -> None:
    """To everybody who has to do with the request, and to nobody else."""
    await at_work.opens()
    await at_work.settles()
    assert sorted((sent.method, sent.chat) for sent in at_work.post.sheet) == [("post", "x-pavel"), ("post", "x-sveta")]
    await at_work.settles()
    assert len(at_work.post.sheet) == 2


async def test_a_card_is_edited_when_it_says_something_new(at_work: Office) -> None:
    """The same message, with the new content; a change that the reader's card does not show is not sent."""
    request = await at_work.opens(kind="draft_content", by="anna")
    await at_work.settles()
    before = len(at_work.post.sheet)
    await at_work.says("sveta", Action.ASK, request, "Which date?")
    await at_work.settles()
    assert [sent for sent in at_work.post.sheet[before:] if sent.method == "edit"] == []
    await at_work.says("sveta", Action.YES, request)
    await at_work.settles()
    (card,) = at_work.post.to("sveta", "edit")
    assert card.message == at_work.post.to("sveta", "post")[0].message


async def test_a_card_waits_for_its_readers_opening(tmp_path: Path) -> None:
    """Sent at night, seen in the morning, not a minute before."""
    night = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)  # 23:00 in Moscow
    async with office(tmp_path, at=night) as at_work:
        await at_work.opens()
        await at_work.settles()
        assert at_work.post.to("pavel") == []
        await at_work.reaches(datetime(2026, 11, 25, 6, 29, tzinfo=UTC))
        assert at_work.post.to("pavel") == []
        await at_work.reaches(datetime(2026, 11, 25, 7, 0, tzinfo=UTC))
        assert len(at_work.post.to("pavel", "post")) == 1


async def test_the_newest_content_wins(at_work: Office) -> None:
    """Three changes while a card waits: one edit, with the last of them."""
    request = await at_work.opens()
    await at_work.settles()
    await at_work.says("pavel", Action.ASK, request, "Which?")
    await at_work.says("sveta", Action.ANSWER, request, "This one")
    await at_work.says("pavel", Action.REJECT, request, "No budget")
    await at_work.settles()
    (card,) = at_work.post.to("sveta", "edit")
    assert "No budget" in card.text


async def test_a_decision_made_while_the_first_card_is_on_its_way_shows(at_work: Office) -> None:
    """The card that left too early is edited at once: no copy stays behind the truth."""
    request = await at_work.opens()
    at_work.post.open.clear()
    sending = asyncio.create_task(at_work.outbox.send_due())
    while len(at_work.post.tried) < 2:
        await asyncio.sleep(0)
    await at_work.says("pavel", Action.REJECT, request, "No budget")
    at_work.post.open.set()
    await sending
    await at_work.settles()
    for person in ("sveta", "pavel"):
        assert "No budget" in at_work.post.to(person, "edit")[-1].text


async def test_an_edit_made_while_another_is_on_its_way_follows(at_work: Office) -> None:
    """The same for a card that stands already."""
    request = await at_work.opens(kind="contract", by="jordan", market="US")
    await at_work.settles()
    await at_work.says("katya", Action.YES, request)
    at_work.post.open.clear()
    sending = asyncio.create_task(at_work.outbox.send_due())
    while not any(method == "edit" for method, _ in at_work.post.tried):
        await asyncio.sleep(0)
    await at_work.says("jordan", Action.WITHDRAW, request)
    at_work.post.open.set()
    await sending
    await at_work.settles()
    assert "ithdrawn" in at_work.post.to("jordan", "edit")[-1].text


async def test_a_long_text_wakes_nobody(at_work: Office) -> None:
    """A changed card makes no sound, the file beside it does: it comes in the morning, and once."""
    first, second = "a" * (LONGEST + 1), "b" * (LONGEST + 1)
    request = await at_work.opens(text=first)
    await at_work.settles()
    await at_work.service.do(request, Do(Action.SEND_BACK, "pavel", remarks=(Note("Shorter"),)))
    await at_work.reaches(START.replace(hour=19))  # ten in the evening in Moscow
    await at_work.says("sveta", Action.RESUBMIT, request, second)
    await at_work.settles()
    assert second[:10] in at_work.post.to("pavel", "edit")[-1].text
    assert [sent.text for sent in at_work.post.to("pavel", "attach")] == [first]
    await at_work.reaches(START.replace(day=25, hour=9))
    assert [sent.text for sent in at_work.post.to("pavel", "attach")] == [first, second]


async def test_a_long_text_goes_along_once(at_work: Office) -> None:
    """Whole beside the card that had to cut it; not again when the card changes, again when the text does."""
    first, second = "a" * (LONGEST + 1), "b" * (LONGEST + 1)
    request = await at_work.opens(text=first)
    await at_work.settles()
    await at_work.says("pavel", Action.ASK, request, "Which?")
    await at_work.service.do(request, Do(Action.SEND_BACK, "pavel", remarks=(Note("Shorter"),)))
    await at_work.settles()
    assert [sent.text for sent in at_work.post.to("pavel", "attach")] == [first]
    await at_work.says("sveta", Action.RESUBMIT, request, second)
    await at_work.settles()
    assert [sent.text for sent in at_work.post.to("pavel", "attach")] == [first, second]


async def test_cards_come_before_the_messages_that_speak_of_them(at_work: Office) -> None:
    """One person's messages in order: first what it is about, then the word about it."""
    requests = [await at_work.opens() for _ in range(3)]
    for request in requests:
        await at_work.says("pavel", Action.REJECT, request, "No budget")
    await at_work.settles()
    assert [sent.method for sent in at_work.post.to("sveta")] == ["post"] * 3 + ["tell"] * 3


async def test_different_people_are_written_to_at_the_same_time(at_work: Office) -> None:
    """One slow chat does not hold up the others, and one person's messages never overtake each other."""
    for _ in range(2):
        await at_work.opens()
    at_work.post.open.clear()
    sending = asyncio.create_task(at_work.outbox.send_due())
    for _ in range(1000):
        await asyncio.sleep(0.001)
        if at_work.post.most_at_once == 2:
            break
    assert sorted(chat for _, chat in at_work.post.tried) == ["x-pavel", "x-sveta"]
    at_work.post.open.set()
    await sending


async def test_everything_in_a_crowd_is_sent(at_work: Office) -> None:
    """More than one claim takes: nobody is forgotten, nothing comes twice."""
    for _ in range(60):
        await at_work.opens()
    await at_work.settles()
    cards = at_work.post.to("pavel", "post")
    assert len(cards) == 60 == len({card.message for card in cards})
    assert [*at_work.jobs()] == ["digest:pavel", *sorted(f"wake:A-{n}" for n in range(1, 61))]


async def test_a_message_is_told_once(at_work: Office) -> None:
    """Also when its job comes back after a crash between the note and the end of the job."""
    request = await at_work.opens()
    await at_work.settles()
    await at_work.says("pavel", Action.REJECT, request, "No budget")
    jobs = await at_work.store.run(lambda tx: tx.claim(at_work.clock.now(), at_work.clock.now(), 50, ("tell",)))
    (job,) = [job for job in jobs if job.person == "sveta"]
    await at_work.store.run(lambda tx: tx.note_sent(job.key, "x-sveta", "1", at_work.clock.now()))
    await at_work.settles()
    assert at_work.post.to("sveta", "tell") == []


async def test_a_crash_between_a_card_and_its_note_sends_it_again(at_work: Office) -> None:
    """At least once: the card goes out a second time, and from then on that one is the live card."""
    request = await at_work.opens()
    at_work.post.lost["post", "x-pavel"].append(asyncio.CancelledError())
    with pytest.raises(asyncio.CancelledError):
        await at_work.outbox.send_due()
    assert len(at_work.post.to("pavel", "post")) == 1
    at_work.clock.set(at_work.clock.now() + timedelta(seconds=61))
    await at_work.settles()
    assert len(at_work.post.to("pavel", "post")) == 2
    await at_work.says("pavel", Action.REJECT, request, "No budget")
    await at_work.settles()
    (card,) = at_work.post.to("pavel", "edit")
    assert card.message == at_work.post.to("pavel", "post")[1].message
