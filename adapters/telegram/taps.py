"""What happens when somebody taps a button in Telegram: one answer to the tap, and the message it may bring."""

from __future__ import annotations

from collections.abc import Callable

from telegram import CallbackQuery

from adapters.cutting import utf16
from adapters.telegram.sender import MAX_ANSWER, NAME, TelegramMessenger
from adapters.telegram.view import prompt_message
from bot import buttons
from bot.conversation import Conversation
from bot.observing import TapOutcome, outcome_of
from bot.ports import Account, Gone, Store
from bot.prompts import Reply
from bot.service import Service, UpdateKey
from bot.speech import Reader, say


class Taps:
    """Taps on cards and on questions."""

    def __init__(self, messenger: TelegramMessenger, conversation: Conversation, service: Service, store: Store) -> None:
        self._messenger, self._conversation, self._service, self._store = messenger, conversation, service, store

    async def tapped(
        self,
        query: CallbackQuery,
        account: Account | None,
        key: UpdateKey,
        answered: Callable[[TapOutcome, bool], None] = lambda outcome, heard: None,  # noqa: ARG005
    ) -> None:
        """Answers a tap. ``answered`` is told how it ended, and whether whoever tapped gets to see anything of it."""
        before = await self._conversation.standing(account) if account else ""
        reply = await self._conversation.tap(account, query.data or "", key)
        # Read now: the tap may have chosen another language.
        reader = (await self._service.person(account, (query.from_user.language_code or "en")[:2]))[0]
        words = say(reply.toast, reader) if reply.toast else ""
        seen = await self._messenger.answer_tap(query.id, words, alert=reply.alert)
        answered(outcome_of(reply.toast), seen or reply.alert or reply.prompt is not None)
        if query.message is None or query.message.chat.type != "private":
            return
        chat, tapped = str(query.message.chat.id), str(query.message.message_id)
        if reply.alert and (not seen or utf16(words) > MAX_ANSWER):
            # Too late for an answer on the button, or too long for one: a refusal must not go unseen all the same.
            await self._messenger.write(chat, words, tapped)
        if before and reply.dialog and not reply.close:
            # Another question takes its place.
            await self._messenger.take_buttons(chat, before)
        await self._follow(chat, tapped, account, reader, reply)
        if reply.prompt is None and not reply.close:
            await self._tidy(chat, tapped, query.data or "")

    async def _follow(self, chat: str, tapped: str, account: Account | None, reader: Reader, reply: Reply) -> None:
        """The message a reply brings: a question's next form takes the place of the one tapped, others are sent anew.

        A live card gives its place to nothing, whatever code came from it.
        """
        closes = bool(reply.close) and not await self._is_card(chat, tapped)
        if reply.prompt is None:
            if closes:
                await self._messenger.take_buttons(chat, tapped)
            return
        message = prompt_message(reply.prompt, reader)
        placed = ""
        if closes:
            try:
                await self._messenger.change(chat, tapped, message)
                placed = tapped
            except Gone:
                pass  # deleted in the meantime: the question comes anew
        placed = placed or await self._messenger.send(chat, message, reply.under or tapped)
        if account:
            await self._conversation.placed(account, reply, placed)

    async def _tidy(self, chat: str, tapped: str, data: str) -> None:
        """Takes the buttons off a tapped message that no change would take them off: one that is not a known card."""
        if buttons.parse(data) and not await self._is_card(chat, tapped):
            await self._messenger.take_buttons(chat, tapped)

    async def _is_card(self, chat: str, message: str) -> bool:
        return await self._store.read(lambda tx: tx.request_of(NAME, chat, message)) is not None
