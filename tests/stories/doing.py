"""What the people of a story do: they open requests, tap, write, send files, come in by a link, meet in groups."""

from __future__ import annotations

import asyncio
import re
from typing import Any

from adapters.playground.cast import SLACK, TELEGRAM, Actor
from bot.core.money import parse_money
from bot.core.request import Action, checklist
from bot.core.request.commands import Do, Proof
from bot.core.request.model import Draft, Request, RequestId
from bot.ports import Account, Transaction
from bot.service import Done, Outcome
from tests.stories.seeing import Seeing

_PATIENCE = 10.0
_CALM_LOOKS = 4
_WORD = re.compile(r"[A-Za-z0-9]{24}")


class Doing(Seeing):
    """Every act waits until the bot has done all that follows from it."""

    # requests

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

    async def has_evidence(self, person: str, request: str) -> None:
        """Everything on the checklist is given, so that the story can be about something else."""
        asked = checklist.items(self.town.playbook, await self.request(request))
        samples = {"text": "Given", "link": "https://example.com/proof"}
        proofs = tuple(Proof(item.id, samples.get(item.evidence, "")) for item in asked)
        given = await self.town.system.service.do(RequestId(request), Do(Action.EVIDENCE, person, "story", proofs=proofs))
        assert isinstance(given, Done), given
        await self.quiet()

    async def request(self, request: str) -> Request:
        found = await self.town.system.service.find(RequestId(request))
        assert found is not None
        return found.request

    # buttons

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

    # words and files

    async def writes(self, person: str, words: str, *, under: str = "") -> None:
        """Writes to the bot: in Telegram in reply to the message ``under``, in Slack in its thread."""
        actor = self._actor(person)
        if actor.messenger == TELEGRAM:
            self.town.telegram.send_text(actor.telegram_id, words, reply_to=int(under) if under else None)
        else:
            await self.town.slack.say(actor.external, words, thread_ts=under or None)
        await self.quiet()

    async def sends_file(
        self,
        person: str,
        name: str,
        data: bytes,
        *,
        kind: Any = "document",
        words: str = "",
        under: str = "",
        size: int | None = None,
    ) -> None:
        """Sends a file with a word beside it; ``size`` pretends another one. In Telegram ``kind`` may be a photo."""
        actor = self._actor(person)
        if actor.messenger == TELEGRAM:
            reply = int(under) if under else None
            self.town.telegram.send_file(actor.telegram_id, kind, name, data, caption=words, reply_to=reply, size=size)
        else:
            await self.town.slack.share(actor.external, name, data, text=words, thread_ts=under or None, size=size)
        await self.quiet()

    async def commands(self, person: str, words: str, *, channel: str = "") -> None:
        """Types the slash command in their chat with the bot, or in a channel."""
        acked = await self.town.slack.command(self._actor(person).external, "/soglas", words, channel=channel or None)
        assert acked.ok, acked.payload
        await self.quiet()

    def channel(self, *people: str) -> str:
        """A channel of Slack with these people and the bot."""
        return self.town.slack.workspace.between(frozenset(self._actor(person).external for person in people)).id

    # coming in

    async def invites(self, person: str, words: str) -> str:
        """Asks the bot for an invitation; gives its secret word, as it stands in the answer."""
        if self._actor(person).messenger == TELEGRAM:
            await self.writes(person, f"/invite {words}")
        else:
            await self.commands(person, f"invite {words}")
        found = [word for message in self._messages(person) for word in _WORD.findall(message.text)]
        assert found, f"{person} got no invitation"
        return str(found[-1])

    async def presses_start(self, person: str, word: str) -> None:
        """Opens the link of an invitation in Telegram and presses Start."""
        self.town.telegram.open_link(self._actor(person).telegram_id, word)
        await self.quiet()

    def has_telegram(self, person: str, number: int, name: str, language: str = "ru") -> None:
        """Somebody with an account in Telegram of which the bot knows nothing."""
        self.town.telegram.add_user(number, name, language_code=language, started=False)
        self.actors[person] = Actor(person, TELEGRAM, str(number))

    def has_slack(self, person: str, external: str, name: str, zone: str = "America/New_York") -> None:
        """Somebody with an account in Slack of which the bot knows nothing."""
        self.town.slack.add_user(external, name, tz=zone)
        self.actors[person] = Actor(person, SLACK, external)

    async def is_unknown(self, person: str) -> None:
        """Somebody of the playbook who has not come in yet: the bot has no account of theirs."""
        account, actor = self._actor(person).account(), self._actor(person)
        await self.town.system.store.run(lambda tx: tx.forget_account(account))
        if actor.messenger == TELEGRAM:
            self.town.telegram._world.people[actor.telegram_id].started = False

    async def account(self, person: str) -> Account | None:
        """What the bot knows of somebody's account."""
        actor = self._actor(person)
        found: Account | None = await self.town.system.store.read(lambda tx: tx.account(actor.messenger, actor.external))
        return found

    async def joins(self, person: str, by: str, words: str) -> None:
        """Comes in by an invitation that ``by`` asks for with these words, in whatever messenger the person has."""
        word = await self.invites(by, words)
        if self._actor(person).messenger == TELEGRAM:
            await self.presses_start(person, word)
        else:
            await self.writes(person, f"join {word}")

    async def blocks_bot(self, person: str) -> None:
        self.town.telegram.block(self._actor(person).telegram_id)
        await self.quiet()

    async def unblocks_bot(self, person: str) -> None:
        self.town.telegram.unblock(self._actor(person).telegram_id)
        await self.quiet()

    # how

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

        def left(tx: Transaction) -> bool:
            return any(tx.unhandled(name) for name in (TELEGRAM, SLACK))

        return await self.town.system.store.read(left)
