"""The methods that change or remove a message the bot sent before."""

from dataclasses import replace
from datetime import timedelta

from adapters.playground.telegram import wire
from adapters.playground.telegram.arguments import Arguments
from adapters.playground.telegram.keyboard import read_inline_markup
from adapters.playground.telegram.records import ChatMessage
from adapters.playground.telegram.refusal import Refused, bad_request
from adapters.playground.telegram.text import read_message
from adapters.playground.telegram.world import Group, World

DELETABLE_FOR = timedelta(hours=48)


def edit_message_text(world: World, arguments: Arguments) -> object:
    written = read_message(world.parser, arguments.text("text"), arguments.text("parse_mode"))
    # Without reply_markup the keyboard goes: an edit states the whole message.
    markup = read_inline_markup(arguments.value("reply_markup"))
    message = _editable(world, arguments)
    if message.document is not None:
        raise bad_request("there is no text in the message to edit")
    same_text = (message.text, message.entities) == (written.text, written.entities)
    if same_text and message.buttons == markup.buttons:
        raise _not_modified()
    changed = replace(message, text=written.text, html=written.html, entities=written.entities, buttons=markup.buttons)
    return _store(world, changed)


def edit_message_reply_markup(world: World, arguments: Arguments) -> object:
    markup = read_inline_markup(arguments.value("reply_markup"))
    message = _editable(world, arguments)
    if message.buttons == markup.buttons:
        raise _not_modified()
    return _store(world, replace(message, buttons=markup.buttons))


def delete_message(world: World, arguments: Arguments) -> object:
    place = world.place(arguments.value("chat_id"))
    chat_id = world.reachable(place.chat_id) if isinstance(place, Group) else place.user_id
    message = world.message(chat_id, _message_id(arguments))
    if message is None:
        raise bad_request("message to delete not found")
    if world.now() - message.date >= DELETABLE_FOR:
        raise bad_request("message can't be deleted for everyone")
    if isinstance(place, Group) and not message.from_bot:
        # It would have to be an administrator of the group.
        raise bad_request("message can't be deleted")
    del world.chats[chat_id][message.message_id]
    return True


def _editable(world: World, arguments: Arguments) -> ChatMessage:
    message_id = _message_id(arguments)
    message = world.message(world.reachable(arguments.value("chat_id")), message_id)
    if message is None:
        raise bad_request("message to edit not found")
    # td, can_edit_message: a message that asks for a reply cannot be changed any more either.
    if not message.from_bot or message.force_reply:
        raise bad_request("message can't be edited")
    return message


def _message_id(arguments: Arguments) -> int:
    message_id = arguments.number("message_id")
    if message_id <= 0:
        raise bad_request("message identifier is not specified")
    return message_id


def _store(world: World, message: ChatMessage) -> object:
    return wire.message(world, world.store(replace(message, edited=True, edited_at=world.now())))


def _not_modified() -> Refused:
    return bad_request(
        "message is not modified: specified new message content and reply markup are exactly the same "
        "as a current content and reply markup of the message"
    )
