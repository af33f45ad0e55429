"""A campaign in several markets: a request for each, and one gate that opens when all of them are approved (rule 21)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.playbook.model import MarketId, PersonId
from bot.core.request.model import Request, RequestId, Status


@dataclass(frozen=True, slots=True)
class Track:
    """One market's request, as the other side needs to know it. ``waits_for`` is empty once it is decided.

    ``provisional`` is an approval that is still to be checked.
    """

    market: MarketId
    request: RequestId
    status: Status
    provisional: bool
    waits_for: tuple[PersonId, ...]


def tracks(requests: Sequence[Request]) -> tuple[Track, ...]:
    return tuple(
        Track(r.draft.market, r.id, r.status, r.status is Status.APPROVED and r.is_provisional, _waits_for(r)) for r in requests
    )


def is_open(found: Sequence[Track]) -> bool:
    """Whether the launch may go ahead. A provisional approval counts: that is what it is for."""
    return bool(found) and all(track.status is Status.APPROVED for track in found)


def missing(found: Sequence[Track]) -> tuple[Track, ...]:
    """The tracks the launch waits for."""
    return tuple(track for track in found if track.status is not Status.APPROVED)


def _waits_for(request: Request) -> tuple[PersonId, ...]:
    if request.status is Status.RETURNED:
        return (request.requested_by,)
    steps = (step for step in (request.local_step, request.main_step) if step and request.status is Status.OPEN)
    return tuple(dict.fromkeys(part.person for step in steps for part in step.waiting))
