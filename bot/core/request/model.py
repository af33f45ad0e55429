"""The state of a request. Values only: what may happen to them is in ``table``, what did happen is in ``events``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from bot.core.money import Money
from bot.core.people import Via
from bot.core.playbook.model import Act, PersonId, RoleId

RequestId = NewType("RequestId", str)


class Status(StrEnum):
    """Where a request stands as a whole."""

    OPEN = "open"
    RETURNED = "returned"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Outcome(StrEnum):
    """How a step ended."""

    YES = "yes"
    YES_WITH_REMARKS = "yes_with_remarks"
    OPINION = "opinion"
    SENT_BACK = "sent_back"
    REJECTED = "rejected"
    TIME_UP = "time_up"  # a consult whose time is over
    OVERTAKEN = "overtaken"  # the request went on or ended without it
    RATIFIED = "ratified"
    RATIFIED_WITH_REMARKS = "ratified_with_remarks"
    OBJECTED = "objected"
    TAKEN_BACK = "taken_back"  # what had opened it was a mistake


_ENDING = frozenset({Outcome.YES, Outcome.YES_WITH_REMARKS, Outcome.REJECTED})


class Weight(StrEnum):
    """How much a remark binds: the ambiguity that costs teams the most is never left open."""

    MUST_FIX = "must_fix"
    WISH = "wish"


@dataclass(frozen=True)
class File:
    """A file that belongs to a text, as it was given. ``size`` is in bytes; ``link`` leads to it where its messenger has one."""

    id: str
    name: str
    mime: str
    size: int
    link: str = ""


@dataclass(frozen=True)
class Draft:
    """What is asked for, before it has an id. ``amount`` and ``needed_by`` are the requester's own statement.

    ``creator_id`` is the creator's own id where the bot knows them; ``by_creator`` says that they handed it in themselves.
    """

    kind: str
    market: str
    title: str
    text: str = ""
    links: tuple[str, ...] = ()
    creator: str = ""
    needed_by: datetime | None = None
    amount: Money | None = None
    campaign: str = ""  # the campaign whose track this is
    files: tuple[File, ...] = ()
    creator_id: PersonId = ""
    by_creator: bool = False


@dataclass(frozen=True)
class Remark:
    """One concrete remark. ``confirmed`` is the requester's word that it is dealt with."""

    number: int
    by: PersonId
    round: int
    text: str
    weight: Weight
    confirmed: bool = False


@dataclass(frozen=True)
class Question:
    number: int
    step: int
    by: PersonId
    at: datetime
    text: str
    answer: str | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True)
class Answer:
    outcome: Outcome
    at: datetime
    text: str = ""


@dataclass(frozen=True)
class Assignment:
    """One person's part in a step. Their clock runs in their own working time; the instants are what it comes to.

    ``roles`` has more than one entry when the person holds several roles of a group: they act once for all of them.
    ``on_behalf_of`` is the holder a deputy stands in for.
    """

    person: PersonId
    roles: tuple[RoleId, ...]
    via: Via
    since: datetime
    remind_at: datetime
    due_at: datetime
    on_behalf_of: PersonId | None = None
    reason: str | None = None  # why it is not the holder: own_request, vacant, unreachable, away, left, passed_on
    reminded: bool = False
    last_called: bool = False
    answer: Answer | None = None


@dataclass(frozen=True)
class StepRun:
    """A step while it is under way or after it ended. ``number`` counts the opened steps from 0.

    ``local`` is the local authority's step beside the one that was handed over; it and a ratification stand beside the
    path. ``hand_over_tried`` is the planned instant of the latest attempt to hand this step over, ``obstacle`` why it failed.
    """

    number: int
    position: int
    act: Act
    round: int
    text_version: int
    quorum: int
    waits: bool
    opened_at: datetime
    assignments: tuple[Assignment, ...]
    escalated_at: datetime | None = None
    escalate_again_at: datetime | None = None
    escalated_again: bool = False
    closed_at: datetime | None = None
    outcome: Outcome | None = None
    closed_by: PersonId | None = None
    local: bool = False
    hand_over_tried: datetime | None = None
    handed_over_at: datetime | None = None
    obstacle: str | None = None
    at_risk: str | None = None

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def waiting(self) -> tuple[Assignment, ...]:
        """The parts that have not answered; empty once the step is closed."""
        return tuple([part for part in self.assignments if part.answer is None]) if self.closed_at is None else ()

    def part_of(self, person: PersonId) -> Assignment | None:
        return next((part for part in self.assignments if part.person == person), None)

    @property
    def yes_count(self) -> int:
        return sum(len(part.roles) for part in self.assignments if part.answer)

    def decisive(self, instants: Iterable[datetime]) -> datetime | None:
        """Of instants at which the missing answers become impossible, one a role: that from which the step cannot be done.

        The earliest of an ``all_of``, the latest of an ``any_of``; ``None`` when nothing is missing.
        """
        sorted_instants = sorted(instants)
        needed = max(1, self.quorum - self.yes_count)
        return sorted_instants[max(0, len(sorted_instants) - needed)] if sorted_instants else None

    @property
    def on_path(self) -> bool:
        """Whether it is one of the path's own steps, and was not opened by mistake."""
        return not self.local and self.act is not Act.RATIFY and self.outcome is not Outcome.TAKEN_BACK


