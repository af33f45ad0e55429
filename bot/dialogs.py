"""A question the bot has put to somebody and what they have said so far. Kept in the database, never in memory."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from pydantic import TypeAdapter, ValidationError

from bot.buttons import Code
from bot.core.cards import Input
from bot.core.playbook.model import PersonId
from bot.core.request.commands import Do, Note, Ticket
from bot.core.request.model import File, RequestId, Weight
from bot.core.request.table import Action
from bot.ports import Transaction

MOST_LINES = 20
_CODE = re.compile(r"2\|([0-9a-z]{1,16})\|(must|wish|ready|person|send|sure|cancel|fixed|item|list)\|([0-9]{0,3})")


_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)  # for a question that an older version put


@dataclass(frozen=True, slots=True)
class Line:
    """A remark being written; without a weight until its author has said how much it binds."""

    text: str
    weight: Weight | None = None


@dataclass(frozen=True, slots=True)
class Dialog:
    """One open question. ``id`` tells its buttons from those of an older one.

    ``choices`` are the people or ready words offered, as they were when they were offered: a button's number never comes
    to mean somebody else. ``placed`` are the messages it was put in, the newest last. ``heard`` is the update whose words
    were added last, so that an update handled again adds nothing. ``subject`` is the checklist's item that is asked for;
    ``fixed`` and ``files`` are what goes along with a new text. ``asked_at`` is when the question was put.
    """

    id: str
    request: RequestId
    action: Action
    ticket: Ticket
    input: Input
    choices: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    placed: tuple[str, ...] = ()
    heard: str = ""
    subject: str = ""
    fixed: tuple[int, ...] = ()
    files: tuple[File, ...] = ()
    asked_at: datetime = _LONG_AGO

    @property
    def message(self) -> str:
        """Where it stands now; empty as long as it was not put anywhere."""
        return self.placed[-1] if self.placed else ""

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


Change = Callable[[Dialog], Dialog]
_DIALOG = TypeAdapter(Dialog)
# Which buttons each kind of question has; a forged client may send any.
_VERBS: dict[Input, frozenset[str]] = {
    Input.REMARKS: frozenset({"must", "wish", "ready", "send"}),
    Input.REASON: frozenset({"ready"}),
    Input.PERSON: frozenset({"person"}),
    Input.SURE: frozenset({"sure"}),
    Input.CHECKLIST: frozenset({"item", "list"}),
    Input.NEW_TEXT: frozenset({"fixed", "send"}),
}


def dump(dialog: Dialog) -> str:
    return _DIALOG.dump_json(dialog).decode()


def load(body: str) -> Dialog | None:
    """The dialog, or ``None`` when an older version wrote it and it cannot be gone on with."""
    try:
        return _DIALOG.validate_json(body)
    except ValidationError:
        return None


def parse(data: str) -> Choice | None:
    found = _CODE.fullmatch(data)
    return Choice(found[1], found[2], int(found[3] or 0)) if found else None


def start(dialog_id: str, code: Code, now: datetime, choices: tuple[str, ...] = ()) -> Dialog:
    return Dialog(dialog_id, code.request, code.action, code.ticket, code.input, choices, asked_at=now)


def has(dialog: Dialog, choice: Choice) -> bool:
    """Whether the dialog has such a button at all."""
    if choice.verb in ("must", "wish"):
        offered = len(dialog.lines)
    else:
        offered = len(dialog.choices) if choice.verb in ("ready", "person", "item", "fixed") else 1
    return choice.verb in _VERBS.get(dialog.input, ()) and choice.number < offered


def add_text(dialog: Dialog, words: str) -> Dialog:
    """Each line somebody writes is a remark of its own."""
    written = [line.strip(" \t-•–—") for line in words.splitlines()]
    lines = (*dialog.lines, *(Line(line, _weight(dialog)) for line in written if line))
    if len(lines) > MOST_LINES:
        # More than fit under one message: the rest joins the last one, nothing is dropped.
        rest = "; ".join(line.text for line in lines[MOST_LINES - 1 :])
        lines = (*lines[: MOST_LINES - 1], Line(rest, _weight(dialog)))
    return replace(dialog, lines=lines)


def binds(dialog: Dialog) -> bool:
    """Whether every line binds, so that nobody is asked how much: an objection says what must be corrected."""
    return dialog.action is Action.OBJECT


def _weight(dialog: Dialog) -> Weight | None:
    return Weight.MUST_FIX if binds(dialog) else None


def weigh(dialog: Dialog, number: int, weight: Weight) -> Dialog:
    lines = list(dialog.lines)
    lines[number] = replace(lines[number], weight=weight)
    return replace(dialog, lines=tuple(lines))


def tick(dialog: Dialog, number: int) -> Dialog:
    """Marks a remark as fixed, or no longer."""
    others = tuple(n for n in dialog.fixed if n != number)
    return replace(dialog, fixed=others if number in dialog.fixed else (*others, number))


def command(dialog: Dialog, by: PersonId, through: str, *, words: str = "", to: PersonId | None = None) -> Do:
    """The move a finished dialog comes to."""
    remarks = tuple(Note(line.text, line.weight) for line in dialog.lines if line.weight)
    return Do(dialog.action, by, through, dialog.ticket, remarks, words, to, confirmed=dialog.fixed, files=dialog.files or None)


def opened(tx: Transaction, messenger: str, external: str) -> Dialog | None:
    """The question that waits for an account's answer. Each has one at the most."""
    body = tx.dialog(messenger, external)
    return load(body) if body else None


def put(tx: Transaction, messenger: str, external: str, dialog: Dialog, at: datetime) -> tuple[Dialog, Dialog | None]:
    """Puts a question in the place of the one that was open, if any: that one is given as well.

    The same button once more, tapped twice or handled again after a crash, takes along what has been said so far.
    """
    before = opened(tx, messenger, external)
    if before and _button(before) == _button(dialog):
        fixed = tuple(number for number in before.fixed if str(number) in dialog.choices)
        dialog, before = replace(dialog, lines=before.lines, files=before.files, fixed=fixed, heard=before.heard), None
    tx.save_dialog(messenger, external, dump(dialog), at)
    return dialog, before


def _button(dialog: Dialog) -> tuple[object, ...]:
    return dialog.request, dialog.action, dialog.ticket, dialog.input


def change(tx: Transaction, messenger: str, external: str, read: Dialog, how: Change, at: datetime) -> Dialog | None:
    """Changes a question as it is now: another process may have added to it since it was read. ``None`` if it is over."""
    now = opened(tx, messenger, external)
    if now is None or now.id != read.id:
        return None
    changed = how(now)
    if changed != now:
        tx.save_dialog(messenger, external, dump(changed), at)
    return changed


def end(tx: Transaction, messenger: str, external: str, read: Dialog) -> Dialog | None:
    """Ends a question, but none that was put since it was read. Gives it as it was in the end; ``None`` if it was over."""
    now = opened(tx, messenger, external)
    if now is None or now.id != read.id:
        return None
    tx.end_dialog(messenger, external)
    return now
