"""The way out to Telegram: the port ``Messenger`` on a ``telegram.Bot``."""

from __future__ import annotations

import asyncio
import html
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import TypeVar, cast

import structlog
from telegram import Bot, File, InputFile, LinkPreviewOptions, ReplyParameters
from telegram import Message as Sent
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut

from adapters.cutting import Cutter, utf16
from adapters.telegram.view import MAX_MESSAGE, Message, card_message
from bot.core.cards import Card
from bot.core.request.model import RequestId
from bot.pacing import Limit, Tariff
from bot.ports import (
    Account,
    Copy,
    Gone,
    MessengerError,
    NotAccepted,
    Posted,
    Rendered,
    TryLater,
    Unclear,
    Unreachable,
)  # fmt: skip
from bot.speech import Reader

T = TypeVar("T")
_Way = Callable[..., Awaitable[Sent]]
log = structlog.get_logger("soglas.telegram")
NAME = "telegram"
_EVERYTHING = ("chat", "group", "bot")
# What Telegram's answers to frequently asked questions name; edits count like messages.
TARIFF = Tariff(
    {"chat": Limit(1, 1.0, "chat"), "group": Limit(20, 60.0, "group"), "bot": Limit(30, 1.0)},
    {
        "post": _EVERYTHING, "edit": _EVERYTHING, "attach": _EVERYTHING, "tell": _EVERYTHING, "file": _EVERYTHING,
        "file_unopened": _EVERYTHING,
    },
    group="-",
)  # fmt: skip
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_VANISHED = ("message to edit not found", "message can't be edited", "message_id_invalid")
_NOBODY = ("chat not found", "user not found", "peer_id_invalid")
MAX_ANSWER = 200
_MAX_PHOTO = 10 * 1024 * 1024
_PICTURES, _VIDEO = ("image/jpeg", "image/png"), "video/mp4"
_NO_FILE = ("file_id", "temporarily unavailable")
_TRANSFER = 30.0  # seconds without a byte
_TOO_MANY, _BARE_LIMIT = "Too Many Requests", 1.0
_ANSWER_PAUSE = 0.3
_PAUSES = (0.5, 2.0)  # seconds between the tries of an answer


