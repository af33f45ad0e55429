"""``soglas demo`` and ``soglas run``: starting the system and stopping it in order."""

from __future__ import annotations

import asyncio
import signal
import webbrowser
from typing import Annotated

import typer

from bot import speech
from bot.clock import SystemClock
from bot.commands import Failed, app, out, terminal
from bot.commands.files import example, load_good
from bot.core.playbook import Loaded
from bot.core.wording import text
from bot.logs import set_up
from bot.settings import Settings, read_settings
from bot.wiring import SlackSettings, System, TelegramSettings, assemble
from storage.upgrade import sqlite_path, upgrade

_LOOPBACK = "127.0.0.1"


@app.command()
def demo(
    port: Annotated[int, typer.Option(min=0, max=65535)] = 8080,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in a browser.")] = True,
    playbook: Annotated[str | None, typer.Option(help="Another playbook than brand A.")] = None,
) -> None:
    """The whole system with no account and no token: both chats side by side in a browser."""
    set_up("text")
    loaded = load_good(playbook or example(), terminal())
    asyncio.run(_demo(loaded, port, browser))


async def _demo(loaded: Loaded, port: int, browser: bool) -> None:
    from adapters.http.server import HttpServer
    from adapters.playground.demo import Demo
    from adapters.playground.front import front

    speech.warm()
    played = Demo(loaded)
    server = HttpServer(front(played), _LOOPBACK, port)
    # The port first: a port in use is said at once, before anything is built.
    await server.bind()
    await played.start()
    await server.start()
    try:
        out(text("cli.demo.ready", url=server.url), terminal())
        out(text("cli.demo.stop"), terminal())
        if browser:
            await asyncio.to_thread(webbrowser.open, server.url)
        await _until_told_to_stop()
    finally:
        await server.stop()
        await played.stop()


@app.command()
def run() -> None:
    """The real thing: every messenger whose settings are present, the HTTP server, the clock."""
    settings = read_settings()
    set_up(settings.log_format)
    telegram, slack = _telegram(settings), _slack(settings)
    if not telegram and not slack:
        raise Failed("nothing_to_run")
    upgrade(settings.database_url)
    asyncio.run(_run(settings, telegram, slack))


def _telegram(settings: Settings) -> TelegramSettings | None:
    token = settings.telegram_token
    return TelegramSettings(token.get_secret_value(), settings.telegram_api_url, settings.telegram_proxy) if token else None


def _slack(settings: Settings) -> SlackSettings | None:
    bot, application = settings.slack_bot_token, settings.slack_app_token
    if bot and application:
        return SlackSettings(bot.get_secret_value(), application.get_secret_value(), settings.slack_api_url)
    if bot or application:
        raise Failed("half_slack", missing="SOGLAS_SLACK_APP_TOKEN" if bot else "SOGLAS_SLACK_BOT_TOKEN")
    return None


async def _run(settings: Settings, telegram: TelegramSettings | None, slack: SlackSettings | None) -> None:
    from adapters.http.app import build_api
    from adapters.http.server import HttpServer

    speech.warm()
    system = assemble(sqlite_path(settings.database_url), SystemClock(), telegram, slack)
    server = HttpServer(build_api(system.service, system.store, settings.api_tokens), settings.http_host, settings.http_port)
    try:
        await _ready(system)
        await server.bind()
        await system.start()
        await server.start()
        parts = ", ".join(name for name, there in (("Telegram", telegram), ("Slack", slack)) if there)
        out(text("cli.run.ready", parts=parts, url=server.url), terminal())
        await _until_told_to_stop()
    finally:
        await server.stop()
        await system.stop()


async def _ready(system: System) -> None:
    """Refuses to start without a playbook: nothing could be routed."""
    if not await system.store.read(lambda tx: tx.brands()):
        raise Failed("no_playbook")


async def _until_told_to_stop() -> None:
    """Returns on SIGINT or SIGTERM, so that everything is stopped in order."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told.set)
    await told.wait()
