"""Groups in the Telegram stand-in: what the bot hears there, and how it loses one."""

from collections.abc import AsyncIterator

import httpx
import pytest
from telegram import BotCommandScopeChat, Chat, Message
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter

from tests.adapters.playground.telegram_play import ANN, Play, keyboard, playing, png

BEN, CY = 8, 9
GROUP, SUPERGROUP = -500, -1001234567890


async def in_group(play: Play, chat_id: int = GROUP) -> None:
    """Ann and Ben in a group with the bot, which has heard that it came in."""
    play.telegram.add_user(BEN, "Ben", username="ben_b")
    play.telegram.add_user(CY, "Cy")
    play.telegram.add_group(chat_id, "Launch", [ANN, BEN])
    await play.updates()


@pytest.fixture
async def play() -> AsyncIterator[Play]:
    async with playing() as play:
        await in_group(play)
        yield play


async def test_the_bot_hears_that_it_came_in(play: Play) -> None:
    """It is told twice, as a change of its membership and as a message in the group, by whom."""
    play.telegram.add_group(SUPERGROUP, "Board", [BEN])
    change, announcement = await play.updates()
    assert change.my_chat_member is not None
    assert change.my_chat_member.chat.type == Chat.SUPERGROUP
    statuses = (change.my_chat_member.old_chat_member.status, change.my_chat_member.new_chat_member.status)
    assert statuses == ("left", "member")
    assert announcement.message is not None
    assert [user.id for user in announcement.message.new_chat_members] == [play.bot.id]
    assert announcement.message.from_user is not None
    assert announcement.message.from_user.id == BEN


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("Good morning", False),
        ("/help", True),
        ("/help@soglas_bot now", True),
        ("/help@other_bot", False),
        ("please /help", False),
        ("please /help@soglas_bot", True),
        ("Ask @Soglas_Bot about it", True),
        ("Ask @soglas_bot2 about it", False),
        ("Ask @ben_b about it", False),
        ("mail x@soglas_bot.org", False),
    ],
)
async def test_privacy_mode(play: Play, text: str, heard: bool) -> None:
    """Of a group the bot gets commands and what names it; everybody there sees everything."""
    play.telegram.send_text(ANN, text, chat_id=GROUP)
    assert [update.message and update.message.text for update in await play.updates()] == ([text] if heard else [])
    assert play.telegram.chat(GROUP)[-1].text == text


async def test_a_reply_to_the_bot_is_heard(play: Play) -> None:
    """A reply to a message of the bot reaches it, a reply to a person does not."""
    asked = await play.bot.send_message(GROUP, "Who approves?")
    theirs = play.telegram.send_text(BEN, "I do", reply_to=asked.message_id, chat_id=GROUP)
    play.telegram.send_text(ANN, "Good", reply_to=theirs, chat_id=GROUP)
    message = await play.heard()
    assert (message.text, message.from_user and message.from_user.username) == ("I do", "ben_b")
    assert (message.chat.id, message.chat.type, message.chat.title) == (GROUP, Chat.GROUP, "Launch")


async def test_files_and_edits_keep_to_privacy_mode(play: Play) -> None:
    """A file reaches the bot by its caption, an edited message by its new text."""
    play.telegram.send_file(ANN, "photo", "a.jpg", png(), caption="for us", chat_id=GROUP)
    play.telegram.send_file(ANN, "photo", "b.jpg", png(), caption="for @soglas_bot", chat_id=GROUP)
    assert (await play.heard()).caption == "for @soglas_bot"
    unheard = play.telegram.send_text(ANN, "Hello", chat_id=GROUP)
    play.telegram.edit_text(ANN, unheard, "Hello @soglas_bot", chat_id=GROUP)
    (update,) = await play.updates()
    assert update.edited_message is not None
    assert update.edited_message.text == "Hello @soglas_bot"


async def test_without_privacy_mode_everything_is_heard() -> None:
    """A bot that may read everything gets everything, and says so of itself."""
    async with playing(privacy=False) as play:
        await in_group(play)
        assert (await play.bot.get_me()).can_read_all_group_messages
        play.telegram.send_text(ANN, "Good morning", chat_id=GROUP)
        assert (await play.heard()).text == "Good morning"


