"""What was measured as a file, and the documents made from it: docs/performance.md, its plot, the figures in docs/promises.md.

The file keeps every figure by its section, so that a benchmark that is run alone renews only its own.
"""

from __future__ import annotations

import json
import re
import sqlite3
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from tests.bench.report import Goal, machine

FIGURE = re.compile(r"(<!-- figure: ([a-z0-9_]+) -->)(.*?)(<!-- end -->)", re.DOTALL)
_PACKAGES = (
    "sqlalchemy",
    "sqlmodel",
    "psycopg",
    "aiosqlite",
    "dbos",
    "apscheduler",
    "pgqueuer",
    "python-telegram-bot",
    "slack-bolt",
)
_HEAD = """# Performance

Made by `python -m tests.bench`; do not edit. Each figure stands beside the raw limit measured in the same run, on the same disk, with the same rows, and beside its goal.
{surroundings}

“Raw” is the database's driver alone, writing exactly the rows that the bot has written, without any rule being asked. A tap is the whole of it: the request loaded, the person checked,
decided, state and events with their chain, cards and messages to send, the next moment, the delivery marked as handled; each committed durably (SQLite WAL, `synchronous=FULL`; PostgreSQL
`synchronous_commit=on`) before it is answered.

![How many times over each goal is reached](performance.svg)
"""
_COLUMNS = "| | measured | goal | | in the same run |\n|---|---|---|---|---|\n"
_TAIL = """
## How to measure

`python -m tests.bench` needs a quiet machine, 15 minutes and 8 GB on the disk that counts (`--folder`). `--quick` looks whether everything runs, in three minutes, and writes no document.
`--only NAME` renews one section. The comparisons need `pip install aiosqlite dbos pgqueuer`, the plot `pip install matplotlib`; what is missing is left out and said.
"""


@dataclass
class Measured:
    """All figures by the title of their section; what was measured elsewhere by name; where and when."""

    sections: dict[str, list[Goal]] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)
    surroundings: str = ""
    date: str = ""

    def figures(self) -> dict[str, str]:
        """The words of every figure that has a name."""
        return {goal.name: goal.found for goals in self.sections.values() for goal in goals if goal.name} | self.told


def load(file: Path) -> Measured:
    """What the file holds; nothing if there is none."""
    if not file.is_file():
        return Measured()
    held = json.loads(file.read_text())
    sections = {title: [Goal(**goal) for goal in goals] for title, goals in held["sections"].items()}
    return Measured(sections, held["told"], held["surroundings"], held["date"])


def save(file: Path, measured: Measured) -> None:
    held = {
        "surroundings": measured.surroundings,
        "date": measured.date,
        "told": measured.told,
        "sections": {title: [asdict(goal) for goal in goals] for title, goals in measured.sections.items()},
    }
    file.write_text(json.dumps(held, ensure_ascii=False, indent=1) + "\n")


def surroundings() -> str:
    """The machine and the versions, nothing that names it."""
    return f"{_processor()}{machine()}, SQLite {sqlite3.sqlite_version}; {', '.join(filter(None, map(_installed, _PACKAGES)))}."


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() + ", " for line in lines if line.startswith("model name")), "")


def _installed(package: str) -> str:
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return ""


def performance(measured: Measured) -> str:
    """docs/performance.md."""
    date = f" Measured on {measured.date}." if measured.date else ""
    parts = [_HEAD.format(surroundings=f"{measured.surroundings}{date}")]
    parts += [f"\n## {title}\n\n{_table(goals)}" for title, goals in measured.sections.items() if goals]
    return "".join([*parts, _TAIL])


def _table(goals: Sequence[Goal]) -> str:
    marks = {None: "", True: "reached", False: "**missed**"}
    rows = (f"| {goal.what} | {goal.found} | {goal.goal} | {marks[goal.reached]} | {goal.beside} |\n" for goal in goals)
    return _COLUMNS + "".join(rows)


def filled(document: str, figures: Mapping[str, str]) -> str:
    """A document with its marked figures as they are now; one that was not measured stays as it stands."""
    return FIGURE.sub(lambda found: f"{found[1]}{figures.get(found[2], found[3])}{found[4]}", document)


def write(folder: Path, measured: Measured) -> None:
    """All documents, from what was measured."""
    from tests.bench.picture import plot

    save(folder / "performance.json", measured)
    (folder / "performance.md").write_text(performance(measured))
    if find_spec("matplotlib") is None:
        sys.stderr.write("The plot stays as it was: pip install matplotlib\n")
    else:
        (folder / "performance.svg").write_text(plot(measured.sections))
    promises = folder / "promises.md"
    if promises.is_file():
        promises.write_text(filled(promises.read_text(), measured.figures()))
