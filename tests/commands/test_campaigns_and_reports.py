"""Campaigns and the report from the command line."""

from __future__ import annotations

import json

import pytest

from tests.commands.terminal import BRAND_A, Terminal

OPEN = ("campaign", "open", "--brand", "brand-a", "--kind", "concept", "--by", "jordan", "--title", "New Year story")
BOTH = (*OPEN, "--market", "RU", "--market", "US")


@pytest.fixture
def in_force(soglas: Terminal) -> Terminal:
    assert soglas("playbook", "import", BRAND_A, "--agreed").code == 0
    return soglas


def test_a_campaign_is_opened_and_shown(in_force: Terminal) -> None:
    """A line for the gate, and one for each market with who it waits for."""
    said = in_force(*BOTH)
    assert (said.code, said.err) == (0, "")
    first, *tracks = said.out.splitlines()
    assert first == "C-1  closed  New Year story"
    assert [line.split()[:3] for line in tracks] == [["A-1", "RU", "open"], ["A-2", "US", "open"]]
    assert in_force("campaign", "show", "C-1").out == said.out
    told = json.loads(in_force("campaign", "show", "C-1", "--json").out)
    assert (told["id"], told["open"], told["missing"]) == ("C-1", False, ["RU", "US"])


def test_each_market_may_have_its_own_amount(in_force: Terminal) -> None:
    """Written after the market; in another currency than the market's limit nothing is opened."""
    deviation = [word if word != "concept" else "brand_deviation" for word in OPEN]
    said = in_force(*deviation, "--market", "RU=20000 RUB", "--market", "US=300 EUR")
    assert said.code == 1
    assert "USD" in said.err
    assert in_force("request", "list").out == ""
    assert in_force(*deviation, "--market", "RU=20000 RUB", "--market", "US=300 USD").code == 0


@pytest.mark.parametrize("markets", [(), ("RU",), ("RU", "RU")])
def test_one_market_is_no_campaign(in_force: Terminal, markets: tuple[str, ...]) -> None:
    """At least two, each once."""
    said = in_force(*OPEN, *(word for market in markets for word in ("--market", market)))
    assert said.code in (1, 2)
    assert in_force("request", "list").out == ""


def test_a_campaign_that_is_not_there(in_force: Terminal) -> None:
    """One line of what, one of how to mend it."""
    said = in_force("campaign", "show", "C-9")
    assert (said.code, said.err.splitlines()) == (
        1, ["There is no such campaign.", "Its id was shown when it was opened, like C-1."],
    )  # fmt: skip


def test_the_report_has_a_line_for_each_market(in_force: Terminal) -> None:
    """In words and as data; without a decision there is no number of messages for one."""
    assert in_force(*BOTH).code == 0
    said = in_force("report", "--brand", "brand-a")
    assert (said.code, said.err) == (0, "")
    lines = [line.split(":")[0] for line in said.out.splitlines()[1:]]
    assert lines[:4] == ["Decided", "Moscow", "New York", "0 questions were not understood"]
    assert len(lines) == 5 and "Brand Director" in said.out.splitlines()[-1]
    told = json.loads(
        in_force("report", "--brand", "brand-a", "--from", "2026-01-01", "--to", "2026-01-31", "--format", "json").out
    )
    assert (told["from"], told["to"], told["decided"], told["messages_per_decision"]) == ("2026-01-01", "2026-01-31", 0, None)
    assert set(told["local_authority"]) == {"RU", "US"}


@pytest.mark.parametrize(
    ("asked", "code", "begins"),
    [
        (("--brand", "nobody"), 1, "There is no brand “nobody”"),
        (("--brand", "brand-a", "--from", "yesterday"), 2, "“yesterday” is not a day."),
        (("--brand", "brand-a", "--from", "2026-02-01", "--to", "2026-01-01"), 2, "The last day is before the first."),
    ],
)
def test_a_report_that_cannot_be(in_force: Terminal, asked: tuple[str, ...], code: int, begins: str) -> None:
    """Said in one line, and how to mend it in another."""
    said = in_force("report", *asked)
    assert said.code == code
    assert said.err.startswith(begins)
    assert len(said.err.splitlines()) == 2
