"""Being away: said by oneself, or for somebody by the coordinator or a signatory; what waits moves by itself (rule 12)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot import digest, presence
from bot.core.people import Absence, Team
from bot.core.playbook.model import PersonId
from bot.core.request.deadlines import moves_at
from bot.core.request.effects import Refusal, Refused
from bot.core.request.model import RequestId
from bot.core.request.owners import successor
from bot.core.wording import Localized, Moment, Text, text
from bot.ports import Away, Clock, Job, Store, Transaction
from bot.teams import books_of, team_of, team_of_person

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Left:
    """An absence that was noted, and what will move because of it, as lines."""

    away: Away
    name: Localized
    moves: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Back:
    """An absence that was ended, and what went by during it, as lines. ``away`` is empty when there was none."""

    name: Localized
    away: tuple[Away, ...]
    meanwhile: tuple[Text, ...]


class Absences:
    """Notes absences, and wakes every request that they may change something for."""

    def __init__(self, store: Store, clock: Clock, committed: Callable[[], None]) -> None:
        self._store, self._clock, self._committed = store, clock, committed

    async def leave(self, by: PersonId, person: PersonId, first: date, last: date, through: str) -> Left | Refused:
        """Somebody is away on whole local days, the last one included. What was said before about these days is replaced."""
        now = self._clock.now()

        def work(tx: Transaction) -> Left | Refused:
            team = _allowed(tx, by, person, now)
            if team is None:
                return Refused(Refusal.NOT_YOURS, text("away.not_allowed"))
            today = _today(team, person, now)
            # The number first: until the commit nobody else gets one, so two for the same days see each other.
            number = tx.next_number("absence")
            for old in _overlapping(tx, person, first, last):
                # What went by on its days so far is still to be told.
                lived = old.days.first <= today
                tx.save_absence(replace(old, ended_at=now, ended_by=by, caught_up_at=None if lived else now))
            away = Away(number, Absence(person, first, last), by, now, through)
            tx.save_absence(away)
            moves = _moves(tx, by, person, now)
            presence.wake(tx, person, now)
            back = datetime.combine(last + timedelta(days=1), time(), ZoneInfo(team.zone(person)))
            _put_list(tx, away, team.opening(person, back))
            if by != person:
                _tell(tx, team, away, now)
            return Left(away, team.playbook.name(person), moves)

        return await self._noted(person, await self._store.run(work))

    async def come_back(self, by: PersonId, person: PersonId) -> Back | Refused:
        """Somebody is back before their last day, or does not leave after all. What has moved stays where it is."""
        now = self._clock.now()

        def work(tx: Transaction) -> Back | Refused:
            team = _allowed(tx, by, person, now)
            if team is None:
                return Refused(Refusal.NOT_YOURS, text("away.not_allowed"))
            ended = _to_end(tx, team, person, now)
            for away in ended:
                # Whoever comes back by their own word has the list as the answer.
                tx.save_absence(replace(away, ended_at=now, ended_by=by, caught_up_at=now if by == person else None))
                _put_list(tx, away, team.next_morning(person, now))
            presence.wake(tx, person, now)
            if by != person and ended:
                _tell_back(tx, team, ended, by, now)
            return Back(team.playbook.name(person), ended, digest.while_away(tx, team, person, ended, seen_by=by))

        return await self._noted(person, await self._store.run(work))

    async def planned(self, person: PersonId) -> Sequence[Away]:
        """A person's absences that are not over."""
        now = self._clock.now()

        def work(tx: Transaction) -> Sequence[Away]:
            team = team_of_person(tx, person, now)
            return _of(tx, person, _today(team, person, now)) if team else ()

        return await self._store.read(work)

    async def colleague(self, by: PersonId, words: str) -> tuple[PersonId, ...]:
        """Whom somebody means by a name, a part of it or an id: the people of their own playbooks who fit."""
        wanted = words.casefold().strip().replace("ё", "е")

        def work(tx: Transaction) -> tuple[PersonId, ...]:
            people = {person: one for book in books_of(tx, by) for person, one in book.people.items()}
            return tuple(person for person, one in people.items() if _fits(wanted, person, tuple(one.name.values())))

        return await self._store.read(work)

    async def today(self, person: PersonId) -> date:
        """The date where the person is."""
        now = self._clock.now()
        team = await self._store.read(lambda tx: team_of_person(tx, person, now))
        return _today(team, person, now) if team else now.date()

    async def _noted(self, person: PersonId, outcome: T) -> T:
        """Wakes once more after the commit: who decided beside it has not seen the absence, nor it their new request."""
        if not isinstance(outcome, Refused):
            self._committed()
            now = self._clock.now()
            await self._store.run(lambda tx: presence.wake(tx, person, now))
            self._committed()
        return outcome


