"""From the settings to what ``soglas run`` connects. Everything that does not fit together is found at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pydantic import SecretStr

from bot.commands import Failed
from bot.settings import Role, Settings

if TYPE_CHECKING:
    from bot.wiring import SlackSettings, TelegramSettings

# Where Telegram delivers to; without a port in the address it is 443.
_TELEGRAM_PORTS = {None, 80, 88, 443, 8443}


def misfits(settings: Settings, role: Role, *, shared: bool) -> list[Failed]:
    """What stands in the way of starting with these settings. ``shared``: several processes may use the database."""
    found = [*_telegram_misfits(settings, role), *_slack_misfits(settings, role)]
    if role is not Role.ALL and not shared:
        found.append(Failed("role_sqlite", role=str(role)))
    nobody = not settings.telegram_token and not settings.slack_bot_token
    if nobody and not found and role is not Role.WEB:
        found.append(Failed("nothing_to_run"))
    return found


def telegram(settings: Settings) -> TelegramSettings | None:
    from bot.wiring import TelegramSettings

    if not settings.telegram_token:
        return None
    return TelegramSettings(
        _word(settings.telegram_token),
        settings.telegram_api_url,
        settings.telegram_proxy,
        settings.telegram_mode,
        settings.public_url or "",
        _word(settings.telegram_webhook_secret),
    )


def slack(settings: Settings) -> SlackSettings | None:
    from bot.wiring import SlackSettings

    if not settings.slack_bot_token:
        return None
    return SlackSettings(
        _word(settings.slack_bot_token),
        _word(settings.slack_app_token),
        settings.slack_api_url,
        settings.slack_mode,
        _word(settings.slack_signing_secret),
    )


def _word(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""


def _telegram_misfits(settings: Settings, role: Role) -> Iterator[Failed]:
    if settings.telegram_mode == "polling":
        return
    if not settings.telegram_token:
        yield Failed("webhook_no_token")
    if role is Role.WORKER:
        # The deliveries come in elsewhere.
        return
    if not settings.public_url:
        yield Failed("webhook_no_url")
    elif (port := urlsplit(settings.public_url).port) not in _TELEGRAM_PORTS:
        yield Failed("webhook_port", port=str(port))
    if not settings.telegram_webhook_secret:
        yield Failed("webhook_no_secret")


def _slack_misfits(settings: Settings, role: Role) -> Iterator[Failed]:
    bot, application = settings.slack_bot_token, settings.slack_app_token
    if settings.slack_mode == "http":
        if not bot:
            yield Failed("http_no_bot_token")
        if not settings.slack_signing_secret and role is not Role.WORKER:
            yield Failed("http_no_signing_secret")
        if application:
            yield Failed("http_app_token")
    elif role is not Role.WEB and bool(bot) is not bool(application):
        yield Failed("half_slack", missing="SOGLAS_SLACK_APP_TOKEN" if bot else "SOGLAS_SLACK_BOT_TOKEN")
