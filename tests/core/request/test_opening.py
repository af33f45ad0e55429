"""What a draft must be to become a request, and what a refused one is told."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bot.core.money import Money
from bot.core.people import Team
from bot.core.request import Decision, Refusal, Refused, RequestId, decide
from bot.core.request.commands import Do, Open
from bot.core.request.model import Draft
from bot.core.request.opening import MAX_BODY, MAX_LINKS, MAX_TITLE, cleaned
from bot.core.request.table import Action
from tests.core.request.brands import brand_a
from tests.core.request.desk import z

NOW = z("2026-11-23T15:00Z")
DRAFT = Draft("brand_deviation", "US", "A joke", "The text")


def opened(by: str = "jordan", **changes: Any) -> Decision | Refused:
    return decide(None, Open(RequestId("A-1"), by, replace(DRAFT, **changes), "digest"), Team(brand_a()), NOW)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"by": "mallory"}, Refusal.NO_SUCH_PERSON),
        ({"kind": "lunch"}, Refusal.UNKNOWN_KIND),
        ({"market": "FR"}, Refusal.UNKNOWN_MARKET),
        ({"kind": "concept", "market": "FR"}, Refusal.UNKNOWN_MARKET),
        ({"title": ""}, Refusal.REASON_MISSING),
        ({"title": "x" * (MAX_TITLE + 1)}, Refusal.TOO_LONG),
        ({"text": "x" * (MAX_BODY + 1)}, Refusal.TOO_LONG),
        ({"links": ("https://example.org",) * (MAX_LINKS + 1)}, Refusal.TOO_LONG),
        ({"amount": Money(Decimal(1), "EUR")}, Refusal.WRONG_CURRENCY),
        ({"needed_by": NOW}, Refusal.IN_THE_PAST),
    ],
)
def test_a_draft_that_cannot_be_is_refused(changes: dict[str, Any], reason: Refusal) -> None:
    """Unknown people, kinds and markets, drafts no card could carry, other currencies and past deadlines are refused."""
    outcome = opened(**changes)
    assert isinstance(outcome, Refused)
    assert outcome.reason is reason


def test_a_draft_at_its_limits_is_opened() -> None:
    """The limits themselves are allowed, and a deadline a second away is in the future."""
    outcome = opened(
        title="x" * MAX_TITLE, text="x" * MAX_BODY, links=("https://example.org",) * MAX_LINKS,
        amount=Money(Decimal(500), "USD"), needed_by=z("2026-11-23T15:00:01Z"),
    )  # fmt: skip
    assert isinstance(outcome, Decision)


def test_a_request_keeps_the_version_it_was_opened_under() -> None:
    """The playbook's digest stands in the state and in every event."""
    outcome = opened()
    assert isinstance(outcome, Decision)
    assert outcome.state.playbook == "digest"
    assert {event.playbook for event in outcome.events} == {"digest"}


def test_only_an_opening_comes_without_a_state() -> None:
    """Anything else without a request is our own mistake and raises."""
    with pytest.raises(ValueError, match="opening"):
        decide(None, Do(Action.YES, "katya"), Team(brand_a()), NOW)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  a\r\nb\tc  ", "a\nb\tc"),
        ("a\x00b\x1bc\x7f", "abc"),
        ("\u202eevil\u2066", "evil"),
        ("e\u0301", "é"),
        ("a\ud800b", "ab"),
        ("שלום 👩‍👩‍👧", "שלום 👩‍👩‍👧"),
    ],
)
def test_texts_from_outside_are_cleaned(typed: str, kept: str) -> None:
    """Control characters, direction overrides and halves of characters go; line breaks, scripts and emoji stay."""
    assert cleaned(typed) == kept
