"""What goes in and out over HTTP, as pydantic models: the shapes in ``/openapi.json``."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from bot.core.contacts import Contacts
from bot.core.money import parse_money
from bot.core.people import Team
from bot.core.request.model import Draft, Request, StepRun
from bot.core.request.opening import MAX_BODY, MAX_LINKS, MAX_TITLE, cleaned

Short = Annotated[str, Field(min_length=1, max_length=60)]


class OpenBody(BaseModel):
    """A request to open."""

    model_config = ConfigDict(extra="forbid")

    brand: Short
    kind: Short
    market: Short
    requested_by: Short
    title: Annotated[str, Field(min_length=1, max_length=MAX_TITLE)]
    text: Annotated[str, Field(max_length=MAX_BODY)] = ""
    links: Annotated[list[Annotated[str, Field(max_length=2000)]], Field(max_length=MAX_LINKS)] = []
    creator: Annotated[str, Field(max_length=200)] = ""
    needed_by: AwareDatetime | None = None
    amount: Annotated[str, Field(pattern=r"^\d{1,12}(\.\d{1,4})? ?[A-Z]{3}$", examples=["500 USD"])] | None = None

    def draft(self) -> Draft:
        links = tuple(cleaned(link) for link in self.links)
        return Draft(
            self.kind, self.market, cleaned(self.title), cleaned(self.text), links, cleaned(self.creator), self.needed_by,
            parse_money(self.amount) if self.amount else None,
        )  # fmt: skip


class ResubmitBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    by: Short
    text: Annotated[str, Field(max_length=MAX_BODY)] = ""
    links: list[str] | None = None


class WithdrawBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    by: Short
    reason: Annotated[str, Field(max_length=2000)] = ""


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
    steps = [_step(step, team) for step in request.steps]
    waiting = _step(main, team).owners if main else []
    draft = request.draft
    return RequestView(
        id=request.id, brand=request.brand, kind=draft.kind, market=draft.market, title=draft.title, status=str(request.status),
        round=request.round, rounds=request.rounds, requested_by=request.requested_by, creator=draft.creator,
        opened_at=request.opened_at, needed_by=draft.needed_by, waiting_for=waiting, steps=steps,
    )  # fmt: skip


def _step(step: StepRun, team: Team) -> StepView:
    owners = [
        OwnerView(person=p.person, name=dict(team.playbook.people[p.person].name), due_at=p.due_at, remind_at=p.remind_at)
        for p in step.assignments
    ]
    roles = [role for part in step.assignments for role in part.roles]
    return StepView(
        act=str(step.act), round=step.round, roles=roles, owners=owners, opened_at=step.opened_at, closed_at=step.closed_at,
        outcome=str(step.outcome) if step.outcome else None,
    )  # fmt: skip


def contacts_view(found: Contacts) -> ContactsView:
    return ContactsView(
        main=found.main, deputy=found.deputy, creative_feedback=list(found.creative_feedback), final_content=found.final_content,
        final_contract=found.final_contract, this_request=found.this_request,
    )  # fmt: skip
