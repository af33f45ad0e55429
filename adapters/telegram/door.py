"""The way in from Telegram: raw updates are written down before they are confirmed, then handled, each person's in order."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakValueDictionary

import structlog
from telegram import Bot, Message, Update

from adapters.telegram.sender import NAME, TelegramMessenger
from adapters.telegram.taps import Taps
from adapters.telegram.words import Words
from bot.conversation import Conversation
from bot.core.wording import text
from bot.deliveries import Deliveries
from bot.observing import Observer, TapOutcome, Unobserved
from bot.outage import Keeping, Watch
from bot.ports import Clock, MessengerError, Store
from bot.ports import Update as Delivered
from bot.service import Service, UpdateKey
from bot.speech import Reader, say

log = structlog.get_logger("soglas.telegram")
DUTY = "telegram"  # polling, which only one process may do
_GRACE_SECONDS, _BROKEN_OFF_WITHIN = 2.0, 0.5  # together less than a stop has for closing connections
# How long Telegram keeps what a bot does not fetch: telegram-bot-api, Client.cpp, the calls of add_update.
_KEPT = Keeping(taps=timedelta(seconds=150), words=timedelta(days=1), tolerated=timedelta(seconds=150))
_COMMAND = re.compile(r"/[A-Za-z0-9_]{1,32}(?:@([A-Za-z0-9_]+))?(?=\s|$)")
Json = dict[str, Any]  # Any: an update as Telegram writes it, of any form


class _Turns(WeakValueDictionary[str, asyncio.Lock]):
    """Each person's turn. It is there as long as somebody has it or waits for it: most who write once never write again."""

    def __getitem__(self, person: str) -> asyncio.Lock:
        return self.setdefault(person, asyncio.Lock())


class TelegramDoor:
    """Handles what Telegram delivers."""

    def __init__(
        self,
        bot: Bot,
        messenger: TelegramMessenger,
        conversation: Conversation,
        service: Service,
        store: Store,
        clock: Clock,
        observer: Observer | None = None,
    ) -> None:
        self._observer = observer or Unobserved()
        self._bot, self._messenger, self._store, self._clock = bot, messenger, store, clock
        self._conversation = conversation
        self.watch = Watch(NAME, "telegram.polled", _KEPT, store, clock, service.nudge)
        self._deliveries = Deliveries(NAME, store, clock)
        self._taps = Taps(messenger, conversation, service, store)
        self._words = Words(messenger, conversation, service, store)
        self._turns = _Turns()
        self._under_way: set[asyncio.Task[None]] = set()

    async def receive(self, updates: Sequence[Json]) -> None:
        """Writes updates down; only then may they be confirmed. New ones are handled beside the next poll."""
        now = self._clock.now()
        delivered = [Delivered(NAME, str(update["update_id"]), json.dumps(update), now) for update in updates]
        new = await self._deliveries.write_down(delivered)
        for one in new:
            self._start(one)
        for update in updates if len(new) < len(updates) else ():
            if "callback_query" in update and str(update["update_id"]) not in {one.id for one in new}:
                self._observer.tap(NAME, "repeated", 0.0)

    async def resume(self) -> None:
        """Handles what was written down but not handled when the bot stopped, in the order it happened."""
        await self._take(await self._deliveries.left_over(starting=True))
        self._deliveries.start(self._take)

    async def _take(self, left: Sequence[Delivered]) -> None:
        for one in sorted(left, key=lambda one: int(one.id)):
            self._start(one)

    async def finish(self) -> None:
        """Waits for what is under way, but not for long: what is not handled by then is free for another process at once, or
        handled after the next start. Holds as well when the waiting itself is cut short."""
        try:
            # Nobody polls here any more, so another process may begin.
            await self._store.yields(DUTY)
            if self._under_way:
                await asyncio.wait({*self._under_way}, timeout=_GRACE_SECONDS)
        finally:
            for task in self._under_way:
                task.cancel()
            if self._under_way:
                await asyncio.wait({*self._under_way}, timeout=_BROKEN_OFF_WITHIN)
            await self._deliveries.stop()

    def _start(self, delivered: Delivered) -> None:
        task = asyncio.create_task(self._handle(delivered), name=f"telegram-{delivered.id}")
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _handle(self, delivered: Delivered) -> None:
        try:
            update = Update.de_json(json.loads(delivered.body), self._bot)
        except Exception:
            log.exception("not_understood", update=delivered.id)
        else:
            sender = str(update.effective_user.id) if update.effective_user else ""
            async with self._turns[sender]:
                await self._answered(update, sender, UpdateKey(NAME, delivered.id), delivered.received_at)
        await self._deliveries.handled(delivered.id)

    async def _answered(self, update: Update, sender: str, key: UpdateKey, since: datetime) -> None:
        """Nothing leaves here: whatever happens to one update, the next ones are handled."""
        try:
            await self._sort(update, sender, key, since)
        except MessengerError as error:
            # The decision, if there was one, is written; only the answer to it did not get through.
            log.warning("answer_lost", update=key.id, error=type(error).__name__)
        except Exception:
            # Not handled again by itself: whoever it was from is asked to repeat it, and may do something else instead.
            log.exception("not_handled", update=key.id)
            await self._apologise(update)
            if update.callback_query:
                self._told("failed", True, since)

    def _told(self, outcome: TapOutcome, heard: bool, since: datetime) -> None:
        self._observer.tap(NAME, outcome, (self._clock.now() - since).total_seconds())
        if not heard:
            self._observer.silent_tap(NAME)

    async def _sort(self, update: Update, sender: str, key: UpdateKey, since: datetime) -> None:
        account = await self._store.read(lambda tx: tx.account(NAME, sender))
        if update.callback_query:
            await self._taps.tapped(update.callback_query, account, key, lambda outcome, heard: self._told(outcome, heard, since))
        elif update.message and update.message.chat.type == "private":
            await self._words.wrote(update.message, account, key)
        elif update.message and self._is_meant(update.message):
            await self._words.mentioned(update.message, account, key, self._bot.username)
        elif update.edited_message and update.edited_message.chat.type == "private":
            await self._words.edited(update.edited_message, account)
        elif update.my_chat_member and account and update.my_chat_member.chat.type == "private":
            # In a private chat this says that the person blocked the bot or took it back.
            gone = update.my_chat_member.new_chat_member.status == "kicked"
            await self._conversation.inbox.present(account, gone=gone)

    def _is_meant(self, message: Message) -> bool:
        """In a group the bot answers to its name, to a command that names no other bot, and to nothing else."""
        words, name = message.text or message.caption or "", self._bot.username
        if found := _COMMAND.match(words):
            return (found[1] or name).casefold() == name.casefold()
        return re.search(rf"@{re.escape(name)}\b", words, re.IGNORECASE) is not None

    async def _apologise(self, update: Update) -> None:
        """Something here is broken; nobody is left with a spinner or with silence."""
        user, chat = update.effective_user, update.effective_chat
        if user is None or chat is None:
            return
        words = say(text("answer.failed"), Reader(((user.language_code or "en")[:2],), "UTC"))
        try:
            if update.callback_query:
                if not await self._messenger.answer_tap(update.callback_query.id, words, alert=True):
                    self._observer.silent_tap(NAME)
            elif chat.type == "private":
                await self._messenger.write(str(chat.id), words)
        except MessengerError as error:
            log.warning("answer_lost", update=update.update_id, error=type(error).__name__)
