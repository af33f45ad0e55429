"""Slack's text blocks. What people wrote appears letter by letter: never as a mention, a link, formatting or an emoji.

``mrkdwn`` is used where the bot speaks; a text that Slack would format goes into ``plain_text``, which shows it as it is.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import Any

from adapters.cutting import ELLIPSIS

# Any: blocks are Slack's own JSON, checked by Slack's own models in the tests.
Block = dict[str, Any]

MOST_IN_SECTION = 2900
_MOST_LINES, _LONG_LINE = 6, 150  # so that no section comes near Slack's 3,000 characters
# Marks between words format, marks inside a word do not; line breaks end formatting, so they count as well.
_FORMATTED = re.compile(r"[*~`\n]|(?<!\w)_|_(?!\w)|:[\w+-]+:|^>")
# A link that had to be cut leads nowhere, so it is no address.
_ADDRESS = re.compile(r"https?://[^\s<>|\"…]+")


def escaped(value: str) -> str:
    """Slack's own escaping: these three and no others."""
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def measure(value: str) -> int:
    """Length on the wire: Slack counts a whole message's blocks together, and publishes neither the unit nor the limit."""
    return len(json.dumps(escaped(value), ensure_ascii=False).encode("utf-8", "replace")) - 2


def fitted(value: str, limit: int, count: Callable[[str], int] = measure) -> str:
    """The value, or as much of its beginning as fits with an ellipsis."""
    if count(value) <= limit:
        return value
    start, room = value[: max(0, limit)], limit - count(ELLIPSIS)
    fits = bisect_right(range(len(start) + 1), room, key=lambda length: count(start[:length])) - 1
    return start[: max(0, fits)].rstrip() + ELLIPSIS


def plain(value: str) -> Block:
    return {"type": "plain_text", "text": value, "emoji": False}


def literal(value: str) -> Block:
    """A section with somebody's own words."""
    return {"type": "section", "text": plain(value)}


def literals(parts: Iterable[str]) -> list[Block]:
    """Somebody's own words however long they are: one section after another, cut between lines where that is possible."""
    return [literal(piece) for part in parts for piece in pieces(part)]


def pieces(value: str, most: int = MOST_IN_SECTION) -> list[str]:
    """The value in parts that a section takes."""
    found: list[str] = []
    while len(value) > most:
        breaks = (value.rfind(mark, most // 2, most) for mark in "\n ")
        cut = next((at for at in breaks if at > 0), most)
        found.append(value[:cut].rstrip())
        value = value[cut:].lstrip()
    return [piece for piece in (*found, value) if piece]


def strong(value: str, mark: str = "") -> Block:
    """A line that stands out."""
    start = f"{mark} " if mark else ""
    if _FORMATTED.search(value):
        return literal(start + value)
    return _mrkdwn(f"{start}*{escaped(value)}*")


def labelled(lines: Sequence[tuple[str, str]]) -> list[Block]:
    """Labels and values one below the other, the labels in bold wherever the line can be shown so."""
    if len(lines) > _MOST_LINES and max(measure(value) for _, value in lines) > _LONG_LINE:
        return [*labelled(lines[:_MOST_LINES]), *labelled(lines[_MOST_LINES:])]
    blocks = []
    for formatted, some in groupby(lines, lambda line: bool(_FORMATTED.search(" ".join(line)))):
        if formatted:
            blocks.append(literal("\n".join(f"{label}: {value}" for label, value in some)))
        else:
            blocks.append(_mrkdwn("\n".join(f"*{escaped(label)}:* {escaped(value)}" for label, value in some)))
    return blocks


def addresses(links: Iterable[str]) -> list[Block]:
    """Links one below the other: what is a plain web address can be opened, anything else is only shown."""
    blocks = []
    for good, some in groupby(links, lambda link: bool(_ADDRESS.fullmatch(link))):
        lines = [f"<{escaped(link)}>" if good else link for link in some]
        blocks.append(_mrkdwn("\n".join(lines)) if good else literal("\n".join(lines)))
    return blocks


def small(value: str) -> Block:
    """A remark of the bot's own under everything else."""
    return {"type": "context", "elements": [plain(value)]}


def _mrkdwn(value: str) -> Block:
    # verbatim: Slack adds no links, names or channels of its own to what is written.
    return {"type": "section", "text": {"type": "mrkdwn", "text": value, "verbatim": True}}
