"""The stage a story is played on: the real bot, both strict stand-ins, and people who tap, write and read.

Every message somebody gets must be expected by the story: one that nobody was told to see fails it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from adapters.playground.cast import TELEGRAM, Actor
from adapters.playground.clock import MovableClock
from adapters.playground.slack import ChatMessage as SlackMessage
from adapters.playground.town import Town, build, restart_bot
from bot.core.money import parse_money
from bot.core.people import Team
from bot.core.playbook import load
from bot.core.request.model import Draft, Request, RequestId
from bot.service import Done, Outcome
from tests.adapters.playground import tdlib

PLAYBOOKS = Path(__file__).parents[2] / "playbooks"
_PATIENCE = 10.0
_CALM_LOOKS = 4


@dataclass(frozen=True)
class Seen:
    """A message as a person sees it."""

    key: str
    text: str
    buttons: tuple[tuple[str, str], ...]  # label and data
    at: datetime


class Stage:
    """Everything a story may say."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self._read: set[tuple[str, str]] = set()
        self._answers_read: dict[str, int] = {}

    # what people do

    async def opens(self, by: str, kind: str, market: str, title: str, **more: Any) -> RequestId:
        """A request, opened by a program on somebody's behalf."""
        outcome = await self.try_to_open(by, kind, market, title, **more)
        assert isinstance(outcome, Done), outcome
        return outcome.request.id

    async def try_to_open(self, by: str, kind: str, market: str, title: str, *, amount: str = "", **more: Any) -> Outcome:
        draft = Draft(kind, market, title, amount=parse_money(amount) if amount else None, **more)
        outcome = await self.town.system.service.open(self.town.playbook.id, by, draft, through="story")
        await self.quiet()
        return outcome

    async def taps(self, person: str, label: str, *, on: str = "") -> None:
        """Taps the newest button with that label, on a message that speaks of ``on``."""
        seen, data = self._button(person, label, on)
        await self.taps_data(person, seen.key, data)

    async def taps_data(self, person: str, message: str, data: str) -> None:
        """Taps with any data, also data no button carries."""
        await self._taps(person, message, data)
        await self.quiet()

    async def _taps(self, person: str, message: str, data: str) -> None:
        actor = self._actor(person)
        if actor.messenger == TELEGRAM:
            self.town.telegram.tap(actor.telegram_id, int(message), data)
        else:
            acked = await self.town.slack.tap(actor.external, self._dm(actor), message, data, block_id="moves", value=data)
            assert acked.ok, f"{person}'s tap was not acknowledged"

    async def taps_together(self, first: tuple[str, str], second: tuple[str, str]) -> None:
        """Two people tap before the bot has answered either."""
        found = [(person, *self._button(person, label, "")) for person, label in (first, second)]
        await asyncio.gather(*(self._taps(person, seen.key, data) for person, seen, data in found))
        await self.quiet()

    async def writes(self, person: str, words: str) -> None:
        actor = self._actor(person)
        if actor.messenger == TELEGRAM:
            self.town.telegram.send_text(actor.telegram_id, words)
        else:
            await self.town.slack.say(actor.external, words)
        await self.quiet()

    async def commands(self, person: str, words: str, *, channel: str = "") -> None:
        """Types the slash command in their chat with the bot, or in a channel."""
        slack, who = self.town.slack, self._actor(person).external
        if not channel:
            assert (await slack.command(who, "/soglas", words)).ok
        else:
            url = slack._address(slack.response_urls.new(who, channel))
            payload = slack._payloads.command(who, slack.workspace.channel(channel), "/soglas", words, url)
            acked = await slack._delivery.interaction("slash_commands", payload)
            assert acked.ok
            slack.response_urls.say(who, channel, acked.payload)
        await self.quiet()

    def channel(self, *people: str) -> str:
        """A channel of Slack with these people and the bot."""
        return self.town.slack.workspace.between(frozenset(self._actor(person).external for person in people)).id

    def whispers(self, channel: str) -> list[tuple[str, str]]:
        """What the bot has said in a channel, each with the only person who sees it (nobody: everybody does)."""
        names = {actor.external: person for person, actor in self.town.actors.items()}
        return [(names.get(m.ephemeral_for or "", ""), _shown(m)) for m in self.town.slack.chat(channel) if m.from_bot]

    async def fills_in(self, person: str, **fields: Any) -> dict[str, str]:
        """Fills in the modal that is open and sends it; gives the errors shown at its fields."""
        actor = self._actor(person)
        view = self.town.slack.views(actor.external)[-1]
        blocks = {block["block_id"] for block in view.payload["blocks"] if block["type"] == "input"}
        assert set(fields) <= blocks, f"the modal asks for {sorted(blocks)}"
        submitted = await self.town.slack.submit(
            actor.external, view.id, {name: {"value": given} for name, given in fields.items()}
        )
        await self.quiet()
        return submitted.errors

    def modal(self, person: str) -> dict[str, Any]:
        """The modal that is open."""
        views = self.town.slack.views(self._actor(person).external)
        assert views, f"{person} has no modal open"
        return views[-1].payload

    async def clock_reaches(self, moment: str) -> None:
        """Everything due on the way happens at its time."""
        await self.town.forward(at(moment))
        await self.quiet()

    async def restarts(self) -> None:
        """The bot stops and starts again on the same database."""
        await restart_bot(self.town)
        await self.quiet()

    # what people see

    def sees(self, person: str, *fragments: str) -> Seen:
        """The person got exactly one new message with all these fragments; it counts as read."""
        fresh = self.fresh(person)
        fitting = [message for message in fresh if all(fragment in message.text for fragment in fragments)]
        shown = "\n---\n".join(message.text for message in fresh) or "nothing new"
        assert len(fitting) == 1, f"{person} should see one message with {fragments}, but sees:\n{shown}"
        self._read.add((person, fitting[0].key))
        return fitting[0]

    def latest(self, person: str, fragment: str) -> Seen:
        """The newest message that says this, also one that took another's place; it counts as read."""
        found = [m for m in self._messages(person) if fragment in m.text]
        assert found, f"{person} reads nowhere: {fragment}"
        self._read.add((person, found[-1].key))
        return found[-1]

    def fresh(self, person: str) -> list[Seen]:
        """What the person has not read yet."""
        return [m for m in self._messages(person) if (person, m.key) not in self._read]

    def skims(self, person: str, fragment: str = "") -> int:
        """The person has read whatever new messages say this, however many; gives their number."""
        fresh = [message for message in self.fresh(person) if fragment in message.text]
        self._read |= {(person, message.key) for message in fresh}
        return len(fresh)

    def hears(self, person: str, fragment: str) -> None:
        """The answer to a person's last tap: a toast in Telegram, a message only they see in Slack."""
        if self._actor(person).messenger == TELEGRAM:
            self.hears_all(person, fragment)
        else:
            self.sees(person, fragment)

    def hears_all(self, person: str, *fragments: str) -> None:
        """The answers to several taps in Telegram, in the order they were given."""
        answers = self.town.telegram.answers(self._actor(person).telegram_id)
        new = [answer.text for answer in answers[self._answers_read.get(person, 0) :]]
        assert len(new) == len(fragments), f"{person} got these answers: {new}"
        assert all(fragment in text for fragment, text in zip(fragments, new, strict=True)), new
        self._answers_read[person] = len(answers)

    def reads(self, person: str, request: str, *fragments: str) -> None:
        """The live card says all this."""
        text = self.card(person, request).text
        missing = [fragment for fragment in fragments if fragment not in text]
        assert not missing, f"{person}'s card does not say {missing}:\n{text}"

    def may(self, person: str, request: str, *labels: str) -> None:
        """The live card has exactly these buttons."""
        shown = [label for label, _ in self.card(person, request).buttons]
        assert shown == list(labels), f"{person}'s card has {shown}"

    def card(self, person: str, request: str) -> Seen:
        """The live card of a request in a person's chat, as it stands now."""
        cards = [m for m in self._messages(person) if f"· {request} ·" in m.text]
        assert len(cards) == 1, f"{person} has {len(cards)} cards of {request}"
        return cards[0]

    def has_no_card(self, person: str, request: str) -> None:
        assert not [m for m in self._messages(person) if f"· {request} ·" in m.text], f"{person} has a card of {request}"

    async def request(self, request: str) -> Request:
        found = await self.town.system.service.find(RequestId(request))
        assert found is not None
        return found.request

    def nobody_was_woken(self) -> None:
        """Everything anybody got came while it is polite to write to them."""
        team = Team(self.town.playbook)
        for person in self.town.actors:
            rude = [m for m in self._messages(person) if team.polite_time(person, m.at) - m.at > timedelta(minutes=1)]
            assert not rude, f"{person} was written to at {rude[0].at}: {rude[0].text}"

    def ends(self) -> None:
        """Nobody got anything the story does not tell of, and every tap was answered."""
        for person in self.town.actors:
            fresh = [message.text for message in self.fresh(person)]
            assert not fresh, f"{person} got messages nobody expected:\n" + "\n---\n".join(fresh)
        assert self.town.telegram.unanswered() == []
        assert self.town.slack.unacked == []
        refused = [(c.method, c.error) for c in self.town.telegram.calls if not c.ok]
        refused += [(c.method, c.error) for c in self.town.slack.calls if not c.ok]
        assert not refused, refused

    # how

    def _actor(self, person: str) -> Actor:
        return self.town.actors[person]

    def _dm(self, actor: Actor) -> str:
        return self.town.slack.dm(actor.external)

    def _button(self, person: str, label: str, on: str) -> tuple[Seen, str]:
        messages = [m for m in reversed(self._messages(person)) if on in m.text]
        for message in messages:
            for shown, data in message.buttons:
                if shown == label:
                    return message, data
        there = [shown for message in messages for shown, _ in message.buttons]
        raise AssertionError(f"{person} has no button “{label}”, only {there}")

    def _messages(self, person: str) -> list[Seen]:
        actor = self._actor(person)
        if actor.messenger == TELEGRAM:
            return list(self._telegram(actor))
        return list(self._slack(actor))

    def _telegram(self, actor: Actor) -> Iterator[Seen]:
        for message in self.town.telegram.chat(actor.telegram_id):
            if message.from_bot:
                buttons = tuple((b.text, b.data or "") for row in message.buttons for b in row)
                name = f"[{message.document.name}] " if message.document else ""
                yield Seen(str(message.message_id), name + message.text, buttons, message.date)

    def _slack(self, actor: Actor) -> Iterator[Seen]:
        for message in self.town.slack.chat(self._dm(actor)):
            if message.from_bot:
                elements = [e for block in message.blocks if block["type"] == "actions" for e in block["elements"]]
                buttons = tuple((e["text"]["text"], e["value"]) for e in elements)
                yield Seen(message.ts, _shown(message), buttons, datetime.fromtimestamp(float(message.ts), UTC))

    async def quiet(self) -> None:
        """Waits until everything people did has been handled, and what it brought has been sent."""
        loop = asyncio.get_running_loop()
        end, calm, calls = loop.time() + _PATIENCE, 0, -1
        while calm < _CALM_LOOKS:
            assert loop.time() < end, "the bot does not come to rest"
            await self.town.system.worker.settle()
            # A decision is written before its answer is sent: rest is when nobody has called anybody for a while.
            before, calls = calls, len(self.town.telegram.calls) + len(self.town.slack.calls)
            calm = calm + 1 if calls == before and not await self._is_busy() else 0
            await asyncio.sleep(0.008)

    async def _is_busy(self) -> bool:
        if await self.town.telegram.waiting():
            return True
        waiting = await self.town.system.store.read(lambda tx: [*tx.unhandled("telegram"), *tx.unhandled("slack")])
        return bool(waiting)


def _shown(message: SlackMessage) -> str:
    words = [_words(block) for block in message.blocks] or [message.text]
    return "\n".join([*words, *(f"[{file.name}]" for file in message.files)])


def _words(block: dict[str, Any]) -> str:
    found = [block.get("text"), *block.get("elements", []), *block.get("fields", [])]
    texts = [part["text"] if isinstance(part, dict) and isinstance(part.get("text"), str) else "" for part in found if part]
    return "\n".join(filter(None, texts)).replace("*", "").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).astimezone(UTC)


@asynccontextmanager
async def staged(folder: Path, moment: str, playbook: str = "brand-a.yaml") -> AsyncIterator[Stage]:
    """A stage at a moment; at the end of the story nothing may be left unread or unanswered."""
    loaded = load(str(PLAYBOOKS / playbook), lambda name: Path(name).read_bytes())
    clock = MovableClock(at(moment), running=False)
    town = await build(loaded, folder / "story.db", clock, parse_html=tdlib.parse_html, per_chat=1000)
    # Slack's pace runs in real time; here weeks pass in a second.
    town.slack.web_api._pace._burst = 1000
    try:
        stage = Stage(town)
        yield stage
        stage.ends()
    finally:
        await town.stop()
