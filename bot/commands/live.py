"""``soglas demo`` and ``soglas run``: starting the system and stopping it in order.

What only they need is imported when they run: the other commands start in half the time without it.
"""

from __future__ import annotations

import asyncio
import signal
import webbrowser
from collections.abc import Coroutine
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from bot import speech, understanding
from bot.clock import SystemClock
from bot.commands import Failed, app, out, terminal
from bot.commands.connecting import connect
from bot.commands.database import database
from bot.commands.files import example, load_good
from bot.core.playbook import Loaded
from bot.core.wording import text
from bot.settings import Settings, read_settings

if TYPE_CHECKING:
    from adapters.http.server import HttpServer
    from bot.wiring import SlackSettings, System, TelegramSettings

_LOOPBACK = "127.0.0.1"


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
def run() -> None:
    """The real thing: every messenger whose settings are present, the HTTP server, the clock."""
    from bot.logs import set_up

    settings = read_settings()
    set_up(settings.log_format, settings.secrets())
    telegram, slack = _telegram(settings), _slack(settings)
    if not telegram and not slack:
        raise Failed("nothing_to_run")
    url = database(settings.database_url)
    asyncio.run(_until_told_to_stop(_run(settings, url, telegram, slack)))


def _telegram(settings: Settings) -> TelegramSettings | None:
    from bot.wiring import TelegramSettings

    token = settings.telegram_token
    return TelegramSettings(token.get_secret_value(), settings.telegram_api_url, settings.telegram_proxy) if token else None


def _slack(settings: Settings) -> SlackSettings | None:
    from bot.wiring import SlackSettings

    bot, application = settings.slack_bot_token, settings.slack_app_token
    if bot and application:
        return SlackSettings(bot.get_secret_value(), application.get_secret_value(), settings.slack_api_url)
    if bot or application:
        raise Failed("half_slack", missing="SOGLAS_SLACK_APP_TOKEN" if bot else "SOGLAS_SLACK_BOT_TOKEN")
    return None


async def _run(settings: Settings, url: str, telegram: TelegramSettings | None, slack: SlackSettings | None) -> None:
    from adapters.http.app import build_api
    from adapters.http.server import HttpServer
    from bot.wiring import assemble
    from storage.opening import open_store

    speech.warm()
    understanding.warm()
    system = assemble(open_store(url), SystemClock(), telegram, slack)
    server = HttpServer(build_api(system.service, system.store, settings.api_tokens), settings.http_host, settings.http_port)
    try:
        await _ready(system)
        await _bind(server, settings.http_host, settings.http_port)
        await connect(system)
        await server.start()
        parts = ", ".join(name for name, there in (("Telegram", telegram), ("Slack", slack)) if there)
        out(text("cli.run.ready", parts=parts, url=server.url), terminal())
        await asyncio.Event().wait()
    finally:
        await server.stop()
        await system.stop()


async def _bind(server: HttpServer, host: str, port: int) -> None:
    from adapters.http.server import PortTaken

    try:
        await server.bind()
    except PortTaken as error:
        raise Failed("port", host=host, port=str(port), reason=error.reason) from None


async def _ready(system: System) -> None:
    """Refuses to start without a playbook: nothing could be routed."""
    if not await system.store.read(lambda tx: tx.brands()):
        raise Failed("no_playbook")


async def _until_told_to_stop(life: Coroutine[None, None, None]) -> None:
    """Lives until SIGINT or SIGTERM, also while still starting; then everything is stopped in order."""
    task = asyncio.create_task(life)
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    with suppress(asyncio.CancelledError):
        await task
