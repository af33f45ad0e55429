"""What somebody filled into a modal, as a move. Whether the move is possible and complete is for the rules to say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.slack import checklist_form
from adapters.slack.payload import part
from bot import buttons
from bot.core.cards import Input
from bot.core.playbook.model import PersonId
from bot.core.request.commands import Do, Note
from bot.core.request.model import File, Weight
from bot.prompts import ready_reasons
from bot.speech import Reader

# Any: a view and its state are Slack's own JSON.
View = dict[str, Any]
_BULLETS = " \t-•–—"
_NUMBER = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Filled:
    """A modal as it was sent: which button it belongs to, and what stands in its fields."""

    code: buttons.Code
    question: int | None
    view: View

    @property
    def values(self) -> dict[str, dict[str, Any]]:
        found = part(part(self.view, "state"), "values")
        return {block_id: part(found, block_id) for block_id in found}

    def move(self, person: PersonId, through: str, reader: Reader, files: Mapping[str, tuple[File, ...]]) -> Do:
        """``files`` are those that were attached, by field."""
        if self.code.input is Input.CHECKLIST:
            given = {name.removeprefix("item:"): some[0] for name, some in files.items() if some}
            return Do(self.code.action, person, through, self.code.ticket, proofs=checklist_form.proofs(self.view, given))
        ready = [words for words in (self._ready(number, reader) for number in self._chosen("ready")) if words]
        own = self._written("text")
        return Do(
            action=self.code.action,
            by=person,
            through=through,
            ticket=self.code.ticket,
            remarks=self._notes(ready) if self.code.input is Input.REMARKS else (),
            # Somebody who chooses a ready reason and writes on means both.
            text=". ".join(filter(None, [*ready, own])) if self.code.input is Input.REASON else own,
            to=next((PersonId(value) for value in self._chosen("person")), None),
            question=self.question,
            confirmed=tuple(int(number) for number in self._chosen("fixed") if _NUMBER.fullmatch(number)),
            files=files.get("files") or None,
        )

    @property
    def attached(self) -> dict[str, list[Any]]:
        """The files in each field that has some, as Slack describes them."""
        found = {block_id: part(state, "value").get("files") for block_id, state in self.values.items()}
        return {block_id: files for block_id, files in found.items() if files and isinstance(files, list)}

    @property
    def is_checklist(self) -> bool:
        return self.code.input is Input.CHECKLIST

    @property
    def first_input(self) -> str | None:
        """The block that an error about missing input is shown at."""
        found = {Input.REMARKS: "must_fix", Input.PERSON: "person", Input.SURE: None, Input.CHECKLIST: None}
        return found.get(self.code.input, "text")

    def _ready(self, number: str, reader: Reader) -> str:
        found = ready_reasons(self.code.action, reader)
        return found[int(number)] if _NUMBER.fullmatch(number) and int(number) < len(found) else ""

    def _notes(self, ready: list[str]) -> tuple[Note, ...]:
        must = [*ready, *self._written("must_fix").splitlines()]
        weighed = [(line, Weight.MUST_FIX) for line in must]
        weighed += [(line, Weight.WISH) for line in self._written("wish").splitlines()]
        return tuple(Note(words, weight) for line, weight in weighed if (words := line.strip(_BULLETS)))

    def _written(self, block_id: str) -> str:
        return str(part(part(self.values, block_id), "value").get("value") or "")

    def _chosen(self, name: str) -> list[str]:
        """What is chosen in the block of that name and in those that go on with it (``fixed``, ``fixed1``, …)."""
        found: list[str] = []
        for block_id, state in self.values.items():
            if block_id.rstrip("0123456789") == name:
                entry = part(state, "value")
                one, several = part(entry, "selected_option"), entry.get("selected_options")
                options = [one] if one else several if isinstance(several, list) else []
                found += [str(option.get("value", "")) for option in options if isinstance(option, dict)]
        return found


def read(view: View) -> Filled | None:
    """``None`` for a modal that is not one of ours, or of a version we no longer speak."""
    data, _, question = str(view.get("private_metadata") or "").partition("#")
    code = buttons.parse(data)
    if code is None:
        return None
    return Filled(code, int(question) if _NUMBER.fullmatch(question) else None, view)
