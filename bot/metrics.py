"""The figures for Prometheus: what happened is counted as it happens, what waits is read when somebody asks.

No label names a person, a brand or a request, and every label has a handful of values: figures are kept for long, read
by many, and a label with many values would cost more than the bot itself.
"""

from __future__ import annotations

import asyncio
import platform
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from bot.core.request.model import Request
from bot.observing import TapOutcome
from bot.ports import Clock, Pulse, Store

log = structlog.get_logger("soglas.metrics")
CONTENT_TYPE = CONTENT_TYPE_LATEST
# Seconds, with the promises' own limits among them.
_ANSWER = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 30.0, 60.0)
_LATE = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 900.0, 3600.0)
_KEPT = 5.0  # seconds for which what was read is shown again
_PATIENCE = 3.0  # seconds to wait for the database
_MOST = 10_000  # jobs and updates that are counted; more are shown as so many
_KINDS = frozenset({"card", "tell", "file", "wake", "digest", "hook"})
_MESSENGERS = frozenset({"telegram", "slack"})


class Metrics:
    """All figures of one process, in a registry of their own. The port ``Observer`` writes them, ``text`` shows them."""

    def __init__(self, role: str = "all") -> None:
        self.registry = CollectorRegistry()
        self._count_people()
        self._count_work()
        self._count_health(role)

    def _count_people(self) -> None:
        registry = self.registry
        self._taps = Counter("soglas_taps", "Taps by how they ended.", ["messenger", "outcome"], registry=registry)
        self._silent = Counter("soglas_silent_taps", "Taps whose answer could not be given.", ["messenger"], registry=registry)
        self._answers = Histogram(
            "soglas_tap_answer_seconds", "From a tap's delivery to its answer.", ["messenger"], buckets=_ANSWER,
            registry=registry,
        )  # fmt: skip
        self._first = Histogram(
            "soglas_first_message_seconds", "From a request's opening to the first message about it accepted.", ["messenger"],
            buckets=_LATE, registry=registry,
        )  # fmt: skip
        self._ended = Counter("soglas_decisions", "Requests that have ended, by how.", ["status"], registry=registry)

    def _count_work(self) -> None:
        registry = self.registry
        self._moments = Histogram(
            "soglas_moment_late_seconds", "From when a moment was due to when it was carried out.", ["kind"], buckets=_LATE,
            registry=registry,
        )  # fmt: skip
        self._sent = Histogram(
            "soglas_message_late_seconds", "From when a message was due to when its messenger accepted it.", ["kind"],
            buckets=_LATE, registry=registry,
        )  # fmt: skip
        self._refused = Counter("soglas_refusals", "Times a messenger asked to be left alone.", ["messenger"], registry=registry)
        self._queue = Gauge("soglas_queue_jobs", "Jobs that are due, by kind and state.", ["kind", "state"], registry=registry)
        self._oldest = Gauge(
            "soglas_queue_oldest_seconds", "How long the oldest due job has been due.", ["kind", "state"], registry=registry
        )
        self._inbox = Gauge("soglas_inbox_unhandled", "Deliveries nobody has handled yet.", ["messenger"], registry=registry)
        self._waits = Gauge("soglas_inbox_oldest_seconds", "How old the oldest is.", ["messenger"], registry=registry)

    def _count_health(self, role: str) -> None:
        registry = self.registry
        self._findings = Counter("soglas_audit_findings", "What audits have found, by kind.", ["kind"], registry=registry)
        self._audited = Gauge("soglas_audit_timestamp_seconds", "When the last audit of this process ended.", registry=registry)
        self._duties = Gauge("soglas_duty", "Whether this process has the duty.", ["duty"], registry=registry)
        self._jumps = Counter("soglas_clock_jumps", "Jumps of the wall clock that were noticed.", registry=registry)
        self._database = Gauge("soglas_database_up", "Whether the database answered when it was last read.", registry=registry)
        self._part = Gauge("soglas_ready", "Whether a part of this process is ready.", ["part"], registry=registry)
        build = Gauge("soglas_build_info", "Which version this is.", ["version", "python", "role"], registry=registry)
        build.labels(_version(), platform.python_version(), role).set(1)

    # the port Observer

    def tap(self, messenger: str, outcome: TapOutcome, seconds: float) -> None:
        self._taps.labels(_one_of(messenger, _MESSENGERS), outcome).inc()
        if outcome != "repeated":
            self._answers.labels(_one_of(messenger, _MESSENGERS)).observe(max(0.0, seconds))

    def silent_tap(self, messenger: str) -> None:
        self._silent.labels(_one_of(messenger, _MESSENGERS)).inc()

    def moment(self, kind: str, due_at: datetime, at: datetime) -> None:
        self._moments.labels(_one_of(kind, _KINDS)).observe(_between(due_at, at))

    def ended(self, request: Request) -> None:
        self._ended.labels(str(request.status)).inc()

    def first(self, messenger: str, opened_at: datetime, at: datetime) -> None:
        self._first.labels(_one_of(messenger, _MESSENGERS)).observe(_between(opened_at, at))

    def sent(self, kind: str, due_at: datetime, at: datetime) -> None:
        self._sent.labels(_one_of(kind, _KINDS)).observe(_between(due_at, at))

    def refused(self, messenger: str, seconds: float) -> None:  # noqa: ARG002 (how long is the pace's business)
        self._refused.labels(_one_of(messenger, _MESSENGERS)).inc()

    def found(self, kind: str, count: int) -> None:
        self._findings.labels(kind).inc(count)

    def audited(self, at: datetime) -> None:
        self._audited.set(at.timestamp())

    def duty(self, name: str, held: bool) -> None:
        self._duties.labels(name).set(held)

    def clock_jumped(self, seconds: float) -> None:  # noqa: ARG002 (the log says by how much)
        self._jumps.inc()

    # what is read

    def show(self, pulse: Pulse | None, now: datetime) -> None:
        """What waits in the database, or that it does not answer: then no old figure is shown as a new one."""
        self._database.set(pulse is not None)
        for gauge in (self._queue, self._oldest, self._inbox, self._waits):
            gauge.clear()
        if pulse is None:
            return
        for queued in pulse.jobs:
            labels = _one_of(queued.kind, _KINDS), "held" if queued.held else "free"
            self._queue.labels(*labels).set(queued.count)
            self._oldest.labels(*labels).set(_between(queued.oldest, now))
        for left in pulse.inbox:
            self._inbox.labels(left.messenger).set(left.count)
            self._waits.labels(left.messenger).set(_between(left.oldest, now) if left.oldest else 0.0)

    def ready(self, parts: Mapping[str, bool]) -> None:
        """Which parts of the process are ready."""
        for part, is_ready in parts.items():
            self._part.labels(part).set(is_ready)

    def text(self) -> bytes:
        """Everything, as Prometheus reads it."""
        return generate_latest(self.registry)


