"""The plain values the stand-in shows to a person, a page or a test; no behaviour here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


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
    """A file as it was sent; file_id is the name Telegram gave it."""

    name: str
    data: bytes
    mime: str
    file_id: str = ""


@dataclass(frozen=True)
class ChatMessage:
    """A message as its reader sees it now; for a document, text and html are the caption."""

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
