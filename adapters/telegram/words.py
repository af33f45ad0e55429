"""What happens when somebody writes to the bot in Telegram, leaves it or comes back."""

from __future__ import annotations

import re
from dataclasses import replace

from telegram import Message

from adapters.telegram.sender import NAME, TelegramMessenger
from adapters.telegram.view import prompt_message
from bot.conversation import Conversation
from bot.core.request.model import RequestId
from bot.core.wording import text
from bot.ports import Account, Store
from bot.prompts import Prompt, Reply
from bot.service import Service, UpdateKey

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@[A-Za-z0-9_]+)?(?=\s|$)")


class Words:
    """Messages in private chats."""

    def __init__(self, messenger: TelegramMessenger, conversation: Conversation, service: Service, store: Store) -> None:
        self._messenger, self._conversation, self._service, self._store = messenger, conversation, service, store

    async def wrote(self, message: Message, account: Account | None, key: UpdateKey) -> None:
        if account is None:
            await self._answer(message, None, Reply(text("refusal.stranger")))
            return
        if account.blocked:
            # Whoever writes can be written to again.
            await self.present(account, gone=False)
        before = await self._conversation.question(account)
        reply = await self._reply(message, account, key)
        if before and before.message and (reply.close or reply.dialog):
            await self._messenger.take_buttons(str(message.chat.id), before.message)
        await self._answer(message, account, reply)

    async def _reply(self, message: Message, account: Account, key: UpdateKey) -> Reply:
        words = message.text or ""
        found = _COMMAND.match(words)
        if found:
            return await self._command(found[1].lower(), words[found.end() :].strip(), account)
        if words:
            replied = str(message.reply_to_message.message_id) if message.reply_to_message else ""
            return await self._conversation.typed(account, words, await self._request_of(message), key, replied)
        # A pinned card or a changed setting of the chat is a message too, but nobody said anything.
        return Reply(text("answer.only_text") if message.effective_attachment else None)

    async def _command(self, name: str, rest: str, account: Account) -> Reply:
        match name:
            case "start":
                _, known = await self._service.person(account)
                return Reply(text("answer.welcome", name=known or account.person))
            case "inbox":
                return await self._conversation.inbox(account, with_buttons=True)
            case "away":
                return await self._conversation.away(account, rest)
            case "back":
                return await self._conversation.away(account, f"{rest} back".strip())
            case "cancel":
                return await self._conversation.cancel(account)
            case _:
                # Also a command that does not exist: it is never taken for the answer to a question.
                return Reply(text("answer.help"))

    async def _answer(self, message: Message, account: Account | None, reply: Reply) -> None:
        prompt = reply.prompt or (Prompt(reply.toast) if reply.toast else None)
        if prompt is None:
            return
        language = message.from_user.language_code if message.from_user else None
        reader = (await self._service.person(account, (language or "en")[:2]))[0]
        under = str(message.message_id) if reply.prompt else ""
        placed = await self._messenger.send(str(message.chat.id), prompt_message(prompt, reader), under)
        if account and reply.dialog:
            await self._conversation.placed(account, reply.dialog, placed)

    async def _request_of(self, message: Message) -> RequestId | None:
        """The request whose card a message replies to."""
        replied = message.reply_to_message
        if replied is None:
            return None
        chat, number = str(message.chat.id), str(replied.message_id)
        return await self._store.read(lambda tx: tx.request_of(NAME, chat, number))

    async def present(self, account: Account, *, gone: bool) -> None:
        """Notes that a person can be written to or not. Whoever comes back finds every card as it stands now."""
        if account.blocked == gone:
            return
        await self._store.run(lambda tx: tx.save_account(replace(account, blocked=gone)))
        if not gone:
            await self._conversation.welcome_back(account)
