"""The HTTP application. Tokens open brands; what a token does not open looks exactly like what does not exist."""

import json
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Header, Query, Response
from fastapi import Request as HttpRequest
from fastapi.responses import HTMLResponse, JSONResponse

from adapters.http.bodies import (
    CampaignBody,
    CampaignView,
    ContactsView,
    OpenBody,
    RequestView,
    ResubmitBody,
    WithdrawBody,
    campaign_view,
    contacts_view,
    request_view,
)
from adapters.http.errors import ErrorView, Problem, install, reader_of
from adapters.http.gate import Gate, loop_seconds
from adapters.http.health import health_router
from adapters.http.keyring import Keyring
from adapters.http.limits import SmallBodies
from adapters.http.page import page
from bot.core.contacts import contacts
from bot.core.request.commands import Do
from bot.core.request.effects import Refusal, Refused
from bot.core.request.model import Request, RequestId, Status
from bot.core.request.table import Action
from bot.core.wording import text
from bot.ports import Filter, InForce, Store
from bot.readiness import Readiness
from bot.reports import as_data, period, report
from bot.service import Campaign, Done, Outcome, Service, no_such_request
from bot.tokens import Tokens

_THROUGH = "http"
_STATUS = {Refusal.OUTDATED: 409, Refusal.ALREADY_DECIDED: 409, Refusal.NOT_YOURS: 403, Refusal.NOT_POSSIBLE: 409}
_ERRORS: dict[int | str, dict[str, Any]] = {status: {"model": ErrorView} for status in (401, 404, 413, 422, 429)}
_MOVE_ERRORS = {**_ERRORS, 403: {"model": ErrorView}, 409: {"model": ErrorView}}

Key = Annotated[str | None, Header(alias="Idempotency-Key", max_length=200)]
Limit = Annotated[int, Query(ge=1, le=200)]
First = Annotated[date | None, Query(alias="from")]
Last = Annotated[date | None, Query(alias="to")]


class Api:
    """What the routes do."""

    def __init__(self, service: Service, store: Store, keyring: Keyring) -> None:
        self._service, self._store = service, store
        self.brands = keyring.brands

    async def open(self, body: OpenBody, brands: frozenset[str], key: str | None) -> Done:
        await self.in_force(body.brand, brands)
        # A key belongs to a brand: two clients that chose the same one do not meet.
        scoped = f"{body.brand}:{key}" if key else None
        return _done(await self._service.open(body.brand, body.requested_by, body.draft(), through=_THROUGH, key=scoped))

    async def open_campaign(self, body: CampaignBody, brands: frozenset[str], key: str | None) -> Campaign:
        await self.in_force(body.brand, brands)
        scoped = f"{body.brand}:{key}" if key else None
        outcome = await self._service.open_campaign(body.brand, body.requested_by, body.drafts(), through=_THROUGH, key=scoped)
        if isinstance(outcome, Refused):
            raise _problem(outcome)
        return outcome

    async def find_campaign(self, campaign: str, brands: frozenset[str]) -> Campaign:
        found = await self._service.campaign(campaign)
        if found is None or found.requests[0].brand not in brands:
            raise Problem(404, "not_found", text("refusal.no_such_campaign"))
        return found

    async def campaign_view(self, found: Campaign) -> CampaignView:
        tracks = [await self._service.find(request.id) for request in found.requests]
        return campaign_view(found, [_view(track) for track in tracks if track])

    async def find(self, request: str, brands: frozenset[str]) -> Done:
        found = await self._service.find(RequestId(request))
        return _done(found if found and found.request.brand in brands else no_such_request())

    async def do(self, request: str, command: Do, brands: frozenset[str]) -> RequestView:
        await self.find(request, brands)
        return _view(_done(await self._service.do(RequestId(request), command)))

    async def list(self, wanted: Filter) -> list[RequestView]:
        requests = await self._service.list(wanted)
        found = [await self._service.find(request.id) for request in requests]
        return [_view(one) for one in found if one]

    async def in_force(self, brand: str, brands: frozenset[str]) -> InForce:
        """The brand's playbook, if the token opens the brand."""
        found = await self._store.read(lambda tx: tx.in_force(brand)) if brand in brands else None
        if found is None:
            raise Problem(404, "not_found", text("refusal.no_such_brand", brand=brand))
        return found

    async def report(self, brand: str, first: date | None, last: date | None, brands: frozenset[str]) -> dict[str, object]:
        """The numbers of whole UTC days; of the last 30 where no days are given."""
        await self.in_force(brand, brands)
        to = last or self._service.now().date()
        since = first or to - timedelta(days=30)
        if to < since or to.year >= date.max.year:
            raise Problem(422, "invalid", text("cli.error.bad_period"))
        found = await report(self._store, brand, *period(since, to))
        assert found is not None
        return as_data(brand, since, to, found)

    async def contacts(self, brand: str, market: str, request: str | None, brands: frozenset[str]) -> ContactsView:
        playbook = (await self.in_force(brand, brands)).playbook
        if market not in playbook.markets:
            raise Problem(404, "not_found", text("http.no_such_market", market=market))
        one: Request | None = (await self.find(request, frozenset({brand}))).request if request else None
        return contacts_view(contacts(playbook, market, one))


def _done(outcome: Outcome) -> Done:
    """What was done. Raises ``Problem`` for a refusal."""
    if isinstance(outcome, Refused):
        raise _problem(outcome)
    return outcome


def _problem(refused: Refused) -> Problem:
    if refused == no_such_request():
        return Problem(404, "not_found", refused.text)
    return Problem(_STATUS.get(refused.reason, 422), str(refused.reason), refused.text)


