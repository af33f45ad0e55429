"""The ports: what the shell needs from the outside, and what success and failure mean there.

Exceptions, all of them ``SoglasError``:

* ``Conflict`` — somebody else changed the request first: load it again and decide again.
* ``Broken`` — something here is wrong and trying again will not mend it (a database of another version).
* ``MessengerError`` — a messenger did not do what was asked:
    * ``TryLater`` — it will, after ``after`` seconds (limits, outages).
    * ``Unclear`` — the answer was lost; it may have been done.
    * ``Gone`` — the message or chat to change is not there any more.
    * ``Unreachable`` — the person cannot be written to (blocked, deleted, never started).
    * ``NotAccepted`` — the messenger refuses the content itself: our fault, trying again changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, NewType, Protocol, TypeVar

from bot.core.cards import Card
from bot.core.people import Absence, Uses
from bot.core.playbook.model import PersonId, Playbook
from bot.core.request.effects import Decision
from bot.core.request.events import Event
from bot.core.request.model import Request, RequestId
from bot.core.wording import Text
from bot.speech import Reader

T = TypeVar("T")
Brand = NewType("Brand", str)
Digest = NewType("Digest", str)


class SoglasError(Exception):
    """Something is broken, here or outside."""


class Conflict(SoglasError):
    """Somebody else changed the request first."""


class Broken(SoglasError):
    """Something here is wrong, and trying again will not mend it."""


class MessengerError(SoglasError):
    """A messenger did not do what was asked."""


class TryLater(MessengerError):
    """The messenger will do it later."""

    def __init__(self, after: float, reason: str) -> None:
        super().__init__(reason)
        self.after = after


class Unclear(MessengerError):
    """The answer was lost; it may have been done."""


class Gone(MessengerError):
    """The message or chat is not there any more."""


class Unreachable(MessengerError):
    """The person cannot be written to."""


class NotAccepted(MessengerError):
    """The messenger refuses the content."""


class Clock(Protocol):
    """The one place that knows what time it is."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


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


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do at or after an instant. There is one job for each ``key``; a newer one takes its place."""

    key: str
    kind: Literal["card", "tell", "file", "wake", "digest"]
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
    """Which requests are asked for; ``None`` means any."""

    brand: str | None = None
    status: str | None = None
    person: PersonId | None = None
    limit: int = 50


class Transaction(Protocol):
    """What can be read and written in one transaction. Everything happens, or nothing."""

    def request(self, request: RequestId) -> Stored | None: ...
    def requests(self, wanted: Filter) -> Sequence[Request]: ...
    def record(self, before: Stored | None, decision: Decision) -> None:
        """Writes events and state. Raises ``Conflict`` when the state is not the one the decision was made on."""
        ...

    def events(self, request: RequestId) -> Sequence[str]: ...
    def history(self, request: RequestId) -> Sequence[Event]:
        """A request's events, in order."""
        ...

    def messages(self, request: RequestId, since: datetime, until: datetime) -> int:
        """How many short messages about a request were sent from ``since`` up to ``until``."""
        ...

    def waiting_for(self, person: PersonId) -> Sequence[RequestId]:
        """The requests on which something is asked of a person."""
        ...

    def waiting_in(self, brand: str) -> Sequence[RequestId]:
        """A brand's requests on which something is asked of anybody."""
        ...

    def tracks(self, campaign: str) -> Sequence[Request]:
        """The requests of a campaign, one a market, the first opened first."""
        ...

    def uses(self, brand: str, kind: str, market: str, since: datetime) -> Uses:
        """How a market's local authority has been used: every decision ``since``, and all that nobody has checked yet."""
        ...

    def absences(self, since: date) -> Sequence[Away]:
        """Absences that end on that day or later and were not taken back."""
        ...

    def to_catch_up(self, person: PersonId) -> Sequence[Away]:
        """A person's absences after which they have not got their list yet."""
        ...

    def save_absence(self, away: Away) -> None: ...
    def playbook(self, digest: str) -> Playbook: ...
    def in_force(self, brand: str) -> InForce | None: ...
    def brands(self) -> Sequence[str]: ...
    def put_in_force(self, playbook: Playbook, data: object, digest: str, agreed: str, at: datetime) -> InForce: ...
    def next_number(self, name: str) -> int: ...
    def remembered(self, key: str) -> tuple[str, str] | None:
        """What an idempotency key was used for: the digest of what was asked, and the request's id."""
        ...

    def remember(self, key: str, asked: str, request: RequestId, at: datetime) -> None: ...
    def put_job(self, job: Job) -> None: ...
    def put_jobs_later(self, job: Job) -> None:
        """Puts a job unless one with its key waits already."""
        ...

    def drop_job(self, key: str) -> None: ...
    def claim(self, now: datetime, lease: datetime, limit: int, kinds: Sequence[str]) -> Sequence[Job]: ...
    def finish_job(self, job: Job) -> None:
        """Ends a claimed job; one that was put anew meanwhile waits to be done again."""
        ...

    def postpone_job(self, job: Job, until: datetime) -> None:
        """Gives a claimed job back, to be done at ``until`` or later."""
        ...

    def next_due(self) -> datetime | None:
        """The first instant at which a job can be done."""
        ...

    def jobs_due(self, now: datetime) -> int: ...
    def copies(self, request: RequestId) -> Sequence[Copy]: ...
    def request_of(self, messenger: str, chat: str, message: str) -> RequestId | None:
        """The request whose card a message is."""
        ...

    def save_copy(self, copy: Copy) -> None: ...
    def forget_copy(self, copy: Copy) -> None: ...
    def accounts(self, person: PersonId | None = None) -> Sequence[Account]: ...
    def reachable(self) -> Mapping[PersonId, str]:
        """Everybody with an account that works, and the language they have chosen (empty: none)."""
        ...

    def account(self, messenger: str, external: str, workspace: str = "") -> Account | None: ...
    def save_account(self, account: Account) -> None: ...
    def forget_account(self, account: Account) -> None: ...
    def creator(self, person: PersonId) -> Sequence[Creator]:
        """A creator in each of their brands; nothing for anybody else."""
        ...

    def creators(self, brand: str) -> Sequence[Creator]: ...
    def save_creator(self, creator: Creator) -> None: ...
    def creator_requests(self, creator: PersonId) -> Sequence[Request]:
        """The requests about a creator's work, in all brands, the newest first."""
        ...

    def link_creator(self, creator: PersonId, request: RequestId) -> None: ...
    def invite(self, digest: str) -> Invite | None: ...
    def invites_of(self, person: PersonId) -> Sequence[Invite]: ...
    def save_invite(self, invite: Invite) -> None: ...
    def file(self, file: str) -> StoredFile | None: ...
    def save_file(self, file: StoredFile) -> None: ...
    def file_body(self, digest: str) -> bytes | None: ...
    def save_file_body(self, digest: str, body: bytes) -> None: ...
    def message_key(self, chat: str, message: str) -> str | None:
        """The key of the short message that stands there, if it is one of ours."""
        ...

    def note_unanswered(self, brand: str, person: PersonId, words: str, at: datetime) -> None: ...
    def unanswered(self, brand: str, since: datetime) -> Sequence[Unanswered]: ...
    def note_contact(self, contact: DirectContact) -> None: ...
    def direct_contacts(self, brand: str) -> Sequence[DirectContact]: ...
    def receive(self, update: Update) -> bool:
        """Writes an update down; ``False`` when it is there already."""
        ...

    def unhandled(self, messenger: str) -> Sequence[Update]: ...
    def is_handled(self, messenger: str, update: str) -> bool: ...
    def handled(self, messenger: str, update: str, at: datetime) -> None: ...
    def dialog(self, messenger: str, external: str) -> str | None: ...
    def save_dialog(self, messenger: str, external: str, body: str, at: datetime) -> None: ...
    def end_dialog(self, messenger: str, external: str) -> None: ...
    def forget_before(self, handled: datetime, asked: datetime) -> None:
        """Forgets updates handled before the first instant and dialogs put before the second."""
        ...

    def note_sent(self, key: str, chat: str, message: str, at: datetime) -> None: ...
    def sent(self, key: str) -> datetime | None:
        """When the message was sent; ``None`` if it was not."""
        ...


