"""The way in from Slack: payloads are written down before they are acknowledged, then handled, each one once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import payload
from adapters.slack.answer import Answer
from adapters.slack.desk import Desk
from adapters.slack.echoes import Echoes
from adapters.slack.payload import Body, Kind
from adapters.slack.screens import Screens
from adapters.slack.sender import NAME, SlackMessenger
from bot.conversation import Conversation
from bot.deliveries import Deliveries
from bot.observing import Observer, Unobserved, outcome_of
from bot.outage import Keeping, Watch
from bot.ports import Clock, MessengerError, Store, Update
from bot.service import Service, UpdateKey

log = structlog.get_logger("soglas.slack")
# Any: an acknowledgement is Slack's own JSON.
Ack = Callable[..., Awaitable[Any]]
# A tap is delivered at once or never, and whoever tapped sees Slack's own warning then: most try again by themselves, so a
# restart is not worth a message. Events (what people write) come again for some minutes.
_KEPT = Keeping(taps=timedelta(0), words=timedelta(minutes=5), tolerated=timedelta(seconds=150))
# For all calls of ``finish`` together: less than a stop has for closing connections.
_GRACE_SECONDS, _BROKEN_OFF_WITHIN = 2.0, 0.5
_ANSWERED_IN_ACK = {Kind.VIEW, Kind.COMMAND}
_TAPS = {Kind.TAP, Kind.VIEW}


class SlackDoor:
    """Takes what Slack delivers."""

    def __init__(
        self,
        messenger: SlackMessenger,
        conversation: Conversation,
        service: Service,
        store: Store,
        clock: Clock,
        observer: Observer | None = None,
    ) -> None:
        self._observer = observer or Unobserved()
        self._messenger, self._conversation, self._service = messenger, conversation, service
        self._store, self._clock = store, clock
        self.watch = Watch(NAME, "slack.connected", _KEPT, store, clock, service.nudge)
        self._deliveries = Deliveries(NAME, store, clock)
        self._under_way: set[asyncio.Task[Any]] = set()
        self._started: set[asyncio.Task[Any]] = set()  # those of them that are not Bolt's
        self._ends_at: float | None = None
        self._open: Desk | None = None

    def opens_for(self, workspace: str, client: AsyncWebClient) -> None:
        """From now on people of other workspaces are strangers: the same user id may be somebody else there."""
        screens = Screens(client)
        self._open = Desk(workspace, screens, self._messenger, self._conversation, self._service, self._store, self._clock)

    @property
    def echoes(self) -> Echoes:
        """The bot's own messages, as far as Slack has told of them."""
        return self._messenger.echoes

    @property
    def _desk(self) -> Desk:
        assert self._open is not None, "nothing is delivered before the door is open"
        return self._open

    async def hear(self, ack: Ack, body: Body) -> None:
        """An event: most are for somebody else and only acknowledged."""
        kind = payload.kind_of_event(body)
        if kind is None:
            await ack()
        else:
            await self.receive(kind, ack, body)

    async def receive(self, kind: Kind, ack: Ack, body: Body) -> None:
        """One delivery. When it cannot be written down it is not acknowledged: Slack then tells the person, or sends it again."""
        listener = asyncio.current_task()
        assert listener is not None
        self._under_way.add(listener)
        try:
            await self._received(kind, ack, body)
        finally:
            self._under_way.discard(listener)

    async def _received(self, kind: Kind, ack: Ack, body: Body) -> None:
        if kind is Kind.HOME:
            # Only looked at: there is nothing to make up for after a crash.
            await ack()
            self._start(self._look(body))
            return
        if kind is Kind.PERSON and not await self._is_known(body):
            # Every profile in the workspace is told of; those of strangers are nobody's business here.
            await ack()
            return
        key, since = UpdateKey(NAME, payload.delivery(kind, body)), self._clock.now()
        if not await self._write_down(kind, key, body):
            await ack()
            if kind in _TAPS:
                self._observer.tap(NAME, "repeated", 0.0)
        elif kind in _ANSWERED_IN_ACK:
            # The answer travels in the acknowledgement, so that is given after the decision; a decision takes milliseconds.
            await self._handle(kind, body, key, since, ack)
        else:
            await ack()
            self._start(self._handle(kind, body, key, since))

    async def resume(self) -> None:
        """Handles what was written down but not handled when the bot stopped."""
        self._ends_at = None
        await self._take(await self._deliveries.left_over(starting=True))
        self._deliveries.start(self._take)

    async def _take(self, left: Sequence[Update]) -> None:
        for update in left:
            written, key = json.loads(update.body), UpdateKey(NAME, update.id)
            if written["kind"] in list(Kind):
                self._start(self._handle(Kind(written["kind"]), written["body"], key, update.received_at))
            else:
                # Left behind by an older version.
                await self._done(key)

    async def finish(self) -> None:
        """Waits for what is under way and what comes of it, but not for long, nor for what goes on arriving: what is not handled
        by then is free for another process at once. Holds as well when the waiting itself is cut short."""
        now = asyncio.get_running_loop().time
        self._ends_at = self._ends_at or now() + _GRACE_SECONDS
        is_late = True
        try:
            for _ in ("acknowledgements", "what follows them"):
                if self._under_way and now() < self._ends_at:
                    await asyncio.wait({*self._under_way}, timeout=self._ends_at - now())
            is_late = now() >= self._ends_at
        finally:
            if is_late:
                await self._break_off()
            # What has just arrived ends before the next call: it is ours until then.
            if is_late or not self._under_way:
                await self._deliveries.stop()

    async def _break_off(self) -> None:
        for task in self._started:
            task.cancel()
        if self._started:
            await asyncio.wait({*self._started}, timeout=_BROKEN_OFF_WITHIN)

    async def _is_known(self, body: Body) -> bool:
        return await self._store.read(lambda tx: tx.account(NAME, payload.user(body))) is not None

    async def _look(self, body: Body) -> None:
        await self._desk.handle(Kind.HOME, body, UpdateKey(NAME, ""))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        for tasks in (self._under_way, self._started):
            tasks.add(task)
            task.add_done_callback(tasks.discard)

    async def _write_down(self, kind: Kind, key: UpdateKey, body: Body) -> bool:
        written = json.dumps({"kind": kind, "body": payload.kept(body)})
        delivered = Update(NAME, key.id, written, self._clock.now())
        return bool(await self._deliveries.write_down([delivered]))

    async def _handle(self, kind: Kind, body: Body, key: UpdateKey, since: datetime, ack: Ack | None = None) -> None:
        """Nothing may leave a listener: an exception right after the acknowledgement would erase it."""
        heard = False
        try:
            answer = await self._answer(kind, body, key)
            if ack is not None:
                await ack(**answer.ack)
            if ack is None or not answer.ack or answer.aloud:
                await self._desk.tell(kind, body, answer)
            heard = True
            if kind in _TAPS:
                self._observer.tap(NAME, outcome_of(answer.words), (self._clock.now() - since).total_seconds())
            await self._desk.follow(kind, body)
        except MessengerError as error:
            log.warning("answer_lost", update=key.id, error=type(error).__name__)
            self._silent(kind, heard)
        except Exception as error:
            log.error("answer_failed", update=key.id, error=type(error).__name__)
            self._silent(kind, heard)
        await self._done(key)

    def _silent(self, kind: Kind, heard: bool) -> None:
        if kind in _TAPS and not heard:
            self._observer.silent_tap(NAME)

    async def _answer(self, kind: Kind, body: Body, key: UpdateKey) -> Answer:
        try:
            return await self._desk.handle(kind, body, key)
        except Exception:
            log.exception("not_handled", update=key.id)
            return await self._desk.trouble(kind, body)

    async def _done(self, key: UpdateKey) -> None:
        try:
            await self._deliveries.handled(key.id)
        except Exception as error:
            # It stays unhandled, and is handled once more after the next start.
            log.error("not_marked", update=key.id, error=type(error).__name__)
