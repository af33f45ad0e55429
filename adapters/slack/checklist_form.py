"""The checklist as one form: what is there already stands in it, and only what somebody changed is sent on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from adapters.slack import fields
from adapters.slack.blocks import Block, literals
from adapters.slack.fields import field
from adapters.slack.payload import part
from bot.core.people import Team
from bot.core.playbook.model import ChecklistItem
from bot.core.request import checklist
from bot.core.request.commands import Proof
from bot.core.request.model import Evidence, File, Request
from bot.core.wording import Localized, Text, text
from bot.speech import Reader, show

# Any: a view and its state are Slack's own JSON.
Json = Mapping[str, Any]
_ITEM, _CONFIRM = "item:", "confirm"


def blocks(request: Request, team: Team, reader: Reader) -> list[Block]:
    """Ticks for what is confirmed, a field for everything else."""
    items = checklist.items(team.playbook, request)
    found = {item.id: checklist.given(request, item) for item in items}
    confirms = [(item.id, show(Localized(item.text), reader)) for item in items if item.evidence == _CONFIRM]
    given = frozenset(item for item, evidence in found.items() if evidence)
    long = [words for _, words in confirms if not fields.is_whole(words)]
    asked = [_field(item, found[item.id], reader) for item in items if item.evidence != _CONFIRM]
    return [*literals(long), *fields.ticks(_CONFIRM, text("modal.confirm"), confirms, reader, given), *asked]


def _field(item: ChecklistItem, found: Evidence | None, reader: Reader) -> Block:
    label, value = Localized(item.text), found.value if found else ""
    named = text("modal.item.needed" if item.blocking else "modal.item.wanted", item=label)
    there: Text | None = None
    if item.evidence == "file":
        element = fields.upload(1)
        there = text("modal.item.file_there", name=found.file.name) if found and found.file else None
    else:
        element = fields.address(value) if item.evidence == "link" else fields.written(value)
    return field(f"{_ITEM}{item.id}", named, element, reader, optional=True, hint=there)


def block_of(item: str) -> str:
    return f"{_ITEM}{item}"


def proofs(view: Json, files: Mapping[str, File]) -> tuple[Proof, ...]:
    """What differs from the form as it was opened: somebody else may have given something meanwhile."""
    return tuple(_changed(view, files))


def _changed(view: Json, files: Mapping[str, File]) -> Iterator[Proof]:
    state = part(part(view, "state"), "values")
    for block in _objects(view.get("blocks")):
        name, element = str(block.get("block_id") or ""), part(block, "element")
        now = part(part(state, name), "value")
        if element.get("type") == "checkboxes":
            yield from _ticked(_values(element.get("initial_options")), _values(now.get("selected_options")))
        elif name.startswith(_ITEM):
            item, was, value = name.removeprefix(_ITEM), element.get("initial_value") or "", str(now.get("value") or "").strip()
            if item in files:
                yield Proof(item, file=files[item])
            elif value != was:
                yield Proof(item, value, taken_back=not value)


def _ticked(was: set[str], now: set[str]) -> Iterator[Proof]:
    yield from (Proof(item) for item in sorted(now - was))
    yield from (Proof(item, taken_back=True) for item in sorted(was - now))


def _values(options: object) -> set[str]:
    return {str(option["value"]) for option in _objects(options) if "value" in option}


def _objects(found: object) -> list[Json]:
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
