"""What Telegram makes of a file: its names, the smaller sizes of a photo, and where it can be fetched."""

from base64 import urlsafe_b64encode
from dataclasses import replace
from hashlib import sha512
from pathlib import PurePath

from adapters.playground.telegram import wire
from adapters.playground.telegram.arguments import Arguments
from adapters.playground.telegram.picture import Measure, measure
from adapters.playground.telegram.records import Document, FileKind
from adapters.playground.telegram.refusal import bad_request
from adapters.playground.telegram.world import World

LARGEST_DOWNLOAD_BYTES = 20 * 1024 * 1024

# The beginning of a file_id tells its kind, the folder of its path too.
_BEGINNINGS: dict[FileKind, str] = {
    "photo": "AgACAgIAAxkBAAI",
    "video": "BAACAgIAAxkBAAI",
    "document": "BQACAgIAAxkBAAI",
    "animation": "CgACAgIAAxkBAAI",
    "voice": "AwACAgIAAxkBAAI",
    "audio": "CQACAgIAAxkBAAI",
    "sticker": "CAACAgIAAxkBAAI",
    "video_note": "DQACAgIAAxkBAAI",
}
_FOLDERS: dict[FileKind, str] = {
    "photo": "photos",
    "video": "videos",
    "document": "documents",
    "animation": "animations",
    "voice": "voice",
    "audio": "music",
    "sticker": "stickers",
    "video_note": "video_notes",
}
_ENDINGS: dict[FileKind, str] = {"photo": ".jpg", "voice": ".oga", "sticker": ".webp", "video_note": ".mp4"}
_PHOTO_SIDES = (90, 320, 800, 1280)
# How a picture is taken to be whose bytes are only pretended.
_USUAL = Measure(1280, 960)


def kept(world: World, file: Document) -> Document:
    """The file with the names Telegram gives it; from now on the bot can use them."""
    file = _named(world, file)
    if file.kind == "photo":
        file = _photo(world, file)
    for each in (file, *file.smaller):
        world.files[each.file_id] = each
    return file


def get_file(world: World, arguments: Arguments) -> object:
    file = world.files.get(arguments.text("file_id"))
    if file is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if file.size > LARGEST_DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    path = next((path for path, known in world.paths.items() if known.file_id == file.file_id), None)
    if path is None:
        ending = _ENDINGS.get(file.kind) or PurePath(file.name).suffix
        path = f"{_FOLDERS[file.kind]}/file_{len(world.paths)}{ending}"
        world.paths[path] = file
    return {**wire.file(file), "file_path": path}


def content(file: Document) -> bytes:
    """The bytes to fetch, as many as Telegram said there are."""
    return file.data.ljust(file.size, b"\0")


def _named(world: World, file: Document) -> Document:
    digest = urlsafe_b64encode(sha512(str(world.next_serial()).encode()).digest()).decode()
    # As long as a real one: it fits neither a button's data nor a link.
    return replace(file, file_id=f"{_BEGINNINGS[file.kind]}{digest[:68]}AAQ", unique_id=f"AgAD{digest[-16:-4]}")


def _photo(world: World, file: Document) -> Document:
    """Telegram keeps a photo in several sizes, as JPEG, and forgets its name.

    Nothing here can scale a picture: a smaller size has the beginning of the bytes only, so that it cannot be
    taken for the whole.
    """
    whole = measure(file.data) or _USUAL
    longest = max(whole.width, whole.height)
    if longest > _PHOTO_SIDES[-1]:
        whole, longest = whole.within(_PHOTO_SIDES[-1]), _PHOTO_SIDES[-1]
    smaller = []
    for side in _PHOTO_SIDES:
        if side < longest:
            shape, share = whole.within(side), side / longest
            size = max(int(file.size * share * share), 1)
            cut = replace(file, data=file.data[:size], stated_size=size, width=shape.width, height=shape.height)
            smaller.append(_named(world, cut))
    return replace(file, width=whole.width, height=whole.height, smaller=tuple(smaller))
