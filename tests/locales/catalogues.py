"""The catalogues as they stand in the repository."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import polib

ROOT = Path(__file__).parents[2] / "locales"
LANGUAGES = ("en", "ru")
FIELD = re.compile(r"\{(\w*)\}")


@cache
def catalogue(language: str) -> dict[str, polib.POEntry]:
    entries = polib.pofile(str(ROOT / language / "LC_MESSAGES" / "soglas.po"))
    assert len(entries) > 300
    return {entry.msgid: entry for entry in entries}


def forms(entry: polib.POEntry) -> tuple[str, ...]:
    """The sentence, or each of its plural forms."""
    return tuple(entry.msgstr_plural[n] for n in sorted(entry.msgstr_plural)) if entry.msgid_plural else (entry.msgstr,)


def sentences(language: str) -> Iterator[tuple[str, str]]:
    """Every text with its id."""
    for name, entry in catalogue(language).items():
        yield from ((name, form) for form in forms(entry))


def fields(sentence: str) -> set[str]:
    return set(FIELD.findall(sentence.replace("{{", "").replace("}}", "")))
