"""Files made to hurt: each is refused with a fault at a line, soon, and never with a traceback."""

from __future__ import annotations

import time

import pytest

from tests.core.playbook.brands import BRAND_A, edited, line_of, loaded, told

TITLE = '"Brand A: Moscow and New York"'
TITLE_LINE = line_of(TITLE, BRAND_A)
BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        (BOMB, "alias_bomb", 1),
        ("a: 1\nb: &b [1, *b]\n", "alias_bomb", 2),
        ("a: 1\nb: &b {c: *b}\n", "alias_bomb", 2),
        ("&a a: *nothing\n", "not_yaml", 1),
        ("a: " + "[" * 200 + "]" * 200, "too_deep", 1),
        ("a: " + "[" * 5000 + "]" * 5000, "too_deep", 1),
        ("a: " + "[" * 300_000, "too_deep", 1),
        ("".join(" " * depth + "a:\n" for depth in range(900)), "too_deep", 1),
        ("#" * (1 << 20) + "\n", "too_large", 1),
        ("", "not_a_mapping", 1),
        ("# nothing but a remark\n", "not_a_mapping", 1),
        ("- a\n- b\n", "not_a_mapping", 1),
        ("just words\n", "not_a_mapping", 1),
        (b"a: 1\nb: \xff\n", "not_utf8", 2),
        (BRAND_A.encode("cp1251", "replace"), "not_utf8", 5),
        (BRAND_A.encode("utf-16"), "not_utf8", 1),
        ("a: 1\nb: x\0y\n", "not_yaml", 2),
        ("a: 1\nb: \x07\n", "not_yaml", 2),
        ("a: 1\nb: [1, 2\nc: 3\n", "not_yaml", 3),
        ("a: 1\n\tb: 2\n", "not_yaml", 2),
        ("a: 1\n--- \nb: 2\n", "not_yaml", 2),
        ("a: 1\nb: '\n", "not_yaml", 3),
    ],
    ids=range(22),
)
def test_no_tree_at_all(text: str | bytes, code: str, line: int) -> None:
    """A file that is no tree of plain data is refused with the one fault that says why."""
    found = loaded(text)
    assert found.playbook is None
    assert [(fault.code, fault.mark.line) for fault in found.faults] == [(code, line)]


@pytest.mark.parametrize("escape", [r"\0", r"\x07", r"\ud800", r"\uFFFF", r"\U00110000", r"\UFFFFFFFF"])
@pytest.mark.parametrize("key", [False, True])
def test_characters_that_are_none(escape: str, key: bool) -> None:
    """What may not stand in the file raw may not be smuggled in as an escape, neither in a text nor in a key."""
    text = edited("id: brand-a", f'"{escape}": 1\nid: brand-a') if key else edited(TITLE, f'"{escape}"')
    line = line_of("id: brand-a", BRAND_A) if key else TITLE_LINE
    assert [(fault.code, fault.mark.line) for fault in loaded(text).faults] == [("not_yaml", line)]


@pytest.mark.parametrize(
    "value",
    ["!!python/object/apply:os.system [ls]", "!!python/name:os.system x", "!!binary aGVsbG8=", "!!set {a, b}", "!mine x",
     "!!int x", "!!int 0x1F", "!!float x", "!!bool maybe", "!!null x", "!!timestamp 2026-01-01"],
)  # fmt: skip
def test_tags_build_nothing(value: str) -> None:
    """A tag is refused at its line, whatever it would build, also one that does not fit its text."""
    text = edited(f"title: {{en: {TITLE}", f"title: {{en: {value}")
    assert ("tag", "title.en", TITLE_LINE) in told(loaded(text).faults)


def test_a_tag_on_a_key_is_refused_too() -> None:
    """A tag hidden on a key is refused like one on a value."""
    text = edited("id: brand-a", "!!python/name:os.system id: brand-a")
    assert told(loaded(text).faults) == {("tag", "", line_of("id: brand-a", BRAND_A))}


