"""Logging: stable event names with fields, as text on a terminal and JSON elsewhere. Never a token, never people's texts."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

_HIDDEN = "…"


def set_up(form: str, secrets: Sequence[str] = ()) -> None:
    """Configures logging for the process. ``secrets`` never appear, not even inside an exception's own words."""
    as_text = form == "text" or (form == "auto" and sys.stderr.isatty())
    render: Processor = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
        if as_text
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    last = _hiding(render, secrets)
    structlog.configure(
        processors=[*before, last],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    _libraries(before, last)


def _hiding(render: Processor, secrets: Sequence[str]) -> Processor:
    """The renderer, with every secret in what it makes replaced."""

    def rendered(logger: WrappedLogger, name: str, event: EventDict) -> str:
        shown = str(render(logger, name, event))
        for secret in filter(None, secrets):
            shown = shown.replace(secret, _HIDDEN)
        return shown

    return rendered


def _libraries(before: Sequence[Processor], last: Processor) -> None:
    """The libraries' own records come out in the same form. They log URLs with the bot's token in them at INFO."""
    drop = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=list(before), processors=[drop, last]))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for noisy in ("httpx", "httpcore", "slack_bolt", "slack_sdk", "telegram"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
