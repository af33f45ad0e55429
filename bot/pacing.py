"""How fast a messenger lets us call it: its limits as data, and the pace that keeps within them.

Pure: no clock, no waiting. Instants are seconds of one clock that never jumps, handed in by whoever asks. What is counted
here decides when something is sent, never whether: after a restart it begins empty.
"""

from __future__ import annotations

from bisect import insort
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Call = Literal["post", "edit", "attach", "tell", "file", "file_unopened"]
# Which limit, and whose: a chat's id, or "" for what all calls share.
Bucket = tuple[str, str]
AT_ONCE = 24  # calls under way; the doors' answers go through the same connections and must find one free
# A window is longer than the messenger's by this: seconds by which the quickest answer seen may be slower than the quickest
# there is.
_MARGIN = 0.01
_SEEN = 64  # answers after which the quickest of them tells how long the way takes
# A call that takes longer than this (a large file) keeps nobody else waiting; it is counted again when it ends.
_PATIENCE = 2.0
_TIDY_AT = 1024


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``count`` calls in any ``seconds``, over all chats or in each one; ``None`` where nobody says how many."""

    count: int | None
    seconds: float = 1.0
    each: Literal["all", "chat", "group"] = "all"


@dataclass(frozen=True, slots=True)
class Tariff:
    """What a messenger allows. ``calls`` says by which limits each call is counted, the narrowest first.

    ``group`` is how the ids of chats with several people begin.
    """

    limits: Mapping[str, Limit]
    calls: Mapping[Call, tuple[str, ...]]
    group: str = ""

    def buckets(self, call: Call, chat: str) -> tuple[Bucket, ...]:
        """Everything a call is counted by, the narrowest first."""
        names = self.calls.get(call, ())
        return tuple((name, self._whose(self.limits[name], chat)) for name in names if self._counts(self.limits[name], chat))

    def _counts(self, limit: Limit, chat: str) -> bool:
        return limit.each != "group" or (bool(self.group) and chat.startswith(self.group))

    def _whose(self, limit: Limit, chat: str) -> str:
        return "" if limit.each == "all" else chat


UNLIMITED = Tariff({}, {})


@dataclass(slots=True)
class _Window:
    """The calls counted by one limit. ``over`` is when each that has ended counts no longer, sorted; ``open`` those under way."""

    limit: Limit
    over: deque[float] = field(default_factory=deque)
    open: dict[int, float] = field(default_factory=dict)
    until: float = 0.0  # refused until then

    def free_at(self, now: float) -> float:
        """From when one more may go."""
        while self.over and self.over[0] <= now:
            self.over.popleft()
        if self.limit.count is None:
            return max(now, self.until)
        counted = len(self.over) + len(self.open)
        if counted < self.limit.count:
            return max(now, self.until)
        instants = sorted((*self.over, *self.open.values()))
        return max(now, self.until, instants[counted - self.limit.count])

    def is_over(self, now: float) -> bool:
        return not self.open and self.until <= now and (not self.over or self.over[-1] <= now)


@dataclass(frozen=True, slots=True)
class Slot:
    """The right to one call, now."""

    number: int
    call: Call
    buckets: tuple[Bucket, ...]


class Pace:
    """One messenger's pace.

    Where the messenger counts a call is not known here exactly: somewhere between its beginning and its answer. A call
    therefore counts until its window has passed since the answer, less the quickest way there and back: two calls whose
    ways differ are never closer together there than a window.
    """

    def __init__(self, tariff: Tariff = UNLIMITED, at_once: int = AT_ONCE) -> None:
        self.tariff, self._at_once = tariff, at_once
        self._windows: dict[Bucket, _Window] = {}
        self._ways: dict[Call, deque[float]] = {}
        self._last_refused: tuple[Bucket, float] | None = None
        self._number = self._tidied_at = 0
        self.under_way = 0

    def is_full(self) -> bool:
        """Whether so many calls are under way that another waits for one of them to end."""
        return self.under_way >= self._at_once

    def free_at(self, buckets: Iterable[Bucket], now: float) -> float:
        """The instant from which a call that counts there may go; ``now`` when it may at once."""
        return max((self._windows[one].free_at(now) for one in buckets if one in self._windows), default=now)

    def take(self, call: Call, buckets: tuple[Bucket, ...], now: float) -> Slot:
        """Counts a call as begun."""
        self._number += 1
        self.under_way += 1
        for bucket in buckets:
            window = self._window(bucket)
            window.open[self._number] = now + _PATIENCE + window.limit.seconds + _MARGIN
        self._tidy(now)
        return Slot(self._number, call, buckets)

    def give_back(self, slot: Slot) -> None:
        """The call was not made after all."""
        self.under_way -= 1
        for bucket in slot.buckets:
            self._windows[bucket].open.pop(slot.number, None)

    def ended(self, slot: Slot, begun: float, now: float) -> None:
        """The call was answered, well or badly."""
        self.give_back(slot)
        ways = self._ways.setdefault(slot.call, deque(maxlen=_SEEN))
        # Until enough is known the way may be nothing: the first calls also open their connections.
        counted = now - (min(ways) if len(ways) == _SEEN else 0.0)
        ways.append(now - begun)
        self._count(slot.buckets, max(begun, counted))

    def noted(self, call: Call, chat: str, now: float) -> None:
        """Somebody else has just made a call past this pace: an answer to what a person did."""
        self._count(self.tariff.buckets(call, chat), now)

    def refused(self, slot: Slot, seconds: float, now: float) -> None:
        """The messenger did not take it and named a pause. The pause is for the chat (or the method) alone, until another
        one is refused as well: then it is for everything that counts by the same wide limit."""
        if not slot.buckets:
            return
        narrow, wide = slot.buckets[0], slot.buckets[-1]
        last, until = self._last_refused or (narrow, 0.0)
        widely = last != narrow and until > now
        self._last_refused = (narrow, now + seconds)
        for bucket in (narrow, wide) if widely else (narrow,):
            window = self._window(bucket)
            window.until = max(window.until, now + seconds)

    def _count(self, buckets: Iterable[Bucket], at: float) -> None:
        for bucket in buckets:
            window = self._window(bucket)
            insort(window.over, at + window.limit.seconds + _MARGIN)

    def _window(self, bucket: Bucket) -> _Window:
        found = self._windows.get(bucket)
        if found is None:
            found = self._windows[bucket] = _Window(self.tariff.limits[bucket[0]])
        return found

    def _tidy(self, now: float) -> None:
        """Forgets the windows in which nothing counts any more, now and then."""
        if len(self._windows) - self._tidied_at > _TIDY_AT:
            self._windows = {name: window for name, window in self._windows.items() if not window.is_over(now)}
            self._tidied_at = len(self._windows)
