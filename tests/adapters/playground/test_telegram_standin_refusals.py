"""What Telegram refuses, the stand-in refuses in the same words."""

import io
from collections.abc import AsyncIterator, Callable, Coroutine
from datetime import timedelta
from typing import Any

import httpx
import pytest
from telegram import Bot, ForceReply, InlineKeyboardButton, InlineKeyboardMarkup, ReplyParameters
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, TelegramError

from adapters.playground.telegram import media
from tests.adapters.playground.telegram_play import ANN, Play, keyboard, playing

Act = Callable[[Play], Coroutine[Any, Any, object]]
HUNDRED = [[InlineKeyboardButton("x", callback_data="x")] * 8] * 12
UNREADABLE = "can't parse inline keyboard button: "


@pytest.fixture
async def play() -> AsyncIterator[Play]:
    async with playing() as play:
        yield play


async def refused(play: Play, act: Coroutine[Any, Any, object], kind: type[TelegramError], words: str) -> None:
    """The request ends with this error, in these words, and leaves nothing behind."""
    before = play.telegram.chat(ANN)
    with pytest.raises(TelegramError) as caught:
        await act
    assert type(caught.value) is kind
    assert play.error() == words
    assert play.telegram.chat(ANN) == before


def sending_text(text: str, **more: Any) -> Act:
    return lambda play: play.bot.send_message(ANN, text, **more)


def with_buttons(*rows: list[InlineKeyboardButton]) -> Act:
    return sending_text("x", reply_markup=InlineKeyboardMarkup(rows))


def with_button(text: str = "x", **more: Any) -> Act:
    return with_buttons([InlineKeyboardButton(text, **more)])


TEXTS = {
    "empty": (sending_text(""), "message text is empty"),
    "blank": (sending_text(" \n "), "message text is empty"),
    "only markup": (sending_text("<b> </b>", parse_mode="HTML"), "message text is empty"),
    "long": (sending_text("x" * 4097), "message is too long"),
    "long in UTF-16": (sending_text("😀" * 2049), "message is too long"),
    "too many entities": (sending_text("<b>x</b> " * 101, parse_mode="HTML"), "ENTITIES_TOO_LONG"),
    "unknown parse mode": (sending_text("x", parse_mode="BBCode"), "unsupported parse_mode"),
    "bare <": (
        sending_text("a < b", parse_mode="HTML"),
        'can\'t parse entities: Unsupported start tag "" at byte offset 2',
    ),
    "unclosed": (
        sending_text("<b>x", parse_mode="HTML"),
        "can't parse entities: Can't find end tag corresponding to start tag \"b\"",
    ),
    "long caption": (
        lambda play: play.bot.send_document(ANN, b"x", caption="x" * 1025),
        "message caption is too long",
    ),
    "empty document": (lambda play: play.bot.send_document(ANN, io.BytesIO()), "file must be non-empty"),
    "unknown file": (
        lambda play: play.bot.get_file("x"),
        "wrong file_id or the file is temporarily unavailable",
    ),
    "unknown action": (
        lambda play: play.bot.send_chat_action(ANN, "sleep"),
        "wrong parameter action in request",
    ),
    "missing original": (
        sending_text("x", reply_parameters=ReplyParameters(99)),
        "message to be replied not found",
    ),
    "unknown argument": (
        sending_text("x", api_kwargs={"colour": "red"}),
        'unknown argument "colour" of sendMessage',
    ),
    "an argument for topics": (
        sending_text("x", message_thread_id=1),
        'unknown argument "message_thread_id" of sendMessage',
    ),
}
BUTTONS = {
    "data of 65 bytes": (with_button(callback_data="x" * 65), "BUTTON_DATA_INVALID"),
    "22 check marks": (with_button(callback_data="✓" * 22), "BUTTON_DATA_INVALID"),
    "empty data": (
        with_button(callback_data=""),
        UNREADABLE + "Text buttons are unallowed in the inline keyboard",
    ),
    "no action": (with_button(), UNREADABLE + "Text buttons are unallowed in the inline keyboard"),
    "two actions": (
        with_button(callback_data="x", url="https://example.org"),
        UNREADABLE + "exactly one action expected, found callback_data, url",
    ),
    "no text": (with_button("", callback_data="x"), "inline keyboard button text is empty"),
    "bad style": (
        with_button(callback_data="x", style="loud"),
        UNREADABLE + "invalid button style specified",
    ),
    "nine in a row": (
        with_buttons([InlineKeyboardButton("x", callback_data="x")] * 9),
        "reply markup is too long",
    ),
    "over a hundred": (with_buttons(*HUNDRED, HUNDRED[0]), "reply markup is too long"),
    "localhost": (
        with_button(url="http://localhost:8000/x"),
        "inline keyboard button URL 'http://localhost:8000/x' is invalid: Wrong HTTP URL",
    ),
    "other protocol": (
        with_button(url="ftp://example.com"),
        "inline keyboard button URL 'ftp://example.com' is invalid: Unsupported URL protocol",
    ),
    "long placeholder": (
        sending_text("x", reply_markup=ForceReply(input_field_placeholder="x" * 65)),
        "REPLY_MARKUP_INVALID",
    ),
    "unknown field of a button": (
        with_button(callback_data="x", api_kwargs={"colour": "red"}),
        UNREADABLE + 'unknown field "colour"',
    ),
}
PROFILE = {
    "101 commands": (lambda play: play.bot.set_my_commands([("x", "y")] * 101), "BOT_COMMANDS_TOO_MUCH"),
    "capital letters": (lambda play: play.bot.set_my_commands([("Start!", "y")]), "BOT_COMMAND_INVALID"),
    "empty command": (lambda play: play.bot.set_my_commands([("", "y")]), "command must be non-empty"),
    "long command": (
        lambda play: play.bot.set_my_commands([("x" * 33, "y")]),
        "command length must not exceed 32",
    ),
    "empty description": (
        lambda play: play.bot.set_my_commands([("x", "")]),
        "command description must be non-empty",
    ),
    "long description": (
        lambda play: play.bot.set_my_commands([("x", "y" * 257)]),
        "command description length must not exceed 256",
    ),
    "long language": (
        lambda play: play.bot.set_my_commands([("x", "y")], language_code="rus"),
        "invalid language code specified",
    ),
}
CASES = {**TEXTS, **BUTTONS, **PROFILE}


