"""The short messages beside the live card: to whom, when, saying what. Few, each once (the noise budget)."""

from __future__ import annotations

from bot.core.playbook.model import PersonId
from bot.core.request.model import Assignment, Remark, StepRun, Weight
from bot.core.request.turn import Turn
from bot.core.wording import Field, Listed, Localized, Moment, Text, counted


def about(turn: Turn) -> dict[str, Field]:
    """The fields every notice has: which request it speaks of."""
    state = turn.state
    kind = turn.playbook.decisions[state.draft.kind]
    return {"id": state.id, "kind": Localized(kind.title), "title": state.draft.title}


def names(turn: Turn, people: tuple[PersonId, ...]) -> Listed:
    return Listed(tuple(turn.playbook.name(person) for person in people))


def step_opened(turn: Turn, step: StepRun) -> None:
    for part in step.assignments:
        asked(turn, step, part)


def asked(turn: Turn, step: StepRun, part: Assignment) -> None:
    """The owner gets the card; whoever has had one before also gets a short word, because an edit makes no sound."""
    turn.show(part.person)
    others = [p for other in turn.state.steps if other.number != step.number for p in other.assignments]
    before = {turn.state.requested_by, *(p.person for p in others), *(p.on_behalf_of for p in others)}
    if part.person in before:
        turn.tell(part.person, Text(f"notice.your_turn.{step.act}", {**about(turn), "due": Moment(part.due_at)}))


def reminder(turn: Turn, step: StepRun, person: PersonId) -> None:
    part = step.part_of(person)
    assert part is not None
    turn.tell(person, Text("notice.reminder", {**about(turn), "due": Moment(part.due_at)}))


def moved_away(turn: Turn, owner: PersonId, to: PersonId) -> None:
    """Whoever is away stays informed, at their next opening."""
    turn.tell(owner, Text("notice.moved_away", {**about(turn), "who": turn.playbook.name(to)}))


def escalation(turn: Turn, step: StepRun, late: tuple[PersonId, ...], told: tuple[PersonId, ...], again: bool = False) -> None:
    message = "notice.escalation_again" if again else "notice.escalation"
    since = min(part.due_at for part in step.waiting)
    for person in told:
        fields = {**about(turn), "late": names(turn, late), "due": Moment(since)}
        at = turn.team.polite_time(person, turn.now)
        # A copy for somebody who is closed waits for their opening, also outside quiet hours.
        turn.tell(
            person, Text(message, fields), at=at if turn.team.is_working(person, at) else turn.team.windows(person).opening(at)
        )


def question(turn: Turn, text: str) -> None:
    requester = turn.state.requested_by
    turn.tell(requester, Text("notice.question", {**about(turn), "who": _actor(turn), "text": text}))


def answer(turn: Turn, asker: PersonId, text: str) -> None:
    turn.tell(asker, Text("notice.answer", {**about(turn), "who": _actor(turn), "text": text}))


def sent_back(turn: Turn, remarks: tuple[Remark, ...]) -> None:
    count = sum(remark.weight is Weight.MUST_FIX for remark in remarks)
    turn.tell(turn.state.requested_by, counted("notice.sent_back", count, **about(turn), who=_actor(turn)))


def remarks_given(turn: Turn, remarks: tuple[Remark, ...]) -> None:
    count = sum(remark.weight is Weight.MUST_FIX for remark in remarks)
    if count:
        turn.tell(turn.state.requested_by, counted("notice.must_fix", count, **about(turn), who=_actor(turn)))


def ended(turn: Turn, message: str) -> None:
    """The requester hears the result; everybody else sees it on the card."""
    if turn.by != turn.state.requested_by:
        turn.tell(turn.state.requested_by, Text(message, {**about(turn), "who": _actor(turn)}))


def extra_round_asked(turn: Turn, wanted: tuple[PersonId, ...]) -> None:
    for person in wanted:
        turn.show(person)
        turn.tell(person, Text("notice.extra_round_asked", {**about(turn), "who": _actor(turn)}))


def extra_round_refused(turn: Turn, asker: PersonId) -> None:
    turn.tell(asker, Text("notice.extra_round_refused", {**about(turn), "who": _actor(turn)}))


def _actor(turn: Turn) -> Field:
    assert turn.by is not None
    return turn.playbook.name(turn.by)
