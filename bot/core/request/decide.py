"""``decide``: is this command possible now, and what does it bring about? Nothing is written, sent or read here."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.core.people import Team, Via
from bot.core.request import events as e
from bot.core.request import moments, moves, opening, route, talk
from bot.core.request.commands import Command, Do, Open, Ticket, Wake
from bot.core.request.effects import Decision, Refusal, Refused
from bot.core.request.model import Assignment, Outcome, Request, Status, StepRun
from bot.core.request.table import Action, By, Rounds, is_legal, move_for
from bot.core.request.turn import Turn
from bot.core.wording import Field, Listed, Moment, Text, text

_AUTHORS = frozenset({Action.RESUBMIT, Action.WITHDRAW})


def decide(state: Request | None, command: Command, team: Team, now: datetime) -> Decision | Refused:
    """The rules. ``state`` is ``None`` only for ``Open``; ``now`` is an aware instant."""
    if isinstance(command, Open):
        return _open(command, team, now)
    if state is None:
        raise ValueError("only an opening comes without a state")
    turn = Turn(state, team, now, None)
    # Whatever was due before a move has happened before it, also when the clock is read a little late (rule 13).
    if is_legal(Action.WAKE, state.status, By.CLOCK):
        moments.catch_up(turn)
    if isinstance(command, Wake):
        return turn.decision()
    turn.hand_to(command.by, command.through)
    refused = moves.too_long(command) or opening.resubmission(command, state.draft) or _do(turn, command)
    return refused or _completed(turn)


def _completed(turn: Turn) -> Decision:
    """A move and what is due because of it: a step may open after the moment at which it is to be handed over."""
    turn.hand_to(None)
    turn.hold(timedelta(0))
    moments.catch_up(turn)
    return turn.decision()


def _open(command: Open, team: Team, now: datetime) -> Decision | Refused:
    if refused := opening.refusal(command, team.playbook, now):
        return refused
    path = team.playbook.decisions[command.draft.kind].path_for(command.draft.market)
    assert path is not None
    turn = Turn(None, team, now, command.by, command.through)
    done = tuple(i for i, step in enumerate(path.steps) if step.once) if command.round > 1 else ()
    turn.happen(
        e.RequestOpened(
            command.id,
            team.playbook.id,
            command.playbook,
            command.draft,
            command.by,
            command.round,
            path.rounds,
            done,
            path.checklist or "" if command.checked else "",
        )
    )
    turn.show(command.by, at=now)
    route.start(turn)
    return _completed(turn)


def _do(turn: Turn, do: Do) -> Refused | None:
    if do.by not in turn.playbook.people and do.by != turn.state.author:
        return Refused(Refusal.NOT_YOURS, text("refusal.stranger"))
    if do.action in moves.OWNED:
        return _owned(turn, do)
    by = next(iter(move_for(do.action).by))
    if by is By.DECIDER:
        return _undone(turn, do)
    if refused := _outdated(turn, do.ticket):
        return refused
    if by is By.CLOCK or not is_legal(do.action, turn.state.status, by):  # nobody plays the clock
        return _over(turn) or Refused(Refusal.NOT_POSSIBLE, text("refusal.not_possible"))
    if not _may(turn, do, by):
        return _not_yours(turn)
    return moves.PLAIN[do.action](turn, do)


def _undone(turn: Turn, do: Do) -> Refused | None:
    word = turn.state.last_word
    if word is None or word.by != do.by or not is_legal(do.action, turn.state.status, By.DECIDER):
        return Refused(Refusal.TOO_LATE, text("refusal.acted_on"))
    if turn.now - word.at > turn.playbook.undo:
        seconds = turn.playbook.undo // timedelta(seconds=1)
        return Refused(Refusal.TOO_LATE, text("refusal.undo_over", seconds=seconds))
    return moves.PLAIN[do.action](turn, do)


def _may(turn: Turn, do: Do, by: By) -> bool:
    state, person = turn.state, do.by
    match by:
        case By.REQUESTER:
            # A creator who handed in a text may hand in the next one or take it away; the rest is their contact's to answer.
            return person == state.requested_by or (person == state.author and do.action in _AUTHORS)
        case By.CONTRIBUTOR:
            return person == state.requested_by or any(step.part_of(person) for step in state.open_steps)
        case By.PARTICIPANT:
            return talk.may_speak(turn.team, state, person)
        case By.BRIDGE:
            return talk.is_bridge(turn.team, person)
        case _:
            ask = state.extra_round_ask
            return ask is not None and person in ask.wanted and person not in ask.granted


def _owned(turn: Turn, do: Do) -> Refused | None:
    """A move on a step: find the step and the person's part in it, then ask the table."""
    step = _step(turn.state, do)
    part = step.part_of(do.by) if step else None
    if step is None or part is None:
        return _why_none(turn, do)
    if refused := _outdated(turn, do.ticket) if step.is_open else _decided(turn, step):
        return refused
    if part.answer is not None:
        return Refused(Refusal.ALREADY_ANSWERED, text("refusal.already_answered", when=Moment(part.answer.at)))
    by = By.GAP_HOLDER if part.via is Via.GAP else By.OWNER
    if not is_legal(do.action, turn.state.status, by, step.act, last_round=turn.state.is_last_round):
        return _illegal(turn, do.action, by)
    turn.act_as(part)
    if do.action in moves.ANSWERS and turn.playbook.undo:
        turn.hold(turn.playbook.hold)
        turn.redraw(do.by, turn.now + turn.playbook.undo)
    return moves.OWNED[do.action](turn, step, do)


