"""A strict stand-in for Telegram's Bot API server, for the playground and for tests."""

from adapters.playground.telegram.html import ParseError, parse_html
from adapters.playground.telegram.records import (
    Button,
    Call,
    CallbackAnswer,
    ChatMessage,
    Contact,
    Document,
    Entity,
    FileKind,
    Forwarded,
    Location,
    ParsedText,
    Poll,
    Service,
)
from adapters.playground.telegram.stand_in import TelegramStandIn

__all__ = [
    "Button",
    "Call",
    "CallbackAnswer",
    "ChatMessage",
    "Contact",
    "Document",
    "Entity",
    "FileKind",
    "Forwarded",
    "Location",
    "ParseError",
    "ParsedText",
    "Poll",
    "Service",
    "TelegramStandIn",
    "parse_html",
]
