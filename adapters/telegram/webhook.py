"""Telegram's other way in: it delivers to an address of ours. Any number of processes may serve that behind one address.

A delivery is confirmed once it stands in the database; whatever comes in between, Telegram repeats it.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from datetime import datetime

import structlog
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from telegram import Bot, WebhookInfo
from telegram.error import BadRequest, InvalidToken, RetryAfter, TelegramError

from adapters.over_http import OverHttp, closed, misdirected, not_written_down, same
from adapters.telegram.connection import NOT_ACCEPTED, UPDATES
from adapters.telegram.door import Json, TelegramDoor
from adapters.telegram.menu import register_commands
from adapters.telegram.sender import seconds
from bot.ports import Broken

log = structlog.get_logger("soglas.telegram")
PREFIX = "/telegram"
_HEADER = "x-telegram-bot-api-secret-token"
_CONNECTIONS = 40  # how many deliveries at once Telegram may make
_LOOK_SECONDS, _FIRST_PAUSE, _LONGEST_PAUSE = 30.0, 1.0, 30.0
_LARGEST_ID = 1 << 63


def path(secret: str) -> str:
    """Where Telegram delivers. Whoever reads an address in a log does not learn the secret from it."""
    return f"{PREFIX}/{hashlib.sha256(f'soglas telegram webhook {secret}'.encode()).hexdigest()[:32]}"


class TelegramWebhook(OverHttp[TelegramDoor]):
    """An application for ``POST`` under ``PREFIX``, and keeping it registered with Telegram."""

    def __init__(self, bot: Bot, door: TelegramDoor, public_url: str, secret: str) -> None:
        super().__init__(door)
        self._bot, self._secret = bot, secret
        self._path = path(secret)
        self._url = public_url.rstrip("/") + self._path
        self._looked: datetime | None = None
        self._received: datetime | None = None

    async def start(self) -> None:
        """Registers. Raises ``Broken`` when Telegram does not accept the token or the address; unreachable, it goes on trying."""
        try:
            await self._connect()
        except InvalidToken:
            # Not chained: the library's own message has the token in it.
            raise Broken(NOT_ACCEPTED) from None
        except BadRequest as error:
            raise Broken(f"Telegram does not accept the address in SOGLAS_PUBLIC_URL: {error.message}") from None
        except TelegramError as error:
            log.warning("not_connected", error=type(error).__name__, mend="check the network and SOGLAS_TELEGRAM_API_URL")
        self._keep_up("webhook-of-telegram")

    async def stop(self) -> None:
        """Ends. The address stays registered: other processes may serve it, and Telegram keeps what comes meanwhile."""
        await super().stop()
        await self._bot.shutdown()

    async def _answer(self, request: Request) -> Response:
        """Nothing is read before it is clear that Telegram is asking."""
        if refused := misdirected(request, self._path):
            return refused
        if not same(request.headers.get(_HEADER, ""), self._secret):
            return PlainTextResponse("not from Telegram", 403)
        if not self._open:
            return closed()
        update = _update(await request.body())
        if update is None:
            return PlainTextResponse("not an update", 400)
        try:
            await self._door.receive([update])
        except Exception as error:
            # Not written down, so not confirmed: Telegram delivers it again.
            log.error("not_received", update=update["update_id"], error=type(error).__name__)
            return not_written_down()
        self._received = self._door.watch.now()
        return Response(status_code=200)

    async def _connect(self) -> None:
        await self._bot.initialize()
        await self._register()
        await register_commands(self._bot)
        await self._door.resume()
        self._open = True

    async def _register(self) -> None:
        await self._bot.set_webhook(
            self._url,
            allowed_updates=UPDATES,
            secret_token=self._secret,
            max_connections=_CONNECTIONS,
            drop_pending_updates=False,
        )
        self._looked = self._door.watch.now()

    async def _keep(self) -> None:
        failures = 0
        while True:
            try:
                await self._look()
                failures = 0
                await asyncio.sleep(_LOOK_SECONDS)
            except Exception as error:
                failures += 1
                known = isinstance(error, TelegramError)
                log.warning("webhook_not_kept", error=type(error).__name__, failures=failures, exc_info=not known)
                pause = min(_FIRST_PAUSE * 2.0 ** min(failures - 1, 10), _LONGEST_PAUSE)
                await asyncio.sleep(max(pause, seconds(error)) if isinstance(error, RetryAfter) else pause)

    async def _look(self) -> None:
        """Whether Telegram still delivers here, and gets through."""
        if not self._open:
            await self._connect()
        begun = self._door.watch.now()
        info = await self._bot.get_webhook_info()
        if info.url != self._url:
            log.warning("webhook_was_changed", mend="only one address, or one process that polls, may use this token")
            await self._register()
        elif self._fails(info):
            log.warning("webhook_fails", reason=info.last_error_message, waiting=info.pending_update_count)
            self._looked = begun
        else:
            self._looked = begun
            await self._door.watch.reached(begun)

    def _fails(self, info: WebhookInfo) -> bool:
        """Whether the last that is known is that a delivery failed."""
        known = max(filter(None, (self._looked, self._received)), default=None)
        return info.last_error_date is not None and (known is None or info.last_error_date > known)


class TelegramOutgoing:
    """For a process that only sends: the deliveries come in elsewhere."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def start(self) -> None:
        """Checks the token. Raises ``Broken`` when it is not accepted; where Telegram cannot be reached, sending tries again."""
        try:
            await self._bot.initialize()
        except InvalidToken:
            raise Broken(NOT_ACCEPTED) from None
        except TelegramError as error:
            log.warning("not_connected", error=type(error).__name__, mend="check the network and SOGLAS_TELEGRAM_API_URL")

    @property
    def connected(self) -> bool:
        """Nothing arrives here, nor has to."""
        return True

    async def stop(self) -> None:
        await self._bot.shutdown()


def _update(body: bytes) -> Json | None:
    """The update as Telegram wrote it, or ``None`` for what is none."""
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        return None
    number = update.get("update_id") if isinstance(update, dict) else None
    return update if type(number) is int and 0 <= number < _LARGEST_ID else None
