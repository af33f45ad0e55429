"""Statements for forgetting what is old, for removing a person, and for changing accounts. Built as in ``statements``."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, Table, and_, bindparam, delete, func, or_, select, tuple_, update
from sqlalchemy.sql.base import Executable

from storage import tables as t
from storage.building import Insert, table, upsert

PLAYBOOK, REQUEST, EVENT, JOB = table(t.PlaybookRow), table(t.RequestRow), table(t.EventRow), table(t.JobRow)
COPY, ACCOUNT, INBOX, DIALOG = table(t.CopyRow), table(t.AccountRow), table(t.InboxRow), table(t.DialogRow)
SENT, INVITE, UNANSWERED, ABSENCE = table(t.SentRow), table(t.InviteRow), table(t.UnansweredRow), table(t.AbsenceRow)
FILE, FILE_BODY, BEAT, REMOVED = table(t.FileRow), table(t.FileBodyRow), table(t.BeatRow), table(t.RemovedPersonRow)
NUMBER = table(t.NumberRow)


def keeping(insert: Insert) -> dict[str, Executable]:
    """All of them, by name."""
    return {**_forgetting(), **_looking_back(), **_removing(insert), **_rewriting(), **_locking()}


def _forgetting() -> dict[str, Executable]:
    before: BindParameter[int] = bindparam("before")
    of_messenger = and_(INBOX.c.messenger == bindparam("which"), INBOX.c.handled_at > 0, INBOX.c.handled_at < before)
    process = and_(BEAT.c.name >= bindparam("first"), BEAT.c.name < bindparam("after"), BEAT.c.at < before)
    return {
        "next_messenger": select(func.min(INBOX.c.messenger)).where(INBOX.c.messenger > bindparam("after")),
        "forget_deliveries": _some(INBOX, of_messenger),
        "forget_old_dialogs": _some(DIALOG, DIALOG.c.at < before),
        "forget_questions": _some(UNANSWERED, UNANSWERED.c.at < before),
        # By one that was used somebody came in: whoever takes their account away again has to find it.
        "forget_invitations": _some(INVITE, and_(INVITE.c.expires_at < before, INVITE.c.used_at == 0)),
        "forget_processes": _some(BEAT, process),
        "forget_note": delete(SENT).where(SENT.c.key == bindparam("of")),
        "forget_notes_of": delete(SENT).where(SENT.c.key >= bindparam("first"), SENT.c.key < bindparam("after")),
        "forget_file_body": delete(FILE_BODY)
        .where(FILE_BODY.c.digest.in_(select(FILE.c.digest).where(FILE.c.id == bindparam("file"))))
        .where(FILE_BODY.c.digest.not_in(select(FILE.c.digest).where(FILE.c.given_at >= before)))
        .returning(FILE_BODY.c.digest),
    }


def _some(rows: Table, which: ColumnElement[bool]) -> Executable:
    """Deletes a bounded number of rows, those that nobody else is just working on."""
    keys = tuple(rows.primary_key.columns)
    found = select(*keys).where(which).limit(bindparam("most")).with_for_update(skip_locked=True)
    return delete(rows).where(_key(rows).in_(found)).returning(keys[0])


def _key(rows: Table) -> Any:
    keys = tuple(rows.primary_key.columns)
    return tuple_(*keys) if len(keys) > 1 else keys[0]


def _looking_back() -> dict[str, Executable]:
    since: BindParameter[int] = bindparam("since")
    at = REQUEST.c.opened_at
    return {
        "opened_before": select(REQUEST.c.state, EVENT.c.at)
        .join(EVENT, and_(EVENT.c.request == REQUEST.c.id, EVENT.c.number == REQUEST.c.revision))
        .where(at >= since, at < bindparam("until"), or_(at > since, REQUEST.c.id > bindparam("after")))
        .order_by(at, REQUEST.c.id)
        .limit(bindparam("most")),
        "notes_after": select(SENT.c.key, SENT.c.at)
        .where(SENT.c.key > bindparam("after"), SENT.c.key < bindparam("end"))
        .order_by(SENT.c.key)
        .limit(bindparam("most")),
        "removed": select(REMOVED.c.person, REMOVED.c.removed_at),
        "versions": select(PLAYBOOK.c.brand, PLAYBOOK.c.version, PLAYBOOK.c.digest, PLAYBOOK.c.body).order_by(
            PLAYBOOK.c.brand, PLAYBOOK.c.version
        ),
        "copies_of": select(*COPY.c).where(COPY.c.person == bindparam("person")),
        "jobs_naming": select(JOB.c.key, JOB.c.body).where(_naming(JOB.c.body)),
        "dialogs_naming": select(DIALOG.c.messenger, DIALOG.c.external, DIALOG.c.body)
        .where(_naming(DIALOG.c.body))
        .order_by(DIALOG.c.messenger, DIALOG.c.external)
        .with_for_update(),
    }


def _removing(insert: Insert) -> dict[str, Executable]:
    person: BindParameter[str] = bindparam("person")
    heard = _some_changed(INBOX, and_(INBOX.c.handled_at > 0, _naming(INBOX.c.body)), body="")
    return {
        "save_removed": upsert(insert, REMOVED),
        **{
            f"forget_{name}_of_person": delete(rows).where(rows.c.person == person)
            for name, rows in (
                ("accounts", ACCOUNT), ("invites", INVITE), ("absences", ABSENCE), ("questions", UNANSWERED), ("jobs", JOB),
                ("copies", COPY),
            )
        },
        "forget_dialogs_of": delete(DIALOG).where(DIALOG.c.external == bindparam("external")),
        "forget_questions_naming": delete(UNANSWERED).where(_naming(UNANSWERED.c.words)),
        "forget_chat": _some_changed(SENT, SENT.c.chat == bindparam("which"), chat="", message=""),
        "forget_bodies": heard,
    }  # fmt: skip


def _some_changed(rows: Table, which: ColumnElement[bool], **values: str) -> Executable:
    keys = tuple(rows.primary_key.columns)
    found = select(*keys).where(which).limit(bindparam("most"))
    return update(rows).where(_key(rows).in_(found)).values(values).returning(keys[0])


def _naming(column: ColumnElement[str]) -> ColumnElement[bool]:
    return column.like(bindparam("like"), escape="\\")


def _locking() -> dict[str, Executable]:
    """Accounts as ``statements`` reads them, for whoever is about to write them back whole; and the requests' numbers."""
    one = and_(*(ACCOUNT.c[name] == bindparam(name) for name in ("messenger", "workspace", "external")))
    persons = select(*ACCOUNT.c).where(ACCOUNT.c.person == bindparam("person")).order_by(ACCOUNT.c.messenger)
    return {
        "account_to_change": select(*ACCOUNT.c).where(one).with_for_update(),
        "being_opened": select(NUMBER.c.value).where(func.length(NUMBER.c.name) == 1).order_by(NUMBER.c.name).with_for_update(),
        "accounts_of_to_change": persons.with_for_update(),
    }


def _rewriting() -> dict[str, Executable]:
    version = and_(PLAYBOOK.c.brand == bindparam("of"), PLAYBOOK.c.version == bindparam("number"))
    dialog = and_(DIALOG.c.messenger == bindparam("which"), DIALOG.c.external == bindparam("of"))
    same_state = and_(REQUEST.c.id == bindparam("of"), REQUEST.c.revision == bindparam("seen"))
    return {
        "rewrite_version": update(PLAYBOOK).where(version).values(body=bindparam("text")),
        "rewrite_state": update(REQUEST).where(same_state).values(state=bindparam("text")),
        "rewrite_dialog": update(DIALOG).where(dialog).values(body=bindparam("text")),
        "rewrite_job": update(JOB).where(JOB.c.key == bindparam("of")).values(body=bindparam("text")),
    }


def how_many_removed() -> tuple[Any, Any]:
    """Columns that change whenever somebody is removed: what was read of playbooks before may hold a name."""
    count: Select[Any] = select(func.count()).select_from(REMOVED)
    return count.scalar_subquery(), select(func.coalesce(func.max(REMOVED.c.removed_at), 0)).scalar_subquery()
