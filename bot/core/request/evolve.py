"""``evolve(state, event)``: how each event changes the state. No rule is checked here; what happened, happened."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from bot.core.playbook.model import Act
from bot.core.request import events as e
from bot.core.request.model import (
    Answer,
    Assignment,
    Correction,
    Evidence,
    ExtraRoundAsk,
    LastWord,
    Outcome,
    Question,
    Request,
    Saying,
    Status,
    StepRun,
    Translation,
)

_WITHOUT_ANSWER = frozenset({Outcome.SENT_BACK, Outcome.REJECTED})  # a step that is closed at once, without anybody's answer

# Said beside the path: nobody has acted on a decision by it.
_NO_ACT = (e.Said, e.Translated, e.EvidenceGiven)
_V = TypeVar("_V")


def changed(value: _V, /, **changes: Any) -> _V:
    """What ``dataclasses.replace`` gives, in a tenth of its time: every event makes several values anew.

    The state's values have no slots for this: a dictionary is copied at once, slots one by one. Raises ``TypeError`` for a
    field that does not exist.
    """
    made = object.__new__(type(value))
    fields = made.__dict__
    fields.update(value.__dict__)
    before = len(fields)
    fields.update(changes)
    if len(fields) != before:
        raise TypeError(f"{type(value).__name__} has no such field: {', '.join(changes)}")
    return made


def evolve(state: Request | None, event: e.Event) -> Request:
    """The state after an event. Only ``RequestOpened`` may come first."""
    fact = event.fact
    if isinstance(fact, e.RequestOpened):
        return _opened(fact, event)
    if state is None:
        raise ValueError(f"a stream of events begins with its opening, not with {fact.type}")
    after = _APPLY[type(fact)](state, event, fact)
    return changed(after, revision=state.revision + 1, last_word=_last_word(state, event))


def fold(events: Iterable[e.Event]) -> Request:
    """The state that a whole stream of events comes to. Raises ``ValueError`` for an empty one."""
    state: Request | None = None
    for event in events:
        state = evolve(state, event)
    if state is None:
        raise ValueError("no events")
    return state


def _opened(fact: e.RequestOpened, event: e.Event) -> Request:
    return Request(
        fact.id, fact.brand, fact.playbook, fact.draft, fact.requested_by, event.at, Status.OPEN, fact.round, fact.rounds,
        done_once=fact.done_once, revision=1, checklist=fact.checklist,
    )  # fmt: skip


def _last_word(before: Request, event: e.Event) -> LastWord | None:
    """The latest decision that may be taken back. Any other deed of anybody ends it."""
    word, fact = before.last_word, event.fact
    if isinstance(fact, _NO_ACT):
        return word
    if event.by is None:
        return word if word and not _went_on(word, fact) else None
    same_deed = word is not None and (word.by, word.at) == (event.by, event.at)
    if isinstance(fact, e.StepAnswered) or (isinstance(fact, e.StepClosed) and _ends_round(before, fact)):
        return LastWord(
            event.by, event.at, fact.step, len(before.steps), len(before.remarks), before.done_once, before.extra_round_ask
        )
    return word if same_deed and not isinstance(fact, e.TakenBack) else None


def _went_on(word: LastWord, fact: e.Fact) -> bool:
    """The clock changes nothing, unless a consult's time is up: the path has gone on by itself, or without the opinion."""
    if isinstance(fact, e.StepClosed):
        return fact.step == word.step
    return isinstance(fact, e.StepOpened) and not fact.local


def _ends_round(before: Request, fact: e.StepClosed) -> bool:
    """Sent back or rejected by one person. An extra round is what several have agreed on: no one of them takes that back."""
    granted = before.extra_round_ask is not None and before.extra_round_ask.step == fact.step
    return fact.outcome in _WITHOUT_ANSWER and not (granted and fact.outcome is Outcome.SENT_BACK)


def _with_step(state: Request, step: StepRun) -> Request:
    steps = tuple(step if other.number == step.number else other for other in state.steps)
    return changed(state, steps=steps)


def _with_part(state: Request, number: int, person: str, change: Callable[[Assignment], Assignment]) -> Request:
    step = state.steps[number]
    parts = tuple(change(part) if part.person == person else part for part in step.assignments)
    return _with_step(state, changed(step, assignments=parts))


def _step_opened(state: Request, event: e.Event, fact: e.StepOpened) -> Request:
    step = StepRun(
        fact.number, fact.position, fact.act, fact.round, state.text_version, fact.quorum, fact.waits, event.at, fact.assignments,
        local=fact.local,
    )  # fmt: skip
    return changed(state, steps=(*state.steps, step))


def _reminded(state: Request, event: e.Event, fact: e.Reminded) -> Request:
    return _with_part(state, fact.step, fact.person, lambda part: changed(part, reminded=True))


def _last_called(state: Request, event: e.Event, fact: e.LastCalled) -> Request:
    return _with_part(state, fact.step, fact.person, lambda part: changed(part, last_called=True))


