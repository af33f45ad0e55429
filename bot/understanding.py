"""Recognises the few questions people type to the bot, in any language that has phrases for them. No network, no learning.

What is recognised stands in the catalogues, where translators extend it; one pattern a line in ``phrases.ask.<intent>``:

- ``who approve contract``: each word must be found, in any order and with any ending; typing errors are forgiven in longer words;
- ``соглас*``: the word begins so; ``=команду``: in this very form; ``#``: the number of a request, such as A-142;
- ``(sign off|decide)``: one of these, where words that stand together must be found one after the other;
- ``[my|own]``: may be there and then needs no other explanation; ``*``: a few words that nobody can foresee may be there;
- ``-(do|does)``: none of these may be there (in a line of its own: for the whole intent); ``^(do|does)``: one of these begins;
- ``0``: a number; ``@``: a name, that is an unknown word with a capital letter inside a sentence;
- ``<decide>``: any line of ``phrases.ask.words.decide``; ``<kind>``, ``<market>``: any of ``words.kind.*``, ``words.market.*``;
- a ``?`` at the end: only a question or a request, that is with a question mark or begun like one (``words.opening``);
- a ``??`` at the end: only with a question mark; a ``.`` at the end: only when nothing else is said.

Six lists are read for every sentence. ``words.light`` costs nothing wherever it stands ("the", "my"), and neither does
``words.before`` (greetings, "please"), which may also stand before the word that begins a question (``words.opening``);
``words.asking`` has those that make one wherever they stand, such as «ли»;
``words.work`` costs next to nothing (the words of this work), and ``words.other`` has words that are no typing errors of
the words in the patterns. Anything else that a pattern does not explain speaks against it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import chain, groupby, pairwise, product

import snowballstemmer
from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.speech import LANGUAGES, message_ids, phrases

MOST_CHARACTERS = 300
_ENOUGH, _STATED = 0.65, 0.8  # of what was said has to be explained: in a question, in anything else
_CARRIES_NOTHING = 2  # letters
_SLOT, _SLOT_COST = 4, 0.2  # how many unforeseen words a "*" takes, and what each speaks against the pattern
_WORK_COST = 0.1
_TYPO_COST = 0.15
_LIGHT_WEIGHT = 0.5  # what finding a word that is nearly always there speaks for a pattern
_LONGER_WEIGHT = 0.2  # for each further word of an expression
_MOST_KEPT = 20_000
_FROM = 5  # letters that the beginning of a word needs for typing errors to be forgiven in it
_PART_COST = 0.2
_MOST_BESIDE = 9  # so many words may stand in the sentences beside the question

_TOKEN = re.compile(
    r"(?P<request>(?<!\w)[^\W\d_]{1,3}[-‐‑–—]\d{1,6}(?!\w)|(?<!\w)[^\W\d_]\d{2,6}(?!\w)|[#№]\s?\d+)|(?P<number>\d+)|(?P<word>[^\W\d_]+)"
)
_CYRILLIC = re.compile("[а-я]")
_SENTENCE = re.compile(r"(?<=[.!?…;:\n])\s+|\n+|\s[-–—]\s|,\s+")
_NEVER = re.compile(r"-(?:\([^)]*\)|<\w+>)")
_ITEM = re.compile(r"[-^]?\([^)]*\)|\[[^\]]*\]|<\w+>|\S+")
_SPLIT = re.compile("[-'’]")
_SHORTEST_STEM = 4
_STEMMERS = {True: snowballstemmer.stemmer("russian"), False: snowballstemmer.stemmer("english")}
_REQUEST, _NUMBER, _NAME = "#", "0", "@"

_Alternative = tuple[str, ...]
_Span = tuple[int, ...]


class Intent(StrEnum):
    """What somebody wants to know or do."""

    CONTACT = "contact"
    STATUS = "status"
    INBOX = "inbox"
    HOW = "how"
    MAY = "may"
    WHO = "who"
    BRIDGE = "bridge"
    HOURS = "hours"
    PLAYBOOK = "playbook"
    AWAY = "away"
    NEW = "new"
    HELP = "help"


# Of two that fit equally well the one that says more about the person's wish is meant.
_NARROW = (
    Intent.BRIDGE, Intent.HELP, Intent.PLAYBOOK, Intent.AWAY, Intent.HOURS, Intent.MAY, Intent.INBOX, Intent.STATUS,
    Intent.WHO, Intent.CONTACT, Intent.HOW, Intent.NEW,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Understood:
    """An intent, the language of the phrases that recognised it, and how much of what was said they explain (0 to 1)."""

    intent: Intent
    language: str
    sure: float


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """Some of the choices of a group. Patterns share it: the long lists stand in most of them."""

    ways: Mapping[str, Sequence[_Alternative]]  # by their first words
    words: frozenset[str]


_Group = tuple[_Part, ...]


@dataclass(frozen=True, slots=True)
class _Pattern:
    intent: Intent
    required: tuple[_Group, ...]
    banned: _Group
    explained: _Group  # all that it explains, required or not
    slot: bool
    opens: bool  # what it names first has to come first
    ending: str

    def may_fit(self, begun: Set[_Part]) -> bool:
        return all(not begun.isdisjoint(group) for group in self.required)

    def explains(self, meaning: Mapping[str, float]) -> bool:
        return any(not part.words.isdisjoint(meaning) for part in self.explained)


@dataclass(frozen=True, slots=True)
class _Said:
    """One sentence: for each word what it may mean, with the cost of its typing errors."""

    tokens: tuple[str, ...]
    meanings: tuple[Mapping[str, float], ...]
    costs: tuple[float, ...]  # what each word speaks against a pattern that does not explain it
    start: int  # the first word that is not said before questions
    endings: frozenset[str]  # of the patterns that its form admits
    present: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Fit:
    intent: Intent
    sure: float
    weight: float  # how much the pattern says: the more, the closer it is to what was meant


class _Words:
    """A set of words, exact forms (``=команду``) and beginnings (``соглас*``), found by stem and in spite of typing errors."""

    def __init__(self, words: Iterable[str], real: Iterable[str] = (), other: Iterable[str] = ()) -> None:
        found = frozenset(words)
        self._forms = {word[1:]: word for word in found if word.startswith("=")}
        self._other = frozenset(other) - found
        self._plain = sorted(word for word in found if word[0] != "=" and word[-1] != "*")
        self._begins = {word[:-1]: word for word in found if word.endswith("*")}
        self._long_begins = [begin for begin in self._begins if len(begin) >= _FROM]
        self._longest = max(map(len, self._begins), default=0)
        self._stems: dict[str, list[str]] = {}
        for word in self._plain:
            self._stems.setdefault(stem(word), []).append(word)
        self._real = frozenset(stem(word) for word in real) | self._other
        self._known: dict[str, Mapping[str, float]] = {}

    def meanings(self, token: str) -> Mapping[str, float]:
        """The words of the set that this may be, with what the difference costs."""
        if token not in self._known:
            if len(self._known) > _MOST_KEPT:  # people's words are endless, memory is not
                self._known.clear()
            self._known[token] = self._look_up(token)
        return self._known[token]

    def __contains__(self, token: str) -> bool:
        return bool(self.meanings(token))

    def _look_up(self, token: str) -> Mapping[str, float]:
        if token in self._other:
            return {}
        exact = dict.fromkeys(self._exactly(token), 0.0)
        # A beginning says little: the word may also be another one with a typing error.
        sure = any(not word.endswith("*") for word in exact)
        return exact if sure or not {stem(token), token}.isdisjoint(self._real) else self._nearly(token) | exact

    def _exactly(self, token: str) -> Iterator[str]:
        yield from self._stems.get(stem(token), ())
        if token in self._forms:
            yield self._forms[token]
        for length in range(2, min(len(token), self._longest) + 1):
            if token[:length] in self._begins:
                yield self._begins[token[:length]]

    def _nearly(self, token: str) -> dict[str, float]:
        limit = _forgiven(len(token))
        if not limit:
            return {}
        near: dict[str, int] = {}
        for found, distance in self._near(token, limit):
            near[found] = min(distance, near.get(found, distance))
        least = min(near.values(), default=0)
        return {word: distance * _TYPO_COST for word, distance in near.items() if distance == least}

    def _near(self, token: str, limit: int) -> Iterator[tuple[str, int]]:
        """Words and their stems, exact forms and beginnings that are no farther than the limit."""
        yield from _close(token, self._plain, limit)
        yield from ((self._forms[form], distance) for form, distance in _close(token, list(self._forms), limit))
        ending = stem(token)
        for found, distance in _close(ending, list(self._stems), _forgiven(len(ending))):
            yield from ((word, max(1, distance)) for word in self._stems[found])
        for length in range(_FROM - 1, min(len(token), self._longest + 1) + 1):
            for begin, distance in _close(token[:length], self._long_begins, limit):
                if abs(len(begin) - length) <= 1 and distance <= _forgiven(len(begin) + 1 + (token[0] == begin[0])):
                    yield self._begins[begin], distance


def _close(token: str, choices: Sequence[str], limit: int) -> Iterator[tuple[str, int]]:
    found = process.extract(token, choices, scorer=OSA.distance, score_cutoff=limit, limit=None)
    return ((word, distance) for word, distance, _ in found if _alike(token, word))


def _forgiven(length: int) -> int:
    """How many typing errors a word of this length may have: a short one with an error is mostly another word."""
    return 0 if length < 4 else 1 if length < 8 else 2


def _alike(token: str, word: str) -> bool:
    """Nobody mistypes the first letter of a short word, except by swapping it with the next."""
    return len(word) >= 4 and (token[0] == word[0] or len(word) > 6 or token[:2] == word[1::-1])


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """A word without its ending; its letters say whether it is Russian. A Russian stem of three letters says nothing."""
    russian = bool(_CYRILLIC.search(word))
    found = str(_STEMMERS[russian].stemWord(word))
    return word if russian and len(found) < _SHORTEST_STEM else found


def _tokens(words: str) -> tuple[tuple[str, bool], ...]:
    """The words in small letters, each with whether it looks like a name: a capital one inside a sentence."""
    text = words.replace("ё", "е").replace("Ё", "Е").replace("\u0301", "")
    shouted = text.isupper()
    return tuple(
        ({"request": _REQUEST, "number": _NUMBER}.get(match.lastgroup or "", match.group().casefold()), capital)
        for match in _TOKEN.finditer(text)
        for capital in [match.start() > 0 and match.group()[0].isupper() and not shouted]
    )


@dataclass(frozen=True, slots=True)
class _Grammar:
    """All that the catalogue of one language says about questions."""

    patterns: tuple[_Pattern, ...]
    begun_by: Mapping[str, Sequence[_Part]]  # what each word may be the first of
    explaining: frozenset[str]  # the words that patterns have to be there, or allow
    words: _Words  # those, and the ones that may not be there
    light: _Words
    work: _Words
    foreseen: _Words  # all those lists, in spite of typing errors
    before: _Words
    opening: _Words
    asking: _Words

    def hear(self, sentence: str) -> _Said:
        words = _tokens(sentence)
        tokens = tuple(token for token, _ in words)
        meanings = tuple(self._meanings(token, capital) for token, capital in words)
        costs = tuple(self._cost_of(token, meaning) for token, meaning in zip(tokens, meanings, strict=True))
        start = next((place for place, token in enumerate(tokens) if token not in self.before), len(tokens))
        first = tokens[start] if start < len(tokens) else ""
        endings = {"", "."} | (
            {"?", "??"}
            if "?" in sentence
            else {"?"}
            if first in self.opening or any(token in self.asking for token in tokens)
            else set()
        )
        present = frozenset(word for meaning in meanings for word in meaning)
        return _Said(tokens, meanings, costs, start, frozenset(endings), present)

    def _meanings(self, token: str, capital: bool) -> Mapping[str, float]:
        found = self.words.meanings(token)
        name = capital and token not in self.light and self.explaining.isdisjoint(found)
        return {**found, _NAME: 0.0} if name else found

    def _cost_of(self, token: str, meaning: Mapping[str, float]) -> float:
        """Very short words that no pattern explains cost nothing either: they carry no meaning in these languages."""
        unknown = self.explaining.isdisjoint(meaning)
        if token in self.light or (len(token) <= _CARRIES_NOTHING and token.isalpha() and unknown):
            return 0.0
        foreseen = token in (_REQUEST, _NUMBER) or _NAME in meaning or token in self.work or (unknown and token in self.foreseen)
        return _WORK_COST if foreseen else 1.0

    def best(self, said: _Said) -> _Fit | None:
        """The pattern that explains most; of equals the intent that is harder to mean by chance."""
        begun = {part for word in said.present for part in self.begun_by.get(word, ())}
        fits = (fit for pattern in self.patterns if pattern.may_fit(begun) and (fit := self._fit(pattern, said)))
        return max(fits, key=lambda fit: (round(fit.weight, 3), -_NARROW.index(fit.intent)), default=None)

    def _fit(self, pattern: _Pattern, said: _Said) -> _Fit | None:
        if pattern.ending not in said.endings:
            return None
        spans = _spans(pattern.required, said, frozenset())
        if spans is None or (pattern.opens and spans[0][0] > said.start) or next(_places(pattern.banned, said), None):
            return None
        used = {place for span in spans for place in span}
        cost = _cost(pattern, said, used)
        if pattern.ending == "." and cost:
            return None
        weight = sum(_weight(span, said) for span in spans)
        typos = sum(min(said.meanings[place].values(), default=0.0) for place in used)
        sure = weight / (weight + cost) - typos / max(1, len(used))
        return (
            _Fit(pattern.intent, sure, weight - cost - typos) if sure >= (_ENOUGH if "?" in said.endings else _STATED) else None
        )


def _weight(span: _Span, said: _Said) -> float:
    rare = any(said.costs[place] for place in span)
    return (1.0 if rare else _LIGHT_WEIGHT) + _LONGER_WEIGHT * (len(span) - 1)


def _cost(pattern: _Pattern, said: _Said, used: Set[int]) -> float:
    """What the words that the pattern does not explain speak against it."""
    left = [place for place in range(len(said.tokens)) if place not in used and not pattern.explains(said.meanings[place])]
    foreseen = sum(said.costs[place] for place in left if said.costs[place] < 1)
    unforeseen = sum(said.costs[place] == 1 for place in left)
    slots = min(unforeseen, _SLOT) if pattern.slot else 0
    return foreseen + slots * _SLOT_COST + (unforeseen - slots)


def _spans(required: Sequence[_Group], said: _Said, used: frozenset[int]) -> tuple[_Span, ...] | None:
    """Where each required group stands, no word serving two of them."""
    if not required:
        return ()
    found = [span for span in _places(required[0], said) if used.isdisjoint(span)]
    for span in sorted(found, key=len, reverse=True):
        rest = _spans(required[1:], said, used.union(span))
        if rest is not None:
            return (span, *rest)
    return None


def _places(group: _Group, said: _Said) -> Iterator[_Span]:
    """Words that belong together follow each other, at most with one light word between."""
    for start, meaning in enumerate(said.meanings):
        for word in meaning:
            for alternative in chain.from_iterable(part.ways.get(word, ()) for part in group):
                spans: list[_Span] = [(start,)]
                for following in alternative[1:]:
                    spans = [(*span, place) for span in spans for place in _next(span[-1], following, said)]
                yield from spans


def _next(place: int, word: str, said: _Said) -> Iterator[int]:
    if place + 1 < len(said.tokens) and word in said.meanings[place + 1]:
        yield place + 1
    if place + 2 < len(said.tokens) and not said.costs[place + 1] and word in said.meanings[place + 2]:
        yield place + 2


def understand(words: str, first: str = "en") -> Understood | None:
    """What a person asks; None when that is not clear. Of two languages that explain it equally well ``first`` wins."""
    if len(words) > MOST_CHARACTERS:
        return None
    best: tuple[float, Understood] | None = None
    for language in sorted(LANGUAGES, key=lambda language: language != first):
        fit = _hear(_grammar(language), words)
        if fit and (best is None or fit.weight > best[0]):
            best = fit.weight, Understood(fit.intent, language, min(1.0, max(0.0, fit.sure)))
    return best[1] if best else None


def _hear(grammar: _Grammar, words: str) -> _Fit | None:
    """The whole message, or the one question in it, where little else is said."""
    if fit := grammar.best(grammar.hear(words)):
        return fit
    parts = [part for part in _SENTENCE.split(words) if part.strip()]
    heard = [grammar.hear(part) for part in parts] if len(parts) > 1 else []
    fits = [(said, fit) for said in heard if "?" in said.endings and (fit := grammar.best(said))]
    if not fits or len({fit.intent for _, fit in fits}) > 1:
        return None
    beside = sum(len(said.tokens) for said in heard) - sum(len(said.tokens) for said, _ in fits)
    found = max((fit for _, fit in fits), key=lambda fit: fit.weight)
    return found if beside <= _MOST_BESIDE and found.sure - _PART_COST / 2 >= _ENOUGH else None


def named(words: str, candidates: Mapping[str, Sequence[str]]) -> str | None:
    """Which of several things a sentence names, each with its names in people's words; None when none or two equally well."""
    if len(words) > MOST_CHARACTERS:
        return None
    tokens = [token for token, _ in _tokens(words)]
    scores = {key: max((_score(tokens, name) for name in names), default=0.0) for key, names in candidates.items()}
    ranked = sorted(scores, key=lambda key: scores[key], reverse=True)
    if not ranked or not scores[ranked[0]]:
        return None
    return None if any(scores[one] == scores[two] for one, two in pairwise(ranked[:2])) else ranked[0]


