"""Whether a command line is one of ours, without running it."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import Any

import typer
from typer.main import get_command

from bot import commands

for module in pkgutil.iter_modules(commands.__path__):
    import_module(f"bot.commands.{module.name}")


def parses(*words: str, partly: bool = False) -> None:
    """Raises ``UsageError`` for a command, an option or a number of arguments that is not there.

    With ``partly`` what is needed may be left out.
    """
    command: Any = get_command(commands.app)  # typer keeps the types of its commands to itself
    rest, context = list(words), None
    while hasattr(command, "commands"):
        context = typer.Context(command, parent=context, info_name=command.name)
        name, found, rest = command.resolve_command(context, rest)
        assert found is not None, name
        command = found
    command.make_context(command.name, rest, parent=context, resilient_parsing=partly)
