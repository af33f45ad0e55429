"""Three brands under one roof, with the people who work in one of them, in two, in none, and their creators.

Everything people of a brand say carries the brand's own word, so that a test can look for it where it must not be.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from adapters.playground.clock import MovableClock
from adapters.playground.telegram import ChatMessage, TelegramStandIn
from bot.core.playbook import Loaded, load
from bot.core.playbook.model import PersonId, Playbook
from bot.core.request.commands import Do, Note
from bot.core.request.model import Draft, RequestId, Weight
from bot.core.request.table import Action
from bot.ports import Account, Creator
from bot.service import Done, Service
from bot.wiring import System, TelegramSettings, assemble
from storage.sqlite import SqliteStore
from tests.ready import empty_database

PLAYBOOKS = Path(__file__).parents[2] / "playbooks"
FILES = {"brand-a": "brand-a.yaml", "brand-one": "mosty/brand-one.yaml", "brand-two": "mosty/brand-two.yaml"}
# A Tuesday on which both offices are open.
BEGINS = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)
MAYA, LENA, BOTH = "creator:1", "creator:2", "creator:3"
CREATORS = {
    MAYA: ("Maya Chen", ("brand-one",)),
    LENA: ("Lena Rey", ("brand-two",)),
    BOTH: ("Ana Suarez", ("brand-one", "brand-two")),
}
STRANGER = "stranger"
# What only people of a brand may read: its word is in everything they write.
WORDS = {"brand-a": "ALFAWORT", "brand-one": "EINSWORT", "brand-two": "ZWEIWORT"}
_TOKEN, _FIRST = "42:DEMO", 2001
_PATIENCE = 10.0


CONTACTS_ONLY = ("see: contacts_and_status", "see: contacts_only")


@cache
def loaded(brand: str, *edits: tuple[str, str]) -> Loaded:
    """A brand's playbook; with ``edits`` a variant of it, each an old and a new piece of its text."""

    def read(name: str) -> bytes:
        words = (PLAYBOOKS / name).read_text(encoding="utf-8")
        for old, new in edits:
            words = words.replace(old, new)
        return words.encode()

    found = load(FILES[brand], read)
    assert found.playbook is not None, found.faults
    return found


def book(brand: str) -> Playbook:
    found = loaded(brand).playbook
    assert found is not None
    return found


def insiders(brand: str) -> frozenset[str]:
    """Its team and its creators."""
    return frozenset(book(brand).people) | {one for one, (_, brands) in CREATORS.items() if brand in brands}


@dataclass
class House:
    """Everybody has their chat with the bot in Telegram."""

    system: System
    telegram: TelegramStandIn
    clock: MovableClock
    ids: Mapping[str, int]
    _seen: dict[str, dict[int, str]] = field(default_factory=dict)

    # what people do

    async def opens(self, brand: str, by: str, kind: str, market: str, **more: object) -> RequestId:
        word = WORDS[brand]
        draft = Draft(kind, market, f"Title {word}", f"Text {word}", (f"https://example.com/{word}",), **more)  # type: ignore[arg-type]
        outcome = await self.system.service.open(brand, by, draft, through="test")
        assert isinstance(outcome, Done), outcome
        await self.quiet()
        return outcome.request.id

    async def does(self, person: str, action: Action, request: RequestId, word: str, *remarks: str) -> None:
        notes = tuple(Note(f"{remark} {word}", Weight.MUST_FIX) for remark in remarks)
        done = await self.system.service.do(request, Do(action, person, text=f"Words {word}", remarks=notes))
        assert isinstance(done, Done), done
        await self.quiet()

    async def taps(self, person: str, data: str, message: int = 0) -> str:
        """Taps a button that carries ``data``, forged or not; all that the person gets to see of it."""
        callback = self.telegram.tap(self.ids[person], message or self.chat(person)[0].message_id, data)
        news = await self.news(person)
        answer = next(one for one in self.telegram.answers(self.ids[person]) if one.callback_id == callback)
        return f"[{answer.text}|{answer.show_alert}]\n{news}"

    async def writes(self, person: str, words: str, reply_to: int | None = None) -> str:
        """Writes to the bot; all that the person gets to see of it."""
        self.telegram.send_text(self.ids[person], words, reply_to=reply_to)
        return await self.news(person)

    async def later(self, **amount: float) -> None:
        """Lets time pass, stopping at everything that is due on the way."""
        to = self.clock.now() + timedelta(**amount)
        for _ in range(5000):
            due = await self.system.store.read(lambda tx: tx.next_due())
            if due is None or due > to:
                break
            self.clock.set(max(due, self.clock.now()))
            await self.system.worker.settle()
        self.clock.set(to)
        await self.quiet()

    # what people see

    def chat(self, person: str) -> list[ChatMessage]:
        return [one for one in self.telegram.chat(self.ids[person]) if one.from_bot]

    async def news(self, person: str) -> str:
        """What has been written or changed since this was asked last."""
        await self.quiet()
        now = {one.message_id: shown(one) for one in self.chat(person)}
        before = self._seen.get(person, {})
        self._seen[person] = now
        return "\n---\n".join(text for number, text in now.items() if before.get(number) != text)

    def everything(self) -> Iterator[tuple[str, str]]:
        """Every message that the bot ever sent or changed, with whom it went to."""
        people = {str(number): person for person, number in self.ids.items()}
        for call in self.telegram.calls:
            chat = str(call.params.get("chat_id", ""))
            if chat in people:
                yield people[chat], str(call.params)

    async def quiet(self) -> None:
        """Waits until everything people did has been handled, and what it brought has been sent."""
        async with asyncio.timeout(_PATIENCE):
            while await self.telegram.waiting() or _handling():
                await asyncio.sleep(0.001)
        await self.system.worker.settle()


