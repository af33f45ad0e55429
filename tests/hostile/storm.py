"""A storm over the whole system: both platforms nasty by one seed, and people who tap, block, delete and wait in it.

What people do is drawn from the same seed. Afterwards it is calm, and the promises are looked at one by one.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import cast

import pytest

from adapters.playground.cast import TELEGRAM
from adapters.playground.clock import MovableClock
from adapters.playground.nastiness import DONE, KIND, Blow, Mishap, Nastiness
from adapters.playground.town import Town, build, restart_bot
from adapters.slack.sender import SlackMessenger
from adapters.slack.view import Message as SlackMessage
from adapters.telegram.sender import TelegramMessenger
from adapters.telegram.view import Message as TelegramMessage
from bot.buttons import parse
from bot.core.cards import card
from bot.core.request.events import StepAnswered
from bot.core.request.model import Request
from bot.core.request.table import Action
from bot.ports import Copy, Transaction
from bot.teams import reader_of, team_of
from storage.mapping import chained
from tests.adapters.playground import tdlib
from tests.ready import brand, empty_database
from tests.stories.doing import Doing
from tests.stories.seeing import Seen

BLOWS = {
    Blow.LIMITED: 0.02, Blow.LIMITED_BARE: 0.03, Blow.BROKEN: 0.05, Blow.RESET_BEFORE: 0.05, Blow.RESET_AFTER: 0.06,
    Blow.HANG_BEFORE: 0.02, Blow.HANG_AFTER: 0.02,
}  # fmt: skip
MISHAPS = {Mishap.TWICE: 0.2, Mishap.LATE: 0.2}
_CALM = 3


@dataclass(frozen=True)
class Tap:
    """A tap on a final decision. ``counts`` when it was theirs to make, ``warned`` when the platform itself said it failed."""

    person: str
    request: str
    step: int
    counts: bool
    in_outage: bool
    warned: bool = False


@dataclass
class Storm(Doing):
    """The town, what was done in it, and what is looked at when it is over."""

    town: Town
    random: Random
    taps_made: list[Tap] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    is_out: bool = False

    def __post_init__(self) -> None:
        super().__init__(self.town)

    # what happens

    async def rages(self, seed: int) -> None:
        self.town.telegram.turn_nasty(Nastiness(seed, BLOWS, MISHAPS))
        self.town.slack.turn_nasty(Nastiness(seed, BLOWS, MISHAPS))

    async def calms(self) -> None:
        """Everything is kind again, and everybody waits long enough for every try that was put off."""
        self.town.telegram.turn_nasty(KIND)
        self.town.slack.turn_nasty(KIND)
        await self.returns()
        await self.settled()
        for _ in range(_CALM):
            await self.passes(timedelta(minutes=6))

    async def goes_out(self) -> None:
        """Neither platform can be reached by the bot."""
        self.is_out = True
        self.town.telegram.go_out()
        await self.town.slack.go_out()

    async def returns(self) -> None:
        self.town.telegram.come_back()
        self.town.slack.come_back()
        self.is_out = False
        async with asyncio.timeout(20):
            while self.town.slack.sockets < 2 or await self.town.telegram.waiting():
                await asyncio.sleep(0.01)

    async def passes(self, amount: timedelta) -> None:
        await self.town.forward(self.town.clock.now() + amount)
        await self.settled()

    async def restarts(self) -> None:
        await restart_bot(self.town)

    async def settled(self) -> None:
        """Until nobody has called anybody for a while; in an outage only for a moment."""
        calm, calls, tries = 0, -1, 0
        while calm < 4 and not (self.is_out and tries > 5):
            tries += 1
            assert tries < 3000, "the bot does not come to rest"
            await self.town.system.worker.settle()
            before, calls = calls, sum(c.method != "getUpdates" for c in self.town.telegram.calls) + len(self.town.slack.calls)
            calm = calm + 1 if calls == before and (self.is_out or not await self._is_busy()) else 0
            await asyncio.sleep(0.008)

    async def somebody_taps(self) -> None:
        """A button on a card: mostly by whom it is for, sometimes by somebody else, sometimes twice."""
        cards = [(person, seen) for person in self.actors for seen in self._messages(person) if _yes(seen)]
        if not cards:
            return
        person, seen = self.random.choice(cards)
        data = _yes(seen)
        if self.random.random() < 0.15:
            person = self.random.choice(sorted(self.actors))
        for _ in range(2 if self.random.random() < 0.2 else 1):
            await self._tapped(person, seen, data)

    async def _tapped(self, person: str, seen: Seen, data: str) -> None:
        code = parse(data)
        assert code is not None
        counts = any(
            step.number == code.ticket.step and part.person == person
            for step in (await self.request(code.request)).open_steps
            for part in step.waiting
        )
        warned = False
        actor = self._actor(person)
        if actor.messenger != TELEGRAM:
            mine = next((m.key for m in self._messages(person) if m.key == seen.key), None)
            if mine is None:
                return
            acked = await self.town.slack.tap(actor.external, self._dm(actor), mine, data, block_id="moves", value=data)
            warned = not acked.ok
        else:
            self.town.telegram.tap(actor.telegram_id, int(float(seen.key)), data)
        self.taps_made.append(Tap(person, code.request, code.ticket.step, counts, self.is_out, warned))

    def somebody_deletes_a_card(self) -> None:
        found = [(p, m) for p in self.actors if self._actor(p).messenger == TELEGRAM for m in self._messages(p) if _yes(m)]
        if found:
            person, seen = self.random.choice(found)
            self.town.telegram.vanish(self._actor(person).telegram_id, int(seen.key))

    # what is looked at

    async def no_decision_is_lost_doubled_or_by_the_wrong_person(self) -> None:
        for name in self.requests:
            request = await self.request(name)
            events = await self.town.system.store.read(lambda tx, r=request: tx.history(r.id))  # type: ignore[misc]
            answered = [(event.by, event.fact.step) for event in events if isinstance(event.fact, StepAnswered)]
            wanted = {(tap.person, tap.step) for tap in self.taps_made if tap.request == name and tap.counts}
            surely = {(tap.person, tap.step) for tap in self.taps_made if tap.request == name and tap.counts and not _lost(tap)}
            assert len(answered) == len(set(answered)), f"{name}: decided twice: {answered}"
            assert set(answered) <= wanted, f"{name}: decided by somebody who did not: {set(answered) - wanted}"
            steps = {step for _, step in answered}
            missing = {one for one in surely if one not in answered and one[1] not in steps}
            assert not missing, f"{name}: the decisions of {missing} are lost"

    async def the_records_are_whole(self) -> None:
        for name in self.requests:
            request = await self.request(name)
            rows = await self.town.system.store.read(lambda tx, r=request: tx.chain(r.id))  # type: ignore[misc]
            head = ""
            for number, (body, digest) in enumerate(rows, 1):
                head = chained(head, number, body)
                assert head == digest, f"{name}: event {number} does not follow"

    async def every_copy_shows_the_truth(self) -> None:
        for name in self.requests:
            request = await self.request(name)
            copies = await self.town.system.store.read(lambda tx, r=request: tx.copies(r.id))  # type: ignore[misc]
            assert copies, f"nobody has a card of {name}"
            for copy in copies:
                if self._is_deleted(copy):
                    continue  # nobody tells a bot; its next change finds out
                shown, true = await self._shown_and_true(request, copy)
                assert shown == true, f"{copy.person}'s card of {name} shows\n{shown}\ninstead of\n{true}"

    def _is_deleted(self, copy: Copy) -> bool:
        return copy.messenger == TELEGRAM and copy.message not in {m.key for m in self._messages(copy.person)}

    async def _shown_and_true(self, request: Request, copy: Copy) -> tuple[object, object]:
        now = self.town.clock.now()
        team = await self.town.system.store.read(lambda tx: team_of(tx, request, now))
        drawn, reader = card(request, team, copy.person, now), reader_of(team, copy.person)
        if copy.messenger == TELEGRAM:
            told = cast(TelegramMessage, _telegram().render(drawn, reader).payload)
            keys = tuple((key.text, key.data) for row in told.keys for key in row)
            seen = next(m for m in self._messages(copy.person) if m.key == copy.message)
            return (_without_time_left(seen.text), seen.buttons), (_without_time_left(tdlib.parse_html(told.html).text), keys)
        message = next(m for m in self.town.slack.chat(copy.chat) if m.ts == copy.message)
        blocks = cast(SlackMessage, _slack().render(drawn, reader).payload).blocks
        return [_without_time_left(_plain(block)) for block in message.blocks], [
            _without_time_left(_plain(block)) for block in blocks
        ]

    async def nobody_is_told_twice(self, *, restarted: bool) -> None:
        """In Telegram a message whose answer was lost may stand there twice, and only that; in Slack none does."""
        unclear = self.unclear("pavel")
        doubles: Counter[str] = Counter()
        for person in self.actors:
            texts = Counter(told for m in self._messages(person) if (told := _told(m.text)))
            doubles[self._actor(person).messenger] += sum(texts.values()) - len(texts)
        assert doubles[TELEGRAM] <= unclear, f"{doubles[TELEGRAM]} messages too many, {unclear} unclear"
        if not restarted:
            assert doubles["slack"] == 0, f"{doubles['slack']} messages in Slack too many"

    async def no_tap_is_silent(self) -> None:
        """Answered on the button, or by a message, or the card shows what came of it; Slack's own warning is an answer too."""
        await self.every_copy_shows_the_truth()
        spinning = set(self.town.telegram.unanswered())
        taps = self.town.telegram._world.taps
        for callback in spinning:
            person = next(
                p for p, a in self.actors.items() if a.messenger == TELEGRAM and a.telegram_id == taps[callback].user_id
            )
            mine = [tap for tap in self.taps_made if tap.person == person]
            assert any(tap.counts or tap.in_outage for tap in mine) or self._got_something_since(person, taps[callback].at), (
                person
            )

    def _got_something_since(self, person: str, at: datetime) -> bool:
        return any(message.at >= at for message in self._messages(person))

    def unclear(self, person: str) -> int:
        """How many messages arrived of which the bot could not know it; in Slack it finds them again."""
        struck = self.town.telegram.mood.struck.items() if self._actor(person).messenger == TELEGRAM else ()
        return sum(count for (method, blow), count in struck if method == "sendMessage" and blow in DONE)

    def told_of_the_outage(self, person: str) -> int:
        return sum("не было связи с Telegram" in m.text or "The bot could not reach " in m.text for m in self._messages(person))

    async def left_over(self) -> int:
        """Deliveries that were written down and not handled."""

        def look(tx: Transaction) -> int:
            return sum(len(tx.unhandled(name)) for name in (TELEGRAM, "slack"))

        return await self.town.system.store.read(look)


