"""Every statement, built once from the tables and compiled once for the engine's driver.

Why not a session: for one tap SQLModel's ORM session keeps 16 % of the driver's speed and compiled Core about 80 %
(measured on the design's prototype). So statements are written in Core, from the SQLModel tables, and run as text with
named parameters on the driver itself. The columns are plain integers and text, so no value needs converting.
"""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import (
    ClauseElement,
    ColumnElement,
    Select,
    Table,
    and_,
    bindparam,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import insert as plain_insert
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.dml import Update, UpdateBase
from sqlalchemy.sql.visitors import iterate

from storage import tables as t
from storage.auditing_statements import auditing
from storage.building import Insert, insert_once, insert_unless_there, same, table, upsert, values
from storage.job_statements import jobs
from storage.keeping_statements import how_many_removed, keeping
from storage.operating_statements import WEBHOOK, operating

PLAYBOOK, REQUEST, EVENT = table(t.PlaybookRow), table(t.RequestRow), table(t.EventRow)
COPY, ACCOUNT, INBOX, DIALOG = table(t.CopyRow), table(t.AccountRow), table(t.InboxRow), table(t.DialogRow)
SENT, IDEMPOTENCY, NUMBER = table(t.SentRow), table(t.IdempotencyRow), table(t.NumberRow)
WAITING, ABSENCE, LOCAL_USE, TRACK = table(t.WaitingRow), table(t.AbsenceRow), table(t.LocalUseRow), table(t.TrackRow)
CREATOR, CREATOR_REQUEST, INVITE = table(t.CreatorRow), table(t.CreatorRequestRow), table(t.InviteRow)
FILE, FILE_BODY = table(t.FileRow), table(t.FileBodyRow)
UNANSWERED, DIRECT_CONTACT = table(t.UnansweredRow), table(t.DirectContactRow)


class Compiled(dict[str, tuple[str, dict[str, str | int]]]):
    """All statements as text for one driver, by name, each with the values that are the same every time.

    Each is compiled when it is needed first: a start would wait for all of them, and no tap notices one.
    """

    def __init__(self, insert: Insert, dialect: Dialect) -> None:
        super().__init__()
        self._built, self._dialect = built(insert), dialect

    def __missing__(self, name: str) -> tuple[str, dict[str, str | int]]:
        found = self[name] = _compiled(self._built[name], self._dialect)
        return found


def built(insert: Insert) -> dict[str, Executable]:
    """All statements, by name."""
    found = {**_reading(), **_looking_up(), **_conversing(), **_inserts(insert), **_changes(insert), **jobs(insert)}
    return found | operating(insert) | auditing() | keeping(insert)


def touching(insert: Insert) -> dict[str, frozenset[str]]:
    """The tables each statement reads or writes, by its name."""
    return {name: _tables(statement) for name, statement in built(insert).items()}


def _tables(statement: Executable) -> frozenset[str]:
    return frozenset(part.name for part in iterate(cast(ClauseElement, statement)) if isinstance(part, Table))


def only_writing(insert: Insert) -> frozenset[str]:
    """The statements that write and tell nothing: nobody has to wait for them before the commit."""
    return frozenset(
        name for name, statement in built(insert).items() if isinstance(statement, UpdateBase) and not statement._returning
    )


def _compiled(statement: Executable, dialect: Dialect) -> tuple[str, dict[str, str | int]]:
    result = statement.compile(dialect=dialect)  # type: ignore[attr-defined]
    return str(result), {name: value for name, value in result.params.items() if value is not None}


def _reading() -> dict[str, Executable]:
    return {
        "request": select(REQUEST.c.state, REQUEST.c.head).where(REQUEST.c.id == bindparam("id")),
        "request_to_change": select(REQUEST.c.state, REQUEST.c.head).where(REQUEST.c.id == bindparam("id")).with_for_update(),
        "requests": _requests().where(REQUEST.c.brand == bindparam("brand")),
        "all_requests": _requests(),
        "events": select(EVENT.c.body, EVENT.c.digest).where(EVENT.c.request == bindparam("request")).order_by(EVENT.c.number),
        "playbook": select(PLAYBOOK.c.body).where(PLAYBOOK.c.digest == bindparam("digest")).limit(1),
        "in_force": select(PLAYBOOK.c.digest, PLAYBOOK.c.version, PLAYBOOK.c.agreed, *how_many_removed())
        .where(PLAYBOOK.c.brand == bindparam("brand"))
        .order_by(PLAYBOOK.c.version.desc())
        .limit(1),
        "brands": select(PLAYBOOK.c.brand).distinct().order_by(PLAYBOOK.c.brand),
        "remembered": select(IDEMPOTENCY.c.asked, IDEMPOTENCY.c.request).where(IDEMPOTENCY.c.key == bindparam("key")),
        "copies": select(*COPY.c).where(COPY.c.request == bindparam("request")).order_by(COPY.c.person, COPY.c.messenger),
        "request_of": select(COPY.c.request).where(same(COPY, "messenger", "chat", "message")),
        "accounts": select(*ACCOUNT.c).order_by(ACCOUNT.c.messenger, ACCOUNT.c.external),
        "accounts_of": select(*ACCOUNT.c).where(ACCOUNT.c.person == bindparam("person")).order_by(ACCOUNT.c.messenger),
        "reachable": select(ACCOUNT.c.person, ACCOUNT.c.language).where(ACCOUNT.c.blocked == 0),
        "account": select(*ACCOUNT.c).where(same(ACCOUNT, "messenger", "workspace", "external")),
        "unhandled": select(*INBOX.c)
        .where(and_(INBOX.c.messenger == bindparam("messenger"), INBOX.c.handled_at == 0))
        .order_by(INBOX.c.received_at, INBOX.c.id),
        "take_unhandled": update(INBOX)
        .where(INBOX.c.messenger == bindparam("which"), INBOX.c.id.in_(_nobodys()))
        .values(taken_until=bindparam("until"))
        .returning(*INBOX.c),
        "keep_taken": update(INBOX)
        .where(and_(INBOX.c.messenger == bindparam("which"), INBOX.c.id == bindparam("update"), INBOX.c.handled_at == 0))
        .where(INBOX.c.taken_until == bindparam("since"))
        .values(taken_until=bindparam("until")),
        "taken": select(INBOX.c.id, INBOX.c.taken_until).where(INBOX.c.messenger == bindparam("which"), INBOX.c.handled_at == 0),
        "is_handled": select(INBOX.c.handled_at).where(same(INBOX, "messenger", "id")),
        "dialog": select(DIALOG.c.body).where(same(DIALOG, "messenger", "external")),
        "sent": select(SENT.c.at).where(SENT.c.key == bindparam("key")),
    }


def _nobodys() -> Select[Any]:
    """Updates that were delivered and that nobody handles."""
    return (
        select(INBOX.c.id)
        .where(INBOX.c.messenger == bindparam("which"), INBOX.c.handled_at == 0, INBOX.c.taken_until <= bindparam("now"))
        .with_for_update(skip_locked=True)
    )


def _looking_up() -> dict[str, Executable]:
    """What is found by something else than a request's id: whom it waits for, who is away, what counts against a limit."""
    return {
        "messages": select(func.count())
        .select_from(SENT)
        .where(SENT.c.key >= bindparam("first"), SENT.c.key < bindparam("after"))
        .where(SENT.c.at >= bindparam("since"), SENT.c.at < bindparam("until")),
        "waiting_for": select(WAITING.c.request).where(WAITING.c.person == bindparam("person")).order_by(WAITING.c.request),
        "asked": select(WAITING.c.person).where(WAITING.c.request == bindparam("request")),
        "waiting_in": select(WAITING.c.request)
        .join(REQUEST, REQUEST.c.id == WAITING.c.request)
        .where(REQUEST.c.brand == bindparam("brand"))
        .distinct(),
        "absences": select(*ABSENCE.c)
        .where(ABSENCE.c.last >= bindparam("since"), ABSENCE.c.ended_at == 0)
        .order_by(ABSENCE.c.id),
        "to_catch_up": select(*ABSENCE.c)
        .where(ABSENCE.c.person == bindparam("person"), ABSENCE.c.caught_up_at == 0)
        .order_by(ABSENCE.c.id),
        "uses": select(LOCAL_USE.c.decided_at, LOCAL_USE.c.unchecked)
        .where(same(LOCAL_USE, "brand", "kind", "market"))
        .where(or_(LOCAL_USE.c.decided_at >= bindparam("since"), LOCAL_USE.c.unchecked == 1)),
        "tracks": select(REQUEST.c.state)
        .join(TRACK, TRACK.c.request == REQUEST.c.id)
        .where(TRACK.c.campaign == bindparam("campaign"))
        .order_by(REQUEST.c.opened_at, REQUEST.c.id),
    }


def _conversing() -> dict[str, Executable]:
    """What conversations need: creators and their requests, invitations, files, what was not understood."""
    return {
        "creator": select(*CREATOR.c).where(CREATOR.c.person == bindparam("person")).order_by(CREATOR.c.brand),
        "creators": select(*CREATOR.c).where(CREATOR.c.brand == bindparam("brand")).order_by(CREATOR.c.name, CREATOR.c.person),
        "creator_requests": select(REQUEST.c.state)
        .join(CREATOR_REQUEST, CREATOR_REQUEST.c.request == REQUEST.c.id)
        .where(CREATOR_REQUEST.c.creator == bindparam("creator"))
        .order_by(REQUEST.c.opened_at.desc(), REQUEST.c.id.desc()),
        "invite": select(*INVITE.c).where(INVITE.c.digest == bindparam("digest")),
        "invite_to_change": select(*INVITE.c).where(INVITE.c.digest == bindparam("digest")).with_for_update(),
        "invites_of": select(*INVITE.c).where(INVITE.c.person == bindparam("person")).order_by(INVITE.c.said_at),
        "file": select(*FILE.c).where(FILE.c.id == bindparam("id")),
        "file_body": select(FILE_BODY.c.body).where(FILE_BODY.c.digest == bindparam("digest")),
        "message_key": select(SENT.c.key).where(same(SENT, "chat", "message")),
        "unanswered": select(*UNANSWERED.c)
        .where(UNANSWERED.c.brand == bindparam("brand"), UNANSWERED.c.at >= bindparam("since"))
        .order_by(UNANSWERED.c.id),
        "direct_contacts": select(*DIRECT_CONTACT.c).where(DIRECT_CONTACT.c.brand == bindparam("brand")),
    }


def _requests() -> Select[Any]:
    """The newest first, from the one opened next before an instant and an id. A status or person of "" means any."""
    at = REQUEST.c.opened_at
    until: ColumnElement[int] = bindparam("until")
    return (
        select(REQUEST.c.state)
        .where(_any_or(REQUEST.c.status, "status"), _any_or(REQUEST.c.requested_by, "person"))
        .where(at <= until, or_(at < until, REQUEST.c.id < bindparam("last")))
        .order_by(REQUEST.c.opened_at.desc(), REQUEST.c.id.desc())
        .limit(bindparam("most"))
    )


def _any_or(column: ColumnElement[str], name: str) -> ColumnElement[bool]:
    return or_(bindparam(name, type_=column.type) == "", column == bindparam(name, type_=column.type))


def _inserts(insert: Insert) -> dict[str, Executable]:
    plain = {
        "add_event": EVENT, "add_idempotency": IDEMPOTENCY, "add_playbook": PLAYBOOK, "add_track": TRACK,
        "add_unanswered": UNANSWERED,
    }  # fmt: skip
    once = {"add_request": REQUEST, "receive": INBOX}
    unless_there = {
        "note_sent": SENT, "add_waiting": WAITING, "add_creator_request": CREATOR_REQUEST, "add_file_body": FILE_BODY,
    }  # fmt: skip
    latest = {
        "save_copy": COPY, "save_account": ACCOUNT, "save_dialog": DIALOG, "save_absence": ABSENCE, "save_use": LOCAL_USE,
        "save_creator": CREATOR, "save_invite": INVITE, "save_file": FILE, "save_direct_contact": DIRECT_CONTACT,
    }  # fmt: skip
    return {
        **{name: insert(rows).values(values(rows)) for name, rows in plain.items()},
        **{name: insert_once(insert, rows) for name, rows in once.items()},
        **{name: insert_unless_there(insert, rows) for name, rows in unless_there.items()},
        **{name: upsert(insert, rows) for name, rows in latest.items()},
    }


def _changes(insert: Insert) -> dict[str, Executable]:
    counting = insert(NUMBER).values({"name": bindparam("name"), "value": 1})
    return {
        "swap_request": _changed_request().returning(REQUEST.c.id),
        "change_request": _changed_request(),
        "forget_copy": delete(COPY).where(same(COPY, "request", "person", "messenger")),
        "handled": update(INBOX)
        .where(and_(same(INBOX, "messenger", "id"), INBOX.c.handled_at == 0))
        .values(handled_at=bindparam("at"))
        .returning(INBOX.c.id),
        "forget_waiting": delete(WAITING).where(same(WAITING, "request", "person")),
        "forget_account": delete(ACCOUNT).where(same(ACCOUNT, "messenger", "workspace", "external")),
        "forget_use": delete(LOCAL_USE).where(same(LOCAL_USE, "request")),
        "end_dialog": delete(DIALOG).where(same(DIALOG, "messenger", "external")),
        "next_number": counting.on_conflict_do_update(index_elements=["name"], set_={"value": NUMBER.c.value + 1}).returning(
            NUMBER.c.value
        ),
    }


def _changed_request() -> Update:
    """Only over the state it was decided on."""
    same_state = and_(REQUEST.c.id == bindparam("id"), REQUEST.c.revision == bindparam("before"))
    changed: dict[str, Any] = {name: bindparam(name) for name in ("status", "revision", "head", "state")}
    return update(REQUEST).where(same_state).values(changed)


def _changing(*tables: Table) -> frozenset[str]:
    names = {table.name for table in tables}
    found = built(plain_insert).items()
    return frozenset(name for name, statement in found if isinstance(statement, UpdateBase) and _tables(statement) & names)


# After these, nothing holds that was kept: it was made of people, absences, playbooks or webhooks.
CHANGING_KEPT = _changing(ACCOUNT, ABSENCE, PLAYBOOK, WEBHOOK)