async def test_the_bot_knows_its_name(play: Play) -> None:
    """The name people mention is the one getMe gives; the bot can be put into groups, where it does not read along."""
    me = await play.bot.get_me()
    assert (me.username, me.can_join_groups, me.can_read_all_group_messages) == (play.telegram.username, True, False)
    assert (await play.bot.get_chat(GROUP)).title == "Launch"


async def test_a_button_is_tapped_in_a_group(play: Play) -> None:
    """A tap says who tapped and where, and the answer reaches the one who tapped."""
    sent = await play.bot.send_message(GROUP, "Approve?", reply_markup=keyboard("yes"))
    play.telegram.tap(BEN, sent.message_id, "yes", chat_id=GROUP)
    (update,) = await play.updates()
    query = update.callback_query
    assert query is not None
    assert isinstance(query.message, Message)
    assert (query.from_user.id, query.message.chat.id) == (BEN, GROUP)
    await query.answer("Noted")
    await query.edit_message_text("Approved")
    assert [each.text for each in play.telegram.answers(BEN)] == ["Noted"]
    assert play.telegram.chat(GROUP)[-1].text == "Approved"


async def test_a_message_of_the_bot_is_forwarded_into_a_group(play: Play) -> None:
    """A card can be shown to others; the bot hears of it only what privacy mode lets through."""
    sent = await play.send("Card")
    play.telegram.forward_bot_message(ANN, sent.message_id, chat_id=GROUP)
    assert await play.updates() == []
    forwarded = play.telegram.chat(GROUP)[-1]
    assert forwarded.forwarded is not None
    assert (forwarded.text, forwarded.forwarded.user_id, forwarded.buttons) == ("Card", None, ())


async def test_numbers_of_messages(play: Play) -> None:
    """Private chats and groups share one row of numbers; each supergroup has its own from 1."""
    play.telegram.add_group(SUPERGROUP, "Board", [ANN])
    await play.send()
    private, group = await play.send(), await play.bot.send_message(GROUP, "x")
    assert group.message_id == private.message_id + 1
    board = await play.bot.send_message(SUPERGROUP, "x")
    assert (board.message_id, board.chat.type) == (2, Chat.SUPERGROUP)


async def test_a_group_becomes_a_supergroup(play: Play) -> None:
    """Both chats say where they went and came from; whatever is sent to the old one is refused with the new id."""
    sent = await play.bot.send_message(GROUP, "before")
    play.telegram.migrate_group(GROUP, SUPERGROUP)
    left, came = [update.message for update in await play.updates() if update.message]
    assert (left.chat.id, left.migrate_to_chat_id) == (GROUP, SUPERGROUP)
    assert (came.chat.id, came.migrate_from_chat_id) == (SUPERGROUP, GROUP)
    assert came.sender_chat is not None
    for act in (
        play.bot.send_message(GROUP, "x"),
        play.bot.send_photo(GROUP, png()),
        play.bot.edit_message_text("x", GROUP, sent.message_id),
        play.bot.send_chat_action(GROUP, "typing"),
    ):
        with pytest.raises(ChatMigrated) as caught:
            await act
        assert caught.value.new_chat_id == SUPERGROUP
    await play.bot.send_message(SUPERGROUP, "after")
    play.telegram.send_text(BEN, "/help", chat_id=SUPERGROUP)
    assert [each.text for each in play.telegram.chat(SUPERGROUP)] == ["", "after", "/help"]
    with pytest.raises(ValueError, match="is in no group"):
        play.telegram.send_text(BEN, "x", chat_id=GROUP)


async def test_the_body_of_a_migration(play: Play) -> None:
    """The refusal has Telegram's words, and the new id among its parameters."""
    play.telegram.migrate_group(GROUP, SUPERGROUP)
    async with httpx.AsyncClient(base_url=f"{play.telegram.base_url}42:DEMO/") as client:
        answer = await client.post("sendMessage", json={"chat_id": GROUP, "text": "x"})
    assert (answer.status_code, answer.json()) == (
        400,
        {
            "ok": False,
            "error_code": 400,
            "description": "Bad Request: group chat was upgraded to a supergroup chat",
            "parameters": {"migrate_to_chat_id": SUPERGROUP},
        },
    )


