"""``decide`` and the table agree on every combination of status, act, action, actor and round."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from bot.core.playbook import Act
from bot.core.request import Action, Decision, Refusal, Refused, Request, Status, decide
from bot.core.request.commands import Do, Note, Proof, Wake
from bot.core.request.diagram import mermaid
from bot.core.request.model import ExtraRoundAsk, LastWord, Outcome, Question, Remark, Saying, StepRun, Weight
from bot.core.request.table import BESIDE, MOVES, By, is_legal, move_for
from tests.core.request.brands import DECIDE, variant
from tests.core.request.desk import Desk, z

OPENED, NOW = z("2026-11-23T15:00Z"), z("2026-11-23T15:30Z")
ACTORS = {By.OWNER: "oleg", By.GAP_HOLDER: "katya", By.GRANTOR: "priya", By.REQUESTER: "jordan", By.DECIDER: "marina"}
ENDED = (Status.APPROVED, Status.REJECTED)


def desk(act: Act, by: By) -> Desk:
    """A request whose first step is such an act, held by Oleg or, as a gap, by Katya; a check is put in later."""
    role = "bridge_us" if by is By.GAP_HOLDER else "legal"
    written = Act.DECIDE if act is Act.RATIFY else act
    step = f"{{{written}: {role}, within: 8h{', waits: true' if act is Act.CONSULT else ''}}}"
    return Desk(variant(step, *(() if written is Act.DECIDE else (DECIDE,)))).open(at=OPENED.isoformat())


def steps(state: Request, status: Status, act: Act) -> tuple[StepRun, ...]:
    """The step of the path, and beside it the check: the actor's if the act is that, and Anna's in what has ended."""
    step = state.steps[0]
    checking = act is Act.RATIFY
    parts = step.assignments if checking else tuple(replace(part, person="anna") for part in step.assignments)
    check = replace(step, number=1, act=Act.RATIFY, assignments=parts)
    closed = replace(step, closed_at=NOW, outcome=Outcome.OVERTAKEN, closed_by="marina")
    if status is Status.OPEN:
        return (closed, check) if checking else (step,)
    if status in ENDED:
        return (closed, check)
    return (closed, replace(check, closed_at=NOW, outcome=Outcome.OVERTAKEN, closed_by="marina")) if checking else (closed,)


def prepared(state: Request, status: Status, act: Act, *, last_round: bool = False, asked: bool = False) -> Request:
    """The same request in another status, with a question, a remark to fix and, if wanted, an extra round asked for."""
    ask = ExtraRoundAsk(0, "oleg", NOW, (), ("priya",)) if asked and status is Status.OPEN else None
    there = steps(state, status, act)
    return replace(
        state, status=status, steps=there, rounds=1 if last_round else 3, extra_round_ask=ask,
        remarks=(Remark(1, "marina", 1, "The label", Weight.MUST_FIX),),
        questions=(Question(1, len(there) - 1, "marina", NOW, "Which platform?"),),
        closed_at=None if status is Status.OPEN else NOW,
        last_word=LastWord("marina", NOW, 1 if act is Act.RATIFY and status in ENDED else 0, len(there), 1),
    )  # fmt: skip


def complete(action: Action, person: str) -> Do:
    """A move with everything it could need."""
    to = "sveta" if person == "katya" else "irina"
    return Do(action, person, remarks=(Note("Clause 4"),), text="Because", to=to)


@pytest.mark.parametrize("action", [action for action in Action if action not in (Action.WAKE, *BESIDE)])
@pytest.mark.parametrize("act", list(Act))
@pytest.mark.parametrize("by", list(ACTORS))
def test_a_move_is_possible_exactly_where_the_table_has_it(by: By, act: Act, action: Action) -> None:
    """A legal move leads to a status the table names; any other is refused and changes nothing."""
    found = desk(act, by)
    for status in Status:
        for last_round in (False, True):
            asked = action in (Action.GRANT_ROUND, Action.REFUSE_ROUND)
            state = prepared(found.state, status, act, last_round=last_round, asked=asked)
            outcome = decide(state, complete(action, ACTORS[by]), found.team, NOW)
            legal = is_legal(action, status, by, act, last_round=last_round)
            assert isinstance(outcome, Decision) == legal, (status, last_round, outcome)
            if isinstance(outcome, Decision):
                assert outcome.state.status in move_for(action).to
                assert outcome.events


# Who each move beside the path is for, among a request of Jordan's that waits for Oleg: Katya is the bridge and coordinates.
MAY_BESIDE = {
    Action.EVIDENCE: {By.CONTRIBUTOR: {"jordan", "oleg"}},
    Action.ASK_BRIDGE: {By.PARTICIPANT: {"jordan", "oleg"}},  # not Katya: she is the only bridge
    Action.TRANSLATE: {By.BRIDGE: {"katya"}},
    Action.SAY: {By.PARTICIPANT: {"jordan", "oleg", "katya"}},
}


@pytest.mark.parametrize("action", sorted(BESIDE))
@pytest.mark.parametrize("person", ["jordan", "oleg", "katya", "sveta"])
def test_what_stands_beside_the_path_moves_nothing(person: str, action: Action) -> None:
    """Talk, translations and evidence are for those the table names, and leave every status and step as it was."""
    ((by, people),) = MAY_BESIDE[action].items()
    found = desk(Act.REVIEW, By.OWNER)
    for status in Status:
        waiting = status is Status.OPEN
        state = prepared(found.state, status, Act.REVIEW)
        state = replace(
            state, steps=found.state.steps if waiting else state.steps, checklist="ads_us",
            talk=(Saying(1, "marina", NOW, "Что это значит?"),),
        )  # fmt: skip
        do = replace(complete(action, person), proofs=(Proof("us_spoken"),))
        outcome = decide(state, do, found.team, NOW)
        legal = (
            is_legal(action, status, by) and person in people and (action is not Action.EVIDENCE or waiting or person == "jordan")
        )
        assert isinstance(outcome, Decision) == legal, (status, outcome)
        if isinstance(outcome, Decision):
            assert (outcome.state.status, outcome.state.steps) == (state.status, state.steps)
            assert outcome.events


@pytest.mark.parametrize("status", list(Status))
def test_the_clock_moves_only_what_waits(status: Status) -> None:
    """An open request and the check of a decided one: anywhere else the clock finds nothing to do."""
    found = desk(Act.REVIEW, By.OWNER)
    state = prepared(found.state, status, Act.REVIEW)
    woken = decide(state, Wake(), found.team, z("2026-12-23T15:00Z"))
    assert isinstance(woken, Decision)
    assert bool(woken.events) == is_legal(Action.WAKE, status, By.CLOCK)
    assert woken.state.status is status


@pytest.mark.parametrize("asked", [False, True])
@pytest.mark.parametrize("status", list(Status))
def test_nobody_can_play_the_clock(status: Status, asked: bool) -> None:
    """A wake is no person's move, not even of somebody who is asked for an extra round."""
    found = desk(Act.REVIEW, By.OWNER)
    state = prepared(found.state, status, Act.REVIEW, asked=asked)
    for person in ACTORS.values():
        refused = decide(state, Do(Action.WAKE, person), found.team, NOW)
        assert isinstance(refused, Refused)
        assert refused.reason in {Refusal.NOT_POSSIBLE, Refusal.ALREADY_DECIDED}


def test_every_action_has_its_rows() -> None:
    """The table is whole: no action is missing, none stands twice for the same steps in the same status."""
    assert {move.action for move in MOVES} == set(Action)
    rows = [(move.action, act, status) for move in MOVES for act in move.acts or {None} for status in move.status]
    assert len(rows) == len(set(rows))


def test_ended_requests_stay_ended() -> None:
    """Only taking the decision back leads out of an end; a check asks and answers without touching it."""
    for move in (move for move in MOVES if move.action not in BESIDE):
        assert Status.WITHDRAWN not in move.status
        for status in move.status & set(ENDED):
            assert status in move.to
            assert Status.OPEN not in move.to or move.by == {By.DECIDER} or Status.OPEN in move.status


def test_every_arrow_of_the_table_is_drawn() -> None:
    """The diagram has a line for every status a row leads to: none is lost where a row has several starts."""
    lines = set(re.findall(r"(\w+) --> (\w+): take back", mermaid()))
    wanted = {(str(a), str(b)) for move in MOVES if move.action is Action.TAKE_BACK for a in move.status for b in move.to}
    assert lines == wanted
