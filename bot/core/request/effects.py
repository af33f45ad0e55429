"""What a decision wants done outside, in the core's own words, and what a refusal says. Nothing here is done here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.playbook.model import PersonId
from bot.core.request.events import Event
from bot.core.request.model import Request
from bot.core.wording import Text


@dataclass(frozen=True, slots=True)
class Show:
    """This person should have a live card of the request, not before ``at``. Cards that exist follow every change anyway."""

    person: PersonId
    at: datetime


@dataclass(frozen=True, slots=True)
class Redraw:
    """A card the person has by then is drawn once more at ``at``: something on it ends by itself."""

    person: PersonId
    at: datetime


@dataclass(frozen=True, slots=True)
class Tell:
    """One short message to a person, not before ``at``. ``key`` says which message it is: the same one is never sent twice."""

    person: PersonId
    text: Text
    at: datetime
    key: str


@dataclass(frozen=True, slots=True)
class Hand:
    """A file that was given under the request goes to a person, not before ``at``."""

    person: PersonId
    file: str
    at: datetime


Effect = Show | Redraw | Tell | Hand


@dataclass(frozen=True, slots=True)
class Decision:
    """What happened, the state after it, what to do outside, and the next instant the request waits for.

    ``hold`` is how long others' cards wait with it, because it may still be taken back.
    """

    state: Request
    events: tuple[Event, ...]
    effects: tuple[Effect, ...]
    wake_at: datetime | None
    hold: timedelta = timedelta(0)


class Refusal(StrEnum):
    """Why a command changed nothing. A refusal is ordinary life, not an error."""

    NOT_YOURS = "not_yours"
    OWN_REQUEST = "own_request"
    ALREADY_DECIDED = "already_decided"
    ALREADY_ANSWERED = "already_answered"
    OUTDATED = "outdated"
    ROUND_LIMIT = "round_limit"
    ROUNDS_LEFT = "rounds_left"
    GAP_CANNOT_DECIDE = "gap_cannot_decide"
    RIGHT_PAUSED = "right_paused"
    RIGHT_USED_UP = "right_used_up"
    TOO_LATE = "too_late"
    NOT_POSSIBLE = "not_possible"
    REMARKS_MISSING = "remarks_missing"
    REASON_MISSING = "reason_missing"
    NO_SUCH_PERSON = "no_such_person"
    TOO_LONG = "too_long"
    UNKNOWN_KIND = "unknown_kind"
    UNKNOWN_MARKET = "unknown_market"
    WRONG_CURRENCY = "wrong_currency"
    IN_THE_PAST = "in_the_past"
    TOO_FAR = "too_far"
    CHECKLIST = "checklist"
    EVIDENCE = "evidence"


@dataclass(frozen=True, slots=True)
class Refused:
    """A refusal with the sentence that says so to the person who asked."""

    reason: Refusal
    text: Text
