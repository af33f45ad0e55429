"""Every legal move of a request, in one table. A move that is not written here is not legal: do not decide it elsewhere.

The state diagram in the README is drawn from this table, and so are the buttons on every card.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from bot.core.playbook.model import Act
from bot.core.request.model import Status


class Action(StrEnum):
    """What may be done to a request."""

    YES = "yes"
    YES_WITH_REMARKS = "yes_with_remarks"
    OPINION = "opinion"
    SEND_BACK = "send_back"
    ASK_EXTRA_ROUND = "ask_extra_round"
    REJECT = "reject"
    ASK = "ask"
    PASS_ON = "pass_on"  # noqa: S105 (not a password)
    GRANT_ROUND = "grant_round"
    REFUSE_ROUND = "refuse_round"
    ANSWER = "answer"
    CONFIRM_FIXED = "confirm_fixed"
    RESUBMIT = "resubmit"
    WITHDRAW = "withdraw"
    WAKE = "wake"


class By(StrEnum):
    """Who may make a move."""

    OWNER = "owner"  # of an open step, also a deputy or whoever it was passed to
    GAP_HOLDER = "gap_holder"  # a coordinator who has the step only because nobody else could
    GRANTOR = "grantor"  # named in `extra_round`, while an extra round is asked for
    REQUESTER = "requester"
    CLOCK = "clock"


class Rounds(StrEnum):
    """Whether a move depends on the rounds that are left."""

    ANY = "any"
    LEFT = "left"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class Move:
    """One row: in ``status``, this actor may do this on a step of one of these acts; the request is then in one of ``to``."""

    action: Action
    status: frozenset[Status]
    by: frozenset[By]
    to: tuple[Status, ...]
    acts: frozenset[Act] = frozenset()
    rounds: Rounds = Rounds.ANY


_OPEN, _RETURNED, _APPROVED = Status.OPEN, Status.RETURNED, Status.APPROVED
_REVIEW, _DECIDE = frozenset({Act.REVIEW}), frozenset({Act.DECIDE})
_ANSWERING = _REVIEW | _DECIDE
_ANY_ACT = frozenset(Act)
_OWNER = frozenset({By.OWNER})
_HOLDING = frozenset({By.OWNER, By.GAP_HOLDER})
_REQUESTER = frozenset({By.REQUESTER})


def _in(*status: Status) -> frozenset[Status]:
    return frozenset(status)


MOVES: tuple[Move, ...] = (
    Move(Action.YES, _in(_OPEN), _OWNER, (_OPEN,), _REVIEW),
    Move(Action.YES, _in(_OPEN), _OWNER, (_OPEN, _APPROVED), _DECIDE),  # open while a group is not complete
    Move(Action.YES_WITH_REMARKS, _in(_OPEN), _OWNER, (_OPEN,), _REVIEW),
    Move(Action.YES_WITH_REMARKS, _in(_OPEN), _OWNER, (_OPEN, _APPROVED), _DECIDE),
    Move(Action.OPINION, _in(_OPEN), _HOLDING, (_OPEN,), frozenset({Act.CONSULT})),
    Move(Action.SEND_BACK, _in(_OPEN), _OWNER, (_RETURNED,), _ANSWERING, Rounds.LEFT),
    Move(Action.ASK_EXTRA_ROUND, _in(_OPEN), _OWNER, (_OPEN, _RETURNED), _ANSWERING, Rounds.LAST),
    Move(Action.REJECT, _in(_OPEN), _OWNER, (Status.REJECTED,), _DECIDE),
    Move(Action.ASK, _in(_OPEN), _HOLDING, (_OPEN,), _ANY_ACT),
    Move(Action.PASS_ON, _in(_OPEN), _HOLDING, (_OPEN,), _ANY_ACT),
    Move(Action.GRANT_ROUND, _in(_OPEN), frozenset({By.GRANTOR}), (_OPEN, _RETURNED)),
    Move(Action.REFUSE_ROUND, _in(_OPEN), frozenset({By.GRANTOR}), (_OPEN,)),
    Move(Action.ANSWER, _in(_OPEN), _REQUESTER, (_OPEN,)),
    Move(Action.CONFIRM_FIXED, _in(_OPEN, _RETURNED, _APPROVED), _REQUESTER, (_OPEN, _RETURNED, _APPROVED)),
    Move(Action.RESUBMIT, _in(_RETURNED), _REQUESTER, (_OPEN,)),
    Move(Action.WITHDRAW, _in(_OPEN, _RETURNED), _REQUESTER, (Status.WITHDRAWN,)),
    Move(Action.WAKE, _in(_OPEN), frozenset({By.CLOCK}), (_OPEN,)),
)


def _together(action: Action) -> Move:
    rows = [move for move in MOVES if move.action is action]
    acts = frozenset(act for row in rows for act in row.acts)
    to = tuple(dict.fromkeys(status for row in rows for status in row.to))
    return replace(rows[0], acts=acts, to=to)


_BY_ACTION = {action: _together(action) for action in Action}


def move_for(action: Action) -> Move:
    """All an action may be: its rows differ only in what they are done on and where they lead."""
    return _BY_ACTION[action]


def is_legal(action: Action, status: Status, by: By, act: Act | None = None, *, last_round: bool = False) -> bool:
    """Whether the table has this move."""
    move = move_for(action)
    if status not in move.status or by not in move.by:
        return False
    if move.acts and act not in move.acts:
        return False
    return move.rounds is Rounds.ANY or (move.rounds is Rounds.LAST) == last_round
