"""The digest names what was agreed: the same for the same words however written, another for any other word."""

from __future__ import annotations

import random

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.playbook.brands import BRAND_A, BRANDS, edited, loaded, shipped, tree, written

AS_SHIPPED = shipped("brand-a.yaml").digest


def shuffled(data: object, chance: random.Random) -> object:
    """The same data with the keys of every mapping in another order."""
    if isinstance(data, dict):
        keys = chance.sample(list(data), len(data))
        return {key: shuffled(data[key], chance) for key in keys}
    return [shuffled(item, chance) for item in data] if isinstance(data, list) else data


def texts(data: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The places of all texts in the data."""
    if isinstance(data, str):
        return [path]
    rows = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [place for key, child in rows for place in texts(child, (*path, key))]


def put(data: object, path: tuple[str | int, ...], value: str) -> object:
    """The data with another text at one place."""
    if not path:
        return value
    assert isinstance(data, dict | list)
    copy = dict(data) if isinstance(data, dict) else dict(enumerate(data))
    copy[path[0]] = put(copy[path[0]], path[1:], value)
    return copy if isinstance(data, dict) else list(copy.values())


def test_each_example_has_its_own() -> None:
    """Different brands have different digests, each of 64 hexadecimal digits."""
    found = {shipped(file).digest for file in BRANDS}
    assert len(found) == len(BRANDS)
    assert all(len(digest) == 64 and int(digest, 16) for digest in found)


def test_comments_and_layout_change_nothing() -> None:
    """Remarks, blank lines and the way mappings are laid out are not part of what was agreed."""
    remarked = "\n\n# a remark\n" + BRAND_A.replace("\nroles:", "\n\n\n# who\nroles:   # more")
    assert loaded(remarked).digest == AS_SHIPPED
    assert loaded(written(tree())).digest == AS_SHIPPED
    assert loaded(BRAND_A.replace("\n", "\r\n")).digest == AS_SHIPPED


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_keys_changes_nothing(seed: int) -> None:
    """Keys may stand in any order."""
    assert loaded(written(shuffled(tree(), random.Random(seed)))).digest == AS_SHIPPED


@settings(derandomize=True, database=None, deadline=None, max_examples=15)
@given(st.data())
def test_the_split_into_files_changes_nothing(data: st.DataObject) -> None:
    """Whichever keys move into a file beneath, what was agreed stays the same."""
    whole = tree()
    below = data.draw(st.sets(st.sampled_from(sorted(whole))))
    people = data.draw(st.sets(st.sampled_from(sorted(yaml.safe_load(BRAND_A)["people"]))))
    base = {key: whole[key] for key in below}
    top = {key: value for key, value in whole.items() if key not in below}
    everybody = whole["people"]
    assert isinstance(everybody, dict)
    base["people"] = {name: everybody[name] for name in people}
    top["people"] = {name: everybody[name] for name in everybody if name not in people}
    found = loaded(written({"extends": "base.yaml", **top}), base=written(base))
    assert (found.faults, found.digest) == ((), AS_SHIPPED)


def test_an_added_row_is_the_same_as_a_written_one() -> None:
    """A list extended with ``add`` counts as the whole list."""
    row = "  - {between: [brand_director, us_creator_relations], at_least_every_days: 14}\n"
    base = edited(BRAND_A[BRAND_A.index("direct_lines:") : BRAND_A.index(row) + len(row)], "")
    over = f"extends: base.yaml\ndirect_lines:\n  add:\n  {row}"
    assert loaded(over, base=base).digest == AS_SHIPPED
    assert loaded(over, base=BRAND_A).digest != AS_SHIPPED


def test_any_text_changes_it() -> None:
    """Any single text altered, wherever it stands, gives a digest never seen before."""
    data, seen = tree(), {AS_SHIPPED}
    places = texts(data)
    assert len(places) > 250
    for place in places[::5]:
        seen.add(loaded(written(put(data, place, "other words"))).digest)
    assert len(seen) == 1 + len(places[::5])
