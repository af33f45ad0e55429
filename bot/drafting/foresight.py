"""What would happen to a request if it were sent now. The same ``decide`` as the live bot; nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.core.people import Chosen, Team, Via
from bot.core.playbook.model import Act, ChecklistItem, Path, PersonId, Step
from bot.core.request import checklist, decide
from bot.core.request.commands import Open
from bot.core.request.deadlines import late_at, time_up_at
from bot.core.request.effects import Refused
from bot.core.request.handover import Obstacle, authority, local_choice, next_attempt, obstacle, why_not
from bot.core.request.model import Draft, Request, RequestId, StepRun
from bot.core.request.risk import expected_end
from bot.core.wording import Listed, Localized, Moment, Text, counted, text

_PROBE = RequestId("probe")


@dataclass(frozen=True, slots=True)
class Stop:
    """A step of the path: whose it would be now, and by when they answer if everybody before takes their full time.

    ``holds_up`` is false for an opinion that nobody waits for.
    """

    act: Act
    people: tuple[Chosen, ...]
    answer_by: datetime
    holds_up: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """When nobody has answered by then, somebody else may decide."""

    at: datetime
    person: PersonId


@dataclass(frozen=True, slots=True)
class Foresight:
    """``yours`` says that whoever asks holds the only say themselves. ``fits`` is empty without a deadline; ``risk`` is why
    nobody else could decide in time."""

    request: Request
    stops: tuple[Stop, ...]
    hear_by: datetime | None
    yours: bool
    fits: bool | None
    plan: Plan | None
    risk: Obstacle | None
    checklist: tuple[ChecklistItem, ...]


def foresee(team: Team, by: PersonId, draft: Draft, now: datetime) -> Foresight | Refused:
    """What sending the draft would bring, or why it cannot be sent."""
    outcome = decide(None, Open(_PROBE, by, draft, "", checked=True), team, now)
    if isinstance(outcome, Refused):
        return outcome
    request, path = outcome.state, team.playbook.decisions[draft.kind].path_for(draft.market)
    assert path is not None
    main = request.main_step
    hear_by = expected_end(team, request, main) if main else None
    fits = hear_by <= draft.needed_by if hear_by and draft.needed_by else None
    plan = _plan(team, request)
    risk = _risk(team, request, now) if fits is False and plan is None else None
    return Foresight(
        request, tuple(_stops(team, request, path, now)), hear_by, _is_own(team, path, request.author), fits, plan, risk,
        checklist.items(team.playbook, request),
    )  # fmt: skip


def _stops(team: Team, request: Request, path: Path, now: datetime) -> Iterator[Stop]:
    runs = {run.position: run for run in request.steps if run.on_path}
    since = now
    for position, step in enumerate(path.steps):
        holds_up = step.act is not Act.CONSULT or step.waits
        stop = _begun(runs[position], now) if position in runs else _later(team, request, step, now, since)
        since = stop.answer_by if holds_up else since
        yield stop


def _begun(run: StepRun, now: datetime) -> Stop:
    """A step that opens at once."""
    people = tuple(Chosen(part.person, part.via, part.on_behalf_of, part.reason) for part in run.assignments)
    consult = run.act is Act.CONSULT
    answer_by = (time_up_at(run) if consult and not run.waits else late_at(run)) or now
    return Stop(run.act, people, answer_by, not consult or run.waits)


def _later(team: Team, request: Request, step: Step, now: datetime, since: datetime) -> Stop:
    """A step that is still to come: named by whom it would go to now, timed by who has it then."""
    people = {found.person: found for role in step.who.roles if (found := team.choose(role, request.author, now))}
    then = (team.choose(role, request.author, since).person for role in step.who.roles)
    ends = sorted(team.windows(person).add(since, step.within) for person in then)
    return Stop(step.act, tuple(people.values()), ends[step.who.quorum - 1], step.act is not Act.CONSULT or step.waits)


def _is_own(team: Team, path: Path, by: PersonId) -> bool:
    """Whether nobody but ``by`` has a say in it: they hold the only role that decides, and nobody reviews before."""
    acts = [step for step in path.steps if step.act is not Act.CONSULT]
    roles = acts[0].who.roles if len(acts) == 1 and acts[0].act is Act.DECIDE else ()
    return len(roles) == 1 and team.playbook.roles[roles[0]].holder == by


def _plan(team: Team, request: Request) -> Plan | None:
    """To whom it would be handed over, and when; at once where it is late already."""
    if local := request.local_step:
        return Plan(local.opened_at, local.assignments[0].person) if local.assignments[0].via is not Via.GAP else None
    main, right = request.main_step, authority(team.playbook, request.draft)
    planned = next_attempt(team, request, main) if main and right else None
    if right is None or planned is None or obstacle(team, request, planned):
        return None
    choice = local_choice(team, request, right, planned)
    return Plan(planned, choice.person) if choice.via is not Via.GAP else None


def _risk(team: Team, request: Request, now: datetime) -> Obstacle:
    main = request.main_step
    if main and main.at_risk:
        return Obstacle(main.at_risk)
    planned = next_attempt(team, request, main) if main else None
    return obstacle(team, request, planned or now) or Obstacle.NOBODY


def words(found: Foresight, team: Team) -> tuple[Text, ...]:
    """The preview as lines. A creator hears who looks at it, how many rounds there are and by when they hear; no more."""
    if found.request.draft.by_creator:
        return tuple(_for_creator(found, team))
    return (*_approval(found, team), *_path(found, team), *_deadline(found, team), *_checklist(found))


def _for_creator(found: Foresight, team: Team) -> Iterator[Text]:
    people = dict.fromkeys(one.person for stop in found.stops for one in stop.people)
    yield text("foresee.creator.looks", who=Listed(tuple(team.playbook.name(person) for person in people)))
    yield counted("foresee.rounds", found.request.rounds)
    if found.hear_by:
        yield text("foresee.creator.hear_by", when=Moment(found.hear_by))
    if found.fits is False and found.request.draft.needed_by:
        yield text("foresee.late", needed_by=Moment(found.request.draft.needed_by))


def _approval(found: Foresight, team: Team) -> Iterator[Text]:
    """Whether anybody has to approve it at all, and how far the playbook lets one go."""
    draft, book = found.request.draft, team.playbook
    kind = book.decisions[draft.kind]
    if found.yours:
        decider = next(one for stop in found.stops if stop.act is Act.DECIDE for one in stop.people)
        message = "foresee.yours.gap" if decider.via is Via.GAP else "foresee.yours"
        market = Localized(book.markets[draft.market].title)
        yield text(message, kind=Localized(kind.title), market=market, who=book.name(decider.person))
    fixed = kind.flexibility == "fixed"
    yield text("foresee.note.fixed" if fixed else "foresee.note.flexible", note=Localized(kind.note))


def _path(found: Foresight, team: Team) -> Iterator[Text]:
    for number, stop in enumerate(found.stops, 1):
        who = Listed(tuple(_person(team, one) for one in stop.people))
        message = "foresee.step" if stop.holds_up else "foresee.step.beside"
        yield text(message, n=number, act=text(f"act.{stop.act}"), who=who, when=Moment(stop.answer_by))
    if found.hear_by:
        yield text("foresee.hear_by", when=Moment(found.hear_by))
    yield counted("foresee.rounds", found.request.rounds)


def _person(team: Team, one: Chosen) -> Text | Localized:
    """Somebody, and as whom if it is not as the holder."""
    who, book = team.playbook.name(one.person), team.playbook
    if one.via is Via.GAP:
        return text("foresee.who.gap", who=who)
    if one.on_behalf_of:
        return text("foresee.who.deputy", who=who, holder=book.name(one.on_behalf_of))
    return who


def _deadline(found: Foresight, team: Team) -> Iterator[Text]:
    needed_by = found.request.draft.needed_by
    if needed_by is None or found.fits is None:
        return
    yield text("foresee.fits" if found.fits else "foresee.late", needed_by=Moment(needed_by))
    if found.plan:
        who = team.playbook.name(found.plan.person)
        at_once = found.plan.at <= found.request.opened_at
        yield text("foresee.plan.at_once" if at_once else "foresee.plan", when=Moment(found.plan.at), who=who)
    elif found.risk:
        yield text("foresee.risk", why=why_not(team.playbook, found.request.draft, found.risk))


def _checklist(found: Foresight) -> Iterator[Text]:
    if not found.checklist:
        return
    yield counted("foresee.checklist", len(found.checklist))
    for item in found.checklist:
        yield text("foresee.item.needed" if item.blocking else "foresee.item.wanted", item=Localized(item.text))
