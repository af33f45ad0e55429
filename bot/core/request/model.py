"""The state of a request. Values only: what may happen to them is in ``table``, what did happen is in ``events``."""

from __future__ import annotations

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


class Weight(StrEnum):
    """How much a remark binds: the ambiguity that costs teams the most is never left open."""

    MUST_FIX = "must_fix"
    WISH = "wish"


@dataclass(frozen=True, slots=True)
class Draft:
    """What is asked for, before it has an id. ``amount`` and ``needed_by`` are the requester's own statement."""

    kind: str
    market: str
    title: str
    text: str = ""
    links: tuple[str, ...] = ()
    creator: str = ""
    needed_by: datetime | None = None
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """One concrete remark. ``confirmed`` is the requester's word that it is dealt with."""

    number: int
    by: PersonId
    round: int
    text: str
    weight: Weight
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    number: int
    step: int
    by: PersonId
    at: datetime
    text: str
    answer: str | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    outcome: Outcome
    at: datetime
    text: str = ""


@dataclass(frozen=True, slots=True)
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
    reason: str | None = None  # why it is not the holder: own_request, vacant, unreachable, away, passed_on
    reminded: bool = False
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class StepRun:
    """A step of the path while it is under way or after it ended. ``number`` counts the opened steps from 0."""

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

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def waiting(self) -> tuple[Assignment, ...]:
        """The parts that have not answered; empty once the step is closed."""
        return tuple(part for part in self.assignments if part.answer is None) if self.is_open else ()

    def part_of(self, person: PersonId) -> Assignment | None:
        return next((part for part in self.assignments if part.person == person), None)

    @property
    def yes_count(self) -> int:
        return sum(len(part.roles) for part in self.assignments if part.answer)


@dataclass(frozen=True, slots=True)
class ExtraRoundAsk:
    """An extra round somebody asked for at the last one, and who has agreed so far."""

    step: int
    by: PersonId
    at: datetime
    remarks: tuple[Remark, ...]
    wanted: tuple[PersonId, ...]
    granted: tuple[PersonId, ...] = ()


@dataclass(frozen=True, slots=True)
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

    @property
    def open_steps(self) -> tuple[StepRun, ...]:
        return tuple(step for step in self.steps if step.is_open)

    @property
    def main_step(self) -> StepRun | None:
        """The step the request waits for: the open one that is not a consult running beside it."""
        steps = self.open_steps
        return next((step for step in steps if step.act is not Act.CONSULT or step.waits), None)

    @property
    def is_last_round(self) -> bool:
        return self.round >= self.rounds

    @property
    def to_fix(self) -> tuple[Remark, ...]:
        return tuple(r for r in self.remarks if r.weight is Weight.MUST_FIX and not r.confirmed)
