"""The command line: ``soglas ...``. Exit codes: 0 done, 1 the thing asked for is not so, 2 wrong use."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from contextvars import ContextVar
from importlib import import_module
from io import TextIOWrapper
from typing import NoReturn

import typer
from typer.exceptions import TyperException

from bot.core.wording import Field, Text, text
from bot.ports import Broken, SoglasError
from bot.settings import WrongSettings
from bot.speech import Reader, TextsMissing, say

app = typer.Typer(
    name="soglas",
    help="Coordinates approvals between teams who decide differently.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


_asked: ContextVar[str | None] = ContextVar("language asked for with --lang", default=None)


_MODULES = (
    "accounts", "audit", "campaigns", "database", "doctor", "keeping", "live", "playbooks", "rehearse", "reports", "requests",
    "tokens", "webhooks",
)  # fmt: skip
_WRONG_USE = frozenset({"bad_time", "bad_amount", "bad_then", "bad_away", "bad_day", "bad_period", "invite_what"})


@app.callback()
def soglas() -> None:
    """Coordinates approvals between teams who decide differently."""
    _asked.set(None)


class Failed(SoglasError):
    """What was asked for is not so: one line of what, one of how to mend."""

    def __init__(self, code: str, /, **fields: Field) -> None:
        super().__init__(code)
        self.exit_code = 2 if code in _WRONG_USE else 1
        self.what, self.mend = Text(f"cli.error.{code}", fields), Text(f"cli.mend.{code}", fields)


def terminal(language: str | None = None) -> Reader:
    """Who reads the terminal: the language asked for (errors follow it too), or that of the environment's locale."""
    from os import environ

    if language:
        _asked.set(language)
    found = _asked.get() or environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG") or "en"
    return Reader((found[:2].lower(),), "UTC")


def out(message: Text, reader: Reader) -> None:
    # At once: whoever started us may be waiting for this line behind a pipe.
    print(say(message, reader), flush=True)


def fail(what: Text, mend: Text, reader: Reader) -> None:
    """One line of what, one of how to mend."""
    tell(what, mend, reader=reader)


def tell(*lines: Text, reader: Reader) -> None:
    """A line each, to whoever looks after the process; names of files and words of libraries may bring line breaks."""
    print(*(" ".join(say(line, reader).split()) for line in lines), sep="\n", file=sys.stderr)


def main() -> NoReturn:
    """The entry: no failure that we know of shows a traceback."""
    # What modules make stays: looking for garbage among it again and again would be a tenth of the start.
    gc.disable()
    try:
        # Importing the modules registers their commands.
        for name in _modules(sys.argv[1:]):
            import_module(f"{__name__}.{name}")
    finally:
        gc.enable()
    _show_what_the_terminal_cannot()
    try:
        sys.exit(_run())
    except Failed as error:
        fail(error.what, error.mend, terminal())
        sys.exit(error.exit_code)
    except TyperException as error:
        _tell_misuse(error)
        sys.exit(2)
    except WrongSettings as error:
        tell(*error.problems, text("cli.mend.settings"), reader=terminal())
    except Broken as error:
        fail(text("cli.error.broken", problem=str(error)), text("cli.mend.broken"), terminal())
    except TextsMissing as error:
        print(f"The compiled catalogue for “{error}” is missing.\nRun “make setup”.", file=sys.stderr)
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(1)


def _tell_misuse(error: TyperException) -> None:
    from bot.commands.usage import is_help, misuse

    if not is_help(error):
        fail(*misuse(error), terminal())


def _modules(words: Sequence[str]) -> Sequence[str]:
    """Those of the command that is asked for, where it is one that runs for months, and those of every command otherwise."""
    return ("live",) if words[:1] == ["run"] else _MODULES


def _run() -> int:
    """Runs the command, and says its last words while an error can still be told from a reader who stopped reading."""
    try:
        # Not typer's own way: it would tell what is wrong in its own words, and exit.
        return int(app(standalone_mode=False) or 0)
    finally:
        try:
            sys.stdout.flush()
        except BrokenPipeError:
            # What Python would flush at its end goes nowhere, silently: `| head -1` is ordinary life.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _show_what_the_terminal_cannot() -> None:
    """A letter that the terminal's encoding lacks becomes a question mark instead of an exception."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
