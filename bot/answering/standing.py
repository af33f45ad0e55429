"""How a request stands, in a sentence or two: the round, whom it waits for, and an honest time. Nobody's remarks, no sums.

The same words go to the team and to creators; only what is promised and the details differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.core import card_facts
from bot.core.contacts import decides
from bot.core.people import Team, Via
from bot.core.playbook.model import PersonId
from bot.core.request.deadlines import late_at
from bot.core.request.handover import authority, local_choice, next_attempt, obstacle
from bot.core.request.model import Request, Status, StepRun
from bot.core.request.risk import expected_end
from bot.core.wording import Field, Listed, Localized, Moment, Text, text

_TOLD = frozenset(
    {"fact.deadline", "fact.at_risk", "fact.handed_over", "fact.plan", "fact.check", "fact.requester", "fact.needed_by",
     "fact.round", "fact.path"}
)  # fmt: skip

_TITLE = 60


def line(request: Request, team: Team, asker: PersonId, now: datetime, *, to_creator: bool) -> Text:
    """A request with its title, how it stands and what follows."""
    said = parts(request, team, asker, now, to_creator=to_creator)
    message = "ask.request" if len(said) == 1 else "ask.request.next"
    fields: dict[str, Field] = {"id": request.id, "title": _short(request.draft.title), "state": said[0]}
    return Text(message, fields if len(said) == 1 else {**fields, "then": said[1]})


def _short(title: str) -> str:
    """A title as it stands in a list, where the time after it matters more than its end."""
    return title if len(title) <= _TITLE else f"{title[: _TITLE - 1].rstrip()}…"


def parts(request: Request, team: Team, asker: PersonId, now: datetime, *, to_creator: bool) -> tuple[Text, ...]:
    """How it stands, and where something can be said about it, what follows."""
    return (state(request, team, asker), *_next(request, team, now, to_creator=to_creator))


def state(request: Request, team: Team, asker: PersonId) -> Text:
    """Where it is, and with whom."""
    if request.status is Status.RETURNED:
        return _returned(request, team, asker)
    if request.status is Status.OPEN:
        return _open(request, team)
    if request.status is Status.WITHDRAWN:
        return text("ask.state.withdrawn", when=_closed(request))
    return _decided(request, team)


def _rounds(request: Request) -> dict[str, Field]:
    return {"round": request.round, "rounds": request.rounds}


def _returned(request: Request, team: Team, asker: PersonId) -> Text:
    """Changes are to be made: by whoever handed the text in."""
    fields = {**_rounds(request), "who": team.playbook.name(request.requested_by)}
    if asker == request.requested_by:
        return Text("ask.state.yours", fields)
    return Text("ask.state.yours.creator" if asker == request.author else "ask.state.returned", fields)


def _open(request: Request, team: Team) -> Text:
    fields, main, local = _rounds(request), request.main_step, request.local_step
    if ask := request.extra_round_ask:
        wanted = tuple(person for person in ask.wanted if person not in ask.granted)
        return Text("ask.state.extra_round", {**fields, "who": _names(team, wanted)})
    steps = [step for step in (local, main) if step] or list(request.open_steps[:1])
    people = tuple(dict.fromkeys(part.person for step in steps for part in step.waiting))
    if local:
        return Text("ask.state.handed_over", {**fields, "who": _names(team, people, "or")})
    return Text("ask.state.gap" if _is_gap(request) else "ask.state.waits", {**fields, "who": _names(team, people)})


def _is_gap(request: Request) -> bool:
    """Whether nobody has the step who could decide: then no time can be promised."""
    step = request.local_step or request.main_step
    return step is not None and bool(step.waiting) and all(part.via is Via.GAP for part in step.waiting)


def _decided(request: Request, team: Team) -> Text:
    who, local, check = decides(request), request.local_decision, request.ratification
    fields: dict[str, Field] = {"who": _names(team, (who,) if who else ()), "when": _closed(request)}
    approved = request.status is Status.APPROVED
    if not (request.is_provisional and local and check):
        return Text("ask.state.approved" if approved else "ask.state.rejected", fields)
    checkers = tuple(part.person for part in check.waiting)
    fields |= {"checker": _names(team, checkers), "until": Moment(max(part.due_at for part in check.waiting))}
    return Text("ask.state.approved.provisional" if approved else "ask.state.rejected.provisional", fields)


def _closed(request: Request) -> Moment:
    return Moment(request.closed_at or request.opened_at)


def _names(team: Team, people: tuple[PersonId, ...], style: str = "and") -> Listed:
    return Listed(tuple(team.playbook.name(person) for person in people), "or" if style == "or" else "and")


def _next(request: Request, team: Team, now: datetime, *, to_creator: bool) -> Iterator[Text]:
    """What can honestly be said about what follows; nothing where nobody knows."""
    if request.status is Status.APPROVED and (request.to_fix or request.to_correct):
        yield text("ask.next.to_fix", who=team.playbook.name(request.requested_by))
    if request.status is not Status.OPEN or request.extra_round_ask or request.main_step is None or _is_gap(request):
        return
    needed_by, expected = request.draft.needed_by, expected_at(request, team, now)
    if expected is None:
        yield _late(request, team, now)
    elif needed_by and now < needed_by < expected:
        message = "ask.next.hear.after_deadline" if to_creator else "ask.next.expected.after_deadline"
        yield text(message, when=Moment(expected), needed_by=Moment(needed_by))
    else:
        yield text("ask.next.hear" if to_creator else "ask.next.expected", when=Moment(expected))


def expected_at(request: Request, team: Team, now: datetime) -> datetime | None:
    """By when there is an answer if everybody takes the time they have; ``None`` when that time is over.

    After a hand-over, or when one is planned, the first of two answers counts.
    """
    main, local = request.main_step, request.local_step
    if main is None:
        return None
    ends = [late_at(local)] if local else []
    if (late := late_at(main)) and late > now:  # a step that is late already tells nothing about the steps after it
        ends.append(expected_end(team, request, main))
    if local is None and (planned := _planned(request, team, main)):
        ends.append(planned)
    return min((end for end in ends if end and end > now), default=None)


def _planned(request: Request, team: Team, main: StepRun) -> datetime | None:
    """When the local authority would have answered, if the step is to be handed to somebody."""
    right, at = authority(team.playbook, request.draft), next_attempt(team, request, main)
    if right is None or at is None or obstacle(team, request, at):
        return None
    choice = local_choice(team, request, right, at)
    return None if choice.via is Via.GAP else team.windows(choice.person).add(at, right.within)


def _late(request: Request, team: Team, now: datetime) -> Text:
    """It is late, and said so: since when, and from when whoever must answer is at work."""
    waiting = [part for step in (request.local_step, request.main_step) if step for part in step.waiting]
    due, back = Moment(max(part.due_at for part in waiting)), min(team.opening(part.person, now) for part in waiting)
    return text("ask.next.late", due=due) if back <= now else text("ask.next.late.closed", due=due, back=Moment(back))


def details(request: Request, team: Team, reader: PersonId, now: datetime) -> Iterator[Text]:
    """For the team: people, round, deadlines and the path, as they stand on the card."""
    known = reader if reader in team.playbook.people else request.requested_by
    step = request.local_step or request.main_step or request.ratification
    for fact in card_facts.facts(request, team, known, step, now):
        if fact.label.id in _TOLD:
            yield text("ask.fact", label=fact.label, value=fact.value)


def steps(request: Request, team: Team) -> Iterator[Text]:
    """For creators: how far along the path it is, and their own deadline."""
    path = team.playbook.decisions[request.draft.kind].path_for(request.draft.market)
    if request.main_step and path:
        yield text("ask.step", step=request.main_step.position + 1, steps=len(path.steps))
    if request.draft.needed_by:
        yield text("ask.fact", label=text("fact.needed_by"), value=Moment(request.draft.needed_by))


def title(request: Request, team: Team) -> Text:
    """What a request is, above how it stands."""
    market, kind = team.playbook.markets[request.draft.market], team.playbook.decisions[request.draft.kind]
    return text("ask.one", id=request.id, title=request.draft.title, kind=Localized(kind.title), market=Localized(market.title))
