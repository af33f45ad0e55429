"""What a person does in Telegram, and the update the bot gets of it."""

import re
from dataclasses import replace
from datetime import timedelta
from html import escape
from typing import Any

from adapters.playground.telegram import wire
from adapters.playground.telegram.entities import found_in, parts
from adapters.playground.telegram.groups import deliver
from adapters.playground.telegram.html import utf16_length
from adapters.playground.telegram.records import ChatMessage
from adapters.playground.telegram.text import LONGEST_CAPTION, LONGEST_MESSAGE
from adapters.playground.telegram.world import Person, Tap, World

EDITABLE_FOR = timedelta(hours=48)
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")


def send_text(world: World, user_id: int, text: str, reply_to: int | None, chat_id: int | None) -> int:
    """Writes into the private chat with the bot, which opens it, or into a group; a long text goes in parts."""
    messages = [replace(draft(world, user_id, reply_to, chat_id), **_words(part)) for part in parts(text)]
    if not messages:
        raise ValueError("a message has at least one character")
    return [post(world, message) for message in messages][-1]


def draft(world: World, user_id: int, reply_to: int | None, chat_id: int | None) -> ChatMessage:
    """An empty message of this person where they may write; it has no number yet."""
    person = active(world, user_id)
    where = user_id if chat_id is None else chat_id
    if where != user_id:
        _check_member(world, user_id, where)
    elif person.blocked:
        raise ValueError(f"user {user_id} has blocked the bot and must unblock it before writing")
    if reply_to is not None and world.message(where, reply_to) is None:
        raise ValueError(f"there is no message {reply_to} to reply to")
    return ChatMessage(
        message_id=0, chat_id=where, from_bot=False, text="", html="", date=world.now(), reply_to=reply_to, user_id=user_id
    )


def post(world: World, message: ChatMessage) -> int:
    """Puts a person's message into its chat and tells the bot; returns the message's id."""
    if message.chat_id in world.people:
        world.people[message.chat_id].started = True
    message = replace(message, message_id=world.next_message_id(message.chat_id))
    deliver(world, world.store(message))
    return message.message_id


def captioned(message: ChatMessage, caption: str) -> ChatMessage:
    """The message with these words below its file."""
    if utf16_length(caption.strip()) > LONGEST_CAPTION:
        raise ValueError("a caption has at most 1024 characters")
    return replace(message, **_words(caption.strip()))


def edit_text(world: World, user_id: int, message_id: int, text: str, chat_id: int | None) -> None:
    """Rewrites a message, or the caption of a file, and tells the bot."""
    message = _own(world, user_id, message_id, chat_id)
    text = text.strip()
    longest = LONGEST_MESSAGE if message.document is None else LONGEST_CAPTION
    if message.attached is not None or message.forwarded is not None or world.now() - message.date >= EDITABLE_FOR:
        raise ValueError(f"message {message_id} cannot be edited")
    if text == message.text or utf16_length(text) > longest or not (text or message.document):
        raise ValueError(f"an edit changes the text and leaves it 1 to {longest} characters")
    changed = replace(message, edited=True, edited_at=world.now(), **_words(text))
    deliver(world, world.store(changed), edited=True)


def delete(world: World, user_id: int, message_id: int, chat_id: int | None) -> None:
    """Takes back a message for everybody; Telegram does not tell the bot."""
    message = _own(world, user_id, message_id, chat_id)
    vanish(world, message.chat_id, message_id)


def open_link(world: World, user_id: int, payload: str) -> int:
    """Follows a link to the bot and presses Start there; whoever had blocked the bot unblocks it by that."""
    if not _PAYLOAD.fullmatch(payload):
        raise ValueError("the payload of a link has 1 to 64 of A-Z, a-z, 0-9, _ and -")
    set_blocked(world, user_id, False)
    return send_text(world, user_id, f"/start {payload}", None, None)


def tap(world: World, user_id: int, message_id: int, data: str, chat_id: int | None) -> str:
    """Taps a button and returns the callback id.

    The data is not compared with the buttons: a forged client sends what it likes.
    """
    person = active(world, user_id)
    where = user_id if chat_id is None else chat_id
    if where != user_id:
        _check_member(world, user_id, where)
    message = world.message(where, message_id)
    callback_id = str(4_000_000_000_000 + world.next_serial())
    world.taps[callback_id] = Tap(callback_id, user_id, world.now())
    place = world.place(where)
    shown = wire.inaccessible(place, message_id) if message is None else wire.message(world, message)
    update: wire.Json = {
        "id": callback_id,
        "from": wire.user(person),
        "message": shown,
        "chat_instance": str(-where),
        "data": data,
    }
    world.updates.put("callback_query", update)
    return callback_id


def set_blocked(world: World, user_id: int, blocked: bool) -> None:
    """Blocks or unblocks the bot, of which Telegram tells it as a change of membership."""
    person = active(world, user_id)
    if person.blocked == blocked:
        return
    person.blocked = blocked
    before, after = wire.membership(world, "member"), wire.membership(world, "kicked")
    if not blocked:
        before, after = after, before
    world.updates.put(
        "my_chat_member",
        {
            "chat": wire.chat(person),
            "from": wire.user(person),
            "date": wire.unix(world.now()),
            "old_chat_member": before,
            "new_chat_member": after,
        },
    )


def deactivate(world: World, user_id: int) -> None:
    """Deletes the account; Telegram does not tell the bot."""
    active(world, user_id).deactivated = True


def vanish(world: World, chat_id: int, message_id: int) -> None:
    """Deletes a message for both sides; Telegram does not tell the bot."""
    if world.chats[chat_id].pop(message_id, None) is None:
        raise ValueError(f"there is no message {message_id} in chat {chat_id}")


def active(world: World, user_id: int) -> Person:
    """Somebody who can do something."""
    person = world.people.get(user_id)
    if person is None or person.deactivated:
        raise ValueError(f"there is no active user {user_id}")
    return person


def _check_member(world: World, user_id: int, chat_id: int) -> None:
    group = world.groups.get(chat_id)
    if group is None or user_id not in group.members or group.migrated_to is not None:
        raise ValueError(f"user {user_id} is in no group {chat_id}")


def _own(world: World, user_id: int, message_id: int, chat_id: int | None) -> ChatMessage:
    active(world, user_id)
    message = world.message(user_id if chat_id is None else chat_id, message_id)
    if message is None or message.user_id != user_id or message.service is not None:
        raise ValueError(f"user {user_id} wrote no message {message_id}")
    return message


# Any: the two kinds of values are fields of one dataclass, and only replace() takes them.
def _words(text: str) -> dict[str, Any]:
    return {"text": text, "html": escape(text), "entities": found_in(text)}
