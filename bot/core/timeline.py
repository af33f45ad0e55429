"""What happened to a request, as lines people can follow: when, what, on which step, to whom, why."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.core.playbook.model import Act, PersonId
from bot.core.request import events as e
from bot.core.request.model import Outcome, Request

_DECIDED = {Outcome.YES, Outcome.YES_WITH_REMARKS, Outcome.OPINION, Outcome.REJECTED}


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the timeline."""

    at: datetime
    what: str
    step: int | None
    to: tuple[PersonId, ...]
    why: str


_Line = tuple[str, int | None, tuple[PersonId, ...], str]


def entries(event: e.Event, state: Request) -> Iterator[Entry]:
    """How an event reads; events that only complete what another line tells have none."""
    tell = _LINES.get(type(event.fact))
    line = tell(event.fact, event.by or "", state) if tell else None
    if line:
        yield Entry(event.at, *line)


def _opened(fact: e.StepOpened, _by: str, _state: Request) -> _Line | None:
    people = tuple(part.person for part in fact.assignments)
    reasons = ", ".join(sorted({part.reason for part in fact.assignments if part.reason}))
    if fact.local:
        return None  # told by the hand-over
    if fact.act is Act.RATIFY:
        until = fact.assignments[0].due_at.astimezone(UTC)
        return "ratification_opened", fact.number, people, reasons or f"until {until:%Y-%m-%dT%H:%MZ}"
    return "opened", fact.number, people, reasons or str(fact.act)


def _closed(fact: e.StepClosed, by: str, state: Request) -> _Line | None:
    return ("decided", fact.step, (state.requested_by,), f"{by}: {fact.outcome}") if fact.outcome in _DECIDED else None


def _moved(fact: e.PassedOn | e.Reassigned, _by: str, _state: Request) -> _Line:
    return "reassigned", fact.step, (fact.assignment.person,), fact.assignment.reason or ""


def _asked(what: str, why: str) -> Callable[[Any, str, Request], _Line]:
    return lambda fact, _by, _state: (what, fact.step, (fact.person,), why)


def _told(what: str, why: Callable[[Any], str]) -> Callable[[Any, str, Request], _Line]:
    return lambda fact, _by, _state: (what, fact.step, fact.told, why(fact))


def _done(what: str) -> Callable[[Any, str, Request], _Line]:
    return lambda fact, by, state: (what, fact.step, (state.requested_by,), by)


# Any: each function takes its own kind of fact, and the key says which; the type checker cannot follow that.
_LINES: dict[type, Callable[[Any, str, Request], _Line | None]] = {
    e.StepOpened: _opened,
    e.StepClosed: _closed,
    e.PassedOn: _moved,
    e.Reassigned: _moved,
    e.Reminded: _asked("reminded", "remind_at"),
    e.LastCalled: _asked("last_call", "last_call"),
    e.HandedOver: lambda fact, _by, _state: ("handed_over", fact.step, (fact.to,), "the owner cannot answer in time"),
    e.AtRisk: _told("at_risk", lambda fact: str(fact.reason)),
    e.Escalated: _told("escalated", lambda fact: f"late: {', '.join(fact.late)}"),
    e.EscalatedAgain: _told("escalated_again", lambda _: "still waiting"),
    e.SentBack: _done("sent_back"),
    e.Ratified: _done("ratified"),
    e.Objected: _done("objected"),
    e.TakenBack: _done("taken_back"),
    e.Resubmitted: lambda _fact, by, _state: ("resubmitted", None, (), by),
}
