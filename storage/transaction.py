"""The port ``Transaction`` over a driver: statements by name, rows to values. The same for every engine."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Sequence
from datetime import UTC, date, datetime
from typing import TypeVar, cast

from bot.core.people import Absence, Uses
from bot.core.playbook.digest import canonical
from bot.core.playbook.model import PersonId, Playbook
from bot.core.request.effects import Decision
from bot.core.request.events import Event
from bot.core.request.model import Request, RequestId
from bot.core.request.relevance import asked_of
from bot.ports import (
    Away,
    Broken,
    Conflict,
    Copy,
    Digest,
    Filter,
    InForce,
    Stored,
)
from storage.auditing import Auditing
from storage.conversing import Conversing
from storage.jobs import Jobs
from storage.keeping import Keeping
from storage.mapping import (
    chained,
    dump_event,
    dump_request,
    from_micros,
    load_event,
    load_request,
    to_micros,
)
from storage.operating import Operating
from storage.rows import Driver, Row, Value
from storage.statements import CHANGING_KEPT

T = TypeVar("T")
_MOST_KEPT = 1000
_NEVER = datetime.max.replace(tzinfo=UTC)
_MOMENTS = frozenset({"wake", "digest"})


class StoredTransaction(Conversing, Jobs, Operating, Auditing, Keeping):
    """Everything the shell reads and writes, in terms of rows."""

    def __init__(self, driver: Driver) -> None:
        super().__init__(driver)
        self._playbooks: dict[str, Playbook] = {}
        self._removed: Row = ()
        self._kept: dict[Hashable, object] = {}
        self._locked: dict[str, int] = {}

    def begun(self) -> None:
        """A new transaction: the rows that the last one had locked are anybody's again."""
        self._locked.clear()

    def forget(self) -> None:
        """Somebody else may have written, or what was written here was undone: nothing that was kept is known to hold."""
        self._kept.clear()

    def kept(self, key: Hashable, make: Callable[[], T]) -> T:
        if key not in self._kept:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[key] = make()
        # A key says what it is for, and so of which type.
        return cast(T, self._kept[key])

    def _rows(self, name: str, /, **values: Value) -> Sequence[Row]:
        if name in CHANGING_KEPT:
            self._kept.clear()
        return self._driver.rows(name, values)

    # requests and events

    def request(self, request: RequestId) -> Stored | None:
        row = self._one("request_to_change" if self._driver.writes else "request", id=request)
        if row is None:
            return None
        found = load_request(str(row[0]))
        if self._driver.writes:
            self._locked[request] = found.revision
        return Stored(found, str(row[1]))

    def requests(self, wanted: Filter) -> Sequence[Request]:
        opened_at, last = wanted.before or (_NEVER, "")
        asked: dict[str, Value] = {"status": wanted.status or "", "person": wanted.person or "", "most": wanted.limit}
        asked |= {"until": to_micros(opened_at), "last": last}
        rows = self._rows("requests", brand=wanted.brand, **asked) if wanted.brand else self._rows("all_requests", **asked)
        return [load_request(str(row[0])) for row in rows]

    def record(self, before: Stored | None, decision: Decision) -> None:
        state, head = decision.state, before.head if before else ""
        first = state.revision - len(decision.events) + 1
        bodies = [dump_event(event) for event in decision.events]
        rows: list[dict[str, Value]] = []
        for number, (event, body) in enumerate(zip(decision.events, bodies, strict=True), first):
            head = chained(head, number, body)
            rows.append({"request": state.id, "number": number, "at": to_micros(event.at), "digest": head, "body": body})
        self._save(before, state, head)
        for row in rows:
            self._driver.rows("add_event", row)
        self._index(before.request if before else None, state)

    def _index(self, before: Request | None, state: Request) -> None:
        """What is looked up by something else than the request's id, kept in step with its state."""
        old, new = asked_of(before) if before else frozenset(), asked_of(state)
        for person in old - new:
            self._rows("forget_waiting", request=state.id, person=person)
        for person in new - old:
            self._rows("add_waiting", request=state.id, person=person)
        decided = state.local_decision
        if decided and decided.closed_at:
            self._rows(
                "save_use", request=state.id, brand=state.brand, kind=state.draft.kind, market=state.draft.market,
                decided_at=to_micros(decided.closed_at), unchecked=int(state.is_provisional),
            )  # fmt: skip
        elif before and before.local_decision:
            self._rows("forget_use", request=state.id)
        if before is None and state.draft.campaign:
            self._rows("add_track", campaign=state.draft.campaign, request=state.id)
        if before is None and state.draft.creator_id:
            self._rows("add_creator_request", creator=state.draft.creator_id, request=state.id)

    def _save(self, before: Stored | None, state: Request, head: str) -> None:
        body = dump_request(state)
        if before is None:
            written = self._rows(
                "add_request", id=state.id, brand=state.brand, status=str(state.status), requested_by=state.requested_by,
                opened_at=to_micros(state.opened_at), revision=state.revision, head=head, state=body,
            )  # fmt: skip
            if not written:
                raise Conflict(state.id)
        else:
            # A row that this transaction has locked at that revision is there; only for another one it has to be asked.
            known = self._locked.get(state.id) == before.request.revision
            written = self._rows(
                "change_request" if known else "swap_request", id=state.id, before=before.request.revision,
                status=str(state.status), revision=state.revision, head=head, state=body,
            )  # fmt: skip
            if not known and not written:
                raise Conflict(state.id)
        self._locked[state.id] = state.revision

    def events(self, request: RequestId) -> Sequence[str]:
        return [str(row[0]) for row in self._rows("events", request=request)]

    def history(self, request: RequestId) -> Sequence[Event]:
        return [load_event(str(row[0])) for row in self._rows("events", request=request)]

    def messages(self, request: RequestId, since: datetime, until: datetime) -> int:
        # A message's key begins with its request: the range of keys is a range of the primary key.
        keys = {"first": f"tell:{request}:", "after": f"tell:{request};"}
        row = self._one("messages", **keys, since=to_micros(since), until=to_micros(until))
        return int(row[0]) if row else 0

    def chain(self, request: RequestId) -> Sequence[tuple[str, str]]:
        """Each event's text and the digest that was stored with it."""
        return [(str(body), str(digest)) for body, digest in self._rows("events", request=request)]

    def waiting_for(self, person: PersonId) -> Sequence[RequestId]:
        return [RequestId(str(row[0])) for row in self._rows("waiting_for", person=person)]

    def waiting_in(self, brand: str) -> Sequence[RequestId]:
        # Whoever wakes them all has changed something that a request being opened beside it may not have seen: that one is
        # waited for. Its letter's number is its own until its commit.
        if self._driver.writes:
            self._rows("being_opened")
        return [RequestId(str(row[0])) for row in self._rows("waiting_in", brand=brand)]

    def tracks(self, campaign: str) -> Sequence[Request]:
        # Two last yeses at the same time must not both see a gate that still waits for the other one.
        if self._driver.writes:
            self._driver.lock(f"campaign:{campaign}")
        return [load_request(str(row[0])) for row in self._rows("tracks", campaign=campaign)]

    def uses(self, brand: str, kind: str, market: str, since: datetime) -> Uses:
        # Two that are decided at the same time must not both take the last one.
        self._driver.lock(f"right:{brand}:{kind}:{market}")
        rows = self._rows("uses", brand=brand, kind=kind, market=market, since=to_micros(since))
        decided = tuple(from_micros(int(at)) for at, _ in rows)
        return Uses(decided, sum(int(unchecked) for _, unchecked in rows))

    # absences

    def absences(self, since: date) -> Sequence[Away]:
        return [_away(row) for row in self._rows("absences", since=since.isoformat())]

    def to_catch_up(self, person: PersonId) -> Sequence[Away]:
        return [_away(row) for row in self._rows("to_catch_up", person=person)]

    def save_absence(self, away: Away) -> None:
        self._rows(
            "save_absence", id=away.id, person=away.days.person, first=away.days.first.isoformat(),
            last=away.days.last.isoformat(), said_by=away.said_by, said_at=to_micros(away.said_at), through=away.through,
            ended_at=to_micros(away.ended_at) if away.ended_at else 0, ended_by=away.ended_by,
            caught_up_at=to_micros(away.caught_up_at) if away.caught_up_at else 0,
        )  # fmt: skip

    # playbooks

    def playbook(self, digest: str) -> Playbook:
        # Under one digest there is one text for ever, so what was read once need not be read again.
        if digest not in self._playbooks:
            row = self._one("playbook", digest=digest)
            if row is None:
                raise Broken(f"the playbook {digest[:12]} is not in the database")
            self._playbooks[digest] = Playbook.model_validate(json.loads(str(row[0])))
        return self._playbooks[digest]

    def in_force(self, brand: str) -> InForce | None:
        row = self._one("in_force", brand=brand)
        if row and row[3:] != self._removed:
            # Somebody was removed since: the playbooks that were read before may still have their name.
            self._playbooks.clear()
            self._removed = row[3:]
        return InForce(Digest(str(row[0])), int(row[1]), self.playbook(str(row[0])), str(row[2])) if row else None

    def brands(self) -> Sequence[str]:
        return [str(row[0]) for row in self._rows("brands")]

    def put_in_force(self, playbook: Playbook, data: object, digest: str, agreed: str, at: datetime) -> InForce:
        self._driver.lock(f"playbook:{playbook.id}")
        current = self.in_force(playbook.id)
        if current and current.digest == digest:
            return current
        version = current.version + 1 if current else 1
        self._rows(
            "add_playbook", digest=digest, brand=playbook.id, version=version, agreed=agreed, since=to_micros(at),
            body=canonical(data),
        )  # fmt: skip
        return InForce(Digest(digest), version, playbook, agreed)

    # numbers and keys

    def next_number(self, name: str) -> int:
        number = super().next_number(name)
        # Somebody else may have had the number's row until now, and changed what was read before.
        self.forget()
        return number

    def remembered(self, key: str) -> tuple[str, str] | None:
        self._driver.lock(f"key:{key}")
        row = self._one("remembered", key=key)
        return (str(row[0]), str(row[1])) if row else None

    def remember(self, key: str, asked: str, request: RequestId, at: datetime) -> None:
        self._rows("add_idempotency", key=key, asked=asked, request=request, at=to_micros(at))

    # cards and messages

    def copies(self, request: RequestId) -> Sequence[Copy]:
        return [Copy(RequestId(str(row[0])), *map(str, row[1:])) for row in self._rows("copies", request=request)]

    def request_of(self, messenger: str, chat: str, message: str) -> RequestId | None:
        row = self._one("request_of", messenger=messenger, chat=chat, message=message)
        return RequestId(str(row[0])) if row else None

    def save_copy(self, copy: Copy) -> None:
        self._rows(
            "save_copy", request=copy.request, person=copy.person, messenger=copy.messenger, chat=copy.chat, message=copy.message,
            fingerprint=copy.fingerprint, overflow=copy.overflow, shows=copy.shows,
        )  # fmt: skip

    def forget_copy(self, copy: Copy) -> None:
        self._rows("forget_copy", request=copy.request, person=copy.person, messenger=copy.messenger)

    def note_sent(self, key: str, chat: str, message: str, at: datetime) -> None:
        self._rows("note_sent", key=key, chat=chat, message=message, at=to_micros(at))

    def sent(self, key: str) -> datetime | None:
        row = self._one("sent", key=key)
        return from_micros(int(row[0])) if row else None


def _away(row: Row) -> Away:
    number, person, first, last, said_by, said_at, through, ended_at, ended_by, caught_up_at = row
    days = Absence(str(person), date.fromisoformat(str(first)), date.fromisoformat(str(last)))
    ended, caught_up = (from_micros(int(at)) if at else None for at in (ended_at, caught_up_at))
    return Away(int(number), days, str(said_by), from_micros(int(said_at)), str(through), ended, str(ended_by), caught_up)
