"""What is kept and what is not: forgetting what is old, a little at a time, and removing a person."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from bot.core.playbook.model import PersonId
from bot.core.request.model import Request, RequestId
from bot.ports.records import Copy

# Deliveries by when they were handled, invitations by when they ended, the others by when they came to be.
Old = Literal["deliveries", "dialogs", "questions", "invitations", "processes"]


@dataclass(frozen=True, slots=True)
class LastMoved:
    """A request and the instant of its last event."""

    request: Request
    at: datetime


@dataclass(frozen=True, slots=True)
class Version:
    """A playbook as it was stored. The digest stays that of what was agreed, also when a name was taken out of the body."""

    brand: str
    number: int
    digest: str
    body: str


class Keeping(Protocol):
    """Forgetting, in pieces that hold nobody up."""

    def forget_old(self, what: Old, before: datetime, most: int) -> int:
        """Forgets at most so many that are from before an instant. Gives how many there were."""
        ...

    def opened_before(self, until: datetime, since: datetime, after: RequestId, most: int) -> Sequence[LastMoved]:
        """Requests in the order in which they were opened, beginning after one that was opened at ``since``."""
        ...

    def notes_after(self, key: str, most: int) -> Sequence[tuple[str, datetime]]:
        """Notes of short messages that are about no request, by their keys, and when each was sent."""
        ...

    def forget_notes(self, keys: Collection[str]) -> None: ...
    def forget_notes_of(self, request: RequestId) -> None:
        """Forgets which messages and files of a request were sent."""
        ...

    def forget_file_body(self, file: str, before: datetime) -> bool:
        """Forgets a file's bytes, unless the same bytes were given again since. Gives whether there were any."""
        ...

    def remove_person(self, person: PersonId, at: datetime, by: str) -> None:
        """Forgets a person's accounts, invitations, absences, unanswered words and what waits to be sent to them."""
        ...

    def removed(self) -> Mapping[PersonId, datetime]:
        """Everybody who was removed, and when."""
        ...

    def versions(self) -> Sequence[Version]:
        """Every version of every playbook."""
        ...

    def rewrite_version(self, version: Version) -> None: ...
    def rewrite_state(self, request: Request) -> None:
        """Changes how a request is shown, not what happened to it: the state of the same revision."""
        ...

    def copies_of(self, person: PersonId) -> Sequence[Copy]:
        """The cards in a person's chats."""
        ...

    def forget_chat(self, chat: str, most: int) -> int:
        """Forgets where at most so many short messages stand, not that they were sent. Gives how many there were."""
        ...

    def forget_dialogs_of(self, external: str) -> None: ...
    def forget_bodies(self, words: str, most: int) -> int:
        """Empties at most so many handled deliveries in which these words occur. Gives how many there were."""
        ...

    def forget_questions_naming(self, words: str) -> None: ...
    def jobs_naming(self, words: str) -> Sequence[tuple[str, str]]:
        """The jobs whose text has these words: key and text, as they are stored."""
        ...

    def dialogs_naming(self, words: str) -> Sequence[tuple[str, str, str]]:
        """The open questions that have these words: messenger, account and text, as they are stored."""
        ...

    def rewrite_dialog(self, messenger: str, external: str, body: str) -> None: ...

    def rewrite_job(self, key: str, body: str) -> None: ...
