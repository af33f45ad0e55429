"""What goes in and out over HTTP, as pydantic models: the shapes in ``/openapi.json``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from bot.core import campaign
from bot.core.contacts import Contacts
from bot.core.money import parse_money
from bot.core.people import Team
from bot.core.request.model import Assignment, Draft, Request, StepRun
from bot.core.request.opening import MAX_BODY, MAX_LINKS, MAX_TITLE, cleaned
from bot.service import Campaign


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

Amount = Annotated[str, Field(pattern=r"^[0-9]{1,12}(\.[0-9]{1,4})? ?[A-Z]{3}$", examples=["500 USD"])]


class _Asked(BaseModel):
    """What is asked for, in one market or in several."""

    model_config = ConfigDict(extra="forbid")

    brand: Short
    kind: Short
    requested_by: Short
    title: Annotated[str, Plain, Field(min_length=1, max_length=MAX_TITLE)]
    text: Body = ""
    links: Links = []
    creator: Annotated[str, Plain, Field(max_length=200)] = ""
    needed_by: Annotated[AwareDatetime, AfterValidator(_in_utc)] | None = None


class OpenBody(_Asked):
    """A request to open."""

    market: Short
    amount: Amount | None = None

    def draft(self) -> Draft:
        links = tuple(cleaned(link) for link in self.links)
        return Draft(
            self.kind, self.market, cleaned(self.title), cleaned(self.text), links, cleaned(self.creator), self.needed_by,
            parse_money(self.amount) if self.amount else None,
        )  # fmt: skip


class TrackBody(BaseModel):
    """What is different in one market; what is left out is the campaign's."""

    model_config = ConfigDict(extra="forbid")

    text: Body | None = None
    links: Links | None = None
    creator: Annotated[str, Plain, Field(max_length=200)] | None = None
    amount: Amount | None = None


class CampaignBody(_Asked):
    """A campaign to open: a request in each market, and one launch gate over them."""

    tracks: Annotated[dict[Short, TrackBody], Field(min_length=2, max_length=50, examples=[{"RU": {}, "US": {}}])]

    def drafts(self) -> list[Draft]:
        return [self._draft(market, track) for market, track in self.tracks.items()]

    def _draft(self, market: str, track: TrackBody) -> Draft:
        words = self.text if track.text is None else track.text
        links = self.links if track.links is None else track.links
        creator = self.creator if track.creator is None else track.creator
        return Draft(
            self.kind, market, cleaned(self.title), cleaned(words), tuple(cleaned(link) for link in links), cleaned(creator),
            self.needed_by, parse_money(track.amount) if track.amount else None,
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
    local: bool
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
    provisional: bool
    campaign: str
    waiting_for: list[OwnerView]
    steps: list[StepView]


class CampaignView(BaseModel):
    """A campaign: whether its launch may go ahead, which markets are missing, and every market's request."""

    id: str
    brand: str
    title: str
    open: bool
    missing: list[str]
    tracks: list[RequestView]


class ContactsView(BaseModel):
    main: str | None
    deputy: str | None
    creative_feedback: list[str]
    final_content: str | None
    final_contract: str | None
    this_request: str | None


def request_view(request: Request, team: Team) -> RequestView:
    draft = request.draft
    # After a hand-over both may act: the owner and the local authority.
    waiting = [part for step in (request.main_step, request.local_step) if step for part in step.waiting]
    return RequestView(
        id=request.id, brand=request.brand, kind=draft.kind, market=draft.market, title=draft.title, status=str(request.status),
        round=request.round, rounds=request.rounds, requested_by=request.requested_by, creator=draft.creator,
        opened_at=request.opened_at, needed_by=draft.needed_by, provisional=request.is_provisional,
        campaign=draft.campaign, waiting_for=_owners(waiting, team),
        steps=[_step(step, team) for step in request.steps],
    )  # fmt: skip


def for_creator(view: RequestView) -> RequestView:
    """What a creator may know of their own request: how it stands and whom it waits for, not who asked nor each step."""
    return view.model_copy(update={"requested_by": "", "steps": []})


def _owners(parts: Sequence[Assignment], team: Team) -> list[OwnerView]:
    names = team.playbook.people
    return [OwnerView(person=p.person, name=dict(names[p.person].name), due_at=p.due_at, remind_at=p.remind_at) for p in parts]


def _step(step: StepRun, team: Team) -> StepView:
    roles = [role for part in step.assignments for role in part.roles]
    return StepView(
        act=str(step.act), local=step.local, round=step.round, roles=roles, owners=_owners(step.assignments, team),
        opened_at=step.opened_at,
        closed_at=step.closed_at, outcome=str(step.outcome) if step.outcome else None,
    )  # fmt: skip


def campaign_view(found: Campaign, views: list[RequestView]) -> CampaignView:
    tracks, first = campaign.tracks(found.requests), found.requests[0]
    return CampaignView(
        id=found.id, brand=first.brand, title=first.draft.title, open=campaign.is_open(tracks),
        missing=[track.market for track in campaign.missing(tracks)], tracks=views,
    )  # fmt: skip


def contacts_view(found: Contacts) -> ContactsView:
    return ContactsView(
        main=found.main, deputy=found.deputy, creative_feedback=list(found.creative_feedback), final_content=found.final_content,
        final_contract=found.final_contract, this_request=found.this_request,
    )  # fmt: skip