class TelegramMessenger:
    """Cards and messages to Telegram's private chats."""

    name = NAME
    fetch_limit, send_limit = 20 * 1024 * 1024, 50 * 1024 * 1024

    def __init__(self, bot: Bot, spoke: Callable[[str], None] = lambda _: None) -> None:
        """``spoke`` hears of what is sent to a chat past the outbox: it counts against the same limits."""
        self._bot, self._spoke = bot, spoke

    def render(self, card: Card, reader: Reader) -> Rendered:
        return card_message(card, reader)

    async def post(self, account: Account, card: Rendered) -> Posted:
        sent = await self._send(account.chat or account.external, cast(Message, card.payload))
        return Posted(str(sent.chat_id), str(sent.message_id))

    async def find(self, account: Account, request: RequestId) -> None:
        """Telegram does not tell a bot what it has sent."""

    async def edit(self, copy: Copy, card: Rendered) -> None:
        with suppress(_Unchanged):
            await self.change(copy.chat, copy.message, cast(Message, card.payload))

    async def attach(self, posted: Posted, card: Rendered) -> None:
        assert card.overflow is not None
        name = f"{card.overflow_name.rsplit('-', 1)[0]}.txt"
        file, reply = card.overflow.encode("utf-8", "replace"), _reply(posted.message)
        sending = self._bot.send_document(
            int(posted.chat), file, filename=name, reply_parameters=reply, disable_notification=True
        )
        await called(sending)

    async def tell(self, account: Account, text: str, about: Copy | None, thread: bool = False) -> Posted:  # noqa: ARG002
        # A reply to the card is a thread as far as Telegram has them.
        # Somebody's question may be longer than a message; the card has it, and the file beside the card.
        fitting = Cutter(utf16).fit(text, MAX_MESSAGE)
        reply = _reply(about.message) if about else None
        sending = self._bot.send_message(
            int(account.chat or account.external), fitting, reply_parameters=reply, link_preview_options=_NO_PREVIEW
        )
        sent = await called(sending)
        return Posted(str(sent.chat_id), str(sent.message_id))

    async def fetch(self, place: str, limit: int) -> bytes:
        found = await called(_looked_up(self._bot, place))
        if (found.file_size or 0) > limit:
            raise NotAccepted("the file is too large")
        body = await called(_downloaded(found))
        if not body or len(body) > limit:
            raise NotAccepted("the file is empty or too large")
        return body

    async def send_file(self, account: Account, about: Copy | None, name: str, mime: str, body: bytes) -> Posted:
        return await self._sent(self._ways(mime, len(body)), account, about, InputFile(body, filename=name))

    async def resend_file(self, account: Account, about: Copy | None, place: str, name: str, mime: str) -> Posted | None:  # noqa: ARG002
        # By its name Telegram takes a photo only as a photo, and a picture that came as a document only as a document.
        return await self._sent(self._ways(mime), account, about, place)

    def _ways(self, mime: str, size: int = 0) -> list[_Way]:
        """How a file can be sent, the best first: what Telegram cannot show is still a document."""
        if mime in _PICTURES and size <= _MAX_PHOTO:
            return [self._bot.send_photo, self._bot.send_document]
        return [self._bot.send_video, self._bot.send_document] if mime == _VIDEO else [self._bot.send_document]

    async def _sent(self, ways: Sequence[_Way], account: Account, about: Copy | None, file: InputFile | str) -> Posted:
        chat, reply = int(account.chat or account.external), _reply(about.message) if about else None

        async def send(way: _Way) -> Posted:
            sending = way(chat, file, reply_parameters=reply, read_timeout=_TRANSFER, write_timeout=_TRANSFER)
            sent = await called(sending)
            return Posted(str(sent.chat_id), str(sent.message_id))

        *better, last = ways
        for way in better:
            with suppress(NotAccepted):
                return await send(way)
        return await send(last)

    async def send(self, chat: str, message: Message, reply_to: str = "") -> str:
        """A message outside the outbox: the answer to something a person has just done.

        Tried a few times, also when it may have arrived: a question seen twice is better than none.
        """
        self._spoke(chat)
        for pause in _PAUSES:
            try:
                return str((await self._send(chat, message, reply_to)).message_id)
            except TryLater as error:
                await asyncio.sleep(error.after)
            except Unclear:
                await asyncio.sleep(pause)
        return str((await self._send(chat, message, reply_to)).message_id)

    async def write(self, chat: str, words: str, reply_to: str = "") -> str:
        """A plain answer without buttons."""
        return await self.send(chat, Message(html.escape(words)), reply_to)

    async def _send(self, chat: str, message: Message, reply_to: str = "") -> Sent:
        sending = self._bot.send_message(
            int(chat), message.html, parse_mode=ParseMode.HTML, reply_markup=message.markup(),
            link_preview_options=_NO_PREVIEW, reply_parameters=_reply(reply_to) if reply_to else None,
        )  # fmt: skip
        return await called(sending)

    async def change(self, chat: str, message_id: str, message: Message) -> None:
        """Edits a message: text and keyboard together, because an edit that leaves the keyboard out removes it."""
        self._spoke(chat)
        editing = self._bot.edit_message_text(
            message.html, int(chat), int(message_id), parse_mode=ParseMode.HTML, reply_markup=message.markup(),
            link_preview_options=_NO_PREVIEW,
        )  # fmt: skip
        with suppress(_Unchanged):
            await called(editing)

    async def take_buttons(self, chat: str, message_id: str) -> None:
        """Takes the keyboard off a message that is over; whatever hinders that does not matter."""
        with suppress(MessengerError, _Unchanged):
            await called(self._bot.edit_message_reply_markup(int(chat), int(message_id), reply_markup=None))

    async def answer_tap(self, callback: str, text: str, *, alert: bool) -> bool:
        """The visible answer to a tap. ``False`` when it did not get there: the tap was too old, or Telegram did not listen."""
        fitting = Cutter(utf16).fit(text, MAX_ANSWER)

        async def answer() -> None:
            await called(self._bot.answer_callback_query(callback, fitting, show_alert=alert))

        try:
            try:
                await answer()
            except (TryLater, Unclear):
                # Once more while the button still spins. An answer given twice is seen once.
                await asyncio.sleep(_ANSWER_PAUSE)
                await answer()
        except MessengerError as error:
            log.info("tap_not_answered", error=type(error).__name__)
            return False
        return True


async def _looked_up(bot: Bot, place: str) -> File:
    try:
        return await bot.get_file(place)
    except BadRequest as error:
        if any(part in str(error).lower() for part in _NO_FILE):
            raise Gone(str(error)) from None
        raise


async def _downloaded(file: File) -> bytes:
    try:
        return bytes(await file.download_as_bytearray(read_timeout=_TRANSFER))
    except InvalidToken:
        # The library's word for 404: the token was good a moment ago, the file is not there.
        raise Gone("no such file") from None


class _Unchanged(Exception):
    """The message already says exactly this."""


def _reply(message: str) -> ReplyParameters:
    return ReplyParameters(int(message), allow_sending_without_reply=True)


async def called(request: Awaitable[T]) -> T:
    """A request to Telegram, its errors told as the port's. ``BadRequest`` and ``TimedOut`` are kinds of ``NetworkError``."""
    try:
        return await request
    except RetryAfter as error:
        raise TryLater(seconds(error), "429") from None
    except (Forbidden, ChatMigrated) as error:
        raise Unreachable(str(error)) from None
    except BadRequest as error:
        raise _refused(str(error)) from None
    except TimedOut:
        raise Unclear("no answer in time") from None
    except InvalidToken:
        raise TryLater(60, "the token is not accepted") from None
    except NetworkError as error:
        if _TOO_MANY in str(error):
            # Refused without a word about how long; the library knows this only as an error of the network.
            raise TryLater(_BARE_LIMIT, "429") from None
        raise Unclear(type(error).__name__) from None
    except TelegramError as error:
        raise NotAccepted(str(error)) from None


def seconds(error: RetryAfter) -> float:
    """How long Telegram wants to be left alone. The library gives a number or a duration, as it is configured."""
    after = error.retry_after
    return after.total_seconds() if isinstance(after, timedelta) else float(after)


def _refused(reason: str) -> Exception:
    plain = reason.lower()
    if "not modified" in plain:
        return _Unchanged(reason)
    if any(part in plain for part in _VANISHED):
        return Gone(reason)
    if any(part in plain for part in _NOBODY):
        return Unreachable(reason)
    return NotAccepted(reason)