def _handed_over(state: Request, event: e.Event, fact: e.HandedOver) -> Request:
    step = changed(state.steps[fact.step], hand_over_tried=fact.due, handed_over_at=event.at, obstacle=None)
    return _with_step(state, step)


def _hand_over_refused(state: Request, event: e.Event, fact: e.HandOverRefused) -> Request:
    return _with_step(state, changed(state.steps[fact.step], hand_over_tried=fact.due, obstacle=fact.reason))


def _at_risk(state: Request, event: e.Event, fact: e.AtRisk) -> Request:
    return _with_step(state, changed(state.steps[fact.step], at_risk=fact.reason))


def _escalated(state: Request, event: e.Event, fact: e.Escalated) -> Request:
    return _with_step(state, changed(state.steps[fact.step], escalated_at=event.at, escalate_again_at=fact.again_at))


def _escalated_again(state: Request, event: e.Event, fact: e.EscalatedAgain) -> Request:
    return _with_step(state, changed(state.steps[fact.step], escalated_again=True))


def _answered(state: Request, event: e.Event, fact: e.StepAnswered) -> Request:
    assert event.by is not None
    answer = Answer(fact.outcome, event.at, fact.text)
    state = _with_part(state, fact.step, event.by, lambda part: changed(part, answer=answer))
    ask = state.extra_round_ask
    if ask and (ask.step, ask.by) == (fact.step, event.by):
        ask = None  # they have answered after all
    return changed(state, remarks=(*state.remarks, *fact.remarks), extra_round_ask=ask)


def _closed(state: Request, event: e.Event, fact: e.StepClosed) -> Request:
    step = changed(state.steps[fact.step], closed_at=event.at, outcome=fact.outcome, closed_by=event.by)
    done = state.done_once
    if fact.outcome in (Outcome.YES, Outcome.YES_WITH_REMARKS):
        done = tuple(sorted({*done, step.position}))
    ask = state.extra_round_ask if state.extra_round_ask and state.extra_round_ask.step != fact.step else None
    return changed(_with_step(state, step), done_once=done, extra_round_ask=ask)


def _passed_on(state: Request, event: e.Event, fact: e.PassedOn | e.Reassigned) -> Request:
    return _with_part(state, fact.step, fact.person, lambda _: fact.assignment)


def _sent_back(state: Request, event: e.Event, fact: e.SentBack) -> Request:
    return changed(state, status=Status.RETURNED, remarks=(*state.remarks, *fact.remarks), extra_round_ask=None)


def _extra_asked(state: Request, event: e.Event, fact: e.ExtraRoundAsked) -> Request:
    assert event.by is not None
    return changed(state, extra_round_ask=ExtraRoundAsk(fact.step, event.by, event.at, fact.remarks, fact.wanted))


def _extra_agreed(state: Request, event: e.Event, fact: e.ExtraRoundAgreed) -> Request:
    ask = state.extra_round_ask
    assert ask is not None
    assert event.by is not None
    return changed(state, extra_round_ask=changed(ask, granted=(*ask.granted, event.by)))


def _extra_granted(state: Request, event: e.Event, fact: e.ExtraRoundGranted) -> Request:
    return changed(state, rounds=state.rounds + 1, extra_rounds=state.extra_rounds + 1)


def _extra_refused(state: Request, event: e.Event, fact: e.ExtraRoundRefused) -> Request:
    return changed(state, extra_round_ask=None)


def _asked(state: Request, event: e.Event, fact: e.QuestionAsked) -> Request:
    assert event.by is not None
    return changed(state, questions=(*state.questions, Question(fact.number, fact.step, event.by, event.at, fact.text)))


def _question_answered(state: Request, event: e.Event, fact: e.QuestionAnswered) -> Request:
    def answered(question: Question) -> Question:
        return changed(question, answer=fact.text, answered_at=event.at) if question.number == fact.number else question

    return changed(state, questions=tuple(answered(question) for question in state.questions))


def _confirmed(state: Request, event: e.Event, fact: e.RemarksConfirmed) -> Request:
    return _confirm(state, fact.numbers)


def _confirm(state: Request, numbers: tuple[int, ...]) -> Request:
    remarks = tuple(changed(r, confirmed=True) if r.number in numbers else r for r in state.remarks)
    return changed(state, remarks=remarks)


def _resubmitted(state: Request, event: e.Event, fact: e.Resubmitted) -> Request:
    files = state.draft.files if fact.files is None else fact.files
    draft = changed(state.draft, text=fact.text, links=fact.links, files=files)
    state = changed(state, draft=draft, status=Status.OPEN, round=state.round + 1, text_version=state.text_version + 1)
    return _confirm(state, fact.confirmed)


def _said(state: Request, event: e.Event, fact: e.Said) -> Request:
    assert event.by is not None
    return changed(state, talk=(*state.talk, Saying(fact.number, event.by, event.at, fact.text, fact.to, fact.files)))


