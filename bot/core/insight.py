"""Numbers about the coordination itself, counted from events; nothing is stored twice, nobody is ranked.

So far: what local authority brought, per market. Everything is counted at its own instant within ``[since, until)``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.playbook.model import MarketId, RoleId
from bot.core.request import events as e
from bot.core.request.evolve import evolve
from bot.core.request.model import Request, Status


@dataclass(frozen=True, slots=True)
class LocalAuthority:
    """How one market's right to decide locally was used. ``unchecked`` is the debt at ``until``, not of the period alone."""

    market: MarketId
    handed_over: int = 0
    provisional: int = 0
    ratified: int = 0
    objected: int = 0
    at_risk: int = 0
    unchecked: int = 0
    to_correct: int = 0


@dataclass(frozen=True, slots=True)
class LastTalk:
    """A direct line: how long its two roles may be silent, in days, and how long they have been; ``None`` for never."""

    between: tuple[RoleId, RoleId]
    at_most: int
    silent: int | None


@dataclass(frozen=True, slots=True)
class Coordination:
    """A brand's numbers for a period. ``messages`` are the bot's own, cards counted once a reader.

    ``unanswered`` is how many questions the bot did not understand: questions that nobody owns yet. ``direct_lines`` say
    when the two roles of each last talked.
    """

    decided: int
    taken_back: int
    reassigned: int
    messages: int
    local: tuple[LocalAuthority, ...]
    unanswered: int = 0
    direct_lines: tuple[LastTalk, ...] = ()

    @property
    def messages_per_decision(self) -> float | None:
        """``None`` where nothing was decided: no number is better than a wrong one."""
        return round(self.messages / self.decided, 1) if self.decided else None


_DECIDED = (Status.APPROVED, Status.REJECTED)
_COUNTED: dict[type, str] = {
    e.HandedOver: "handed_over", e.Ratified: "ratified", e.Objected: "objected", e.AtRisk: "at_risk",
}  # fmt: skip


def coordination(
    streams: Iterable[Sequence[e.Event]], markets: Sequence[MarketId], since: datetime, until: datetime, messages: int
) -> Coordination:
    """The numbers of a period. Raises ``ValueError`` for an empty stream of events."""
    local = {market: LocalAuthority(market) for market in markets}
    decided = taken_back = reassigned = 0
    for stream in streams:
        state = _until(stream, until)
        if state is None:
            continue
        facts = [event.fact for event in stream if since <= event.at < until]
        decided += state.status in _DECIDED and state.closed_at is not None and since <= state.closed_at
        taken_back += sum(isinstance(fact, e.TakenBack) for fact in facts)
        reassigned += sum(isinstance(fact, e.Reassigned | e.PassedOn) for fact in facts)
        local[state.draft.market] = _added(local[state.draft.market], state, facts)
    return Coordination(decided, taken_back, reassigned, messages, tuple(local.values()))


def _until(stream: Sequence[e.Event], until: datetime) -> Request | None:
    state: Request | None = None
    for event in stream:
        if event.at < until:
            state = evolve(state, event)
    return state


def _added(found: LocalAuthority, state: Request, facts: Sequence[e.Fact]) -> LocalAuthority:
    counts = {name: getattr(found, name) for name in (*_COUNTED.values(), "provisional")}
    for fact in facts:
        if name := _COUNTED.get(type(fact)):
            counts[name] += 1
        counts["provisional"] += isinstance(fact, e.Approved | e.Rejected) and fact.provisional
        # A decision that was taken back was none.
        counts["provisional"] -= isinstance(fact, e.TakenBack) and state.steps[fact.step].local
    return replace(
        found, **counts, unchecked=found.unchecked + state.is_provisional, to_correct=found.to_correct + len(state.to_correct)
    )
