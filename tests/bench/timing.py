"""Measuring time."""

from __future__ import annotations

import time
from collections.abc import Callable


def elapsed() -> Callable[[], float]:
    """Begins now; gives the seconds since."""
    begun = time.perf_counter()
    return lambda: time.perf_counter() - begun


def micros(work: Callable[[], object], times: int = 2000) -> float:
    """Microseconds of processor time for one call, the best of five runs after a warm one."""
    work()
    best = float("inf")
    for _ in range(5):
        begun = time.process_time()
        for _ in range(times):
            work()
        best = min(best, time.process_time() - begun)
    return best / times * 1e6
