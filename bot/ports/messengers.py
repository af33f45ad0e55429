"""The ways out to people, and the clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.cards import Card
from bot.core.request.model import RequestId
from bot.ports.records import Account, Copy
from bot.speech import Reader


class Clock(Protocol):
    """The one place that knows what time it is."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


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
    async def find(self, account: Account, request: RequestId) -> Posted | None:
        """The newest card of a request in somebody's chat, for whoever cannot know whether it was sent. ``None`` where there
        is none, and in a messenger that does not tell its bots what they have sent."""
        ...

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
