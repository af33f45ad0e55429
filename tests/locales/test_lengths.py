"""What messengers allow: labels, titles and answers to taps fit, and what is shipped is what is written."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

from bot.core.wording import Field, Listed, Moment
from bot.core.wording import Text as Message
from bot.speech import Reader, message_ids, phrases, say
from hatch_build import compile_catalogues
from tests.locales.catalogues import LANGUAGES, ROOT, catalogue, fields, forms, sentences
from tests.test_speech import AT

SLACK_BUTTON, SLACK_TITLE, TELEGRAM_ANSWER, TELEGRAM_COMMAND = 75, 24, 200, 256
# Two people with long names, and numbers with all their digits.
NAMES = Listed(("Константин Константинопольский-Преображенский", "Alexandrina Featherstonehaugh-Cholmondeley"))
SHOWN_TO_A_TAP = (
    "answer.done.", "answer.tell", "answer.noted", "answer.cancelled", "answer.weigh", "answer.tap_again", "answer.failed",
    "refusal.already", "refusal.gap", "refusal.no_", "refusal.not_", "refusal.nothing", "refusal.out", "refusal.own",
    "refusal.question", "refusal.ret", "refusal.round", "refusal.stranger", "refusal.time", "refusal.with",
)  # fmt: skip
NOT_SHOWN_TO_A_TAP = {"refusal.no_such_brand"}


def test_labels_of_buttons_fit() -> None:
    """A button has 75 characters in Slack, with a number of three digits before it."""
    for language in LANGUAGES:
        for name, label in sentences(language):
            if name.startswith("button."):
                assert len(label.replace("{n}", "100")) <= SLACK_BUTTON, name


def test_titles_of_modals_fit() -> None:
    """A modal's title and its buttons have 24 characters in Slack; a longer one is refused whole."""
    for language in LANGUAGES:
        for name, label in sentences(language):
            if name.startswith(("modal.title.", "modal.submit.")) or name == "modal.close":
                assert len(label) <= SLACK_TITLE, (name, label)


@pytest.mark.parametrize("language", LANGUAGES)
def test_answers_to_taps_fit(language: str) -> None:
    """What is shown over the chat has 200 characters in Telegram, also with long names."""
    reader, told = Reader((language,), "America/Argentina/ComodRivadavia"), 0
    for name, entry in catalogue(language).items():
        if name.startswith(SHOWN_TO_A_TAP) and name not in NOT_SHOWN_TO_A_TAP:
            filled: dict[str, Field] = {field: Moment(AT) if field == "when" else NAMES for field in fields(forms(entry)[0])}
            filled |= {field: "50" for field in ("round", "rounds") if field in filled}
            told += 1
            assert len(say(Message(name, filled), reader)) <= TELEGRAM_ANSWER, name
    assert told > 30


def test_commands_fit() -> None:
    """A command's description has 3 to 256 characters in Telegram."""
    for language in LANGUAGES:
        for name, label in sentences(language):
            if name.startswith("command."):
                assert 3 <= len(label) <= TELEGRAM_COMMAND, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_ready_words(language: str) -> None:
    """Ready reasons for sending back and rejecting, and the words that look like a yes, exist in each language."""
    for name in ("ready.remarks", "ready.reject"):
        assert len(phrases(name, language)) >= 3
        assert all(len(words) <= SLACK_BUTTON for words in phrases(name, language))
    assent = phrases("phrases.assent", language)
    assert len(assent) >= 15 and len(set(assent)) == len(assent)
    assert {"+", "👍"} <= set(assent)
    assert ("ok" if language == "en" else "ок") in assent


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_shipped_is_what_is_written(language: str) -> None:
    """The compiled catalogue that the program reads says exactly what the source says."""
    folder = ROOT / language / "LC_MESSAGES"
    with (folder / "soglas.po").open("rb") as source:
        fresh = io.BytesIO()
        write_mo(fresh, read_po(source, locale=language, abort_invalid=True))
    fresh.seek(0)
    with (folder / "soglas.mo").open("rb") as shipped:
        assert _said(read_mo(shipped)) == _said(read_mo(fresh))
    assert message_ids(language) == set(catalogue(language))


def _said(found: Catalog) -> dict[str, object]:
    return {str(entry.id): entry.string for entry in found if entry.id}


def test_the_build_compiles_every_catalogue(tmp_path: Path) -> None:
    """Building the package makes a compiled catalogue beside each source, the same each time."""
    for language in LANGUAGES:
        (tmp_path / "locales" / language / "LC_MESSAGES").mkdir(parents=True)
        target = tmp_path / "locales" / language / "LC_MESSAGES" / "soglas.po"
        target.write_bytes((ROOT / language / "LC_MESSAGES" / "soglas.po").read_bytes())
    compile_catalogues(tmp_path)
    first = {file: file.read_bytes() for file in tmp_path.rglob("*.mo")}
    compile_catalogues(tmp_path)
    assert len(first) == len(LANGUAGES)
    assert first == {file: file.read_bytes() for file in tmp_path.rglob("*.mo")}
