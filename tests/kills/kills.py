"""When somebody is killed: at once, while starting, in a burst of taps, at any call, between an acknowledgement and the rest."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from random import Random

# What the bot calls, and so when it can be struck: before the answer gets back to it, or a moment after.
_STARTING = (
    "telegram getMe", "telegram deleteWebhook", "telegram setMyCommands", "slack auth.test", "slack apps.connections.open",
)  # fmt: skip
_SENDING = (
    "telegram sendMessage", "telegram editMessageText", "telegram answerCallbackQuery", "slack chat.postMessage",
    "slack chat.update", "slack chat.postEphemeral", "slack views.open",
)  # fmt: skip
_RECEIVING = ("telegram getUpdates", "telegram confirmed", "slack acked")
_PATIENCE = 3.0


@dataclass(frozen=True, slots=True)
class Plan:
    """One kill: so many seconds after the ``times``th time that ``what`` was heard (nothing: after the birth)."""

    what: str
    times: int
    after: float
    burst: bool = False


def plan(random: Random) -> Plan:
    draw = random.random()
    if draw < 0.08:
        return Plan("", 0, 0.15 * random.random())
    if draw < 0.16:
        return Plan(random.choice(_STARTING), random.choice((1, 1, 2)), 0.02 * random.random())
    if draw < 0.30:
        return Plan("", 0, 0.2 + 2 * random.random())
    after = random.choice((0.0, 0.0, 0.002, 0.005, 0.02, 0.1)) * random.random()
    if draw < 0.65:
        return Plan(random.choice(_SENDING), random.choice((1, 2, 4, 8)), after)
    return Plan(random.choice(_RECEIVING), random.choice((1, 2, 3, 6)), after, burst=random.random() < 0.6)


class Ambush:
    """Waits for what a plan names, among everything that is heard."""

    def __init__(self, planned: Plan, strike: Callable[[], None]) -> None:
        self._plan, self._strike = planned, strike
        self._left = planned.times
        self._struck = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def heard(self, what: str) -> None:
        if what == self._plan.what and self._left > 0:
            self._left -= 1
            if not self._left:
                self._later()

    def _later(self) -> None:
        if self._plan.after:
            self._loop.call_later(self._plan.after, self._now)
        else:
            self._now()

    def _now(self) -> None:
        if not self._struck.is_set():
            self._strike()
            self._struck.set()

    async def over(self) -> None:
        """Until it has struck: at the latest after a few seconds, where what it waits for does not come."""
        if not self._plan.what:
            self._later()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._struck.wait(), _PATIENCE)
        self._now()
