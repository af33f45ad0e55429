"""``soglas demo`` and ``soglas run``: starting the system and stopping it in order.

What only they need is imported when they run: the other commands start in half the time without it.
"""

from __future__ import annotations

import asyncio
import gc
import signal
import webbrowser
from collections.abc import Coroutine
from contextlib import suppress
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING, Annotated

import typer

from bot import speech, understanding
from bot.clock import SystemClock
from bot.commands import Failed, app, fail, out, terminal
from bot.commands.choosing import misfits, slack, telegram
from bot.commands.connecting import connect
from bot.commands.database import database
from bot.commands.files import example, load_good
from bot.commands.reaching import tell_who_is_out_of_reach
from bot.commands.reasons import of_port
from bot.core.playbook import Loaded
from bot.core.wording import Text, text
from bot.settings import Role, Settings, read_settings

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from adapters.http.front import Front
    from adapters.http.late import Late
    from adapters.http.server import HttpServer
    from bot.logs import Report
    from bot.wiring import System

_LOOPBACK = "127.0.0.1"
_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_LONGEST_STOP = 9.5  # seconds; service managers kill after ten
# What a worker serves of the API.
_WATCHED = ("/health", "/ready", "/metrics")


@app.command()
def demo(
    port: Annotated[int, typer.Option(min=0, max=65535)] = 8080,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in a browser.")] = True,
    playbook: Annotated[str | None, typer.Option(help="Another playbook than brand A.")] = None,
) -> None:
    """The whole system with no account and no token: both chats side by side in a browser."""
    from bot.logs import set_up

    set_up("text")
    loaded = load_good(playbook or example(), terminal())
    asyncio.run(_until_told_to_stop(_demo(loaded, port, browser)))


async def _demo(loaded: Loaded, port: int, browser: bool) -> None:
    from adapters.http.server import HttpServer
    from adapters.playground.demo import Demo
    from adapters.playground.front import front

    speech.warm()
    understanding.warm()
    played = Demo(loaded)
    server = HttpServer(front(played), _LOOPBACK, port)
    try:
        # The port first: a port in use is said at once, before anything is built.
        await _bind(server, _LOOPBACK, port)
        await played.start()
        await server.start()
        out(text("cli.demo.ready", url=server.url), terminal())
        out(text("cli.demo.stop"), terminal())
        if browser:
            await asyncio.to_thread(webbrowser.open, server.url)
        await asyncio.Event().wait()
    finally:
        await server.stop()
        await played.stop()


@app.command()
def run(
    role: Annotated[
        Role,
        typer.Option(
            help="On PostgreSQL the work can be split over processes. web: the HTTP API, Telegram's webhook, Slack's HTTP mode. "
            "worker: reminders and deadlines, sending, polling Telegram, Slack's sockets; it answers /health, /ready and "
            "/metrics if SOGLAS_HTTP_PORT is set. On SQLite one process does all."
        ),
    ] = Role.ALL,
) -> None:
    """The real thing: every messenger whose settings are present, the HTTP server, the clock."""
    from bot.logs import catch_the_rest, set_up
    from storage.upgrade import is_postgres

    settings = read_settings()
    set_up(settings.log_format, settings.secrets(), _report(settings))
    catch_the_rest()
    if wrong := misfits(settings, role, shared=is_postgres(settings.database_url)):
        for one in wrong[:-1]:
            fail(one.what, one.mend, terminal())
        raise wrong[-1]
    # Nearly everything that is made until it runs stays: see where it is enabled again.
    gc.disable()
    try:
        url = database(settings.database_url)
        asyncio.run(_until_told_to_stop(_run(settings, url, role)))
    finally:
        gc.enable()


def _report(settings: Settings) -> Report | None:
    """What hears of errors besides the log, if anything does."""
    if settings.sentry_dsn is None:
        return None
    from bot.sentry import set_up

    return set_up(settings.sentry_dsn.get_secret_value(), version("soglas"), settings.secrets())


