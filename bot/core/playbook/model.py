"""The playbook as everything else reads it. Values only; cross references are checked in ``checks`` before a model is used."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError

from bot.core.playbook.scalars import (
    Amount,
    Day,
    Duration,
    Language,
    Quiet,
    Seconds,
    Share,
    Texts,
    WorkingHours,
)
from bot.core.playbook.who import Who, WhoField
from bot.core.wording import Localized
from bot.core.worktime import Calendar, PublicHolidays

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$")]
PersonId = str
RoleId = str
MarketId = str


class Act(StrEnum):
    """What a step asks of its owner. A path has the first three; a provisional decision brings the last."""

    CONSULT = "consult"
    REVIEW = "review"
    DECIDE = "decide"
    RATIFY = "ratify"


class Part(BaseModel):
    """A part of the playbook: unknown keys are faults, values never change."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)


class Holidays(Part):
    country: str
    subdivision: str | None = None
    worked: list[str] = []
    closed: list[Day] = []
    short_days: Literal["honour", "ignore"] = "ignore"

    def rules(self) -> PublicHolidays:
        honour = self.short_days == "honour"
        return PublicHolidays(self.country, self.subdivision, frozenset(self.worked), frozenset(self.closed), honour)


class Market(Part):
    title: Texts
    language: Language
    timezone: str
    hours: WorkingHours
    quiet: Quiet | None = None
    holidays: Holidays | None = None
    currency: str
    signed_by: PersonId


class Person(Part):
    name: Texts
    market: MarketId
    languages: Annotated[list[Language], Field(min_length=1)]
    hours: WorkingHours | None = None
    quiet: Quiet | None = None


class Role(Part):
    title: Texts
    market: MarketId
    holder: PersonId | None
    deputies: list[PersonId] = []


class DirectLine(Part):
    between: Annotated[list[RoleId], Field(min_length=2, max_length=2)]
    at_least_every_days: Annotated[int, Field(gt=0)]


class Step(Part):
    """One step of a path. ``act`` and ``who`` say what the file writes as ``review: legal``."""

    consult: WhoField = None
    review: WhoField = None
    decide: WhoField = None
    within: Duration
    waits: bool = False
    once: bool = False

    @model_validator(mode="after")
    def _one_act(self) -> Step:
        if sum(who is not None for who in (self.consult, self.review, self.decide)) != 1:
            raise PydanticCustomError("one_act", "one_act")
        if self.waits and self.consult is None:
            raise PydanticCustomError("waits_only_consult", "waits_only_consult")
        if self.once and self.review is None:
            raise PydanticCustomError("once_only_review", "once_only_review")
        return self

    @cached_property
    def act(self) -> Act:
        return Act.CONSULT if self.consult else Act.REVIEW if self.review else Act.DECIDE

    @cached_property
    def who(self) -> Who:
        who = self.consult or self.review or self.decide
        assert who is not None
        return who


class Path(Part):
    rounds: Annotated[int, Field(gt=0, le=50)]
    steps: Annotated[list[Step], Field(min_length=1, max_length=30)]
    checklist: str | None = None


class LocalAuthority(Part):
    role: RoleId
    within: Duration
    up_to: Amount
    per_week: Annotated[int, Field(gt=0)]
    ratified_by: RoleId
    ratified_within: Duration
    open_at_most: Annotated[int, Field(gt=0)]


class Kind(Part):
    """A kind of decision: local ones have a path for each market, central ones have one."""

    title: Texts
    note: Texts
    flexibility: Literal["fixed", "flexible"]
    scope: Literal["local", "central"]
    paths: dict[MarketId, Path] = {}
    path: Path | None = None
    local_authority: dict[MarketId, LocalAuthority] = {}

    def path_for(self, market: MarketId) -> Path | None:
        """The path of a request from that market; never another market's."""
        return self.path if self.scope == "central" else self.paths.get(market)

    def all_paths(self) -> Iterator[tuple[MarketId | None, Path]]:
        if self.path is not None:
            yield None, self.path
        yield from self.paths.items()


