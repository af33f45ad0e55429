"""What a Telegram message brings besides words: files that can be carried over, and what can only be answered kindly."""

from __future__ import annotations

from telegram import Message, PhotoSize

from adapters.telegram.sender import NAME
from bot.files import GivenFile

# In the words of ``bot.files.not_read``. A venue has a location as well.
_NOT_READ = ("voice", "sticker", "video_note", "poll", "contact", "location")


def given(message: Message) -> tuple[GivenFile, ...]:
    """The message's file: there is at most one, an album is several messages."""
    if message.photo:
        largest = max(message.photo, key=_pixels)
        return (GivenFile("photo.jpg", "image/jpeg", largest.file_size, NAME, largest.file_id),)
    # An animation comes as a document as well.
    file = message.animation or message.video or message.audio or message.document
    if file is None:
        return ()
    return (GivenFile(file.file_name or "", file.mime_type or "", file.file_size, NAME, file.file_id),)


def kind_not_read(message: Message) -> str:
    """What the message is, if it is of a kind that nothing is taken from; else empty."""
    return next((kind for kind in _NOT_READ if getattr(message, kind)), "")


def _pixels(size: PhotoSize) -> int:
    return size.width * size.height
