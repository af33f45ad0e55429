"""Wrong use of the command line, worded as two lines like every other mistake: typer's and pydantic's own words are English.

Its errors are told apart by their names, and their messages are only read where nothing else says what is meant: typer keeps
the classes to itself.
"""

from __future__ import annotations

import re
import sys
from itertools import takewhile
from typing import Any, Literal

from typer.exceptions import TyperException

from bot.core.wording import Text, text

_LIMITS = {"less_than_equal": ("usage.at_most", "le"), "greater_than_equal": ("usage.at_least", "ge")}
_COMMAND = re.compile(r"No such command '(.*?)'\.(?: Did you mean '(.*?)')?", re.DOTALL)
_TOO_MANY = re.compile(r"unexpected extra argument\S* \((.*)\)", re.DOTALL)
_QUOTED = re.compile(r"'([^']*)'")


def is_help(error: TyperException) -> bool:
    """Whether a command was called without the words it needs: its help is shown already."""
    return type(error).__name__ == "NoArgsIsHelpError"


def misuse(error: TyperException) -> tuple[Text, Text]:
    """What is wrong, and where one can read how it is right."""
    context = getattr(error, "ctx", None)
    # Where typer does not say which command it was: what was typed until the first option.
    typed = " ".join(("soglas", *takewhile(lambda word: not word.startswith("-"), sys.argv[1:])))
    return _what(error), text("usage.see", command=context.command_path if context else typed)


def _what(error: TyperException) -> Text:
    match type(error).__name__:
        case "MissingParameter":
            return text("usage.missing", name=_name(error))
        case "NoSuchOption":
            return _unknown("option", _name(error), next(iter(getattr(error, "possibilities", None) or ()), None))
        case "BadOptionUsage":
            return text("usage.no_value" if "requires" in error.message else "usage.takes_none", name=_name(error))
        case "BadParameter":
            return _bad_value(error)
    if found := _COMMAND.search(error.message):
        return _unknown("command", found[1], found[2])
    if found := _TOO_MANY.search(error.message):
        return text("usage.too_many", words=found[1])
    return text("usage.other")


def _unknown(what: Literal["command", "option"], name: str, near: str | None) -> Text:
    """With what may have been meant, where there is anything like it."""
    return text(f"usage.no_{what}.near", name=name, near=near) if near else text(f"usage.no_{what}", name=name)


def _name(error: TyperException) -> str:
    """The option or argument, as it is typed."""
    parameter = getattr(error, "param", None)
    hint = str(parameter.get_error_hint() if parameter else getattr(error, "option_name", "")).replace("'", "")
    return hint if hint.startswith("-") else hint.upper()


def _bad_value(error: TyperException) -> Text:
    name = _name(error)
    # Any: pydantic's account of a value that it refuses.
    refused: dict[str, Any] = next(iter(getattr(error.__cause__, "errors", list)()), {})
    kind = str(refused.get("type", ""))
    if kind in _LIMITS:
        message, limit = _LIMITS[kind]
        return Text(message, {"name": name, "limit": str(refused["ctx"][limit])})
    if kind.startswith("int_"):
        return text("usage.whole_number", name=name)
    _, _, choices = error.message.partition(" is not one of ")
    if choices:
        return text("usage.choice", name=name, choices=", ".join(_QUOTED.findall(choices)))
    return text("usage.bad_value", name=name)