def _step(state: Request, do: Do) -> StepRun | None:
    if do.ticket is not None:
        return state.steps[do.ticket.step] if 0 <= do.ticket.step < len(state.steps) else None
    mine = [step for step in state.open_steps if step.part_of(do.by)]
    waiting = [step for step in mine if any(part.person == do.by for part in step.waiting)]
    fitting = [step for step in waiting or mine if step.act in (move_for(do.action).acts or {step.act})]
    return next(iter(fitting or waiting or mine), None)


def _why_none(turn: Turn, do: Do) -> Refused:
    state = turn.state
    if do.by == state.author:
        return Refused(Refusal.OWN_REQUEST, text("refusal.own_request"))
    closed = [step for step in state.steps if not step.is_open and step.part_of(do.by) and step.round == state.round]
    if do.ticket is None and closed:
        return _decided(turn, closed[-1])
    if step := _step(state, do):
        # Not decided yet, also where the request is and this is its check; or somebody who passed it on taps their old card.
        return _not_yours(turn) if step.is_open else _decided(turn, step)
    return _over(turn) or _not_yours(turn)


def _outdated(turn: Turn, ticket: Ticket | None) -> Refused | None:
    state = turn.state
    if ticket is None or (ticket.round, ticket.text_version) == (state.round, state.text_version):
        return None
    return Refused(Refusal.OUTDATED, text("refusal.outdated", round=state.round, rounds=state.rounds))


def _over(turn: Turn) -> Refused | None:
    """The whole request has ended, or waits for its requester: said with who and when."""
    state = turn.state
    if state.status is Status.OPEN:
        return None
    if state.status is Status.WITHDRAWN:
        return _withdrawn(turn)
    decided = next((step for step in reversed(state.steps) if step.closed_by and step.outcome is not Outcome.TAKEN_BACK), None)
    return _decided(turn, decided) if decided else None


def _withdrawn(turn: Turn) -> Refused:
    return Refused(Refusal.ALREADY_DECIDED, text("refusal.withdrawn", when=Moment(turn.state.closed_at or turn.now)))


def _decided(turn: Turn, step: StepRun) -> Refused:
    if turn.state.status is Status.WITHDRAWN and step.outcome is Outcome.OVERTAKEN:
        return _withdrawn(turn)
    if step.round != turn.state.round:
        return Refused(Refusal.OUTDATED, text("refusal.outdated", round=turn.state.round, rounds=turn.state.rounds))
    fields: dict[str, Field] = {"when": Moment(step.closed_at or turn.now)}
    if step.closed_by is None:
        return Refused(Refusal.ALREADY_DECIDED, Text("refusal.time_up", fields))
    fields["who"] = turn.playbook.name(step.closed_by)
    return Refused(Refusal.ALREADY_DECIDED, Text(f"refusal.already.{step.outcome}", fields))


def _not_yours(turn: Turn) -> Refused:
    waiting: list[Assignment] = [part for step in turn.state.open_steps for part in step.waiting]
    if not waiting:
        return Refused(Refusal.NOT_YOURS, text("refusal.stranger"))
    owners = Listed(tuple(turn.playbook.name(p) for p in dict.fromkeys(part.person for part in waiting)))
    return Refused(Refusal.NOT_YOURS, text("refusal.not_yours", owners=owners))


def _illegal(turn: Turn, action: Action, by: By) -> Refused:
    move = move_for(action)
    if by not in move.by:
        return Refused(Refusal.GAP_CANNOT_DECIDE, text("refusal.gap_cannot_decide"))
    if move.rounds is Rounds.LEFT and turn.state.is_last_round:
        return Refused(Refusal.ROUND_LIMIT, text("refusal.round_limit", rounds=turn.state.rounds))
    if move.rounds is Rounds.LAST and not turn.state.is_last_round:
        return Refused(Refusal.ROUNDS_LEFT, text("refusal.rounds_left", round=turn.state.round, rounds=turn.state.rounds))
    return _over(turn) or Refused(Refusal.NOT_POSSIBLE, text("refusal.not_possible"))