def _handling() -> bool:
    names = (task.get_name() for task in asyncio.all_tasks())
    return any(name.removeprefix("telegram-").isdigit() for name in names if name.startswith("telegram-"))


def shown(message: ChatMessage) -> str:
    """A message with its buttons, also what they carry: whoever looks closely sees that as well."""
    keys = [f"<{key.text}: {key.data or key.url}>" for row in message.buttons for key in row]
    return "\n".join([message.text, *keys])


def people(brands: Sequence[str]) -> dict[str, int]:
    """Everybody's id in Telegram."""
    found = dict.fromkeys(person for brand in brands for person in book(brand).people)
    return {person: _FIRST + number for number, person in enumerate((*found, *CREATORS, STRANGER))}


@asynccontextmanager
async def house(folder: Path, *, contacts_only: Sequence[str] = (), at: datetime = BEGINS) -> AsyncIterator[House]:
    """All three brands in force, everybody with an account. In the brands named creators see their contacts only.

    What is told to whom does not hang on how fast, so nothing here waits for Telegram's pace, which runs in real time.
    """
    clock = MovableClock(at, running=False)
    telegram = TelegramStandIn(token=_TOKEN, now=clock.now, per_second=100_000, per_chat=100_000)
    await telegram.start()
    path, ids = folder / "house.db", people(tuple(FILES))
    for person, number in ids.items():
        telegram.add_user(number, person, language_code="en")
    empty_database(path)
    system = assemble(SqliteStore(path), clock, TelegramSettings(_TOKEN, telegram.base_url.removesuffix("/bot")), paced=False)
    await system.start()
    try:
        await _settle_in(system, ids, contacts_only)
        yield House(system, telegram, clock, ids)
    finally:
        await system.stop()
        await telegram.stop()


async def agree(service: Service, version: Loaded) -> None:
    """Puts a version of a playbook in force."""
    assert version.playbook is not None
    await service.agree_elsewhere(version.playbook, version.data, version.digest)


async def _settle_in(system: System, ids: Mapping[str, int], contacts_only: Sequence[str]) -> None:
    now = system.clock.now()
    for brand in FILES:
        await agree(system.service, loaded(brand, CONTACTS_ONLY) if brand in contacts_only else loaded(brand))
    for person, (name, brands) in CREATORS.items():
        assert person == f"creator:{await system.store.run(lambda tx: tx.next_number('creator'))}"
        for brand in brands:
            one = Creator(person, brand, "US", name, "en", "emily", now)
            await system.store.run(lambda tx, one=one: tx.save_creator(one))  # type: ignore[misc]
    for person, number in ids.items():
        if person != STRANGER:
            account = Account("telegram", "", str(number), PersonId(person), str(number))
            await system.store.run(lambda tx, account=account: tx.save_account(account))  # type: ignore[misc]


@dataclass(frozen=True)
class Busy:
    """Requests in every state, of which outsiders learn nothing."""

    under_way: RequestId
    returned: RequestId
    rejected: RequestId
    of_creator: RequestId


async def busy(home: House, brand: str) -> Busy:
    """One brand of the agency at work: remarks, a reason, an amount, talk, a creator's own draft."""
    by, decider, creator = {"brand-one": ("emily", "timur", MAYA), "brand-two": ("chris", "vera", LENA)}[brand]
    word, market_decider = WORDS[brand], {"brand-one": "timur", "brand-two": "vera"}[brand]
    under_way = await home.opens(brand, by, "contract", "US")
    await home.does("daria", Action.ASK, under_way, word)
    await home.does(by, Action.ANSWER, under_way, word)
    await home.does(by, Action.SAY, under_way, word)
    await home.does("daria", Action.YES, under_way, word)
    returned = await home.opens(brand, decider, "contract", "RU")
    await home.does("daria", Action.SEND_BACK, returned, word, "Name the end date", "Say who pays")
    rejected = await home.opens(brand, "daria", "draft_content", "RU")
    await home.does(market_decider, Action.REJECT, rejected, word)
    of_creator = await home.opens(
        brand, "emily" if brand == "brand-two" else "daria", "draft_content", "US", creator_id=creator, by_creator=True,
        creator=CREATORS[creator][0],
    )  # fmt: skip
    final = {"brand-one": "emily", "brand-two": "chris"}[brand]
    await home.does(final, Action.SEND_BACK, of_creator, f"REMARK {word}", "Less foam")
    return Busy(under_way, returned, rejected, of_creator)


def masked(answer: str, *names: str) -> str:
    """An answer without what was asked for: the question may be echoed."""
    for name in filter(None, names):
        answer = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "…", answer)
    return answer
