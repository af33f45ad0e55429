"""The people around the bot: they open requests, tap whatever their cards offer, answer what they are asked, and hurry."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import count, islice
from random import Random

from adapters.playground.cast import TELEGRAM, Actor
from adapters.playground.slack.records import View
from bot import buttons, dialogs
from bot.core.request.model import Draft
from bot.core.request.table import Action
from bot.ports import Filter
from bot.service import Done
from tests.kills.scene import Act, Scene

_KINDS = (
    ("sveta", "creator_selection", "RU"), ("sveta", "concept", "RU"), ("sveta", "contract", "RU"), ("jordan", "contract", "US"),
    ("jordan", "concept", "US"), ("jordan", "creator_selection", "US"), ("anna", "brand_guidelines", "RU"),
)  # fmt: skip
# How gladly people tap what.
_GLADLY = {
    Action.YES: 10, Action.OPINION: 6, Action.SEND_BACK: 3, Action.RESUBMIT: 10, Action.TAKE_BACK: 2, Action.ASK: 1,
    Action.ANSWER: 4, Action.CONFIRM_FIXED: 4, Action.SAY: 1, Action.YES_WITH_REMARKS: 2, Action.WITHDRAW: 0.3,
    Action.ASK_EXTRA_ROUND: 3, Action.GRANT_ROUND: 6, Action.REFUSE_ROUND: 2, Action.REJECT: 0.3, Action.PASS_ON: 0.3,
}  # fmt: skip
_VERBS = {"send": 5, "must": 4, "wish": 1, "ready": 1, "person": 2, "sure": 3, "fixed": 1, "cancel": 0.1}
_LOOKS_BACK, _TWICE, _SOMEBODY_ELSE, _TYPES, _IDLE = 30, 0.15, 0.1, 0.5, 2.0


@dataclass(frozen=True, slots=True)
class Key:
    """A button somebody sees."""

    message: str
    data: str


class Crowd:
    """Everybody at once, until ``stop``. ``pause`` is about how many seconds a person takes between two things."""

    def __init__(self, scene: Scene, random: Random, *, pause: float, under_way: int) -> None:
        self._scene, self._random, self._pause, self._under_way = scene, random, pause, under_way
        self._words = count(1)
        self._tasks: list[asyncio.Task[None]] = []
        self._is_over = False
        self.opened: list[str] = []

    def start(self) -> None:
        people = [self._lives(actor) for actor in self._scene.actors.values()]
        self._tasks = [asyncio.create_task(work) for work in (*people, self._opens())]

    async def stop(self) -> None:
        """Everybody finishes what they are at: Slack shows after seconds whether a tap got through."""
        self._is_over = True
        await asyncio.gather(*self._tasks)

    def vanish(self) -> None:
        for task in self._tasks:
            task.cancel()

    async def burst(self) -> None:
        """Everybody does something in the same instant."""
        await asyncio.gather(*(self._acts(actor) for actor in self._scene.actors.values()))

    # what goes on all the time

    async def _lives(self, actor: Actor) -> None:
        while not self._is_over:
            await asyncio.sleep(self._pause * (0.2 + 1.6 * self._random.random()))
            await self._acts(actor)

    async def _opens(self) -> None:
        """New requests for those that have ended, so that there is always something to decide."""
        while not self._is_over:
            for _ in range(self._under_way - await self._open()):
                by, kind, market = self._random.choice(_KINDS)
                draft = Draft(kind, market, f"Title {next(self._words)}", "In the shop.")
                outcome = await self._scene.service.open(self._scene.playbook.id, by, draft, through="crowd")
                assert isinstance(outcome, Done)
                self.opened.append(outcome.request.id)
            await asyncio.sleep(0.3)

    async def _open(self) -> int:
        listed = [await self._scene.service.list(Filter(status=status, limit=1000)) for status in ("open", "returned")]
        return sum(map(len, listed))

    async def _acts(self, actor: Actor) -> None:
        # What vanished under somebody's finger is no matter.
        with suppress(LookupError):
            await (self._in_telegram if actor.messenger == TELEGRAM else self._in_slack)(actor)

    # Telegram

    async def _in_telegram(self, actor: Actor) -> None:
        keys = list(self._telegram_keys(actor))
        asked = [key for key in keys[:6] if dialogs.parse(key.data)]
        if asked and self._random.random() < 0.8:
            self._answers(actor, asked)
        elif key := self._chosen(keys):
            self._taps(actor, key)
            if self._random.random() < _TWICE:
                self._taps(actor, key)
            if self._random.random() < _SOMEBODY_ELSE:
                others = [one for one in self._scene.actors.values() if one.messenger == TELEGRAM]
                self._taps(self._random.choice(others), key)

    def _telegram_keys(self, actor: Actor) -> Iterator[Key]:
        """The newest first."""
        chat = self._scene.telegram._world.chats[actor.telegram_id]
        for message in islice(reversed(chat.values()), _LOOKS_BACK):
            for row in message.buttons if message.from_bot else ():
                yield from (Key(str(message.message_id), button.data or "") for button in row)

    def _taps(self, actor: Actor, key: Key) -> None:
        callback = self._scene.telegram.tap(actor.telegram_id, int(key.message), key.data)
        self._noted(actor, key.data, callback)

    def _answers(self, actor: Actor, asked: list[Key]) -> None:
        """To a question: words, or one of its buttons."""
        newest = [key for key in asked if key.message == asked[0].message]
        verbs = {key: found.verb for key in newest if (found := dialogs.parse(key.data))}
        is_silent = {*verbs.values()} <= {"cancel", "fixed"}
        if self._random.random() < (0.9 if is_silent else _TYPES if "send" not in verbs.values() else 0.1):
            self._scene.telegram.send_text(actor.telegram_id, self._token())
            self._noted(actor, "", "")
            return
        weights = [_VERBS.get(verb, 0.1) for verb in verbs.values()]
        self._taps(actor, self._random.choices(list(verbs), weights)[0])

    def _noted(self, actor: Actor, data: str, callback: str) -> None:
        last = self._scene.telegram._world.updates._last
        assert last
        self._scene.done(Act(TELEGRAM, str(last.update_id), actor.person, self._scene.clock.now(), data, callback))

    # Slack

    async def _in_slack(self, actor: Actor) -> None:
        views = self._scene.slack.views(actor.external)
        if views:
            await self._fills_in(actor, views[-1])
        elif key := self._chosen(list(self._slack_keys(actor))):
            times = 2 if self._random.random() < _TWICE else 1
            await asyncio.gather(*(self._taps_in_slack(actor, key) for _ in range(times)))

    def _slack_keys(self, actor: Actor) -> Iterator[Key]:
        chat = self._scene.slack.workspace.channels[self._scene.slack.dm(actor.external)]
        for message in islice(reversed(chat.messages.values()), _LOOKS_BACK):
            if message.from_bot and not message.gone:
                elements = [e for block in message.blocks if block["type"] == "actions" for e in block["elements"]]
                yield from (Key(message.ts, e["value"]) for e in elements if e["type"] == "button" and "value" in e)

    async def _taps_in_slack(self, actor: Actor, key: Key) -> None:
        dm = self._scene.slack.dm(actor.external)
        await self._scene.slack.tap(actor.external, dm, key.message, key.data, block_id="moves", value=key.data)

    async def _fills_in(self, actor: Actor, view: View) -> None:
        given: dict[str, dict[str, str]] = {}
        for block in view.payload["blocks"]:
            if block["type"] == "input" and block["element"]["type"] == "plain_text_input" and block["block_id"] != "wish":
                given[block["block_id"]] = {"value": self._token()}
            elif block["type"] == "input" and block["element"]["type"] == "static_select":
                given[block["block_id"]] = {"value": block["element"]["options"][0]["value"]}
        sent = await self._scene.slack.submit(actor.external, view.id, given)
        if sent.errors or (not sent.ok and self._random.random() < 0.3):
            await self._scene.slack.close_view(actor.external, view.id)

    # both

    def _chosen(self, keys: list[Key]) -> Key | None:
        codes = [(key, code) for key in keys if (code := buttons.parse(key.data)) and code.action in _GLADLY]
        weights = [_GLADLY[code.action] for _, code in codes]
        # Where nothing is asked of somebody, they mostly do nothing.
        return self._random.choices([*(key for key, _ in codes), None], [*weights, _IDLE])[0]

    def _token(self) -> str:
        """Words nobody else says, so that they can be found again."""
        return f"Clause w{next(self._words)}w is missing"