@pytest.mark.parametrize(("chat_id", "kind"), [(GROUP, "group"), (SUPERGROUP, "supergroup")])
async def test_the_bot_is_put_out(play: Play, chat_id: int, kind: str) -> None:
    """It hears of that once, hears nothing more, and cannot write there until it is brought back."""
    if chat_id == SUPERGROUP:
        play.telegram.migrate_group(GROUP, SUPERGROUP)
        await play.updates()
    play.telegram.remove_bot(chat_id, BEN)
    play.telegram.send_text(ANN, "/help", chat_id=chat_id)
    (update,) = await play.updates()
    assert update.my_chat_member is not None
    assert (update.my_chat_member.chat.id, update.my_chat_member.from_user.id) == (chat_id, BEN)
    assert update.my_chat_member.new_chat_member.status == "kicked"
    with pytest.raises(Forbidden):
        await play.bot.send_message(chat_id, "x")
    assert play.error() == f"Forbidden: bot was kicked from the {kind} chat"
    play.telegram.add_bot(chat_id, ANN)
    await play.bot.send_message(chat_id, "back")


async def test_a_group_has_the_flood_limit_of_a_chat() -> None:
    """The third message into one group within a second is refused where two are allowed."""
    async with playing(per_chat=2) as play:
        await in_group(play)
        for _ in range(2):
            await play.bot.send_message(GROUP, "x")
        with pytest.raises(RetryAfter):
            await play.bot.send_message(GROUP, "x")
        await play.bot.send_message(ANN, "x")


async def test_the_bot_deletes_only_its_own(play: Play) -> None:
    """A bot that is no administrator takes back its own messages and nobody else's."""
    sent = await play.bot.send_message(GROUP, "x")
    theirs = play.telegram.send_text(ANN, "mine", chat_id=GROUP)
    assert await play.bot.delete_message(GROUP, sent.message_id)
    with pytest.raises(BadRequest):
        await play.bot.delete_message(GROUP, theirs)
    assert play.error() == "Bad Request: message can't be deleted"


async def test_commands_of_one_chat(play: Play) -> None:
    """A chat can have commands of its own, by language; an unknown chat, and a scope without one, are refused."""
    await play.bot.set_my_commands([("who", "Who is asked")], scope=BotCommandScopeChat(GROUP), language_code="ru")
    await play.bot.set_my_commands([("help", "Help")])
    assert play.telegram.commands_in(GROUP) == {"ru": [("who", "Who is asked")]}
    assert (play.telegram.commands_in(ANN), play.telegram.commands) == ({}, {"": [("help", "Help")]})
    await play.bot.delete_my_commands(scope=BotCommandScopeChat(GROUP), language_code="ru")
    assert play.telegram.commands_in(GROUP) == {}
    with pytest.raises(BadRequest, match="Chat not found"):
        await play.bot.set_my_commands([("who", "Who")], scope=BotCommandScopeChat(-777))
    play.telegram.migrate_group(GROUP, SUPERGROUP)
    with pytest.raises(ChatMigrated):
        await play.bot.set_my_commands([("who", "Who")], scope=BotCommandScopeChat(GROUP))


async def test_groups_that_cannot_be(play: Play) -> None:
    """A test that writes as a stranger, doubles a group or migrates it to a basic one is told so."""
    with pytest.raises(ValueError, match="is in no group"):
        play.telegram.send_text(CY, "x", chat_id=GROUP)
    with pytest.raises(ValueError, match="free id"):
        play.telegram.add_group(GROUP, "Again", [ANN])
    with pytest.raises(ValueError, match="an account"):
        play.telegram.add_group(-501, "Nobody", [99])
    with pytest.raises(ValueError, match="supergroup"):
        play.telegram.migrate_group(GROUP, -502)
    with pytest.raises(ValueError, match="already in"):
        play.telegram.add_bot(GROUP, ANN)
