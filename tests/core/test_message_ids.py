"""Every message the core can speak of has its words in both languages."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import bot.core
from bot.core.cards import Mark
from bot.core.playbook import Act
from bot.core.request import Action, Status
from bot.core.request.handover import Obstacle
from bot.core.request.model import Outcome
from bot.speech import LANGUAGES, has

CORE = Path(bot.core.__file__).parent
FILES = sorted([*CORE.glob("*.py"), *CORE.glob("request/*.py"), CORE / "playbook" / "gaps.py"])
ANSWERING = (Act.REVIEW, Act.DECIDE)
ON_PATH: list[str] = [act for act in Act if act is not Act.RATIFY]
ENDS = ["approved", "rejected"]
# What stands in the gaps of the ids that are put together.
FILLED: dict[str, list[str]] = {
    "card.status.yours.{}": [*ON_PATH, "local"],
    "card.status.yours.ratify.{}": ENDS,
    "card.status.waiting.{}": ON_PATH,
    "card.status.{}_provisionally": ENDS,
    "notice.your_turn.{}": [*Act, "local"],
    "notice.{}": ENDS,
    "notice.{}_provisionally": ENDS,
    "act.{}": [*Act, "local"],
    "button.yes.{}": [*ANSWERING, "local"],
    "button.{}": [action for action in Action if action not in (Action.YES, Action.WAKE)],
    "refusal.already.{}": list(Outcome),
    "refusal.evidence.{}": ["text", "link", "file"],
    "fact.check.{}": [Outcome.RATIFIED, Outcome.RATIFIED_WITH_REMARKS, Outcome.OBJECTED],
    "fact.clause.{}": ["local", "ratify"],
    "obstacle.{}": list(Obstacle),
    "launch.{}": ["waits", "provisional", *Status],
    "path.{}": ["done", "next", "now", "rejected", "sent_back", "skipped", "time_up"],
    "fact.note.{}": ["fixed", "flexible"],
}
CALLS = {"text", "counted", "Text"}
PASSED_ALONG = {
    "notice.escalation", "notice.escalation_again", "notice.ratified", "notice.ratified_with_remarks", "notice.objected",
    "fact.round.last", "fact.handed_over.late",
}  # fmt: skip


def written_ids() -> Iterator[str]:
    """The first argument of every call that makes a message, with ``{}`` for what is filled in."""
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS and node.args:
                yield from _spelled(node.args[0])


def _spelled(value: ast.expr) -> Iterator[str]:
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value
    if isinstance(value, ast.JoinedStr):
        yield "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in value.values)  # type: ignore[misc]


def every_id() -> set[str]:
    found: set[str] = set(PASSED_ALONG)
    for name in written_ids():
        found |= {name.format(part) for part in FILLED[name]} if "{}" in name else {name}
    return found


def test_the_core_has_messages() -> None:
    """The search finds the places: a test that finds nothing proves nothing."""
    assert len(every_id()) > 90
    assert {"card.title", "refusal.stranger", "path.sent_back", "gap.vacant_role"} <= every_id()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_has_its_words(language: str) -> None:
    """No card, notice or refusal shows an id instead of a sentence, in either language."""
    assert sorted(name for name in every_id() if not has(name, language)) == []


def test_every_end_of_a_request_has_a_mark() -> None:
    """A status that is not open is its own mark on the card."""
    assert {Mark(str(status)) for status in Status if status is not Status.OPEN} < set(Mark)