class Scraping:
    """Reads what waits and shows everything. Asked many times at once, the database is asked once in five seconds."""

    def __init__(
        self,
        metrics: Metrics,
        store: Store,
        clock: Clock,
        messengers: Iterable[str] = (),
        parts: Callable[[], Mapping[str, bool]] = dict,
    ) -> None:
        self.metrics, self._store, self._clock = metrics, store, clock
        self._messengers, self._parts = tuple(messengers), parts
        self._read_at: float | None = None
        self._reading = asyncio.Lock()

    async def text(self) -> bytes:
        async with self._reading:
            now = asyncio.get_running_loop().time()
            if self._read_at is None or now - self._read_at >= _KEPT:
                self.metrics.show(await self._pulse(), self._clock.now())
                self._read_at = now
        self.metrics.ready(self._parts())
        return self.metrics.text()

    async def _pulse(self) -> Pulse | None:
        now = self._clock.now()
        try:
            reading = self._store.read(lambda tx: tx.pulse(now, self._messengers, _MOST))
            return await asyncio.wait_for(reading, _PATIENCE)
        except Exception as error:
            log.warning("figures_not_read", error=type(error).__name__)
            return None


def _one_of(value: str, known: frozenset[str]) -> str:
    """A label's value: what is not foreseen shares one."""
    return value if value in known else "other"


def _between(begin: datetime, end: datetime) -> float:
    return max(0.0, (end - begin).total_seconds())


def _version() -> str:
    try:
        return version("soglas")
    except PackageNotFoundError:
        return "unknown"
