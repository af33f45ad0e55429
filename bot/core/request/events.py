"""What happened to a request, in the past tense. Events are never changed; old ones must fold for ever.

A new field needs a default; a new kind of event needs a new name. ``tests/histories`` holds streams that must keep folding.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Discriminator

from bot.core.playbook.model import Act, PersonId, RoleId
from bot.core.request.model import Assignment, Draft, File, Outcome, Remark, RequestId


@dataclass(frozen=True, slots=True)
class RequestOpened:
    id: RequestId
    brand: str
    playbook: str
    draft: Draft
    requested_by: PersonId
    round: int
    rounds: int
    done_once: tuple[int, ...] = ()
    checklist: str = ""
    type: Literal["request_opened"] = "request_opened"


@dataclass(frozen=True, slots=True)
class StepOpened:
    number: int
    position: int
    act: Act
    round: int
    quorum: int
    waits: bool
    assignments: tuple[Assignment, ...]
    local: bool = False
    type: Literal["step_opened"] = "step_opened"


@dataclass(frozen=True, slots=True)
class Reminded:
    step: int
    person: PersonId
    due: datetime  # when it should have happened; later than that only after a time the bot was down
    type: Literal["reminded"] = "reminded"


@dataclass(frozen=True, slots=True)
class LastCalled:
    """The owner was asked once more before their last chance."""

    step: int
    person: PersonId
    due: datetime
    type: Literal["last_called"] = "last_called"


@dataclass(frozen=True, slots=True)
class HandedOver:
    """The local authority may decide as well from now on; its step is opened by the next event."""

    step: int
    to: PersonId
    due: datetime
    type: Literal["handed_over"] = "handed_over"


@dataclass(frozen=True, slots=True)
class HandOverRefused:
    """It was time to hand over, and not possible. ``due`` is when; there may be one more attempt at the last chance."""

    step: int
    reason: str
    due: datetime
    type: Literal["hand_over_refused"] = "hand_over_refused"


@dataclass(frozen=True, slots=True)
class AtRisk:
    """The creator's deadline cannot be kept by itself. ``told`` hear of it with the reason; ``opening`` is the owner's next."""

    step: int
    reason: str
    told: tuple[PersonId, ...]
    opening: datetime
    type: Literal["at_risk"] = "at_risk"


@dataclass(frozen=True, slots=True)
class Escalated:
    """``told`` hear it now; ``held`` get their copy at their opening."""

    step: int
    late: tuple[PersonId, ...]
    told: tuple[PersonId, ...]
    held: tuple[PersonId, ...]
    due: datetime
    again_at: datetime
    type: Literal["escalated"] = "escalated"


@dataclass(frozen=True, slots=True)
class EscalatedAgain:
    step: int
    told: tuple[PersonId, ...]
    due: datetime
    type: Literal["escalated_again"] = "escalated_again"


@dataclass(frozen=True, slots=True)
class StepAnswered:
    """One person's answer; a group may need more of them before the step closes."""

    step: int
    outcome: Outcome
    text: str = ""
    remarks: tuple[Remark, ...] = ()
    type: Literal["step_answered"] = "step_answered"


@dataclass(frozen=True, slots=True)
class StepClosed:
    step: int
    outcome: Outcome
    type: Literal["step_closed"] = "step_closed"


@dataclass(frozen=True, slots=True)
class PassedOn:
    step: int
    person: PersonId
    assignment: Assignment
    type: Literal["passed_on"] = "passed_on"


@dataclass(frozen=True, slots=True)
class Reassigned:
    """The owner is away or has lost the role: the part went to somebody else by itself."""

    step: int
    person: PersonId
    assignment: Assignment
    type: Literal["reassigned"] = "reassigned"


@dataclass(frozen=True, slots=True)
class SentBack:
    step: int
    remarks: tuple[Remark, ...]
    type: Literal["sent_back"] = "sent_back"


@dataclass(frozen=True, slots=True)
class ExtraRoundAsked:
    step: int
    remarks: tuple[Remark, ...]
    wanted: tuple[PersonId, ...]
    type: Literal["extra_round_asked"] = "extra_round_asked"


