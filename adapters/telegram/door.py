"""The way in from Telegram: raw updates are written down before they are confirmed, then handled, each person's in order."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import structlog
from telegram import Bot, CallbackQuery, Update
from telegram import Message as Sent

from adapters.telegram.sender import NAME, TelegramMessenger
from adapters.telegram.view import prompt_message
from bot.conversation import Conversation, Prompt, Reply
from bot.core.request.model import RequestId
from bot.core.wording import text
from bot.ports import Account, Clock, MessengerError, Store
from bot.ports import Update as Delivered
from bot.service import Service, UpdateKey
from bot.speech import Reader, say

log = structlog.get_logger("soglas.telegram")


class TelegramDoor:
    """Handles what Telegram delivers."""

    def __init__(
        self, bot: Bot, messenger: TelegramMessenger, conversation: Conversation, service: Service, store: Store, clock: Clock
    ) -> None:
        self._bot, self._messenger, self._conversation = bot, messenger, conversation
        self._service, self._store, self._clock = service, store, clock
        self._turns: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._under_way: set[asyncio.Task[None]] = set()

    async def receive(self, updates: Sequence[Update]) -> None:
        """Writes updates down; only then may they be confirmed. New ones are handled beside the next poll."""
        now = self._clock.now()
        delivered = [Delivered(NAME, str(u.update_id), json.dumps(u.to_dict(), ensure_ascii=False), now) for u in updates]
        new = await self._store.run(lambda tx: [one for one in delivered if tx.receive(one)])
        for one in new:
            self._start(one)

    async def resume(self) -> None:
        """Handles what was written down but not handled when the bot stopped."""
        for one in await self._store.read(lambda tx: tx.unhandled(NAME)):
            self._start(one)

    async def finish(self) -> None:
        """Waits for everything that is under way."""
        while self._under_way:
            await asyncio.gather(*self._under_way, return_exceptions=True)

    def _start(self, delivered: Delivered) -> None:
        task = asyncio.create_task(self._handle(delivered), name=f"telegram-{delivered.id}")
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _handle(self, delivered: Delivered) -> None:
        update = Update.de_json(json.loads(delivered.body), self._bot)
        sender = str(update.effective_user.id) if update.effective_user else ""
        key = UpdateKey(NAME, delivered.id)
        async with self._turns[sender]:
            try:
                await self._sort(update, sender, key)
            except MessengerError as error:
                # The decision, if there was one, is written; only the answer to it did not get through.
                log.warning("answer_lost", update=delivered.id, error=type(error).__name__)
            await self._store.run(lambda tx: tx.handled(NAME, delivered.id, self._clock.now()))

    async def _sort(self, update: Update, sender: str, key: UpdateKey) -> None:
        account = await self._store.read(lambda tx: tx.account(NAME, sender))
        if update.callback_query:
            await self._tapped(update.callback_query, account, key)
        elif update.message and update.message.chat.type == "private" and account is not None:
            await self._wrote(update.message, await self._present(account), key)
        elif update.message and update.message.chat.type == "private":
            await self._answer(update.message, None, Reply(text("refusal.stranger")))
        elif update.my_chat_member:
            await self._membership(update, account)

    async def _tapped(self, query: CallbackQuery, account: Account | None, key: UpdateKey) -> None:
        reader = await self._reader(account, query.from_user.language_code)
        reply = await self._conversation.tap(account, query.data or "", key)
        words = say(reply.toast, reader) if reply.toast else ""
        await self._messenger.answer_tap(query.id, words, alert=reply.alert)
        if query.message is not None:
            await self._follow(str(query.message.chat.id), str(query.message.message_id), account, reader, reply)

    async def _follow(self, chat: str, tapped: str, account: Account | None, reader: Reader, reply: Reply) -> None:
        """The message a reply brings: a question's next form takes the place of the one tapped, others are sent anew."""
        if reply.prompt is None:
            if reply.close:
                await self._messenger.take_buttons(chat, tapped)
            return
        message = prompt_message(reply.prompt, reader)
        if reply.close:
            await self._messenger.change(chat, tapped, message)
            placed = tapped
        else:
            placed = await self._messenger.send(chat, message, tapped)
        if account and reply.dialog:
            await self._conversation.placed(account, reply.dialog, placed)

    async def _wrote(self, message: Sent, account: Account, key: UpdateKey) -> None:
        words = message.text or ""
        _, name = await self._service.person(account)
        match words.split("@", 1)[0].split(" ", 1)[0]:
            case "/start":
                reply = Reply(text("answer.welcome", name=name or account.person))
            case "/inbox":
                reply = await self._conversation.inbox(account)
            case "/cancel":
                reply = await self._conversation.cancel(account)
            case "/help":
                reply = Reply(text("answer.help"))
            case _ if not words:
                reply = Reply(text("answer.only_text"))
            case _:
                reply = await self._typed(message, account, words, key)
        await self._answer(message, account, reply)

    async def _typed(self, message: Sent, account: Account, words: str, key: UpdateKey) -> Reply:
        before = await self._conversation.question(account)
        about = await self._request_of(message)
        reply = await self._conversation.typed(account, words, about, key)
        if before and before.message and (reply.close or reply.prompt):
            await self._messenger.take_buttons(str(message.chat.id), before.message)
        return reply

    async def _answer(self, message: Sent, account: Account | None, reply: Reply) -> None:
        reader = await self._reader(account, message.from_user.language_code if message.from_user else None)
        chat = str(message.chat.id)
        if reply.prompt:
            placed = await self._messenger.send(chat, prompt_message(reply.prompt, reader), str(message.message_id))
            if account and reply.dialog:
                await self._conversation.placed(account, reply.dialog, placed)
        elif reply.toast:
            await self._messenger.send(chat, prompt_message(Prompt(reply.toast), reader))

    async def _request_of(self, message: Sent) -> RequestId | None:
        """The request whose card or notice a message replies to."""
        replied = message.reply_to_message
        if replied is None:
            return None
        chat, number = str(message.chat.id), str(replied.message_id)
        return await self._store.read(lambda tx: tx.request_of(NAME, chat, number))

    async def _present(self, account: Account) -> Account:
        """Whoever writes can be written to again."""
        if account.blocked:
            account = replace(account, blocked=False)
            await self._store.run(lambda tx: tx.save_account(account))
        return account

    async def _membership(self, update: Update, account: Account | None) -> None:
        """In a private chat this says that the person blocked the bot or took it back."""
        if update.my_chat_member and account:
            blocked = update.my_chat_member.new_chat_member.status == "kicked"
            await self._store.run(lambda tx: tx.save_account(replace(account, blocked=blocked)))

    async def _reader(self, account: Account | None, language: str | None) -> Reader:
        return (await self._service.person(account, language))[0]
