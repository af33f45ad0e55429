"""What people do with what they wrote, how they come by a link, and how the bot's menu looks to them."""

from collections.abc import AsyncIterator

import httpx
import pytest
from telegram import MenuButtonCommands, MenuButtonWebApp, WebAppInfo
from telegram.error import BadRequest, Forbidden

from tests.adapters.playground.telegram_play import ANN, Play, playing


@pytest.fixture
async def play() -> AsyncIterator[Play]:
    async with playing() as play:
        yield play


async def test_a_person_edits_what_they_wrote(play: Play) -> None:
    """The bot gets the message as it is now, with its number and the moment of the edit."""
    written = play.telegram.send_text(ANN, "Spend 100")
    await play.updates()
    play.clock.forward(minutes=1)
    play.telegram.edit_text(ANN, written, "Spend 200")
    (update,) = await play.updates()
    edited = update.edited_message
    assert edited is not None
    assert (edited.message_id, edited.text, edited.edit_date) == (written, "Spend 200", play.clock())
    (seen,) = play.telegram.chat(ANN)
    assert (seen.text, seen.edited) == ("Spend 200", True)


async def test_a_caption_is_edited(play: Play) -> None:
    """Of a file the caption changes, also to nothing."""
    sent = play.telegram.send_file(ANN, "document", "x.pdf", b"x", caption="draft")
    play.telegram.edit_text(ANN, sent, "")
    _, update = await play.updates()
    assert update.edited_message is not None
    assert (update.edited_message.caption, update.edited_message.document is None) == (None, False)


async def test_edits_come_only_to_who_asks_for_them(play: Play) -> None:
    """A bot that names the kinds it wants and not this one never hears of an edit."""
    await play.bot.get_updates(allowed_updates=["message", "callback_query"])
    written = play.telegram.send_text(ANN, "one")
    play.telegram.edit_text(ANN, written, "two")
    (update,) = await play.updates()
    assert update.message is not None
    assert play.telegram.chat(ANN)[0].text == "two"


async def test_a_person_takes_back_what_they_wrote(play: Play) -> None:
    """The message is gone and nothing is said of it; only the writer can do that."""
    written = play.telegram.send_text(ANN, "one")
    sent = await play.send()
    await play.updates()
    play.telegram.delete(ANN, written)
    assert await play.updates() == []
    assert [each.message_id for each in play.telegram.chat(ANN)] == [sent.message_id]
    with pytest.raises(ValueError, match="wrote no message"):
        play.telegram.delete(ANN, sent.message_id)


async def test_edits_people_cannot_make(play: Play) -> None:
    """Another's message, an unchanged or empty text, a poll and a message of two days ago stay as they are."""
    sent = await play.send()
    written = play.telegram.send_text(ANN, "one")
    poll = play.telegram.send_poll(ANN, "When?")
    for message_id, text in ((sent.message_id, "x"), (written, "one"), (written, " "), (written, "x" * 4097), (poll, "x")):
        with pytest.raises(ValueError, match=r"wrote no message|an edit changes|cannot be edited"):
            play.telegram.edit_text(ANN, message_id, text)
    play.clock.forward(hours=48)
    with pytest.raises(ValueError, match="cannot be edited"):
        play.telegram.edit_text(ANN, written, "two")


async def test_a_link_brings_a_stranger(play: Play) -> None:
    """Who follows a link and presses Start sends its payload, and can be written to from then on."""
    play.telegram.add_user(8, "Ben", started=False)
    with pytest.raises(Forbidden):
        await play.bot.send_message(8, "x")
    message_id = play.telegram.open_link(8, "r-A_" + "9" * 60)
    message = await play.heard()
    assert (message.message_id, message.text) == (message_id, "/start r-A_" + "9" * 60)
    assert [each.type for each in message.entities] == ["bot_command"]
    await play.bot.send_message(8, "Welcome")


async def test_a_link_unblocks(play: Play) -> None:
    """Pressing Start again after blocking lets the bot back in, which it is told first."""
    play.telegram.block(ANN)
    await play.updates()
    play.telegram.open_link(ANN, "x")
    change, message = await play.updates()
    assert change.my_chat_member is not None
    assert change.my_chat_member.new_chat_member.status == "member"
    assert message.message is not None


