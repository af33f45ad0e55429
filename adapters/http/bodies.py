"""What goes in and out over HTTP, as pydantic models: the shapes in ``/openapi.json``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from bot.core.contacts import Contacts
from bot.core.money import parse_money
from bot.core.people import Team
from bot.core.request.model import Assignment, Draft, Request, StepRun
from bot.core.request.opening import MAX_BODY, MAX_LINKS, MAX_TITLE, cleaned


def _storable(value: object) -> object:
    """Half a surrogate pair is JSON, but no database and no answer can hold it."""
    return value.encode(errors="replace").decode() if isinstance(value, str) else value


def _in_utc(value: datetime) -> datetime:
    """The same instant is the same content, in whichever zone it was written."""
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("out of range") from None


Plain = BeforeValidator(_storable)
Short = Annotated[str, Plain, Field(min_length=1, max_length=60)]
Body = Annotated[str, Plain, Field(max_length=MAX_BODY)]
Links = Annotated[list[Annotated[str, Plain, Field(max_length=2000)]], Field(max_length=MAX_LINKS)]


class OpenBody(BaseModel):
    """A request to open."""

    model_config = ConfigDict(extra="forbid")

    brand: Short
    kind: Short
    market: Short
    requested_by: Short
    title: Annotated[str, Plain, Field(min_length=1, max_length=MAX_TITLE)]
    text: Body = ""
    links: Links = []
    creator: Annotated[str, Plain, Field(max_length=200)] = ""
    needed_by: Annotated[AwareDatetime, AfterValidator(_in_utc)] | None = None
    amount: Annotated[str, Field(pattern=r"^[0-9]{1,12}(\.[0-9]{1,4})? ?[A-Z]{3}$", examples=["500 USD"])] | None = None

    def draft(self) -> Draft:
        links = tuple(cleaned(link) for link in self.links)
        return Draft(
            self.kind, self.market, cleaned(self.title), cleaned(self.text), links, cleaned(self.creator), self.needed_by,
            parse_money(self.amount) if self.amount else None,
        )  # fmt: skip


class ResubmitBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    by: Short
    text: Body = ""
    links: Links | None = None


class WithdrawBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    by: Short
    reason: Annotated[str, Plain, Field(max_length=2000)] = ""


class OwnerView(BaseModel):
    person: str
    name: dict[str, str]
    due_at: datetime
    remind_at: datetime


class StepView(BaseModel):
    act: str
    round: int
    roles: list[str]
    owners: list[OwnerView]
    opened_at: datetime
    closed_at: datetime | None
    outcome: str | None


class RequestView(BaseModel):
    """A request as programs see it."""

    id: str
    brand: str
    kind: str
    market: str
    title: str
    status: str
    round: int
    rounds: int
    requested_by: str
    creator: str
    opened_at: datetime
    needed_by: datetime | None
    waiting_for: list[OwnerView]
    steps: list[StepView]


class ContactsView(BaseModel):
    main: str | None
    deputy: str | None
    creative_feedback: list[str]
    final_content: str | None
    final_contract: str | None
    this_request: str | None


def request_view(request: Request, team: Team) -> RequestView:
    main = request.main_step
    draft = request.draft
    return RequestView(
        id=request.id, brand=request.brand, kind=draft.kind, market=draft.market, title=draft.title, status=str(request.status),
        round=request.round, rounds=request.rounds, requested_by=request.requested_by, creator=draft.creator,
        opened_at=request.opened_at, needed_by=draft.needed_by, waiting_for=_owners(main.waiting if main else (), team),
        steps=[_step(step, team) for step in request.steps],
    )  # fmt: skip


def _owners(parts: Sequence[Assignment], team: Team) -> list[OwnerView]:
    names = team.playbook.people
    return [OwnerView(person=p.person, name=dict(names[p.person].name), due_at=p.due_at, remind_at=p.remind_at) for p in parts]


def _step(step: StepRun, team: Team) -> StepView:
    roles = [role for part in step.assignments for role in part.roles]
    return StepView(
        act=str(step.act), round=step.round, roles=roles, owners=_owners(step.assignments, team), opened_at=step.opened_at,
        closed_at=step.closed_at, outcome=str(step.outcome) if step.outcome else None,
    )  # fmt: skip


def contacts_view(found: Contacts) -> ContactsView:
    return ContactsView(
        main=found.main, deputy=found.deputy, creative_feedback=list(found.creative_feedback), final_content=found.final_content,
        final_contract=found.final_contract, this_request=found.this_request,
    )  # fmt: skip
