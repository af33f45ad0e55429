"""The rules for a text a bot sends: its markup, its length, and what is cut from its ends."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from html import escape

from adapters.playground.telegram.html import ParseError, utf16_length
from adapters.playground.telegram.records import Entity, ParsedText
from adapters.playground.telegram.refusal import bad_request

LONGEST_MESSAGE = 4096
LONGEST_CAPTION = 1024
MOST_ENTITIES = 100

Parser = Callable[[str], ParsedText]


@dataclass(frozen=True)
class Written:
    """A text that passed the rules, with the HTML it would be written in."""

    text: str
    html: str
    entities: tuple[Entity, ...]


def read_message(parser: Parser, raw: str, parse_mode: str) -> Written:
    """The text of a message; raises 400 for an empty one, a long one, or one that cannot be parsed."""
    written = _read(parser, raw, parse_mode)
    if not written.text:
        raise bad_request("message text is empty")
    if utf16_length(written.text) > LONGEST_MESSAGE:
        raise bad_request("message is too long")
    return written


def read_caption(parser: Parser, raw: str, parse_mode: str) -> Written:
    """The text below a document, which may be empty."""
    written = _read(parser, raw, parse_mode)
    if utf16_length(written.text) > LONGEST_CAPTION:
        raise bad_request("message caption is too long")
    return written


def _read(parser: Parser, raw: str, parse_mode: str) -> Written:
    mode = parse_mode.lower()
    # Markdown exists in Telegram, but nothing here writes it, so a text in it is a mistake.
    if mode not in ("", "html"):
        raise bad_request("unsupported parse_mode")
    parsed = _trimmed(_parsed(parser, raw) if mode else ParsedText(raw))
    if len(parsed.entities) > MOST_ENTITIES:
        raise bad_request("ENTITIES_TOO_LONG")
    return Written(parsed.text, raw if mode else escape(raw), parsed.entities)


def _parsed(parser: Parser, raw: str) -> ParsedText:
    try:
        return parser(raw)
    except ParseError as error:
        raise bad_request(f"can't parse entities: {error}") from error


def _trimmed(parsed: ParsedText) -> ParsedText:
    """Telegram cuts blanks from both ends after parsing, which shifts the entities."""
    text = parsed.text.strip()
    cut = utf16_length(parsed.text) - utf16_length(parsed.text.lstrip())
    whole = utf16_length(text)
    kept = []
    for entity in parsed.entities:
        begin = max(entity.offset - cut, 0)
        end = min(entity.offset + entity.length - cut, whole)
        if begin < end:
            kept.append(replace(entity, offset=begin, length=end - begin))
    return ParsedText(text, tuple(kept))
