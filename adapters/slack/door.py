"""The way in from Slack: payloads are written down before they are acknowledged, then handled, each one once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import payload
from adapters.slack.answer import Answer
from adapters.slack.desk import Desk
from adapters.slack.payload import Body, Kind
from adapters.slack.screens import Screens
from adapters.slack.sender import NAME, SlackMessenger
from bot.conversation import Conversation
from bot.ports import Clock, MessengerError, Store, Update
from bot.service import Service, UpdateKey

log = structlog.get_logger("soglas.slack")
# Any: an acknowledgement is Slack's own JSON.
Ack = Callable[..., Awaitable[Any]]
_ANSWERED_IN_ACK = {Kind.VIEW, Kind.COMMAND}


class SlackDoor:
    """Takes what Slack delivers."""

    def __init__(
        self, messenger: SlackMessenger, conversation: Conversation, service: Service, store: Store, clock: Clock
    ) -> None:
        self._messenger, self._conversation, self._service = messenger, conversation, service
        self._store, self._clock = store, clock
        self._under_way: set[asyncio.Task[Any]] = set()
        self._open: Desk | None = None

    def opens_for(self, workspace: str, client: AsyncWebClient) -> None:
        """From now on people of other workspaces are strangers: the same user id may be somebody else there."""
        screens = Screens(client)
        self._open = Desk(workspace, screens, self._messenger, self._conversation, self._service, self._store, self._clock)

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
        key = UpdateKey(NAME, payload.delivery(kind, body))
        if not await self._write_down(kind, key, body):
            await ack()
        elif kind in _ANSWERED_IN_ACK:
            # The answer travels in the acknowledgement, so that is given after the decision; a decision takes milliseconds.
            await self._handle(kind, body, key, ack)
        else:
            await ack()
            self._start(self._handle(kind, body, key))

    async def resume(self) -> None:
        """Handles what was written down but not handled when the bot stopped."""
        for update in await self._store.read(lambda tx: tx.unhandled(NAME)):
            written, key = json.loads(update.body), UpdateKey(NAME, update.id)
            if written["kind"] in list(Kind):
                self._start(self._handle(Kind(written["kind"]), written["body"], key))
            else:
                # Left behind by an older version.
                await self._done(key)

    async def finish(self) -> None:
        """Waits for everything that is under way."""
        while self._under_way:
            await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _is_known(self, body: Body) -> bool:
        return await self._store.read(lambda tx: tx.account(NAME, payload.user(body))) is not None

    async def _look(self, body: Body) -> None:
        await self._desk.handle(Kind.HOME, body, UpdateKey(NAME, ""))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _write_down(self, kind: Kind, key: UpdateKey, body: Body) -> bool:
        written = json.dumps({"kind": kind, "body": payload.kept(body)}, ensure_ascii=False)
        delivered = Update(NAME, key.id, written, self._clock.now())
        return await self._store.run(lambda tx: tx.receive(delivered))

    async def _handle(self, kind: Kind, body: Body, key: UpdateKey, ack: Ack | None = None) -> None:
        """Nothing may leave a listener: an exception right after the acknowledgement would erase it."""
        try:
            answer = await self._answer(kind, body, key)
            if ack is not None:
                await ack(**answer.ack)
            if ack is None or not answer.ack or answer.aloud:
                await self._desk.tell(kind, body, answer)
            await self._desk.follow(kind, body)
        except MessengerError as error:
            log.warning("answer_lost", update=key.id, error=type(error).__name__)
        except Exception as error:
            log.error("answer_failed", update=key.id, error=type(error).__name__)
        await self._done(key)

    async def _answer(self, kind: Kind, body: Body, key: UpdateKey) -> Answer:
        try:
            return await self._desk.handle(kind, body, key)
        except Exception:
            log.exception("not_handled", update=key.id)
            return await self._desk.trouble(kind, body)

    async def _done(self, key: UpdateKey) -> None:
        try:
            await self._store.run(lambda tx: tx.handled(NAME, key.id, self._clock.now()))
        except Exception as error:
            # It stays unhandled, and is handled once more after the next start.
            log.error("not_marked", update=key.id, error=type(error).__name__)
