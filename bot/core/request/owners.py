"""Whose a step is: who may not have it, and who takes it over when its owner is away or has lost the role."""

from __future__ import annotations

from datetime import datetime

from bot.core.people import Chosen, Team, Via
from bot.core.playbook.model import Act, PersonId
from bot.core.request.model import Assignment, Request, StepRun


def barred(request: Request, act: Act) -> frozenset[PersonId]:
    """Nobody acts on their own request, and nobody ratifies their own decision (rules 9 and 19)."""
    decided = request.local_decision
    decider = decided.closed_by if decided and act is Act.RATIFY else None
    return frozenset(person for person in (request.author, decider) if person)


def successor(team: Team, request: Request, step: StepRun, part: Assignment, at: datetime) -> Chosen | None:
    """Who takes a waiting part when its owner is away or has left; ``None`` when nobody else is there to take it.

    Whoever has left does not keep it: with nobody else it is a gap, be it their own as the coordinator.
    """
    others = frozenset(other.person for other in step.assignments if other.person != part.person)
    if has_left(team, part):
        choice = team.choose(part.roles[0], barred(request, step.act) | others, at)
        return None if choice.person in others else choice
    choice = team.choose(part.roles[0], barred(request, step.act), at)
    return None if step.part_of(choice.person) else choice


def has_left(team: Team, part: Assignment) -> bool:
    """Whoever was passed a part, or has it as a gap, never had the role: they leave with the playbook's people."""
    return bool(team.left) and part.via in (Via.HOLDER, Via.DEPUTY) and team.has_left(part.person, part.roles)
