"""The numbers of a brand's coordination, gathered from the database."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, date, datetime, time, timedelta

from bot.core.insight import Coordination, LastTalk, coordination
from bot.core.playbook.model import Playbook
from bot.ports import Filter, Store, Transaction

_ALL = 10_000_000


async def report(store: Store, brand: str, since: datetime, until: datetime) -> Coordination | None:
    """A brand's numbers for ``[since, until)``; ``None`` for a brand without a playbook."""

    def work(tx: Transaction) -> Coordination | None:
        found = tx.in_force(brand)
        if found is None:
            return None
        requests = [request for request in tx.requests(Filter(brand=brand, limit=_ALL)) if request.opened_at < until]
        messages = sum(tx.messages(request.id, since, until) for request in requests)
        # Each reader's card is a message too, sent when the request was opened or came to them.
        messages += sum(len(tx.copies(request.id)) for request in requests if request.opened_at >= since)
        streams = (tx.history(request.id) for request in requests)
        numbers = coordination(streams, tuple(found.playbook.markets), since, until, messages)
        unanswered = sum(one.at < until for one in tx.unanswered(brand, since))
        return replace(numbers, unanswered=unanswered, direct_lines=_direct_lines(tx, found.playbook, until))

    return await store.read(work)


def _direct_lines(tx: Transaction, book: Playbook, until: datetime) -> tuple[LastTalk, ...]:
    """How long the roles of each direct line have been silent by ``until``, in whole days."""
    last = {frozenset((one.first, one.second)): one.at for one in tx.direct_contacts(book.id) if one.at < until}
    lines = ((line, last.get(frozenset(line.between))) for line in book.direct_lines)
    return tuple(
        LastTalk((line.between[0], line.between[1]), line.at_least_every_days, (until - at).days if at else None)
        for line, at in lines
    )


def period(first: date, last: date) -> tuple[datetime, datetime]:
    """The instants of whole days, the last one included. They are UTC days: both sides get the same numbers."""
    return datetime.combine(first, time(), UTC), datetime.combine(last + timedelta(days=1), time(), UTC)


def as_data(brand: str, since: date, to: date, found: Coordination) -> dict[str, object]:
    """The report as data; the same from the command line and over HTTP."""
    numbers = asdict(found)
    local = {line.pop("market"): line for line in numbers.pop("local")}
    return {
        "brand": brand, "from": since.isoformat(), "to": to.isoformat(), **numbers,
        "messages_per_decision": found.messages_per_decision, "local_authority": local,
    }  # fmt: skip
