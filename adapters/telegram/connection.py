"""The connection to Telegram: checking the token, registering commands, polling, stopping without losing anything."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from urllib.parse import urlencode

import structlog
from telegram import Bot
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from adapters.telegram.door import Json, TelegramDoor
from adapters.telegram.menu import register_commands
from adapters.telegram.sender import seconds
from bot.ports import Broken

log = structlog.get_logger("soglas.telegram")
NOT_ACCEPTED = "Telegram does not accept the token in SOGLAS_TELEGRAM_TOKEN: copy it again from BotFather"
# Always sent: Telegram remembers the last list and leaves out what is not asked for.
UPDATES = ["message", "edited_message", "callback_query", "my_chat_member"]
_POLL_SECONDS, _READ_SECONDS = 25, 10
_STANDING_BY = 1.0
_AFTER_CONFLICT, _AFTER_BAD_TOKEN, _FIRST_PAUSE, _LONGEST_PAUSE = 5.0, 60.0, 1.0, 30.0


def make_bot(token: str, api_url: str | None = None, proxy: str | None = None) -> Bot:
    """A client without retries of its own: what is sent again is decided by the outbox alone."""
    request = HTTPXRequest(connection_pool_size=32, read_timeout=_READ_SECONDS, connect_timeout=5, pool_timeout=10, proxy=proxy)
    base = (api_url or "https://api.telegram.org").rstrip("/")
    # Updates are asked for over the same one: what the library would make for them alone is not used here.
    return Bot(token, f"{base}/bot", f"{base}/file/bot", request=request, get_updates_request=request)


class TelegramConnection:
    """Polls for updates until it is stopped.

    Only one may poll with a token: ``leads`` says whether this process is it. The others stand by, and take over when it dies.
    """

    def __init__(self, bot: Bot, door: TelegramDoor, leads: Callable[[], Awaitable[bool]]) -> None:
        self._bot, self._door, self._leads = bot, door, leads
        self._polling: asyncio.Task[None] | None = None
        self._offset: int | None = None
        self._connected = self._in_reach = self._stands_by = False

    async def start(self) -> None:
        """Connects. Raises ``Broken`` when the token is not accepted.

        Where Telegram cannot be reached it goes on trying in the background: a server that boots before its network
        comes up by itself, and the other messenger works meanwhile.
        """
        try:
            await self._connect()
        except InvalidToken:
            # Not chained: the library's own message has the token in it.
            raise Broken(NOT_ACCEPTED) from None
        except TelegramError as error:
            log.warning("not_connected", error=type(error).__name__, mend="check the network and SOGLAS_TELEGRAM_API_URL")
        self._polling = asyncio.create_task(self._poll(), name="telegram-polling")

    @property
    def connected(self) -> bool:
        """Whether taps arrive: a poll is open here, or another process has the duty and this one stands by."""
        return self._in_reach or self._stands_by

    async def stop(self) -> None:
        """Stops asking, waits for what is under way. Updates not confirmed come again after the next start."""
        if self._polling:
            self._polling.cancel()
            await asyncio.gather(self._polling, return_exceptions=True)
        await self._door.finish()
        await self._door.watch.rest()
        await self._bot.shutdown()

    async def _connect(self) -> None:
        await self._bot.initialize()
        await self._bot.delete_webhook()
        await register_commands(self._bot)
        await self._door.resume()
        self._connected = True

    async def _poll(self) -> None:
        """Never ends by itself: whatever goes wrong is said, and tried again."""
        failures = 0
        while True:
            try:
                await self._next()
                failures = 0
            except Exception as error:
                self._in_reach = False
                if isinstance(error, Conflict):
                    # Perhaps not another poller but a webhook, set by a process that has been told otherwise: said to
                    # Telegram anew.
                    self._connected = False
                failures += 1
                await asyncio.sleep(_pause(error, failures))

    async def _next(self) -> None:
        if not self._connected:
            await self._connect()
        self._stands_by = not await self._leads()
        if self._stands_by:
            # What is not confirmed yet, its next poller gets from the beginning.
            self._offset, self._in_reach = None, False
            await asyncio.sleep(_STANDING_BY)
            return
        # An open poll gets every tap at once: only the time in which none was open counts as out of reach.
        begun = self._door.watch.now()
        updates = await self._updates()
        if updates:
            await self._door.receive(updates)
            # Asking for the next one confirms these: they are in the database by now.
            self._offset = max(int(update["update_id"]) for update in updates) + 1
        self._in_reach = True
        await self._door.watch.reached(begun)

    async def _updates(self) -> list[Json]:
        """As they come over the wire: one that the library cannot read must not hide the others behind it."""
        # After a failure the first answer is wanted at once: people wait to hear that the bot is there again.
        patience = _POLL_SECONDS if self._in_reach else 0
        asked = {"offset": self._offset or 0, "timeout": patience, "allowed_updates": json.dumps(UPDATES)}
        url = f"{self._bot.base_url}/getUpdates?{urlencode(asked)}"
        found = await self._bot.request.post(url, read_timeout=_POLL_SECONDS + _READ_SECONDS)
        assert isinstance(found, list)
        return found


def _pause(error: Exception, failures: int) -> float:
    """Says what went wrong while polling; gives how many seconds to wait."""
    match error:
        case Conflict():
            log.warning("another_poller", mend="only one process may poll with this token")
            return _AFTER_CONFLICT
        case RetryAfter():
            return seconds(error)
        case InvalidToken():
            log.error("token_not_accepted", mend="copy SOGLAS_TELEGRAM_TOKEN again from BotFather and restart")
            return _AFTER_BAD_TOKEN
        case TelegramError():
            log.warning("poll_failed", error=type(error).__name__, failures=failures)
        case _:
            # Not Telegram's fault (a full disk, say). A loop that dies silently would leave the bot deaf.
            log.error("poll_failed", exc_info=error, failures=failures)
    return min(_FIRST_PAUSE * 2.0 ** min(failures - 1, 10), _LONGEST_PAUSE)
