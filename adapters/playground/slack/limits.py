"""How fast the app may call: one message a second and channel, and each method's tier, in real time."""

import math
from collections import deque
from collections.abc import Callable

from adapters.playground.slack.refusal import Refused

# Calls a minute: "rate_limits" in Slack's own method documents. chat.postMessage has its own rule.
TIERS: dict[str, int] = {
    "chat.update": 50,
    "chat.delete": 50,
    "chat.postEphemeral": 100,
    "views.open": 100,
    "views.push": 100,
    "views.update": 100,
    "views.publish": 100,
    "conversations.open": 50,
    "conversations.history": 50,
    "users.info": 100,
    "files.info": 100,
    "files.getUploadURLExternal": 100,
    "files.completeUploadExternal": 100,
    "apps.connections.open": 50,
}
# Slack lets short bursts pass and publishes no number; only a runaway loop is refused here.
ABSURD = 10
MINUTE = 60.0


class Pace:
    """Counts calls by `clock` (monotonic seconds) and refuses with HTTP 429 and Retry-After."""

    def __init__(self, burst: int, clock: Callable[[], float]) -> None:
        self._burst = burst
        self._clock = clock
        self._tokens: dict[str, tuple[float, float]] = {}
        self._recent: dict[str, deque[float]] = {}

    def message(self, channel: str) -> None:
        """One message a second to a channel, after a burst."""
        now = self._clock()
        left, since = self._tokens.get(channel, (float(self._burst), now))
        left = min(float(self._burst), left + now - since)
        if left < 1:
            raise too_fast(1 - left)
        self._tokens[channel] = (left - 1, now)

    def call(self, method: str) -> None:
        """The method's tier, ten times over."""
        if method not in TIERS:
            return
        now = self._clock()
        recent = self._recent.setdefault(method, deque())
        while recent and recent[0] <= now - MINUTE:
            recent.popleft()
        if len(recent) >= TIERS[method] * ABSURD:
            raise too_fast(recent[0] + MINUTE - now)
        recent.append(now)


def too_fast(seconds: float) -> Refused:
    """Slack's 429; Retry-After is in whole seconds, at least one."""
    return Refused("ratelimited", status=429, retry_after=max(1, math.ceil(seconds)))