class Creators(Part):
    see: Literal["contacts_and_status", "contacts_only"] = "contacts_and_status"
    main_contact: dict[MarketId, RoleId] = {}
    creative_kinds: list[str] = []
    content_kind: str | None = None
    contract_kind: str | None = None


class SecondEscalation(Part):
    after: Duration = timedelta(hours=4)
    to: Literal["signatories"] = "signatories"


class Escalation(Part):
    remind_at: Share = 0.5
    last_call: Duration = timedelta(hours=1)
    then: SecondEscalation = SecondEscalation()


class ExtraRound(Part):
    at_most: Annotated[int, Field(ge=0, le=20)] = 0
    granted_by: list[str] = []


class DecisionHours(Part):
    local: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    central: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None


class Targets(Part):
    decision_hours: DecisionHours = DecisionHours()
    rework_rate: Annotated[float, Field(ge=0, le=1)] | None = None
    blocked_share: Annotated[float, Field(ge=0, le=1)] | None = None
    messages_per_decision: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None


class ChecklistItem(Part):
    id: Name
    blocking: bool
    evidence: Literal["confirm", "text", "link", "file"]
    text: Texts


class Checklist(Part):
    owner: RoleId
    reviewed_on: Day
    review_by: Day
    items: Annotated[list[ChecklistItem], Field(min_length=1)]


class Playbook(Part):
    """How one brand decides."""

    soglas: Literal[1]
    id: Name
    title: Texts
    languages: Annotated[list[Language], Field(min_length=1)]
    review_every_days: Annotated[int, Field(gt=0)] | None = None
    markets: Annotated[dict[Name, Market], Field(min_length=1)]
    people: Annotated[dict[Name, Person], Field(min_length=1)]
    roles: Annotated[dict[Name, Role], Field(min_length=1)]
    coordinator: RoleId
    bridges: dict[MarketId, RoleId] = {}
    direct_lines: list[DirectLine] = []
    decisions: Annotated[dict[Name, Kind], Field(min_length=1)]
    creators: Creators = Creators()
    escalation: Escalation = Escalation()
    extra_round: ExtraRound = ExtraRound()
    undo: Seconds = timedelta(seconds=60)
    targets: Targets = Targets()
    checklists: dict[Name, Checklist] = {}

    @property
    def hold(self) -> timedelta:
        """How long the next step's card waits for a decision to be taken back: only where the file itself says ``undo``."""
        return self.undo if "undo" in self.model_fields_set else timedelta(0)

    def calendar(self, person: PersonId) -> Calendar:
        """The working hours and days of a person: their own hours, or their market's."""
        someone = self.people[person]
        return self._calendars[someone.market, person if someone.hours else None]

    def market_calendar(self, market: MarketId) -> Calendar:
        return self._calendars[market, None]

    def quiet(self, person: PersonId) -> tuple[int, int] | None:
        """Quiet hours in minutes after local midnight; may pass midnight."""
        someone = self.people[person]
        return someone.quiet or self.markets[someone.market].quiet

    def name(self, person: PersonId) -> Localized:
        return Localized(self.people[person].name)

    def role_title(self, role: RoleId) -> Localized:
        return Localized(self.roles[role].title)

    def coordinators(self) -> tuple[PersonId, ...]:
        """The coordinator and the coordinator's deputies, in order; empty when nobody holds the role."""
        role = self.roles[self.coordinator]
        return tuple(person for person in (role.holder, *role.deputies) if person)

    def signatories(self) -> tuple[PersonId, ...]:
        """The people whose yes counts for a market, in the order of the markets, each once."""
        return tuple(dict.fromkeys(market.signed_by for market in self.markets.values()))

    @cached_property
    def _calendars(self) -> dict[tuple[MarketId, PersonId | None], Calendar]:
        found: dict[tuple[MarketId, PersonId | None], Calendar] = {}
        for market_id, market in self.markets.items():
            rules = market.holidays.rules() if market.holidays else None
            found[market_id, None] = Calendar(market.timezone, market.hours, rules)
            for person_id, person in self.people.items():
                if person.market == market_id and person.hours:
                    found[market_id, person_id] = Calendar(market.timezone, person.hours, rules)
        return found
