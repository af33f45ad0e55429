"""The figures as one plot: how many times over each goal is reached, on a logarithmic scale, as a reproducible SVG."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from importlib import import_module
from io import StringIO
from typing import Any

from tests.bench.report import Goal

_INK, _FAINT = "#010203", "#040506"  # stand for the reader's own colors, which the file asks for when it is shown
_REACHED, _MISSED = "#2f81f7", "#e0701a"
_STYLE = """<style>
:root { color: #1f2328; --faint: #c9d1d9 }
@media (prefers-color-scheme: dark) { :root { color: #e6edf3; --faint: #484f58 } }
</style>"""
_ROW, _ABOVE = 0.225, 1.1  # inches


def plot(sections: Mapping[str, Sequence[Goal]]) -> str:
    """An SVG that is the same for the same figures, readable on light and on dark."""
    # Any: where no figures are drawn the package is not there, and neither are its types.
    mpl: Any = import_module("matplotlib")
    rows = _rows(sections)
    settings = {"svg.hashsalt": "soglas", "svg.fonttype": "none", "font.family": "sans-serif", "font.size": 9}
    with mpl.rc_context(settings):
        figure = import_module("matplotlib.figure").Figure(figsize=(9, _ABOVE + _ROW * len(rows)))
        axes = figure.add_axes((0.36, 0.55 / figure.get_figheight(), 0.61, 1 - 0.95 / figure.get_figheight()))
        _draw(axes, rows)
        written = StringIO()
        figure.savefig(written, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return _in_the_readers_colors(written.getvalue())


def _rows(sections: Mapping[str, Sequence[Goal]]) -> list[Goal | str]:
    """What is drawn, from the top: a section's title, then those of its figures that have a goal."""
    found: list[Goal | str] = []
    for title, goals in sections.items():
        shown = [goal for goal in goals if goal.ratio is not None and not goal.name.endswith("_none")]
        found += [title, *shown] if shown else []
    return found


def _draw(axes: Any, rows: Sequence[Goal | str]) -> None:
    axes.set_xscale("log")
    axes.axvline(1, color=_INK, linewidth=1)
    for place, row in enumerate(reversed(rows)):
        if isinstance(row, Goal) and row.ratio is not None:
            color = _REACHED if row.reached else _MISSED
            axes.hlines(place, 1, row.ratio, color=color, linewidth=2)
            axes.plot(row.ratio, place, "o", color=color, markersize=5, fillstyle="full" if row.reached else "none")
            side = 1 if row.ratio >= 1 else -1
            axes.annotate(
                row.found, (row.ratio, place), xytext=(7 * side, 0), textcoords="offset points", va="center", color=_INK,
                ha="left" if side > 0 else "right", fontsize=7.5,
            )  # fmt: skip
    ratios = [row.ratio for row in rows if isinstance(row, Goal) and row.ratio]
    axes.set_xlim(min([0.5, *ratios]) / 4, max([2.0, *ratios]) * 6)
    axes.set_ylim(-0.8, len(rows) - 0.2)
    axes.set_yticks(range(len(rows)), [row if isinstance(row, str) else row.what for row in reversed(rows)])
    for label, row in zip(axes.get_yticklabels(), reversed(rows), strict=True):
        label.set_fontweight("bold" if isinstance(row, str) else "normal")
    axes.tick_params(colors=_INK, which="both", length=0)
    axes.grid(axis="x", color=_FAINT, linewidth=0.5)
    axes.set_axisbelow(True)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.set_xlabel("how many times over the goal is reached (line: the goal; hollow, to the left: missed)", color=_INK)


def _in_the_readers_colors(svg: str) -> str:
    svg = svg.replace(_INK, "currentColor").replace(_FAINT, "var(--faint)")
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    return svg.replace("<defs>", f"{_STYLE}\n <defs>", 1)
