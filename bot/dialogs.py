"""A question the bot has put to somebody and what they have said so far. Kept in the database, never in memory."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from pydantic import TypeAdapter

from bot.buttons import Code
from bot.core.cards import Input
from bot.core.playbook.model import PersonId
from bot.core.request.commands import Do, Note, Ticket
from bot.core.request.model import RequestId, Weight
from bot.core.request.table import Action

MOST_LINES = 20
_CODE = re.compile(r"2\|([0-9a-z]{1,16})\|(must|wish|ready|person|send|sure|cancel)\|(\d{0,3})")


@dataclass(frozen=True, slots=True)
class Line:
    """A remark being written; without a weight until its author has said how much it binds."""

    text: str
    weight: Weight | None = None


@dataclass(frozen=True, slots=True)
class Dialog:
    """One open question. ``id`` tells its buttons from those of an older one; ``message`` is where it was put."""

    id: str
    request: RequestId
    action: Action
    ticket: Ticket
    input: Input
    lines: tuple[Line, ...] = ()
    message: str = ""

    @property
    def is_weighed(self) -> bool:
        return bool(self.lines) and all(line.weight for line in self.lines)


@dataclass(frozen=True, slots=True)
class Choice:
    """What a dialog's button says."""

    dialog: str
    verb: str
    number: int = 0

    def __str__(self) -> str:
        return f"2|{self.dialog}|{self.verb}|{self.number}"


_DIALOG = TypeAdapter(Dialog)


def dump(dialog: Dialog) -> str:
    return _DIALOG.dump_json(dialog).decode()


def load(body: str) -> Dialog:
    return _DIALOG.validate_json(body)


def parse(data: str) -> Choice | None:
    found = _CODE.fullmatch(data)
    return Choice(found[1], found[2], int(found[3] or 0)) if found else None


def start(dialog_id: str, code: Code) -> Dialog:
    return Dialog(dialog_id, code.request, code.action, code.ticket, code.input)


def add_text(dialog: Dialog, words: str) -> Dialog:
    """Each line somebody writes is a remark of its own."""
    written = [line.strip(" \t-•–—") for line in words.splitlines()]
    lines = (*dialog.lines, *(Line(line) for line in written if line))
    if len(lines) > MOST_LINES:
        # More than fit under one message: the rest joins the last one, nothing is dropped.
        rest = "; ".join(line.text for line in lines[MOST_LINES - 1 :])
        lines = (*lines[: MOST_LINES - 1], Line(rest))
    return replace(dialog, lines=lines)


def weigh(dialog: Dialog, number: int, weight: Weight) -> Dialog:
    if number >= len(dialog.lines):
        return dialog
    lines = list(dialog.lines)
    lines[number] = replace(lines[number], weight=weight)
    return replace(dialog, lines=tuple(lines))


def command(dialog: Dialog, by: PersonId, through: str, *, words: str = "", to: PersonId | None = None) -> Do:
    """The move a finished dialog comes to."""
    remarks = tuple(Note(line.text, line.weight) for line in dialog.lines if line.weight)
    return Do(dialog.action, by, through, dialog.ticket, remarks, words, to)
