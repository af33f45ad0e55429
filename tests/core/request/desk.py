"""A request on a clock of its own: people do things, the clock does its part in between, and nothing is sent.

    desk = Desk().open("contract", "US", by="jordan", at="2026-11-23T15:00Z")
    desk.does("katya", "yes", at="2026-11-23T16:00Z")

Every decision is checked on the way: its events fold to its state, and the state counts them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from bot.core.people import Absence, Team, Uses
from bot.core.playbook import Act, Playbook
from bot.core.request import Decision, Refusal, Refused, Request, RequestId, Show, Tell, decide, fold
from bot.core.request.commands import Command, Do, Note, Open, Ticket, Wake
from bot.core.request.events import Event
from bot.core.request.model import Assignment, Draft, StepRun, Weight
from bot.core.request.table import Action, move_for
from tests.core.request.brands import brand_a

F = TypeVar("F")
MUST, WISH = Weight.MUST_FIX, Weight.WISH


def z(moment: str) -> datetime:
    """``2026-11-23T15:00Z`` as an instant."""
    return datetime.fromisoformat(moment).astimezone(UTC)


def away(person: str, first: str, last: str) -> Absence:
    return Absence(person, date.fromisoformat(first), date.fromisoformat(last))


class Desk:
    """One request, its team, everything that happened and everything that is to be sent."""

    def __init__(
        self,
        book: Playbook | None = None,
        *,
        unreachable: Iterable[str] = (),
        absences: Iterable[Absence] = (),
        uses: Uses | None = None,
    ) -> None:
        self.team = Team(book or brand_a(), frozenset(unreachable), tuple(absences), uses=uses or Uses())
        self.found: Request | None = None
        self.log: list[Event] = []
        self.tells: list[Tell] = []
        self.shows: list[Show] = []
        self.wake_at: datetime | None = None

    @property
    def state(self) -> Request:
        assert self.found is not None
        return self.found

    def open(
        self,
        kind: str = "contract",
        market: str = "US",
        *,
        by: str = "jordan",
        at: str,
        round_: int = 1,
        checked: bool = False,
        **draft: Any,
    ) -> Desk:
        draft = {"title": "Ten posts", "text": "The text", **draft}
        command = Open(RequestId("A-1"), by, Draft(kind, market, **draft), "digest", "test", round_, checked)
        self._accepted(decide(None, command, self.team, z(at)))
        return self

    def does(self, person: str, action: str, *notes: str | Note, at: str, **fields: Any) -> Decision:
        """A move that is possible. Notes are remarks that must be fixed; the clock has done its part before."""
        done = self._accepted(self._try(person, action, notes, z(at), fields))
        assert done.state.status in move_for(Action(action)).to
        return done

    def refuses(self, person: str, action: str, *notes: str | Note, at: str, **fields: Any) -> Refused:
        """A move that is refused: it gives the refusal, and nothing has changed."""
        outcome = self._try(person, action, notes, z(at), fields)
        assert isinstance(outcome, Refused), f"{person} could {action}"
        return outcome

    def why(self, person: str, action: str, *notes: str | Note, at: str, **fields: Any) -> Refusal:
        return self.refuses(person, action, *notes, at=at, **fields).reason

    def until(self, at: str) -> Desk:
        """Lets the clock run: everything due happens at its own moment."""
        while self.wake_at is not None and self.wake_at <= z(at):
            self.wakes(self.wake_at)
        return self

    def wakes(self, at: datetime) -> Decision:
        """The clock looks at the request at one instant, on time or late."""
        return self._accepted(decide(self.state, Wake(), self.team, at))

    def _try(
        self, person: str, action: str, notes: tuple[str | Note, ...], at: datetime, fields: dict[str, Any]
    ) -> Decision | Refused:
        if not fields.pop("asleep", False):
            self.until(at.isoformat())
        remarks = tuple(Note(note) if isinstance(note, str) else note for note in notes)
        command: Command = Do(Action(action), person, "test", remarks=remarks, **fields)
        return decide(self.state, command, self.team, at)

    def _accepted(self, outcome: Decision | Refused) -> Decision:
        assert isinstance(outcome, Decision), outcome
        self.log += outcome.events
        assert fold(self.log) == outcome.state
        assert outcome.state.revision == len(self.log)
        self.found, self.wake_at = outcome.state, outcome.wake_at
        self.tells += [effect for effect in outcome.effects if isinstance(effect, Tell)]
        self.shows += [effect for effect in outcome.effects if isinstance(effect, Show)]
        return outcome

    # What the tests look at.

    @property
    def step(self) -> StepRun:
        """The step the request waits for."""
        assert self.state.main_step is not None
        return self.state.main_step

    @property
    def owners(self) -> list[str]:
        return [part.person for part in self.step.waiting]

    @property
    def local(self) -> list[str]:
        """Who may decide locally now."""
        return [part.person for part in self.state.local_step.waiting] if self.state.local_step else []

    @property
    def checkers(self) -> list[str]:
        """Whose check a provisional decision waits for."""
        return [part.person for step in self.state.open_steps if step.act is Act.RATIFY for part in step.waiting]

    @property
    def acts(self) -> list[str]:
        """The steps in the order in which they were opened."""
        return [f"{step.act} {' '.join(part.person for part in step.assignments)}" for step in self.state.steps]

    def part(self, person: str) -> Assignment:
        part = next((p for step in self.state.open_steps for p in step.waiting if p.person == person), None)
        assert part is not None
        return part

    def ticket(self, person: str) -> Ticket:
        """What stands on the buttons of the person's card now."""
        step = next(step for step in self.state.open_steps if step.part_of(person))
        return Ticket(step.number, self.state.round, self.state.text_version)

    def happened(self, kind: type[F]) -> list[F]:
        """The facts of one kind so far."""
        return [event.fact for event in self.log if isinstance(event.fact, kind)]

    def when(self, kind: type[object]) -> list[datetime]:
        return [event.at for event in self.log if isinstance(event.fact, kind)]

    def heard(self, person: str, message: str) -> list[datetime]:
        """When a person is told something, by the message's id."""
        return [tell.at for tell in self.tells if tell.person == person and tell.text.id == message]

    def shown(self, person: str) -> list[datetime]:
        return [show.at for show in self.shows if show.person == person]
