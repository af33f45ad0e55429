"""Which message ids the code uses, read from its source: written out, put together from a table, or as a fault's code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import product
from pathlib import Path
from typing import get_args

from adapters.http.courier import Unfit
from adapters.http.errors import _PROBLEMS
from adapters.telegram.menu import COMMANDS
from bot.absence_words import Reason
from bot.core.cards import _INPUTS, Input
from bot.core.playbook.model import Act, ChecklistItem, Kind
from bot.core.playbook.shape import _OWN
from bot.core.request.events import AnyFact
from bot.core.request.handover import Obstacle
from bot.core.request.model import Outcome, Status, Weight
from bot.core.request.table import Action
from bot.core.wording import Moment
from bot.speech import message_ids
from bot.understanding import Intent

ROOT = Path(__file__).parents[2]
ASKING = {action for action, wanted in _INPUTS.items() if wanted is not Input.NOTHING}
REMARKS = {action for action, wanted in _INPUTS.items() if wanted is Input.REMARKS}
CHECKED = (Outcome.RATIFIED, Outcome.RATIFIED_WITH_REMARKS, Outcome.OBJECTED)
ON_PATH = set(Act) - {Act.RATIFY}
# How a request ends by somebody's decision; only such a word goes before "_provisionally".
DECIDED = ("approved", "rejected")
REFERRED = ("person", "role", "market", "kind", "checklist")
# Not messages, though they look like ids: what ASGI calls its own.
NOT_OURS = {"http.request", "http.response.start", "http.response.body", "http.disconnect"}


def choices(model: type, field: str) -> set[str]:
    """The words a literal field may have."""
    return set(get_args(model.__annotations__[field])) or set(re.findall(r"['\"](\w+)['\"]", str(model.__annotations__[field])))


def expansions() -> dict[str, Iterable[str | tuple[str, ...]]]:
    """What each id that is put together can come to."""
    return {**in_the_core(), **in_the_shell()}


def in_the_core() -> dict[str, Iterable[str | tuple[str, ...]]]:
    faults = codes()
    return {
        "day.{}": ("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
        "act.{}": {*Act, "local"},
        "button.{}": set(_INPUTS) - {Action.YES},
        "button.yes.{}": {Act.REVIEW, Act.DECIDE, "local"},
        "digest.line.{}": ("returned", "correction", "question", "round"),
        "path.{}": ("next", "now", "done", "skipped", "overtaken", "time_up", "sent_back", "rejected"),
        "fact.note.{}": choices(Kind, "flexibility"),
        "fact.check.{}": CHECKED,
        "fact.clause.{}": ("value", "deputy", "local", "ratify", "local.deputy", "ratify.deputy"),
        "launch.{}": {*Status, "provisional", "waits"},
        "card.status.yours.{}": {*ON_PATH, "local"},
        "card.status.yours.ratify.{}": DECIDED,
        "card.status.waiting.{}": ON_PATH,
        "card.status.{}_provisionally": DECIDED,
        "notice.{}": DECIDED,
        "notice.{}_provisionally": DECIDED,
        "notice.your_turn.{}": {*Act, "local"},
        "obstacle.{}": set(Obstacle) - {Obstacle.NO_AUTHORITY},
        "refusal.already.{}": Outcome,
        "refusal.evidence.{}": ("text", "link", "file"),
        "print.scope.{}": choices(Kind, "scope"),
        "print.flexibility.{}": choices(Kind, "flexibility"),
        "fault.{}": faults,
        "mend.{}": faults,
        "event.{}": {fact.__dataclass_fields__["type"].default for fact in get_args(AnyFact)},
    }


def beginning(start: str) -> set[str]:
    """What comes after ``start`` in the ids that begin so."""
    return {i.removeprefix(start) for i in message_ids("en") if i.startswith(start)}


def in_the_shell() -> dict[str, Iterable[str | tuple[str, ...]]]:
    failures = set(called("Failed")) | {"broken"}
    return {
        "phrases.ask.{}": Intent,
        "phrases.ask.words.{}": beginning("phrases.ask.words."),
        # What people call kinds and markets: any that a playbook may have.
        "words.{}.": (),
        "zone.{}": {i.removeprefix("zone.") for i in message_ids("en") if i.startswith("zone.")},
        "format.{}": choices(Moment, "style"),
        "status.{}": Status,
        "away.{}": get_args(Reason),
        "away.noted.{}.{}": tuple(product(("yours", "theirs"), ("moves", "nothing"))),
        "away.back.{}": ("meanwhile", "quiet"),
        "away.button.{}": ("today", "tomorrow", "week", "back"),
        "prompt.{}": ASKING,
        "prompt.line.{}": {*Weight, "open"},
        "prompt.item.{}": ("given", "blocking", "open"),
        "prompt.item.ask.{}": ("text", "link", "file"),
        "button.item.{}": choices(ChecklistItem, "evidence"),
        "answer.not_understood{}": ("", ".creator"),
        "menu.{}": ("inbox", "new", "away", "settings"),
        "answer.done.{}": set(_INPUTS) - {Action.WAKE},
        "ready.{}": ("reject", "remarks"),
        "button.send.{}": REMARKS,
        "cli.error.{}": failures,
        "cli.mend.{}": failures,
        "cli.webhook.{}": Unfit,
        "cli.run.out_of_reach.{}": ("telegram", "slack"),
        "backup.{}": called("Damaged"),
        "usage.no_{}": ("command", "option"),
        "usage.no_{}.near": ("command", "option"),
        "remark.{}": {*Weight, "confirmed"},
        "http.problem.{}": {*_PROBLEMS.values(), "other", "string_too_long", "too_long", "greater_than_equal", "less_than_equal"},
        "http.{}": ("not_found", "wrong_method", "invalid"),
        "command.{}": COMMANDS,
        "modal.title.{}": ASKING,
        "modal.submit.{}": ASKING,
        "modal.{}": (Input.ANSWER, Input.OPINION, Input.QUESTION),
    }


@cache
def trees() -> tuple[ast.Module, ...]:
    """The source of everything that is shipped."""
    files = [file for folder in ("bot", "adapters", "storage") for file in sorted((ROOT / folder).rglob("*.py"))]
    assert len(files) > 80
    return tuple(ast.parse(file.read_text(encoding="utf-8")) for file in files)


def called(*names: str) -> Iterator[str]:
    """The words given to calls of these names, wherever they stand among the arguments."""
    for tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
                for argument in node.args:
                    yield from (n.value for n in ast.walk(argument) if isinstance(n, ast.Constant) and isinstance(n.value, str))


def codes() -> set[str]:
    """The codes of a playbook's faults: those of shape, and those that checks and reading name."""
    found = {word for name, place in (("problem", 1), ("fault", 2)) for word in given_at(name, place)}
    near = {f"unknown_{what}{end}" for what in REFERRED for end in ("", "_near")}
    return found | near | set(_OWN)


