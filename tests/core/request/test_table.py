"""``decide`` and the table agree on every combination of status, act, action, actor and round."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.playbook import Act
from bot.core.request import Action, Decision, Refusal, Refused, Request, Status, decide
from bot.core.request.commands import Do, Note, Wake
from bot.core.request.model import ExtraRoundAsk, Outcome, Question, Remark, Weight
from bot.core.request.table import MOVES, By, is_legal, move_for
from tests.core.request.brands import DECIDE, variant
from tests.core.request.desk import Desk, z

OPENED, NOW = z("2026-11-23T15:00Z"), z("2026-11-23T15:30Z")
ACTORS = {By.OWNER: "oleg", By.GAP_HOLDER: "katya", By.GRANTOR: "priya", By.REQUESTER: "jordan"}


def desk(act: Act, by: By) -> Desk:
    """A request whose first step is such an act, held by Oleg or, as a gap, by Katya."""
    role = "bridge_us" if by is By.GAP_HOLDER else "legal"
    step = f"{{{act}: {role}, within: 8h{', waits: true' if act is Act.CONSULT else ''}}}"
    return Desk(variant(step, *(() if act is Act.DECIDE else (DECIDE,)))).open(at=OPENED.isoformat())


def prepared(state: Request, status: Status, *, last_round: bool, asked: bool) -> Request:
    """The same request in another status, with a question, a remark to fix and, if wanted, an extra round asked for."""
    step = state.steps[0]
    if status is not Status.OPEN:
        step = replace(step, closed_at=NOW, outcome=Outcome.OVERTAKEN, closed_by="marina")
    ask = ExtraRoundAsk(0, "oleg", NOW, (), ("priya",)) if asked and status is Status.OPEN else None
    return replace(
        state, status=status, steps=(step,), rounds=1 if last_round else 3, extra_round_ask=ask,
        remarks=(Remark(1, "marina", 1, "The label", Weight.MUST_FIX),),
        questions=(Question(1, 0, "marina", NOW, "Which platform?"),), closed_at=None if status is Status.OPEN else NOW,
    )  # fmt: skip


def complete(action: Action, person: str) -> Do:
    """A move with everything it could need."""
    to = "sveta" if person == "katya" else "irina"
    return Do(action, person, remarks=(Note("Clause 4"),), text="Because", to=to)


@pytest.mark.parametrize("action", [action for action in Action if action is not Action.WAKE])
@pytest.mark.parametrize("act", list(Act))
@pytest.mark.parametrize("by", list(ACTORS))
def test_a_move_is_possible_exactly_where_the_table_has_it(by: By, act: Act, action: Action) -> None:
    """A legal move leads to a status the table names; any other is refused and changes nothing."""
    found = desk(act, by)
    for status in Status:
        for last_round in (False, True):
            asked = action in (Action.GRANT_ROUND, Action.REFUSE_ROUND)
            state = prepared(found.state, status, last_round=last_round, asked=asked)
            outcome = decide(state, complete(action, ACTORS[by]), found.team, NOW)
            legal = is_legal(action, status, by, act, last_round=last_round)
            assert isinstance(outcome, Decision) == legal, (status, last_round, outcome)
            if isinstance(outcome, Decision):
                assert outcome.state.status in move_for(action).to
                assert outcome.events


@pytest.mark.parametrize("status", list(Status))
def test_the_clock_moves_only_an_open_request(status: Status) -> None:
    """In every other status the clock finds nothing to do, and nobody can play the clock."""
    found = desk(Act.REVIEW, By.OWNER)
    state = prepared(found.state, status, last_round=False, asked=False)
    woken = decide(state, Wake(), found.team, z("2026-12-23T15:00Z"))
    assert isinstance(woken, Decision)
    assert bool(woken.events) == is_legal(Action.WAKE, status, By.CLOCK)
    assert woken.state.status is status
    for person in ACTORS.values():
        refused = decide(state, Do(Action.WAKE, person), found.team, NOW)
        assert isinstance(refused, Refused)
        assert refused.reason in {Refusal.NOT_POSSIBLE, Refusal.ALREADY_DECIDED}


def test_every_action_has_its_rows() -> None:
    """The table is whole: no action is missing, none stands twice for the same steps."""
    assert {move.action for move in MOVES} == set(Action)
    rows = [(move.action, act) for move in MOVES for act in move.acts or {None}]
    assert len(rows) == len(set(rows))


def test_ended_requests_stay_ended() -> None:
    """No row leads out of an approval, a rejection or a withdrawal."""
    ended = {Status.APPROVED, Status.REJECTED, Status.WITHDRAWN}
    for move in MOVES:
        for status in move.status & ended:
            assert move.action is Action.CONFIRM_FIXED
            assert status in move.to
