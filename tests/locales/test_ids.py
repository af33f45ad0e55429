"""The code and the catalogues speak of the same messages."""

from __future__ import annotations

from typing import get_args

import pytest

from bot.core.request.effects import Refusal
from bot.core.request.events import AnyFact
from tests.locales.catalogues import LANGUAGES, catalogue, forms
from tests.locales.ids import called, codes, trees, used

# How each refusal is worded: most have a text of their own name, the others one for each case.
WORDED = {
    Refusal.NOT_YOURS: ("refusal.not_yours",),
    Refusal.ALREADY_DECIDED: ("refusal.already.yes", "refusal.withdrawn", "refusal.time_up"),
    Refusal.REASON_MISSING: ("refusal.reason_missing", "refusal.title_missing"),
    Refusal.TOO_LONG: ("refusal.too_long", "refusal.draft_too_long"),
    Refusal.IN_THE_PAST: ("refusal.needed_by_past", "refusal.needed_by_zone"),
    Refusal.TOO_FAR: ("refusal.needed_by_far",),
    Refusal.TOO_LATE: ("refusal.acted_on", "refusal.undo_over"),
    Refusal.RIGHT_PAUSED: ("refusal.right", "obstacle.debt"),
    Refusal.EVIDENCE: ("refusal.evidence.text", "refusal.evidence.link", "refusal.evidence.file"),
    Refusal.RIGHT_USED_UP: ("refusal.right", "obstacle.per_week"),
    Refusal.UNKNOWN_MARKET: ("refusal.unknown_market", "refusal.campaign_markets"),
}


def test_every_message_the_code_asks_for_is_there() -> None:
    """Each id in the source is in both catalogues, with words in every form."""
    assert len(used()) > 200
    for language in LANGUAGES:
        assert used() - set(catalogue(language)) == set()
        empty = [name for name, entry in catalogue(language).items() if not all(form.strip() for form in forms(entry))]
        assert empty == []


def test_no_message_is_left_over() -> None:
    """No catalogue has a message that nothing asks for, and both have the same ones."""
    assert set(catalogue("en")) == set(catalogue("ru"))
    assert set(catalogue("en")) - used() == set()


def test_no_entry_waits_for_a_translator() -> None:
    """Nothing is marked fuzzy or obsolete: such an entry is left out when the catalogue is compiled."""
    for language in LANGUAGES:
        assert [name for name, entry in catalogue(language).items() if entry.fuzzy or entry.obsolete] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fault_is_worded_twice(language: str) -> None:
    """Each code of a playbook's fault says what is wrong and what would mend it."""
    assert len(codes()) > 50
    for code in codes():
        assert {f"fault.{code}", f"mend.{code}"} <= set(catalogue(language)), code


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_gap_is_worded(language: str) -> None:
    """Each kind of gap has its sentence."""
    named = {word for word in called("Gap") if word.isidentifier()}
    assert len(named) >= 5
    assert {f"gap.{name}" for name in named} <= set(catalogue(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_is_worded(language: str) -> None:
    """Each reason why a command changed nothing can be said."""
    assert len(trees()) > 80
    for reason in Refusal:
        for name in WORDED.get(reason, (f"refusal.{reason}",)):
            assert name in catalogue(language), reason


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_event_is_worded(language: str) -> None:
    """Each thing that can happen has a name for people who read the log."""
    types = {fact.__dataclass_fields__["type"].default for fact in get_args(AnyFact)}
    assert len(types) > 15
    assert {f"event.{name}" for name in types} <= set(catalogue(language))
