"""How a figure is shown beside its goal."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Goal:
    """A figure, the goal it is held against, and whether it is reached (``None``: it is only for comparison)."""

    what: str
    found: str
    goal: str
    reached: bool | None


def machine() -> str:
    return f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"


def show(title: str, goals: Sequence[Goal]) -> None:
    lines = [title]
    for goal in goals:
        mark = {None: " ", True: "+", False: "-"}[goal.reached]
        lines.append(f"{mark} {goal.what:42} {goal.found:24} {goal.goal}")
    sys.stdout.write("\n".join(lines) + "\n\n")