def _translated(state: Request, event: e.Event, fact: e.Translated) -> Request:
    assert event.by is not None
    added = Translation(event.by, fact.text)
    talk = (changed(s, translations=(*s.translations, added)) if s.number == fact.number else s for s in state.talk)
    return changed(state, talk=tuple(talk))


def _evidence_given(state: Request, event: e.Event, fact: e.EvidenceGiven) -> Request:
    assert event.by is not None
    others = tuple(one for one in state.evidence if one.item != fact.item)
    found = Evidence(fact.item, event.by, event.at, state.text_version, fact.value, fact.file)
    return changed(state, evidence=others if fact.taken_back else (*others, found))


def _ratified(state: Request, event: e.Event, fact: e.Ratified) -> Request:
    return changed(state, remarks=(*state.remarks, *fact.remarks))


def _objected(state: Request, event: e.Event, fact: e.Objected) -> Request:
    assert event.by is not None
    correction = Correction(event.by, event.at, tuple(remark.number for remark in fact.remarks))
    return changed(state, remarks=(*state.remarks, *fact.remarks), correction=correction)


def _taken_back(state: Request, event: e.Event, fact: e.TakenBack) -> Request:
    """How things stood before, except that step numbers are never given twice: what was opened since is closed for good."""
    word = state.last_word
    assert word is not None
    steps = tuple(_step_before(state, step, word, event) for step in state.steps)
    checked = state.steps[word.step].act is Act.RATIFY
    return changed(
        state, steps=steps, remarks=state.remarks[: word.remarks], done_once=word.done_once, correction=None,
        extra_round_ask=word.extra_round_ask,
        status=state.status if checked else Status.OPEN,
        closed_at=state.closed_at if checked else None,
        reason=state.reason if checked else "",
    )  # fmt: skip


def _opened_by(state: Request, step: StepRun, word: LastWord) -> bool:
    """Whether a step is there because of the decision. A hand-over since then of a step that was open before is not."""
    if not step.local or step.number < word.steps:
        return step.number >= word.steps
    return max(s.number for s in state.steps[: step.number] if s.handed_over_at == step.opened_at) >= word.steps


def _step_before(state: Request, step: StepRun, word: LastWord, event: e.Event) -> StepRun:
    if _opened_by(state, step, word):
        return changed(step, closed_at=event.at, closed_by=event.by, outcome=Outcome.TAKEN_BACK)
    if step.number == word.step:
        parts = tuple(changed(p, answer=None) if p.person == word.by else p for p in step.assignments)
        step = changed(step, assignments=parts)
    # The step that was decided, and those that ended with it; another decision in the same instant is not meant.
    ended = step.number == word.step or step.outcome is Outcome.OVERTAKEN
    if ended and step.closed_by == word.by and step.closed_at == word.at:
        return changed(step, closed_at=None, closed_by=None, outcome=None)
    return step


def _approved(state: Request, event: e.Event, fact: e.Approved) -> Request:
    return changed(state, status=Status.APPROVED, closed_at=event.at, extra_round_ask=None)


def _rejected(state: Request, event: e.Event, fact: e.Rejected) -> Request:
    return changed(state, status=Status.REJECTED, reason=fact.reason, closed_at=event.at, extra_round_ask=None)


def _withdrawn(state: Request, event: e.Event, fact: e.Withdrawn) -> Request:
    return changed(state, status=Status.WITHDRAWN, reason=fact.reason, closed_at=event.at, extra_round_ask=None)


# Any: each function takes its own kind of fact, and the key says which; the type checker cannot follow that.
_APPLY: dict[type, Callable[[Request, e.Event, Any], Request]] = {
    e.StepOpened: _step_opened,
    e.Reminded: _reminded,
    e.LastCalled: _last_called,
    e.HandedOver: _handed_over,
    e.HandOverRefused: _hand_over_refused,
    e.AtRisk: _at_risk,
    e.Escalated: _escalated,
    e.EscalatedAgain: _escalated_again,
    e.StepAnswered: _answered,
    e.StepClosed: _closed,
    e.PassedOn: _passed_on,
    e.Reassigned: _passed_on,
    e.SentBack: _sent_back,
    e.ExtraRoundAsked: _extra_asked,
    e.ExtraRoundAgreed: _extra_agreed,
    e.ExtraRoundGranted: _extra_granted,
    e.ExtraRoundRefused: _extra_refused,
    e.QuestionAsked: _asked,
    e.QuestionAnswered: _question_answered,
    e.RemarksConfirmed: _confirmed,
    e.Resubmitted: _resubmitted,
    e.Said: _said,
    e.Translated: _translated,
    e.EvidenceGiven: _evidence_given,
    e.Ratified: _ratified,
    e.Objected: _objected,
    e.TakenBack: _taken_back,
    e.Approved: _approved,
    e.Rejected: _rejected,
    e.Withdrawn: _withdrawn,
}