def _score(tokens: Sequence[str], name: str) -> float:
    """How much of the name is there, word by word in its own order: a longer name found says more than a shorter one."""
    wanted = _name(name)
    costs = [
        sum(min(words.meanings(token).values(), default=9.0) for words, token in zip(wanted, tokens[start:], strict=False))
        for start in range(len(tokens) - len(wanted) + 1)
    ]
    return max(0.0, len(wanted) - min(costs, default=9.0)) if wanted else 0.0


@lru_cache(maxsize=4_000)
def _name(name: str) -> tuple[_Words, ...]:
    return tuple(_Words((word,)) for word in name.casefold().replace("ё", "е").replace("-", " ").split())


@lru_cache(maxsize=8)
def _grammar(language: str) -> _Grammar:
    """The patterns of one language, compiled once."""
    patterns = tuple(_pattern(intent, line, language) for intent, line in _lines(language))
    light, work, before, opening, asking, other = (
        {words[0] for words in _listed(name, language) if len(words) == 1}
        for name in ("light", "work", "before", "opening", "asking", "other")
    )
    explaining = _words_of(part for pattern in patterns for part in pattern.explained)
    words = explaining | _words_of(part for pattern in patterns for part in pattern.banned)
    real = light | work | before | opening
    lists = (_Words(listed, (), other) for listed in (light | before, work, real, before, opening, asking))
    return _Grammar(patterns, _begun_by(patterns), explaining, _Words(words, real, other), *lists)


