"""``soglas playbook``: the file's life outside chat."""

from __future__ import annotations

import asyncio
import json
from datetime import date
from enum import StrEnum
from typing import Annotated

import typer

from bot.clock import SystemClock
from bot.commands import Failed, app, out, terminal
from bot.commands.database import open_service
from bot.commands.files import fault_data, load_file, load_good, show_faults
from bot.core.playbook import gaps
from bot.core.playbook.printing import document
from bot.core.playbook.shape import schema
from bot.core.wording import counted, text
from bot.pages import as_html, as_markdown, as_text
from bot.speech import say

group = typer.Typer(help="Read, check and put playbooks in force.", no_args_is_help=True)
app.add_typer(group, name="playbook")
File = Annotated[str, typer.Argument(help="The playbook file.")]
Lang = Annotated[str | None, typer.Option(help="en or ru; default: the terminal's language.")]


class Form(StrEnum):
    TEXT = "text"
    MD = "md"
    HTML = "html"


@group.command()
def check(file: File, lang: Lang = None, as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Check a file: all faults at once, each with its place and what would mend it; gaps by name."""
    reader, loaded = terminal(lang), load_file(file)
    found = gaps(loaded.playbook, _today()) if loaded.playbook else ()
    if as_json:
        told = [{"code": gap.code, "subject": gap.subject, "what": say(gap.what, reader)} for gap in found]
        faults = [fault_data(fault, reader) for fault in loaded.faults]
        print(json.dumps({"ok": not faults, "digest": loaded.digest, "faults": faults, "gaps": told}, ensure_ascii=False))
    elif loaded.playbook is None:
        show_faults(loaded.faults, reader)
        out(counted("cli.check.faults", len(loaded.faults)), reader)
    else:
        out(text("cli.check.fine", file=file, digest=loaded.digest[:12]), reader)
        for gap in found:
            out(text("cli.check.gap", what=gap.what), reader)
    raise typer.Exit(1 if loaded.faults else 0)


@group.command()
def show(file: File, lang: Lang = None, form: Annotated[Form, typer.Option("--format")] = Form.TEXT) -> None:
    """Print a playbook for people."""
    reader = terminal(lang)
    loaded = load_good(file, reader)
    assert loaded.playbook is not None
    pages = document(loaded.playbook, loaded.digest, gaps(loaded.playbook, _today()))
    print({Form.TEXT: as_text, Form.MD: as_markdown, Form.HTML: as_html}[form](pages, reader), end="")


@group.command("schema")
def print_schema() -> None:
    """Print the file format as a JSON Schema, for editors."""
    print(json.dumps(schema(), ensure_ascii=False, indent=2))


@group.command("import")
def import_file(
    file: File, agreed: Annotated[bool, typer.Option("--agreed", help="It was agreed outside the bot.")] = False
) -> None:
    """Put a first version in force as "agreed elsewhere"."""
    reader = terminal()
    loaded = load_good(file, reader)
    if not agreed:
        raise Failed("not_agreed")
    assert loaded.playbook is not None
    playbook = loaded.playbook

    async def put() -> None:
        async with open_service() as service:
            found = await service.agree_elsewhere(playbook, loaded.data, loaded.digest)
            out(text("cli.import.done", brand=playbook.id, version=found.version, digest=found.digest[:12]), reader)

    asyncio.run(put())


def _today() -> date:
    return SystemClock().now().date()
