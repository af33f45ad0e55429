"""Logging: stable event names with fields, as text on a terminal and JSON elsewhere. Never a token, never people's texts."""

from __future__ import annotations

import logging
import sys

import structlog


def set_up(form: str) -> None:
    """Configures logging for the process."""
    as_text = form == "text" or (form == "auto" and sys.stderr.isatty())
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
            if as_text
            else structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    # The libraries log URLs with the bot's token in them at INFO.
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")
    for noisy in ("httpx", "httpcore", "slack_bolt", "slack_sdk", "telegram"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
