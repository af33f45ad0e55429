"""What the buttons under an answer carry, and what somebody's words name. Never trusted: what is asked for is looked up anew."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.core.playbook.model import Playbook
from bot.core.request.model import RequestId
from bot.speech import LANGUAGES, has, phrases
from bot.understanding import Intent, named

ANSWERED = (
    Intent.CONTACT, Intent.STATUS, Intent.HOW, Intent.MAY, Intent.WHO, Intent.BRIDGE, Intent.HOURS, Intent.PLAYBOOK, Intent.HELP,
)  # fmt: skip
_CODE = re.compile(rf"5\|({'|'.join(ANSWERED)})\|([A-Za-z0-9_~-]{{0,20}})\|([A-Za-z0-9_~-]{{0,20}})")
_LONGEST = 20  # so that every code fits the 64 bytes that messengers allow
# An id as people type it: any case, any dash or none, and the Russian letters that look like the Latin ones.
_ID = re.compile(r"(?<!\w)([^\W\d_])(?:[-‐‑–—]0*(\d{1,9})|(\d{2,6}))(?!\w)")
_LOOKS_LIKE = str.maketrans("АВСЕНКМОРТХУ", "ABCEHKMOPTXY")
_MARKS = re.compile(r"[^\w\s-]")


@dataclass(frozen=True, slots=True)
class Code:
    """A button's meaning; ``brand`` and ``argument`` are short names, empty for none."""

    intent: Intent
    brand: str = ""
    argument: str = ""

    def __str__(self) -> str:
        return f"5|{self.intent}|{short(self.brand)}|{short(self.argument)}"


def parse(data: str) -> Code | None:
    """Reads a code; ``None`` for anything that is not one of ours."""
    found = _CODE.fullmatch(data)
    return Code(Intent(found[1]), found[2], found[3]) if found else None


def short(name: str) -> str:
    """A name as a code carries it: itself, or a digest of a long one."""
    return name if len(name) <= _LONGEST else f"~{hashlib.sha256(name.encode()).hexdigest()[:12]}"


def meant(argument: str, names: Iterable[str]) -> str | None:
    """Which of the names a code's argument stands for."""
    return next((name for name in names if short(name) == argument), None)


def request_in(words: str) -> RequestId | None:
    """The first id of a request that somebody's words name."""
    found = _ID.search(words)
    return RequestId(f"{found[1].upper().translate(_LOOKS_LIKE)}-{found[2] or found[3]}") if found else None


def kind_in(words: str, book: Playbook) -> str | None:
    return named(words, {name: _names("kind", name, kind.title) for name, kind in book.decisions.items()})


def market_in(words: str, book: Playbook) -> str | None:
    return named(words, {name: _names("market", name, market.title) for name, market in book.markets.items()})


def role_in(words: str, book: Playbook) -> str | None:
    """A role by its title; the coordinator also by that word alone."""
    plain = [word for language in LANGUAGES for word in phrases("ask.label.coordinator", language)]
    return named(words, {n: [*_plain(role.title), *(plain if n == book.coordinator else ())] for n, role in book.roles.items()})


def person_in(words: str, book: Playbook) -> str | None:
    """Somebody's whole name, or the part of it that nobody else has."""
    return named(
        words, {name: [n for full in _plain(one.name) for n in (full, *full.split())] for name, one in book.people.items()}
    )


def brand_in(words: str, books: Sequence[Playbook]) -> str | None:
    """A brand by its title, or what stands in it before a colon, or its id."""
    candidates = {
        book.id: [
            book.id.replace("-", " "),
            *(part for title in book.title.values() for part in (*_plain_one(title), *_plain_one(title.split(":")[0]))),
        ]
        for book in books
    }
    return named(words, candidates)


def _names(what: str, name: str, titles: Mapping[str, str]) -> list[str]:
    """A thing's titles in every language, and the other words that people have for it."""
    synonyms = ".".join(("words", what, name))
    found = [words for language in LANGUAGES if has(synonyms, language) for words in phrases(synonyms, language)]
    return [*_plain(titles), *found]


def _plain(titles: Mapping[str, str]) -> list[str]:
    return [one for title in titles.values() for one in _plain_one(title)]


def _plain_one(title: str) -> list[str]:
    """A title without its marks, and what stands in it before a comma."""
    return list(dict.fromkeys(_MARKS.sub(" ", part) for part in (title, title.split(",")[0])))
