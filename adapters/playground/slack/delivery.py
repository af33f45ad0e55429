"""Getting a payload to the app: what is tried once, what is tried again, and what was never acknowledged."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from adapters.playground.nastiness import Mishap
from adapters.playground.slack.events import subscription
from adapters.playground.slack.link import ACK_SECONDS, Link
from adapters.playground.slack.records import Acked

Json = dict[str, Any]
EVENTS = "events_api"
# How long something late waits to be overtaken, in real time.
LATE_SECONDS = 0.05
# The app has not subscribed to it: Slack keeps it to itself.
UNSENT = Acked(False, 0.0, None)


@dataclass(frozen=True, slots=True)
class Sent:
    """The last thing a person caused to be sent."""

    kind: str
    payload: Json


class Delivery:
    """Interactions go once and fail without a socket; events wait for one and come a second time."""

    def __init__(self, link: Link, subscribed: frozenset[str], mishap: Callable[[], Mishap | None] = lambda: None) -> None:
        self._mishap = mishap
        self.unacked: list[Json] = []
        self._link = link
        self._subscribed = subscribed
        self._last: Sent | None = None
        self._background: set[asyncio.Task[Any]] = set()
        self._stopped = False

    async def interaction(self, kind: str, payload: Json) -> Acked:
        """One try: Slack shows the person a warning when it fails."""
        self._last = Sent(kind, payload)
        await self._befalls(self._link.deliver(kind, payload))
        return self._noted(payload, await self._link.deliver(kind, payload))

    async def event(self, payload: Json) -> Acked:
        """The first try; a second one follows by itself when it was not acknowledged."""
        if not self._wanted(payload):
            return UNSENT
        self._last = Sent(EVENTS, payload)
        return await self._event(payload)

    def echo(self, payload: Json) -> None:
        """An event about the bot's own doing: nobody waits for it."""
        if self._wanted(payload):
            self._start(self._event(payload))

    async def repeat_last(self) -> Acked:
        """The same payload in a new envelope, as Slack does when an acknowledgement got lost."""
        if self._last is None:
            raise LookupError("nothing has been sent yet")
        kind, payload = self._last.kind, self._last.payload
        attempt, patience = (1, ACK_SECONDS) if kind == EVENTS else (None, 0.0)
        again = await self._link.deliver(kind, payload, attempt=attempt, patience=patience)
        return self._noted(payload, again)

    async def stop(self) -> None:
        """Drop what is still under way, and begin nothing new."""
        self._stopped = True
        tasks = list(self._background)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _event(self, payload: Json) -> Acked:
        await self._befalls(self._link.deliver(EVENTS, payload, attempt=1, patience=ACK_SECONDS))
        acked = await self._link.deliver(EVENTS, payload, attempt=0, patience=ACK_SECONDS)
        if not acked.ok:
            self._start(self._link.deliver(EVENTS, payload, attempt=1, patience=ACK_SECONDS))
        return self._noted(payload, acked)

    async def _befalls(self, again: Coroutine[Any, Any, Acked]) -> None:
        """Lets a delivery be overtaken, or come twice: `again` is the second time."""
        mishap = self._mishap()
        if mishap is Mishap.TWICE:
            self._start(again)
            return
        again.close()
        if mishap is Mishap.LATE:
            await asyncio.sleep(LATE_SECONDS)

    def _wanted(self, payload: Json) -> bool:
        return subscription(payload["event"]) in self._subscribed

    def _noted(self, payload: Json, acked: Acked) -> Acked:
        if not acked.ok:
            self.unacked.append(payload)
        return acked

    def _start(self, work: Coroutine[Any, Any, Acked]) -> None:
        if self._stopped:
            work.close()
            return
        task = asyncio.get_running_loop().create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)
