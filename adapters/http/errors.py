"""How an error looks over HTTP: a code for programs, a sentence for people in the language they asked for. No traceback."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from adapters.http.headers import HEADERS
from bot.core.request.opening import cleaned
from bot.core.wording import Text, text
from bot.speech import Reader, say

_MOST_LANGUAGES = 10
_MOST_SHOWN = 100
_PROBLEMS = {
    "missing": "missing",
    "extra_forbidden": "unknown_field",
    "json_invalid": "not_json",
    "timezone_aware": "moment",
    "string_pattern_mismatch": "amount",
    "string_too_short": "empty",
    "enum": "choice",
}


class Problem(Exception):
    """An answer that is not what was asked for."""

    def __init__(self, status: int, code: str, message: Text, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(code)
        self.status, self.code, self.message, self.headers = status, code, message, headers


class FieldProblem(BaseModel):
    field: str
    problem: str


class ErrorBody(BaseModel):
    code: str
    message: str
    fields: list[FieldProblem] | None = None


class ErrorView(BaseModel):
    """What every refused call answers with."""

    error: ErrorBody


def reader(accept_language: str) -> Reader:
    """Who reads an answer: the languages of the header, the most wanted first."""
    wanted = sorted((-_weight(part), n, part) for n, part in enumerate(accept_language.split(",")[:_MOST_LANGUAGES]))
    tags = (part.partition(";")[0].strip() for weight, _, part in wanted if weight)
    return Reader(tuple(tag.partition("-")[0].lower() for tag in tags), "UTC")


def _weight(part: str) -> float:
    try:
        return min(1.0, max(0.0, float(part.partition("q=")[2] or 1)))
    except ValueError:
        return 0.0


def answer(status: int, code: str, message: Text, who: Reader, fields: Sequence[FieldProblem] | None = None) -> JSONResponse:
    body = ErrorBody(code=code, message=say(message, who), fields=list(fields) if fields else None)
    return JSONResponse(ErrorView(error=body).model_dump(exclude_none=True), status)


def install(app: FastAPI) -> None:
    """Every error of the application, and of the framework, takes this form."""
    app.exception_handler(Problem)(_problem)
    app.exception_handler(HTTPException)(_framework)
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(Exception)(_internal)


def reader_of(request: Request) -> Reader:
    """Who reads the answer to a call."""
    return reader(request.headers.get("accept-language", ""))


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    found = answer(error.status, error.code, error.message, reader_of(request))
    found.headers.update(error.headers or {})
    return found


async def _framework(request: Request, error: Exception) -> Response:
    """What the framework refuses by itself: no such page, no such method, a body that cannot be read."""
    assert isinstance(error, HTTPException)
    code = {404: "not_found", 405: "wrong_method"}.get(error.status_code, "invalid")
    found = answer(error.status_code, code, text(f"http.{code}"), reader_of(request))
    found.headers.update(error.headers or {})
    return found


async def _invalid(request: Request, error: Exception) -> Response:
    """Where and what, without repeating what was sent."""
    assert isinstance(error, RequestValidationError)
    who = reader_of(request)
    fields = [FieldProblem(field=_place(e["loc"]), problem=say(_what(e), who)) for e in error.errors()[:_MOST_SHOWN]]
    return answer(422, "invalid", text("http.invalid"), who, fields)


async def _internal(request: Request, error: Exception) -> Response:
    """Answered outside of everything else, so it brings its own headers."""
    found = answer(500, "internal", text("http.internal"), reader_of(request))
    found.headers.update(HEADERS)
    return found


def _place(location: Sequence[str | int]) -> str:
    """``body.links.0``. A name may be the caller's own, so it is cleaned and cut."""
    return cleaned(".".join(map(str, location)))[:_MOST_SHOWN]


def _what(error: Mapping[str, Any]) -> Text:
    kind, context = str(error["type"]), error.get("ctx", {})
    if kind.startswith("datetime"):
        return text("http.problem.moment")
    if kind in ("string_too_long", "too_long"):
        return text(f"http.problem.{kind}", limit=int(context["max_length"]))
    if kind in ("greater_than_equal", "less_than_equal"):
        return text(f"http.problem.{kind}", limit=int(context.get("ge", context.get("le", 0))))
    return text(f"http.problem.{_PROBLEMS.get(kind, 'other')}", choices=str(context.get("expected", "")).replace("'", ""))