@dataclass(frozen=True)
class ExtraRoundAsk:
    """An extra round somebody asked for at the last one, and who has agreed so far."""

    step: int
    by: PersonId
    at: datetime
    remarks: tuple[Remark, ...]
    wanted: tuple[PersonId, ...]
    granted: tuple[PersonId, ...] = ()


@dataclass(frozen=True)
class Translation:
    """A saying in the other side's words, added by a bridge."""

    by: PersonId
    text: str


@dataclass(frozen=True)
class Saying:
    """What somebody said under a request, in their own words. ``to`` is the bridge who was asked, if one was."""

    number: int
    by: PersonId
    at: datetime
    text: str
    to: PersonId | None = None
    files: tuple[File, ...] = ()
    translations: tuple[Translation, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """What somebody gave for an item of the checklist: a confirmation (an empty ``value``), words, a link, a file.

    A confirmation is about the text it was given on, and no longer holds for the next one.
    """

    item: str
    by: PersonId
    at: datetime
    text_version: int
    value: str = ""
    file: File | None = None


@dataclass(frozen=True)
class Correction:
    """What an objection to a provisional decision asks of the requester. The decision itself stands."""

    by: PersonId
    at: datetime
    remarks: tuple[int, ...]


@dataclass(frozen=True)
class LastWord:
    """The latest decision of a person, and how things stood before it, so that it can be taken back.

    Forgotten as soon as anybody does anything else. ``steps`` and ``remarks`` are how many there were.
    """

    by: PersonId
    at: datetime
    step: int
    steps: int
    remarks: int
    done_once: tuple[int, ...] = ()
    extra_round_ask: ExtraRoundAsk | None = None


@dataclass(frozen=True)
class Request:
    """A request's whole state. ``revision`` is the number of events that made it."""

    id: RequestId
    brand: str
    playbook: str  # the digest of the version it was opened under
    draft: Draft
    requested_by: PersonId
    opened_at: datetime
    status: Status
    round: int
    rounds: int
    extra_rounds: int = 0
    text_version: int = 1
    steps: tuple[StepRun, ...] = ()
    done_once: tuple[int, ...] = ()  # positions of `once` reviews that have said yes
    remarks: tuple[Remark, ...] = ()
    questions: tuple[Question, ...] = ()
    extra_round_ask: ExtraRoundAsk | None = None
    reason: str = ""  # why it was rejected or withdrawn
    closed_at: datetime | None = None
    revision: int = 0
    correction: Correction | None = None
    last_word: LastWord | None = None
    talk: tuple[Saying, ...] = ()
    checklist: str = ""
    evidence: tuple[Evidence, ...] = ()

    @property
    def author(self) -> PersonId:
        """Whose own request it is, who decides nothing on it (rule 9): the creator who handed it in, or the requester."""
        return self.draft.creator_id if self.draft.by_creator else self.requested_by

    @property
    def open_steps(self) -> tuple[StepRun, ...]:
        return tuple([step for step in self.steps if step.closed_at is None])

    @property
    def main_step(self) -> StepRun | None:
        """The path's step that the request waits for: the open one that is not a consult running beside it."""
        for step in self.steps:
            if step.closed_at is None and step.on_path and (step.act is not Act.CONSULT or step.waits):
                return step
        return None

    @property
    def local_step(self) -> StepRun | None:
        """The local authority's open step, after a hand-over."""
        return next((step for step in self.open_steps if step.local), None)

    @property
    def local_decision(self) -> StepRun | None:
        """The step on which the local authority decided; provisional until it is ratified."""
        return next((step for step in reversed(self.steps) if step.local and step.outcome in _ENDING), None)

    @property
    def ratification(self) -> StepRun | None:
        """The check of the local decision, open or done."""
        steps = (step for step in reversed(self.steps) if step.act is Act.RATIFY and step.outcome is not Outcome.TAKEN_BACK)
        return next(steps, None)

    @property
    def is_provisional(self) -> bool:
        """Whether it was decided locally and the check is still to come."""
        check = self.ratification
        return check is not None and check.is_open

    @property
    def to_correct(self) -> tuple[Remark, ...]:
        """What an objection asks for and the requester has not confirmed yet."""
        if self.correction is None:
            return ()
        numbers = self.correction.remarks
        return tuple(remark for remark in self.remarks if remark.number in numbers and not remark.confirmed)

    @property
    def is_last_round(self) -> bool:
        return self.round >= self.rounds

    @property
    def to_fix(self) -> tuple[Remark, ...]:
        return tuple(r for r in self.remarks if r.weight is Weight.MUST_FIX and not r.confirmed)
