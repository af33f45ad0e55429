"""A creator's deadline: the two moments that follow from it, and the limits of the local authority (rules 14 to 18).

All instants are absolute; every amount of time is working time of the person it is about. ``O`` and ``H`` are the rules'
own names: O is the owner's last chance, H the latest instant that leaves the local authority enough time.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.core.people import Chosen, Team, Via
from bot.core.playbook.model import LocalAuthority, PersonId, Playbook
from bot.core.request.model import Assignment, Draft, Request, StepRun
from bot.core.request.owners import successor
from bot.core.wording import Localized, Moment, Text, text

_NO_TIME = timedelta(0)


class Obstacle(StrEnum):
    """Why the local authority may not decide."""

    NO_AUTHORITY = "no_authority"
    AMOUNT = "amount"
    PER_WEEK = "per_week"
    DEBT = "debt"
    NOBODY = "nobody"
    TOO_LATE = "too_late"


def authority(playbook: Playbook, draft: Draft) -> LocalAuthority | None:
    """What the playbook lets the request's market decide by itself, if anything."""
    return playbook.decisions[draft.kind].local_authority.get(draft.market)


def used_up(team: Team, draft: Draft, at: datetime) -> Obstacle | None:
    """Whether the right is used up: this ISO week's number in the market's own calendar, or the debt."""
    right = authority(team.playbook, draft)
    if right is None:
        return Obstacle.NO_AUTHORITY
    if team.uses.unchecked >= right.open_at_most:
        return Obstacle.DEBT
    if len(team.uses.decided) < right.per_week:
        return None
    zone = ZoneInfo(team.playbook.markets[draft.market].timezone)
    week = at.astimezone(zone).isocalendar()[:2]
    this_week = sum(used.astimezone(zone).isocalendar()[:2] == week for used in team.uses.decided)
    return Obstacle.PER_WEEK if this_week >= right.per_week else None


def obstacle(team: Team, request: Request, at: datetime) -> Obstacle | None:
    """Why the request may not be handed over at an instant; ``None`` when it may."""
    draft = request.draft
    right = authority(team.playbook, draft)
    if right is None:
        return Obstacle.NO_AUTHORITY
    if draft.amount and draft.amount.amount > right.up_to.amount:
        return Obstacle.AMOUNT
    if used := used_up(team, draft, at):
        return used
    if draft.needed_by is not None and at >= draft.needed_by:
        return Obstacle.TOO_LATE
    return Obstacle.NOBODY if _is_asked(request, local_choice(team, request, right, at)) else None


def _is_asked(request: Request, choice: Chosen) -> bool:
    """A coordinator who has the step as a gap already gains nothing from having it twice."""
    return choice.via is Via.GAP and any(step.part_of(choice.person) for step in request.open_steps)


def local_choice(team: Team, request: Request, right: LocalAuthority, since: datetime) -> Chosen:
    """Who is handed the decision: the first of the role's people with enough working time left before the deadline.

    If nobody has enough, the first who has any; if all of them are closed, away or gone, the coordinator, as a gap.
    """
    role, needed_by = team.playbook.roles[right.role], request.draft.needed_by
    owners = (part.person for step in request.open_steps if step.on_path for part in step.waiting)
    no = frozenset({request.author, *owners})
    able = [p for p in (role.holder, *role.deputies) if p and team.why_not(right.role, p, no, None) is None]
    person = _first_with_time(team, able, since, needed_by, right.within) if needed_by else next(iter(able), None)
    if person is None:
        holder = team.gap_holder(role.market, frozenset({request.author}), since)
        return Chosen(holder, Via.GAP, role.holder, team.why_not(right.role, role.holder, no, since) or "closed")
    if person == role.holder:
        return Chosen(person, Via.HOLDER)
    return Chosen(person, Via.DEPUTY, role.holder, team.why_not(right.role, role.holder, no, since) or "closed")


def _first_with_time(team: Team, people: list[PersonId], since: datetime, until: datetime, enough: timedelta) -> PersonId | None:
    some = None
    for person in people:
        left = team.worked(person, since, until)
        if left >= enough:
            return person
        if some is None and left > _NO_TIME:
            some = person
    return some


def last_chance(team: Team, request: Request, step: StepRun, part: Assignment) -> datetime:
    """O for one part: the last instant before the deadline at which its owner, or who takes over from them, works."""
    needed_by = request.draft.needed_by
    assert needed_by is not None
    leaves = team.leaves_at(part.person, part.since)
    heir = successor(team, request, step, part, leaves) if leaves and leaves < needed_by else None
    if heir and leaves and (theirs := team.last_working_before(heir.person, needed_by)) > leaves:
        return theirs
    return team.last_working_before(part.person, needed_by)


def last_chance_of(team: Team, request: Request, step: StepRun) -> datetime | None:
    """O for the whole step; with a group, the instant from which the missing answers cannot come in time any more."""
    waiting = step.waiting
    if len(waiting) == 1:  # nearly always, and then there is nothing to weigh
        return last_chance(team, request, step, waiting[0])
    return step.decisive(last_chance(team, request, step, part) for part in waiting for _ in part.roles)


def last_call_at(team: Team, request: Request, step: StepRun, part: Assignment) -> datetime | None:
    """When the owner is asked once more; ``None`` when the card itself came after that."""
    chance = last_chance(team, request, step, part)
    if chance <= part.since:
        return None
    call = team.latest_start(part.person, chance, team.playbook.escalation.last_call)
    return call if call > part.since else None


def hand_over_at(team: Team, request: Request, step: StepRun) -> datetime | None:
    """The earlier of O and H, at the earliest when the step opened; ``None`` without a deadline that is still to come."""
    needed_by = request.draft.needed_by
    chance = last_chance_of(team, request, step) if needed_by and needed_by > step.opened_at else None
    if needed_by is None or chance is None:
        return None
    if chance <= step.opened_at:
        return step.opened_at
    right = authority(team.playbook, request.draft)
    if right and (choice := local_choice(team, request, right, step.opened_at)).via is not Via.GAP:
        chance = min(chance, team.latest_start(choice.person, needed_by, right.within))
    return max(chance, step.opened_at)


def next_attempt(team: Team, request: Request, step: StepRun) -> datetime | None:
    """When to hand the step over: at its moment, and should that have been impossible then, once more at the last chance."""
    if request.local_step:
        return None
    if step.hand_over_tried is None:
        return hand_over_at(team, request, step)
    chance = last_chance_of(team, request, step)
    return chance if chance and chance > step.hand_over_tried else None


def why_not(book: Playbook, draft: Draft, why: Obstacle) -> Text:
    """The obstacle in words, with the limit it is about."""
    right, market = authority(book, draft), Localized(book.markets[draft.market].title)
    if right is None:
        return text("obstacle.no_authority", market=market)
    return text(
        f"obstacle.{why}", market=market, limit=right.up_to, per_week=right.per_week, open_at_most=right.open_at_most,
        role=Localized(book.roles[right.role].title), checker=Localized(book.roles[right.ratified_by].title),
    )  # fmt: skip


def back_at(opening: datetime, now: datetime) -> Text:
    """From when the owner can be reached, or that they can be now."""
    return text("time.back", when=Moment(opening)) if opening > now else text("time.at_work_now")
