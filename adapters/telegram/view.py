"""A card and a question as Telegram shows them: HTML and an inline keyboard, within Telegram's limits.

Templates hold no markup: every line is worded first and escaped as a whole, so no text of a person can become markup.
"""

from __future__ import annotations

import hashlib
import html
import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from adapters.cutting import Cutter, fact_line, remark_line, utf16, whole
from bot.buttons import code
from bot.core.card_facts import Fact
from bot.core.cards import Button, Card, Mark, Style
from bot.core.wording import text
from bot.ports import Rendered
from bot.prompts import Option, Prompt
from bot.speech import Reader, say, show

MAX_MESSAGE = 4096
# A row of keys is as wide as the chat. What a phone shows of the labels in it; longer ones are cut in the middle of a word.
_ROW = 40
MAX_BUTTON = 64  # not Telegram's limit: longer labels are cut by the clients
# What each part of a card may take, in UTF-16 units; all of them together stay below MAX_MESSAGE.
_ROOM, _BODY_AT_LEAST = 3800, 300
_TITLE, _HEADLINE, _STATUS, _LINE = 200, 250, 400, 300
_FACTS, _REMARKS, _TALK, _LINKS = 1700, 500, 300, 200
_SAID, _TOLD = ("talk.said", "talk.asked_bridge", "talk.translated"), 3500  # what a message shows of it without cutting
_PROMPT_TEXT, _PROMPT_LINES, _PROMPT_LINE = 1500, 2200, 40
_FOLDED_FROM, _FOLDED_LINES = 500, 6  # a longer text is folded, so that the buttons are at hand without scrolling
MARKS = {
    Mark.YOURS: "🔵", Mark.WAITING: "⏳", Mark.LATE: "🔴", Mark.RETURNED: "↩️",
    Mark.APPROVED: "✅", Mark.PROVISIONAL: "🟡", Mark.REJECTED: "⛔", Mark.WITHDRAWN: "⚪",
}  # fmt: skip
_STYLES = {Style.PLAIN: None, Style.PRIMARY: "primary", Style.DANGER: "danger"}


@dataclass(frozen=True, slots=True)
class Key:
    """One key of an inline keyboard."""

    text: str
    data: str
    style: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent to Telegram."""

    html: str
    keys: tuple[tuple[Key, ...], ...] = ()

    def markup(self) -> InlineKeyboardMarkup | None:
        """The keyboard, or nothing where there are no keys: an edit without a keyboard takes the old one away."""
        return InlineKeyboardMarkup([[_button(key) for key in row] for row in self.keys]) if self.keys else None


def _button(key: Key) -> InlineKeyboardButton:
    return InlineKeyboardButton(key.text, callback_data=key.data, style=key.style)


@dataclass(slots=True)
class _Page:
    """A card in the making: its blocks, and the people's words that had to be cut."""

    blocks: list[str] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)

    @property
    def used(self) -> int:
        return sum(utf16(html.unescape(block)) + 2 for block in self.blocks)

    def line(self, value: str, limit: int) -> str:
        """One line, cut to the limit and escaped as a whole."""
        shown = Cutter(utf16).fit(value, limit)
        if shown != value:
            self.cut.append(value)
        return html.escape(shown)

    def lines(self, values: Sequence[str], limit: int) -> None:
        """A block of as many lines as fit."""
        kept = Cutter(utf16).fit_lines(values, limit, _LINE)
        self.cut += [value for index, value in enumerate(values) if index >= len(kept) or kept[index] != value]
        if kept:
            self.blocks.append(html.escape("\n".join(kept)))

    def talk(self, facts: Sequence[Fact], reader: Reader) -> None:
        """The newest of what was said. Everybody got it as a message of its own, so what has no room here needs no file."""
        lines = _pairs(facts, reader)
        kept = Cutter(utf16).fit_lines(reversed(lines), _TALK, _TALK - 1)
        if kept:
            self.blocks.append(html.escape("\n".join(reversed(kept))))
        said = [fact.label.id in _SAID and utf16(line) < _TOLD for fact, line in zip(facts, lines, strict=True)]
        self.cut += [line for line, told in zip(lines, said, strict=True) if line not in kept and not told]

    def quote(self, body: str) -> None:
        """The text in question in whatever room is left."""
        shown = self.line(body, max(_BODY_AT_LEAST, _ROOM - self.used))
        is_long = utf16(shown) > _FOLDED_FROM or shown.count("\n") > _FOLDED_LINES
        self.blocks.append(f"<blockquote{' expandable' if is_long else ''}>{shown}</blockquote>")


