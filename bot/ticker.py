"""The scheduler: nudges the worker every second and does what is to be done now and then. Only a ticker: the job table is
the truth.

Beside it a watch compares the wall clock with time itself. A clock that was set, or a machine that slept, is noticed
within seconds: the scheduler plans by the wall clock and would otherwise wait for an hour that comes a second time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

log = structlog.get_logger("soglas.ticker")
_SECONDS = 1
_DAILY_AT_HOUR_UTC = 3
_JUMP = 3.0  # seconds by which the two may go apart between two looks
_UNSTEADY = 30.0  # seconds after a jump in which what was due meanwhile is caught up


class Drift:
    """How far the wall clock has gone astray from time itself since it was looked at last."""

    def __init__(self) -> None:
        self._last: tuple[datetime, float] | None = None

    def seen(self, wall: datetime, steady: float) -> float:
        """Seconds by which the wall clock jumped, forward or (negative) back; 0 for what is no jump."""
        last, self._last = self._last, (wall, steady)
        if last is None:
            return 0.0
        apart = (wall - last[0]).total_seconds() - (steady - last[1])
        return apart if abs(apart) > _JUMP else 0.0


class Ticker:
    """Calls ``tick`` every second, ``daily`` once a day and each of ``every`` as often as it says.

    A call that is late or missed is simply the next one. With ``wall`` (what time it is) jumps of the clock are noticed;
    ``jumped`` hears of each, in seconds.
    """

    def __init__(
        self,
        tick: Callable[[], None],
        daily: Callable[[], Awaitable[object]],
        every: Mapping[str, tuple[timedelta, Callable[[], Awaitable[object]]]] | None = None,
        wall: Callable[[], datetime] | None = None,
        jumped: Callable[[float], None] = lambda _: None,
    ) -> None:
        self._tick, self._wall, self._jumped = tick, wall, jumped
        self._drift = Drift()
        self._jumped_at: float | None = None
        self._watching: asyncio.Task[None] | None = None
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        kept = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._scheduler.add_job(self._nudge, "interval", seconds=_SECONDS, id="nudge", **kept)
        self._scheduler.add_job(_safely("daily", daily), "cron", hour=_DAILY_AT_HOUR_UTC, id="daily", **kept)
        for name, (period, work) in (every or {}).items():
            self._scheduler.add_job(_safely(name, work), "interval", seconds=period.total_seconds(), id=name, **kept)

    def start(self) -> None:
        self._scheduler.start()
        if self._wall is not None:
            self._watching = asyncio.create_task(self._watch(), name="soglas-clock-watch")

    def stop(self) -> None:
        if self._watching is not None:
            self._watching.cancel()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    @property
    def is_steady(self) -> bool:
        """Whether the clock has gone evenly for a while."""
        if self._jumped_at is None:
            return True
        return asyncio.get_running_loop().time() - self._jumped_at > _UNSTEADY

    def look(self, wall: datetime, steady: float) -> None:
        """One look at both clocks; ``steady`` is the event loop's."""
        seconds = self._drift.seen(wall, steady)
        if not seconds:
            return
        self._jumped_at = steady
        log.warning("clock_jumped", seconds=round(seconds, 1), mend="keep the machine's clock in step with NTP")
        self._jumped(seconds)
        self._plan_anew(wall)
        self._tick()

    def _plan_anew(self, wall: datetime) -> None:
        """What was planned by the old time is planned by the new one."""
        for job in self._scheduler.get_jobs() if self._scheduler.running else ():
            if isinstance(job.trigger, IntervalTrigger):
                # Asked anew, the trigger would count from when it was made, by the old time.
                job.modify(next_run_time=wall + job.trigger.interval)
            else:
                job.reschedule(job.trigger)
        if self._scheduler.running:
            self._scheduler.wakeup()

    # Coroutines, because plain functions would run in a thread of their own.
    async def _nudge(self) -> None:
        self._tick()

    async def _watch(self) -> None:
        assert self._wall is not None
        while True:
            self.look(self._wall(), asyncio.get_running_loop().time())
            await asyncio.sleep(_SECONDS)


def _safely(name: str, work: Callable[[], Awaitable[object]]) -> Callable[[], Awaitable[None]]:
    """Work whose failure is said in the bot's own log; the scheduler's would tell it in its own way."""

    async def done() -> None:
        try:
            await work()
        except Exception:
            log.exception("work_failed", work=name)

    return done
