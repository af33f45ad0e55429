"""Whether what was held for somebody's morning still matters when the morning comes. Noise is what people mute a bot for."""

from __future__ import annotations

from bot.core.playbook.model import PersonId
from bot.core.request.model import Request, Status

_ASKS = ("notice.your_turn.", "notice.reminder")
_WARNS = ("notice.escalation",)


def wants_card(request: Request, person: PersonId) -> bool:
    """Whether somebody without a card should still get one: the requester always, others only with something to do."""
    ask = request.extra_round_ask
    granting = ask is not None and person in ask.wanted and person not in ask.granted
    return person == request.requested_by or granting or _is_asked(request, person)


def wants_message(request: Request, person: PersonId, message_id: str) -> bool:
    """Whether a message still says something true and useful: no "your turn" after the answer, no "overdue" after the end."""
    if message_id.startswith(_ASKS):
        return _is_asked(request, person)
    if message_id.startswith(_WARNS):
        return request.status is Status.OPEN and any(step.escalated_at and step.waiting for step in request.open_steps)
    return True


def _is_asked(request: Request, person: PersonId) -> bool:
    return any(part.person == person for step in request.open_steps for part in step.waiting)
