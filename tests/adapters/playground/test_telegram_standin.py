"""The ordinary way through the Telegram stand-in, driven by the real client library."""

from collections.abc import AsyncIterator

import pytest
from telegram import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    ReplyParameters,
)

from adapters.playground.telegram import Button, CallbackAnswer
from tests.adapters.playground.telegram_play import ANN, Play, keyboard, playing


@pytest.fixture
async def play() -> AsyncIterator[Play]:
    async with playing() as play:
        yield play


async def test_the_bot_learns_who_it_is(play: Play) -> None:
    """The number before the colon of the token is the bot's id."""
    me = await play.bot.get_me()
    assert (me.id, me.is_bot) == (42, True)


async def test_a_command_arrives_marked_as_one(play: Play) -> None:
    """A person's /start comes with their name, their language and a bot_command entity."""
    message_id = play.telegram.send_text(ANN, "/start team-a")
    (update,) = await play.bot.get_updates(timeout=5)
    assert update.message is not None
    assert update.message.message_id == message_id
    assert update.message.text == "/start team-a"
    assert [(each.type, each.offset, each.length) for each in update.message.entities] == [("bot_command", 0, 6)]
    assert update.message.from_user is not None
    assert update.message.from_user.language_code == "ru"


async def test_a_first_message_opens_the_chat(play: Play) -> None:
    """Whoever never came can be written to once they have sent /start."""
    play.telegram.add_user(8, "Ben", started=False)
    play.telegram.send_text(8, "/start")
    await play.bot.send_message(8, "Welcome")
    assert [each.text for each in play.telegram.chat(8)] == ["/start", "Welcome"]


async def test_a_message_is_seen_as_it_was_meant(play: Play) -> None:
    """A person sees the text without markup, its buttons with their style, and whether it came silently."""
    style = InlineKeyboardButton("No", callback_data="n", style="danger")
    link = InlineKeyboardButton("More", url="https://example.org/x")
    sent = await play.bot.send_message(
        ANN,
        "<b>Ann &amp; Ben</b>",
        parse_mode="HTML",
        reply_markup=InlineKeyboardMarkup([[style], [link]]),
        disable_notification=True,
    )
    (seen,) = play.telegram.chat(ANN)
    assert (seen.text, seen.html, seen.silent) == ("Ann & Ben", "<b>Ann &amp; Ben</b>", True)
    assert seen.buttons == (
        (Button("No", data="n", style="danger"),),
        (Button("More", url="https://example.org/x"),),
    )
    assert (sent.text, sent.text_html) == ("Ann & Ben", "<b>Ann &amp; Ben</b>")
    assert sent.date == play.clock()


async def test_a_plain_text_is_shown_letter_by_letter(play: Play) -> None:
    """Without a parse mode markup is only text, and html is safe to put on a page."""
    await play.bot.send_message(ANN, "a <b> & c")
    (seen,) = play.telegram.chat(ANN)
    assert (seen.text, seen.html) == ("a <b> & c", "a &lt;b&gt; &amp; c")


async def test_a_reason_is_asked_for_and_given(play: Play) -> None:
    """A forced reply shows its placeholder, and the answer carries the question it belongs to."""
    markup = ForceReply(input_field_placeholder="Why?")
    asked = await play.bot.send_message(ANN, "Reason?", reply_markup=markup)
    play.telegram.send_text(ANN, "Too dear", reply_to=asked.message_id)
    (update,) = await play.bot.get_updates(timeout=5)
    assert update.message is not None
    assert update.message.reply_to_message is not None
    assert update.message.reply_to_message.text == "Reason?"
    question, answer = play.telegram.chat(ANN)
    assert (question.force_reply, question.placeholder) == (True, "Why?")
    assert answer.reply_to == asked.message_id


async def test_the_bot_replies_to_a_message(play: Play) -> None:
    """A reply points at its message, and stands alone when that is gone and the bot allowed it."""
    asked = play.telegram.send_text(ANN, "Hello")
    await play.bot.send_message(ANN, "Hi", reply_parameters=ReplyParameters(asked))
    play.telegram.vanish(ANN, asked)
    alone = ReplyParameters(asked, allow_sending_without_reply=True)
    await play.bot.send_message(ANN, "Hi again", reply_parameters=alone)
    assert [each.reply_to for each in play.telegram.chat(ANN)] == [asked, None]


