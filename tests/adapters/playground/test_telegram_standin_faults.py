"""What goes wrong between a bot and Telegram: haste, outages, answers that never arrive."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from telegram.error import BadRequest, NetworkError, RetryAfter

from adapters.playground.telegram import parse_html
from tests.adapters.playground.telegram_play import ANN, Play, playing


@pytest.fixture
async def play() -> AsyncIterator[Play]:
    async with playing(parse_html=None) as play:
        yield play


async def test_requests_fail_as_often_as_told(play: Play) -> None:
    """A failing request is not carried out; after the told number everything is as before."""
    play.telegram.fail_next("sendMessage", 500, "Internal Server Error", times=2)
    for _ in range(2):
        with pytest.raises(NetworkError):
            await play.send()
    assert await play.bot.get_me()
    await play.send()
    assert len(play.telegram.chat(ANN)) == 1
    assert [call.ok for call in play.telegram.calls if call.method == "sendMessage"] == [False, False, True]


async def test_a_failure_says_when_to_come_back(play: Play) -> None:
    """retry_after travels where the client library looks for it."""
    play.telegram.fail_next("sendMessage", 429, "Too Many Requests: retry after 7", retry_after=7)
    with pytest.raises(RetryAfter, match="7 seconds"):
        await play.send()


async def test_a_lost_answer(play: Play) -> None:
    """The request was carried out, only the bot cannot know."""
    play.telegram.lose_answer_next("sendMessage")
    with pytest.raises(NetworkError) as caught:
        await play.send("once")
    assert not isinstance(caught.value, BadRequest)
    assert [each.text for each in play.telegram.chat(ANN)] == ["once"]
    assert play.telegram.calls[-1].ok
    await play.send("twice")
    assert len(play.telegram.chat(ANN)) == 2


async def test_a_misspelt_method_cannot_fail(play: Play) -> None:
    """A fault for a method that does not exist is a mistake of the test, not a silent success."""
    with pytest.raises(ValueError, match="sendMesage"):
        play.telegram.fail_next("sendMesage", 500, "x")
    with pytest.raises(ValueError, match="sendMesage"):
        play.telegram.lose_answer_next("sendMesage")


async def test_a_burst_into_one_chat(play: Play) -> None:
    """The 21st message to one person within a second is refused, and a second later it is not."""
    for number in range(20):
        await play.send(str(number))
    with pytest.raises(RetryAfter):
        await play.send("one too many")
    assert play.error() == "Too Many Requests: retry after 1"
    await asyncio.sleep(1.1)
    await play.send("later")
    assert len(play.telegram.chat(ANN)) == 21


async def test_too_much_for_everybody_together() -> None:
    """The overall rate counts every chat."""
    async with playing(per_second=3) as play:
        for user_id in (11, 12, 13, 14):
            play.telegram.add_user(user_id, "Dee")
        for user_id in (11, 12, 13):
            await play.bot.send_message(user_id, "x")
        with pytest.raises(RetryAfter):
            await play.bot.send_message(14, "x")


async def test_people_cannot_do_what_people_cannot_do(play: Play) -> None:
    """A test that lets a stranger, a deleted account or a blocker write is wrong, and is told so."""
    with pytest.raises(ValueError, match="no active user 99"):
        play.telegram.send_text(99, "x")
    with pytest.raises(ValueError, match="to reply to"):
        play.telegram.send_text(ANN, "x", reply_to=99)
    with pytest.raises(ValueError, match="no message 99"):
        play.telegram.vanish(ANN, 99)
    with pytest.raises(ValueError, match="no update"):
        play.telegram.repeat_last_update()
    play.telegram.block(ANN)
    with pytest.raises(ValueError, match="must unblock"):
        play.telegram.send_text(ANN, "x")
    play.telegram.deactivate(ANN)
    with pytest.raises(ValueError, match="no active user"):
        play.telegram.tap(ANN, 1, "x")


async def test_the_small_parser_is_the_usual_one(play: Play) -> None:
    """Without another parser the stand-in reads HTML with its own."""
    await play.bot.send_message(ANN, "<b>x</b>", parse_mode="HTML")
    (seen,) = play.telegram.chat(ANN)
    assert seen.entities == parse_html("<b>x</b>").entities
