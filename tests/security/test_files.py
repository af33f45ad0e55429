"""Playbook and account files of any content: read, or refused at a line, in bounded time."""

from __future__ import annotations

import time
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.core.playbook import load
from bot.core.playbook.reading import MAX_BYTES, Unreadable, read_tree
from tests.commands.terminal import Terminal
from tests.security.strange import SETTLED

PIECES = (
    "a", "id", ":", ": ", "- ", "\n", "  ", "&x ", "*x", "!!python/object:os.system ", "!t ", "<<", "{", "}", "[", "]", ",", "|\n", ">-\n", '"',
    "'", "\\U", "%YAML 1.1\n", "---\n", "...\n", "? ", "#", "\t", "\0", "\u2028", "\ufeff", "~", "1", "0x1", "1e9", ".inf", "2026-01-01", "no",
)  # fmt: skip
documents = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=25).map("".join)
keys = st.from_regex(r"[a-z_]{1,8}", fullmatch=True)
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | keys, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
# Just under the size limit; it took fifteen seconds when values were counted only after all of them had been read.
MANY = b"a: [" + b"x," * ((MAX_BYTES - 10) // 2) + b"]"


@SETTLED
@given(documents | st.text(max_size=40), st.binary(max_size=20))
def test_any_text(document: str, tail: bytes) -> None:
    """A tree and its faults, or one fault that says why there is none; a playbook of it never raises."""
    data = document.encode("utf-8", "surrogatepass") + tail
    try:
        tree, faults = read_tree("any.yaml", data)
        lines = [fault.mark.line for fault in faults]
    except Unreadable as error:
        lines = [error.reason.mark.line]
    else:
        assert isinstance(tree.plain(), dict)
    assert all(line >= 1 for line in lines)
    assert load("any.yaml", lambda _: data).playbook is None


@SETTLED
@given(st.dictionaries(keys, plain, max_size=4))
def test_plain_data_comes_back(data: dict[str, Any]) -> None:
    """What a YAML writer writes is read as the same data, without a fault."""
    tree, faults = read_tree("any.yaml", yaml.safe_dump(data).encode())
    assert (tree.plain(), faults) == (data, [])


def test_a_file_full_of_values_is_given_up_early() -> None:
    """Half a million values in a mebibyte are refused after the first fifty thousand."""
    began = time.process_time()
    with pytest.raises(Unreadable) as refused:
        read_tree("any.yaml", MANY)
    assert refused.value.reason.code == "too_many"
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("katya: {telegram: 1, telegram: 2}", 1), ("katya: {telegram: 1}\noleg: !!int {telegram: 2}", 2), ("katya: !t {telegram: 1}", 1),
        ("a: &a {telegram: 1}\nb: {<<: *a}", 2), ("katya: {telegram: !!python/object/apply:os.system [x]}", 1), ("'': {telegram: 1}", 1),
        ("katya: {telegram: 1}\n---\noleg: {telegram: 2}", 2), ('katya: {telegram: "1\\0"}', 1), ("katya: {telegram: 1.0}", 1),
        ("a: " + "{a: " * 60 + "1" + "}" * 60, 1),
    ],
)  # fmt: skip
def test_account_files_are_read_strictly(soglas: Terminal, content: str, line: int) -> None:
    """Nothing twice, no tags, no merging, no second document, nothing nested: nobody is recorded from such a file."""
    file = soglas.file("accounts.yaml", content)
    soglas("accounts", "import", file).fails(f"{file}, line {line}: ")
    assert not (soglas.folder / "soglas.db").exists()
