"""Lists for a terminal: a head, columns that stand under each other, and a sentence where there is nothing to list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.core.wording import Field
from bot.speech import Reader, show

_BETWEEN = "  "


def lined_up(head: Sequence[Field], rows: Sequence[Sequence[Field]], reader: Reader) -> Iterator[str]:
    """A line for the head and one for each row; no line ends in blanks."""
    lines = [[" ".join(show(cell, reader).split()) for cell in row] for row in (head, *rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        yield _BETWEEN.join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
