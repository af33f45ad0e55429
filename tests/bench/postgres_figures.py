"""The figures of ``bench_postgres``, each beside the raw driver of the same run.

python -m tests.bench --only postgres
"""

from __future__ import annotations

from statistics import median

from tests.bench.bench_postgres import measured
from tests.bench.report import Goal, Run, at_least, only_told


def figures(run: Run) -> list[Goal]:
    found = measured(run.size(2000, 300), run.size(3, 1))
    value = {name: median(values) for name, values in found.items()}
    raw, sets, many, two = value["raw"], value["sets"], value["core 128"], value["two"]
    alone = f"raw, 8 connections: {raw:,.0f}/s"

    def beside(callers: int) -> Goal:
        speed = value[f"core {callers}"]
        told = f"{speed:,.0f}/s = {speed / raw:.2f} x"
        return at_least(f"postgres_{callers}", f"PostgreSQL, {callers} callers", told, speed / raw, 2.5, "2.5 x raw", alone)

    return [
        only_told("postgres_raw", "the driver alone, 8 connections", f"{raw:,.0f}/s"),
        only_told("postgres_raw_sets", "the driver alone, in sets", f"{sets:,.0f}/s"),
        only_told("postgres_1", "PostgreSQL, one caller", f"{value['core 1']:,.0f}/s", alone),
        beside(32),
        beside(128),
        at_least(
            "postgres_two", "PostgreSQL, two processes", f"{two:,.0f}/s = {two / many:.2f} x", two / many, 1.4, "1.4 x one",
            f"one process: {many:,.0f}/s",
        ),
        only_told("postgres_p99", "PostgreSQL, 32 callers, tap p99", f"{value['p99 32'] * 1e3:.1f} ms"),
    ]  # fmt: skip
