"""A small strict parser of Telegram's HTML: it may refuse more than Telegram does, never less."""

import re
from dataclasses import dataclass

from adapters.playground.telegram.records import Entity, ParsedText

TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "blockquote": "blockquote",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
}
ATTRIBUTES = {("a", "href"), ("span", "class"), ("code", "class"), ("blockquote", "expandable")}
LINKS = ("http://", "https://", "tg://", "mailto:")
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}

_ENTITY = re.compile(r"&(?:#[xX](?P<hex>[0-9a-fA-F]+)|#(?P<dec>[0-9]+)|(?P<name>[a-zA-Z]+));?")
_NAME = re.compile(r"<(/?)([^ \t\r\n>]*)")
_ATTRIBUTE = re.compile(r"""[ \t\r\n]+([a-z]+)(?:=(?:"([^"<>]*)"|'([^'<>]*)'))?""")
_TAG_END = re.compile(r"[ \t\r\n]*>")
# Telegram reads at most this much of a numeric entity, "&#" included; a longer one stays as it is.
_LONGEST_NUMERIC = 9


class ParseError(ValueError):
    """The text is not Telegram HTML; the message is the part after "can't parse entities:"."""


@dataclass(frozen=True)
class _Open:
    tag: str
    type: str
    url: str | None
    offset: int


def utf16_length(text: str) -> int:
    """The length as Telegram counts it: a character outside the basic plane is two units."""
    return len(text) + sum(character > "\uffff" for character in text)


def parse_html(text: str) -> ParsedText:
    """Takes the markup out of the text; raises ParseError where Telegram would refuse."""
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ParseError("Text must be encoded in UTF-8")
    return _Reader(text).read()


class _Reader:
    def __init__(self, raw: str) -> None:
        self._raw = raw
        self._at = 0
        self._plain: list[str] = []
        self._length = 0
        self._open: list[_Open] = []
        self._entities: list[Entity] = []

    def read(self) -> ParsedText:
        while (begin := self._raw.find("<", self._at)) >= 0:
            self._take(self._raw[self._at : begin])
            self._at = begin
            self._tag()
        self._take(self._raw[self._at :])
        if self._open:
            raise ParseError(f'Can\'t find end tag corresponding to start tag "{self._open[-1].tag}"')
        self._entities.sort(key=lambda entity: (entity.offset, -entity.length))
        return ParsedText("".join(self._plain), tuple(self._entities))

    def _take(self, raw: str) -> None:
        plain = _ENTITY.sub(_decoded, raw)
        self._plain.append(plain)
        self._length += utf16_length(plain)

    def _tag(self) -> None:
        found = _NAME.match(self._raw, self._at)
        assert found is not None  # the caller stands on "<"
        kind = "end" if found[1] else "start"
        if found.end() == len(self._raw):
            raise ParseError(f"Unclosed {kind} tag at byte offset {self._bytes()}")
        if found[1]:
            self._close(found[2].lower(), found.end())
        else:
            self._begin(found[2].lower(), found.end())

    def _begin(self, tag: str, after: int) -> None:
        if tag not in TAGS:
            raise ParseError(f'Unsupported start tag "{tag}" at byte offset {self._bytes()}')
        attributes: dict[str, str] = {}
        while found := _ATTRIBUTE.match(self._raw, after):
            if (tag, found[1]) not in ATTRIBUTES or found[1] in attributes:
                raise ParseError(f'Unexpected attribute in the tag "{tag}" at byte offset {self._bytes()}')
            attributes[found[1]] = _ENTITY.sub(_decoded, found[2] or found[3] or "")
            after = found.end()
        self._check(tag, attributes)
        kind = "expandable_blockquote" if "expandable" in attributes else TAGS[tag]
        self._open.append(_Open(tag, kind, attributes.get("href"), self._length))
        self._step_over(after)

    def _check(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise ParseError(f'Tag "span" must have class "tg-spoiler" at byte offset {self._bytes()}')
        if tag == "a" and "href" not in attributes:
            raise ParseError(f'Tag "a" must have href at byte offset {self._bytes()}')

    def _close(self, tag: str, after: int) -> None:
        if not self._open:
            raise ParseError(f"Unexpected end tag at byte offset {self._bytes()}")
        begun = self._open.pop()
        if tag != begun.tag:
            raise ParseError(f'Unmatched end tag at byte offset {self._bytes()}, expected "</{begun.tag}>", found "</{tag}>"')
        self._step_over(after)
        length = self._length - begun.offset
        # Telegram keeps the words of a link it cannot follow, and drops the link without an error.
        followed = begun.tag != "a" or (begun.url or "").lower().startswith(LINKS)
        if length and followed:
            self._entities.append(Entity(begun.type, begun.offset, length, begun.url))

    def _step_over(self, after: int) -> None:
        end = _TAG_END.match(self._raw, after)
        if end is None:
            raise ParseError(f"Unclosed tag at byte offset {self._bytes()}")
        self._at = end.end()

    def _bytes(self) -> int:
        return len(self._raw[: self._at].encode())


def _decoded(found: re.Match[str]) -> str:
    if name := found["name"]:
        return NAMED.get(name, found[0])
    code = int(found["hex"], 16) if found["hex"] else int(found["dec"])
    if code == 0 or code >= 0x10FFFF or len(found[0].rstrip(";")) > _LONGEST_NUMERIC:
        return found[0]
    if 0xD800 <= code <= 0xDFFF:
        raise ParseError("Text contains invalid Unicode characters after decoding HTML entities")
    return chr(code)
