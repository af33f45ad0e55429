"""Who keeps figures of what happens, as those see it to whom it happens. By default nobody does.

Nothing here names a person or a request: what is handed over is kept for weeks and read by many.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Protocol

from bot.core.request.model import Request
from bot.core.wording import Text

TapOutcome = Literal["done", "refused", "repeated", "failed"]
_FAILED = ("answer.failed", "answer.trouble")


class Observer(Protocol):
    """Hears of taps, moments, decisions, messages and findings."""

    def tap(self, messenger: str, outcome: TapOutcome, seconds: float) -> None:
        """A tap was answered so many seconds after it was delivered; a delivery that came again needed no answer."""
        ...

    def silent_tap(self, messenger: str) -> None:
        """The answer to a tap could not be given: whoever tapped saw nothing."""
        ...

    def moment(self, kind: str, due_at: datetime, at: datetime) -> None:
        """A moment (``wake`` or ``digest``) that was due was carried out ``at``."""
        ...

    def ended(self, request: Request) -> None:
        """A request was decided or withdrawn."""
        ...

    def first(self, messenger: str, opened_at: datetime, at: datetime) -> None:
        """The first card or message about a request was accepted ``at``."""
        ...

    def sent(self, kind: str, due_at: datetime, at: datetime) -> None:
        """A card, short message or file was accepted by its messenger ``at``."""
        ...

    def refused(self, messenger: str, seconds: float) -> None:
        """A messenger wants to be left alone for so long."""
        ...

    def found(self, kind: str, count: int) -> None:
        """An audit has found so many things of a kind that are not as they should be."""
        ...

    def audited(self, at: datetime) -> None:
        """An audit has ended."""
        ...

    def duty(self, name: str, held: bool) -> None:
        """Whether this process has a duty that only one may have."""
        ...

    def clock_jumped(self, seconds: float) -> None:
        """The wall clock went on by so much more (or less) than time did."""
        ...


class Unobserved:
    """Keeps no figures."""

    def tap(self, messenger: str, outcome: TapOutcome, seconds: float) -> None: ...
    def silent_tap(self, messenger: str) -> None: ...
    def moment(self, kind: str, due_at: datetime, at: datetime) -> None: ...
    def ended(self, request: Request) -> None: ...
    def first(self, messenger: str, opened_at: datetime, at: datetime) -> None: ...
    def sent(self, kind: str, due_at: datetime, at: datetime) -> None: ...
    def refused(self, messenger: str, seconds: float) -> None: ...
    def found(self, kind: str, count: int) -> None: ...
    def audited(self, at: datetime) -> None: ...
    def duty(self, name: str, held: bool) -> None: ...
    def clock_jumped(self, seconds: float) -> None: ...


def outcome_of(answer: Text | None) -> TapOutcome:
    """How a tap ended, by what was answered: every refusal is worded by a message of that name."""
    if answer is not None and answer.id in _FAILED:
        return "failed"
    return "refused" if answer is not None and answer.id.partition(".")[0] == "refusal" else "done"
