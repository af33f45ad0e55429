"""The methods that put a new text into a chat, and what every new message of the bot has in common."""

from collections.abc import Mapping
from dataclasses import replace

from adapters.playground.telegram import wire
from adapters.playground.telegram.arguments import Arguments
from adapters.playground.telegram.keyboard import read_markup
from adapters.playground.telegram.records import ChatMessage, Document
from adapters.playground.telegram.refusal import bad_request
from adapters.playground.telegram.text import Written, read_message
from adapters.playground.telegram.world import World

ACTIONS = (
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
)
_REPLY_FIELDS = {"message_id", "allow_sending_without_reply"}


def send_message(world: World, arguments: Arguments) -> object:
    written = read_message(world.parser, arguments.text("text"), arguments.text("parse_mode"))
    (message,) = new_messages(world, arguments, [(written, None)])
    return wire.message(world, message)


def send_chat_action(world: World, arguments: Arguments) -> object:
    if arguments.text("action").lower() not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    world.reachable(arguments.value("chat_id"))
    return True


def new_messages(
    world: World,
    arguments: Arguments,
    contents: list[tuple[Written, Document | None]],
    media_group: str | None = None,
) -> list[ChatMessage]:
    """Puts the messages of one request into the chat, all of them or none."""
    markup = read_markup(arguments.value("reply_markup"))
    chat_id = world.reachable(arguments.value("chat_id"))
    reply_to = _reply_to(world, chat_id, arguments.value("reply_parameters"))
    world.flood.admit(chat_id, len(contents))
    common = ChatMessage(
        message_id=0,
        chat_id=chat_id,
        from_bot=True,
        text="",
        html="",
        date=world.now(),
        buttons=markup.buttons,
        reply_to=reply_to,
        silent=arguments.flag("disable_notification"),
        force_reply=markup.force_reply,
        placeholder=markup.placeholder,
        media_group=media_group,
    )
    return [_stored(world, common, written, document) for written, document in contents]


def _stored(world: World, common: ChatMessage, written: Written, document: Document | None) -> ChatMessage:
    said = replace(common, text=written.text, html=written.html, entities=written.entities, document=document)
    return world.store(replace(said, message_id=world.next_message_id(common.chat_id)))


def _reply_to(world: World, chat_id: int, value: object) -> int | None:
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise bad_request("object expected as reply parameters")
    for name in value.keys() - _REPLY_FIELDS:
        raise bad_request(f'unknown field "{name}" of reply_parameters')
    message_id = value.get("message_id")
    if not isinstance(message_id, int):
        raise bad_request('can\'t find field "message_id"')
    if world.message(chat_id, message_id) is not None:
        return message_id
    if value.get("allow_sending_without_reply") is True:
        return None
    raise bad_request("message to be replied not found")
