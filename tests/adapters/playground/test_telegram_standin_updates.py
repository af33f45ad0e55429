"""How the Telegram stand-in hands out what happened: at least once, in order, without delay."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from telegram import Bot, Update
from telegram.error import Conflict, NetworkError

from tests.adapters.playground.telegram_play import ANN, Play, playing

SOON = 1.0


@pytest.fixture
async def play() -> AsyncIterator[Play]:
    async with playing() as play:
        yield play


async def poll(play: Play, offset: int | None = None, *, timeout: int = 20) -> asyncio.Task[tuple[Update, ...]]:
    """A long poll that has reached the stand-in."""
    task = asyncio.create_task(play.bot.get_updates(offset=offset, timeout=timeout))
    await asyncio.sleep(0.1)
    return task


def texts(updates: tuple[Update, ...]) -> list[str | None]:
    return [update.effective_message.text if update.effective_message else None for update in updates]


async def test_a_tap_wakes_the_long_poll_at_once(play: Play) -> None:
    """Nobody waits for the end of a poll."""
    sent = await play.send()
    waiting = await poll(play)
    assert not waiting.done()
    began = time.monotonic()
    play.telegram.tap(ANN, sent.message_id, "yes")
    (update,) = await waiting
    assert time.monotonic() - began < SOON
    assert update.callback_query is not None


async def test_a_poll_in_vain_lasts_its_whole_time(play: Play) -> None:
    """A poll with nothing to hand out holds the line, so that a bot need not ask in a loop."""
    began = time.monotonic()
    assert await play.bot.get_updates(timeout=1) == ()
    assert time.monotonic() - began >= 1


async def test_an_offset_confirms(play: Play) -> None:
    """What is below the offset never comes again, what is not confirmed comes each time."""
    play.telegram.send_text(ANN, "one")
    play.telegram.send_text(ANN, "two")
    assert texts(await play.bot.get_updates()) == ["one", "two"]
    first, _ = await play.bot.get_updates()
    assert await play.telegram.waiting() == 2
    assert texts(await play.bot.get_updates(offset=first.update_id + 1)) == ["two"]
    assert await play.telegram.waiting() == 1


async def test_a_limit_is_kept(play: Play) -> None:
    """No more comes at once than the bot asked for."""
    for text in ("one", "two", "three"):
        play.telegram.send_text(ANN, text)
    assert texts(await play.bot.get_updates(limit=2)) == ["one", "two"]


async def test_a_negative_offset_forgets_all_but_the_last(play: Play) -> None:
    """An offset of -1 drops everything before the newest update."""
    play.telegram.send_text(ANN, "old")
    play.telegram.send_text(ANN, "new")
    assert texts(await play.bot.get_updates(offset=-1)) == ["new"]
    assert await play.telegram.waiting() == 1


async def test_the_very_same_update_comes_twice(play: Play) -> None:
    """A repeated update has the same id and comes even after it was confirmed, but then only once."""
    play.telegram.send_text(ANN, "one")
    (first,) = await play.bot.get_updates()
    waiting = await poll(play, first.update_id + 1)
    play.telegram.repeat_last_update()
    (again,) = await waiting
    assert again == first
    assert again.to_dict() == first.to_dict()
    assert await play.bot.get_updates(offset=first.update_id + 1) == ()


async def test_a_repeated_update_does_not_hold_up_a_new_one(play: Play) -> None:
    """What comes together with a repeated update is confirmed together with it."""
    play.telegram.send_text(ANN, "one")
    (first,) = await play.bot.get_updates()
    play.telegram.repeat_last_update()
    play.telegram.send_text(ANN, "two")
    updates = await play.bot.get_updates(offset=first.update_id + 1)
    assert texts(updates) == ["one", "two"]
    assert await play.bot.get_updates(offset=updates[-1].update_id + 1) == ()


async def test_the_older_of_two_pollers_is_ended(play: Play) -> None:
    """A second instance of the bot ends the poll of the first, which is told why."""
    older = await poll(play)
    async with Bot("42:DEMO", base_url=play.telegram.base_url) as second:
        newer = asyncio.create_task(second.get_updates(timeout=20))
        with pytest.raises(Conflict, match="terminated by other getUpdates request"):
            await older
        play.telegram.send_text(ANN, "one")
        assert texts(await newer) == ["one"]


async def test_a_poll_that_was_given_up_is_forgotten(play: Play) -> None:
    """A poller that hung up is no second instance: the next poll meets nobody."""
    given_up = await poll(play)
    given_up.cancel()
    await asyncio.sleep(0.1)
    assert await play.bot.get_updates() == ()
    assert [call.error for call in play.telegram.calls if call.method == "getUpdates"] == [None]


async def test_the_wanted_kinds_are_remembered(play: Play) -> None:
    """What the bot did not ask for is not kept, until it asks for something else."""
    await play.bot.get_updates(allowed_updates=["callback_query"])
    play.telegram.send_text(ANN, "unheard")
    play.telegram.tap(ANN, 1, "yes")
    (update,) = await play.bot.get_updates()
    assert update.callback_query is not None
    await play.bot.get_updates(offset=update.update_id + 1, allowed_updates=[])
    play.telegram.send_text(ANN, "heard")
    assert texts(await play.bot.get_updates()) == ["heard"]


async def test_a_tap_nobody_fetched_is_lost_after_150_seconds(play: Play) -> None:
    """Telegram forgets a tap long before it forgets a message."""
    play.telegram.send_text(ANN, "kept")
    play.telegram.tap(ANN, 1, "lost")
    play.clock.forward(seconds=149)
    assert await play.telegram.waiting() == 2
    play.clock.forward(seconds=1)
    assert texts(await play.bot.get_updates()) == ["kept"]
    play.clock.forward(days=1)
    assert await play.telegram.waiting() == 0


async def test_pending_updates_are_dropped_on_request(play: Play) -> None:
    """A bot that starts afresh can leave behind what happened meanwhile."""
    play.telegram.send_text(ANN, "old")
    await play.bot.delete_webhook(drop_pending_updates=True)
    assert await play.bot.get_updates() == ()


async def test_the_bot_hears_that_it_was_blocked(play: Play) -> None:
    """Blocking and unblocking come as changes of membership, each once."""
    play.telegram.block(ANN)
    play.telegram.block(ANN)
    play.telegram.unblock(ANN)
    updates = await play.bot.get_updates(allowed_updates=["my_chat_member"])
    changes = [update.my_chat_member for update in updates]
    assert [each.new_chat_member.status for each in changes if each] == ["kicked", "member"]


async def test_stop_is_quick_with_a_long_poll_open(play: Play) -> None:
    """An open poll ends with an empty answer and delays nobody."""
    waiting = await poll(play)
    began = time.monotonic()
    await play.telegram.stop()
    assert time.monotonic() - began < SOON
    assert await waiting == ()


async def test_an_outage_ends_where_it_began(play: Play) -> None:
    """After a stop the stand-in comes back on the same port with everything it knew."""
    await play.send("before")
    await play.telegram.stop()
    play.telegram.send_text(ANN, "during")
    with pytest.raises(NetworkError):
        await play.bot.get_updates()
    await play.telegram.start()
    assert texts(await play.bot.get_updates(timeout=5)) == ["during"]
    assert [each.text for each in play.telegram.chat(ANN)] == ["before", "during"]
