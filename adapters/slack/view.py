"""A card, a message and a modal as Slack shows them: blocks within Slack's limits.

Only ``& < >`` mean something to Slack in a text, and every worded line is escaped as a whole, so no text of a person can
become a mention, a link or markup of the bot.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from adapters.cutting import Cutter, fact_line, remark_line, whole
from bot.buttons import code
from bot.conversation import Option, Prompt
from bot.core.cards import Button, Card, Mark, Style
from bot.core.wording import text
from bot.ports import Rendered
from bot.speech import Reader, say, show

# Any: blocks are Slack's own JSON, checked by Slack's own models in the tests.
Block = dict[str, Any]

MAX_TEXT, MAX_BUTTON = 3000, 75
_LINE, _FACTS, _TALK, _BODY = 500, 2800, 2500, 2800
MARKS = {
    Mark.YOURS: ":large_blue_circle:", Mark.WAITING: ":hourglass_flowing_sand:", Mark.LATE: ":red_circle:",
    Mark.RETURNED: ":leftwards_arrow_with_hook:", Mark.APPROVED: ":white_check_mark:", Mark.REJECTED: ":no_entry:",
    Mark.WITHDRAWN: ":white_circle:",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent to Slack. ``text`` is what notifications and screen readers say."""

    text: str
    blocks: tuple[Block, ...]


def escaped(value: str) -> str:
    """Slack's own escaping: these three and no others."""
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _fit_escaped(cutter: Cutter, value: str, limit: int) -> str:
    """Cuts so that the escaped text fits."""
    return escaped(Cutter.fit(cutter, value, limit))


def _measure(value: str) -> int:
    return len(escaped(value))


def mrkdwn(value: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": value}}


def plain(value: str) -> Block:
    return {"type": "plain_text", "text": value, "emoji": False}


def card_message(card: Card, reader: Reader) -> Rendered:
    """The card in Slack's form; with the whole text beside it when it had to be cut."""
    cutter = Cutter(_measure)
    title = say(card.title, reader)
    status = _fit_escaped(cutter, say(card.status, reader), _LINE)
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": Cutter().fit(title, 150), "emoji": False}},
        mrkdwn(f"*{_fit_escaped(cutter, card.headline, _LINE)}*"),
        mrkdwn(f"{MARKS[card.mark]} *{status}*"),
        mrkdwn("\n".join(_facts(cutter, card, reader))),
    ]
    remarks = [f"• {remark_line(remark, reader)}" for remark in card.remarks]
    talk = [f"{label}: {value}" for label, value in (fact_line(fact, reader) for fact in card.talk)]
    for lines in (remarks, talk, card.links):
        if kept := cutter.fit_lines(lines, _TALK, _LINE):
            blocks.append(mrkdwn(escaped("\n".join(kept))))
    if card.body:
        blocks += [{"type": "divider"}, mrkdwn(_quoted(cutter, card.body))]
    if cutter.was_cut:
        blocks.append(
            {"type": "context", "elements": [{"type": "mrkdwn", "text": escaped(say(text("card.cut.thread"), reader))}]}
        )
    blocks += _actions(card, reader)
    message = Message(Cutter(_measure).fit(f"{title}: {card.headline} — {say(card.status, reader)}", 1000), tuple(blocks))
    overflow = whole(card, reader) if cutter.was_cut else None
    return Rendered(message, fingerprint(message), overflow, f"{card.request}-{_short(card.body)}" if overflow else "")


def _facts(cutter: Cutter, card: Card, reader: Reader) -> list[str]:
    pairs = (fact_line(fact, reader) for fact in card.facts)
    lines = cutter.fit_lines((f"{label}: {value}" for label, value in pairs), _FACTS, _LINE)
    return [f"*{escaped(label)}:*{escaped(rest)}" for label, _, rest in (line.partition(":") for line in lines)]


def _quoted(cutter: Cutter, body: str) -> str:
    """The text as a quotation, so that it is plain where the bot speaks and where a person does."""
    lines = _fit_escaped(cutter, body, _BODY - 2 * body[:_BODY].count("\n")).split("\n")
    return "\n".join(f"> {line}" for line in lines)


def _actions(card: Card, reader: Reader) -> list[Block]:
    elements = [_button(card, button, reader) for button in card.buttons]
    return [{"type": "actions", "block_id": "moves", "elements": elements}] if elements else []


def _button(card: Card, button: Button, reader: Reader) -> Block:
    data = str(code(card.request, button))
    found: Block = {
        "type": "button",
        "text": plain(Cutter().fit(say(button.label, reader), MAX_BUTTON)),
        "action_id": data,
        "value": data,
    }
    return found if button.style is Style.PLAIN else {**found, "style": str(button.style)}


def prompt_message(prompt: Prompt, reader: Reader) -> Message:
    """A message with buttons, where no modal can be opened."""
    cutter = Cutter(_measure)
    words = _fit_escaped(cutter, say(prompt.text, reader), 1500)
    lines = cutter.fit_lines((show(line, reader) for line in prompt.lines), 1200, _LINE)
    blocks = [mrkdwn("\n".join([words, *map(escaped, lines)]))]
    options = [option for row in prompt.options for option in row]
    if options:
        blocks.append({"type": "actions", "block_id": "moves", "elements": [_option(option, reader) for option in options[:25]]})
    return Message(words, tuple(blocks))


def _option(option: Option, reader: Reader) -> Block:
    label = plain(Cutter().fit(show(option.label, reader), MAX_BUTTON))
    return {"type": "button", "text": label, "action_id": option.code, "value": option.code}


def fingerprint(message: Message) -> str:
    content = json.dumps([message.text, message.blocks], ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()[:32]


def _short(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()[:8]
