"""How a request travels its path: which steps open, what closing one brings, and what the clock brings."""

from __future__ import annotations

from datetime import timedelta

from bot.core.people import Chosen, Via
from bot.core.playbook.model import Act, PersonId, RoleId, Step
from bot.core.request import events as e
from bot.core.request import notices
from bot.core.request.deadlines import Due, MomentKind, assignment, next_due, successor, taken_over
from bot.core.request.model import Assignment, Outcome, StepRun
from bot.core.request.turn import Turn
from bot.core.worktime import windows


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
    parts = _parts(turn, step, state.requested_by)
    # One person may hold several roles of a group; a quorum counts roles, and they answer for all of theirs at once.
    turn.happen(e.StepOpened(number, position, step.act, state.round, step.who.quorum, step.waits, parts))
    notices.step_opened(turn, turn.state.steps[number])


def _parts(turn: Turn, step: Step, requester: PersonId) -> tuple[Assignment, ...]:
    choices = {role: turn.team.choose(role, requester, turn.now) for role in step.who.roles}
    # Whoever answers for a role of their own cannot also hold a gap of the group: one part is one person's.
    busy = frozenset(choice.person for choice in choices.values() if choice.via is not Via.GAP)
    chosen: dict[PersonId, tuple[Chosen, list[RoleId]]] = {}
    for role, found in choices.items():
        choice = turn.team.choose(role, requester, turn.now, busy) if found.via is Via.GAP else found
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
        turn.happen(e.Approved())
        notices.ended(turn, "notice.approved")
    elif step.act is Act.REVIEW or step.waits:
        open_from(turn, step.position + 1)


def close(turn: Turn, number: int, outcome: Outcome) -> None:
    turn.happen(e.StepClosed(number, outcome))


def overtake(turn: Turn) -> None:
    """Closes whatever is still open beside a step that ended the round."""
    for step in turn.state.open_steps:
        close(turn, step.number, Outcome.OVERTAKEN)


def catch_up(turn: Turn) -> None:
    """Everything that is due by now, in order. What it opens may be due as well, after a long time down."""
    while (due := next_due(turn.state, turn.team)) and due.at <= turn.now:
        _MOMENTS[due.kind](turn, due)


def _move(turn: Turn, due: Due) -> None:
    step = turn.state.steps[due.step]
    part = step.part_of(due.person)
    assert part is not None
    choice = successor(turn.team, turn.state, step, part, due.at)
    assert choice is not None
    taken = taken_over(turn.team, part, choice, due.at)
    turn.happen(e.Reassigned(due.step, due.person, taken))
    notices.asked(turn, step, taken)
    notices.moved_away(turn, due.person, choice.person)


def _remind(turn: Turn, due: Due) -> None:
    turn.happen(e.Reminded(due.step, due.person, due.at))
    notices.reminder(turn, turn.state.steps[due.step], due.person)


def _time_up(turn: Turn, due: Due) -> None:
    step = turn.state.steps[due.step]
    close(turn, due.step, Outcome.TIME_UP)
    if step.waits:
        open_from(turn, step.position + 1)


def _escalate(turn: Turn, due: Due) -> None:
    step = turn.state.steps[due.step]
    overdue = tuple(part for part in step.waiting if part.due_at <= turn.now)
    late = tuple(part.person for part in overdue)
    told, held = _whom_to_tell(turn, overdue)
    market = turn.playbook.roles[overdue[0].roles[0]].market
    again = windows(turn.playbook.market_calendar(market)).add(turn.now, turn.playbook.escalation.then.after)
    turn.happen(e.Escalated(due.step, late, told, held, due.at, again))
    notices.escalation(turn, step, late, (*told, *held))


def _whom_to_tell(turn: Turn, overdue: tuple[Assignment, ...]) -> tuple[tuple[PersonId, ...], tuple[PersonId, ...]]:
    """Rule 13: who hears it now, and whose copy is held until they open."""
    book, late = turn.playbook, {part.person for part in overdue}
    coordinator = book.coordinators()[:1]
    if late & set(coordinator):
        return tuple(person for person in book.signatories() if person not in late) or book.signatories(), ()
    roles = [book.roles[role] for part in overdue for role in part.roles]
    deputies = tuple(deputy for role in roles for deputy in role.deputies)
    signatories = tuple(book.markets[role.market].signed_by for role in roles)
    chain = [
        p for p in dict.fromkeys((*coordinator, *deputies, *signatories)) if p not in late and p not in turn.team.unreachable
    ]
    if not chain:
        return book.signatories(), ()
    first = next((person for person in chain if turn.team.is_working(person, turn.now)), chain[0])
    return (first,), tuple(person for person in coordinator if person in chain and person != first)


def _escalate_again(turn: Turn, due: Due) -> None:
    step = turn.state.steps[due.step]
    told = turn.playbook.signatories()
    turn.happen(e.EscalatedAgain(due.step, told, due.at))
    notices.escalation(turn, step, tuple(part.person for part in step.waiting), told, again=True)


_MOMENTS = {
    MomentKind.MOVE: _move,
    MomentKind.REMIND: _remind,
    MomentKind.TIME_UP: _time_up,
    MomentKind.ESCALATE: _escalate,
    MomentKind.ESCALATE_AGAIN: _escalate_again,
}
