"""What is wrong with a playbook file: where it stands, what it is and what would mend it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.wording import Field, Text

KeyPath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a file; lines count from 1."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault found in the merged data, before anybody knows in which file that place was written."""

    path: KeyPath
    code: str
    fields: tuple[tuple[str, Field], ...] = ()
    at_key: bool = False  # the key itself is wrong, not its value


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault, with its place. ``what`` and ``mend`` are whole sentences in the catalogues."""

    mark: Mark
    path: str
    code: str
    what: Text
    mend: Text


def problem(path: KeyPath, code: str, /, *, at_key: bool = False, **fields: Field) -> Problem:
    return Problem(path, code, tuple(fields.items()), at_key)


def fault(mark: Mark, path: KeyPath, code: str, **fields: Field) -> Fault:
    return Fault(mark, dotted(path), code, Text(f"fault.{code}", fields), Text(f"mend.{code}", fields))


def dotted(path: KeyPath) -> str:
    """``decisions.contract.path.steps[1].review``"""
    shown = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path)
    return shown.removeprefix(".")
