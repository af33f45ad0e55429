"""What people say under a request, and the bridge between the two sides. Talk binds nobody and moves nothing."""

from __future__ import annotations

from bot.core.people import Team
from bot.core.playbook.model import MarketId, PersonId
from bot.core.request import events as e
from bot.core.request import notices
from bot.core.request.commands import Do
from bot.core.request.effects import Refusal, Refused
from bot.core.request.model import Request, Saying
from bot.core.request.turn import Turn
from bot.core.wording import text

MAX_SAYINGS = 500  # together with a saying's own length, what a record may grow to


def participants(request: Request) -> tuple[PersonId, ...]:
    """Everybody who has to do with a request: who asked, who was asked for anything, who has spoken. Never a creator."""
    parts = (part for step in request.steps for part in step.assignments)
    people = [request.requested_by, *(part.person for part in parts)]
    for saying in request.talk:
        people += [saying.by, *((saying.to,) if saying.to else ())]
    ask = request.extra_round_ask
    return tuple(p for p in dict.fromkeys((*people, *(ask.wanted if ask else ()))) if p != request.draft.creator_id)


def may_speak(team: Team, request: Request, person: PersonId) -> bool:
    """Also the coordinator, who keeps the whole, and the bridges, who may be pulled in by hand."""
    return person in (*participants(request), *team.coordinators()) or is_bridge(team, person)


def is_bridge(team: Team, person: PersonId) -> bool:
    roles = (team.playbook.roles[role] for role in team.playbook.bridges.values())
    return any(person == role.holder or person in role.deputies for role in roles)


def crosses_markets(team: Team, request: Request) -> bool:
    """Whether both sides have to do with it."""
    return len({team.playbook.people[person].market for person in participants(request) if person in team.playbook.people}) > 1


def bridge_for(team: Team, request: Request, person: PersonId) -> PersonId | None:
    """Whom somebody asks about the other side: their own side's bridge, or the other's where theirs is vacant."""
    own = team.playbook.people[person].market
    others = (team.playbook.people[p].market for p in participants(request) if p in team.playbook.people)
    for market in dict.fromkeys((own, *others, *team.playbook.bridges)):
        if found := _bridge_of(team, market, person):
            return found
    return None


def _bridge_of(team: Team, market: MarketId, barred: PersonId) -> PersonId | None:
    role = team.playbook.bridges.get(market)
    if role is None:
        return None
    people = (team.playbook.roles[role].holder, *team.playbook.roles[role].deputies)
    return next((p for p in people if p and team.why_not(role, p, frozenset({barred}), None) is None), None)


def say(turn: Turn, do: Do) -> Refused | None:
    if not do.text.strip() and not do.files:
        return Refused(Refusal.REASON_MISSING, text("refusal.reason_missing"))
    return _said(turn, do, None)


def ask_bridge(turn: Turn, do: Do) -> Refused | None:
    bridge = bridge_for(turn.team, turn.state, do.by)
    if bridge is None:
        return Refused(Refusal.NO_SUCH_PERSON, text("refusal.no_bridge"))
    if not do.text.strip():
        return Refused(Refusal.REASON_MISSING, text("refusal.reason_missing"))
    return _said(turn, do, bridge)


def _said(turn: Turn, do: Do, to: PersonId | None) -> Refused | None:
    if len(turn.state.talk) >= MAX_SAYINGS:
        return Refused(Refusal.TOO_LONG, text("refusal.talk_too_long", most=MAX_SAYINGS))
    turn.happen(e.Said(len(turn.state.talk) + 1, do.text.strip(), to, do.files or ()))
    notices.said(turn, turn.state.talk[-1], tuple(p for p in participants(turn.state) if p != do.by))
    return None


def translate(turn: Turn, do: Do) -> Refused | None:
    """The bridge's own words for what somebody said; a machine never stands in for the bridge."""
    saying = to_translate(turn.state, do.by, do.question)
    if saying is None:
        return Refused(Refusal.NOT_POSSIBLE, text("refusal.nothing_to_translate"))
    if not do.text.strip():
        return Refused(Refusal.REASON_MISSING, text("refusal.reason_missing"))
    turn.happen(e.Translated(saying.number, do.text.strip()))
    people = tuple(p for p in participants(turn.state) if p not in (do.by, saying.by))
    notices.translated(turn, saying, do.text.strip(), people)
    return None


def to_translate(request: Request, person: PersonId, number: int | None = None) -> Saying | None:
    """The saying that is meant: the one with that number, or the latest of somebody else that nobody has translated."""
    if number is not None:
        return next((saying for saying in request.talk if saying.number == number), None)
    return next((s for s in reversed(request.talk) if s.by != person and s.text and not s.translations), None)
