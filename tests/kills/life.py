"""A life of the bot: the whole of it in a process of its own, as ``soglas run`` has it, until it is killed."""

from __future__ import annotations

import asyncio
import json
import logging
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import structlog

import bot.deliveries
import bot.outbox
from adapters.playground.clock import MovableClock
from bot.wiring import SlackSettings, TelegramSettings, assemble
from storage.opening import open_store

TELEGRAM_TOKEN, SLACK_BOT, SLACK_APP = "42:DEMO", "xoxb-demo", "xapp-demo"


@dataclass(frozen=True, slots=True)
class Birth:
    """What a process is told when it begins. ``since`` is the instant of the machine's steady clock at which it is ``at``:
    so the clocks of all lives and of the people around them are the same. ``leases`` are those of deliveries and of messages,
    in seconds; 0 leaves them as they are."""

    url: str
    telegram: str
    slack: str
    at: str
    since: float
    log: str
    paced: bool = True
    leases: float = 0

    def line(self) -> str:
        return json.dumps(asdict(self))


def read(line: str) -> Birth:
    return Birth(**json.loads(line))


def clock_of(at: datetime, since: float) -> MovableClock:
    """A clock that was ``at`` when the machine's steady clock showed ``since``."""
    clock = MovableClock(at)
    clock._since = since
    return clock


async def life(birth: Birth, lifeline: int) -> None:
    """Never ends by itself, but with whoever holds the other end of the lifeline."""
    asyncio.get_running_loop().add_reader(lifeline, os._exit, 0)
    _log_lines()
    if birth.leases:
        _shorten(birth.leases)
    system = assemble(
        open_store(birth.url),
        clock_of(datetime.fromisoformat(birth.at), birth.since),
        TelegramSettings(TELEGRAM_TOKEN, birth.telegram),
        SlackSettings(SLACK_BOT, SLACK_APP, birth.slack),
        paced=birth.paced,
    )
    if not system.store.is_shared and not await system.store.leads("run"):
        raise RuntimeError("the process before is still there")
    await system.start()
    await asyncio.Event().wait()


def _shorten(seconds: float) -> None:
    """What a process that died had comes free after so long: in a test of half a minute nobody could wait for it."""
    bot.deliveries.LEASE, bot.deliveries._KEPT_EVERY = timedelta(seconds=seconds), seconds / 3
    bot.outbox._LEASE, bot.outbox._PROLONGED_AT = timedelta(seconds=2 * seconds), timedelta(seconds=seconds)


def _log_lines() -> None:
    """What went wrong, a line each."""
    structlog.configure(
        processors=[structlog.processors.add_log_level, structlog.processors.format_exc_info, _plain],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
    )


# Any: a log line's fields.
def _plain(_logger: object, _name: str, fields: Mapping[str, object]) -> str:
    return json.dumps({"process": os.getpid(), **fields}, default=str)
