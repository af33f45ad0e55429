"""What the clock brings: parts that move, last calls, reminders, hand-overs, escalations, the end of a consult."""

from __future__ import annotations

from bot.core.playbook.model import PersonId
from bot.core.request import events as e
from bot.core.request import notices, risk, route
from bot.core.request.deadlines import Due, MomentKind, taken_over
from bot.core.request.handover import last_chance
from bot.core.request.model import Assignment, Outcome
from bot.core.request.owners import has_left, successor
from bot.core.request.turn import Turn
from bot.core.worktime import windows


def catch_up(turn: Turn) -> None:
    """Everything that is due by now, in order. What it opens may be due as well, after a long time down."""
    while (due := turn.next_due()) and due.at <= turn.now:
        _MOMENTS[due.kind](turn, due)
    risk.weigh_local(turn)


def _move(turn: Turn, due: Due) -> None:
    step = turn.state.steps[due.step]
    part = step.part_of(due.person)
    assert part is not None
    # A role is lost when it is known to be lost: whoever takes over has not had the part all the time.
    at = turn.now if has_left(turn.team, part) else due.at
    choice = successor(turn.team, turn.state, step, part, at) or successor(turn.team, turn.state, step, part, due.at)
    assert choice is not None
    taken = taken_over(turn.team, part, choice, at)
    turn.happen(e.Reassigned(due.step, due.person, taken))
    notices.asked(turn, step, taken)


def _last_call(turn: Turn, due: Due) -> None:
    step = turn.state.steps[due.step]
    part = step.part_of(due.person)
    assert part is not None
    turn.happen(e.LastCalled(due.step, due.person, due.at))
    # When somebody else takes over after them, their own last moment comes before the step's.
    chance = turn.team.last_working_before(part.person, last_chance(turn.team, turn.state, step, part))
    if turn.now < chance:  # after a time the bot was down it may be too late for it
        notices.last_call(turn, step, part, chance)


def _hand_over(turn: Turn, due: Due) -> None:
    risk.hand_over(turn, turn.state.steps[due.step], due.at)


def _remind(turn: Turn, due: Due) -> None:
    turn.happen(e.Reminded(due.step, due.person, due.at))
    notices.reminder(turn, turn.state.steps[due.step], due.person)


def _time_up(turn: Turn, due: Due) -> None:
    step = turn.state.steps[due.step]
    route.close(turn, due.step, Outcome.TIME_UP)
    if step.waits:
        route.open_from(turn, step.position + 1)


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
    coordinator = turn.team.coordinators()[:1]
    if late & set(coordinator):
        return tuple(person for person in book.signatories() if person not in late) or book.signatories(), ()
    roles = [book.roles[role] for part in overdue for role in part.roles]
    deputies = tuple(deputy for role in roles for deputy in role.deputies)
    signatories = tuple(book.markets[role.market].signed_by for role in roles)
    line = dict.fromkeys((*coordinator, *deputies, *signatories))
    reachable = [person for person in line if person not in late and person not in turn.team.unreachable]
    chain = [person for person in reachable if not turn.team.is_away(person, turn.now)]
    if not chain:
        return tuple(person for person in book.signatories() if person not in late) or book.signatories(), ()
    first = next((person for person in chain if turn.team.is_working(person, turn.now)), chain[0])
    return (first,), tuple(person for person in coordinator if person in reachable and person != first)


def _escalate_again(turn: Turn, due: Due) -> None:
    step = turn.state.steps[due.step]
    told = turn.playbook.signatories()
    turn.happen(e.EscalatedAgain(due.step, told, due.at))
    notices.escalation(turn, step, tuple(part.person for part in step.waiting), told, again=True)


_MOMENTS = {
    MomentKind.MOVE: _move,
    MomentKind.LAST_CALL: _last_call,
    MomentKind.HAND_OVER: _hand_over,
    MomentKind.REMIND: _remind,
    MomentKind.TIME_UP: _time_up,
    MomentKind.ESCALATE: _escalate,
    MomentKind.ESCALATE_AGAIN: _escalate_again,
}
