"""``soglas report``: the numbers of the coordination itself."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from datetime import date, timedelta
from typing import Annotated, Literal

import typer

from bot.clock import SystemClock
from bot.commands import Failed, app, out, terminal
from bot.commands.database import open_store
from bot.core.insight import Coordination, LastTalk, LocalAuthority
from bot.core.playbook.model import Playbook
from bot.core.wording import Field, Localized, Text, counted, text
from bot.reports import as_data, period, report
from bot.speech import Reader


@app.command("report")
def show_report(
    brand: Annotated[str, typer.Option()],
    first: Annotated[str | None, typer.Option("--from", help="First day, like 2026-12-01; 30 days ago if left out.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last day, included; today if left out.")] = None,
    form: Annotated[Literal["text", "json"], typer.Option("--format")] = "text",
    as_person: Annotated[str | None, typer.Option("--as", help="As this person sees it: another brand does not exist.")] = None,
) -> None:
    """What local authority brought, how often decisions were taken back or moved, how many messages a decision took."""
    today = SystemClock().now().date()
    to = _day(last) if last else today
    since = _day(first) if first else to - timedelta(days=30)
    if to < since:
        raise Failed("bad_period")

    async def find() -> tuple[Coordination, Playbook]:
        async with open_store() as store:
            found = await report(store, brand, *period(since, to))
            in_force = await store.read(lambda tx: tx.in_force(brand))
            if found is None or in_force is None or (as_person and as_person not in in_force.playbook.people):
                raise Failed("no_brand", brand=brand)
            return found, in_force.playbook

    found, book = asyncio.run(find())
    if form == "json":
        print(json.dumps(as_data(brand, since, to, found)))
    else:
        _say(book, since, to, found, terminal())


def _say(book: Playbook, since: date, to: date, found: Coordination, reader: Reader) -> None:
    out(text("report.head", brand=Localized(book.title), first=since.isoformat(), last=to.isoformat()), reader)
    out(text("report.decided", decided=found.decided, reassigned=found.reassigned, taken_back=found.taken_back), reader)
    if found.messages_per_decision is not None:
        out(text("report.messages", messages=found.messages, each=str(found.messages_per_decision)), reader)
    for line in found.local:
        out(_line(book, line), reader)
    out(counted("report.unanswered", found.unanswered), reader)
    for talk in found.direct_lines:
        out(_talk(book, talk), reader)


def _talk(book: Playbook, talk: LastTalk) -> Text:
    first, second = (book.role_title(role) for role in talk.between)
    if talk.silent is None:
        return text("report.direct_line.never", first=first, second=second, most=talk.at_most)
    return counted("report.direct_line", talk.silent, first=first, second=second, most=talk.at_most)


def _line(book: Playbook, line: LocalAuthority) -> Text:
    fields: dict[str, Field] = {**asdict(line), "market": Localized(book.markets[line.market].title)}
    return Text("report.local", fields)


def _day(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise Failed("bad_day", value=value) from None
