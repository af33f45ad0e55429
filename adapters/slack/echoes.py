"""The bot's own messages as Slack tells it of them: one of which it is not told has gone into a socket that is deaf.

Sockets that stay open, answer every ping and deliver nothing have been reported again and again (slackapi/bolt-python#1529,
slackapi/python-slack-sdk#1701, slackapi/bolt-js#1061). Nothing on the socket itself shows it.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

_PATIENCE = 10.0  # seconds; an echo takes a fraction of one
_KEPT = 500

Envelope = dict[str, Any]  # Any: what comes over a socket is Slack's own JSON


class Echoes:
    """Compares what was posted with what was heard. Times are seconds of the event loop."""

    def __init__(self) -> None:
        self._awaited: dict[tuple[str, str], float] = {}
        # An echo may come before the answer to the call that caused it.
        self._heard: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._events: OrderedDict[str, None] = OrderedDict()
        self._has_heard = self._missed = False

    def posted(self, channel: str, ts: str, now: float) -> None:
        """The bot has posted a message; only those in direct messages come back to it."""
        if not channel.startswith("D"):
            return
        if (channel, ts) in self._heard:
            del self._heard[channel, ts]
        elif len(self._awaited) < _KEPT:
            self._awaited[channel, ts] = now

    def heard(self, envelope: Envelope) -> None:
        """Something came over a socket."""
        if envelope.get("type") != "events_api":
            return
        body = envelope.get("payload", {})
        event, name = body.get("event", {}), str(body.get("event_id", ""))
        if envelope.get("retry_attempt") and envelope.get("retry_reason") == "timeout" and name not in self._events:
            # Its first delivery was not acknowledged in time, and was never seen here.
            self._missed = True
        _remember(self._events, name)
        if event.get("type") == "message" and event.get("bot_id") and "subtype" not in event:
            self._has_heard = True
            place = (str(event.get("channel")), str(event.get("ts")))
            if self._awaited.pop(place, None) is None:
                _remember(self._heard, place)

    def are_missing(self, now: float) -> bool:
        """Whether something that must have been delivered was not; asked again, only what is new counts.

        An app that has never heard an echo is not subscribed to them: there is nothing to conclude from silence.
        """
        late = [place for place, since in self._awaited.items() if now - since > _PATIENCE]
        for place in late:
            del self._awaited[place]
        missed, self._missed = self._missed, False
        return missed or (bool(late) and self._has_heard)


def _remember(kept: OrderedDict[Any, None], name: object) -> None:
    kept[name] = None
    if len(kept) > _KEPT:
        kept.popitem(last=False)
