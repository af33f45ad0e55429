"""Telegram's own parser of HTML, from PyPI's tdjson, with the signature of the stand-in's small one."""

import json

import tdjson

from adapters.playground.telegram import Entity, ParsedText, ParseError

# Without this tdjson writes a log of its own to the standard error stream.
tdjson.td_execute(json.dumps({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0}).encode())

TYPES = {
    "textEntityTypeBold": "bold",
    "textEntityTypeItalic": "italic",
    "textEntityTypeUnderline": "underline",
    "textEntityTypeStrikethrough": "strikethrough",
    "textEntityTypeSpoiler": "spoiler",
    "textEntityTypeCode": "code",
    "textEntityTypePre": "pre",
    "textEntityTypePreCode": "pre",
    "textEntityTypeTextUrl": "text_link",
    "textEntityTypeBlockQuote": "blockquote",
    "textEntityTypeExpandableBlockQuote": "expandable_blockquote",
    "textEntityTypeDateTime": "date_time",
    "textEntityTypeCustomEmoji": "custom_emoji",
    "textEntityTypeMentionName": "text_mention",
}


def parse_html(text: str) -> ParsedText:
    """What the real Bot API server makes of the text; raises ParseError with its words."""
    request = {
        "@type": "parseTextEntities",
        "text": text,
        "parse_mode": {"@type": "textParseModeHTML"},
    }
    answer = tdjson.td_execute(json.dumps(request).encode())
    assert answer is not None
    parsed = json.loads(answer)
    if parsed["@type"] == "error":
        raise ParseError(str(parsed["message"]).removeprefix("Can't parse entities: "))
    return ParsedText(parsed["text"], tuple(_entity(each) for each in parsed["entities"]))


def _entity(found: dict[str, object]) -> Entity:
    kind = found["type"]
    assert isinstance(kind, dict)
    offset, length = found["offset"], found["length"]
    assert isinstance(offset, int)
    assert isinstance(length, int)
    return Entity(TYPES[kind["@type"]], offset, length, kind.get("url"))
