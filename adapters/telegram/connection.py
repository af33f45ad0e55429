"""The connection to Telegram: checking the token, registering commands, polling, stopping without losing anything."""

from __future__ import annotations

import asyncio

import structlog
from telegram import Bot, BotCommand
from telegram.error import Conflict, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from adapters.telegram.door import TelegramDoor
from bot.core.wording import text
from bot.speech import LANGUAGES, Reader, say

log = structlog.get_logger("soglas.telegram")
COMMANDS = ("inbox", "cancel", "help")
# Always sent: Telegram remembers the last list and leaves out what is not asked for.
UPDATES = ["message", "callback_query", "my_chat_member"]
_POLL_SECONDS = 25


def make_bot(token: str, api_url: str | None = None, proxy: str | None = None) -> Bot:
    """A client without retries of its own: what is sent again is decided by the outbox alone."""
    request = HTTPXRequest(connection_pool_size=32, read_timeout=10, connect_timeout=5, proxy=proxy)
    polling = HTTPXRequest(connection_pool_size=2, read_timeout=_POLL_SECONDS + 10, connect_timeout=5, proxy=proxy)
    base = (api_url or "https://api.telegram.org").rstrip("/")
    return Bot(token, f"{base}/bot", f"{base}/file/bot", request=request, get_updates_request=polling)


class TelegramConnection:
    """Polls for updates until it is stopped."""

    def __init__(self, bot: Bot, door: TelegramDoor) -> None:
        self._bot, self._door = bot, door
        self._polling: asyncio.Task[None] | None = None
        self._offset: int | None = None

    async def start(self) -> None:
        """Connects. Raises ``telegram.error.InvalidToken`` when the token is not accepted."""
        await self._bot.initialize()
        await self._bot.delete_webhook()
        await self._register_commands()
        await self._door.resume()
        self._polling = asyncio.create_task(self._poll(), name="telegram-polling")

    async def stop(self) -> None:
        """Stops asking, waits for what is under way. Updates not confirmed come again after the next start."""
        if self._polling:
            self._polling.cancel()
            await asyncio.gather(self._polling, return_exceptions=True)
        await self._door.finish()
        await self._bot.shutdown()

    async def _register_commands(self) -> None:
        for language in LANGUAGES:
            reader = Reader((language,), "UTC")
            commands = [BotCommand(name, say(text(f"command.{name}"), reader)) for name in COMMANDS]
            await self._bot.set_my_commands(commands, language_code=language)
            if language == "en":
                await self._bot.set_my_commands(commands)

    async def _poll(self) -> None:
        while True:
            try:
                updates = await self._bot.get_updates(offset=self._offset, timeout=_POLL_SECONDS, allowed_updates=UPDATES)
                if updates:
                    await self._door.receive(updates)
                    # Asking for the next one confirms these: they are in the database by now.
                    self._offset = updates[-1].update_id + 1
            except Conflict:
                log.warning("another_poller", mend="only one process may poll with this token")
                await asyncio.sleep(5)
            except RetryAfter as error:
                await asyncio.sleep(float(error.retry_after))  # type: ignore[arg-type]
            except TelegramError as error:
                log.warning("poll_failed", error=type(error).__name__)
                await asyncio.sleep(2)
