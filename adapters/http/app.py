"""The HTTP application. Tokens open brands; what a token does not open looks exactly like what does not exist."""

import hmac
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated

from fastapi import Depends, FastAPI, Header, HTTPException, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from adapters.http.bodies import ContactsView, OpenBody, RequestView, ResubmitBody, WithdrawBody, contacts_view, request_view
from bot.core.contacts import contacts
from bot.core.request.commands import Do
from bot.core.request.effects import Refusal, Refused
from bot.core.request.model import RequestId
from bot.core.request.table import Action
from bot.ports import Filter, InForce, Store
from bot.service import Done, Outcome, Service, no_such_request
from bot.speech import Reader, say

_THROUGH = "http"
_MOST_BYTES = 1 << 20
_NOT_FOUND = no_such_request()
_STATUS = {Refusal.OUTDATED: 409, Refusal.ALREADY_DECIDED: 409, Refusal.NOT_YOURS: 403, Refusal.NOT_POSSIBLE: 409}


class Api:
    """The routes and what they need."""

    def __init__(self, service: Service, store: Store, tokens: Mapping[str, frozenset[str]]) -> None:
        self._service, self._store, self._tokens = service, store, tokens

    def brands(self, authorization: Annotated[str, Header()] = "") -> frozenset[str]:
        """The brands the caller's token opens. Every known token is compared, in constant time."""
        given = authorization.removeprefix("Bearer ").encode()
        found = [brands for token, brands in self._tokens.items() if hmac.compare_digest(token.encode(), given)]
        if not authorization.startswith("Bearer ") or not found:
            raise HTTPException(401, "a bearer token is needed", {"WWW-Authenticate": "Bearer"})
        return found[0]

    async def open(self, body: OpenBody, brands: frozenset[str], key: str | None) -> Outcome:
        if body.brand not in brands:
            return _NOT_FOUND
        # A key belongs to a brand: two clients that chose the same one do not meet.
        scoped = f"{body.brand}:{key}" if key else None
        return await self._service.open(body.brand, body.requested_by, body.draft(), through=_THROUGH, key=scoped)

    async def find(self, request: str, brands: frozenset[str]) -> Outcome:
        found = await self._service.find(RequestId(request))
        return found if found and found.request.brand in brands else _NOT_FOUND

    async def do(self, request: str, command: Do, brands: frozenset[str]) -> Outcome:
        found = await self.find(request, brands)
        return found if isinstance(found, Refused) else await self._service.do(RequestId(request), command)

    async def list(self, brand: str, status: str | None, limit: int) -> list[RequestView]:
        requests = await self._service.list(Filter(brand=brand, status=status, limit=limit))
        found = [await self._service.find(request.id) for request in requests]
        return [request_view(one.request, one.team) for one in found if one]

    async def in_force(self, brand: str) -> InForce | None:
        return await self._store.read(lambda tx: tx.in_force(brand))


def reader(accept_language: Annotated[str, Header()] = "en") -> Reader:
    """The language of messages, as the caller asked for it."""
    wanted = tuple(part.split(";")[0].strip()[:2].lower() for part in accept_language.split(","))
    return Reader(wanted, "UTC")


ReaderHere = Annotated[Reader, Depends(reader)]
Key = Annotated[str | None, Header(alias="Idempotency-Key", max_length=200)]


def _view(outcome: Outcome, reader: Reader) -> RequestView:
    if isinstance(outcome, Done):
        return request_view(outcome.request, outcome.team)
    status = 404 if outcome == _NOT_FOUND else _STATUS.get(outcome.reason, 422)
    raise HTTPException(status, {"code": str(outcome.reason), "message": say(outcome.text, reader)})


def build_api(service: Service, store: Store, tokens: Mapping[str, frozenset[str]]) -> FastAPI:
    """The application, ready to be served."""
    api = Api(service, store, tokens)
    app = FastAPI(title="Soglas", version="1", description="Approvals between teams who decide differently.")
    app.middleware("http")(_small_bodies_only)
    app.exception_handler(HTTPException)(_error)
    app.exception_handler(RequestValidationError)(_invalid)
    _health(app, store)
    _requests(app, api)
    _reading(app, api)
    return app


async def _small_bodies_only(request: Request, call: Callable[[Request], Awaitable[Response]]) -> Response:
    length = request.headers.get("content-length", "0")
    if not length.isdigit() or int(length) > _MOST_BYTES:
        return JSONResponse({"error": {"code": "too_large", "message": "at most 1 MiB"}}, 413)
    return await call(request)


