"""How an answer reaches whoever is waiting for it, when it did not travel in the acknowledgement.

Every tap gets one answer. After a plain yes that is the card itself, which changes before the reader's eyes; words come
only when it does not, or when there is something to explain.
"""

from __future__ import annotations

import asyncio

import structlog

from adapters.slack import payload
from adapters.slack.answer import Answer
from adapters.slack.payload import Body, Kind
from adapters.slack.people import People
from adapters.slack.screens import Screens
from adapters.slack.sender import NAME, SlackMessenger
from adapters.slack.view import Message, here, plain_message, prompt_message
from bot.conversation import Conversation
from bot.core.request.model import RequestId
from bot.core.wording import text
from bot.ports import Account, Copy, MessengerError, Store
from bot.prompts import Prompt
from bot.speech import Reader, say

log = structlog.get_logger("soglas.slack")
_LOOKS, _LOOK_SECONDS = 20, 0.05
_WRITTEN = (Kind.MESSAGE, Kind.EDIT, Kind.SHORTCUT, Kind.PERSON)


class Telling:
    """Says answers. Everything raises ``MessengerError``."""

    def __init__(
        self, messenger: SlackMessenger, screens: Screens, people: People, conversation: Conversation, store: Store
    ) -> None:
        self._messenger, self._screens, self._people = messenger, screens, people
        self._conversation, self._store = conversation, store

    async def tell(self, kind: Kind, body: Body, answer: Answer) -> None:
        account, reader = await self._people.who(body)
        if kind in _WRITTEN:
            await self._write(kind, body, answer, account, reader)
        elif kind is Kind.MENTION:
            await self._aside(body, answer, reader)
        elif answer.prompt:
            await self._prompt(body, answer, account, reader)
        elif answer.words and not await self._is_shown(answer.shown_by):
            words = say(here(answer.words), reader)
            if answer.about:
                words = say(text("answer.about", id=answer.about, answer=words), reader)
            await self._whisper(body, account, answer, words)

    async def _write(self, kind: Kind, body: Body, answer: Answer, account: Account | None, reader: Reader) -> None:
        prompt = answer.prompt or (Prompt(answer.words) if answer.words else None)
        if prompt is None:
            return
        event = body.get("event", {})
        said = event.get("message") or event
        channel = str(event["channel"]) if kind in (Kind.MESSAGE, Kind.EDIT) else payload.user(body)
        posted = await self._messenger.send(
            channel, prompt_message(prompt, reader, answer.links), str(said.get("thread_ts") or "")
        )
        await self._placed(account, answer, posted.message)

    async def _aside(self, body: Body, answer: Answer, reader: Reader) -> None:
        """In a channel the answer is for whoever asked, and for nobody else there."""
        prompt = answer.prompt or (Prompt(answer.words) if answer.words else None)
        if prompt:
            event = body["event"]
            message, thread = prompt_message(prompt, reader, answer.links), str(event.get("thread_ts") or "")
            await self._screens.whisper(str(event["channel"]), payload.user(body), message, thread)

    async def _prompt(self, body: Body, answer: Answer, account: Account | None, reader: Reader) -> None:
        """In the place of what was tapped, where that is a question or only this person sees it; otherwise in their own chat."""
        assert answer.prompt is not None
        message = prompt_message(answer.prompt, reader, answer.links)
        if answer.words and answer.reply and answer.reply.alert:
            await self._aloud(body, account, say(here(answer.words), reader))
        _, tapped = payload.place(body)
        if await self._replaced(body, answer, message):
            await self._placed(account, answer, tapped)
            return
        under = answer.reply.under if answer.reply else ""
        chat = await self._people.chat(body, account)
        posted = await self._messenger.send(chat, message, under)
        await self._placed(account, answer, posted.message)

    async def _replaced(self, body: Body, answer: Answer, message: Message) -> bool:
        """Whether the message could take the place of the one that was tapped. A live card gives its place to nothing."""
        channel, tapped = payload.place(body)
        closes = answer.reply is not None and bool(answer.reply.close)
        try:
            if address := payload.whisper_address(body):
                await self._messenger.replace_whisper(address, message)
                return True
            if closes and tapped and not await self._is_live(channel, tapped):
                await self._messenger.replace(channel, tapped, message)
                return True
        except MessengerError as error:
            log.warning("not_replaced", error=type(error).__name__, reason=str(error))
        return False

    async def _placed(self, account: Account | None, answer: Answer, message: str) -> None:
        if account and answer.reply and message:
            await self._conversation.placed(account, answer.reply, message)

    async def _whisper(self, body: Body, account: Account | None, answer: Answer, words: str) -> None:
        channel, message = payload.place(body)
        over = bool(answer.about) or (answer.reply is not None and bool(answer.reply.close))
        if account and over and message and not await self._is_live(channel, message):
            # Not the live card but an older message of the bot's: its buttons are over.
            await self._messenger.replace(channel, message, plain_message(words))
        elif not (over and await self._replaced(body, answer, plain_message(words))):
            await self._aloud(body, account, words)

    async def _aloud(self, body: Body, account: Account | None, words: str) -> None:
        channel, _ = payload.place(body)
        await self._messenger.whisper(channel or await self._people.chat(body, account), payload.user(body), words)

    async def _is_shown(self, before: Copy | None) -> bool:
        """Whether the card in the chat has followed the decision within a second."""
        if before is None:
            return False
        for _ in range(_LOOKS):
            now = await self.copy(before.request, before.person)
            if now and (now.fingerprint, now.message) != (before.fingerprint, before.message):
                return True
            await asyncio.sleep(_LOOK_SECONDS)
        return False

    async def live(self, request: RequestId, account: Account, body: Body) -> Copy | None:
        """The live card, if it is the message that was tapped."""
        copy = await self.copy(request, account.person)
        return copy if copy and (copy.chat, copy.message) == payload.place(body) else None

    async def _is_live(self, channel: str, message: str) -> bool:
        return await self._store.read(lambda tx: tx.request_of(NAME, channel, message)) is not None

    async def copy(self, request: RequestId, person: str) -> Copy | None:
        copies = await self._store.read(lambda tx: tx.copies(request))
        return next((copy for copy in copies if copy.messenger == NAME and copy.person == person), None)
