"""Whether what was held for somebody's morning still matters when the morning comes. Noise is what people mute a bot for."""

from __future__ import annotations

from collections.abc import Callable

from bot.core.playbook.model import PersonId
from bot.core.request.model import Question, Request, Saying, Status

_ASKS = ("notice.your_turn.", "notice.reminder", "notice.last_call")
_WARNS = ("notice.escalation",)
# What is said when a request ends is not said when the end was taken back in the meantime.
_ENDS = {"notice.approved": Status.APPROVED, "notice.rejected": Status.REJECTED, "notice.sent_back": Status.RETURNED}
# Nor is what a decision brought that is taken back while the message is held.
_TAKEN_BACK: dict[str, Callable[[Request], bool]] = {
    "notice.must_fix": lambda request: bool(request.to_fix),
    "notice.ratified": lambda request: request.ratification is not None and not request.is_provisional,
    "notice.objected": lambda request: request.correction is not None,
}


def asked_of(request: Request) -> frozenset[PersonId]:
    """Everybody from whom something is awaited: an answer to a step, to an extra round, to remarks, to a question."""
    people = {part.person for step in request.steps if step.is_open for part in step.waiting}
    if ask := request.extra_round_ask:
        people |= {*ask.wanted} - {*ask.granted}
    if request.status is Status.RETURNED or request.to_correct or open_questions(request):
        people.add(request.requested_by)
    if request.talk:
        people |= {saying.to for saying in bridge_questions(request) if saying.to}
    return frozenset(people)


def open_questions(request: Request) -> tuple[Question, ...]:
    """Questions that still wait for their answer: once the request has ended, only those of its check."""
    if not request.questions:
        return ()
    waiting = (question for question in request.questions if question.answer is None)
    return tuple(q for q in waiting if request.status is Status.OPEN or request.steps[q.step].is_open)


def bridge_questions(request: Request) -> tuple[Saying, ...]:
    """What was asked of a bridge who has said nothing since; over with the request."""
    if request.status not in (Status.OPEN, Status.RETURNED):
        return ()
    return tuple(saying for saying in request.talk if saying.to and not _answered(request, saying))


def _answered(request: Request, asked: Saying) -> bool:
    if any(translation.by == asked.to for translation in asked.translations):
        return True
    return any(saying.by == asked.to for saying in request.talk if saying.number > asked.number)


def wants_card(request: Request, person: PersonId) -> bool:
    """Whether somebody without a card should still get one: the requester always, others only with something to do."""
    return person == request.requested_by or person in asked_of(request)


def wants_message(request: Request, person: PersonId, message_id: str) -> bool:
    """Whether a message still says something true and useful: no "your turn" after the answer, no "overdue" after the end."""
    if message_id.startswith(_ASKS):
        return _is_asked(request, person)
    if message_id.startswith(_WARNS):
        return any(step.escalated_at and step.waiting for step in request.open_steps)
    if message_id in ("notice.at_risk", "notice.handed_over"):
        return request.status is Status.OPEN
    if message_id == "notice.right_paused":
        return request.is_provisional
    if message_id.startswith(tuple(_TAKEN_BACK)):
        return next(there(request) for start, there in _TAKEN_BACK.items() if message_id.startswith(start))
    wanted = next((status for start, status in _ENDS.items() if message_id.startswith(start)), request.status)
    return wanted is request.status


def _is_asked(request: Request, person: PersonId) -> bool:
    return any(part.person == person for step in request.open_steps for part in step.waiting)
