"""What strangers write: any text, soups of the words a reader looks for, and JSON of any form."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

EXAMPLES = 150
# The same examples in every run: a test that is red today was red yesterday.
SETTLED = settings(derandomize=True, database=None, deadline=None, max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
_PIECES = (
    "0", "1", "4", "12", "31", "99", "2027", "2027-02-29", "2026-12-02T14:00-05:00", "29.02", "5/4", "18:00", "24:00", "4.05.27",
    "may", "мая", "monday", "пн", "today", "сегодня", "tomorrow", "завтра", "next week", "до", "с", "from", "until", "-", "–", "…",
    "in", "через", "3 hours", "дня", "noon", "midnight", "ET", "UTC+14", "MSK", "back", "USD", "RUB", "$", "1 000", "1,000", "k", "тыс",
    "Katya", "join", "start", "/away", "A-1", "|", "\n", "\0", "\u202e", "ı", "²", "٣", "¼", "🙂", "<@U1>", "&lt;",
)  # fmt: skip

texts = st.text(max_size=60)
soups = st.lists(st.sampled_from(_PIECES) | st.text(max_size=3), max_size=8).flatmap(
    lambda parts: st.sampled_from((" ", "", ", ")).map(lambda between: between.join(parts))
)
anything_said = soups | texts
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=5,
)
_JUNK: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    10**30,
    1.5,
    "",
    "x",
    "\ud800",
    "\0",
    [],
    [None],
    {},
    {"id": None},
    [[]],
    {"value": []},
)


def spoiled(value: Any, chance: random.Random, share: float = 0.1) -> Any:
    """The same JSON with some of its parts gone, doubled, or something else entirely. Any: JSON of somebody else's making."""
    if chance.random() < share:
        return chance.choice(_JUNK)
    if isinstance(value, dict):
        return {key: spoiled(part, chance, share) for key, part in value.items() if chance.random() > share / 2}
    if isinstance(value, list):
        return [spoiled(part, chance, share) for part in value for _ in range(2 if chance.random() < share / 2 else 1)]
    return value


def spoilings(value: Any, times: int, seed: int) -> Sequence[Any]:
    """So many spoiled forms of it, the same ones in every run."""
    return [spoiled(value, random.Random(seed * 1_000_003 + number)) for number in range(times)]