def _begun_by(patterns: Iterable[_Pattern]) -> Mapping[str, Sequence[_Part]]:
    found: dict[str, list[_Part]] = {}
    for part in {part for pattern in patterns for group in pattern.required for part in group}:
        for word in part.ways:
            found.setdefault(word, []).append(part)
    return found


def _words_of(parts: Iterable[_Part]) -> frozenset[str]:
    return frozenset[str]().union(*(part.words for part in set(parts)))


def _lines(language: str) -> Iterator[tuple[Intent, str]]:
    """What each pattern of a language is made of, with what its whole intent never has."""
    for intent in Intent:
        lines = [line.replace("ё", "е") for line in phrases(f"phrases.ask.{intent}", language)]
        never = [line for line in lines if not _NEVER.sub("", line).strip()]
        yield from ((intent, " ".join((*never, line))) for line in lines if line not in never)


@lru_cache(maxsize=2_000)
def _pattern(intent: Intent, line: str, language: str) -> _Pattern:
    ending = line[len(line.rstrip("?.")) :]
    items = _ITEM.findall(line.rstrip("?."))
    named = [(item[0], _group(item.strip("-^()[]"), language)) for item in items if item != "*"]
    required = tuple(group for first, group in named if first not in "-[")
    banned, explained = (
        tuple(dict.fromkeys(chain.from_iterable(group for first, group in named if (first == "-") is never)))
        for never in (True, False)
    )
    return _Pattern(intent, required, banned, explained, "*" in items, "^" in line, ending)


