"""What people (and the clock) ask of a request, in the imperative. A command may be refused; it never changes anything itself."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.playbook.model import PersonId
from bot.core.request.model import Draft, File, RequestId, Weight
from bot.core.request.table import Action


@dataclass(frozen=True, slots=True)
class Ticket:
    """What the person had before their eyes: the step, the round and the version of the text their button belongs to."""

    step: int
    round: int
    text_version: int


@dataclass(frozen=True, slots=True)
class Note:
    """A remark as it is written, before it has a number."""

    text: str
    weight: Weight = Weight.MUST_FIX


@dataclass(frozen=True, slots=True)
class Proof:
    """What is given for one item of the checklist; ``taken_back`` takes it away again."""

    item: str
    value: str = ""
    file: File | None = None
    taken_back: bool = False


@dataclass(frozen=True, slots=True)
class Open:
    """Open a request. ``round`` is above 1 only in a rehearsal that starts in the middle.

    ``checked`` asks for the evidence of the path's checklist; a rehearsal takes it as given.
    """

    id: RequestId
    by: PersonId
    draft: Draft
    playbook: str
    through: str = ""
    round: int = 1
    checked: bool = False


@dataclass(frozen=True, slots=True)
class Do:
    """One person's move. Which fields count depends on the action: remarks, a text (reason, question, opinion, answer), a person.

    ``through`` is the messenger or door it came by. ``ticket`` is absent where nothing was shown (HTTP, rehearsal):
    then the step the person owns now is meant.
    """

    action: Action
    by: PersonId
    through: str = ""
    ticket: Ticket | None = None
    remarks: tuple[Note, ...] = ()
    text: str = ""
    to: PersonId | None = None
    question: int | None = None
    links: tuple[str, ...] | None = None
    confirmed: tuple[int, ...] = ()
    files: tuple[File, ...] | None = None
    proofs: tuple[Proof, ...] = ()


@dataclass(frozen=True, slots=True)
class Wake:
    """The clock has reached a moment the request waits for."""


Command = Open | Do | Wake
