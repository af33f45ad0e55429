"""What is forgotten, and when. Decisions and their events are kept for ever; only a person can be removed from them.

Everything here goes in small pieces with a commit each: however much there is to forget, nobody's tap waits for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from bot.core.request.events import Event
from bot.core.request.model import RequestId, Status
from bot.core.request.relevance import asked_of
from bot.ports import Store, Transaction
from bot.ports.keeping import LastMoved, Old

log = structlog.get_logger("soglas.retention")
_TOGETHER = 200
# How far the requests were gone through: the instant at which the first was opened that has to be looked at again.
_LOOKED_AT = "retention.requests"
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_ENDED = frozenset({Status.APPROVED, Status.REJECTED, Status.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class Kept:
    """For how many days each thing is kept. Messengers repeat a delivery for a day at most, so two days are the least.

    ``invitations`` counts from their end, ``notes`` (which messages were sent) and ``files`` (their bytes) from the last
    event of a request that has ended, ``processes`` from the last sign of life.
    """

    deliveries: int = 14
    dialogs: int = 30
    questions: int = 90
    invitations: int = 30
    notes: int = 180
    files: int = 180
    processes: int = 7


USUAL = Kept()


async def tidy(store: Store, now: datetime, kept: Kept) -> None:
    """The daily work. Cut short, it goes on the next day; twice at the same time, it does no harm."""
    plain: tuple[tuple[Old, int], ...] = (
        ("deliveries", kept.deliveries), ("dialogs", kept.dialogs), ("questions", kept.questions),
        ("invitations", kept.invitations), ("processes", kept.processes),
    )  # fmt: skip
    counts: dict[str, int] = {what: await _forgotten(store, what, now - timedelta(days=days)) for what, days in plain}
    counts["notes"] = await _other_notes(store, now - timedelta(days=kept.notes))
    counts["requests"] = await _requests(store, now - timedelta(days=kept.notes), now - timedelta(days=kept.files))
    log.info("tidied", **counts)


async def _forgotten(store: Store, what: Old, before: datetime) -> int:
    gone = 0
    while found := await store.run(lambda tx: tx.forget_old(what, before, _TOGETHER)):
        gone += found
    return gone


async def _other_notes(store: Store, before: datetime) -> int:
    """Notes of messages about no request (morning lists, invitations), by their own age."""
    key, gone = "", 0
    while page := await store.read(lambda tx, k=key: tx.notes_after(k, _TOGETHER)):  # type: ignore[misc]
        old = [found for found, at in page if at < before]
        if old:
            await store.run(lambda tx, old=old: tx.forget_notes(old))  # type: ignore[misc]
        key, gone = page[-1][0], gone + len(old)
    return gone


async def _requests(store: Store, notes: datetime, files: datetime) -> int:
    """What is not needed any more of requests that ended long ago. Each is done once: the next day goes on from there."""
    since, after, gone = await store.read(lambda tx: tx.beaten(_LOOKED_AT)) or _BEGINNING, RequestId(""), 0
    first_left: datetime | None = None
    while page := await store.read(
        lambda tx, s=since, a=after: tx.opened_before(max(notes, files), s, a, _TOGETHER)  # type: ignore[misc]
    ):
        for found in page:
            await _clear(store, found, notes, files)
            if not _is_over(found, min(notes, files)):
                first_left = first_left or found.request.opened_at
        gone, since, after = gone + len(page), page[-1].request.opened_at, page[-1].request.id
    looked = first_left or since
    await store.run(lambda tx: tx.beat(_LOOKED_AT, looked))
    return gone


async def _clear(store: Store, found: LastMoved, notes: datetime, files: datetime) -> None:
    def work(tx: Transaction) -> None:
        if _is_over(found, notes):
            tx.forget_notes_of(found.request.id)
        if _is_over(found, files):
            for file in files_of(tx.history(found.request.id)):
                tx.forget_file_body(file, files)

    if _is_over(found, max(notes, files)):
        await store.run(work)


def _is_over(found: LastMoved, before: datetime) -> bool:
    """Whether a request has ended, nothing is asked of anybody, and nothing has happened since that instant."""
    return found.request.status in _ENDED and found.at < before and not asked_of(found.request)


def files_of(history: Sequence[Event]) -> tuple[str, ...]:
    """Every file that ever belonged to a request, also to a text that was replaced."""
    found: dict[str, None] = {}
    for event in history:
        fact = event.fact
        draft, several, one = (getattr(fact, name, None) for name in ("draft", "files", "file"))
        files = (*(draft.files if draft else ()), *(several or ()), *((one,) if one else ()))
        found |= dict.fromkeys(file.id for file in files)
    return tuple(found)
