"""What `docs/operating.md` tells operators to type, to set and to watch exists."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from bot.retention import USUAL
from bot.settings import Settings
from tests.deploy.commands import parses

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "operating.md").read_text()
TYPED = [line for block in re.findall(r"```\n(.*?)```", GUIDE, re.DOTALL) for line in block.splitlines()]
MENTIONED = [words for words in re.findall(r"`(soglas [^`…]+)`", GUIDE) if "." not in words.split()[1]]


@pytest.mark.parametrize("line", TYPED)
def test_what_is_to_be_typed_can_be_typed(line: str) -> None:
    """Every line of an example is a command with options and arguments that exist."""
    program, *words = shlex.split(line)
    assert program == "soglas"
    parses(*words)


@pytest.mark.parametrize("words", sorted(set(MENTIONED)))
def test_what_is_mentioned_is_there(words: str) -> None:
    """A command in a sentence may leave its arguments out, but not be one that does not exist."""
    parses(*shlex.split(words)[1:], partly=True)


def test_every_setting_is_told_and_no_other() -> None:
    """The guide names all settings, and none that nobody reads."""
    told = set(re.findall(r"SOGLAS_[A-Z_]+[A-Z]", GUIDE)) - {"SOGLAS_KEEP"}
    assert told == {f"SOGLAS_{name.upper()}" for name in Settings.model_fields}


def test_the_days_are_those_of_the_code() -> None:
    """The table of what is kept has the defaults."""
    for name, days in re.findall(r"\| `SOGLAS_KEEP_([A-Z]+)` \| (\d+) \|", GUIDE):
        assert getattr(USUAL, name.lower()) == int(days)


def test_alerts_watch_figures_that_exist() -> None:
    """An alert on a figure that nobody writes would never ring."""
    figures = {name.removesuffix("_total").removesuffix("_bucket") for name in re.findall(r"\bsoglas_[a-z_]+", GUIDE)}
    source = (ROOT / "bot" / "metrics.py").read_text()
    assert len(figures) > 5
    assert [name for name in sorted(figures) if f'"{name}"' not in source] == []


def test_every_place_on_the_page_is_there() -> None:
    """Links within the page lead to a heading."""
    headings = {
        re.sub(r"[^a-z0-9 -]", "", line.lstrip("# ").lower()).replace(" ", "-") for line in GUIDE.splitlines() if line[:1] == "#"
    }
    links = re.findall(r"\]\(#([^)]+)\)", GUIDE)
    assert links
    assert set(links) <= headings
