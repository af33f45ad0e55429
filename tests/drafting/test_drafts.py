"""A draft as it is kept: its buttons, its order of questions, and what an older version left."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.playbook.model import Playbook
from bot.core.request.model import File
from bot.drafting import drafts
from bot.drafting.choices import Desk
from bot.drafting.drafts import Ask, Content, Tap, Unsent
from tests.core.playbook.brands import shipped

NOW = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)
EMPTY = Unsent("abc", NOW)


def book() -> Playbook:
    found = shipped("brand-a.yaml").playbook
    assert found
    return found


def desk(person: str = "sveta") -> Desk:
    return Desk(person, {"brand-a": book()}, {}, {})


def test_kept_and_read_back() -> None:
    """A draft survives the database; what an older version wrote is no draft, and no error."""
    content = Content("T", "text", ("https://a.example",), (File("f", "a.png", "image/png", 1),))
    full = replace(EMPTY, content=content, needed_by=NOW, answered=(Ask.TEXT,), ask=Ask.MORE, choices=("a",), waiting=Content())
    assert drafts.load(drafts.dump(full)) == full
    for body in ("", "{}", "null", '{"id": "a"}', '{"id": "a", "touched_at": "2026-01-01T00:00:00Z", "ask": "colour"}'):
        assert drafts.load(body) is None


@given(st.integers(0, 9999), st.integers(0, 99), st.sampled_from(["pick", "skip", "send", "anew"]))
def test_a_code_is_read_as_it_was_written(turn: int, number: int, verb: str) -> None:
    """Within 64 bytes, whatever the turn."""
    tap = Tap("0123456789abcdef", verb, turn, number)
    assert drafts.parse(str(tap)) == tap
    assert len(str(tap).encode()) <= 64


@given(st.text())
def test_no_other_words_are_a_code(words: str) -> None:
    """Anything at all can come from a client."""
    found = drafts.parse(words)
    assert found is None or str(found) == words


def test_only_the_questions_that_are_open() -> None:
    """One brand is not asked for; an amount only where a local limit is; the market only after the kind."""
    contract = replace(EMPTY, brand="brand-a", kind="contract", market="RU")
    assert Ask.BRAND not in drafts.asks(desk(), contract)
    assert Ask.AMOUNT not in drafts.asks(desk(), contract)
    assert drafts.asks(desk(), replace(contract, kind="brand_deviation"))[-1] is Ask.AMOUNT
    assert drafts.first_open(desk(), drafts.fitted(desk(), EMPTY)) is Ask.KIND


def test_ones_own_market_comes_first() -> None:
    """It is offered, never taken for granted."""
    assert desk("sveta").markets("brand-a", "contract") == ("RU", "US")
    assert desk("jordan").markets("brand-a", "contract") == ("US", "RU")
    assert drafts.fitted(desk(), replace(EMPTY, kind="contract")).market == ""


def test_a_market_without_a_path_is_not_offered() -> None:
    """No path is ever borrowed from another market."""
    data = book()
    kind = data.decisions["concept"].model_copy(update={"paths": {"RU": data.decisions["concept"].paths["RU"]}})
    only = data.model_copy(update={"decisions": {"concept": kind}})
    there = Desk("jordan", {"brand-a": only}, {}, {})
    assert there.markets("brand-a", "concept") == ("RU",)


MOSCOW = "Europe/Moscow"


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        (datetime(2026, 11, 24, 14, 30, tzinfo=UTC), ["24 18", "25 12", "25 18", "27 18"]),
        (datetime(2026, 11, 24, 15, 0, tzinfo=UTC), ["25 12", "25 18", "27 18"]),
        (datetime(2026, 11, 26, 10, 0, tzinfo=UTC), ["26 18", "27 12", "27 18"]),
        (datetime(2026, 11, 27, 10, 0, tzinfo=UTC), ["27 18", "28 12", "28 18", "04 18"]),
        (datetime(2026, 11, 24, 21, 30, tzinfo=UTC), ["25 18", "26 12", "26 18", "27 18"]),
    ],
)
def test_quick_deadlines(at: datetime, shown: list[str]) -> None:
    """Only what is still to come where the reader lives, each once."""
    assert [f"{one:%d %H}" for one in drafts.quick_moments(at, MOSCOW)] == shown


def test_the_same_question_keeps_its_buttons_and_another_gets_new_ones() -> None:
    """A number never comes to mean something else."""
    first = drafts.put(desk(), EMPTY, NOW, MOSCOW)
    assert drafts.put(desk(), first, NOW, MOSCOW).turn == first.turn
    chosen = drafts.put(desk(), replace(first, kind="contract"), NOW, MOSCOW)
    assert (chosen.ask, chosen.turn) == (Ask.MARKET, first.turn + 1)
    assert drafts.put(desk(), chosen, NOW, MOSCOW, Ask.KIND).turn == chosen.turn + 1


def test_only_the_buttons_it_has() -> None:
    """Each question knows its own, and only as many as it showed."""
    asked = drafts.put(desk(), EMPTY, NOW, MOSCOW)
    for verb, number, there in (
        ("pick", 0, True), ("pick", 5, True), ("pick", 6, False), ("skip", 0, False), ("send", 0, False), ("anew", 0, False),
        ("back", 0, False), ("drop", 0, False),
    ):  # fmt: skip
        assert drafts.has(desk(), asked, Tap("abc", verb, asked.turn, number)) is there


def test_a_kind_that_left_the_playbook_is_asked_for_again() -> None:
    """A new version may have come into force while somebody was writing."""
    gone = drafts.put(desk(), replace(EMPTY, brand="brand-a", kind="retired", market="RU"), NOW, MOSCOW)
    assert (gone.kind, gone.ask) == ("", Ask.KIND)
