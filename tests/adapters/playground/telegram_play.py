"""One Telegram, one bot, one person and a clock that moves only when a test moves it."""

import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Message, Update

from adapters.playground.telegram import ParsedText, TelegramStandIn
from tests.adapters.playground import tdlib

ANN = 7


@dataclass
class Clock:
    """The time everybody in a test agrees on."""

    moment: datetime = field(default_factory=lambda: datetime(2026, 3, 2, 9, 0, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, **duration: float) -> None:
        self.moment += timedelta(**duration)


@dataclass
class Play:
    """What a test holds in its hands."""

    telegram: TelegramStandIn
    bot: Bot
    clock: Clock

    def error(self) -> str | None:
        """The words the last request was refused with."""
        return self.telegram.calls[-1].error

    async def updates(self) -> list[Update]:
        """What the bot has not heard yet; it confirms all of it."""
        found = list(await self.bot.get_updates())
        if found:
            await self.bot.get_updates(offset=found[-1].update_id + 1)
        return found

    async def heard(self) -> Message:
        """The one message the bot has not heard yet."""
        (update,) = await self.updates()
        assert update.message is not None
        return update.message

    async def send(self, text: str = "Approve?", *, data: str = "yes") -> Message:
        """A message with one button."""
        return await self.bot.send_message(ANN, text, reply_markup=keyboard(data))


def png(width: int = 1000, height: int = 500, filling: int = 0) -> bytes:
    """The beginning of a picture of this size, which is all that anybody here looks at, and so many bytes more."""
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", width, height) + b"\x08\2\0\0\0" + b"\0" * filling


def keyboard(data: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data=data)]])


@asynccontextmanager
async def playing(
    *,
    parse_html: Callable[[str], ParsedText] | None = tdlib.parse_html,
    per_second: int = 30,
    per_chat: int = 20,
    privacy: bool = True,
) -> AsyncIterator[Play]:
    """A running stand-in with the real client library connected to it."""
    clock = Clock()
    telegram = TelegramStandIn(now=clock, parse_html=parse_html, per_second=per_second, per_chat=per_chat, privacy=privacy)
    await telegram.start()
    telegram.add_user(ANN, "Ann", language_code="ru")
    try:
        bot = Bot("42:DEMO", base_url=telegram.base_url, base_file_url=telegram.base_file_url)
        async with bot:
            yield Play(telegram, bot, clock)
    finally:
        await telegram.stop()
