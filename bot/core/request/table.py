"""Every legal move of a request, in one table. A move that is not written here is not legal: do not decide it elsewhere.

The state diagram in the README is drawn from this table, and so are the buttons on every card.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

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
    RATIFY = "ratify"
    RATIFY_WITH_REMARKS = "ratify_with_remarks"
    OBJECT = "object"
    TAKE_BACK = "take_back"
    EVIDENCE = "evidence"
    ASK_BRIDGE = "ask_bridge"
    TRANSLATE = "translate"
    SAY = "say"
    WAKE = "wake"


class By(StrEnum):
    """Who may make a move."""

    OWNER = "owner"  # of an open step, also a deputy or whoever it was passed to
    GAP_HOLDER = "gap_holder"  # a coordinator who has the step only because nobody else could
    GRANTOR = "grantor"  # named in `extra_round`, while an extra round is asked for
    REQUESTER = "requester"
    DECIDER = "decider"  # who made the latest decision, for a moment and as long as nobody has acted on it
    CONTRIBUTOR = "contributor"  # the requester, or the owner of an open step
    PARTICIPANT = "participant"  # anybody who has to do with the request
    BRIDGE = "bridge"  # who explains one side to the other
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


_OPEN, _RETURNED, _APPROVED, _REJECTED = Status.OPEN, Status.RETURNED, Status.APPROVED, Status.REJECTED
_REVIEW, _DECIDE, _RATIFY = frozenset({Act.REVIEW}), frozenset({Act.DECIDE}), frozenset({Act.RATIFY})
_ANSWERING = _REVIEW | _DECIDE
_ON_PATH = _ANSWERING | {Act.CONSULT}
_OWNER = frozenset({By.OWNER})
_HOLDING = frozenset({By.OWNER, By.GAP_HOLDER})
_REQUESTER = frozenset({By.REQUESTER})
_DECIDER = frozenset({By.DECIDER})
_PARTICIPANT = frozenset({By.PARTICIPANT})
_ENDED = (_APPROVED, _REJECTED)  # a provisional decision stands while it is checked


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
    Move(Action.REJECT, _in(_OPEN), _OWNER, (_REJECTED,), _DECIDE),
    Move(Action.ASK, _in(_OPEN), _HOLDING, (_OPEN,), _ON_PATH),
    Move(Action.ASK, _in(*_ENDED), _HOLDING, _ENDED, _RATIFY),
    Move(Action.PASS_ON, _in(_OPEN), _HOLDING, (_OPEN,), _ON_PATH),
    Move(Action.PASS_ON, _in(*_ENDED), _HOLDING, _ENDED, _RATIFY),
    Move(Action.GRANT_ROUND, _in(_OPEN), frozenset({By.GRANTOR}), (_OPEN, _RETURNED)),
    Move(Action.REFUSE_ROUND, _in(_OPEN), frozenset({By.GRANTOR}), (_OPEN,)),
    Move(Action.ANSWER, _in(_OPEN, *_ENDED), _REQUESTER, (_OPEN, *_ENDED)),
    Move(Action.CONFIRM_FIXED, _in(_OPEN, _RETURNED, *_ENDED), _REQUESTER, (_OPEN, _RETURNED, *_ENDED)),
    Move(Action.RESUBMIT, _in(_RETURNED), _REQUESTER, (_OPEN,)),
    Move(Action.WITHDRAW, _in(_OPEN, _RETURNED), _REQUESTER, (Status.WITHDRAWN,)),
    Move(Action.RATIFY, _in(*_ENDED), _OWNER, _ENDED, _RATIFY),
    Move(Action.RATIFY_WITH_REMARKS, _in(*_ENDED), _OWNER, _ENDED, _RATIFY),
    Move(Action.OBJECT, _in(*_ENDED), _OWNER, _ENDED, _RATIFY),
    Move(Action.TAKE_BACK, _in(_OPEN), _DECIDER, (_OPEN,)),
    Move(Action.TAKE_BACK, _in(_RETURNED), _DECIDER, (_OPEN,)),
    # An answer to a ratification that is taken back leaves the end as it is.
    Move(Action.TAKE_BACK, _in(_APPROVED), _DECIDER, (_OPEN, _APPROVED)),
    Move(Action.TAKE_BACK, _in(_REJECTED), _DECIDER, (_OPEN, _REJECTED)),
    # Talk and evidence move nothing.
    Move(Action.EVIDENCE, _in(_OPEN, _RETURNED), frozenset({By.CONTRIBUTOR}), (_OPEN, _RETURNED)),
    Move(Action.ASK_BRIDGE, _in(_OPEN, _RETURNED, *_ENDED), _PARTICIPANT, (_OPEN, _RETURNED, *_ENDED)),
    Move(Action.TRANSLATE, _in(*Status), frozenset({By.BRIDGE}), tuple(Status)),
    Move(Action.SAY, _in(*Status), _PARTICIPANT, tuple(Status)),
    Move(Action.WAKE, _in(_OPEN, *_ENDED), frozenset({By.CLOCK}), (_OPEN, *_ENDED)),
)

BESIDE = frozenset({Action.EVIDENCE, Action.ASK_BRIDGE, Action.TRANSLATE, Action.SAY})  # they leave every status as it is


def _rows(action: Action) -> tuple[Move, ...]:
    return tuple(move for move in MOVES if move.action is action)


def _together(rows: tuple[Move, ...]) -> Move:
    acts, status, by = (frozenset().union(*sets) for sets in zip(*((r.acts, r.status, r.by) for r in rows), strict=True))
    to = tuple(dict.fromkeys(status for row in rows for status in row.to))
    return replace(rows[0], acts=acts, status=status, by=by, to=to)


_ROWS = {action: _rows(action) for action in Action}
_BY_ACTION = {action: _together(rows) for action, rows in _ROWS.items()}


def move_for(action: Action) -> Move:
    """All an action may be: on what, by whom, from where and where to, over all its rows."""
    return _BY_ACTION[action]


@cache
def is_legal(action: Action, status: Status, by: By, act: Act | None = None, *, last_round: bool = False) -> bool:
    """Whether the table has this move."""
    return any(
        status in row.status
        and by in row.by
        and (not row.acts or act in row.acts)
        and (row.rounds is Rounds.ANY or (row.rounds is Rounds.LAST) == last_round)
        for row in _ROWS[action]
    )
