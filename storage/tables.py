"""The tables, as SQLModel classes. Rows never leave this package: the core has its own values.

Instants are whole microseconds since 1970 UTC, documents are JSON text: both mean the same on every engine.
"""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import BigInteger, Column, Index, LargeBinary, Text
from sqlmodel import Field, SQLModel


def _text() -> Column[str]:
    return Column(Text, nullable=False)


def _instant(nullable: bool = False) -> Column[int]:
    return Column(BigInteger, nullable=nullable)


class PlaybookRow(SQLModel, table=True):
    """Every version that was ever in force. Never changed; a text that comes back is a version of its own."""

    __tablename__: ClassVar[str] = "playbook"
    brand: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    digest: str = Field(index=True)
    agreed: str
    since: int = Field(sa_column=_instant())
    body: str = Field(sa_column=_text())


class RequestRow(SQLModel, table=True):
    """A request's state. ``revision`` is compared and swapped; ``head`` is the digest of its last event."""

    __tablename__: ClassVar[str] = "request"
    id: str = Field(primary_key=True)
    brand: str
    status: str
    requested_by: str
    opened_at: int = Field(sa_column=_instant())
    revision: int
    head: str
    state: str = Field(sa_column=_text())
    __table_args__: ClassVar[tuple[Index, ...]] = (
        Index("request_by_brand", "brand", "opened_at", "id"),
        Index("request_by_opening", "opened_at", "id"),
    )


class EventRow(SQLModel, table=True):
    """One event. ``digest`` covers the event and the digest before it, so that a cut or an edit shows."""

    __tablename__: ClassVar[str] = "event"
    request: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    at: int = Field(sa_column=_instant())
    digest: str
    body: str = Field(sa_column=_text())


class JobRow(SQLModel, table=True):
    """Outbox and moments in one table. ``version`` grows when a job is put anew while it is being done.

    ``held_by`` is the sender that has claimed it and does not only let it rest.
    """

    __tablename__: ClassVar[str] = "job"
    key: str = Field(primary_key=True)
    kind: str
    request: str
    person: str
    due_at: int = Field(sa_column=_instant())
    urgent: int
    lease_until: int = Field(sa_column=_instant())
    attempts: int
    version: int
    body: str = Field(sa_column=_text())
    held_by: str = Field(default="", sa_column_kwargs={"server_default": ""})
    __table_args__: ClassVar[tuple[Index, ...]] = (Index("job_by_due", "due_at"),)


class CopyRow(SQLModel, table=True):
    """A card as it stands in somebody's chat."""

    __tablename__: ClassVar[str] = "copy"
    request: str = Field(primary_key=True)
    person: str = Field(primary_key=True)
    messenger: str = Field(primary_key=True)
    chat: str
    message: str
    fingerprint: str
    overflow: str
    shows: str = Field(sa_column_kwargs={"server_default": ""})
    __table_args__: ClassVar[tuple[Index, ...]] = (Index("copy_by_message", "messenger", "chat", "message"),)


class AccountRow(SQLModel, table=True):
    """Who is who in a messenger, in which language they want to be spoken to, and where they want to be asked first."""

    __tablename__: ClassVar[str] = "account"
    messenger: str = Field(primary_key=True)
    workspace: str = Field(primary_key=True)
    external: str = Field(primary_key=True)
    person: str = Field(index=True)
    chat: str
    blocked: int
    language: str = Field(sa_column_kwargs={"server_default": ""})
    preferred: int = Field(sa_column_kwargs={"server_default": "0"})


class InboxRow(SQLModel, table=True):
    """What messengers delivered, before anything was made of it. ``handled_at`` is 0 until then.

    Whoever handles it has it until ``taken_until``; after that another process may.
    """

    __tablename__: ClassVar[str] = "inbox"
    messenger: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    received_at: int = Field(sa_column=_instant())
    handled_at: int = Field(sa_column=_instant())
    body: str = Field(sa_column=_text())
    taken_until: int = Field(sa_column=Column(BigInteger, nullable=False, server_default="0"))
    __table_args__: ClassVar[tuple[Index, ...]] = (Index("inbox_by_handled", "messenger", "handled_at", "received_at"),)


class DialogRow(SQLModel, table=True):
    """A question the bot has put to somebody in chat and not yet had answered."""

    __tablename__: ClassVar[str] = "dialog"
    messenger: str = Field(primary_key=True)
    external: str = Field(primary_key=True)
    at: int = Field(sa_column=_instant())
    body: str = Field(sa_column=_text())


class SentRow(SQLModel, table=True):
    """Short messages that were sent, so that none is sent twice, and so that they can be counted."""

    __tablename__: ClassVar[str] = "sent"
    key: str = Field(primary_key=True)
    at: int = Field(sa_column=_instant())
    chat: str
    message: str
    __table_args__: ClassVar[tuple[Index, ...]] = (Index("sent_by_message", "message", "chat"),)


class WaitingRow(SQLModel, table=True):
    """Who is asked for something on which request: what a state says, so that it can be looked up by person."""

    __tablename__: ClassVar[str] = "waiting"
    person: str = Field(primary_key=True)
    request: str = Field(primary_key=True, index=True)


