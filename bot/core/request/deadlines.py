"""The instants a request waits for: reminders, last calls, hand-overs, escalations. All of them follow from the state alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from enum import IntEnum
from typing import NamedTuple

from bot.core.people import Chosen, Team, Via
from bot.core.playbook.model import Act, PersonId, RoleId
from bot.core.request.handover import last_call_at, next_attempt
from bot.core.request.model import Assignment, Request, StepRun
from bot.core.request.owners import has_left, successor


class MomentKind(IntEnum):
    """In the order in which moments of one instant happen."""

    MOVE = 0  # the owner is away, or has lost the role, from here on
    LAST_CALL = 1
    REMIND = 2
    HAND_OVER = 3
    ESCALATE = 4
    TIME_UP = 5
    ESCALATE_AGAIN = 6


class Due(NamedTuple):
    """Something that is to happen at an instant. A tuple, because many are made and compared to find the first."""

    at: datetime
    kind: MomentKind
    step: int
    person: PersonId = ""


def assignment(team: Team, chosen: Chosen, roles: tuple[RoleId, ...], within: timedelta, since: datetime) -> Assignment:
    """A person's part in a step with its clock started: all instants in that person's working time (rule 2)."""
    hours = team.windows(chosen.person)
    share = team.playbook.escalation.remind_at
    return Assignment(
        chosen.person, roles, chosen.via, since, hours.add(since, within * share), hours.add(since, within),
        chosen.on_behalf_of, chosen.reason,
    )  # fmt: skip


def taken_over(team: Team, part: Assignment, to: Chosen, now: datetime) -> Assignment:
    """The same part with somebody else: the clock goes on, what is left of it runs in the new person's working time.

    Their last chance before the creator's deadline is their own, and so is the last call.
    """
    old, new = team.windows(part.person), team.windows(to.person)

    def moved(instant: datetime) -> datetime:
        left = old.worked(now, instant)
        return new.add(now, left) if left else instant

    return replace(
        part, person=to.person, via=to.via, since=now, remind_at=moved(part.remind_at), due_at=moved(part.due_at),
        on_behalf_of=to.on_behalf_of, reason=to.reason, reminded=part.reminded or part.remind_at <= now, last_called=False,
    )  # fmt: skip


def late_at(step: StepRun) -> datetime | None:
    """The instant from which the step cannot be answered in time any more.

    With a quorum that is when so many of the missing answers are overdue that the rest are too few: the earliest
    deadline of an ``all_of``, the latest of an ``any_of``.
    """
    waiting = step.waiting
    if len(waiting) == 1:  # nearly always, and then there is nothing to weigh
        return waiting[0].due_at
    return step.decisive(part.due_at for part in waiting for _ in part.roles)


def time_up_at(step: StepRun) -> datetime | None:
    """When a consult stops waiting: the last of its people's deadlines."""
    return max((part.due_at for part in step.waiting), default=None)


def moves_at(team: Team, request: Request, step: StepRun, part: Assignment) -> datetime | None:
    """When a waiting part goes to somebody else by itself; ``None`` if it does not, or nobody else is left."""
    # Who has it only because nobody could be written to gives it back to whoever can be again.
    kept = part.via is Via.GAP and part.reason == "unreachable"
    gone = has_left(team, part) or part.person in team.unreachable or kept
    leaves = part.since if gone else team.leaves_at(part.person, part.since)
    return leaves if leaves and successor(team, request, step, part, leaves) else None


def dues(request: Request, team: Team) -> Iterator[Due]:
    """Everything the request still waits for."""
    main = request.main_step if request.draft.needed_by else None
    for step in request.open_steps:
        waiting = step.waiting
        for part in waiting:
            if leaves := moves_at(team, request, step, part):
                yield Due(leaves, MomentKind.MOVE, step.number, part.person)
            if not part.reminded:
                yield Due(part.remind_at, MomentKind.REMIND, step.number, part.person)
        if step.act is Act.CONSULT:
            if end := time_up_at(step):
                yield Due(end, MomentKind.TIME_UP, step.number)
        else:
            yield from _escalations(step)
        if step is main:
            yield from _before_the_deadline(request, team, step, waiting)


def _before_the_deadline(request: Request, team: Team, step: StepRun, waiting: tuple[Assignment, ...]) -> Iterator[Due]:
    if request.draft.needed_by and request.draft.needed_by <= step.opened_at:
        return  # gone before the step opened: nothing can be done for it any more
    for part in waiting:
        if not part.last_called and (call := last_call_at(team, request, step, part)):
            yield Due(call, MomentKind.LAST_CALL, step.number, part.person)
    if attempt := next_attempt(team, request, step):
        yield Due(attempt, MomentKind.HAND_OVER, step.number)


def _escalations(step: StepRun) -> Iterator[Due]:
    if step.escalated_at is None:
        if late := late_at(step):
            yield Due(late, MomentKind.ESCALATE, step.number)
    elif step.escalate_again_at and not step.escalated_again:
        yield Due(step.escalate_again_at, MomentKind.ESCALATE_AGAIN, step.number)


def next_due(request: Request, team: Team) -> Due | None:
    """The earliest of them."""
    return min(dues(request, team), default=None)
