"""The morning list: what waits for a person, once at the start of their working day, instead of many reminders.

After an absence it also says what went by meanwhile. It is written when it is due, from the states as they are then.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, time
from zoneinfo import ZoneInfo

from bot.core.people import Team
from bot.core.playbook.model import PersonId, Playbook
from bot.core.request.model import Request, RequestId, Status
from bot.core.request.relevance import open_questions
from bot.core.wording import Field, Listed, Localized, Moment, Text, counted, text
from bot.ports import Away, Filter, Job, Transaction
from bot.teams import books_of, team_of_person

_WORTH_A_LIST = 2  # one thing has its own card and reminder
_MOST_LINES = 20
_MOST_LOOKED_AT = 1000
_MOVED = ("away", "passed_on")  # whoever took over may have passed it on


def plan(tx: Transaction, person: PersonId, now: datetime) -> Callable[[], None]:
    """What to write down for a person's morning. Looks first and writes later, so that a failure has written nothing."""
    team = team_of_person(tx, person, now)
    if team is None:
        return lambda: None
    if not team.is_working(person, now):
        # Away, or the bot was down in the morning and it is night by now.
        opening = team.opening(person, now)
        return lambda: tx.put_job(job(person, opening))
    waiting = [stored.request for one in tx.waiting_for(person) if (stored := tx.request(one))]
    ended = _ended(tx, team, person, now)
    message = _message(tx, team, person, now, waiting, ended)
    told = _told_key(person, message, now) if message else ""
    if told and tx.sent(told):
        message = None  # word for word what they have read this week: nobody reads that twice
    day, tomorrow = _day(team, person, now), team.next_morning(person, now)

    def write() -> None:
        for away in ended:
            tx.save_absence(replace(away, caught_up_at=now))
        if message:
            tx.note_sent(told, "", "", now)
            tx.put_jobs_later(Job(f"tell:digest:{person}:{day}", "tell", RequestId(""), person, now, message))
            for request in waiting[:_MOST_LINES]:
                tx.note_sent(listed_key(request.id, person, day), "", "", now)
        if waiting:
            tx.put_job(job(person, tomorrow))

    return write


def _told_key(person: PersonId, message: Text, now: datetime) -> str:
    """The same for the same list in the same week."""
    year, week, _ = now.isocalendar()
    return f"list:{person}:{year}-{week}:{hashlib.sha256(repr(message).encode()).hexdigest()[:16]}"


def listed_key(request: RequestId, person: PersonId, day: str) -> str:
    """Under which a request is noted as being on a person's list of that day."""
    return f"listed:{request}:{person}:{day}"


def is_listed(tx: Transaction, team: Team, request: Request, person: PersonId, now: datetime) -> bool:
    """Whether this morning's list has named what the person is asked for: a reminder the same day would be noise."""
    at = tx.sent(listed_key(request.id, person, _day(team, person, now)))
    parts = [part for step in request.open_steps for part in step.waiting if part.person == person]
    return at is not None and all(part.since <= at for part in parts)


def while_away(
    tx: Transaction, team: Team, person: PersonId, away: Sequence[Away], *, seen_by: PersonId | None = None
) -> tuple[Text, ...]:
    """What went by during absences, in the person's brands: who has it or had it instead, and how it stands now. When
    somebody else reads it (``seen_by``), only in brands where they work too."""
    if not away:
        return ()
    since = datetime.combine(min(one.days.first for one in away), time(), ZoneInfo(team.zone(person)))
    books = [book for book in books_of(tx, person) if (seen_by or person) in book.people]
    found = [line for book in books for line in _moved(tx, book, person, since)]
    return tuple(line for _, line in sorted(found, key=lambda one: one[0]))


def _moved(tx: Transaction, book: Playbook, person: PersonId, since: datetime) -> Iterator[tuple[datetime, Text]]:
    for request in reversed(tx.requests(Filter(brand=book.id, limit=_MOST_LOOKED_AT))):
        parts = [p for step in request.steps for p in step.assignments if p.on_behalf_of == person and p.reason in _MOVED]
        recent = [part for part in parts if part.since >= since]
        if recent:
            fields: dict[str, Field] = {
                "id": request.id, "title": request.draft.title, "who": book.name(recent[-1].person),
                "status": text(f"status.{request.status}"),
            }  # fmt: skip
            yield request.opened_at, Text("digest.moved", fields)


def job(person: PersonId, at: datetime) -> Job:
    """The moment at which a person's list is due. There is one for each person."""
    return Job(f"digest:{person}", "digest", RequestId(""), person, at)


def _day(team: Team, person: PersonId, now: datetime) -> str:
    return now.astimezone(ZoneInfo(team.zone(person))).date().isoformat()


def _ended(tx: Transaction, team: Team, person: PersonId, now: datetime) -> list[Away]:
    today = now.astimezone(ZoneInfo(team.zone(person))).date()
    return [away for away in tx.to_catch_up(person) if away.days.last < today or away.ended_at]


def _message(
    tx: Transaction, team: Team, person: PersonId, now: datetime, waiting: Sequence[Request], ended: Sequence[Away]
) -> Text | None:
    moved = while_away(tx, team, person, ended)
    if not moved and len(waiting) < _WORTH_A_LIST:
        return None
    blocks: list[Field] = []
    if moved:
        blocks.append(text("digest.away", lines=Listed(moved[:_MOST_LINES], "lines")))
    if waiting:
        lines = tuple(line(request, person, now) for request in waiting[:_MOST_LINES])
        blocks.append(counted("digest.waiting", len(waiting), lines=Listed(lines, "lines")))
    if debts := tuple(line for book in books_of(tx, person) for line in _debts(tx, book, person, now)):
        blocks.append(text("digest.debt", lines=Listed(debts, "lines")))
    return text("digest.morning", blocks=Listed(tuple(blocks), "lines"))


def line(request: Request, person: PersonId, now: datetime) -> Text:
    """What is asked of the person, and until when where there is a deadline."""
    dues = [part.due_at for step in request.open_steps for part in step.waiting if part.person == person]
    fields: dict[str, Field] = {"id": request.id, "title": request.draft.title}
    if not dues:
        return Text(f"digest.line.{_what(request)}", fields)
    return Text("digest.line.late" if min(dues) <= now else "digest.line.due", {**fields, "due": Moment(min(dues))})


def _what(request: Request) -> str:
    """What is asked of somebody who has no part in an open step."""
    if request.status is Status.RETURNED:
        return "returned"
    if request.to_correct:
        return "correction"
    return "question" if open_questions(request) else "round"


def _debts(tx: Transaction, book: Playbook, person: PersonId, now: datetime) -> Iterator[Text]:
    """For the coordinator and whoever checks: how many local decisions of each market nobody has checked yet."""
    for name, kind in book.decisions.items():
        for market, right in kind.local_authority.items():
            uses = tx.uses(book.id, name, market, now)
            if uses.unchecked and person in (*book.coordinators(), book.roles[right.ratified_by].holder):
                fields: dict[str, Field] = {
                    "market": Localized(book.markets[market].title), "kind": Localized(kind.title), "count": uses.unchecked,
                    "most": right.open_at_most,
                }  # fmt: skip
                yield Text("digest.debt.line", fields)
