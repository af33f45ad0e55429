"""The plain values the stand-in shows to a person, a page or a test; no behaviour here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

FileKind = Literal["photo", "video", "document", "animation", "voice", "audio", "sticker", "video_note"]
ServiceKind = Literal["new_chat_members", "migrate_to_chat_id", "migrate_from_chat_id"]


@dataclass(frozen=True)
class Entity:
    """A formatted stretch of a text; offset and length count UTF-16 units, as on the wire."""

    type: str
    offset: int
    length: int
    url: str | None = None


@dataclass(frozen=True)
class ParsedText:
    """A text without its markup, and where the markup was."""

    text: str
    entities: tuple[Entity, ...] = ()


@dataclass(frozen=True)
class Button:
    """An inline button: exactly one of data and url is set."""

    text: str
    data: str | None = None
    url: str | None = None
    style: str | None = None


@dataclass(frozen=True)
class Document:
    """A file as it was sent; file_id is the name Telegram gave it, kind what it was sent as.

    stated_size is what Telegram says of a file whose bytes are only pretended.
    """

    name: str
    data: bytes
    mime: str
    file_id: str = ""
    kind: FileKind = "document"
    unique_id: str = ""
    stated_size: int | None = None
    width: int = 0
    height: int = 0
    duration: int = 0
    emoji: str = ""
    # Of a photo: the smaller ones Telegram made of it, smallest first.
    smaller: "tuple[Document, ...]" = ()

    @property
    def size(self) -> int:
        return len(self.data) if self.stated_size is None else self.stated_size


@dataclass(frozen=True)
class Poll:
    """A question with answers to choose from."""

    poll_id: str
    question: str
    options: tuple[str, ...]


@dataclass(frozen=True)
class Contact:
    """Somebody's telephone number."""

    phone_number: str
    first_name: str


@dataclass(frozen=True)
class Location:
    """A point on the map."""

    latitude: float
    longitude: float


@dataclass(frozen=True)
class Forwarded:
    """Where a forwarded message comes from; user_id is None when the bot wrote it."""

    user_id: int | None
    date: datetime


@dataclass(frozen=True)
class Service:
    """What happened to a group; number is the other chat's id, or the id of who came in."""

    kind: ServiceKind
    number: int


@dataclass(frozen=True)
class ChatMessage:
    """A message as its reader sees it now; for a file of any kind, text and html are the caption."""

    message_id: int
    chat_id: int
    from_bot: bool
    text: str
    html: str
    date: datetime
    buttons: tuple[tuple[Button, ...], ...] = ()
    reply_to: int | None = None
    edited: bool = False
    document: Document | None = None
    silent: bool = False
    force_reply: bool = False
    placeholder: str | None = None
    entities: tuple[Entity, ...] = ()
    edited_at: datetime | None = None
    # Who wrote it; None for the bot, and for Telegram itself.
    user_id: int | None = None
    media_group: str | None = None
    attached: Poll | Contact | Location | None = None
    forwarded: Forwarded | None = None
    service: Service | None = None


@dataclass(frozen=True)
class CallbackAnswer:
    """What a person saw after a tap; an empty text only stops the spinning of the button."""

    callback_id: str
    text: str
    show_alert: bool
    at: datetime


@dataclass(frozen=True)
class Call:
    """One request of the bot; error is the description it was refused with."""

    method: str
    params: Mapping[str, object]
    at: datetime
    ok: bool
    error: str | None = None
