"""The promises as published: each has its test, each test named is there, and the figures are those that were measured."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.bench.documents import FIGURE, filled, load

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "promises.md").read_text()
PROMISES = ("First messages", "Answers to taps", "Cards", "Moments", "Decisions", "Records")
PARTS = ("**Promised.**", "*Approver:*", "*Creator:*", "*Coordinator:*", "**How.**", "**Measured.**", "**Proven by**", "**Does not hold**")  # fmt: skip
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def section(title: str) -> str:
    found = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", DOCUMENT, re.DOTALL | re.MULTILINE)
    assert found, title
    return found[1]


def functions_of(file: Path) -> set[str]:
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, functions)}


@pytest.mark.parametrize("title", PROMISES)
def test_each_promise_says_everything_and_has_its_test(title: str) -> None:
    """What is promised, what it means for whom, how it is kept, what was measured, what proves it, when it does not hold."""
    said = section(title)
    places = [said.find(part) for part in PARTS]
    assert -1 not in places and places == sorted(places), dict(zip(PARTS, places, strict=True))
    proven = said[said.index("**Proven by**") : said.index("**Does not hold**")]
    assert NAMED.search(proven), f"nothing proves “{title}”"
    assert said[said.index("**Does not hold**") :].count("\n- ") >= 2


def test_every_test_that_is_named_exists() -> None:
    """A test that was renamed or deleted proves nothing any more."""
    named = sorted(set(NAMED.findall(DOCUMENT)))
    assert len(named) >= 40
    missing = [f"{file}::{name}" for file, name in named if not (ROOT / file).is_file() or name not in functions_of(ROOT / file)]
    assert missing == []


def test_nothing_looks_like_a_test_and_is_not_checked() -> None:
    """Every mention of a test file in a promise names one test of it; only commands to type name files alone."""
    for title in (*PROMISES, "When a promise does not hold"):
        assert len(re.findall(r"tests/[\w/]+\.py", section(title))) == len(NAMED.findall(section(title))), title


def test_the_figures_are_those_that_were_measured() -> None:
    """After a measurement the document says what was found, and every figure it shows has a name by which it is filled in."""
    measured = load(ROOT / "docs" / "performance.json").figures()
    assert filled(DOCUMENT, measured) == DOCUMENT, "python -m tests.bench --draw"
    names = {name for _, name, _, _ in FIGURE.findall(DOCUMENT)}
    assert len(names) > 15
    assert DOCUMENT.count("<!-- figure: ") == len(FIGURE.findall(DOCUMENT)) == DOCUMENT.count("<!-- end -->")


def test_a_figure_is_filled_in_where_it_stands() -> None:
    """Only the value between the marks changes; what was not measured stays as it stands."""
    text = "| a | <!-- figure: taps -->old<!-- end --> | <!-- figure: start -->kept<!-- end --> |"
    done = filled(text, {"taps": "2,000/s = 1.9 x"})
    assert done == "| a | <!-- figure: taps -->2,000/s = 1.9 x<!-- end --> | <!-- figure: start -->kept<!-- end --> |"
    assert filled(done, {"taps": "2,000/s = 1.9 x"}) == done
