"""Reads the phrase sets `en.tsv` and `ru.tsv`; knows nothing of how phrases are recognised."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
LANGUAGES = ("en", "ru")
NONE = "none"
UNDERSTOOD = ("contact", "status", "inbox", "how", "may", "who", "bridge", "hours", "playbook", "away", "new", "help")
KINDS = ("creator_selection", "concept", "draft_content", "brand_deviation", "contract", "brand_guidelines")
# What may stand in the second column; an intent that is not listed has nothing to be about.
ABOUT = {"status": r"[A-Z]-\d+", "how": "|".join(KINDS), "may": "|".join(KINDS), "hours": "RU|US"}
HALVES = {"known": False, "held_out": True}
FEWEST = 200


class BrokenPhrases(Exception):
    """A phrase file cannot be measured with: a line is not a phrase, or there are too few."""


@dataclass(frozen=True)
class Phrase:
    """One message a person may send. `about` is empty when the words name nothing; `held_out` ones are for measuring only."""

    intent: str
    about: str
    words: str
    held_out: bool


def phrases(language: str, folder: Path = HERE) -> list[Phrase]:
    """Every phrase of the language in file order; BrokenPhrases when fewer than 200 of them should be understood."""
    lines = (folder / f"{language}.tsv").read_text(encoding="utf-8").split("\n")
    found = [_phrase(line, f"{language}.tsv:{number}") for number, line in enumerate(lines, 1) if line and line[0] != "#"]
    understood = sum(phrase.intent != NONE for phrase in found)
    if understood < FEWEST:
        raise BrokenPhrases(f"{language}.tsv: {understood} phrases to be understood, at least {FEWEST} are needed")
    return found


def _phrase(line: str, where: str) -> Phrase:
    columns = line.split("\t")
    if len(columns) != 4:
        raise BrokenPhrases(f"{where}: {len(columns)} columns instead of 4")
    intent, about, words, half = columns
    if intent not in (*UNDERSTOOD, NONE):
        raise BrokenPhrases(f"{where}: unknown intent {intent!r}")
    if about and not re.fullmatch(ABOUT.get(intent, ""), about):
        raise BrokenPhrases(f"{where}: {intent} cannot be about {about!r}")
    if half not in HALVES or not words or words != words.strip():
        raise BrokenPhrases(f"{where}: needs words and one of {', '.join(HALVES)}")
    return Phrase(intent, about, words, HALVES[half])