def _view(done: Done) -> RequestView:
    return request_view(done.request, done.team)


def build_api(
    service: Service,
    store: Store,
    tokens: Mapping[str, frozenset[str]],
    seconds: Callable[[], float] = loop_seconds,
    process: APIRouter | None = None,
) -> FastAPI:
    """The application, ready to be served.

    ``tokens`` are those of the settings, with the brands they open; those of the database are looked up. ``seconds`` is what
    calls are counted by: any clock that only goes forward, the event loop's if left out. ``process`` are the routes for
    whoever watches the process;
    left out, they know of the database alone.
    """
    api = Api(service, store, Keyring(tokens, Tokens(store, service), seconds))
    about = "Approvals between teams who decide differently. Nothing is decided here: deciding is for people, in chat."
    app = FastAPI(title="Soglas", version="1", description=about, docs_url=None, redoc_url=None)
    app.add_middleware(SmallBodies)
    # Outermost, so that whoever comes too often is not even listened to.
    app.add_middleware(Gate, seconds=seconds)
    install(app)
    _docs(app)
    app.include_router(process or health_router(Readiness(store, service)))
    _requests(app, api)
    _campaigns(app, api)
    _moves(app, api)
    _reading(app, api)
    return app


def _docs(app: FastAPI) -> None:
    @app.get("/docs", include_in_schema=False)
    async def docs(request: HttpRequest) -> HTMLResponse:
        return HTMLResponse(page(app.openapi(), reader_of(request)))


def _requests(app: FastAPI, api: Api) -> None:
    brands = Annotated[frozenset[str], Depends(api.brands)]

    @app.post("/api/requests", status_code=201, tags=["requests"], responses={200: {"model": RequestView}, **_MOVE_ERRORS})
    async def open_request(body: OpenBody, response: Response, allowed: brands, key: Key = None) -> RequestView:
        """Opens a request; the same Idempotency-Key with the same content gives the same request again, with 200."""
        done = await api.open(body, allowed, key)
        if done.again:
            response.status_code = 200
        return _view(done)

    @app.get("/api/requests/{request_id}", tags=["requests"], responses=_ERRORS)
    async def show_request(request_id: str, allowed: brands) -> RequestView:
        return _view(await api.find(request_id, allowed))

    @app.get("/api/requests", tags=["requests"], responses=_ERRORS)
    async def list_requests(brand: str, allowed: brands, status: Status | None = None, limit: Limit = 50) -> list[RequestView]:
        """The newest first. A brand the token does not open has no requests."""
        return await api.list(Filter(brand=brand, status=status, limit=limit)) if brand in allowed else []


def _campaigns(app: FastAPI, api: Api) -> None:
    brands = Annotated[frozenset[str], Depends(api.brands)]

    @app.post("/api/campaigns", status_code=201, tags=["campaigns"], responses={200: {"model": CampaignView}, **_MOVE_ERRORS})
    async def open_campaign(body: CampaignBody, response: Response, allowed: brands, key: Key = None) -> CampaignView:
        """Opens a request in each market, all or none, with one launch gate over them."""
        found = await api.open_campaign(body, allowed, key)
        if found.again:
            response.status_code = 200
        return await api.campaign_view(found)

    @app.get("/api/campaigns/{campaign_id}", tags=["campaigns"], responses=_ERRORS)
    async def show_campaign(campaign_id: str, allowed: brands) -> CampaignView:
        """Whether the launch may go ahead, and which market is missing."""
        return await api.campaign_view(await api.find_campaign(campaign_id, allowed))


def _moves(app: FastAPI, api: Api) -> None:
    brands = Annotated[frozenset[str], Depends(api.brands)]

    @app.post("/api/requests/{request_id}/withdraw", tags=["requests"], responses=_MOVE_ERRORS)
    async def withdraw(request_id: str, body: WithdrawBody, allowed: brands) -> RequestView:
        return await api.do(request_id, Do(Action.WITHDRAW, body.by, _THROUGH, text=body.reason), allowed)

    @app.post("/api/requests/{request_id}/resubmit", tags=["requests"], responses=_MOVE_ERRORS)
    async def resubmit(request_id: str, body: ResubmitBody, allowed: brands) -> RequestView:
        links = tuple(body.links) if body.links is not None else None
        return await api.do(request_id, Do(Action.RESUBMIT, body.by, _THROUGH, text=body.text, links=links), allowed)


def _reading(app: FastAPI, api: Api) -> None:
    brands = Annotated[frozenset[str], Depends(api.brands)]

    @app.get("/api/contacts", tags=["playbooks"], responses=_ERRORS)
    async def show_contacts(brand: str, market: str, allowed: brands, request: str | None = None) -> ContactsView:
        """Who is who for a market's creators; with a request, who decides it now or who decided."""
        return await api.contacts(brand, market, request, allowed)

    @app.get("/api/reports/{brand}", tags=["reports"], responses=_ERRORS)
    async def show_report(brand: str, allowed: brands, first: First = None, last: Last = None) -> JSONResponse:
        """What local authority brought, how often decisions were taken back or moved, how many messages a decision took."""
        return JSONResponse(await api.report(brand, first, last, allowed))

    @app.get("/api/playbooks/{brand}", tags=["playbooks"], responses=_ERRORS)
    async def show_playbook(brand: str, allowed: brands) -> Response:
        """The version in force, in the form of the file."""
        found = await api.in_force(brand, allowed)
        body = {"brand": brand, "version": found.version, "digest": found.digest, "agreed": found.agreed}
        return JSONResponse({**body, "playbook": json.loads(found.playbook.model_dump_json(exclude_defaults=True))})
