"""Cutting texts to a messenger's limits. What is cut is marked, and the caller sends the whole text along."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from bot.core.card_facts import Fact
from bot.core.cards import Card
from bot.core.request.model import Remark
from bot.core.wording import text
from bot.speech import Reader, say, show

ELLIPSIS = "…"
Measure = Callable[[str], int]


def utf16(value: str) -> int:
    """Length in UTF-16 code units, the way Telegram counts at its strictest."""
    return len(value.encode("utf-16-le", "surrogatepass")) // 2


@dataclass(slots=True)
class Cutter:
    """Cuts, and remembers whether it had to."""

    measure: Measure = len
    was_cut: bool = field(default=False)

    def fit(self, value: str, limit: int) -> str:
        """The value, or as much of it as fits with an ellipsis at the end."""
        if self.measure(value) <= limit:
            return value
        self.was_cut = True
        room = limit - self.measure(ELLIPSIS)
        if room <= 0:
            return ""
        kept = value[:room]
        while self.measure(kept) > room:
            kept = kept[: len(kept) - max(1, (self.measure(kept) - room) // 2)]
        return kept.rstrip() + ELLIPSIS

    def fit_lines(self, lines: Iterable[str], limit: int, each: int) -> list[str]:
        """As many lines as fit together, each cut to ``each``."""
        kept: list[str] = []
        for line in (self.fit(line, each) for line in lines):
            if self.measure(line) + 1 > limit:
                self.was_cut = True
                break
            limit -= self.measure(line) + 1
            kept.append(line)
        return kept


def remark_line(remark: Remark, reader: Reader) -> str:
    """One remark as a line: how much it binds, what it says, of which round."""
    state = "confirmed" if remark.confirmed else str(remark.weight)
    return say(text(f"remark.{state}", text=remark.text, round=remark.round), reader)


def fact_line(fact: Fact, reader: Reader) -> tuple[str, str]:
    return say(fact.label, reader), show(fact.value, reader)


def whole(card: Card, reader: Reader) -> str:
    """Everything on a card as plain text, for the file or thread that goes along when the card had to be cut."""
    parts = [say(card.title, reader), card.headline, say(card.status, reader), ""]
    parts += [f"{label}: {value}" for label, value in (fact_line(fact, reader) for fact in card.facts)]
    parts += ["", *(f"• {remark_line(remark, reader)}" for remark in card.remarks)]
    parts += [f"{label}: {value}" for label, value in (fact_line(fact, reader) for fact in card.talk)]
    return "\n".join([*parts, "", card.body, "", *card.links]).strip() + "\n"
