"""The methods by which the bot sends files, uploaded or named by the file_id of one that was sent before."""

from collections.abc import Mapping
from typing import Literal

from adapters.playground.telegram import wire
from adapters.playground.telegram.arguments import Arguments
from adapters.playground.telegram.attaching import file_of
from adapters.playground.telegram.files import kept
from adapters.playground.telegram.picture import measure
from adapters.playground.telegram.records import Document
from adapters.playground.telegram.refusal import Refused, bad_request
from adapters.playground.telegram.sending import new_messages
from adapters.playground.telegram.text import Written, read_caption
from adapters.playground.telegram.world import World

LARGEST_UPLOAD_BYTES = 50 * 1024 * 1024
LARGEST_PHOTO_BYTES = 10 * 1024 * 1024
MOST_IN_AN_ALBUM = 10

Sendable = Literal["photo", "video", "document"]
# What an album's item may say of itself; a thumbnail of one's own is not played here.
_ITEM_FIELDS: dict[Sendable, frozenset[str]] = {
    "photo": frozenset({"has_spoiler", "show_caption_above_media"}),
    "video": frozenset({"has_spoiler", "show_caption_above_media", "width", "height", "duration", "supports_streaming"}),
    "document": frozenset({"disable_content_type_detection"}),
}
_EVERY_ITEM = frozenset({"type", "media", "caption", "parse_mode"})
_TYPES: dict[str, Sendable] = {"photo": "photo", "video": "video", "document": "document"}


def send_photo(world: World, arguments: Arguments) -> object:
    return _send(world, arguments, "photo")


def send_video(world: World, arguments: Arguments) -> object:
    return _send(world, arguments, "video")


def send_document(world: World, arguments: Arguments) -> object:
    return _send(world, arguments, "document")


def send_media_group(world: World, arguments: Arguments) -> object:
    value = arguments.value("media")
    if not isinstance(value, list):
        raise bad_request("expected an Array of InputMedia")
    items = [_item(world, each) for each in value]
    if len(items) > MOST_IN_AN_ALBUM:
        raise bad_request("too many messages to send as an album")
    if not items:
        raise bad_request("there are no messages to send")
    # Found out last, after everything the server can see without looking into the file.
    contents = [(written, _found(world, kind, media)) for kind, written, media in items]
    kinds = {file.kind for _, file in contents}
    if "document" in kinds and len(kinds) > 1:
        raise bad_request("document can't be mixed with other media types")
    for number, (_, file) in enumerate(contents, start=1):
        if error := _unusable(file):
            raise bad_request(f'failed to send message #{number} with the error message "{error}"')
    album = str(13_000_000_000_000_000 + world.next_serial()) if len(contents) > 1 else None
    messages = new_messages(world, arguments, [(written, _sent(world, file)) for written, file in contents], album)
    return [wire.message(world, each) for each in messages]


def _send(world: World, arguments: Arguments, kind: Sendable) -> object:
    media = arguments.value(kind)
    if media is None or media == "":
        raise bad_request(f"there is no {kind} in the request")
    written = read_caption(world.parser, arguments.text("caption"), arguments.text("parse_mode"))
    file = _found(world, kind, media)
    if error := _unusable(file):
        raise bad_request(error)
    (message,) = new_messages(world, arguments, [(written, _sent(world, file))])
    return wire.message(world, message)


def _item(world: World, value: object) -> tuple[Sendable, Written, object]:
    if not isinstance(value, Mapping):
        raise _unreadable("expected an Object")
    try:
        written = read_caption(world.parser, str(value.get("caption", "")), str(value.get("parse_mode", "")))
    except Refused as refusal:
        raise _in_item(refusal) from refusal
    name = value.get("type")
    if not isinstance(name, str):
        raise _unreadable('Can\'t find field "type"')
    if value.get("media") in (None, ""):
        raise _unreadable("media not found")
    kind = _TYPES.get(name)
    if kind is None:
        known = "can't be used in sendMediaGroup" if name == "animation" else "is unsupported"
        raise _unreadable(f'type "{name}" {known}')
    for field in value.keys() - _EVERY_ITEM - _ITEM_FIELDS[kind]:
        raise _unreadable(f'unknown field "{field}"')
    return kind, written, value["media"]


def _found(world: World, kind: Sendable, media: object) -> Document:
    """An uploaded file as what it is sent, or the one with this file_id as what it was."""
    if isinstance(media, Document):
        return _uploaded(kind, media)
    if str(media).startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")
    known = world.files.get(str(media))
    if known is None:
        raise bad_request("wrong remote file identifier specified: can't unserialize it. Wrong string length")
    # Everything but a photo is a document to Telegram, and stays what it was.
    if (known.kind == "photo") != (kind == "photo"):
        raise bad_request(f"can't use file of type {known.kind.title()} as {kind.title()}")
    return _whole(world, known)


def _uploaded(kind: Sendable, media: Document) -> Document:
    if not media.data:
        raise bad_request("file must be non-empty")
    if len(media.data) > LARGEST_UPLOAD_BYTES:
        raise Refused(413, "Request Entity Too Large")
    if kind == "photo" and len(media.data) > LARGEST_PHOTO_BYTES:
        size = f"file of size {len(media.data)} bytes is too big for a photo"
        raise bad_request(f"{size}; the maximum size is {LARGEST_PHOTO_BYTES} bytes")
    return file_of(kind, media.name, media.data, None if kind == "photo" else media.mime, None)


def _whole(world: World, known: Document) -> Document:
    """The photo that a file_id of one of its sizes stands for."""
    return next((each for each in world.files.values() if known in each.smaller), known)


def _unusable(file: Document) -> str | None:
    """What Telegram says of an upload it cannot show as a photo."""
    if file.kind != "photo" or file.file_id:
        return None
    size = measure(file.data)
    if size is None:
        return "IMAGE_PROCESS_FAILED"
    return None if size.fits else "PHOTO_INVALID_DIMENSIONS"


def _sent(world: World, file: Document) -> Document:
    return file if file.file_id else kept(world, file)


def _unreadable(words: str) -> Refused:
    return bad_request(f"can't parse InputMedia: {words}")


def _in_item(refusal: Refused) -> Refused:
    words = refusal.description.removeprefix("Bad Request: ")
    # The length is looked at later, when the item has been read.
    return refusal if words == "message caption is too long" else _unreadable(words[0].upper() + words[1:])
