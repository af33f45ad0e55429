"""The checklist of a path: what is asked for, what has been given, and what still stands in the way of the final yes.

The bot holds no law: the items are the playbook's own, and the evidence is what people give.
"""

from __future__ import annotations

import re

from bot.core.playbook.model import ChecklistItem, Playbook
from bot.core.request import events as e
from bot.core.request.commands import Do, Proof
from bot.core.request.effects import Refusal, Refused
from bot.core.request.model import Evidence, Request
from bot.core.request.turn import Turn
from bot.core.wording import Listed, Localized, text

_CONFIRM = "confirm"
_LINK = re.compile(r"https?://[^\s<>\"]{3,2000}")


def items(playbook: Playbook, request: Request) -> tuple[ChecklistItem, ...]:
    """The items a request's text is held against; none where its path has no checklist."""
    found = playbook.checklists.get(request.checklist)
    return tuple(found.items) if found else ()


def given(request: Request, item: ChecklistItem) -> Evidence | None:
    """What counts for an item now. A confirmation was about the text it was given on."""
    found = next((one for one in request.evidence if one.item == item.id), None)
    if found and item.evidence == _CONFIRM and found.text_version != request.text_version:
        return None
    return found


def missing(playbook: Playbook, request: Request) -> tuple[ChecklistItem, ...]:
    """The blocking items without evidence."""
    return tuple(item for item in items(playbook, request) if item.blocking and given(request, item) is None)


def refusal(turn: Turn) -> Refused | None:
    """Why the final yes cannot be given yet."""
    if lacking := missing(turn.playbook, turn.state):
        lines = Listed(tuple(text("checklist.line.open", item=Localized(item.text)) for item in lacking), "lines")
        return Refused(Refusal.CHECKLIST, text("refusal.checklist", items=lines))
    return None


def give(turn: Turn, do: Do) -> Refused | None:
    """Takes the evidence; what is there already is not written again."""
    known = {item.id: item for item in items(turn.playbook, turn.state)}
    for proof in do.proofs:
        if proof.item not in known:
            return Refused(Refusal.NOT_POSSIBLE, text("refusal.not_possible"))
        if refused := _unfit(known[proof.item], proof):
            return refused
    for proof in do.proofs:
        _give(turn, known[proof.item], proof)
    return None


def _unfit(item: ChecklistItem, proof: Proof) -> Refused | None:
    if proof.taken_back or item.evidence == _CONFIRM:
        return None
    if item.evidence == "file":
        fits = proof.file is not None
    else:
        fits = bool(proof.value.strip()) if item.evidence == "text" else bool(_LINK.fullmatch(proof.value.strip()))
    return None if fits else Refused(Refusal.EVIDENCE, text(f"refusal.evidence.{item.evidence}", item=Localized(item.text)))


def _give(turn: Turn, item: ChecklistItem, proof: Proof) -> None:
    there = given(turn.state, item)
    if proof.taken_back:
        if there is not None:
            turn.happen(e.EvidenceGiven(item.id, taken_back=True))
    elif there is None or (there.value, there.file) != (proof.value.strip(), proof.file):
        turn.happen(e.EvidenceGiven(item.id, proof.value.strip(), proof.file))
