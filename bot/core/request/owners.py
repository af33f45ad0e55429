"""Whose a step is: who may not have it, and who takes it over when its owner is away or has lost the role."""

from __future__ import annotations

from datetime import datetime

from bot.core.people import Chosen, Team
from bot.core.playbook.model import Act, PersonId
from bot.core.request.model import Assignment, Request, StepRun


def barred(request: Request, act: Act) -> frozenset[PersonId]:
    """Nobody acts on their own request, and nobody ratifies their own decision (rules 9 and 19)."""
    decided = request.local_decision
    decider = decided.closed_by if decided and act is Act.RATIFY else None
    return frozenset(person for person in (request.requested_by, decider) if person)


def successor(team: Team, request: Request, step: StepRun, part: Assignment, at: datetime) -> Chosen | None:
    """Who takes a waiting part when its owner is away; ``None`` when nobody else is left to take it."""
    choice = team.choose(part.roles[0], barred(request, step.act), at)
    return None if step.part_of(choice.person) else choice
