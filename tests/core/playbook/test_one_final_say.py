"""Nobody is left to vague collaboration: every path of every playbook has exactly one final say, and it comes last."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.playbook.brands import loaded

Kind = list[str] | tuple[list[str], list[str]]
SMALL = """
soglas: 1
id: small
title: {en: Small}
languages: [en]
markets:
  A: {title: {en: A}, language: en, timezone: UTC, hours: {mon-fri: "09:00-18:00"}, currency: EUR, signed_by: p}
  B: {title: {en: B}, language: en, timezone: UTC, hours: {mon-fri: "09:00-18:00"}, currency: EUR, signed_by: p}
people: {p: {name: {en: P}, market: A, languages: [en]}}
roles: {r: {title: {en: R}, market: A, holder: p}, s: {title: {en: S}, market: B, holder: p}}
coordinator: r
decisions:
"""
OWNERS = ("r", "{all_of: [r, s]}", "{any_of: [s, r]}", "{at_least: 1, of: [r, s]}")

steps = st.lists(st.sampled_from(("consult", "review", "decide")), min_size=1, max_size=4)
# A central kind has one path, a local kind one for each of the two markets.
kinds = st.lists(steps | st.tuples(steps, steps), min_size=1, max_size=4)


def path_of(acts: list[str]) -> str:
    rows = (f"{{{act}: {OWNERS[len(acts) - 1]}, within: 1h}}" for act in acts)
    return f"{{rounds: 1, steps: [{', '.join(rows)}]}}"


def written(number: int, kind: Kind) -> str:
    about = "title: {en: K}, note: {en: N}, flexibility: flexible"
    if isinstance(kind, list):
        return f"  k{number}: {{{about}, scope: central, path: {path_of(kind)}}}\n"
    return f"  k{number}: {{{about}, scope: local, paths: {{A: {path_of(kind[0])}, B: {path_of(kind[1])}}}}}\n"


def fault_of(place: str, acts: list[str]) -> set[tuple[str, str]]:
    if acts.count("decide") != 1:
        return {("one_decide", place)}
    return set() if acts[-1] == "decide" else {("decide_last", f"{place}[{acts.index('decide')}]")}


@settings(derandomize=True, database=None, deadline=None, max_examples=300)
@given(kinds)
def test_exactly_one_final_say(these: list[Kind]) -> None:
    """A playbook is refused whenever any path has no final say, two of them, or one that is not last; otherwise it loads."""
    text, expected = SMALL, set()
    for number, kind in enumerate(these):
        text += written(number, kind)
        paths = {"path": kind} if isinstance(kind, list) else {"paths.A": kind[0], "paths.B": kind[1]}
        for place, acts in paths.items():
            expected |= fault_of(f"decisions.k{number}.{place}.steps", acts)
    result = loaded(text)
    assert {(fault.code, fault.path) for fault in result.faults} == expected
    assert (result.playbook is None) == bool(expected)


def test_the_small_file_itself_is_sound() -> None:
    """The file these paths are put into is refused for nothing else."""
    assert loaded(SMALL + written(0, ["decide"]) + written(1, (["decide"], ["decide"]))).faults == ()