@pytest.mark.parametrize(("act", "words"), CASES.values(), ids=CASES.keys())
async def test_a_wrong_request(play: Play, act: Act, words: str) -> None:
    """A request Telegram would not carry out is not carried out, and is refused in its words."""
    await refused(play, act(play), BadRequest, f"Bad Request: {words}")


@pytest.mark.parametrize(
    "act",
    [
        sending_text("x" * 4096),
        sending_text("<b>" + "x" * 4096 + "</b>", parse_mode="HTML"),
        with_button(callback_data="x" * 64),
        with_buttons(*HUNDRED, HUNDRED[0][:4]),
        lambda play: play.bot.send_document(ANN, b"x", caption="x" * 1024),
        lambda play: play.bot.set_my_commands([("x" * 32, "y" * 256)] * 100),
    ],
)
async def test_the_largest_that_fits(play: Play, act: Act) -> None:
    """Exactly at the limit nothing is refused."""
    await act(play)
    assert play.error() is None


async def test_who_cannot_be_written_to(play: Play) -> None:
    """Each way of being out of reach has its own words, and nothing is delivered."""
    play.telegram.add_user(8, "Ben", started=False)
    reasons = [(8, "bot can't initiate conversation with a user")]
    for user_id, act, words in (
        (9, play.telegram.block, "bot was blocked by the user"),
        (10, play.telegram.deactivate, "user is deactivated"),
    ):
        play.telegram.add_user(user_id, "Cy")
        act(user_id)
        reasons.append((user_id, words))
    for user_id, words in reasons:
        await refused(play, play.bot.send_message(user_id, "x"), Forbidden, f"Forbidden: {words}")
        assert play.telegram.chat(user_id) == []
    await refused(play, play.bot.send_message(99, "x"), BadRequest, "Bad Request: chat not found")
    await refused(play, play.bot.send_message("@nobody", "x"), BadRequest, "Bad Request: chat not found")


async def test_who_unblocks_can_be_written_to_again(play: Play) -> None:
    """A block lasts until it is taken back."""
    play.telegram.block(ANN)
    play.telegram.unblock(ANN)
    await play.send()


