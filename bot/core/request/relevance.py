"""Whether what was held for somebody's morning still matters when the morning comes. Noise is what people mute a bot for."""

from __future__ import annotations

from bot.core.playbook.model import PersonId
from bot.core.request.model import Request, Status

_ASKS = ("notice.your_turn.", "notice.reminder", "notice.last_call")
_WARNS = ("notice.escalation",)
# What is said when a request ends is not said when the end was taken back in the meantime.
_ENDS = {"notice.approved": Status.APPROVED, "notice.rejected": Status.REJECTED, "notice.sent_back": Status.RETURNED}


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
        return any(step.escalated_at and step.waiting for step in request.open_steps)
    if message_id in ("notice.at_risk", "notice.handed_over"):
        return request.status is Status.OPEN
    if message_id == "notice.right_paused":
        return request.is_provisional
    wanted = next((status for start, status in _ENDS.items() if message_id.startswith(start)), request.status)
    return wanted is request.status


def _is_asked(request: Request, person: PersonId) -> bool:
    return any(part.person == person for step in request.open_steps for part in step.waiting)
