"""How a request travels its path: which steps open, and what closing one brings."""

from __future__ import annotations

from datetime import timedelta

from bot.core.people import Chosen, Via
from bot.core.playbook.model import Act, PersonId, RoleId, Step
from bot.core.request import events as e
from bot.core.request import notices, ratify, risk
from bot.core.request.deadlines import assignment
from bot.core.request.model import Assignment, Outcome, StepRun
from bot.core.request.turn import Turn


def start(turn: Turn) -> None:
    """Begins the path of a round: from the first step, without the `once` reviews that have said yes before."""
    open_from(turn, 0)


def open_from(turn: Turn, position: int) -> None:
    """Opens the step at a position, and with every consult that does not wait the step after it."""
    for index in range(position, len(turn.path.steps)):
        step = turn.path.steps[index]
        if step.once and turn.state.round > 1 and index in turn.state.done_once:
            continue
        _open(turn, index, step)
        if step.act is not Act.CONSULT or step.waits:
            return


def _open(turn: Turn, position: int, step: Step) -> None:
    state, number = turn.state, len(turn.state.steps)
    parts = _parts(turn, step, state.author)
    # One person may hold several roles of a group; a quorum counts roles, and they answer for all of theirs at once.
    turn.happen(e.StepOpened(number, position, step.act, state.round, step.who.quorum, step.waits, parts))
    opened = turn.state.steps[number]
    notices.step_opened(turn, opened)
    if opened == turn.state.main_step:
        risk.weigh(turn, opened)


def _parts(turn: Turn, step: Step, author: PersonId) -> tuple[Assignment, ...]:
    choices = {role: turn.team.choose(role, author, turn.now) for role in step.who.roles}
    # Whoever answers for a role of their own cannot also hold a gap of the group: one part is one person's.
    busy = frozenset(choice.person for choice in choices.values() if choice.via is not Via.GAP)
    chosen: dict[PersonId, tuple[Chosen, list[RoleId]]] = {}
    for role, found in choices.items():
        choice = turn.team.choose(role, author, turn.now, busy) if found.via is Via.GAP else found
        chosen.setdefault(choice.person, (choice, []))[1].append(role)
    return tuple(_part(turn, choice, tuple(roles), step.within) for choice, roles in chosen.values())


def _part(turn: Turn, choice: Chosen, roles: tuple[RoleId, ...], within: timedelta) -> Assignment:
    return assignment(turn.team, choice, roles, within, turn.now)


def settle(turn: Turn, step: StepRun, outcome: Outcome) -> None:
    """After an answer: closes the step when enough have said yes, and goes on along the path."""
    if turn.state.steps[step.number].yes_count < step.quorum:
        return
    close(turn, step.number, outcome)
    if step.act is Act.DECIDE:
        overtake(turn)
        turn.happen(e.Approved(provisional=step.local))
        ended(turn, step, "approved")
    elif step.act is Act.REVIEW or step.waits:
        open_from(turn, step.position + 1)


def ended(turn: Turn, step: StepRun, how: str) -> None:
    """The request is decided: said to its requester; a local decision goes on to its check."""
    if step.local:
        ratify.begin(turn)
        notices.ended(turn, f"notice.{how}_provisionally")
    else:
        notices.ended(turn, f"notice.{how}")


def close(turn: Turn, number: int, outcome: Outcome) -> None:
    turn.happen(e.StepClosed(number, outcome))


def overtake(turn: Turn) -> None:
    """Closes whatever is still open beside a step that ended the round."""
    for step in turn.state.open_steps:
        close(turn, step.number, Outcome.OVERTAKEN)
