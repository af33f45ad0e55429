"""A strict stand-in for Telegram's Bot API server, for the playground and for tests."""

from adapters.playground.telegram.html import ParseError, parse_html
from adapters.playground.telegram.records import (
    Button,
    Call,
    CallbackAnswer,
    ChatMessage,
    Document,
    Entity,
    ParsedText,
)
from adapters.playground.telegram.stand_in import TelegramStandIn

__all__ = [
    "Button",
    "Call",
    "CallbackAnswer",
    "ChatMessage",
    "Document",
    "Entity",
    "ParseError",
    "ParsedText",
    "TelegramStandIn",
    "parse_html",
]
