"""What happens when somebody writes to the bot in Telegram, sends it a file, mentions it in a group."""

from __future__ import annotations

import re

from telegram import Message

from adapters.telegram.attached import given, kind_not_read
from adapters.telegram.sender import NAME, TelegramMessenger
from adapters.telegram.view import prompt_message
from bot.conversation import Conversation, Heard
from bot.core.wording import text
from bot.ports import Account, Store, Unreachable
from bot.prompts import Prompt, Reply
from bot.service import Service, UpdateKey
from bot.speech import Reader, say

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@[A-Za-z0-9_]+)?(?=\s|$)")


class Words:
    """Messages to the bot."""

    def __init__(self, messenger: TelegramMessenger, conversation: Conversation, service: Service, store: Store) -> None:
        self._messenger, self._conversation, self._service, self._store = messenger, conversation, service, store

    async def wrote(self, message: Message, account: Account | None, key: UpdateKey) -> None:
        """A message in the private chat."""
        if account is not None and account.blocked:
            # Whoever writes can be written to again.
            await self._conversation.inbox.present(account, gone=False)
        asked = await self._conversation.standing(account) if account else ""
        drafting = await self._conversation.drafting(account) if account else ""
        reply = await self._reply(message, account, key)
        over = drafting if reply.draft else asked if reply.close or reply.dialog else ""
        if over:
            await self._messenger.take_buttons(str(message.chat.id), over)
        await self._answer(message, account, reply)

    async def edited(self, message: Message, account: Account | None) -> None:
        """A message is taken as it came; an edit is no second one."""
        if account is not None and message.text and not _COMMAND.match(message.text):
            await self._answer(message, account, Reply(text("answer.edited")))

    async def mentioned(self, message: Message, account: Account | None, key: UpdateKey, name: str) -> None:
        """In a group the answer goes to the private chat: others there may not be meant to read it."""
        reader = await self._reader(message, account)
        words = re.sub(rf"@{re.escape(name)}\b", " ", message.text or message.caption or "", flags=re.IGNORECASE).strip()
        if account is None:
            await self._messenger.write(str(message.chat.id), say(text("answer.start_private"), reader), str(message.message_id))
            return
        found = _COMMAND.match(words)
        if found:
            reply = await self._conversation.command(account, found[1].lower(), words[found.end() :].strip(), key)
        else:
            reply = await self._conversation.typed(account, Heard(words), key)
        said = "answer.in_private"
        try:
            await self._put(account.chat or account.external, account, reply, reader)
        except Unreachable:
            said = "answer.start_private"
        await self._messenger.write(str(message.chat.id), say(text(said), reader), str(message.message_id))

    async def _reply(self, message: Message, account: Account | None, key: UpdateKey) -> Reply:
        words = message.text or message.caption or ""
        newcomer = Account(NAME, "", str(message.from_user.id) if message.from_user else "", "", str(message.chat.id))
        found = _COMMAND.match(words)
        if found:
            name, rest = found[1].lower(), words[found.end() :].strip()
            if name == "start":
                return await self._conversation.started(account, rest, newcomer)
            if account is not None:
                return await self._conversation.command(account, name, rest, key)
        attached, unread = given(message), kind_not_read(message)
        if not attached and not unread and message.effective_attachment:
            return Reply(text("answer.only_text"))
        if not words and not attached and not unread:
            # A pinned card or a changed setting of the chat is a message too, but nobody said anything.
            return Reply()
        replied = str(message.reply_to_message.message_id) if message.reply_to_message else ""
        request, asked = await self._conversation.about(str(message.chat.id), replied) if replied else (None, False)
        heard = Heard(words, request, replied, asked, attached, newcomer, unread)
        return await self._conversation.typed(account, heard, key)

    async def _answer(self, message: Message, account: Account | None, reply: Reply) -> None:
        under = str(message.message_id) if reply.prompt else ""
        # Whoever has just come in, or chosen a language, is answered as what they are now.
        sender = str(message.from_user.id) if message.from_user else ""
        account = await self._store.read(lambda tx: tx.account(NAME, sender))
        await self._put(str(message.chat.id), account, reply, await self._reader(message, account), under)

    async def _put(self, chat: str, account: Account | None, reply: Reply, reader: Reader, under: str = "") -> None:
        prompt = reply.prompt or (Prompt(reply.toast) if reply.toast else None)
        if prompt is None:
            return
        placed = await self._messenger.send(chat, prompt_message(prompt, reader), under)
        if account:
            await self._conversation.placed(account, reply, placed)

    async def _reader(self, message: Message, account: Account | None) -> Reader:
        language = message.from_user.language_code if message.from_user else None
        return (await self._service.person(account, (language or "en")[:2]))[0]
