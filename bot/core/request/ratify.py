"""A provisional decision is checked by its owner, in the owner's own working time (rule 19)."""

from __future__ import annotations

from bot.core.playbook.model import Act
from bot.core.request import events as e
from bot.core.request import notices
from bot.core.request.deadlines import assignment
from bot.core.request.handover import Obstacle, authority, used_up
from bot.core.request.model import StepRun
from bot.core.request.owners import barred
from bot.core.request.turn import Turn


def begin(turn: Turn) -> None:
    """Opens the ratification of the decision that was just made."""
    state = turn.state
    right = authority(turn.playbook, state.draft)
    assert right is not None
    choice = turn.team.choose(right.ratified_by, barred(state, Act.RATIFY), turn.now)
    part = assignment(turn.team, choice, (right.ratified_by,), right.ratified_within, turn.now)
    number = len(state.steps)
    turn.happen(e.StepOpened(number, len(turn.path.steps), Act.RATIFY, state.round, 1, False, (part,)))
    notices.step_opened(turn, turn.state.steps[number])
    if turn.team.uses.unchecked + 1 >= right.open_at_most:
        notices.right_paused(turn, right)


def refusal(turn: Turn, step: StepRun) -> Obstacle | None:
    """Why the local authority's answer cannot count now: others may have used up the right since the hand-over."""
    return used_up(turn.team, turn.state.draft, turn.now) if step.local else None
