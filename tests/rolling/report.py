"""What a rolling upgrade came to, in figures."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from tests.rolling.running import Figures


@dataclass
class Process:
    """What one process has done: in all, and while the other version was at work beside it."""

    name: str
    figures: Figures = field(default_factory=Figures)
    beside: int = 0
    start: float = 0.0
    stop: float = 0.0
    opened: int = 0

    def __str__(self) -> str:
        duties = ", ".join(sorted(self.figures.duties)) or "none"
        return (
            f"  {self.name}: up after {self.start:.1f} s, {self.figures.taps} taps answered ({self.beside} of them beside the other), "
            f"{self.figures.sent} messages and cards sent, {self.opened} requests opened, duties last: {duties}, "
            f"refused by messengers {self.figures.refusals} times, ended within {self.stop:.1f} s"
        )


@dataclass
class Report:
    """Seconds are real ones."""

    old: str
    revisions: tuple[str, str]
    processes: list[Process] = field(default_factory=list)
    taps: int = 0
    decisions: int = 0
    refused: int = 0
    requests: int = 0
    opened_again: int = 0
    longest_opening: float = 0.0
    migration: float = 0.0
    overlap: float = 0.0
    rest: float = 0.0
    seconds: float = 0.0
    answers: list[float] = field(default_factory=list)
    asked_twice: int = 0
    old_drawings: int = 0
    back: str = "not tried"
    said: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        lines = (
            f"from {self.old[:10]} (schema {self.revisions[0]}) to this checkout (schema {self.revisions[1]}), {self.seconds:.0f} s",
            *map(str, self.processes),
            f"  migrated in {self.migration:.1f} s while the old one worked; both at once under load for {self.overlap:.1f} s",
            f"  {self.taps} taps and words, {self.decisions} decisions, {self.refused} refused; {self.requests} requests, "
            f"asked for again {self.opened_again} times, longest opening {self.longest_opening:.2f} s",
            f"  answers: {self._answers()}; at rest {self.rest:.1f} s after the last tap",
            f"  questions put again: {self.asked_twice}; cards still as the old version draws them: {self.old_drawings}",
            f"  back: {self.back}",
            f"  logged: {dict(self.said)}",
        )
        return "\n".join(lines)

    def _answers(self) -> str:
        found = sorted(self.answers)
        if not found:
            return "none"
        parts = (f"p{part} {found[len(found) * part // 100]:.2f} s" for part in (50, 95, 99))
        return f"{', '.join(parts)}, longest {found[-1]:.2f} s"