async def _error(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    detail = error.detail if isinstance(error.detail, dict) else {"code": "refused", "message": error.detail}
    return JSONResponse({"error": detail}, error.status_code, error.headers)


async def _invalid(_: Request, error: Exception) -> Response:
    """Where and what, without repeating what was sent."""
    assert isinstance(error, RequestValidationError)
    fields = [{"field": ".".join(map(str, e["loc"])), "problem": e["msg"]} for e in error.errors()]
    return JSONResponse({"error": {"code": "invalid", "message": "the body is not as described in /docs", "fields": fields}}, 422)


def _health(app: FastAPI, store: Store) -> None:
    @app.get("/health", tags=["process"])
    async def health() -> dict[str, str]:
        """The process is alive."""
        return {"status": "alive"}

    @app.get("/ready", tags=["process"])
    async def ready() -> Response:
        """The database answers."""
        try:
            await store.read(lambda tx: tx.brands())
        except Exception:
            return JSONResponse({"status": "not ready", "database": "does not answer"}, 503)
        return JSONResponse({"status": "ready"})


def _requests(app: FastAPI, api: Api) -> None:
    brands = Annotated[frozenset[str], Depends(api.brands)]

    @app.post("/api/requests", status_code=201, tags=["requests"])
    async def open_request(
        body: OpenBody, response: Response, allowed: brands, words: ReaderHere, key: Key = None
    ) -> RequestView:
        """Opens a request; the same Idempotency-Key with the same content gives the same request again, with 200."""
        outcome = await api.open(body, allowed, key)
        if isinstance(outcome, Done) and outcome.again:
            response.status_code = 200
        return _view(outcome, words)

    @app.get("/api/requests/{request_id}", tags=["requests"])
    async def show_request(request_id: str, allowed: brands, words: ReaderHere) -> RequestView:
        return _view(await api.find(request_id, allowed), words)

    @app.post("/api/requests/{request_id}/withdraw", tags=["requests"])
    async def withdraw(request_id: str, body: WithdrawBody, allowed: brands, words: ReaderHere) -> RequestView:
        command = Do(Action.WITHDRAW, body.by, _THROUGH, text=body.reason)
        return _view(await api.do(request_id, command, allowed), words)

    @app.post("/api/requests/{request_id}/resubmit", tags=["requests"])
    async def resubmit(request_id: str, body: ResubmitBody, allowed: brands, words: ReaderHere) -> RequestView:
        links = tuple(body.links) if body.links is not None else None
        command = Do(Action.RESUBMIT, body.by, _THROUGH, text=body.text, links=links)
        return _view(await api.do(request_id, command, allowed), words)


def _reading(app: FastAPI, api: Api) -> None:
    brands = Annotated[frozenset[str], Depends(api.brands)]

    @app.get("/api/requests", tags=["requests"])
    async def list_requests(
        brand: str, allowed: brands, status: str | None = None, limit: Annotated[int, Query(ge=1, le=200)] = 50
    ) -> list[RequestView]:
        """The newest first. A brand the token does not open has no requests."""
        return await api.list(brand, status, limit) if brand in allowed else []

    @app.get("/api/contacts", tags=["playbooks"])
    async def show_contacts(
        brand: str, market: str, allowed: brands, words: ReaderHere, request: str | None = None
    ) -> ContactsView:
        found = await api.in_force(brand) if brand in allowed else None
        if found is None or market not in found.playbook.markets:
            raise HTTPException(404, {"code": str(_NOT_FOUND.reason), "message": say(_NOT_FOUND.text, words)})
        one = await api.find(request, allowed) if request else None
        if isinstance(one, Refused):
            _view(one, words)
        return contacts_view(contacts(found.playbook, market, one.request if isinstance(one, Done) else None))

    @app.get("/api/playbooks/{brand}", tags=["playbooks"])
    async def show_playbook(brand: str, allowed: brands, words: ReaderHere) -> Response:
        found = await api.in_force(brand) if brand in allowed else None
        if found is None:
            raise HTTPException(404, {"code": str(_NOT_FOUND.reason), "message": say(_NOT_FOUND.text, words)})
        body = {"brand": brand, "version": found.version, "digest": found.digest, "agreed": found.agreed}
        return JSONResponse({**body, "playbook": json.loads(found.playbook.model_dump_json(exclude_defaults=True))})
