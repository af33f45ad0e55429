"""Opens a form for whoever has just tapped or typed something."""

from __future__ import annotations

import structlog

from adapters.slack.answer import Answer
from adapters.slack.blocks import Block
from adapters.slack.payload import Body
from adapters.slack.sender import SlackMessenger
from bot.core.wording import text
from bot.ports import MessengerError

log = structlog.get_logger("soglas.slack")


async def open_form(messenger: SlackMessenger, body: Body, view: Block) -> Answer:
    """The trigger lives three seconds; whoever tapped must not be left with nothing."""
    try:
        await messenger.open_modal(str(body.get("trigger_id", "")), view)
    except MessengerError as error:
        log.warning("modal_not_opened", error=type(error).__name__, reason=str(error))
        return Answer(text("answer.tap_again"))
    return Answer()
