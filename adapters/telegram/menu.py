"""The menu of commands beside the field for writing, in each language."""

from __future__ import annotations

import structlog
from telegram import Bot, BotCommand
from telegram.error import TelegramError

from bot.core.wording import text
from bot.speech import LANGUAGES, Reader, say

log = structlog.get_logger("soglas.telegram")
COMMANDS = ("menu", "inbox", "new", "contact", "status", "who", "hours", "playbook", "away", "back", "settings", "cancel", "help")


async def register_commands(bot: Bot) -> None:
    """Registers every command. The menu is a convenience: where it is refused, every command works all the same."""
    try:
        for language in LANGUAGES:
            reader = Reader((language,), "UTC")
            commands = [BotCommand(name, say(text(f"command.{name}"), reader)) for name in COMMANDS]
            await bot.set_my_commands(commands, language_code=language)
            if language == "en":
                await bot.set_my_commands(commands)
    except TelegramError as error:
        log.warning("commands_not_registered", error=type(error).__name__)
