"""Who is who for a creator and for a request: derived from the playbook, never written down twice (rule 24)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.playbook.model import Act, MarketId, PersonId, Playbook, RoleId
from bot.core.request.model import Outcome, Request, Status, StepRun


@dataclass(frozen=True, slots=True)
class Contacts:
    """People by what a creator needs them for. Empty where the playbook names nobody."""

    main: PersonId | None
    deputy: PersonId | None
    creative_feedback: tuple[PersonId, ...]
    final_content: PersonId | None
    final_contract: PersonId | None
    this_request: PersonId | None


def contacts(playbook: Playbook, market: MarketId, request: Request | None = None) -> Contacts:
    """The contacts of a market's creators, and for one request who decides it now, or who decided."""
    role = playbook.creators.main_contact.get(market)
    main = _holder(playbook, role)
    deputies = playbook.roles[role].deputies if role else []
    return Contacts(
        main=main,
        deputy=next((deputy for deputy in deputies if deputy != main), None),
        creative_feedback=_creative(playbook, market),
        final_content=_final(playbook, playbook.creators.content_kind, market),
        final_contract=_final(playbook, playbook.creators.contract_kind, market),
        this_request=decides(request) if request else None,
    )


def decides(request: Request) -> PersonId | None:
    """Who decides a request now; once it has ended, who decided it. Nobody decided what was withdrawn."""
    if request.status is Status.WITHDRAWN:
        return None
    if request.status is Status.OPEN:
        # After a hand-over the local authority is who can be reached; the owner's answer would count as well.
        step = request.local_step or request.main_step or next(iter(request.open_steps), None)
        if step and step.waiting:
            return step.waiting[0].person
    return next((step.closed_by for step in reversed(request.steps) if step.closed_by and _decided(step)), None)


def _decided(step: StepRun) -> bool:
    return step.act is not Act.RATIFY and step.outcome not in (Outcome.TAKEN_BACK, Outcome.OVERTAKEN)


def _holder(playbook: Playbook, role: RoleId | None) -> PersonId | None:
    """The holder, or for a vacant role the first deputy."""
    if role is None:
        return None
    found = playbook.roles[role]
    return found.holder or next(iter(found.deputies), None)


def _owners(playbook: Playbook, kind: str, market: MarketId, acts: frozenset[Act]) -> tuple[PersonId, ...]:
    path = playbook.decisions[kind].path_for(market)
    roles = (role for step in (path.steps if path else ()) if step.act in acts for role in step.who.roles)
    return tuple(person for role in roles if (person := _holder(playbook, role)))


def _creative(playbook: Playbook, market: MarketId) -> tuple[PersonId, ...]:
    answering = frozenset({Act.REVIEW, Act.DECIDE})
    people = (p for kind in playbook.creators.creative_kinds for p in _owners(playbook, kind, market, answering))
    return tuple(dict.fromkeys(people))


def _final(playbook: Playbook, kind: str | None, market: MarketId) -> PersonId | None:
    return next(iter(_owners(playbook, kind, market, frozenset({Act.DECIDE}))), None) if kind else None
