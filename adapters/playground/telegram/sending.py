"""The methods that put a new message or file into a chat, and the one that finds a file again."""

from collections.abc import Mapping
from dataclasses import replace

from adapters.playground.telegram import wire
from adapters.playground.telegram.arguments import Arguments
from adapters.playground.telegram.keyboard import Markup, read_markup
from adapters.playground.telegram.records import ChatMessage, Document
from adapters.playground.telegram.refusal import Refused, bad_request
from adapters.playground.telegram.text import Written, read_caption, read_message
from adapters.playground.telegram.world import World

LARGEST_UPLOAD_BYTES = 50 * 1024 * 1024
LARGEST_DOWNLOAD_BYTES = 20 * 1024 * 1024
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
    return _send(world, arguments, written, None)


def send_document(world: World, arguments: Arguments) -> object:
    written = read_caption(world.parser, arguments.text("caption"), arguments.text("parse_mode"))
    return _send(world, arguments, written, _document(world, arguments.value("document")))


def send_chat_action(world: World, arguments: Arguments) -> object:
    if arguments.text("action").lower() not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    world.reachable(arguments.value("chat_id"))
    return True


def get_file(world: World, arguments: Arguments) -> object:
    document = world.files.get(arguments.text("file_id"))
    if document is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if len(document.data) > LARGEST_DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    return wire.file(document)


def _send(world: World, arguments: Arguments, written: Written, document: Document | None) -> object:
    markup = read_markup(arguments.value("reply_markup"))
    person = world.reachable(arguments.value("chat_id"))
    reply_to = _reply_to(world, person.user_id, arguments.value("reply_parameters"))
    world.flood.admit(person.user_id)
    message = _message(world, person.user_id, written, markup)
    message = replace(message, reply_to=reply_to, document=document, silent=arguments.flag("disable_notification"))
    if document is not None:
        world.files[document.file_id] = document
    return wire.message(world, world.store(message))


def _message(world: World, chat_id: int, written: Written, markup: Markup) -> ChatMessage:
    return ChatMessage(
        message_id=world.next_message_id(),
        chat_id=chat_id,
        from_bot=True,
        text=written.text,
        html=written.html,
        entities=written.entities,
        date=world.now(),
        buttons=markup.buttons,
        force_reply=markup.force_reply,
        placeholder=markup.placeholder,
    )


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


def _document(world: World, value: object) -> Document:
    """An uploaded file, or one that was sent before and is named by its file_id."""
    if value is None or value == "":
        raise bad_request("there is no document in the request")
    if not isinstance(value, Document):
        if str(value) not in world.files:
            raise bad_request("wrong remote file identifier specified: can't unserialize it. Wrong string length")
        return world.files[str(value)]
    if not value.data:
        raise bad_request("file must be non-empty")
    if len(value.data) > LARGEST_UPLOAD_BYTES:
        raise Refused(413, "Request Entity Too Large")
    return replace(value, file_id=f"F{world.next_serial()}")
