"""A messenger in memory: the port ``Messenger`` with a sheet of paper, and with faults on demand."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from dataclasses import dataclass

from bot.core.cards import Card
from bot.core.request.model import RequestId
from bot.ports import Account, Copy, Gone, Posted, Rendered
from bot.speech import Reader, say

LONGEST = 60


@dataclass(frozen=True)
class Sent:
    """One call that came through."""

    method: str
    chat: str
    text: str
    message: str


class Post:
    """Writes down what is sent. ``faults[method, chat]`` are raised one by one before the method does anything;
    ``lost[method, chat]`` after it has done it, as when an answer gets lost on its way back."""

    def __init__(self, name: str = "post") -> None:
        self.name = name
        self.fetch_limit = self.send_limit = 20 * 1024 * 1024
        self.sheet: list[Sent] = []
        self.faults: dict[tuple[str, str], deque[Exception]] = defaultdict(deque)
        self.lost: dict[tuple[str, str], deque[BaseException]] = defaultdict(deque)
        self.tried: list[tuple[str, str]] = []
        self.open = asyncio.Event()
        self.open.set()
        self.most_at_once = self._now = 0

    def fails(self, method: str, person: str, *errors: Exception) -> None:
        self.faults[method, f"x-{person}"].extend(errors)

    def to(self, person: str, method: str = "") -> list[Sent]:
        return [sent for sent in self.sheet if sent.chat == f"x-{person}" and method in ("", sent.method)]

    def render(self, card: Card, reader: Reader) -> Rendered:
        status = say(card.status, reader)
        overflow = card.body if len(card.body) > LONGEST else None
        shown = f"{card.headline} | {status} | {card.body[:LONGEST]}"
        return Rendered(shown, shown, overflow, f"{card.request}-{hash(card.body)}" if overflow else "")

    async def post(self, account: Account, card: Rendered) -> Posted:
        return await self._send("post", account.external, str(card.payload))

    async def find(self, account: Account, request: RequestId) -> Posted | None:
        """As Telegram: what was sent is not told."""
        return None

    async def edit(self, copy: Copy, card: Rendered) -> None:
        await self._send("edit", copy.chat, str(card.payload), copy.message)

    async def attach(self, posted: Posted, card: Rendered) -> None:
        await self._send("attach", posted.chat, str(card.overflow))

    async def tell(self, account: Account, text: str, about: Copy | None, thread: bool = False) -> Posted:
        return await self._send("tell", account.external, text)

    async def fetch(self, place: str, limit: int) -> bytes:
        raise Gone(place)

    async def send_file(self, account: Account, about: Copy | None, name: str, mime: str, body: bytes) -> Posted:
        return await self._send("file", account.external, name)

    async def resend_file(self, account: Account, about: Copy | None, place: str, name: str, mime: str) -> Posted | None:
        return None

    async def _send(self, method: str, chat: str, text: str, message: str = "") -> Posted:
        self.tried.append((method, chat))
        self._now += 1
        self.most_at_once = max(self.most_at_once, self._now)
        try:
            await asyncio.sleep(0)
            await self.open.wait()
        finally:
            self._now -= 1
        if faults := self.faults[method, chat]:
            raise faults.popleft()
        sent = Sent(method, chat, text, message or str(len(self.sheet) + 1))
        self.sheet.append(sent)
        if lost := self.lost[method, chat]:
            raise lost.popleft()
        return Posted(chat, sent.message)