@pytest.mark.parametrize("payload", ["", "x" * 65, "a b", "a.b", "д", "a\n"])
async def test_a_payload_no_link_can_carry(play: Play, payload: str) -> None:
    """Telegram carries 1 to 64 letters, digits, underscores and dashes, and nothing else."""
    with pytest.raises(ValueError, match="payload"):
        play.telegram.open_link(ANN, payload)
    assert play.telegram.chat(ANN) == []


async def test_exactly_one_full_message(play: Play) -> None:
    """4096 units are one message, counted as Telegram counts."""
    for text in ("x" * 4096, "😀" * 2048, "x" * 4000 + " " + "y" * 95):
        play.telegram.send_text(ANN, text)
        assert (await play.heard()).text == text


@pytest.mark.parametrize(
    ("text", "lengths"),
    [
        ("x" * 4097, [4096, 1]),
        ("x" + "😀" * 2048, [4095, 2]),
        ("x" * 4000 + "\n" + "y" * 200, [4000, 200]),
        ("x" * 3000 + " " + "y" * 3000, [3000, 3000]),
        ("x " + "y" * 5000, [4096, 906]),
        ("z" * 9000, [4096, 4096, 808]),
        ("😀" * 5000, [4096, 4096, 1808]),
    ],
    ids=["letters", "emoji", "lines", "words", "early blank", "three", "many emoji"],
)
async def test_a_long_text_comes_in_parts(play: Play, text: str, lengths: list[int]) -> None:
    """A longer text arrives as several messages in order, cut after a line or a word if one ends late enough."""
    asked = await play.send("Why?")
    last = play.telegram.send_text(ANN, text, reply_to=asked.message_id)
    messages = [update.message for update in await play.updates() if update.message]
    texts = [message.text or "" for message in messages]
    assert [len(each.encode("utf-16-le")) // 2 for each in texts] == lengths
    assert "".join(texts).replace(" ", "") == text.replace("\n", "").replace(" ", "")
    assert [message.message_id for message in messages] == list(range(last - len(lengths) + 1, last + 1))
    assert all(message.reply_to_message for message in messages)


async def test_the_menu_button(play: Play) -> None:
    """The button beside the field is set for everybody or for one person; default is what nobody changed."""
    assert (await play.bot.get_chat_menu_button()).type == "default"
    await play.bot.set_chat_menu_button(menu_button=MenuButtonCommands())
    app = MenuButtonWebApp("Open", WebAppInfo("https://example.org/app"))
    await play.bot.set_chat_menu_button(ANN, app)
    assert await play.bot.get_chat_menu_button(ANN) == app
    assert (await play.bot.get_chat_menu_button()).type == "commands"
    bad = MenuButtonWebApp("Open", WebAppInfo("http://example.org"))
    for chat_id, button, words in (
        (99, None, "user not found"),
        (-5, None, "invalid chat_id specified"),
        (ANN, bad, "menu button Web App URL 'http://example.org' is invalid: Only HTTPS links are allowed"),
    ):
        with pytest.raises(BadRequest):
            await play.bot.set_chat_menu_button(chat_id, button)
        assert play.error() == f"Bad Request: {words}"


@pytest.mark.parametrize(
    ("method", "body", "words"),
    [
        ("setMyCommands", {"commands": [{"command": "x", "description": "y", "icon": "z"}]}, 'BotCommand: unknown field "icon"'),
        ("setMyCommands", {"commands": [], "scope": {"type": "chat"}}, 'BotCommandScope: Can\'t find field "chat_id"'),
        ("setMyCommands", {"commands": [], "scope": {"type": "x"}}, "BotCommandScope: Unsupported type specified"),
        (
            "setMyCommands",
            {"commands": [], "scope": {"type": "default", "chat_id": 7}},
            'BotCommandScope: unknown field "chat_id"',
        ),
        ("setChatMenuButton", {"menu_button": {"type": "commands", "text": "x"}}, 'menu button: unknown field "text"'),
        ("setChatMenuButton", {"menu_button": {"type": "x"}}, "menu button: MenuButton has unsupported type"),
    ],
)
async def test_a_menu_that_cannot_be_read(play: Play, method: str, body: dict[str, object], words: str) -> None:
    """Commands and buttons of an unknown form are refused, and so is every field Telegram would forget."""
    async with httpx.AsyncClient(base_url=f"{play.telegram.base_url}42:DEMO/") as client:
        answer = await client.post(method, json=body)
    assert answer.json()["description"] == f"Bad Request: can't parse {words}"
