"""What a person does in Telegram, and the update the bot gets of it."""

import re
from html import escape

from adapters.playground.telegram import wire
from adapters.playground.telegram.html import utf16_length
from adapters.playground.telegram.records import ChatMessage, Entity
from adapters.playground.telegram.text import LONGEST_MESSAGE
from adapters.playground.telegram.world import Person, Tap, World

_COMMAND = re.compile(r"/[A-Za-z0-9_]{1,32}(?:@[A-Za-z0-9_]+)?(?=\s|$)")


def send_text(world: World, user_id: int, text: str, reply_to: int | None) -> int:
    """Writes into the private chat with the bot; any message opens it. Returns the message's id."""
    person = _active(world, user_id)
    if person.blocked:
        raise ValueError(f"user {user_id} has blocked the bot and must unblock it before writing")
    text = text.strip()
    if not text or utf16_length(text) > LONGEST_MESSAGE:
        raise ValueError("a message has 1 to 4096 characters")
    if reply_to is not None and world.message(user_id, reply_to) is None:
        raise ValueError(f"there is no message {reply_to} to reply to")
    person.started = True
    message = ChatMessage(
        message_id=world.next_message_id(),
        chat_id=user_id,
        from_bot=False,
        text=text,
        html=escape(text),
        date=world.now(),
        reply_to=reply_to,
        entities=_entities(text),
    )
    world.store(message)
    world.updates.put("message", wire.message(world, message))
    return message.message_id


def tap(world: World, user_id: int, message_id: int, data: str) -> str:
    """Taps a button and returns the callback id.

    The data is not compared with the buttons: a forged client sends what it likes.
    """
    person = _active(world, user_id)
    message = world.message(user_id, message_id)
    callback_id = str(4_000_000_000_000 + world.next_serial())
    world.taps[callback_id] = Tap(callback_id, user_id, world.now())
    shown = wire.inaccessible(person, message_id) if message is None else wire.message(world, message)
    world.updates.put(
        "callback_query",
        {
            "id": callback_id,
            "from": wire.user(person),
            "message": shown,
            "chat_instance": str(-user_id),
            "data": data,
        },
    )
    return callback_id


def set_blocked(world: World, user_id: int, blocked: bool) -> None:
    """Blocks or unblocks the bot, of which Telegram tells it as a change of membership."""
    person = _active(world, user_id)
    if person.blocked == blocked:
        return
    person.blocked = blocked
    before, after = _membership(world, not blocked), _membership(world, blocked)
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
    _active(world, user_id).deactivated = True


def vanish(world: World, chat_id: int, message_id: int) -> None:
    """Deletes a message for both sides; Telegram does not tell the bot."""
    if world.chats[chat_id].pop(message_id, None) is None:
        raise ValueError(f"there is no message {message_id} in chat {chat_id}")


def _membership(world: World, blocked: bool) -> wire.Json:
    if blocked:
        return {"user": wire.bot_user(world), "status": "kicked", "until_date": 0}
    return {"user": wire.bot_user(world), "status": "member"}


def _active(world: World, user_id: int) -> Person:
    person = world.people.get(user_id)
    if person is None or person.deactivated:
        raise ValueError(f"there is no active user {user_id}")
    return person


def _entities(text: str) -> tuple[Entity, ...]:
    found = _COMMAND.match(text)
    return (Entity("bot_command", 0, len(found[0])),) if found else ()
