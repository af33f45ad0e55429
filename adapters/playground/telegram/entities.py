"""What Telegram finds by itself in a text a person wrote, and how an app cuts a text that is too long."""

import re
from collections.abc import Iterator

from adapters.playground.telegram.html import utf16_length
from adapters.playground.telegram.records import Entity
from adapters.playground.telegram.text import LONGEST_MESSAGE

_FOUND = {
    "url": re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]"),
    "email": re.compile(r"(?<![\w.+-])[A-Za-z0-9][\w.+-]*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"),
    "bot_command": re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>])"),
    "mention": re.compile(r"(?<![\w@/])@[A-Za-z][A-Za-z0-9_]{3,31}(?![\w@])"),
    "hashtag": re.compile(r"(?<![\w#])#(?=\w*[^\W\d])\w{1,256}"),
}


def found_in(text: str) -> tuple[Entity, ...]:
    """Commands, mentions, links, addresses and hashtags, in their order; none inside another."""
    taken: list[tuple[int, int, str]] = []
    for kind, pattern in _FOUND.items():
        for match in pattern.finditer(text):
            begin, end = match.span()
            if all(end <= other_begin or other_end <= begin for other_begin, other_end, _ in taken):
                taken.append((begin, end, kind))
    return tuple(Entity(kind, utf16_length(text[:begin]), utf16_length(text[begin:end])) for begin, end, kind in sorted(taken))


def words_of(text: str, entity: Entity) -> str:
    """The stretch of the text an entity is about."""
    units = text.encode("utf-16-le")
    return units[2 * entity.offset : 2 * (entity.offset + entity.length)].decode("utf-16-le")


def parts(text: str) -> Iterator[str]:
    """The messages an app makes of a long text, in order: cut after a line or a word where one ends."""
    rest = text.strip()
    while utf16_length(rest) > LONGEST_MESSAGE:
        most = _fitting(rest)
        head = rest[:most]
        # A cut early in the message would leave most of it empty.
        cut = next((at for blank in ("\n", " ") if (at := head.rfind(blank)) > most // 2), most)
        yield rest[:cut].rstrip()
        rest = rest[cut:].lstrip()
    if rest:
        yield rest


def _fitting(text: str) -> int:
    """How many characters fit into one message; no character is cut in two."""
    end = LONGEST_MESSAGE
    while utf16_length(text[:end]) > LONGEST_MESSAGE:
        end -= (utf16_length(text[:end]) - LONGEST_MESSAGE + 1) // 2
    return end
