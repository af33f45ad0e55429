"""Moments and amounts as they are written on the command line."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.commands import Failed
from bot.core.money import Money, parse_money
from bot.core.wording import Moment, Text, text


def parse_moment(value: str) -> datetime:
    """An instant with a zone, in UTC. Raises ``Failed`` for anything else, a time without a zone included."""
    try:
        found = datetime.fromisoformat(value)
        if found.tzinfo is not None:
            return found.astimezone(UTC)
    except (ValueError, OverflowError):  # not a moment, or one before the year 1 or after 9999 in UTC
        pass
    raise Failed("bad_time", value=value)


def parse_amount(value: str) -> Money:
    money = parse_money(value)
    if money is None:
        raise Failed("bad_amount", value=value)
    return money


def dated(at: datetime) -> Text:
    """An instant with its year: whoever looks after the bot also sees what is older than one."""
    return text("cli.moment", day=Moment(at, style="date"), time=Moment(at, style="time"))


def iso(at: datetime | None) -> str | None:
    """``2027-02-19T21:00Z``; seconds only where there are any."""
    if at is None:
        return None
    at = at.astimezone(UTC)
    exact = at.strftime("%Y-%m-%dT%H:%M") + (f":{at:%S}" if at.second or at.microsecond else "")
    return exact + (f".{at.microsecond:06}" if at.microsecond else "") + "Z"
