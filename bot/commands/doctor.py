"""``soglas doctor``: whether the bot could work here, one line for everything it needs, and exit code 1 if something is wrong.

It only looks: no database is made or changed, no messenger is connected to, no secret is printed.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Annotated

import typer

from bot.clock import SystemClock
from bot.commands import app, terminal
from bot.commands.choosing import misfits
from bot.commands.examining import Check, State, of_clock, of_database, of_messengers, of_playbooks
from bot.core.wording import Text, text
from bot.settings import Role, Settings, WrongSettings, read_settings
from bot.speech import Reader, say

_LINES = {State.OK: "doctor.line.ok", State.WRONG: "doctor.line.wrong", State.NOTE: "doctor.line.note"}


@app.command()
def doctor(
    role: Annotated[Role, typer.Option(help="As for “soglas run --role”: what that process needs.")] = Role.ALL,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    lang: Annotated[str | None, typer.Option(help="en or ru.")] = None,
) -> None:
    """Check settings, tokens, database, time zones, holidays, people's accounts and the clock."""
    reader = terminal(lang)
    checks = _checked(role)
    well = all(check.state is not State.WRONG for check in checks)
    if as_json:
        told = [{"name": check.name, "state": str(check.state), "what": _line(check, reader)} for check in checks]
        print(json.dumps({"ok": well, "checks": told}, ensure_ascii=False))
    else:
        for check in checks:
            print(say(text(_LINES[check.state], what=_line(check, reader)), reader), flush=True)
    raise typer.Exit(0 if well else 1)


def _line(check: Check, reader: Reader) -> str:
    """On one line, whatever names of people and files bring."""
    return " ".join(say(check.what, reader).split())


def _checked(role: Role) -> list[Check]:
    try:
        settings = read_settings()
    except WrongSettings as error:
        return [_wrong(problem, text("cli.mend.settings")) for problem in error.problems]
    return [*_of_settings(settings, role), *asyncio.run(_of_world(settings))]


def _of_settings(settings: Settings, role: Role) -> Iterator[Check]:
    """Whatever keeps ``soglas run`` from starting with them is a problem here as well."""
    from storage.upgrade import is_postgres

    found = misfits(settings, role, shared=is_postgres(settings.database_url))
    yield from (_wrong(one.what, one.mend) for one in found)
    if not found:
        named = {"Telegram": settings.telegram_token, "Slack": settings.slack_bot_token}
        there = ", ".join(name for name, token in named.items() if token)
        yield Check("settings", State.OK, text("doctor.settings.ok", messengers=there or "–"))


def _wrong(what: Text, mend: Text) -> Check:
    return Check("settings", State.WRONG, text("doctor.settings.wrong", what=what, mend=mend))


async def _of_world(settings: Settings) -> list[Check]:
    clock = SystemClock()
    messengers, heard = await of_messengers(settings, clock)
    database, store = await of_database(settings.database_url)
    found = [*messengers, *database]
    try:
        if store is not None:
            found += await of_playbooks(store, clock)
        found += await of_clock(heard, store, clock)
    finally:
        if store is not None:
            await store.close()
    return found
