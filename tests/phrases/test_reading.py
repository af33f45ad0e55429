"""The phrase sets are large, even and honest enough to measure a recogniser with."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.phrases.reading import ABOUT, FEWEST, KINDS, LANGUAGES, NONE, UNDERSTOOD, BrokenPhrases, phrases

GOOD = "contact\t\twho is my contact {}\tknown"


def write(folder: Path, *lines: str) -> None:
    (folder / "en.tsv").write_text("# a comment\n\n" + "\n".join(lines) + "\n", encoding="utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_size(language: str) -> None:
    """At least 260 phrases to be understood, 18 of every intent, and 120 to be left alone."""
    counts = Counter(phrase.intent for phrase in phrases(language))
    assert counts[NONE] >= 120
    assert counts.total() - counts[NONE] >= 260
    assert [intent for intent in UNDERSTOOD if counts[intent] < 18] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_distinct(language: str) -> None:
    """No phrase stands twice, so no held-out phrase is also a known one."""
    counts = Counter(phrase.words.casefold() for phrase in phrases(language))
    assert [words for words, times in counts.items() if times > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_halves(language: str) -> None:
    """Of every intent as many phrases are held out as are known, give or take one."""
    balance = Counter[str]()
    for phrase in phrases(language):
        balance[phrase.intent] += 1 if phrase.held_out else -1
    assert [intent for intent in (*UNDERSTOOD, NONE) if abs(balance[intent]) > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("held_out", [False, True], ids=["known", "held_out"])
def test_abouts(language: str, held_out: bool) -> None:
    """In each half every kind, both markets, a request's id and a phrase that names nothing occur."""
    seen = {(phrase.intent, phrase.about) for phrase in phrases(language) if phrase.held_out is held_out}
    expected = {(intent, kind) for intent in ("how", "may") for kind in KINDS}
    expected |= {("hours", "RU"), ("hours", "US"), ("status", "A-142")} | {(intent, "") for intent in ABOUT}
    assert expected - seen == set()


def test_too_few(tmp_path: Path) -> None:
    """A file one phrase short of the fewest is refused; phrases to be left alone do not count."""
    enough = [GOOD.format(n) for n in range(FEWEST)]
    write(tmp_path, *enough)
    assert len(phrases("en", tmp_path)) == FEWEST
    write(tmp_path, *enough[1:], "none\t\tthanks\tknown")
    with pytest.raises(BrokenPhrases, match="199 phrases"):
        phrases("en", tmp_path)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("contact\t\twho is my contact", "3 columns"),
        ("contakt\t\twho is my contact\tknown", "unknown intent"),
        ("how\tscript\twho approves scripts\tknown", "cannot be about"),
        ("help\tcontract\thelp\tknown", "cannot be about"),
        ("help\t\thelp\tmaybe", "needs words"),
        ("help\t\t\tknown", "needs words"),
    ],
)
def test_broken_line(tmp_path: Path, line: str, reason: str) -> None:
    """A line that is not a phrase is refused with its place in the file."""
    write(tmp_path, line, *(GOOD.format(n) for n in range(FEWEST)))
    with pytest.raises(BrokenPhrases, match=f"en.tsv:3: .*{reason}"):
        phrases("en", tmp_path)
