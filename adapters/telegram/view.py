"""A card and a question as Telegram shows them: HTML and an inline keyboard, within Telegram's limits.

Templates hold no markup: every line is worded first and escaped as a whole, so no text of a person can become markup.
"""

from __future__ import annotations

import hashlib
import html
import json
from dataclasses import asdict, dataclass

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from adapters.cutting import Cutter, fact_line, remark_line, utf16, whole
from bot.buttons import code
from bot.conversation import Option, Prompt
from bot.core.cards import Button, Card, Mark, Style
from bot.core.wording import text
from bot.ports import Rendered
from bot.speech import Reader, say, show

MAX_MESSAGE = 4096
MAX_BUTTON = 64  # not Telegram's limit: longer labels are cut by the clients
_ROOM = 3900
_LINE, _REMARKS, _BODY_AT_LEAST = 500, 1200, 300
MARKS = {
    Mark.YOURS: "🔵", Mark.WAITING: "⏳", Mark.LATE: "🔴", Mark.RETURNED: "↩️",
    Mark.APPROVED: "✅", Mark.REJECTED: "⛔", Mark.WITHDRAWN: "⚪",
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


def card_message(card: Card, reader: Reader) -> Rendered:
    """The card in Telegram's form; with the whole text beside it when it had to be cut."""
    cutter = Cutter(utf16)
    head = f"{MARKS[card.mark]} {say(card.title, reader)}"
    blocks = [
        f"<b>{_safe(cutter, head)}</b>\n{_safe(cutter, card.headline)}",
        f"<b>{_safe(cutter, say(card.status, reader))}</b>",
        "\n".join(_fact(cutter, *fact_line(fact, reader)) for fact in card.facts),
    ]
    remarks = [f"• {remark_line(remark, reader)}" for remark in card.remarks]
    talk = [f"{label}: {value}" for label, value in (fact_line(fact, reader) for fact in card.talk)]
    blocks += [
        html.escape("\n".join(lines)) for part in (remarks, talk) if (lines := cutter.fit_lines(part, _REMARKS // 2, _LINE))
    ]
    if links := cutter.fit_lines(card.links, _REMARKS // 2, _LINE):
        blocks.append(html.escape("\n".join(links)))
    if card.body:
        used = sum(utf16(html.unescape(block)) + 2 for block in blocks)
        blocks.append(f"<blockquote>{html.escape(cutter.fit(card.body, max(_BODY_AT_LEAST, _ROOM - used)))}</blockquote>")
    if cutter.was_cut:
        blocks.append(f"<i>{html.escape(say(text('card.cut.file'), reader))}</i>")
    message = Message("\n\n".join(block for block in blocks if block), _rows(card, reader))
    overflow = whole(card, reader) if cutter.was_cut else None
    version = card.buttons[0].ticket.text_version if card.buttons else 0
    return Rendered(message, fingerprint(message), overflow, f"{card.request}-{version}-{_short(card.body)}" if overflow else "")


def _safe(cutter: Cutter, value: str) -> str:
    return html.escape(cutter.fit(value, _LINE), quote=False)


def _fact(cutter: Cutter, label: str, value: str) -> str:
    return f"<b>{html.escape(label)}:</b> {_safe(cutter, value)}"


def _rows(card: Card, reader: Reader) -> tuple[tuple[Key, ...], ...]:
    """The yes alone in its row, the rest two by two: easy to hit with a thumb."""
    keys = [_key(card, button, reader) for button in card.buttons]
    first = 1 if keys and keys[0].style else 0
    rest = keys[first:]
    return (*(((keys[0],),) if first else ()), *(tuple(rest[i : i + 2]) for i in range(0, len(rest), 2)))


def _key(card: Card, button: Button, reader: Reader) -> Key:
    return Key(Cutter().fit(say(button.label, reader), MAX_BUTTON), str(code(card.request, button)), _STYLES[button.style])


def prompt_message(prompt: Prompt, reader: Reader) -> Message:
    """A question with its buttons."""
    cutter = Cutter(utf16)
    lines = [html.escape(cutter.fit(say(prompt.text, reader), 1500))]
    lines += [html.escape(line) for line in cutter.fit_lines((show(line, reader) for line in prompt.lines), 2200, _LINE)]
    rows = tuple(tuple(_option(option, reader) for option in row) for row in prompt.options)
    return Message("\n".join(lines), rows)


def _option(option: Option, reader: Reader) -> Key:
    label = show(option.label, reader)
    return Key(
        Cutter().fit(f"✓ {label}" if option.chosen else label, MAX_BUTTON), option.code, "success" if option.chosen else None
    )


def fingerprint(message: Message) -> str:
    """The same for the same content: an edit that changes nothing is not sent."""
    return hashlib.sha256(json.dumps(asdict(message), ensure_ascii=False).encode()).hexdigest()[:32]


def _short(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()[:8]