class AbsenceRow(SQLModel, table=True):
    """Days on which somebody is away, as they were said. ``ended_at`` is 0 unless it was taken back or said anew."""

    __tablename__: ClassVar[str] = "absence"
    id: int = Field(primary_key=True)
    person: str = Field(index=True)
    first: str
    last: str = Field(index=True)
    said_by: str
    said_at: int = Field(sa_column=_instant())
    through: str
    ended_at: int = Field(sa_column=_instant())
    ended_by: str
    caught_up_at: int = Field(sa_column=_instant())


class LocalUseRow(SQLModel, table=True):
    """A provisional decision: what counts against the limits of the local authority. ``unchecked`` is its debt."""

    __tablename__: ClassVar[str] = "local_use"
    request: str = Field(primary_key=True)
    brand: str
    kind: str
    market: str
    decided_at: int = Field(sa_column=_instant())
    unchecked: int
    __table_args__: ClassVar[tuple[Index, ...]] = (Index("local_use_by_right", "brand", "kind", "market", "decided_at"),)


class TrackRow(SQLModel, table=True):
    """One market's request in a campaign."""

    __tablename__: ClassVar[str] = "track"
    campaign: str = Field(primary_key=True)
    request: str = Field(primary_key=True)


class IdempotencyRow(SQLModel, table=True):
    """What an idempotency key was used for."""

    __tablename__: ClassVar[str] = "idempotency"
    key: str = Field(primary_key=True)
    at: int = Field(sa_column=_instant())
    asked: str
    request: str


class NumberRow(SQLModel, table=True):
    """Running numbers, for ids that people can say."""

    __tablename__: ClassVar[str] = "number"
    name: str = Field(primary_key=True)
    value: int


class CreatorRow(SQLModel, table=True):
    """A creator, once for each brand they work with. They are not in the playbook: they come and go with campaigns."""

    __tablename__: ClassVar[str] = "creator"
    person: str = Field(primary_key=True)
    brand: str = Field(primary_key=True, index=True)
    market: str
    name: str
    language: str
    added_by: str
    added_at: int = Field(sa_column=_instant())


class CreatorRequestRow(SQLModel, table=True):
    """Which requests are about a creator's work."""

    __tablename__: ClassVar[str] = "creator_request"
    creator: str = Field(primary_key=True)
    request: str = Field(primary_key=True)


class InviteRow(SQLModel, table=True):
    """An invitation by the digest of its secret word: the word itself is known only to whoever it was given to."""

    __tablename__: ClassVar[str] = "invite"
    digest: str = Field(primary_key=True)
    brand: str
    person: str = Field(index=True)
    said_by: str
    said_at: int = Field(sa_column=_instant())
    expires_at: int = Field(sa_column=_instant())
    bound_to: str
    used_at: int = Field(sa_column=_instant())
    used_by: str


class FileRow(SQLModel, table=True):
    """A file somebody gave, and where it lies in the messenger it came by. ``digest`` is empty until it was fetched."""

    __tablename__: ClassVar[str] = "file"
    id: str = Field(primary_key=True)
    brand: str
    name: str
    mime: str
    size: int = Field(sa_column=Column(BigInteger, nullable=False))
    messenger: str
    place: str
    link: str
    digest: str
    given_by: str
    given_at: int = Field(sa_column=_instant())


class FileBodyRow(SQLModel, table=True):
    """A file's bytes under their own digest: what was decided on cannot change behind the decision's back."""

    __tablename__: ClassVar[str] = "file_body"
    digest: str = Field(primary_key=True)
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class UnansweredRow(SQLModel, table=True):
    """Words the bot did not understand: questions that nobody owns yet."""

    __tablename__: ClassVar[str] = "unanswered"
    id: int = Field(primary_key=True)
    brand: str
    person: str
    at: int = Field(sa_column=_instant())
    words: str
    __table_args__: ClassVar[tuple[Index, ...]] = (Index("unanswered_by_brand", "brand", "at"),)


class DirectContactRow(SQLModel, table=True):
    """When two roles that must keep talking last did, without anybody between them."""

    __tablename__: ClassVar[str] = "direct_contact"
    brand: str = Field(primary_key=True)
    first: str = Field(primary_key=True)
    second: str = Field(primary_key=True)
    at: int = Field(sa_column=_instant())
    request: str


class BeatRow(SQLModel, table=True):
    """When something was last alive."""

    __tablename__: ClassVar[str] = "beat"
    name: str = Field(primary_key=True)
    at: int = Field(sa_column=_instant())


class ApiTokenRow(SQLModel, table=True):
    """A token of the HTTP API, by the digest of its secret."""

    __tablename__: ClassVar[str] = "api_token"
    digest: str = Field(primary_key=True)
    brand: str
    name: str
    created_at: int = Field(sa_column=_instant())
    created_by: str
    revoked_at: int = Field(sa_column=_instant())
    used_at: int = Field(sa_column=_instant())


class WebhookRow(SQLModel, table=True):
    """Where a brand's decisions are told to other software. The secret signs, so it has to be readable here."""

    __tablename__: ClassVar[str] = "webhook"
    id: str = Field(primary_key=True)
    brand: str = Field(index=True)
    url: str
    secret: str
    added_at: int = Field(sa_column=_instant())
    allow_private: int
    ended_at: int = Field(sa_column=_instant())


class RemovedPersonRow(SQLModel, table=True):
    """Somebody whose name and accounts were removed. The history keeps their role."""

    __tablename__: ClassVar[str] = "removed_person"
    person: str = Field(primary_key=True)
    removed_at: int = Field(sa_column=_instant())
    removed_by: str
