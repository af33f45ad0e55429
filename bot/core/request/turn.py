"""One decision in the making: facts are added one by one, each folded at once, and effects are gathered beside them."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.core.people import Team
from bot.core.playbook.model import Path, PersonId, Playbook, RoleId
from bot.core.request.deadlines import Due, next_due
from bot.core.request.effects import Decision, Effect, Hand, Redraw, Show, Tell
from bot.core.request.events import Event, Fact, RequestOpened
from bot.core.request.evolve import evolve
from bot.core.request.model import Assignment, Request
from bot.core.wording import Text


class Turn:
    """Gathers what one command brings about. It is thrown away when the command is refused."""

    def __init__(self, state: Request | None, team: Team, now: datetime, by: PersonId | None, through: str = "") -> None:
        self._state, self.team, self.now, self.by, self._through = state, team, now, by, through
        self._role: RoleId | None = None
        self._on_behalf_of: PersonId | None = None
        self._events: list[Event] = []
        self._effects: list[Effect] = []
        self._hold = self._held = timedelta(0)
        self._due: Due | None = None
        self._due_of: Request | None = None

    @property
    def state(self) -> Request:
        assert self._state is not None
        return self._state

    @property
    def playbook(self) -> Playbook:
        return self.team.playbook

    @property
    def path(self) -> Path:
        draft = self.state.draft
        path = self.playbook.decisions[draft.kind].path_for(draft.market)
        assert path is not None  # a request is never opened without one
        return path

    def hand_to(self, person: PersonId | None, through: str = "") -> None:
        """The facts from here on are a person's doing; with ``None`` the clock's."""
        self.by, self._through = person, through
        self._role = self._on_behalf_of = None

    def hold(self, time: timedelta) -> None:
        """What this brings to others waits a moment, in which it may be taken back."""
        self._hold = time
        self._held = max(self._held, time)

    def act_as(self, part: Assignment) -> None:
        """The facts from here on are done in this part's role, for its holder where a deputy acts."""
        self._role, self._on_behalf_of = part.roles[0], part.on_behalf_of

    def happen(self, fact: Fact) -> None:
        version = self._state.text_version if self._state else 1
        playbook = fact.playbook if isinstance(fact, RequestOpened) else self.state.playbook
        event = Event(self.now, self.by, self._role, self._on_behalf_of, self._through, version, playbook, fact)
        self._state = evolve(self._state, event)
        self._events.append(event)

    def show(self, person: PersonId, at: datetime | None = None) -> None:
        self._effects.append(Show(person, at or self.team.polite_time(person, self.now + self._hold)))

    def hand(self, person: PersonId, file: str) -> None:
        """A file to a person, held like a message."""
        self._effects.append(Hand(person, file, self.team.free_time(person, self.now + self._hold)))

    def redraw(self, person: PersonId, at: datetime) -> None:
        """Something on the person's card ends by itself at an instant."""
        self._effects.append(Redraw(person, at))

    def tell(self, person: PersonId, text: Text, *, at: datetime | None = None) -> None:
        """A message to a person, held while it would be impolite and while they are away.

        The key is unique: the revision grows with every event.
        """
        key = f"{self.state.id}:{self.state.revision}:{text.id}:{person}"
        self._effects.append(Tell(person, text, at or self.team.free_time(person, self.now + self._hold), key))

    def next_due(self) -> Due | None:
        """What the request waits for next. Asked for again and again while nothing changes, so it is remembered."""
        if self._due_of is not self._state:
            self._due, self._due_of = next_due(self.state, self.team), self._state
        return self._due

    def decision(self) -> Decision:
        due = self.next_due()
        return Decision(self.state, tuple(self._events), tuple(self._effects), due.at if due else None, self._held)
