"""A card and a message with buttons as Slack shows them, within Slack's limits. What does not fit goes along as a file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from adapters.cutting import Cutter, Measure, fact_line, remark_line, whole
from adapters.slack.blocks import Block, addresses, escaped, fitted, labelled, literal, literals, measure, plain, small, strong
from bot.buttons import code
from bot.core.cards import Button, Card, Mark, Style
from bot.core.wording import Field, Text, text
from bot.ports import Rendered
from bot.prompts import Option, Prompt
from bot.speech import Reader, has, say, show

MAX_BUTTON, _MAX_ROW = 75, 25
# Bytes; together below the 13,000 or so at which Slack answers msg_blocks_too_long (slackapi/bolt-js#2509).
_ALL, _LINE = 9_400, 500
_HEADLINE, _STATUS, _FACT, _REMARKS, _TALK, _LINKS = 450, 500, 360, 1_300, 1_300, 1_300
_TITLE, _BODY, _LEAST_BODY = 150, 2_800, 300
_PROMPT, _PROMPT_LINE, _MARGIN, _PLAIN = 6_000, 3_000, 200, 9_000
MARKS = {
    Mark.YOURS: "🔵", Mark.WAITING: "⏳", Mark.LATE: "🔴", Mark.RETURNED: "↩️", Mark.APPROVED: "✅", Mark.PROVISIONAL: "🟡",
    Mark.REJECTED: "⛔", Mark.WITHDRAWN: "⚪",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent to Slack. ``text`` is what notifications and screen readers say."""

    text: str
    blocks: tuple[Block, ...] = ()


@dataclass(slots=True)
class _Room:
    """What is left of a message's room, and the words of every part that had to be cut."""

    left: int = _ALL
    cut: list[str] = field(default_factory=list)

    def line(self, words: str, limit: int, count: Measure = measure) -> str:
        return self._took([words], [fitted(words, limit, count)])[0]

    def lines(self, lines: list[str], limit: int, each: int = _LINE) -> list[str]:
        """As many lines as fit together."""
        kept: list[str] = []
        for line in (fitted(line, each) for line in lines):
            limit -= measure(line) + 2
            if limit < 0:
                break
            kept.append(line)
        return self._took(lines, kept)

    def body(self, words: str) -> str:
        """As much of the text as one section and the rest of the room hold."""
        room = max(_LEAST_BODY, self.left)
        return self._took([words], [fitted(words, _BODY, lambda value: max(len(value), measure(value) * _BODY // room))])[0]

    def _took(self, whole: list[str], kept: list[str]) -> list[str]:
        self.left -= sum(map(measure, kept))
        self.cut += whole if whole != kept else []
        return kept


def card_message(card: Card, reader: Reader) -> Rendered:
    """The card in Slack's form; with the whole text beside it when it had to be cut."""
    room = _Room()
    title, status = say(card.title, reader), say(card.status, reader)
    blocks: list[Block] = [
        {"type": "header", "text": plain(room.line(title, _TITLE, len))},
        strong(room.line(card.headline, _HEADLINE)),
        strong(room.line(status, _STATUS), MARKS[card.mark]),
        *labelled(_facts(room, card, reader)),
        *_said(room, card, reader),
    ]
    if card.body:
        blocks += [{"type": "divider"}, literal(room.body(card.body))]
    if room.cut:
        blocks.append(small(say(text("card.cut.thread"), reader)))
    if card.buttons:
        blocks.append(_row([_button(card, button, reader) for button in card.buttons]))
    message = Message(_notification(f"{status} · {card.headline} · {title}"), tuple(blocks))
    overflow, name = (whole(card, reader), f"{card.request}-{_short(room.cut)}") if room.cut else (None, "")
    return Rendered(message, fingerprint(message), overflow, name)


def _facts(room: _Room, card: Card, reader: Reader) -> list[tuple[str, str]]:
    pairs = (fact_line(fact, reader) for fact in card.facts)
    return [(Cutter().fit(label, MAX_BUTTON), room.line(value, _FACT)) for label, value in pairs]


def _said(room: _Room, card: Card, reader: Reader) -> list[Block]:
    """Remarks, questions and answers, links: each part a block of its own."""
    remarks = room.lines([f"• {remark_line(remark, reader)}" for remark in card.remarks], _REMARKS)
    said = [f"{label}: {value}" for label, value in (fact_line(fact, reader) for fact in reversed(card.talk))]
    talk = room.lines(said, _TALK)[::-1]  # where not all of it fits the newest words count
    links = room.lines(list(card.links), _LINKS, _LINKS - 2)
    return [*(literal("\n".join(lines)) for lines in (remarks, talk) if lines), *addresses(links)]


def _row(elements: list[Block]) -> Block:
    return {"type": "actions", "block_id": "moves", "elements": elements[:_MAX_ROW]}


def _button(card: Card, button: Button, reader: Reader) -> Block:
    found = tappable(say(button.label, reader), str(code(card.request, button)))
    return found if button.style is Style.PLAIN else {**found, "style": str(button.style)}


def tappable(label: str, data: str) -> Block:
    return {"type": "button", "text": plain(Cutter().fit(label, MAX_BUTTON)), "action_id": data, "value": data}


def prompt_message(prompt: Prompt, reader: Reader, links: Sequence[str] = ()) -> Message:
    """A message with buttons, where no modal can be opened."""
    room = _Room()
    words = room.line(say(here(prompt.text), reader), _PROMPT)
    lines = room.lines([show(_here(line), reader) for line in prompt.lines], room.left - _MARGIN, _PROMPT_LINE)
    blocks = [*literals(["\n".join([words, *lines])]), *addresses(links), *option_rows(prompt, reader)]
    return Message(_notification(words), tuple(blocks))


def option_rows(prompt: Prompt, reader: Reader, name: str = "moves") -> list[Block]:
    """A prompt's buttons; a block takes 25 of them."""
    options = [_option(option, reader) for row in prompt.options for option in row]
    some = [options[start : start + _MAX_ROW] for start in range(0, len(options), _MAX_ROW)]
    return [{"type": "actions", "block_id": f"{name}{number or ''}", "elements": row} for number, row in enumerate(some)]


def _option(option: Option, reader: Reader) -> Block:
    found = tappable(show(_here(option.label), reader), option.code)
    return {**found, "style": "primary"} if option.chosen else found


def plain_message(words: str) -> Message:
    """A message that only says something."""
    return Message(_notification(words), tuple(literals([fitted(words, _PLAIN)])))


def _here(value: Field) -> Field:
    return here(value) if isinstance(value, Text) else value


def here(message: Text) -> Text:
    """The message as it is said in Slack, where Slack has words of its own for it (its commands look different)."""
    own = f"{message.id}.slack"
    return Text(own, message.fields, message.count) if has(own, "en") else message


def _notification(words: str) -> str:
    return escaped(fitted(words, 1000))


def fingerprint(message: Message) -> str:
    content = json.dumps([message.text, message.blocks], ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()[:32]


def _short(parts: list[str]) -> str:
    """Tells one cut text from another: while it stays the same its file is not sent again."""
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:8]
