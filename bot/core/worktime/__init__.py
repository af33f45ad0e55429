"""Working time: who works when, and what a deadline in working hours means as an instant.

All instants are aware ``datetime`` values; results are in UTC. Durations are ``timedelta`` values of *working* time.
"""

from bot.core.worktime.calendar import Calendar, Hours, PublicHolidays, Span
from bot.core.worktime.windows import LAST_YEAR, NoWorkingTime, Windows, windows

__all__ = ["LAST_YEAR", "Calendar", "Hours", "NoWorkingTime", "PublicHolidays", "Span", "Windows", "windows"]
