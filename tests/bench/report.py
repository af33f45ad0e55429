"""How a figure is kept, and shown beside the raw limit of the same run and its goal."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Goal:
    """A figure, the goal it is held against, and whether it is reached (``None``: it is only for comparison).

    ``beside`` is the raw limit measured in the same run. ``ratio`` says how many times over the goal is reached: 1 or more
    is reached. ``name`` is what documents call the figure.
    """

    what: str
    found: str
    goal: str
    reached: bool | None
    name: str = ""
    beside: str = ""
    ratio: float | None = None


@dataclass(frozen=True)
class Run:
    """How large a run is: everything at full size, or small and quick. ``most`` goes up to ten million moments."""

    folder: Path
    quick: bool = False
    most: bool = False

    def size(self, full: int, quick: int) -> int:
        return quick if self.quick else full


def at_least(name: str, what: str, found: str, value: float, least: float, goal: str, beside: str = "") -> Goal:
    """A figure that is to be large."""
    return Goal(what, found, f">= {goal}", value >= least, name, beside, value / least)


def at_most(name: str, what: str, found: str, value: float, most: float, goal: str, beside: str = "") -> Goal:
    """A figure that is to be small."""
    return Goal(what, found, f"<= {goal}", value <= most, name, beside, most / max(value, 1e-12))


def only_told(name: str, what: str, found: str, beside: str = "") -> Goal:
    """A figure without a goal: a raw limit, or something others do."""
    return Goal(what, found, "", None, name, beside)


def share(times: Sequence[float], part: float) -> float:
    """The value that so large a part does not exceed."""
    return sorted(times)[min(len(times) - 1, int(len(times) * part))]


def machine() -> str:
    return f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"


def show(title: str, goals: Sequence[Goal]) -> None:
    lines = [title]
    for goal in goals:
        mark = {None: " ", True: "+", False: "-"}[goal.reached]
        lines.append(f"{mark} {goal.what:48} {goal.found:26} {goal.goal:16} {goal.beside}".rstrip())
    sys.stdout.write("\n".join(lines) + "\n\n")
    sys.stdout.flush()
