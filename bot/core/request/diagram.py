"""The state diagram of a request, drawn from the table of legal moves as Mermaid text. It cannot say anything else.

Talk and evidence lead nowhere: their rows are left out.
"""

from __future__ import annotations

from bot.core.request.model import Status
from bot.core.request.table import BESIDE, MOVES, Action, By, Move, Rounds

_ENDS = (Status.APPROVED, Status.REJECTED, Status.WITHDRAWN)
_BY = {
    By.OWNER: "owner", By.GAP_HOLDER: "gap holder", By.GRANTOR: "grantor", By.REQUESTER: "requester", By.DECIDER: "decider",
    By.CLOCK: "clock",
}  # fmt: skip
_ROUNDS = {Rounds.ANY: "", Rounds.LEFT: ", rounds left", Rounds.LAST: ", last round"}


def mermaid() -> str:
    """The diagram; moves between the same two states share an arrow."""
    arrows: dict[tuple[Status, Status], list[Move]] = {}
    for move in (move for move in MOVES if move.action not in BESIDE):
        for before in sorted(move.status):
            for after in move.to:
                # A move with several starts that leads back to each of them stays where it is.
                if len(move.status) == 1 or before is after or before not in move.to:
                    arrows.setdefault((before, after), []).append(move)
    lines = ["stateDiagram-v2", "    [*] --> open: opened (requester)"]
    for (before, after), moves in sorted(arrows.items()):
        lines += [f"    {before} --> {after}: {_label(move)}" for move in moves]
    lines += [f"    {end} --> [*]" for end in _ENDS]
    return "\n".join(lines)


def _label(move: Move) -> str:
    acts = f" on {', '.join(sorted(move.acts))}" if move.acts and len(move.acts) < 3 else ""
    who = ", ".join(_BY[by] for by in sorted(move.by))
    return f"{_words(move.action)}{acts} ({who}{_ROUNDS[move.rounds]})"


def _words(action: Action) -> str:
    return str(action).replace("_", " ")
