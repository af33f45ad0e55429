"""What would happen to a request, on a clock of its own. The same ``decide`` as the live bot; no second implementation."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.core.contacts import Contacts, contacts
from bot.core.people import Absence, Team
from bot.core.playbook.model import Act, PersonId, Playbook
from bot.core.request.commands import Command, Do, Note, Open, Wake
from bot.core.request.deadlines import late_at, next_due
from bot.core.request.decide import decide
from bot.core.request.effects import Refused
from bot.core.request.handover import hand_over_at, last_call_at, obstacle
from bot.core.request.model import Draft, Request, RequestId, StepRun
from bot.core.request.table import Action
from bot.core.timeline import Entry, entries
from bot.core.worktime import NoWorkingTime


@dataclass(frozen=True, slots=True)
class Deed:
    """Somebody's move at an instant. A yes on a consult is an opinion without remarks."""

    at: datetime
    person: PersonId
    action: str


@dataclass(frozen=True, slots=True)
class Scenario:
    draft: Draft
    by: PersonId
    at: datetime
    round: int = 1
    absences: tuple[Absence, ...] = ()
    deeds: tuple[Deed, ...] = ()
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    at: datetime
    by: PersonId
    why: str


@dataclass(slots=True)
class Report:
    """Everything a rehearsal shows. ``state`` is ``None`` when the opening itself was refused."""

    state: Request | None = None
    timeline: list[Entry] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    contacts: Contacts | None = None


ACTIONS = {
    "yes": Action.YES,
    "send-back": Action.SEND_BACK,
    "reject": Action.REJECT,
    "resubmit": Action.RESUBMIT,
    "ratify": Action.RATIFY,
    "object": Action.OBJECT,
    "take-back": Action.TAKE_BACK,
}


def rehearse(playbook: Playbook, scenario: Scenario) -> Report:
    """Runs a scenario to its end: until ``until``, or until nothing is waited for any more."""
    run = _Run(Team(playbook, absences=scenario.absences), scenario)
    try:
        run.play()
    except (NoWorkingTime, OverflowError):  # a year that no calendar knows
        run.report.refusals.append(Refusal(scenario.at, scenario.by, "no_working_time"))
    return run.report


class _Run:
    def __init__(self, team: Team, scenario: Scenario) -> None:
        self.report = Report()
        self._team, self._scenario = team, scenario

    def play(self) -> None:
        scenario = self._scenario
        opening = Open(RequestId("rehearsal"), scenario.by, scenario.draft, "", "rehearsal", scenario.round)
        self._give(opening, scenario.by, scenario.at)
        if self.report.state is None:
            return
        for deed in sorted(scenario.deeds, key=lambda deed: deed.at):
            if scenario.until and deed.at > scenario.until:
                break
            if deed.at < scenario.at:
                self._refuse(deed, "in_the_past")
                continue
            self._wait(deed.at)
            self._carry_out(deed)
        self._wait(scenario.until)
        self.report.contacts = contacts(self._team.playbook, scenario.draft.market, self.report.state)

    def _refuse(self, deed: Deed, why: str) -> None:
        self.report.refusals.append(Refusal(deed.at, deed.person, why))

    def _carry_out(self, deed: Deed) -> None:
        assert self.report.state is not None
        action = ACTIONS[deed.action]
        mine = [step for step in self.report.state.open_steps if (part := step.part_of(deed.person)) and not part.answer]
        if action is Action.YES and mine and all(step.act is Act.CONSULT for step in mine):
            action = Action.OPINION
        notes = (Note("rehearsed"),) if action in (Action.SEND_BACK, Action.OBJECT) else ()
        self._give(Do(action, deed.person, "rehearsal", remarks=notes, text="rehearsed"), deed.person, deed.at)

    def _wait(self, until: datetime | None) -> None:
        while (state := self.report.state) and (due := next_due(state, self._team)):
            if until is not None and due.at > until:
                return
            self._give(Wake(), None, due.at)

    def _give(self, command: Command, by: PersonId | None, at: datetime) -> None:
        outcome = decide(self.report.state, command, self._team, at)
        if isinstance(outcome, Refused):
            self.report.refusals.append(Refusal(at, by or "", str(outcome.reason)))
            return
        self.report.state = outcome.state
        for event in outcome.events:
            self.report.timeline.extend(entries(event, outcome.state))


def creator_moments(team: Team, request: Request, step: StepRun) -> tuple[datetime | None, datetime | None]:
    """The last call and the hand-over of a step: ``None`` for one that never comes."""
    if request.draft.needed_by is None or not step.on_path:
        return None, None
    # As planned when the step opened: with everybody's answer still to come.
    waiting = replace(step, closed_at=None, assignments=tuple(replace(part, answer=None) for part in step.assignments))
    before = replace(request, steps=tuple(waiting if s.number == step.number else s for s in request.steps if not s.local))
    calls = (last_call_at(team, before, waiting, part) for part in waiting.assignments)
    if step.act is Act.CONSULT:  # asked no more once its time is up
        calls = (call for call in calls if call and call < max(part.due_at for part in waiting.assignments))
    planned = hand_over_at(team, before, waiting)
    allowed = planned is not None and obstacle(team, before, planned) is None
    return min((call for call in calls if call), default=None), step.handed_over_at or (planned if allowed else None)


def step_moments(step: StepRun) -> tuple[datetime | None, datetime | None]:
    """When a step's first reminder and its escalation are (or would have been) due; a consult is never escalated."""
    remind = min(part.remind_at for part in step.assignments)
    if step.act is Act.CONSULT:
        return remind, None
    dues = sorted(part.due_at for part in step.assignments for _ in part.roles)
    return remind, late_at(step) or dues[len(dues) - step.quorum]
