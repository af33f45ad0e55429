"""The demo page as a Starlette sub-application: routes and checks; what people see lives behind the port."""

import asyncio
import mimetypes
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from adapters.playground.page import bodies
from adapters.playground.page.downloads import Downloads
from adapters.playground.page.gate import Gate
from adapters.playground.page.ports import Json, Messenger, NotInDemo, Playground

STATIC = Path(__file__).parent / "static"
LOOK_EVERY_S = 0.1
WAIT_AT_MOST_S = 20
B = TypeVar("B", bound=bodies.Body)
Act = Callable[[B], Awaitable[Json | None]]


class BadRequest(Exception):
    """The request cannot be understood."""


def build_page(playground: Playground) -> Starlette:
    """The page over a running demo, to be served at the root of a loopback address."""
    mimetypes.add_type("text/javascript", ".js")  # a Windows registry may say text/plain: no browser runs that
    acting = _Acting(playground)
    reading = _Reading(playground, lambda: acting.restarts)
    return Starlette(
        routes=[
            Route("/", _index),
            Route("/demo/api/state", reading.state),
            Route("/demo/api/wait", reading.wait),
            *Downloads(playground).routes(),
            *acting.routes(),
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        middleware=[Middleware(Gate)],
        exception_handlers={BadRequest: _say_400, NotInDemo: _say_400},
    )


async def _index(_: Request) -> Response:
    return FileResponse(STATIC / "index.html")


async def _say_400(_: Request, fault: Exception) -> Response:
    return JSONResponse({"error": str(fault)}, 400)


class _Reading:
    """What the page asks without changing anything."""

    def __init__(self, playground: Playground, restarts: Callable[[], int]) -> None:
        self._playground = playground
        self._restarts = restarts

    async def state(self, request: Request) -> Response:
        """Everything the page shows, in one answer."""
        playground = self._playground
        version = playground.version()  # first: what changes during the reading below wakes the next wait
        telegram = _shown(playground, request, "telegram")
        slack = _shown(playground, request, "slack")
        answer = {
            "version": version,
            "restarts": self._restarts(),
            "people": [asdict(person) for person in playground.people()],
            "unread": dict(playground.unread()),
            "clock": dict(playground.clock()),
            "telegram": _telegram(playground, telegram) if telegram else {"person": None, "chat": []},
            "slack": _slack(playground, slack) if slack else {"person": None, "chat": [], "views": []},
            "events": list(playground.events(_whole(request, "events_after"))),
        }
        return JSONResponse(answer)

    async def wait(self, request: Request) -> Response:
        """Answers when the version is no longer the one asked with, or after `WAIT_AT_MOST_S`."""
        seen = _whole(request, "version")
        for _ in range(int(WAIT_AT_MOST_S / LOOK_EVERY_S)):
            if self._playground.version() != seen or await request.is_disconnected():
                break
            await asyncio.sleep(LOOK_EVERY_S)
        return JSONResponse({"version": self._playground.version()})


def _telegram(playground: Playground, person: str) -> Json:
    return {
        "person": person,
        "chat": list(playground.telegram_chat(person)),
        "commands": list(playground.telegram_commands(person)),
        "invited": playground.telegram_invited(person),
    }


def _slack(playground: Playground, person: str) -> Json:
    return {
        "person": person,
        "chat": list(playground.slack_chat(person)),
        "views": list(playground.slack_views(person)),
        "home": playground.slack_home(person),
        "shortcuts": list(playground.slack_shortcuts()),
    }


class _Acting:
    """What the page does for a person; counts restarts, so that other tabs drop their event logs."""

    def __init__(self, playground: Playground) -> None:
        self._playground = playground
        self.restarts = 0

    def routes(self) -> list[Route]:
        return [
            _post("telegram/tap", bodies.TelegramTap, self.telegram_tap),
            _post("telegram/say", bodies.TelegramSay, self.telegram_say),
            _post("telegram/send", bodies.TelegramSend, self.telegram_send),
            _post("telegram/invitation", bodies.Person, self.telegram_open_invitation),
            _post("slack/tap", bodies.SlackTap, self.slack_tap),
            _post("slack/fill", bodies.SlackFill, self.slack_fill),
            _post("slack/share", bodies.SlackShare, self.slack_share),
            _post("slack/look", bodies.SlackLook, self.slack_look),
            _post("slack/shortcut", bodies.SlackShortcut, self.slack_shortcut),
            _post("slack/submit", bodies.SlackSubmit, self.slack_submit),
            _post("slack/close", bodies.SlackClose, self.slack_close),
            _post("slack/say", bodies.SlackSay, self.slack_say),
            _post("slack/command", bodies.SlackCommand, self.slack_command),
            _post("clock", bodies.MoveClock, self.move_clock),
            _post("restart", bodies.Nothing, self.restart),
        ]

    async def telegram_tap(self, asked: bodies.TelegramTap) -> Json:
        person = _known(self._playground, asked.person, "telegram")
        return await self._playground.telegram_tap(person, asked.message_id, asked.data)

    async def telegram_say(self, asked: bodies.TelegramSay) -> None:
        person = _known(self._playground, asked.person, "telegram")
        await self._playground.telegram_say(person, asked.text, asked.reply_to)

    async def telegram_send(self, asked: bodies.TelegramSend) -> None:
        person, file = _known(self._playground, asked.person, "telegram"), (asked.file.name, asked.file.data)
        await self._playground.telegram_send(person, file, asked.sent_as, asked.caption, asked.reply_to)

    async def telegram_open_invitation(self, asked: bodies.Person) -> None:
        await self._playground.telegram_open_invitation(_known(self._playground, asked.person, "telegram"))

    async def slack_tap(self, asked: bodies.SlackTap) -> Json:
        person = _known(self._playground, asked.person, "slack")
        return await self._playground.slack_tap(person, asked.ts, asked.block_id, asked.action_id, asked.value, asked.selected)

    async def slack_submit(self, asked: bodies.SlackSubmit) -> Json:
        person = _known(self._playground, asked.person, "slack")
        return await self._playground.slack_submit(person, asked.view_id, asked.values)

    async def slack_fill(self, asked: bodies.SlackFill) -> Json:
        person = _known(self._playground, asked.person, "slack")
        return await self._playground.slack_fill(person, asked.view_id, asked.block_id, asked.action_id, asked.entry)

    async def slack_share(self, asked: bodies.SlackShare) -> None:
        person, files = _known(self._playground, asked.person, "slack"), [(file.name, file.data) for file in asked.files]
        await self._playground.slack_share(person, files, asked.text, asked.thread_ts)

    async def slack_look(self, asked: bodies.SlackLook) -> None:
        await self._playground.slack_look(_known(self._playground, asked.person, "slack"), asked.tab)

    async def slack_shortcut(self, asked: bodies.SlackShortcut) -> Json:
        person = _known(self._playground, asked.person, "slack")
        return await self._playground.slack_shortcut(person, asked.callback_id, asked.ts)

    async def slack_close(self, asked: bodies.SlackClose) -> None:
        await self._playground.slack_close(_known(self._playground, asked.person, "slack"), asked.view_id)

    async def slack_say(self, asked: bodies.SlackSay) -> None:
        person = _known(self._playground, asked.person, "slack")
        await self._playground.slack_say(person, asked.text, asked.thread_ts)

    async def slack_command(self, asked: bodies.SlackCommand) -> None:
        await self._playground.slack_command(_known(self._playground, asked.person, "slack"), asked.text)

    async def move_clock(self, asked: bodies.MoveClock) -> Json:
        return await self._playground.move_clock(asked.to)

    async def restart(self, _: bodies.Nothing) -> None:
        await self._playground.restart()
        self.restarts += 1


def _post(path: str, shape: type[B], act: Act[B]) -> Route:
    async def endpoint(request: Request) -> Response:
        try:
            asked = shape.model_validate_json(await request.body())
        except ValidationError as fault:
            raise BadRequest(_first_fault(fault)) from fault
        try:
            return JSONResponse(dict(await act(asked) or {}))
        except ValueError as fault:  # what no client of the messenger would let a person do
            raise BadRequest(str(fault)) from fault

    return Route(f"/demo/api/{path}", endpoint, methods=["POST"])


def _first_fault(fault: ValidationError) -> str:
    first = fault.errors(include_input=False, include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where}: {first['msg']}" if where else first["msg"]


def _known(playground: Playground, person: str, messenger: Messenger) -> str:
    if any(one.id == person and one.messenger == messenger for one in playground.people()):
        return person
    raise BadRequest(f"nobody in {messenger} has the id {person!r}")


def _shown(playground: Playground, request: Request, messenger: Messenger) -> str | None:
    """The person asked for, or the messenger's first when none is named (the page's first request)."""
    asked = request.query_params.get(messenger)
    if asked:
        return _known(playground, asked, messenger)
    return next((person.id for person in playground.people() if person.messenger == messenger), None)


def _whole(request: Request, name: str) -> int:
    asked = request.query_params.get(name, "0")
    if not asked.isascii() or not asked.isdigit() or len(asked) > 18:
        raise BadRequest(f"{name}: a whole number is expected")
    return int(asked)
