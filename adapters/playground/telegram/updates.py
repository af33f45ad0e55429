"""The queue of what happened, as getUpdates hands it out: at least once, until an offset confirms it."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from adapters.playground.nastiness import Mishap
from adapters.playground.telegram.refusal import Refused

# Telegram forgets what nobody fetched: telegram-bot-api, Client.cpp, the calls of add_update.
LIFETIMES = {
    "callback_query": timedelta(seconds=150),
    "message": timedelta(days=1),
    "edited_message": timedelta(days=1),
    "my_chat_member": timedelta(days=1),
}
LONGEST_POLL_SECONDS = 50
MOST_AT_ONCE = 100
# How long something late waits to be overtaken, in real time.
LATE_SECONDS = 0.05


@dataclass
class _Waiting:
    update_id: int
    kind: str
    body: dict[str, object]
    expires: datetime
    # A repeated update comes once more even though an offset has confirmed it long ago.
    repeated: bool = False
    delivered: bool = False


class UpdateQueue:
    """One bot's updates in order."""

    def __init__(self, now: Callable[[], datetime], mishap: Callable[[], Mishap | None] = lambda: None) -> None:
        self._now = now
        self._mishap = mishap
        self._late: tuple[str, dict[str, object]] | None = None
        self._next_id = 100_001
        self._waiting: list[_Waiting] = []
        self._last: _Waiting | None = None
        self._allowed: Collection[str] = LIFETIMES.keys()
        self._poller: asyncio.Future[None] | None = None
        self._closed = False

    def put(self, kind: str, body: dict[str, object]) -> None:
        """Adds what happened and wakes the long poll; a kind the bot did not ask for is lost."""
        if kind not in self._allowed:
            return
        mishap = self._mishap()
        if self._late is not None and _sender(body) == _sender(self._late[1]):
            # What one person does arrives in order.
            self._let_go()
        if mishap is Mishap.LATE and self._late is None:
            self._late = (kind, body)
            asyncio.get_running_loop().call_later(LATE_SECONDS, self._let_go)
            return
        self._number(kind, body)
        self._let_go()
        if mishap is Mishap.TWICE:
            self.repeat_last()

    def _number(self, kind: str, body: dict[str, object]) -> None:
        self._last = _Waiting(self._next_id, kind, body, self._now() + LIFETIMES[kind])
        self._next_id += 1
        self._add(self._last)

    def _let_go(self) -> None:
        """What was late comes now, behind what has overtaken it."""
        if self._late is not None:
            late, self._late = self._late, None
            self._number(*late)

    def repeat_last(self) -> None:
        """The very same update comes again, with the same id."""
        if self._last is None:
            raise ValueError("there is no update to repeat yet")
        last = self._last
        expires = self._now() + LIFETIMES[last.kind]
        self._add(_Waiting(last.update_id, last.kind, last.body, expires, repeated=True))

    def unconfirmed(self) -> int:
        """How many updates no offset has confirmed."""
        self._expire()
        return len(self._waiting) + (self._late is not None)

    def drop_all(self) -> None:
        """Forgets everything that was not fetched."""
        self._waiting.clear()

    def allow(self, kinds: Collection[str] | None) -> None:
        """Which kinds to keep from now on; None leaves it as it was, nothing named means the usual ones."""
        if kinds is not None:
            self._allowed = kinds or LIFETIMES.keys()

    def open(self) -> None:
        """Lets polls wait again."""
        self._closed = False

    def close(self) -> None:
        """Ends the open poll at once; later polls do not wait."""
        self._closed = True
        self._wake()

    async def poll(self, *, offset: int, limit: int, timeout: int) -> list[dict[str, object]]:
        """Confirms everything below the offset, then waits up to timeout seconds for something new."""
        self._end_older_poll()
        self._confirm(offset)
        ready = self._hand_out(limit)
        if ready or timeout <= 0 or self._closed:
            return ready
        await self._wait(min(timeout, LONGEST_POLL_SECONDS))
        return self._hand_out(limit)

    async def _wait(self, seconds: int) -> None:
        poller = self._poller = asyncio.get_running_loop().create_future()
        try:
            await asyncio.wait_for(poller, seconds)
        except TimeoutError:
            pass
        finally:
            if self._poller is poller:
                self._poller = None

    def _end_older_poll(self) -> None:
        if self._poller is not None and not self._poller.done():
            self._poller.set_exception(
                Refused(
                    409,
                    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
                )
            )
        self._poller = None

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            self._waiting = self._waiting[offset:]
        elif offset > 0:
            self._waiting = [each for each in self._waiting if each.update_id >= offset or (each.repeated and not each.delivered)]

    def _hand_out(self, limit: int) -> list[dict[str, object]]:
        self._expire()
        ready = self._waiting[: min(max(limit, 1), MOST_AT_ONCE)]
        for each in ready:
            each.delivered = True
        return [{"update_id": each.update_id, each.kind: each.body} for each in ready]

    def _expire(self) -> None:
        moment = self._now()
        self._waiting = [each for each in self._waiting if each.expires > moment]

    def _add(self, update: _Waiting) -> None:
        self._waiting.append(update)
        # In order of ids, so that the offset after the last one confirms all that were handed out.
        self._waiting.sort(key=lambda each: each.update_id)
        self._wake()

    def _wake(self) -> None:
        if self._poller is not None and not self._poller.done():
            self._poller.set_result(None)


def _sender(body: dict[str, object]) -> object:
    sender = body.get("from")
    return sender["id"] if isinstance(sender, dict) else None
