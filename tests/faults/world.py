"""The world outside that survives every cut: a strict messenger with its chats, and people whose taps it repeats."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from bot.core.cards import Card
from bot.core.playbook.model import PersonId
from bot.core.request.commands import Do
from bot.core.request.model import Draft, RequestId
from bot.ports import Account, Copy, Gone, NotAccepted, Posted, Rendered, Unreachable
from bot.speech import Reader
from tests.faults.power import Power

NAME = "post"
LONGEST = 60
Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody does, as one delivered update: opens a request, acts on one, says that they are away or back."""

    id: str
    by: PersonId
    do: Do | None = None
    request: str = ""
    draft: Draft | None = None
    away: tuple[date, date] | None = None
    revision: int = 0  # of the request, when the person saw it


@dataclass(frozen=True, slots=True)
class Message:
    """What stands in a chat."""

    kind: str
    shown: str
    at: datetime
    edited: int = 0


@dataclass
class World:
    """Chats, and deliveries that wait for their acknowledgement. ``moved`` counts its changes; ``orphans`` are messages whose sender was cut before it
    could note them: the only ones that may have been sent twice."""

    now: datetime
    chats: dict[Place, Message] = field(default_factory=dict)
    waiting: dict[str, Deed] = field(default_factory=dict)
    acknowledged: frozenset[str] = frozenset()
    answered: Mapping[str, int] = field(default_factory=dict)
    vanished: frozenset[Place] = frozenset()
    orphans: frozenset[Place] = frozenset()
    sent: int = 0
    moved: int = 0

    def copy(self) -> World:
        return replace(self, chats=dict(self.chats), waiting=dict(self.waiting), answered=dict(self.answered))

    def content(self) -> Hashable:
        """Everything that is in it, to be compared."""
        chats, answered = tuple(self.chats.items()), frozenset(self.answered.items())
        known = self.acknowledged, self.vanished, self.orphans, frozenset(self.waiting)
        return self.now, self.sent, hash(chats), answered, known

    def acknowledge(self, deed: Deed) -> None:
        self.moved += 1
        self.waiting.pop(deed.id, None)
        self.acknowledged |= {deed.id}

    def answer(self, deed: Deed) -> None:
        self.moved += 1
        self.answered = {**self.answered, deed.id: self.answered.get(deed.id, 0) + 1}

    def put(self, chat: str, kind: str, shown: str) -> Posted:
        self.moved += 1
        self.sent += 1
        self.chats[chat, self.sent] = Message(kind, shown, self.now)
        return Posted(chat, str(self.sent))

    def change(self, place: Place, shown: str) -> None:
        if place in self.vanished:
            raise Gone("message to edit not found")
        if place not in self.chats or self.chats[place].kind != "card":
            raise NotAccepted("no such card was ever sent")
        self.moved += 1
        old = self.chats[place]
        self.chats[place] = replace(old, shown=shown, edited=old.edited + 1)


class Site:
    """What outlives a process besides its disk: the world as it is now. A fork puts a copy in its place."""

    def __init__(self, world: World) -> None:
        self.world = world


class StandingClock:
    """The port ``Clock``: it stands still but for the clock steps of the schedule."""

    def __init__(self, site: Site, power: Power) -> None:
        self._site, self._power = site, power

    def now(self) -> datetime:
        self._power.check()
        return self._site.world.now


class StrictPost:
    """The port ``Messenger``. It can be cut before it takes anything and before its answer comes back."""

    name = NAME
    fetch_limit = send_limit = 20 * 1024 * 1024

    def __init__(self, site: Site, power: Power) -> None:
        self._site, self._power = site, power

    def render(self, card: Card, reader: Reader) -> Rendered:
        overflow = card.body if len(card.body) > LONGEST else None
        shown = drawn(card)
        return Rendered(shown, shown, overflow, f"{card.request}-{len(card.body)}" if overflow else "")

    async def post(self, account: Account, card: Rendered) -> Posted:
        await self._begin()
        return await self._end(self._put(account, "card", str(card.payload)))

    async def find(self, account: Account, request: RequestId) -> Posted | None:
        """As Telegram: what was sent is not told."""
        return None

    async def edit(self, copy: Copy, card: Rendered) -> None:
        await self._begin()
        self._site.world.change((copy.chat, int(copy.message)), str(card.payload))
        await self._end(Posted(copy.chat, copy.message))

    async def attach(self, posted: Posted, card: Rendered) -> None:
        await self._begin()
        if (posted.chat, int(posted.message)) in self._site.world.vanished:
            raise Gone("message to reply to not found")
        await self._end(self._site.world.put(posted.chat, "file", card.overflow_name))

    async def tell(self, account: Account, text: str, about: Copy | None, thread: bool = False) -> Posted:
        await self._begin()
        return await self._end(self._put(account, "tell", text))

    async def fetch(self, place: str, limit: int) -> bytes:
        raise Gone(place)

    async def send_file(self, account: Account, about: Copy | None, name: str, mime: str, body: bytes) -> Posted:
        raise NotAccepted("no files here")

    async def resend_file(self, account: Account, about: Copy | None, place: str, name: str, mime: str) -> Posted | None:
        return None

    def _put(self, account: Account, kind: str, shown: str) -> Posted:
        if account.external != f"x-{account.person}":
            raise Unreachable(account.external)
        return self._site.world.put(account.external, kind, shown)

    async def _begin(self) -> None:
        await self._power.linger()
        self._power.at("send")

    async def _end(self, posted: Posted) -> Posted:
        self._power.at("sent")
        await self._power.linger()
        self._power.check()
        return posted


def drawn(card: Card) -> str:
    """A card in this messenger's form: everything that follows from the state. What the clock alone changes (how long is
    left, what time it is elsewhere) is left out, because no promise says that it is drawn again every minute."""
    buttons = " ".join(f"{b.action}:{b.input}:{b.ticket.step}.{b.ticket.round}.{b.ticket.text_version}" for b in card.buttons)
    remarks = " ".join(f"{r.number}{'+' if r.confirmed else '-'}" for r in card.remarks)
    return f"{card.request}|{card.headline}|{card.status.id}|{remarks}|{len(card.talk)}|{card.body[:LONGEST]}|{buttons}"
