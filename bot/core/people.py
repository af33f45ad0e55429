"""Who can act and when: holders, deputies, gaps, absences, and when it is polite to write to somebody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.core.playbook.model import MarketId, PersonId, Playbook, RoleId
from bot.core.worktime import Calendar, Windows, windows

_INSTANT = timedelta(microseconds=1)


class Via(StrEnum):
    """Why this person has the step."""

    HOLDER = "holder"
    DEPUTY = "deputy"
    PASSED_ON = "passed_on"
    GAP = "gap"  # nobody else could: the coordinator must find somebody


@dataclass(frozen=True, slots=True)
class Chosen:
    """The person a role's step goes to, and why it is not the holder when it is not."""

    person: PersonId
    via: Via
    on_behalf_of: PersonId | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Absence:
    """Whole local days on which a person is away, the last one included."""

    person: PersonId
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Uses:
    """How the right to decide locally has been used, for one kind in one market.

    ``decided`` are the instants of the latest provisional decisions, at least this week's; ``unchecked`` is how many of all
    times nobody has ratified or objected to yet.
    """

    decided: tuple[datetime, ...] = ()
    unchecked: int = 0


@dataclass(frozen=True, slots=True)
class Team:
    """Everything a decision needs to know besides the request: the people of its playbook as they are now.

    ``unreachable`` have no messenger account that works. ``left`` are roles that a later version of the playbook took from
    somebody: a right that is taken away is gone at once. ``uses`` counts against the limits of the local authority.
    ``languages`` is what somebody chose to be spoken to in.
    """

    playbook: Playbook
    unreachable: frozenset[PersonId] = frozenset()
    absences: tuple[Absence, ...] = ()
    left: frozenset[tuple[RoleId, PersonId]] = frozenset()
    uses: Uses = Uses()
    languages: tuple[tuple[PersonId, str], ...] = ()

    def choose(
        self, role_id: RoleId, barred: PersonId | frozenset[PersonId], at: datetime, busy: frozenset[PersonId] = frozenset()
    ) -> Chosen:
        """Rules 9 and 11: the holder; else the first deputy who can; else the coordinator, as a gap.

        ``barred`` is the requester, and whoever else may not answer here. The gap goes to nobody who is ``busy`` in the
        same step with a role of their own, if anybody else is there.
        """
        role = self.playbook.roles[role_id]
        no = frozenset({barred}) if isinstance(barred, str) else barred
        reason = self.why_not(role_id, role.holder, no, at)
        if role.holder and reason is None:
            return Chosen(role.holder, Via.HOLDER)
        for deputy in role.deputies:
            if self.why_not(role_id, deputy, no, at) is None:
                return Chosen(deputy, Via.DEPUTY, role.holder, reason)
        return Chosen(self.gap_holder(role.market, no, at, busy), Via.GAP, role.holder, reason)

    def why_not(self, role: RoleId, person: PersonId | None, barred: frozenset[PersonId], at: datetime | None) -> str | None:
        """Why somebody cannot act in a role; ``None`` when they can. Without ``at`` absences do not count."""
        if person is None:
            return "vacant"
        if person in barred:
            return "own_request"
        if (role, person) in self.left:
            return "left"
        if person in self.unreachable:
            return "unreachable"
        return "away" if at and self.is_away(person, at) else None

    def gap_holder(
        self, market: MarketId, barred: frozenset[PersonId], at: datetime, busy: frozenset[PersonId] = frozenset()
    ) -> PersonId:
        """Who has what nobody else can have: the coordinator, or whoever comes next."""
        candidates = list(self._after_coordinator(market))
        able = [person for person in candidates if self.why_not("", person, barred, at) is None]
        free = [person for person in able if person not in busy]
        others = [person for person in candidates if person not in barred]
        return next(iter(free or able or others), candidates[0])

    def has_left(self, person: PersonId, roles: tuple[RoleId, ...]) -> bool:
        """Whether somebody has lost every role they had a part for."""
        return bool(self.left) and all((role, person) in self.left for role in roles)

    def is_away(self, person: PersonId, at: datetime) -> bool:
        return self._absence(person, at) is not None

    def _absence(self, person: PersonId, at: datetime) -> Absence | None:
        if not self.absences:
            return None
        day = at.astimezone(ZoneInfo(self.zone(person))).date()
        return next((a for a in self.absences if a.person == person and a.first <= day <= a.last), None)

    def leaves_at(self, person: PersonId, since: datetime) -> datetime | None:
        """Rule 12: when a part that somebody has had ``since`` then goes to somebody else; ``None`` if they are not away.

        That is the first opening they miss; at once when it is past already.
        """
        if not self.absences:
            return None
        return min((at for a in self.absences if a.person == person and (at := self._missed(a, since))), default=None)

    def _missed(self, absence: Absence, since: datetime) -> datetime | None:
        end = self._return(absence)
        if end <= since:
            return None
        opening = self.windows(absence.person).opening(self._beginning(absence))
        return max(opening, since) if opening < end else None

    def _beginning(self, absence: Absence) -> datetime:
        return datetime.combine(absence.first, time(), ZoneInfo(self.zone(absence.person)))

    def _return(self, absence: Absence) -> datetime:
        return datetime.combine(absence.last + timedelta(days=1), time(), ZoneInfo(self.zone(absence.person)))

    def opening(self, person: PersonId, at: datetime) -> datetime:
        """The person's first working instant from ``at`` on that no absence covers."""
        found = self.windows(person).opening(at)
        for _ in self.absences:
            absence = self._absence(person, found)
            if absence is None:
                break
            found = self.windows(person).opening(self._return(absence))
        return found

    def next_morning(self, person: PersonId, at: datetime) -> datetime:
        """The start of the person's next working day after ``at``."""
        hours = self.windows(person)
        return self.opening(person, hours.closing(at) if hours.is_open(at) else at)

    def last_working_before(self, person: PersonId, at: datetime) -> datetime:
        """The last instant before ``at`` at which the person works and is not away."""
        found = _last_working_before(self.playbook.calendar(person), at)
        for _ in self.absences:
            # The end of a day's hours belongs to that day, also when it is midnight.
            absence = self._absence(person, found - _INSTANT)
            if absence is None:
                break
            found = self.windows(person).last_working_before(self._beginning(absence))
        return found

    def worked(self, person: PersonId, start: datetime, end: datetime) -> timedelta:
        """The person's working time between two instants, without the days they are away."""
        total = _worked(self.playbook.calendar(person), start, end)
        if not self.absences:
            return total
        hours = self.windows(person)
        for absence in (a for a in self.absences if a.person == person):
            total -= hours.worked(max(start, self._beginning(absence)), min(end, self._return(absence)))
        return max(total, timedelta(0))

    def latest_start(self, person: PersonId, end: datetime, duration: timedelta) -> datetime:
        """The latest instant that leaves the person ``duration`` of working time before ``end``, absences left out."""
        found = _latest_start(self.playbook.calendar(person), end, duration)
        if not self.absences:
            return found
        while (missing := duration - self.worked(person, found, end)) > timedelta(0):
            absence = self._absence(person, found)
            # Out of an absence in one step, however long it is.
            found = self.windows(person).latest_start(self._beginning(absence) if absence else found, missing)
        return found

    def coordinators(self) -> tuple[PersonId, ...]:
        """The coordinator and the coordinator's deputies, in order, without those who have lost the role."""
        role = self.playbook.coordinator
        return tuple(person for person in self.playbook.coordinators() if (role, person) not in self.left)

    def _after_coordinator(self, market: MarketId) -> Iterator[PersonId]:
        yield from self.coordinators()
        yield self.playbook.markets[market].signed_by
        yield from self.playbook.signatories()

    def windows(self, person: PersonId) -> Windows:
        return windows(self.playbook.calendar(person))

    def zone(self, person: PersonId) -> str:
        return self.playbook.calendar(person).timezone

    def is_working(self, person: PersonId, at: datetime) -> bool:
        return self.windows(person).is_open(at) and not self.is_away(person, at)

    def polite_time(self, person: PersonId, at: datetime) -> datetime:
        """``at``, or the person's next opening when ``at`` is in their quiet hours or on their day off.

        Somebody without quiet hours of their own or their market's is left alone whenever they do not work. An absence does
        not count here: see ``free_time``.
        """
        hours = self.windows(person)
        if hours.is_open(at) or (not self._is_quiet(person, at) and hours.is_working_day(at)):
            return at
        return hours.opening(at)

    def free_time(self, person: PersonId, at: datetime) -> datetime:
        """The polite time of somebody who may be away: what can wait waits for their return."""
        polite = self.polite_time(person, at)
        return self.opening(person, polite) if self.is_away(person, polite) else polite

    def _is_quiet(self, person: PersonId, at: datetime) -> bool:
        quiet = self.playbook.quiet(person)
        if quiet is None:
            return True
        local = at.astimezone(ZoneInfo(self.zone(person)))
        minute, (begin, end) = local.hour * 60 + local.minute, quiet
        return begin <= minute < end if begin < end else minute >= begin or minute < end


# The same few questions come back each time anybody looks at a request with a deadline.


@lru_cache(maxsize=4096)
def _last_working_before(calendar: Calendar, at: datetime) -> datetime:
    return windows(calendar).last_working_before(at)


@lru_cache(maxsize=4096)
def _latest_start(calendar: Calendar, end: datetime, duration: timedelta) -> datetime:
    return windows(calendar).latest_start(end, duration)


@lru_cache(maxsize=4096)
def _worked(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    return windows(calendar).worked(start, end)
