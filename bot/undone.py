"""Whether a message speaks of a decision that was taken back meanwhile: held, it would be said of the next one as well."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from bot.ports import Job, Transaction

_KEY = re.compile(r"tell:[A-Z]-\d+:(\d+):(?!notice\.taken_back:)")


def is_undone(tx: Transaction, job: Job) -> bool:
    """Every message's key says after which event it was written."""
    found = _KEY.match(job.key)
    if found is None:
        return False
    # Any: events as the JSON they are kept in.
    events: list[Any] = [json.loads(body) for body in tx.events(job.request)]
    written = int(found[1])
    return any(_first_of(events[:number]) <= written <= number for number in _taken_back(events))


def _taken_back(events: Sequence[Any]) -> list[int]:
    """How many events there were before each time that a decision was taken back."""
    return [number for number, event in enumerate(events) if event["fact"]["type"] == "taken_back"]


def _first_of(events: Sequence[Any]) -> int:
    """The number of the first event of the latest decision: nobody has acted since, but the clock may have."""
    last = next(event for event in reversed(events) if event["by"] is not None)
    same = [number for number, event in enumerate(events, 1) if (event["by"], event["at"]) == (last["by"], last["at"])]
    return same[0]
