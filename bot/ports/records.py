"""What the store keeps besides requests: accounts, creators, files, cards as they stand, jobs, what was delivered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NewType

from bot.core.people import Absence
from bot.core.playbook.model import PersonId, Playbook
from bot.core.request.model import Request, RequestId
from bot.core.wording import Text

Brand = NewType("Brand", str)
Digest = NewType("Digest", str)


@dataclass(frozen=True, slots=True)
class Account:
    """A person's account in a messenger. ``chat`` is where the bot writes to them."""

    messenger: str
    workspace: str
    external: str
    person: PersonId
    chat: str = ""
    blocked: bool = False
    language: str = ""  # the language the person has chosen; empty for the first of their playbook's
    preferred: bool = False  # here they want to be asked first


@dataclass(frozen=True, slots=True)
class Creator:
    """A creator of one brand. Somebody who works with several brands is in each with the same ``person``."""

    person: PersonId
    brand: str
    market: str
    name: str
    language: str
    added_by: PersonId
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Invite:
    """An invitation for one person of a brand. ``digest`` is that of its secret word.

    ``bound_to`` is the one account that may use it (``slack:U123``), or empty for whoever has the word. ``used_by`` is the
    account that did.
    """

    digest: str
    brand: str
    person: PersonId
    said_by: PersonId
    said_at: datetime
    expires_at: datetime
    bound_to: str = ""
    used_at: datetime | None = None
    used_by: str = ""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file as somebody gave it. ``place`` is how its messenger finds it again; ``digest`` is of its bytes, once fetched."""

    id: str
    brand: str
    name: str
    mime: str
    size: int
    messenger: str
    place: str
    link: str
    digest: str
    given_by: PersonId
    given_at: datetime


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Words that were not understood."""

    brand: str
    person: PersonId
    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class DirectContact:
    """When two roles of a direct line last talked without anybody between them, and on which request."""

    brand: str
    first: str
    second: str
    at: datetime
    request: RequestId


@dataclass(frozen=True, slots=True)
class Away:
    """An absence as it was said: by whom, when, by which door, and whether it was ended before its last day.

    ``caught_up_at`` is when the person got the list of what went by meanwhile.
    """

    id: int
    days: Absence
    said_by: PersonId
    said_at: datetime
    through: str
    ended_at: datetime | None = None
    ended_by: PersonId = ""
    caught_up_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Copy:
    """A card as it stands in somebody's chat. ``fingerprint`` is the content last put there."""

    request: RequestId
    person: PersonId
    messenger: str
    chat: str
    message: str
    fingerprint: str
    overflow: str = ""  # fingerprint of the full text that went along as a file or thread
    shows: str = ""  # the revision of the state it shows; empty where that was not noted


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do at or after an instant. There is one job for each ``key``; a newer one takes its place."""

    key: str
    kind: Literal["card", "tell", "file", "wake", "digest", "hook"]
    request: RequestId
    person: PersonId
    due_at: datetime
    text: Text | None = None
    urgent: bool = False
    version: int = 0
    attempts: int = 0
    leased_until: datetime | None = None  # whoever claimed it has it until then


@dataclass(frozen=True, slots=True)
class Update:
    """What a messenger delivered, as it came. ``id`` recognises a repeated delivery."""

    messenger: str
    id: str
    body: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Stored:
    """A request as the store has it: its state and the digest of its last event."""

    request: Request
    head: str


@dataclass(frozen=True, slots=True)
class InForce:
    """A playbook version that is in force. ``agreed`` says how it came to be (``elsewhere`` for an import)."""

    digest: Digest
    version: int
    playbook: Playbook
    agreed: str


@dataclass(frozen=True, slots=True)
class Filter:
    """Which requests are asked for, the newest first; ``None`` means any.

    ``before`` is the last of a page, for the next one to begin after it: when it was opened, and its id.
    """

    brand: str | None = None
    status: str | None = None
    person: PersonId | None = None
    limit: int = 50
    before: tuple[datetime, RequestId] | None = None


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A token for the HTTP API by the digest of its secret. It opens one brand until it is revoked."""

    digest: str
    brand: str
    name: str
    created_at: datetime
    created_by: str
    revoked_at: datetime | None = None
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where a brand's decisions are told to other software. ``secret`` signs what is sent."""

    id: str
    brand: str
    url: str
    secret: str
    added_at: datetime
    allow_private: bool = False
    ended_at: datetime | None = None