def test_the_merge_key_is_only_a_key() -> None:
    """YAML's ``<<`` copies nothing here: it is a key nobody knows."""
    text = edited("id: brand-a", "<<: {id: other}\nid: brand-a")
    assert told(loaded(text).faults) == {("stray_key", "<<", line_of("id: brand-a", BRAND_A))}


def test_a_mark_of_byte_order_is_no_fault() -> None:
    """Editors that begin a file with a byte order mark are forgiven."""
    assert loaded(b"\xef\xbb\xbf" + BRAND_A.encode()).faults == ()


def test_a_file_of_exactly_the_limit_is_read() -> None:
    """One mebibyte is still accepted; a byte more is not."""
    filled = BRAND_A + "#" * ((1 << 20) - len(BRAND_A.encode()))
    assert loaded(filled).faults == ()
    assert [fault.code for fault in loaded(filled + "#").faults] == ["too_large"]


def test_thousands_of_names_are_told_soon() -> None:
    """Thousands of unknown names in a file are told in seconds: no suggestion is worth an hour of comparing."""
    people = "".join(f"  person{number}: {{}}\n" for number in range(3000))
    deputies = ", ".join(f"p{number}" for number in range(6000))
    started = time.monotonic()
    faults = loaded(f"people:\n{people}roles: {{a: {{deputies: [{deputies}]}}}}\n").faults
    assert time.monotonic() - started < 10
    assert sum(fault.code == "unknown_person" for fault in faults) == 6000


def test_extending_in_a_circle() -> None:
    """Files that extend each other in a circle are refused where the circle closes, however the name is written."""
    assert told(loaded("id: x\nextends: brand.yaml\n").faults) == {("extends_loop", "extends", 2)}
    faults = loaded("extends: ./one.yaml\n", one="id: x\nextends: two.yaml\n", two="extends: x/../one.yaml\n").faults
    assert [(fault.code, fault.mark.file, fault.mark.line) for fault in faults] == [("extends_loop", "two.yaml", 1)]


def test_extending_without_end() -> None:
    """A name that leads to ever new files is refused after a few, not followed until something breaks."""
    others = {f"f{number}": f"extends: f{number + 1}.yaml\n" for number in range(400)}
    assert [fault.code for fault in loaded("extends: f0.yaml\n", **others).faults] == ["too_deep"]


@pytest.mark.parametrize("name", ["missing.yaml", "../../etc/passwd", "/etc/passwd", "x" * 5000])
def test_extending_what_is_not_there(name: str) -> None:
    """A file that cannot be had, missing or outside the folder, is refused at the line that asks for it."""
    assert told(loaded(f"id: x\nextends: {name}\n").faults) == {("no_file", "extends", 2)}


@pytest.mark.parametrize("value", ["[a.yaml]", "{a: b}", "5", "true", "''", "null"])
def test_extends_is_a_file_name(value: str) -> None:
    """``extends`` wants one file name; anything else is told beside the other faults."""
    text = edited("id: brand-a", f"extends: {value}\nid: brand-a")
    assert told(loaded(text).faults) == {("extends_value", "extends", line_of("id: brand-a", BRAND_A))}


def test_the_first_file_missing() -> None:
    """A playbook that is not there at all is a fault, not an exception."""
    assert [(fault.code, fault.path) for fault in loaded("extends: gone.yaml\n").faults] == [("no_file", "extends")]


@pytest.mark.parametrize("holder", ["[katya]", "{a: b}", "5", "true", "''"])
def test_junk_where_a_person_should_be(holder: str) -> None:
    """A list or number where a bridge's holder should be is a fault, and every other check still speaks."""
    text = edited("holder: katya\n  bridge_us:", f"holder: {holder}\n  bridge_us:")
    paths = {path for _, path, _ in told(loaded(edited("Europe/Moscow", "Nowhere", text)).faults)}
    assert paths == {"roles.bridge_ru.holder", "markets.RU.timezone"}
