"""Logging: stable event names with fields, as text on a terminal and JSON elsewhere. Never a token, never people's texts."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable, Sequence
from types import TracebackType

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from bot.scrubbing import Scrubber, field, of_library, told

Report = Callable[[str, BaseException | None], None]
# Libraries that tell about every call they make, with tokens in the addresses and people's words in what was sent.
_TALKATIVE = ("httpx", "httpcore", "slack_bolt", "slack_sdk", "telegram")
_LIBRARY = "library_said"


def set_up(form: str, secrets: Sequence[str] = (), report: Report | None = None) -> None:
    """Configures logging for the process. ``secrets`` never appear. ``report`` hears of every error, with its exception."""
    as_text = form == "text" or (form == "auto" and sys.stderr.isatty())
    render: Processor = (
        # Exceptions are words by then: its own way of showing them would show what was in every variable.
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)
        if as_text
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _exceptions(report),
        _only_codes,
    ]
    last = _hiding(render, Scrubber(secrets))
    structlog.configure(
        processors=[*before, last],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    _libraries(before, last)


def catch_the_rest() -> None:
    """What nobody has caught ends up here, too, instead of on the terminal with everything it says."""
    log = structlog.get_logger("soglas.process")

    def ended(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        log.critical("crashed", exc_info=error)

    def thread_ended(given: threading.ExceptHookArgs) -> None:
        log.critical("thread_crashed", exc_info=given.exc_value)

    sys.excepthook, threading.excepthook = ended, thread_ended


def _exceptions(report: Report | None) -> Processor:
    """Exceptions as types and places; and every error is handed on."""

    def shown(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
        given = event.pop("exc_info", None)
        error = _error(given)
        if error is not None:
            event["exception"] = told(error)
        if report is not None and event.get("level") in ("error", "critical"):
            report(str(event.get("event", "")), error)
        return event

    return shown


def _error(given: object) -> BaseException | None:
    if isinstance(given, BaseException):
        return given
    found = given if isinstance(given, tuple) else sys.exc_info() if given else None
    return found[1] if found else None


def _only_codes(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """Nothing but codes and numbers in the fields, whoever filled them in."""
    return {key: value if key.startswith("_") else field(key, value) for key, value in event.items()}


def _hiding(render: Processor, scrubber: Scrubber) -> Processor:
    """The renderer, with every secret in what it makes replaced."""

    def rendered(logger: WrappedLogger, name: str, event: EventDict) -> str:
        return scrubber.clean(str(render(logger, name, event)))

    return rendered


class _WithoutWords(logging.Filter):
    """Takes what was filled in out of a library's record before anything is made of it."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.said = of_library(record)
        record.msg, record.args = _LIBRARY, None
        record.stack_info = None
        return True


def _named(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """Which library said it, and where in its code."""
    record = event.get("_record")
    if isinstance(record, logging.LogRecord):
        event["library"], event["place"] = record.name, f"{record.module}:{record.lineno}"
        event["message"] = getattr(record, "said", "")
        event["exc_info"] = record.exc_info
    return event


def _libraries(before: Sequence[Processor], last: Processor) -> None:
    """The libraries' own records come out in the same form."""
    drop = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_WithoutWords())
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[_named, *before], processors=[drop, last], keep_exc_info=False, keep_stack_info=False
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for talkative in _TALKATIVE:
        logging.getLogger(talkative).setLevel(logging.ERROR)