def card_message(card: Card, reader: Reader) -> Rendered:
    """The card in Telegram's form; with the whole text beside it when it had to be cut."""
    page = _Page()
    title = page.line(f"{MARKS[card.mark]} {say(card.title, reader)}", _TITLE)
    page.blocks.append(f"{title}\n<b>{page.line(card.headline, _HEADLINE)}</b>")
    page.blocks.append(f"<b>{page.line(say(card.status, reader), _STATUS)}</b>")
    page.lines(_pairs(card.facts, reader), _FACTS)
    page.lines([f"• {remark_line(remark, reader)}" for remark in card.remarks], _REMARKS)
    page.talk(card.talk, reader)
    page.lines(card.links, _LINKS)
    if card.body:
        page.quote(card.body)
    if page.cut:
        page.blocks.append(f"<i>{html.escape(say(text('card.cut.file'), reader))}</i>")
    message = Message("\n\n".join(page.blocks), _rows(card, reader))
    if not page.cut:
        return Rendered(message, fingerprint(message))
    # Named after what was cut: the same cut words go along once, however often the card changes.
    return Rendered(message, fingerprint(message), whole(card, reader), f"{card.request}-{_short(page.cut)}")


def _pairs(facts: Sequence[Fact], reader: Reader) -> list[str]:
    return [f"{label}: {value}" for label, value in (fact_line(fact, reader) for fact in facts)]


def _rows(card: Card, reader: Reader) -> tuple[tuple[Key, ...], ...]:
    """The yes alone in its row, the rest two by two where both can be read: easy to hit with a thumb."""
    keys = [_key(card, button, reader) for button in card.buttons]
    first = 1 if keys and keys[0].style else 0
    rows = [(key,) for key in keys[:first]]
    paired: list[tuple[Key, ...]] = []
    for key in keys[first:]:
        if paired and len(paired[-1]) == 1 and _can_be_read((*paired[-1], key)):
            paired[-1] = (*paired[-1], key)
        else:
            paired.append((key,))
    return (*rows, *paired)


def _can_be_read(row: Sequence[Key]) -> bool:
    """Whether a phone shows these labels whole beside each other: each key has its part of the row."""
    return all(len(key.text) <= _ROW // len(row) for key in row)


def _key(card: Card, button: Button, reader: Reader) -> Key:
    return Key(Cutter().fit(say(button.label, reader), MAX_BUTTON), str(code(card.request, button)), _STYLES[button.style])


def prompt_message(prompt: Prompt, reader: Reader) -> Message:
    """A question with its buttons. Where the lines do not fit together each gets less room, so that none is left out."""
    cutter = Cutter(utf16)
    words = [show(line, reader) for line in prompt.lines]
    fits = sum(map(utf16, words)) <= _PROMPT_LINES
    each = _PROMPT_LINES if fits else max(_PROMPT_LINE, _PROMPT_LINES // len(words))
    lines = [cutter.fit(say(prompt.text, reader), _PROMPT_TEXT), *cutter.fit_lines(words, _PROMPT_LINES + len(words), each)]
    asked = (tuple(_option(option, reader) for option in row) for row in prompt.options)
    rows = tuple(part for row in asked for part in ((row,) if _can_be_read(row) else ((key,) for key in row)))
    return Message(html.escape("\n".join(lines)), rows)


def _option(option: Option, reader: Reader) -> Key:
    label = show(option.label, reader)
    return Key(
        Cutter().fit(f"✓ {label}" if option.chosen else label, MAX_BUTTON), option.code, "success" if option.chosen else None
    )


def fingerprint(message: Message) -> str:
    """The same for the same content: an edit that changes nothing is not sent."""
    # Field by field: ``asdict`` copies all of it first, in a tenth of the time that a whole card takes.
    keys = [[{"text": key.text, "data": key.data, "style": key.style} for key in row] for row in message.keys]
    return hashlib.sha256(json.dumps({"html": message.html, "keys": keys}, ensure_ascii=False).encode()).hexdigest()[:32]


def _short(words: Sequence[str]) -> str:
    return hashlib.sha256("\0".join(words).encode("utf-8", "replace")).hexdigest()[:8]