@dataclass(frozen=True, slots=True)
class ExtraRoundAgreed:
    """One of those who must agree said yes."""

    step: int
    type: Literal["extra_round_agreed"] = "extra_round_agreed"


@dataclass(frozen=True, slots=True)
class ExtraRoundGranted:
    step: int
    type: Literal["extra_round_granted"] = "extra_round_granted"


@dataclass(frozen=True, slots=True)
class ExtraRoundRefused:
    step: int
    reason: str = ""
    type: Literal["extra_round_refused"] = "extra_round_refused"


@dataclass(frozen=True, slots=True)
class QuestionAsked:
    step: int
    number: int
    text: str
    type: Literal["question_asked"] = "question_asked"


@dataclass(frozen=True, slots=True)
class QuestionAnswered:
    number: int
    text: str
    type: Literal["question_answered"] = "question_answered"


@dataclass(frozen=True, slots=True)
class RemarksConfirmed:
    numbers: tuple[int, ...]
    type: Literal["remarks_confirmed"] = "remarks_confirmed"


@dataclass(frozen=True, slots=True)
class Resubmitted:
    text: str
    links: tuple[str, ...]
    confirmed: tuple[int, ...] = ()
    files: tuple[File, ...] | None = None  # none: those there were
    type: Literal["resubmitted"] = "resubmitted"


@dataclass(frozen=True, slots=True)
class Said:
    """Somebody wrote under the request, or asked the bridge ``to``. Binds nobody."""

    number: int
    text: str
    to: PersonId | None = None
    files: tuple[File, ...] = ()
    type: Literal["said"] = "said"


@dataclass(frozen=True, slots=True)
class Translated:
    """A bridge put a saying into the other side's words."""

    number: int
    text: str
    type: Literal["translated"] = "translated"


@dataclass(frozen=True, slots=True)
class EvidenceGiven:
    """Somebody gave what an item of the checklist asks for, or took it back."""

    item: str
    value: str = ""
    file: File | None = None
    taken_back: bool = False
    type: Literal["evidence_given"] = "evidence_given"


@dataclass(frozen=True, slots=True)
class Ratified:
    """The provisional decision was checked and holds."""

    step: int
    remarks: tuple[Remark, ...] = ()
    type: Literal["ratified"] = "ratified"


@dataclass(frozen=True, slots=True)
class Objected:
    """The check found something to correct. The past stands; the remarks are the requester's to deal with."""

    step: int
    remarks: tuple[Remark, ...]
    type: Literal["objected"] = "objected"


@dataclass(frozen=True, slots=True)
class TakenBack:
    """The latest decision was a mistake, and nobody had acted on it."""

    step: int
    type: Literal["taken_back"] = "taken_back"


@dataclass(frozen=True, slots=True)
class Approved:
    provisional: bool = False
    type: Literal["approved"] = "approved"


@dataclass(frozen=True, slots=True)
class Rejected:
    reason: str
    provisional: bool = False
    type: Literal["rejected"] = "rejected"


@dataclass(frozen=True, slots=True)
class Withdrawn:
    reason: str = ""
    type: Literal["withdrawn"] = "withdrawn"


AnyFact = (
    RequestOpened
    | StepOpened
    | Reminded
    | LastCalled
    | HandedOver
    | HandOverRefused
    | AtRisk
    | Escalated
    | EscalatedAgain
    | StepAnswered
    | StepClosed
    | PassedOn
    | Reassigned
    | SentBack
    | ExtraRoundAsked
    | ExtraRoundAgreed
    | ExtraRoundGranted
    | ExtraRoundRefused
    | QuestionAsked
    | QuestionAnswered
    | RemarksConfirmed
    | Resubmitted
    | Said
    | Translated
    | EvidenceGiven
    | Ratified
    | Objected
    | TakenBack
    | Approved
    | Rejected
    | Withdrawn
)
# Read back by its name, not by trying one after the other.
Fact = Annotated[AnyFact, Discriminator("type")]


@dataclass(frozen=True, slots=True)
class Event:
    """A fact with its circumstances (rule 22): who, in which role, for whom, when, on which text and playbook, by which door."""

    at: datetime
    by: PersonId | None  # None is the clock
    role: RoleId | None
    on_behalf_of: PersonId | None
    through: str
    text_version: int
    playbook: str
    fact: Fact