async def test_an_identical_edit(play: Play) -> None:
    """An edit that changes neither text nor buttons is refused, however its markup is written."""
    sent = await play.bot.send_message(ANN, "<b>x</b>", parse_mode="HTML", reply_markup=keyboard("yes"))
    words = (
        "Bad Request: message is not modified: specified new message content and reply markup are exactly "
        "the same as a current content and reply markup of the message"
    )
    same = play.bot.edit_message_text("<strong>x</strong>", ANN, sent.message_id, parse_mode="HTML", reply_markup=keyboard("yes"))
    await refused(play, same, BadRequest, words)
    markup = play.bot.edit_message_reply_markup(ANN, sent.message_id, reply_markup=keyboard("yes"))
    await refused(play, markup, BadRequest, words)


async def test_edits_of_what_cannot_be_edited(play: Play) -> None:
    """A vanished message, a person's, a document's text and a question with a forced reply stay."""
    vanished = await play.send()
    play.telegram.vanish(ANN, vanished.message_id)
    theirs = play.telegram.send_text(ANN, "mine")
    document = await play.bot.send_document(ANN, b"x", caption="x")
    question = await play.bot.send_message(ANN, "Why?", reply_markup=ForceReply())
    for message_id, words in (
        (vanished.message_id, "message to edit not found"),
        (theirs, "message can't be edited"),
        (document.message_id, "there is no text in the message to edit"),
        (question.message_id, "message can't be edited"),
    ):
        await refused(play, play.bot.edit_message_text("y", ANN, message_id), BadRequest, f"Bad Request: {words}")


async def test_deleting_too_late(play: Play) -> None:
    """A message can be taken back for 48 hours, and only once."""
    sent = await play.send()
    play.clock.forward(hours=48)
    delete = play.bot.delete_message(ANN, sent.message_id)
    await refused(play, delete, BadRequest, "Bad Request: message can't be deleted for everyone")
    missing = play.bot.delete_message(ANN, 99)
    await refused(play, missing, BadRequest, "Bad Request: message to delete not found")


async def test_answers_to_a_tap_that_come_wrong(play: Play) -> None:
    """A tap is answered once, within a minute, in at most 200 characters."""
    too_old = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    answer = play.bot.answer_callback_query
    first, late = play.telegram.tap(ANN, 1, "x"), play.telegram.tap(ANN, 1, "x")
    await refused(play, answer(first, "x" * 201), BadRequest, "Bad Request: MESSAGE_TOO_LONG")
    await answer(first, "x" * 200)
    await refused(play, answer(first), BadRequest, too_old)
    await refused(play, answer("unknown"), BadRequest, too_old)
    play.clock.forward(seconds=timedelta(seconds=61).total_seconds())
    await refused(play, answer(late), BadRequest, too_old)
    assert play.telegram.unanswered() == [late]
    assert len(play.telegram.answers(ANN)) == 1


async def test_a_document_that_is_too_large(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """An upload over the limit is refused as a whole."""
    assert media.LARGEST_UPLOAD_BYTES == 50 * 1024 * 1024
    monkeypatch.setattr(media, "LARGEST_UPLOAD_BYTES", 1000)
    await play.bot.send_document(ANN, b"x" * 1000)
    await refused(play, play.bot.send_document(ANN, b"x" * 1001), NetworkError, "Request Entity Too Large")


async def test_a_wrong_token(play: Play) -> None:
    """A bot with another token gets nowhere."""
    stranger = Bot("42:OTHER", base_url=play.telegram.base_url)
    await refused(play, stranger.get_me(), InvalidToken, "Unauthorized")


async def test_the_body_of_a_refusal(play: Play) -> None:
    """An unknown method is 404, and a refusal has the shape of Telegram's, in any form of request."""
    async with httpx.AsyncClient(base_url=f"{play.telegram.base_url}42:DEMO/") as client:
        unknown = await client.post("banChatMember", json={"chat_id": ANN})
        empty = await client.post("sendMessage", json={"chat_id": ANN, "text": ""})
        sent = await client.get("sendmessage", params={"chat_id": ANN, "text": "x"})
    body = {"ok": False, "error_code": 404, "description": "Not Found: method not found"}
    assert (unknown.status_code, unknown.json()) == (404, body)
    assert empty.json() == {
        "ok": False,
        "error_code": 400,
        "description": "Bad Request: message text is empty",
    }
    assert sent.json()["ok"] is True