class Store(Protocol):
    """The database. ``run`` writes, ``read`` sees a consistent state and writes nothing."""

    async def run(self, work: Callable[[Transaction], T]) -> T:
        """Runs work in a transaction and gives its result after the commit. What it raises undoes it alone."""
        ...

    async def read(self, work: Callable[[Transaction], T]) -> T: ...
    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Rendered:
    """A card (or a text) in a messenger's own form. ``overflow`` is the full text where it had to be cut."""

    payload: object
    fingerprint: str
    overflow: str | None = None
    overflow_name: str = ""


@dataclass(frozen=True, slots=True)
class Posted:
    chat: str
    message: str


class Messenger(Protocol):
    """One messenger's way out. Every method raises ``MessengerError`` when it did not do what it says."""

    name: str

    def render(self, card: Card, reader: Reader) -> Rendered: ...
    async def post(self, account: Account, card: Rendered) -> Posted: ...
    async def edit(self, copy: Copy, card: Rendered) -> None: ...
    async def attach(self, posted: Posted, card: Rendered) -> None:
        """Puts the full text beside a card that had to cut it."""
        ...

    async def tell(self, account: Account, text: str, about: Copy | None, thread: bool = False) -> Posted:
        """A short message. With ``thread`` it belongs to the talk under the card ``about``, where a messenger has that."""
        ...

    @property
    def fetch_limit(self) -> int:
        """How many bytes a file may have to be fetched from here."""
        ...

    @property
    def send_limit(self) -> int:
        """How many bytes a file may have to be sent here."""
        ...

    async def fetch(self, place: str, limit: int) -> bytes:
        """The bytes of a file. Raises ``Gone`` when it is not there any more, ``NotAccepted`` when it is larger or empty."""
        ...

    async def send_file(self, account: Account, about: Copy | None, name: str, mime: str, body: bytes) -> Posted:
        """Puts a file beside the card ``about``."""
        ...

    async def resend_file(self, account: Account, about: Copy | None, place: str, name: str, mime: str) -> Posted | None:
        """Sends a file that lies in this messenger by its name there; ``None`` where that does not exist."""
        ...
