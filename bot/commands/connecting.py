"""Connecting the messengers for ``soglas run``: what they refuse is worded as two lines, without the token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands import Failed
from bot.commands.reasons import of_network

if TYPE_CHECKING:
    from bot.wiring import System


async def connect(system: System) -> None:
    """Starts the system. Raises ``Failed`` when a messenger refuses a token or cannot be reached."""
    try:
        await system.start()
    except Exception as error:
        # What an adapter has put into a sentence of its own is told here in the reader's language.
        cause = error.__context__ or error
        failed = _telegram(cause) or _slack(cause)
        if failed is None:
            raise
        # "from None": the libraries put the token into their messages.
        raise failed from None


def _telegram(error: BaseException) -> Failed | None:
    if not type(error).__module__.startswith("telegram"):
        return None
    from telegram.error import BadRequest, Forbidden, InvalidToken

    if isinstance(error, InvalidToken | Forbidden):
        return Failed("token", messenger="Telegram", setting="SOGLAS_TELEGRAM_TOKEN")
    if isinstance(error, BadRequest):
        return Failed("webhook_refused", reason=error.message)
    return Failed("no_connection", messenger="Telegram", reason=of_network(error), setting="SOGLAS_TELEGRAM_API_URL")


def _slack(error: BaseException) -> Failed | None:
    if not type(error).__module__.startswith(("slack_sdk", "aiohttp")):
        return None
    from slack_sdk.errors import SlackApiError

    if not isinstance(error, SlackApiError):
        return Failed("no_connection", messenger="Slack", reason=of_network(error), setting="SOGLAS_SLACK_API_URL")
    opening = "apps.connections" in str(getattr(error.response, "api_url", ""))
    setting = "SOGLAS_SLACK_APP_TOKEN" if opening else "SOGLAS_SLACK_BOT_TOKEN"
    return Failed("token", messenger="Slack", setting=setting)