def given_at(name: str, place: int) -> Iterator[str]:
    """The words given at one place in calls of a name."""
    for tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name and len(node.args) > place:
                argument = node.args[place]
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.value


def skeleton(node: ast.JoinedStr) -> str:
    """An id that is put together, with ``{}`` for what is filled in."""
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)


@cache
def used() -> frozenset[str]:
    """Every id that the code can ask for. An id put together in a way that is not in the table above is an error."""
    begins = re.compile(rf"({'|'.join(sorted({i.split('.')[0] for i in message_ids('en')}))})\.")
    table, found = expansions(), set[str]()
    for tree in trees():
        parts = {id(part) for n in ast.walk(tree) if isinstance(n, ast.JoinedStr) for part in n.values}
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr) and begins.match(shape := skeleton(node)):
                assert shape in table, f"say in tests/locales/ids.py what {shape} can be"
                found |= {shape.format(*(value if isinstance(value, tuple) else (value,))) for value in table[shape]}
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
                word = node.value
                if re.fullmatch(r"[a-z]+(\.[a-z_]+)+", word) and begins.match(word):
                    found.add(word)
    found |= {f"words.{what}.{name}" for what in ("kind", "market") for name in beginning(f"words.{what}.")}
    # Slack's own wording of a message stands in for it where there is one.
    found |= {name for name in message_ids("en") if name.removesuffix(".slack") in found}
    return frozenset(found - NOT_OURS)
