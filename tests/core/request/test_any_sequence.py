"""Whatever people do, in whatever order and with whatever tickets: what holds for every request at every moment."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.people import Team
from bot.core.playbook import Act
from bot.core.request import Decision, Refused, Request, RequestId, Show, Status, Tell, decide, fold
from bot.core.request import events as e
from bot.core.request.commands import Command, Open, Wake
from bot.core.request.effects import Redraw
from bot.core.request.model import Draft, Outcome
from bot.speech import LANGUAGES, has
from storage.mapping import dump_event, dump_request, load_event, load_request
from tests.core.request.sequences import START, Move, command, deadlines, moves, people, teams


@dataclass
class Run:
    team: Team
    state: Request | None = None
    now: datetime = START
    wake_at: datetime | None = None
    log: list[e.Event] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def give(self, command: Command) -> None:
        before = self.state
        outcome = decide(self.state, command, self.team, self.now)
        if isinstance(outcome, Refused):
            assert self.state == before
            assert all(has(outcome.text.id, language) for language in LANGUAGES)
            return
        self.state, self.wake_at = outcome.state, outcome.wake_at
        self.log += outcome.events
        self.check(outcome, command)

    def check(self, outcome: Decision, command: Command) -> None:
        state = outcome.state
        assert state.revision == len(self.log)
        assert all(step.waiting for step in state.open_steps)
        assert (state.status is Status.OPEN) == (state.main_step is not None)
        assert self.wake_at is None or self.wake_at >= state.opened_at
        # Whatever is open has a moment at which it does not go on in silence, until everybody has been told twice.
        assert self.wake_at is not None or all(step.escalated_again for step in state.open_steps)
        self.check_steps(state)
        numbers = [remark.number for remark in state.remarks]
        assert numbers == list(range(1, len(numbers) + 1))
        assert not any(isinstance(event.fact, e.StepAnswered) and event.by == state.requested_by for event in outcome.events)
        self.check_effects(outcome, command)
        if isinstance(command, Wake):
            assert self.wake_at is None or self.wake_at > self.now

    def check_steps(self, state: Request) -> None:
        """Steps are numbered in their order, at most one is local, and a local decision has one check, by somebody else."""
        opened = [event.fact.number for event in self.log if isinstance(event.fact, e.StepOpened)]
        assert opened == [step.number for step in state.steps] == list(range(len(opened)))
        assert sum(step.local for step in state.open_steps) <= 1
        checks = [step for step in state.steps if step.act is Act.RATIFY and step.outcome is not Outcome.TAKEN_BACK]
        decided = state.local_decision if state.status in (Status.APPROVED, Status.REJECTED) else None
        assert len(checks) == (decided is not None)
        assert state.is_provisional == any(check.is_open for check in checks) == any(check.waiting for check in checks)
        assert decided is None or not any(decided.closed_by in {part.person for part in check.assignments} for check in checks)

    def check_effects(self, outcome: Decision, command: Command) -> None:
        for effect in outcome.effects:
            assert effect.at >= self.now
            if isinstance(effect, Tell):
                self.keys.append(effect.key)
                assert all(has(effect.text.id, language) for language in LANGUAGES)
            # A card that is drawn again makes no sound, and whoever does something hears what comes of it.
            if isinstance(effect, Redraw) or (not isinstance(command, Wake) and effect.person == command.by):
                continue
            assert self.team.polite_time(effect.person, effect.at) == effect.at
            assert isinstance(effect, Show) or not self.team.is_away(effect.person, effect.at)


def play(team: Team, by: str, market: str, needed_by: datetime, given_moves: list[Move]) -> Run:
    run = Run(team)
    run.give(Open(RequestId("A-1"), by, Draft("contract", market, "Ten posts", needed_by=needed_by), "digest", checked=True))
    for move in given_moves:
        run.now += timedelta(minutes=move.wait)
        while move.awake and run.wake_at is not None and run.wake_at <= run.now:
            later, run.now = run.now, max(run.wake_at, START)
            run.give(Wake())
            run.now = later
        assert run.state is not None
        run.give(command(run.state, move))
    return run


def check_whole(run: Run) -> None:
    """Nothing twice, and everything is the same after it was written down and read."""
    told: Counter[tuple[str, int, str]] = Counter()
    for event in run.log:
        fact = event.fact
        if isinstance(fact, e.Reminded | e.Escalated | e.EscalatedAgain | e.HandedOver | e.AtRisk):
            told[fact.type, fact.step, fact.person if isinstance(fact, e.Reminded) else ""] += 1
        if isinstance(fact, e.LastCalled | e.HandOverRefused):  # again only for a chance of its own
            told[f"{fact.type} {fact.due}", fact.step, fact.person if isinstance(fact, e.LastCalled) else ""] += 1
    assert all(count == 1 for count in told.values())
    assert len(set(run.keys)) == len(run.keys)
    assert [load_event(dump_event(event)) for event in run.log] == run.log
    assert run.state is not None
    assert fold(run.log) == run.state
    assert load_request(dump_request(run.state)) == run.state


def test_what_holds_for_every_request() -> None:
    """No sequence of commands raises, loses an owner, wakes anybody, repeats itself or stands still.

    The sequences are worth something only if they get far: together they bring about every kind of event.
    """
    seen: set[type] = set()

    @settings(max_examples=1600, derandomize=True, deadline=None, database=None)
    @given(teams, people, st.sampled_from(["RU", "US"]), deadlines, moves)
    def explore(team: Team, by: str, market: str, needed_by: datetime, given_moves: list[Move]) -> None:
        run = play(team, by, market, needed_by, given_moves)
        check_whole(run)
        seen.update(type(event.fact) for event in run.log)

    explore()
    assert set(get_args(e.AnyFact)) - seen == set()
