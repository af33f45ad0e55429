"""The short messages beside the live card: to whom, when, saying what. Few, each once (the noise budget)."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.core.people import Via
from bot.core.playbook.model import Act, LocalAuthority, PersonId
from bot.core.request.handover import Obstacle, back_at, why_not
from bot.core.request.model import Assignment, Remark, Saying, StepRun, Weight
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
    parts = [p for other in turn.state.steps if other.number != step.number for p in other.assignments]
    # Whoever sleeps since before that gets the card in the morning as it is then: one message, not two.
    others = [p for p in parts if turn.team.polite_time(p.person, p.since) <= turn.now]
    before = {turn.state.requested_by, *(p.person for p in others), *(p.on_behalf_of for p in others)}
    # Whoever looks after a creator's text is asked with the card they have just got.
    just_got_it = turn.state.draft.by_creator and turn.state.round == 1 and part.since == turn.state.opened_at
    if part.person in before and not just_got_it:
        what = "local" if step.local else step.act
        # A check waits until the decision can no longer be taken back: there is no hurry, and no second message then.
        wait = turn.playbook.undo if step.act is Act.RATIFY else timedelta(0)
        at = turn.team.free_time(part.person, turn.now + wait) if wait else None
        turn.tell(part.person, Text(f"notice.your_turn.{what}", {**about(turn), "due": Moment(part.due_at)}), at=at)


def reminder(turn: Turn, step: StepRun, person: PersonId) -> None:
    part = step.part_of(person)
    assert part is not None
    turn.tell(person, Text("notice.reminder", {**about(turn), "due": Moment(part.due_at)}))


def last_call(turn: Turn, step: StepRun, part: Assignment, chance: datetime) -> None:
    """Before the owner goes home for longer than the deadline allows, they are asked once more."""
    needed_by = turn.state.draft.needed_by
    assert needed_by is not None
    fields = {**about(turn), "needed_by": Moment(needed_by), "until": Moment(chance)}
    turn.tell(part.person, Text("notice.last_call", fields))


def handed_over(turn: Turn, step: StepRun, local: StepRun, part: Assignment) -> None:
    """The local authority is asked, the requester hears who may decide now; the owner sees it on the card."""
    asked(turn, local, part)
    if part.via is Via.GAP:
        return  # whoever has it as a gap decides nothing: that the deadline is at risk is said instead
    owners = names(turn, tuple(dict.fromkeys(other.person for other in step.waiting)))
    fields = {**about(turn), "who": turn.playbook.name(part.person), "owners": owners}
    turn.tell(turn.state.requested_by, Text("notice.handed_over", fields))


def at_risk(turn: Turn, step: StepRun, why: Obstacle, told: tuple[PersonId, ...], opening: datetime) -> None:
    """Whoever asked and whoever coordinates hear that the deadline will not be kept by itself, and why."""
    needed_by = turn.state.draft.needed_by
    assert needed_by is not None
    owners = names(turn, tuple(dict.fromkeys(part.person for part in step.waiting)))
    fields = {**about(turn), "needed_by": Moment(needed_by), "owners": owners, "back": back_at(opening, turn.now)}
    fields["why"] = why_not(turn.playbook, turn.state.draft, why)
    for person in told:
        # Whoever opens the request hears it as part of the answer, at any hour.
        turn.tell(person, Text("notice.at_risk", fields), at=turn.now if person == turn.by else None)


def right_paused(turn: Turn, right: LocalAuthority) -> None:
    """The debt has reached its limit: those who use the right and those who can pay the debt hear of it."""
    book, market = turn.playbook, turn.state.draft.market
    roles = (book.roles[right.role], book.roles[right.ratified_by])
    people = (*(role.holder for role in roles), *turn.team.coordinators()[:1])
    kind = Localized(book.decisions[turn.state.draft.kind].title)
    fields: dict[str, Field] = {
        "kind": kind, "market": Localized(book.markets[market].title), "most": right.open_at_most,
        "checker": book.role_title(right.ratified_by),
    }  # fmt: skip
    for person in dict.fromkeys(person for person in people if person):
        turn.tell(person, Text("notice.right_paused", fields))


def corrected(turn: Turn, numbers: tuple[int, ...]) -> None:
    """The requester has dealt with the last of an objection: whoever objected hears it."""
    correction = turn.state.correction
    if correction and not turn.state.to_correct and set(numbers) & set(correction.remarks):
        turn.tell(correction.by, Text("notice.corrected", {**about(turn), "who": _actor(turn)}))


def checked(turn: Turn, message: str, remarks: tuple[Remark, ...]) -> None:
    """The requester and the one who decided locally hear how the check came out."""
    decided = turn.state.local_decision
    people = dict.fromkeys(p for p in (turn.state.requested_by, decided.closed_by if decided else None) if p)
    for person in people:
        fields = {**about(turn), "who": _actor(turn)}
        turn.tell(person, counted(message, len(remarks), **fields) if remarks else Text(message, fields))


def taken_back(turn: Turn, told: tuple[PersonId, ...]) -> None:
    """Whoever has heard of the decision hears that it does not stand."""
    for person in told:
        turn.tell(person, Text("notice.taken_back", {**about(turn), "who": _actor(turn)}))


def escalation(turn: Turn, step: StepRun, late: tuple[PersonId, ...], told: tuple[PersonId, ...], again: bool = False) -> None:
    message = "notice.escalation_again" if again else "notice.escalation"
    since = min(part.due_at for part in step.waiting)
    for person in told:
        fields = {**about(turn), "late": names(turn, late), "due": Moment(since)}
        # A copy for somebody who is closed waits for their opening, also outside quiet hours.
        turn.tell(person, Text(message, fields), at=turn.team.opening(person, turn.now))


def question(turn: Turn, text: str) -> None:
    requester = turn.state.requested_by
    turn.tell(requester, Text("notice.question", {**about(turn), "who": _actor(turn), "text": text}))


def answer(turn: Turn, asker: PersonId, text: str) -> None:
    turn.tell(asker, Text("notice.answer", {**about(turn), "who": _actor(turn), "text": text}))


def said(turn: Turn, saying: Saying, people: tuple[PersonId, ...]) -> None:
    """What somebody wrote under the request, to everybody else who has to do with it; the bridge who is asked gets the card."""
    fields: dict[str, Field] = {**about(turn), "who": _actor(turn), "text": saying.text}
    for person in people:
        if person == saying.to:
            turn.show(person)
            turn.tell(person, Text("notice.bridge_asked", fields))
        elif saying.text:
            turn.tell(person, Text("notice.said", fields))
        for file in saying.files:
            turn.hand(person, file.id)


def translated(turn: Turn, saying: Saying, words: str, people: tuple[PersonId, ...]) -> None:
    fields: dict[str, Field] = {
        **about(turn), "who": _actor(turn), "author": turn.playbook.name(saying.by), "text": words, "original": saying.text,
    }  # fmt: skip
    for person in people:
        turn.tell(person, Text("notice.translated", fields))


def sent_back(turn: Turn, remarks: tuple[Remark, ...]) -> None:
    count = sum(remark.weight is Weight.MUST_FIX for remark in remarks)
    turn.tell(turn.state.requested_by, counted("notice.sent_back", count, **about(turn), who=_actor(turn)))


def remarks_given(turn: Turn, remarks: tuple[Remark, ...]) -> None:
    count = sum(remark.weight is Weight.MUST_FIX for remark in remarks)
    if count:
        turn.tell(turn.state.requested_by, counted("notice.must_fix", count, **about(turn), who=_actor(turn)))


def ended(turn: Turn, message: str) -> None:
    """The requester hears the result, and of a provisional one who checks it until when; everybody else sees the card."""
    fields = {**about(turn), "who": _actor(turn)}
    if check := turn.state.ratification:
        part = check.assignments[0]
        fields |= {"checker": turn.playbook.name(part.person), "until": Moment(part.due_at)}
        if message == "notice.approved_provisionally" and turn.state.to_fix:
            message = "notice.approved_provisionally_to_fix"
    turn.tell(turn.state.requested_by, Text(message, fields))


def extra_round_asked(turn: Turn, wanted: tuple[PersonId, ...]) -> None:
    for person in wanted:
        turn.show(person)
        turn.tell(person, Text("notice.extra_round_asked", {**about(turn), "who": _actor(turn)}))


def extra_round_refused(turn: Turn, asker: PersonId) -> None:
    turn.tell(asker, Text("notice.extra_round_refused", {**about(turn), "who": _actor(turn)}))


def _actor(turn: Turn) -> Field:
    assert turn.by is not None
    return turn.playbook.name(turn.by)
