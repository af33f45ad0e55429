"""Whatever somebody does to a file: it loads and can be used, or it is refused with faults at lines of that file."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, date, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.playbook import Loaded, gaps
from bot.core.worktime import windows
from tests.core.playbook.brands import BRAND_A, loaded, tree, written

SETTLED = settings(derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
NAMES = ("", "RU", "US", "marina", "katya", "legal", "coordinator", "8h", "0h", "500 USD", "2026-02-30", "10:00-19:00", "en")

junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(NAMES) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
Place = tuple[str | int, ...]


def places(data: object, path: Place = ()) -> list[Place]:
    """Every place in the data, the outermost first."""
    rows = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [path, *(place for key, child in rows for place in places(child, (*path, key)))]


PLACES = places(tree())[1:]


def at(data: object, path: Place) -> object:
    for key in path:
        if isinstance(data, dict):
            data = data.get(key)
        else:
            data = data[key] if isinstance(data, list) and isinstance(key, int) and key < len(data) else None
    return data


def change(data: object, path: Place, value: object, delete: bool) -> None:
    """Deletes or replaces what stands at a place, if it still stands there."""
    parent, key = at(data, path[:-1]), path[-1]
    if isinstance(parent, dict) and key in parent:
        parent[key] = value
        if delete:
            del parent[key]
    elif isinstance(parent, list) and isinstance(key, int) and key < len(parent):
        parent[key : key + 1] = [] if delete else [value]


def loads_or_tells(found: Loaded, text: str) -> None:
    lines = len(text.splitlines()) + 1
    assert (found.playbook is None) == bool(found.faults)
    assert all(1 <= fault.mark.line <= lines and fault.mark.file == "brand.yaml" for fault in found.faults)
    if book := found.playbook:
        assert all(gap.subject for gap in gaps(book, date(2026, 11, 22)))
        for person in book.people:
            assert windows(book.calendar(person)).opening(datetime(2026, 11, 22, tzinfo=UTC)).tzinfo is UTC


@settings(SETTLED, max_examples=150)
@given(st.lists(st.tuples(st.sampled_from(PLACES), junk, st.booleans()), min_size=1, max_size=5))
def test_any_change_of_the_data(changes: list[tuple[Place, object, bool]]) -> None:
    """Random parts deleted or replaced by anything at all never raise: the file loads or tells at least one fault."""
    data = deepcopy(tree())
    for path, value, delete in changes:
        change(data, path, deepcopy(value), delete)
    text = written(data)
    loads_or_tells(loaded(text), text)


@settings(SETTLED, max_examples=150)
@given(st.lists(st.tuples(st.integers(0, len(BRAND_A)), st.integers(0, 40), st.text(max_size=4)), min_size=1, max_size=3))
def test_any_change_of_the_text(changes: list[tuple[int, int, str]]) -> None:
    """Random characters cut out and others put in never raise either."""
    text = BRAND_A
    for where, length, new in changes:
        text = text[:where] + new + text[where + length :]
    loads_or_tells(loaded(text), text)
