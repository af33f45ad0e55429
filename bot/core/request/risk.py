"""Handing a decision to the local authority when its owner cannot make it in time, and saying so when that is not possible."""

from __future__ import annotations

from datetime import datetime

from bot.core.people import Team, Via
from bot.core.playbook.model import Act, PersonId, Step
from bot.core.request import events as e
from bot.core.request import notices
from bot.core.request.deadlines import assignment, late_at
from bot.core.request.handover import Obstacle, authority, local_choice, next_attempt, obstacle, used_up
from bot.core.request.model import Request, StepRun
from bot.core.request.turn import Turn


def expected_end(team: Team, request: Request, step: StepRun) -> datetime:
    """When the path ends if this step and everybody after it take their full time."""
    draft = request.draft
    path = team.playbook.decisions[draft.kind].path_for(draft.market)
    assert path is not None
    end = late_at(step) or step.opened_at
    for position, later in enumerate(path.steps[step.position + 1 :], step.position + 1):
        skipped = later.once and request.round > 1 and position in request.done_once
        if not skipped and (later.act is not Act.CONSULT or later.waits):
            end = _end_of(team, request, later, end)
    return end


def _end_of(team: Team, request: Request, step: Step, since: datetime) -> datetime:
    people = (team.choose(role, request.author, since).person for role in step.who.roles)
    ends = sorted(team.windows(person).add(since, step.within) for person in people)
    return ends[step.who.quorum - 1]


def weigh(turn: Turn, step: StepRun) -> None:
    """A step has opened: if the deadline cannot be kept and nobody else may decide, that is said at once (rule 17)."""
    needed_by = turn.state.draft.needed_by
    if needed_by is None or needed_by <= step.opened_at or turn.state.local_step:
        return
    if expected_end(turn.team, turn.state, step) > needed_by and (why := _hopeless(turn)):
        _say(turn, step, why)


def _hopeless(turn: Turn) -> Obstacle | None:
    """Why nobody else can decide; a coordinator who would get it as a gap cannot either."""
    if why := obstacle(turn.team, turn.state, turn.now):
        return why
    right = authority(turn.playbook, turn.state.draft)
    choice = local_choice(turn.team, turn.state, right, turn.now) if right else None
    return Obstacle.NOBODY if choice is None or choice.via is Via.GAP else None


def weigh_local(turn: Turn) -> None:
    """Others may have used up the right since the hand-over: then the local authority cannot answer any more either."""
    needed_by = turn.state.draft.needed_by
    if needed_by is None or turn.now >= needed_by:
        return
    main, local = turn.state.main_step, turn.state.local_step
    if main is None or local is None:
        return
    if why := used_up(turn.team, turn.state.draft, turn.now):
        _say(turn, main, why)


def hand_over(turn: Turn, step: StepRun, due: datetime) -> None:
    """It is time: hands over, or says why not. A second attempt follows at the owner's last chance, if that is later."""
    right, why = authority(turn.playbook, turn.state.draft), obstacle(turn.team, turn.state, turn.now)
    needed_by = turn.state.draft.needed_by
    if why is Obstacle.TOO_LATE and needed_by and due >= needed_by:
        # Not late at all: this was the moment, because nobody local works before it, or the right was free too late.
        why = Obstacle(step.obstacle) if step.obstacle else Obstacle.NOBODY
    if right is None or why:
        turn.happen(e.HandOverRefused(step.number, str(why or Obstacle.NO_AUTHORITY), due))
        _say_at_last(turn, step, why or Obstacle.NO_AUTHORITY)
        return
    choice = local_choice(turn.team, turn.state, right, turn.now)
    part = assignment(turn.team, choice, (right.role,), right.within, turn.now)
    turn.happen(e.HandedOver(step.number, choice.person, due))
    number = len(turn.state.steps)
    turn.happen(e.StepOpened(number, step.position, Act.DECIDE, turn.state.round, 1, False, (part,), local=True))
    notices.handed_over(turn, step, turn.state.steps[number], part)
    if choice.via is Via.GAP:
        _say(turn, turn.state.steps[step.number], Obstacle.NOBODY)


def _say_at_last(turn: Turn, step: StepRun, why: Obstacle) -> None:
    """With the owner's last chance still to come, the deadline is not at risk yet: they may answer, a debt may be paid."""
    current = turn.state.steps[step.number]
    if next_attempt(turn.team, turn.state, current) is None:
        _say(turn, current, why)


def _say(turn: Turn, step: StepRun, why: Obstacle) -> None:
    if step.at_risk:
        return
    coordinator = turn.team.gap_holder(turn.state.draft.market, frozenset(), turn.now)
    told: tuple[PersonId, ...] = tuple(dict.fromkeys((coordinator, turn.state.requested_by)))
    opening = min(turn.team.opening(part.person, turn.now) for part in step.waiting)
    turn.happen(e.AtRisk(step.number, str(why), told, opening))
    notices.at_risk(turn, step, why, told, opening)
