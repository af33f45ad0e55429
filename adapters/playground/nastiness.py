"""How nasty a platform is: what befalls each call and each delivery, drawn from a seed and nothing else.

Pure: the same seed gives the same blow to the third ``sendMessage``, however the calls of other methods fall between.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

T = TypeVar("T", bound=StrEnum)


class Blow(StrEnum):
    """What befalls one call."""

    LIMITED = "limited"  # 429 that says how long to wait
    LIMITED_BARE = "limited_bare"  # 429 that does not
    BROKEN = "broken"  # 500, nothing done
    RESET_BEFORE = "reset_before"  # the connection breaks, nothing done
    RESET_AFTER = "reset_after"  # done, and the connection breaks before the answer
    HANG_BEFORE = "hang_before"  # nothing done, and no answer ever
    HANG_AFTER = "hang_after"  # done, and no answer ever


class Mishap(StrEnum):
    """What befalls one delivery to the bot."""

    TWICE = "twice"
    LATE = "late"  # something else overtakes it


DONE = frozenset({Blow.RESET_AFTER, Blow.HANG_AFTER})


@dataclass(frozen=True, slots=True)
class Nastiness:
    """``blows`` and ``mishaps`` say how often each happens, as shares of all calls and deliveries."""

    seed: int
    blows: Mapping[Blow, float] = field(default_factory=dict)
    mishaps: Mapping[Mishap, float] = field(default_factory=dict)

    def call(self, platform: str, method: str, number: int) -> Blow | None:
        """What befalls a method's call of that number."""
        return _drawn(self.blows, f"{self.seed}:{platform}:{method}:{number}")

    def delivery(self, platform: str, number: int) -> Mishap | None:
        """What befalls the platform's delivery of that number."""
        return _drawn(self.mishaps, f"{self.seed}:{platform}>{number}")


KIND = Nastiness(0)


class Mood:
    """One platform's nastiness, how many calls and deliveries it has seen so far, and how often it struck."""

    def __init__(self, platform: str) -> None:
        self.nastiness = KIND
        self._platform = platform
        self.struck: Counter[tuple[str, Blow]] = Counter()
        self._calls: Counter[str] = Counter()
        self._deliveries = 0

    def call(self, method: str) -> Blow | None:
        """What befalls the next call of a method."""
        self._calls[method] += 1
        blow = self.nastiness.call(self._platform, method, self._calls[method])
        if blow is not None:
            self.struck[method, blow] += 1
        return blow

    def delivery(self) -> Mishap | None:
        """What befalls the next delivery."""
        self._deliveries += 1
        return self.nastiness.delivery(self._platform, self._deliveries)


def _drawn(shares: Mapping[T, float], name: str) -> T | None:
    point = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=6).digest(), "big") / 2**48
    for found, share in shares.items():
        if point < share:
            return found
        point -= share
    return None
