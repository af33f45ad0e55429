"""What can be read and written in one transaction, and the store that runs them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, TypeVar

from bot.core.people import Uses
from bot.core.playbook.model import PersonId, Playbook
from bot.core.request.effects import Decision
from bot.core.request.events import Event
from bot.core.request.model import Request, RequestId
from bot.ports.auditing import Auditing
from bot.ports.keeping import Keeping
from bot.ports.records import (
    Account,
    ApiToken,
    Away,
    Copy,
    Creator,
    DirectContact,
    Filter,
    InForce,
    Invite,
    Job,
    Stored,
    StoredFile,
    Unanswered,
    Update,
    Webhook,
)

T = TypeVar("T")


class Requests(Protocol):
    """Requests, the people around them, the playbooks they were opened under."""

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
    def kept(self, key: Hashable, make: Callable[[], T]) -> T:
        """A value made of playbooks, accounts, absences and webhooks alone, kept until any of these changes in the database."""
        ...

    def next_number(self, name: str) -> int: ...
    def remembered(self, key: str) -> tuple[str, str] | None:
        """What an idempotency key was used for: the digest of what was asked, and the request's id."""
        ...

    def remember(self, key: str, asked: str, request: RequestId, at: datetime) -> None: ...


class Jobs(Protocol):
    """What is to be done, the cards as they stand, what was sent."""

    def put_job(self, job: Job) -> None: ...
    def put_jobs_later(self, job: Job) -> None:
        """Puts a job unless one with its key waits already."""
        ...

    def drop_job(self, key: str) -> None: ...
    def first_job(self, begin: str) -> tuple[str, datetime] | None:
        """The first job, by key, whose key begins so, and until when somebody has it or it is put off."""
        ...

    def claim(self, now: datetime, lease: datetime, limit: int, kinds: Sequence[str], holder: str = "") -> Sequence[Job]:
        """Takes due jobs that nobody has, until ``lease``; ``holder`` is the sender whose they then are."""
        ...

    def claim_urgent(self, now: datetime, lease: datetime, limit: int, kinds: Sequence[str], holder: str = "") -> Sequence[Job]:
        """Claims as ``claim`` does, but only what is urgent."""
        ...

    def free_jobs(self, now: datetime, holder: str, kinds: Sequence[str]) -> Sequence[str]:
        """Gives back what all other senders than ``holder`` had claimed, with their tries. Gives the keys."""
        ...

    def claimed(self, job: Job) -> Job | None:
        """A claimed job as it is now: it may have been put anew. ``None`` when it is not there any more, or somebody else's."""
        ...

    def hurried(self, now: datetime) -> Sequence[str]:
        """The keys of the claimed jobs that are urgent: one that was put anew may not have been when it was claimed."""
        ...

    def prolong_job(self, job: Job, until: datetime) -> Job:
        """Keeps a claimed job for longer. Gives it with its new lease, or what ``claimed`` will not find if it was lost."""
        ...

    def give_back_job(self, job: Job, until: datetime) -> None:
        """Gives a claimed job back untried, to be claimed at ``until`` or later."""
        ...

    def finish_job(self, job: Job, *, is_known: bool = False) -> None:
        """Ends a claimed job; one that was put anew meanwhile waits to be done again.

        Then its tries stay counted, unless ``is_known`` what they have left standing.
        """
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
    def note_sent(self, key: str, chat: str, message: str, at: datetime) -> None: ...
    def sent(self, key: str) -> datetime | None:
        """When the message was sent; ``None`` if it was not."""
        ...


class Conversations(Protocol):
    """People and what they say."""

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
    def receive(self, update: Update, taken_until: datetime | None = None) -> bool:
        """Writes an update down; ``False`` when it is there already. Whoever received it handles it until ``taken_until``."""
        ...

    def unhandled(self, messenger: str) -> Sequence[Update]: ...
    def take_unhandled(self, messenger: str, now: datetime, until: datetime) -> Sequence[Update]:
        """The updates that nobody handles, for the caller to handle until ``until``, in the order they came."""
        ...

    def keep_taken(self, messenger: str, updates: Mapping[str, datetime], until: datetime) -> Collection[str]:
        """Goes on handling what was taken; with an instant that has passed it is given back.

        ``updates`` says until when each was taken. Gives those that still were: the others are somebody else's by now.
        """
        ...

    def is_handled(self, messenger: str, update: str) -> bool: ...
    def handled(self, messenger: str, update: str, at: datetime) -> bool:
        """Notes that an update was handled; ``False`` when it had been already."""
        ...

    def dialog(self, messenger: str, external: str) -> str | None: ...
    def save_dialog(self, messenger: str, external: str, body: str, at: datetime) -> None: ...
    def end_dialog(self, messenger: str, external: str) -> None: ...


class Operations(Protocol):
    """What keeping the system running needs: signs of life, tokens, webhooks, retention."""

    def beat(self, name: str, at: datetime) -> None:
        """Notes that something was alive: ``telegram.polled``, ``process.<name>``."""
        ...

    def beaten(self, name: str) -> datetime | None:
        """When something was last alive; ``None`` if never."""
        ...

    def beats(self, begin: str) -> Mapping[str, datetime]:
        """All signs of life whose name begins so."""
        ...

    def forget_beat(self, name: str) -> None: ...
    def api_token(self, digest: str) -> ApiToken | None:
        """The token of that digest, revoked ones too."""
        ...

    def api_tokens(self) -> Sequence[ApiToken]: ...
    def save_api_token(self, token: ApiToken) -> None: ...
    def note_token_used(self, digest: str, at: datetime) -> None:
        """Notes when a token was used, and touches nothing else of it: another process may be revoking it."""
        ...

    def webhooks(self, brand: str | None = None) -> Sequence[Webhook]:
        """The outgoing webhooks, of one brand or of all; ended ones too."""
        ...

    def save_webhook(self, webhook: Webhook) -> None: ...


class Transaction(Requests, Jobs, Conversations, Operations, Auditing, Keeping, Protocol):
    """What can be read and written in one transaction. Everything happens, or nothing."""


@dataclass(frozen=True, slots=True)
class About:
    """What an operation will read, as far as that is known before: a store may read it for many at once, ahead of them.

    It promises nothing: an operation may read something else, or nothing of it.
    """

    requests: tuple[RequestId, ...] = ()
    updates: tuple[tuple[str, str], ...] = ()  # messenger and id, as of a delivered update


NOTHING_SAID = About()


class Store(Protocol):
    """The database. ``run`` writes, ``read`` sees a consistent state and writes nothing."""

    async def run(self, work: Callable[[Transaction], T], about: About = NOTHING_SAID) -> T:
        """Runs work in a transaction and gives its result after the commit. What it raises undoes it alone."""
        ...

    async def read(self, work: Callable[[Transaction], T]) -> T: ...
    @property
    def is_shared(self) -> bool:
        """Whether other processes may work on the same database beside this one."""
        ...

    async def leads(self, duty: str) -> bool:
        """Whether this process has a duty that only one may have (``sender``, ``telegram``), taking it if nobody has it.

        Asked again and again: it is lost with the connection to the database, and taken over when its holder dies.
        """
        ...

    async def yields(self, duty: str) -> None:
        """Gives a duty up at once, for another process to take over."""
        ...

    def listen(self, woken: Callable[[], None]) -> None:
        """Calls ``woken``, in the running event loop, soon after any process has committed something that may be due."""
        ...

    async def close(self) -> None: ...
