"""Three offices to ask about, and short ways to write hours and days."""

from __future__ import annotations

from datetime import date

from bot.core.worktime import Calendar, Hours, PublicHolidays, Span


def weekly(days: str, opens: int, closes: int) -> Hours:
    return Hours(tuple(Span(opens * 60, closes * 60) if day != "_" else None for day in days))


def dates(*texts: str) -> frozenset[date]:
    return frozenset(map(date.fromisoformat, texts))


OFFICE_DAYS = weekly("12345__", 9, 18)
RUSSIA = PublicHolidays("RU")
COMPANY = PublicHolidays(
    "US",
    worked=frozenset({"Columbus Day", "Veterans Day"}),
    closed=dates("2026-11-27", "2026-12-24", "2027-11-26", "2027-12-24"),
)
MOSCOW = Calendar("Europe/Moscow", weekly("12345__", 10, 19), RUSSIA)
MOSCOW_SHORT = Calendar("Europe/Moscow", weekly("12345__", 10, 19), PublicHolidays("RU", honour_short_days=True))
NEW_YORK = Calendar("America/New_York", OFFICE_DAYS, COMPANY)
BERLIN = Calendar("Europe/Berlin", OFFICE_DAYS, PublicHolidays("DE", "BE"))