def _lost(tap: Tap) -> bool:
    """Not ours to keep: the platform never delivered it, and says so or the bot does."""
    return tap.in_outage or tap.warned


def _yes(seen: Seen) -> str:
    found = (data for _, data in seen.buttons if (code := parse(data)) and code.action is Action.YES)
    return next(found, "")


def _told(words: str) -> str:
    """What is sent by itself: a card, by its request, or word for word what became of one. Answers to taps may be the same."""
    if found := re.search(r"· (A-\d+) ·", words):
        return found[1]
    return words if words.startswith(("Approved:", "Утверждено:")) else ""


def _plain(block: dict[str, object]) -> str:
    return repr({key: value for key, value in block.items() if key != "block_id"})


def _without_time_left(words: str) -> str:
    """How much working time is left is as of the last change; the deadline beside it is what counts."""
    return re.sub(r", (осталось: |)\d+ (working|рабоч)[^\\\n]*", "", words)


def _telegram() -> TelegramMessenger:
    return TelegramMessenger(None)  # type: ignore[arg-type]  # it only draws


def _slack() -> SlackMessenger:
    from slack_sdk.web.async_client import AsyncWebClient

    return SlackMessenger(AsyncWebClient("xoxb-draws-only"))


def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every pause and patience that runs in real time, short."""
    short = {
        "telegram.connection._POLL_SECONDS": 1, "telegram.connection._READ_SECONDS": 0.25, "telegram.connection._FIRST_PAUSE": 0.02,
        "telegram.connection._LONGEST_PAUSE": 0.05, "telegram.sender._PAUSES": (0.02, 0.05), "telegram.sender._ANSWER_PAUSE": 0.02,
        "telegram.sender._BARE_LIMIT": 0.02, "telegram.sender.seconds": lambda _: 0.05, "telegram.connection.seconds": lambda _: 0.05,
        "slack.sender._ANSWER": 0.25, "slack.sockets._FIRST_PAUSE": 0.02, "slack.sockets._LONGEST_PAUSE": 0.05,
        "slack.sockets._TICK": 0.02, "slack.connection._FIRST_PAUSE": 0.02, "slack.connection._LONGEST_PAUSE": 0.05,
        "playground.slack.link.ACK_SECONDS": 1.0, "playground.slack.delivery.ACK_SECONDS": 1.0,
    }  # fmt: skip
    for name, value in short.items():
        monkeypatch.setattr(f"adapters.{name}", value)


@asynccontextmanager
async def brewing(folder: Path, seed: int, moment: datetime) -> AsyncIterator[Storm]:
    """Brand A's town, with three requests under way on each side of the ocean."""
    clock = MovableClock(moment, running=False)
    town = await build(
        brand("brand-a.yaml"), empty_database(folder / "storm.db"), clock, parse_html=tdlib.parse_html, per_chat=1000
    )
    town.slack.web_api._pace._burst = 1000
    storm = Storm(town, Random(seed))
    try:
        yield storm
    finally:
        await storm.town.stop()
