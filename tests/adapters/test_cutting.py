"""Cutting: never above the limit, always marked, and nothing cut without being noticed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from adapters.cutting import ELLIPSIS, Cutter, utf16

TEXTS = st.text(max_size=200) | st.text(alphabet="🙂а\u0301\u202e \n", max_size=200)


@given(TEXTS, st.integers(0, 100))
def test_never_longer_than_the_limit(value: str, limit: int) -> None:
    """Whatever is cut fits, in the units it is measured in."""
    assert utf16(Cutter(utf16).fit(value, limit)) <= limit
    assert len(Cutter().fit(value, limit)) <= limit


@given(TEXTS, st.integers(0, 400))
def test_what_fits_is_left_alone(value: str, limit: int) -> None:
    """Only what does not fit is cut, and whoever cut it knows."""
    cutter = Cutter(utf16)
    shown = cutter.fit(value, limit)
    assert cutter.was_cut == (utf16(value) > limit)
    if not cutter.was_cut:
        assert shown == value
    elif shown:
        assert shown.endswith(ELLIPSIS)
        assert value.startswith(shown.removesuffix(ELLIPSIS))


@given(st.lists(TEXTS.filter(lambda text: "\n" not in text), max_size=20), st.integers(1, 300), st.integers(1, 80))
def test_lines_fit_together(lines: list[str], limit: int, each: int) -> None:
    """As many lines as there is room for, each within its own limit; a line that is left out is noticed."""
    cutter = Cutter(utf16)
    kept = cutter.fit_lines(lines, limit, each)
    assert all(utf16(line) <= each for line in kept)
    assert utf16("\n".join(kept)) <= limit
    assert cutter.was_cut or kept == lines


def test_a_character_of_two_units_is_never_halved() -> None:
    """An emoji stays whole or goes."""
    for limit in range(1, 12):
        Cutter(utf16).fit("🙂" * 10, limit).encode("utf-16-le")


def test_a_hundred_thousand_characters_are_cut_quickly() -> None:
    """The longest text there can be is cut to a message in one go."""
    assert utf16(Cutter(utf16).fit("🙂" * 100_000, 4096)) == 4095
