"""Every figure beside its raw limit and its goal, and the documents that show them.

python -m tests.bench [--quick] [--only NAME] [--folder FOLDER] [--most] [--date DATE] [--documents FOLDER]
python -m tests.bench --set kills=200        a figure that something else has measured
python -m tests.bench --draw                 the documents anew, measuring nothing
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench import documents
from tests.bench.report import Goal, Run, show
from tests.bench.timing import elapsed

_DOCUMENTS = Path(__file__).parents[2] / "docs"
_ALONE = {
    "core": ("Pure parts", "tests.bench.bench_core"),
    "outbox": ("Sending at Telegram's limits", "tests.bench.outbox_figures"),
    "answers": ("From the tap to its answer", "tests.bench.bench_answers"),
    "rivals": ("The same approval made in other ways", "tests.bench.bench_rivals"),
    "postgres": ("PostgreSQL", "tests.bench.postgres_figures"),
}


class Large:
    """The databases with many open requests, each made when it is first needed, and used by several benchmarks in turn."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.sizes = (1000, run.size(100_000, 10_000), run.size(1_000_000, 50_000))
        self.path = cache(self._made)

    def _made(self, size: int) -> Path:
        from tests.bench.bench_due import due_needed
        from tests.bench.bench_taps import taps_needed
        from tests.bench.crowd import crowd

        few, many, beside = due_needed(self.run)
        is_largest = size == self.sizes[-1]
        taken = elapsed()
        path = crowd(
            self.run.folder / f"open-{size}.db", taps_needed(self.run) + (beside if is_largest else 0), size,
            many if is_largest else few,
        )  # fmt: skip
        sys.stderr.write(f"{size:,} open requests made in {taken():.0f} s, {path.stat().st_size / 2**30:.1f} GiB\n")
        return path

    # Each takes away some of what the databases hold, none what another one needs.

    def taps(self) -> list[Goal]:
        from tests.bench.bench_taps import when_large

        return when_large(self.run, {size: self.path(size) for size in self.sizes})

    def due(self) -> list[Goal]:
        from tests.bench.bench_due import batches, nexts

        return [*nexts(self.run), *batches(self.path(self.sizes[1]), self.path(self.sizes[2]), self.run.folder)]

    def rush(self) -> list[Goal]:
        from tests.bench.bench_due import rushed
        from tests.bench.bench_taps import taps_needed

        return rushed(self.run, self.path(self.sizes[2]), taps_needed(self.run) + 1)

    def start(self) -> list[Goal]:
        from tests.bench.bench_start import figures

        return figures(self.run, self.path(self.sizes[0]), self.path(self.sizes[2]), self.sizes[2])


def benchmarks(run: Run) -> dict[str, tuple[str, Callable[[], list[Goal]]]]:
    """All of them by name, with the titles of their sections, in the order they are run."""
    large = Large(run)

    def alone(name: str) -> tuple[str, Callable[[], list[Goal]]]:
        title, module = _ALONE[name]
        return title, lambda: list(import_module(module).figures(run))

    def raw() -> list[Goal]:
        from tests.bench.bench_taps import against_raw

        return against_raw(run)

    return {
        "core": alone("core"),
        "taps": ("Taps on SQLite", raw),
        "answers": alone("answers"),
        "large": ("Taps with many open requests", large.taps),
        "due": ("Moments", large.due),
        "rush": ("Moments that fall due together", large.rush),
        "start": ("Starting", large.start),
        "postgres": alone("postgres"),
        "rivals": alone("rivals"),
        "outbox": alone("outbox"),
    }


def main() -> None:
    asked = _arguments()
    folder = asked.documents or (None if asked.quick else _DOCUMENTS)
    held = documents.load((folder or _DOCUMENTS) / "performance.json")
    held.told |= dict(one.split("=", 1) for one in asked.set)
    held.date = asked.date or held.date
    if not asked.set and not asked.draw:
        with TemporaryDirectory(dir=asked.folder, prefix="soglas-bench-") as temporary:
            _measure(Run(Path(temporary), asked.quick, asked.most), asked.only, held)
    if asked.set or asked.draw:
        folder = folder or _DOCUMENTS
    if folder:
        documents.write(folder, held)


def _measure(run: Run, only: Sequence[str], held: documents.Measured) -> None:
    all_, sections = benchmarks(run), dict(held.sections)
    held.surroundings = documents.surroundings()
    whole = elapsed()
    for name, (title, measure) in all_.items():
        if not only or name in only:
            taken = elapsed()
            sections[title] = measure()
            show(f"{title} ({name}, {taken():.0f} s)", sections[title])
    held.sections = {title: sections[title] for title, _ in all_.values() if title in sections}
    missed = [goal.what for goals in held.sections.values() for goal in goals if goal.reached is False]
    sys.stdout.write(f"{whole():.0f} s; missed: {', '.join(missed) or 'none'}\n")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small sizes, no documents: does everything run?")
    parser.add_argument("--only", action="append", default=[], choices=[*benchmarks(Run(Path()))], help="one of them")
    parser.add_argument(
        "--folder", type=Path, help="where the databases are made, and removed afterwards: on the disk that counts"
    )
    parser.add_argument("--most", action="store_true", help="also the next moment among ten million")
    parser.add_argument("--date", default="", help="what the document says about when")
    parser.add_argument("--documents", type=Path, help="where the documents are written, instead of docs")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a figure measured by something else")
    parser.add_argument("--draw", action="store_true", help="only write the documents anew")
    return parser.parse_args()


if __name__ == "__main__":
    main()