async def test_a_tap_is_answered_and_the_message_changes(play: Play) -> None:
    """A tap carries the message with its buttons; the answer reaches the one who tapped."""
    sent = await play.send(data="yes:1")
    callback_id = play.telegram.tap(ANN, sent.message_id, "yes:1")
    assert play.telegram.unanswered() == [callback_id]
    (update,) = await play.bot.get_updates(timeout=5)
    query = update.callback_query
    assert query is not None
    assert isinstance(query.message, Message)
    assert query.message.reply_markup == keyboard("yes:1")
    await query.answer("Noted", show_alert=True)
    await query.edit_message_text("Approved", reply_markup=keyboard("undo"))
    assert play.telegram.answers(ANN) == [CallbackAnswer(callback_id, "Noted", True, play.clock())]
    assert play.telegram.unanswered() == []
    (seen,) = play.telegram.chat(ANN)
    assert (seen.text, seen.edited, seen.buttons[0][0].data) == ("Approved", True, "undo")


async def test_a_forged_tap_arrives(play: Play) -> None:
    """Telegram does not compare the data of a tap with the buttons of the message."""
    sent = await play.send()
    play.telegram.tap(ANN, sent.message_id, "forged")
    (update,) = await play.bot.get_updates(timeout=5)
    assert update.callback_query is not None
    assert update.callback_query.data == "forged"


async def test_a_tap_on_a_vanished_message_arrives_without_it(play: Play) -> None:
    """Of a message that is gone the bot gets no more than its number."""
    sent = await play.send()
    play.telegram.vanish(ANN, sent.message_id)
    play.telegram.tap(ANN, sent.message_id, "yes")
    (update,) = await play.bot.get_updates(timeout=5)
    assert update.callback_query is not None
    # The library makes a Message of it all the same; only is_accessible tells.
    gone = update.callback_query.message
    assert gone is not None
    assert (gone.is_accessible, gone.message_id) == (False, sent.message_id)


async def test_an_edit_without_a_keyboard_removes_it(play: Play) -> None:
    """An edit states the whole message: what it leaves out is gone."""
    sent = await play.send()
    await play.bot.edit_message_text("Done", ANN, sent.message_id)
    (seen,) = play.telegram.chat(ANN)
    assert (seen.text, seen.buttons) == ("Done", ())


async def test_a_keyboard_is_changed_alone(play: Play) -> None:
    """editMessageReplyMarkup leaves the text as it is."""
    sent = await play.send("Approve?")
    await play.bot.edit_message_reply_markup(ANN, sent.message_id, reply_markup=keyboard("other"))
    (seen,) = play.telegram.chat(ANN)
    assert (seen.text, seen.buttons[0][0].data) == ("Approve?", "other")


async def test_a_document_comes_back_byte_by_byte(play: Play) -> None:
    """An uploaded file is seen by the person with its name, and can be fetched and sent again by its id."""
    sent = await play.bot.send_document(ANN, "имя;да".encode(), filename="журнал.csv", caption="<i>log</i>")
    assert sent.document is not None
    file = await sent.document.get_file()
    assert bytes(await file.download_as_bytearray()) == "имя;да".encode()
    await play.bot.send_document(ANN, sent.document.file_id, caption="again")
    first, again = play.telegram.chat(ANN)
    assert first.document is not None
    assert (first.document.name, first.document.mime, first.text) == ("журнал.csv", "text/csv", "<i>log</i>")
    assert again.document == first.document


async def test_a_message_is_deleted(play: Play) -> None:
    """A message the bot takes back is gone from the chat."""
    sent = await play.send()
    await play.bot.delete_message(ANN, sent.message_id)
    assert play.telegram.chat(ANN) == []


async def test_commands_are_kept_by_language(play: Play) -> None:
    """The commands of the default scope are seen by language; those of another scope are kept apart."""
    await play.bot.set_my_commands([("help", "What I can do")])
    await play.bot.set_my_commands([("help", "Что я умею")], language_code="ru")
    await play.bot.set_my_commands([("ask", "Ask")], scope=BotCommandScopeAllPrivateChats())
    assert play.telegram.commands == {"": [("help", "What I can do")], "ru": [("help", "Что я умею")]}
    assert await play.bot.get_my_commands(language_code="ru") == (BotCommand("help", "Что я умею"),)


async def test_the_bot_describes_itself_and_looks_around(play: Play) -> None:
    """Descriptions, the typing sign, the chat and an absent webhook are accepted as by Telegram."""
    assert await play.bot.set_my_description("Approvals", language_code="ru")
    assert await play.bot.set_my_short_description("Approvals")
    assert await play.bot.send_chat_action(ANN, "typing")
    assert (await play.bot.get_chat(ANN)).first_name == "Ann"
    assert await play.bot.delete_webhook()


async def test_every_request_is_noted(play: Play) -> None:
    """A test can look at each request with its values, when it came and how it ended."""
    await play.send("Approve?", data="yes")
    call = play.telegram.calls[-1]
    assert (call.method, call.ok, call.error, call.at) == ("sendMessage", True, None, play.clock())
    assert call.params == {
        "chat_id": ANN,
        "text": "Approve?",
        "reply_markup": {"inline_keyboard": [[{"text": "Yes", "callback_data": "yes"}]]},
    }