def day(team_zone: str, on: date) -> Moment:
    """A day as a field, shown as the same date to every reader."""
    return Moment(datetime.combine(on, time(12), ZoneInfo(team_zone)), team_zone, "date")


def span(team_zone: str, days: Absence) -> Text:
    """The days of an absence as a field."""
    if days.first == days.last:
        return text("away.days.one", day=day(team_zone, days.first))
    return text("away.days.several", first=day(team_zone, days.first), last=day(team_zone, days.last))


def _fits(wanted: str, person: PersonId, names: tuple[str, ...]) -> bool:
    known = [name.casefold().replace("ё", "е") for name in names]
    return wanted == person or any(wanted == name or wanted in name.split() for name in known)


def _allowed(tx: Transaction, by: PersonId, person: PersonId, now: datetime) -> Team | None:
    """The person's team, if ``by`` may speak for them: they themselves, a coordinator, a signatory."""
    speakers = ((*book.coordinators(), *book.signatories()) for book in books_of(tx, person))
    return team_of_person(tx, person, now) if any(by == person or by in some for some in speakers) else None


def _of(tx: Transaction, person: PersonId, since: date) -> Sequence[Away]:
    """Those that were not ended. Whoever ends one reads it anew here, also what others have just committed."""
    return [away for away in tx.to_catch_up(person) if away.ended_at is None and away.days.last >= since]


def _overlapping(tx: Transaction, person: PersonId, first: date, last: date) -> Sequence[Away]:
    return [away for away in _of(tx, person, first) if away.days.first <= last]


def _to_end(tx: Transaction, team: Team, person: PersonId, now: datetime) -> tuple[Away, ...]:
    """The absence that is under way; when there is none, all that are planned."""
    today = _today(team, person, now)
    planned = tuple(_of(tx, person, today))
    return tuple(away for away in planned if away.days.first <= today) or planned


def _put_list(tx: Transaction, away: Away, at: datetime) -> None:
    """The list after this absence has a moment of its own: the ordinary morning lists go on until then."""
    tx.put_job(Job(f"digest:back:{away.id}", "digest", RequestId(""), away.days.person, at))


def _today(team: Team, person: PersonId, now: datetime) -> date:
    return now.astimezone(ZoneInfo(team.zone(person))).date()


def _moves(tx: Transaction, by: PersonId, person: PersonId, now: datetime) -> tuple[Text, ...]:
    """What waits for the person, with who takes it over and when; of brands that ``by`` has no part in nothing is told."""
    found, own = [], {book.id for book in books_of(tx, by)}
    for one in tx.waiting_for(person):
        stored = tx.request(one)
        if stored is None or stored.request.brand not in own:
            continue
        request, team = stored.request, team_of(tx, stored.request, now)
        parts = [(step, part) for step in request.open_steps for part in step.waiting if part.person == person]
        for step, part in parts:
            at = moves_at(team, request, step, part)
            heir = successor(team, request, step, part, at) if at else None
            if at and heir:
                who, when = team.playbook.name(heir.person), Moment(max(at, now))
                found.append(text("away.moves.line", id=request.id, title=request.draft.title, who=who, when=when))
    return tuple(found)


def _tell(tx: Transaction, team: Team, away: Away, now: datetime) -> None:
    """Whoever is set away by somebody else hears of it."""
    person, zone = away.days.person, team.zone(away.days.person)
    message = text("notice.set_away", who=_name(tx, away.said_by), days=span(zone, away.days))
    tx.put_jobs_later(Job(f"tell:away:{away.id}", "tell", RequestId(""), person, team.polite_time(person, now), message))


def _tell_back(tx: Transaction, team: Team, ended: Sequence[Away], by: PersonId, now: datetime) -> None:
    """Whoever is set back by somebody else hears of that too."""
    person = ended[0].days.person
    message = text("notice.set_back", who=_name(tx, by))
    key = f"tell:away:{ended[0].id}:back"
    tx.put_jobs_later(Job(key, "tell", RequestId(""), person, team.polite_time(person, now), message))


def _name(tx: Transaction, person: PersonId) -> Localized:
    """Somebody's name in a brand of their own: it may be another than the first of whoever reads it."""
    return books_of(tx, person)[0].name(person)
