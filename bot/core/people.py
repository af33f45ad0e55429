"""Who can act and when: holders, deputies, gaps, absences, and when it is polite to write to somebody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.core.playbook.model import MarketId, PersonId, Playbook, RoleId
from bot.core.worktime import Windows, windows


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
class Team:
    """The people of one playbook as they are now. ``unreachable`` have no messenger account that works."""

    playbook: Playbook
    unreachable: frozenset[PersonId] = frozenset()
    absences: tuple[Absence, ...] = ()

    def choose(self, role_id: RoleId, requester: PersonId, at: datetime, busy: frozenset[PersonId] = frozenset()) -> Chosen:
        """Rules 9 and 11: the holder; else the first deputy who can; else the coordinator, as a gap.

        The gap goes to nobody who is ``busy`` in the same step with a role of their own, if anybody else is there.
        """
        role = self.playbook.roles[role_id]
        reason = self._why_not(role.holder, requester, at)
        if role.holder and reason is None:
            return Chosen(role.holder, Via.HOLDER)
        for deputy in role.deputies:
            if self._why_not(deputy, requester, at) is None:
                return Chosen(deputy, Via.DEPUTY, role.holder, reason)
        return Chosen(self._gap_holder(role.market, requester, at, busy), Via.GAP, role.holder, reason)

    def _why_not(self, person: PersonId | None, requester: PersonId, at: datetime) -> str | None:
        if person is None:
            return "vacant"
        if person == requester:
            return "own_request"
        if person in self.unreachable:
            return "unreachable"
        return "away" if self.is_away(person, at) else None

    def _gap_holder(self, market: MarketId, requester: PersonId, at: datetime, busy: frozenset[PersonId]) -> PersonId:
        candidates = list(self._after_coordinator(market))
        able = [person for person in candidates if self._why_not(person, requester, at) is None]
        free = [person for person in able if person not in busy]
        others = [person for person in candidates if person != requester]
        return next(iter(free or able or others), candidates[0])

    def is_away(self, person: PersonId, at: datetime) -> bool:
        if not self.absences:
            return False
        day = at.astimezone(ZoneInfo(self.zone(person))).date()
        return any(a.person == person and a.first <= day <= a.last for a in self.absences)

    def leaves_at(self, person: PersonId, since: datetime) -> datetime | None:
        """Rule 12: the first opening inside an absence that a waiting part's owner misses; ``None`` if there is none.

        ``at once`` for an absence that has begun: that is an instant in the past.
        """
        openings = (self._missed_opening(absence) for absence in self.absences if absence.person == person)
        later = [opening for opening in openings if opening is not None and opening >= since]
        return min(later, default=None)

    def _missed_opening(self, absence: Absence) -> datetime | None:
        zone = ZoneInfo(self.zone(absence.person))
        begin = datetime.combine(absence.first, time(), zone)
        end = datetime.combine(absence.last + timedelta(days=1), time(), zone)
        opening = self.windows(absence.person).opening(begin)
        return opening if opening < end else None

    def _after_coordinator(self, market: MarketId) -> Iterator[PersonId]:
        yield from self.playbook.coordinators()
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

        Somebody without quiet hours of their own or their market's is left alone whenever they do not work.
        """
        hours = self.windows(person)
        if hours.is_open(at) or (hours.is_working_day(at) and not self._is_quiet(person, at)):
            return at
        return hours.opening(at)

    def _is_quiet(self, person: PersonId, at: datetime) -> bool:
        quiet = self.playbook.quiet(person)
        if quiet is None:
            return True
        local = at.astimezone(ZoneInfo(self.zone(person)))
        minute, (begin, end) = local.hour * 60 + local.minute, quiet
        return begin <= minute < end if begin < end else minute >= begin or minute < end
