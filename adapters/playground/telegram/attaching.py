"""What a person sends besides text: files of every kind, polls, contacts, places, and messages passed on."""

from dataclasses import replace
from mimetypes import guess_type

from adapters.playground.telegram.files import kept
from adapters.playground.telegram.people import captioned, post
from adapters.playground.telegram.records import ChatMessage, Contact, Document, FileKind, Forwarded, Location, Poll
from adapters.playground.telegram.world import World

# What an app calls a file of a kind that has always the same form.
_FORMS: dict[FileKind, str] = {
    "photo": "image/jpeg",
    "animation": "video/mp4",
    "voice": "audio/ogg",
    "sticker": "image/webp",
    "video_note": "video/mp4",
}
_A_STICKER = b"RIFF\x1a\0\0\0WEBPVP8L\r\0\0\0/\xff\xc1\x7f\0"
_UNNAMED: tuple[FileKind, ...] = ("voice", "sticker", "video_note")
_PIXELS: dict[FileKind, tuple[int, int]] = {
    "video": (1280, 720),
    "animation": (320, 240),
    "sticker": (512, 512),
    "video_note": (384, 384),
}
_LASTING: tuple[FileKind, ...] = ("video", "animation", "voice", "audio", "video_note")
_TOGETHER: dict[FileKind, str] = {"photo": "seen", "video": "seen", "document": "document", "audio": "audio"}


def send_file(world: World, message: ChatMessage, file: Document, caption: str, media_group: str | None) -> int:
    """Sends a file, alone or as one of an album; the album's name is the sender's own."""
    if not file.size or file.size < len(file.data):
        raise ValueError("a file has at least one byte, and its stated size is not below what it has")
    if caption and file.kind in ("sticker", "video_note"):
        raise ValueError(f"a {file.kind} has no caption")
    album = None if media_group is None else _album(world, message, file.kind, media_group)
    return post(world, replace(captioned(message, caption), document=kept(world, file), media_group=album))


def file_of(kind: FileKind, name: str, data: bytes, mime: str | None, size: int | None, duration: int = 3) -> Document:
    """The file as an app describes it."""
    width, height = _PIXELS.get(kind, (0, 0))
    guessed = _FORMS.get(kind) or guess_type(name)[0] or "application/octet-stream"
    return Document(
        name="" if kind in _UNNAMED else name,
        data=data,
        mime=mime or guessed,
        kind=kind,
        stated_size=size,
        width=width,
        height=height,
        duration=duration if kind in _LASTING else 0,
    )


def send_sticker(world: World, message: ChatMessage, emoji: str) -> int:
    file = replace(file_of("sticker", "", _A_STICKER, None, None), emoji=emoji)
    return send_file(world, message, file, "", None)


def send_poll(world: World, message: ChatMessage, question: str, options: tuple[str, ...]) -> int:
    if not 1 <= len(question) <= 300 or not 2 <= len(options) <= 12:
        raise ValueError("a poll has a question of 1 to 300 characters and 2 to 12 answers")
    poll = Poll(str(5_000_000_000_000 + world.next_serial()), question, options)
    return post(world, replace(message, attached=poll))


def send_attached(world: World, message: ChatMessage, attached: Contact | Location) -> int:
    return post(world, replace(message, attached=attached))


def forward(world: World, message: ChatMessage, source: ChatMessage) -> int:
    """Passes a message on as it is now, without its buttons."""
    origin = source.forwarded or Forwarded(source.user_id, source.date)
    copy = replace(
        message,
        text=source.text,
        html=source.html,
        entities=source.entities,
        document=source.document,
        attached=source.attached,
        forwarded=origin,
    )
    return post(world, copy)


def _album(world: World, message: ChatMessage, kind: FileKind, name: str) -> str:
    """Telegram's number of the album, the same for all its files."""
    named = (message.chat_id, message.user_id, name)
    number = world.albums.setdefault(named, str(13_000_000_000_000_000 + world.next_serial()))
    others = {
        each.document.kind for each in world.chats[message.chat_id].values() if each.document and each.media_group == number
    }
    if kind not in _TOGETHER or any(_TOGETHER[each] != _TOGETHER[kind] for each in others):
        raise ValueError("an album has photos and videos, or documents only, or music only")
    return number
