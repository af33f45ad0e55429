"""What an audit can find, and how a brand's coordinator hears of it: once for each finding, many of a kind in one message."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby

import structlog

from bot import presence
from bot.core.playbook.model import PersonId
from bot.core.request.model import RequestId
from bot.core.wording import Field, Listed, Moment, Text, counted, text
from bot.ports import Job, Left, Transaction
from bot.teams import books_of, team_of_person

log = structlog.get_logger("soglas.audit")
_MOST_LINES = 10
_TOLD = "audit:"
_NONE = RequestId("")


class Kind(StrEnum):
    """What can be wrong."""

    LATE_STEP = "late_step"  # a reminder, an escalation, a morning list
    LATE_MESSAGE = "late_message"  # a card or message that nobody has even tried to send
    NO_MOMENT = "no_moment"  # the request waits for an instant at which nothing would have happened
    NOBODY = "nobody"  # an open request of which nothing is asked of anybody, now or later
    CARD = "card"  # a card that shows an older state, and no change is on its way
    TAP = "tap"  # delivered, and not handled
    CHAIN = "chain"  # an event was changed or cut out


# The bot mends these by itself. With any other it does not do what it is for, and somebody outside has to know.
_MENDED = frozenset({Kind.NO_MOMENT, Kind.CARD})
_WORDS = {
    Kind.LATE_STEP: "audit.late_step",
    Kind.LATE_MESSAGE: "audit.late_message",
    Kind.NO_MOMENT: "audit.no_moment",
    Kind.NOBODY: "audit.nobody",
    Kind.CARD: "audit.card",
    Kind.TAP: "audit.tap",
    Kind.CHAIN: "audit.chain",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be. ``mark`` tells it from every other one of its kind, also from the next of the
    same request. What belongs to no ``brand`` (a delivery nobody has read yet) concerns all of them."""

    kind: Kind
    mark: str
    brand: str = ""
    request: RequestId = _NONE
    person: PersonId = ""
    line: Field = ""
    told: bool = True  # whether people hear of it already, or only if mending it did not help

    @property
    def is_terrible(self) -> bool:
        return self.kind not in _MENDED


def tell(tx: Transaction, found: Sequence[Finding], now: datetime) -> int:
    """Puts a message to each brand's coordinator about what they have not heard of yet. Gives how many there are."""
    messages = 0
    for brand in tx.brands():
        mine = [one for one in found if one.told and one.brand in (brand, "")]
        for kind, group in groupby(sorted(mine, key=lambda one: one.kind), key=lambda one: one.kind):
            messages += _tell(tx, brand, kind, list(group), now)
    return messages


def _tell(tx: Transaction, brand: str, kind: Kind, found: Sequence[Finding], now: datetime) -> int:
    news = [one for one in found if tx.sent(_mark(brand, one)) is None]
    in_force = tx.in_force(brand)
    if not news or in_force is None:
        return 0
    told = presence.in_line(tx, in_force.playbook, but="")
    team = team_of_person(tx, told, now) if told else None
    if told is None or team is None:
        log.error("nobody_to_tell", kind=str(kind), brand=brand)
        return 0
    for one in news:
        tx.note_sent(_mark(brand, one), "", "", now)
    key = f"tell:audit:{brand}:{kind}:{now.isoformat()}"
    tx.put_jobs_later(Job(key, "tell", _NONE, told, team.polite_time(told, now), _message(kind, news)))
    return 1


def _mark(brand: str, one: Finding) -> str:
    return f"{_TOLD}{one.kind}:{brand}:{one.mark}"


def _message(kind: Kind, found: Sequence[Finding]) -> Text:
    lines: list[Field] = list(_lines(found))
    more = len(lines) - _MOST_LINES
    if more > 0:
        lines = [*lines[:_MOST_LINES], text("audit.more", count=more)]
    shown = Listed(tuple(lines), "lines")
    return text(_WORDS[kind], lines=shown) if kind is Kind.TAP else counted(_WORDS[kind], len(found), lines=shown)


def _lines(found: Sequence[Finding]) -> Iterator[Field]:
    """Each thing once, in the order found: several messages about one request are one line."""
    seen: set[str] = set()
    for one in found:
        if repr(one.line) not in seen:
            seen.add(repr(one.line))
            yield one.line


def about(
    tx: Transaction, kind: Kind, mark: str, request: RequestId, person: PersonId = "", *, told: bool = True
) -> Finding | None:
    """A finding about a request (and a person's card of it); ``None`` when that is not there any more."""
    stored = tx.request(request)
    if stored is None:
        return None
    draft = stored.request.draft
    line = text("audit.line", id=request, title=draft.title)
    return Finding(kind, mark, stored.request.brand, request, person, line, told)


def about_person(tx: Transaction, kind: Kind, mark: str, person: PersonId) -> Finding | None:
    """A finding about what was to go to a person and belongs to no request; ``None`` for somebody of no brand."""
    for book in books_of(tx, person):
        return Finding(kind, mark, book.id, line=book.name(person))
    for creator in tx.creator(person):
        return Finding(kind, mark, creator.brand, line=creator.name)
    return None


def about_taps(left: Left) -> Finding:
    """A finding about deliveries that nobody handles. Said once an hour: the oldest of many changes all the time."""
    assert left.oldest is not None
    messenger = presence.messenger_name(left.messenger)
    line = text("audit.line.tap", count=left.count, messenger=messenger, since=Moment(left.oldest))
    return Finding(Kind.TAP, f"{left.messenger}:{left.oldest:%Y-%m-%dT%H}", line=line)