def _group(choices: str, language: str) -> _Group:
    """The choices in their order, each list a part of its own."""
    runs = groupby(choices.split("|"), key=lambda choice: choice if "<" in choice else "")
    return tuple(_part(tuple(run), language) for _, run in runs)


@lru_cache(maxsize=2_000)
def _part(choices: tuple[str, ...], language: str) -> _Part:
    ways = [way for choice in choices for way in _ways(choice, language)]
    found: dict[str, list[_Alternative]] = {}
    for way in ways:
        found.setdefault(way[0], []).append(way)
    return _Part(found, frozenset(chain.from_iterable(ways)))


def _ways(choice: str, language: str) -> Iterator[_Alternative]:
    """Every way of saying one choice: a list named in it stands for each of its lines."""
    parts = [_listed(word[1:-1], language) if word[0] == "<" else (tuple(_SPLIT.split(word)),) for word in choice.split()]
    return (tuple(chain(*way)) for way in product(*parts))


@lru_cache(maxsize=128)
def _listed(name: str, language: str) -> tuple[_Alternative, ...]:
    """The lines of one list; ``kind`` and ``market`` are the people's words for all of them."""
    ids = sorted(found for found in message_ids(language) if found.startswith(f"words.{name}.")) or [f"phrases.ask.words.{name}"]
    lines = (line.replace("ё", "е") for found in ids for line in phrases(found, language))
    return tuple(dict.fromkeys(way for line in lines for choice in line.split("|") for way in _ways(choice, language)))


def preparing() -> Iterator[None]:
    """Reads the phrases of every language in pieces of a few milliseconds at most, so that others have their turn between."""
    for language in LANGUAGES:
        for intent, line in _lines(language):
            _pattern(intent, line, language)
            yield
        for word in _words_of(part for intent, line in _lines(language) for part in _pattern(intent, line, language).explained):
            stem(word)
            yield
        _grammar(language)
        yield
    # What the grammars do not need is not kept beside them.
    for kept in (_pattern, _part, _listed):
        kept.cache_clear()


def warm() -> None:
    """Reads them all at once."""
    for _ in preparing():
        pass
