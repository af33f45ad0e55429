"""Pairs of roles that must keep talking without anybody between them: which of them a deed has just joined."""

from __future__ import annotations

from bot.core.playbook.model import DirectLine, PersonId, Playbook, RoleId
from bot.core.request import events as e
from bot.core.request.model import Request
from bot.core.request.talk import participants

_SPOKEN = (e.Said, e.QuestionAsked, e.QuestionAnswered)


def joined(playbook: Playbook, request: Request, event: e.Event) -> tuple[DirectLine, ...]:
    """The lines whose two sides this event has brought together: one of them spoke, and it went to the other.

    A translation or a coordinator's words join nobody: that somebody stands between is what a direct line is against.
    """
    if event.by is None or not isinstance(event.fact, _SPOKEN):
        return ()
    heard = _heard_by(request, event)
    return tuple(line for line in playbook.direct_lines if _joins(playbook, line, event.by, heard))


def _heard_by(request: Request, event: e.Event) -> tuple[PersonId, ...]:
    match event.fact:
        case e.QuestionAsked():
            return (request.requested_by,)
        case e.QuestionAnswered(number):
            return tuple(question.by for question in request.questions if question.number == number)
        case e.Said(to=str(bridge)):
            return (bridge,)
        case _:
            return participants(request)


def _joins(playbook: Playbook, line: DirectLine, speaker: PersonId, heard: tuple[PersonId, ...]) -> bool:
    first, second = (_people(playbook, role) for role in line.between)
    return any(
        speaker in ours and any(person in theirs for person in heard if person != speaker)
        for ours, theirs in ((first, second), (second, first))
    )


def _people(playbook: Playbook, role: RoleId) -> frozenset[PersonId]:
    """Whoever stands for a role: its holder, or a deputy who acts for them."""
    found = playbook.roles[role]
    return frozenset(person for person in (found.holder, *found.deputies) if person)