async def _run(settings: Settings, url: str, role: Role) -> None:
    from adapters.http.courier import HttpCourier
    from adapters.http.late import Late
    from bot.heartbeat import Heartbeat
    from bot.wiring import assemble
    from storage.opening import open_store

    speech.warm()
    heartbeat = Heartbeat(settings.heartbeat_url.get_secret_value() if settings.heartbeat_url else "")
    courier = HttpCourier(allow_private=settings.webhooks_allow_private)
    system = assemble(
        open_store(url), SystemClock(), telegram(settings), slack(settings), role, settings.kept(), courier, heartbeat.beat
    )
    api = Late(partial(_api, settings, system))
    front, server = _served(settings, system, api)
    try:
        await _alone(system, url)
        await _ready(system)
        if server:
            await _bind(server, settings.http_host, settings.http_port)
        await connect(system)
        if server:
            await server.start()
        out(_runs(system, server), terminal())
        await _stay(system, api if server else None)
    finally:
        # What is delivered from now on is refused, so that it is delivered again; what was taken is finished.
        front.close()
        if server:
            await server.stop()
        await system.stop()


def _served(settings: Settings, system: System, api: ASGIApp) -> tuple[Front, HttpServer | None]:
    """What this process serves, and the server for it unless it is a worker that was given no port."""
    from adapters.http.front import Front, only
    from adapters.http.server import HttpServer

    doors = _doors(system) if system.doors else {}
    works = system.role is Role.WORKER
    front = Front(doors, only(api, _WATCHED) if works else api)
    if works and "http_port" not in settings.model_fields_set:
        return front, None
    return front, HttpServer(front, settings.http_host, settings.http_port)


def _doors(system: System) -> dict[str, ASGIApp]:
    """Where messengers deliver. Whoever is not one comes no further than the gate."""
    from adapters.http.gate import Gate

    return {name: Gate(door) for name, door in system.doors.items()}


def _api(settings: Settings, system: System) -> ASGIApp:
    from adapters.http.app import build_api
    from adapters.http.health import health_router
    from bot.metrics import Scraping

    readiness = system.readiness()
    names = [name.lower() for name in system.messengers]
    scraping = Scraping(system.metrics, system.store, system.clock, names, readiness.parts)
    token = settings.metrics_token.get_secret_value() if settings.metrics_token else ""
    process = health_router(readiness, scraping, token)
    return build_api(system.service, system.store, settings.api_tokens, process=process)


async def _stay(system: System, api: Late | None) -> None:
    """What there is to do besides the work itself, and then nothing, until the process is told to stop."""
    await _prepare(api)
    await tell_who_is_out_of_reach(dict(zip(system.messengers, system.connections, strict=True)))
    await asyncio.Event().wait()


async def _prepare(api: Late | None) -> None:
    """What nobody needs to tap: people and messengers are not kept waiting for it. Whoever needs it sooner, waits for it."""
    # What is there by now stays, and is not looked through again: that would keep a tap waiting.
    gc.freeze()
    gc.enable()
    if api:
        await api.made()
    # The words people type.
    for _ in understanding.preparing():
        await asyncio.sleep(0)
    gc.freeze()


def _runs(system: System, server: HttpServer | None) -> Text:
    parts = ", ".join(system.messengers)
    if server is None:
        return text("cli.run.ready.no_http", parts=parts)
    return text("cli.run.ready", parts=parts, url=server.url) if parts else text("cli.run.ready.api", url=server.url)


async def _alone(system: System, url: str) -> None:
    """An embedded database is for one process: two would each send what is due, and ask Telegram in each other's way."""
    from storage.upgrade import sqlite_path

    if not system.store.is_shared and not await system.store.leads("run"):
        raise Failed("already_running", file=str(sqlite_path(url)))


async def _bind(server: HttpServer, host: str, port: int) -> None:
    from adapters.http.server import PortTaken

    try:
        await server.bind()
    except PortTaken as error:
        raise Failed("port", host=host, port=str(port), reason=of_port(error.reason)) from None


async def _ready(system: System) -> None:
    """Refuses to start without a playbook: nothing could be routed."""
    if not await system.store.read(lambda tx: tx.brands()):
        raise Failed("no_playbook")


async def _until_told_to_stop(life: Coroutine[None, None, None]) -> None:
    """Lives until SIGINT or SIGTERM, also while still starting; then everything is stopped in order.

    A second signal ends the process at once, and so does a stop that takes too long: everything that matters is written
    down before it is begun.
    """
    task = asyncio.create_task(life)
    loop = asyncio.get_running_loop()

    def told() -> None:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)
            signal.signal(number, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, _LONGEST_STOP)
        task.cancel()

    for number in _SIGNALS:
        loop.add_signal_handler(number, told)
    with suppress(asyncio.CancelledError):
        await task
