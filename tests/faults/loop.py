"""An event loop without a machine under it: no sockets, no threads, no waiting. Its time jumps to whatever is next."""

from __future__ import annotations

import asyncio
import heapq
from collections import deque
from collections.abc import Callable, Coroutine
from contextvars import Context
from typing import Any, TypeVar

T = TypeVar("T")


class VirtualLoop(asyncio.BaseEventLoop):
    """Runs callbacks in the order they were asked for, and timers without waiting for them."""

    # Its base class keeps its work here; the published types do not tell.
    _ready: deque[asyncio.Handle]
    _scheduled: list[asyncio.TimerHandle]
    _stopping: bool

    def __init__(self) -> None:
        super().__init__()
        self.elapsed = 0.0
        # Tasks of a process that was cut are never awaited: nobody is to hear of it.
        self.set_exception_handler(lambda *_: None)

    def time(self) -> float:
        return self.elapsed

    def _run_once(self) -> None:
        ready = self._ready
        if not ready:
            self._ring()
        for _ in range(len(ready)):
            handle = ready.popleft()
            if not handle._cancelled:
                # What a callback itself raises ends the life; what a task raises is kept in the task.
                handle._context.run(handle._callback, *handle._args)  # type: ignore[attr-defined]

    def _ring(self) -> None:
        """Nothing is left to run at this instant: on to the next timer."""
        while self._scheduled and not self._ready and not self._stopping:
            timer = heapq.heappop(self._scheduled)
            if not timer.cancelled():
                self.elapsed = max(self.elapsed, timer.when())
                self._ready.append(timer)
        if not self._ready and not self._stopping:
            raise RuntimeError("everybody waits and nothing will ever happen")

    # Any, as everywhere in the loop's own types: shorter than the one of its base class, which looks for mistakes first.
    def call_soon(self, callback: Callable[..., object], *args: Any, context: Context | None = None) -> asyncio.Handle:  # type: ignore[override]
        handle = asyncio.Handle(callback, args, self, context)
        self._ready.append(handle)
        return handle

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """A cancelled timer is passed over when its time comes."""

    def _process_events(self, event_list: list[Any]) -> None:
        """There are none."""

    def _write_to_self(self) -> None:
        """Nobody sleeps who would have to be woken."""


def alone(main: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Runs a life of its own to its end, also from inside another one that stands still meanwhile."""
    outer = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    loop = VirtualLoop()
    try:
        return loop.run_until_complete(main())
    finally:
        loop.close()
        asyncio._set_running_loop(outer)
