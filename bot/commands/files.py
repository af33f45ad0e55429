"""Reading playbook files for commands."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from bot.commands import Failed, fail
from bot.commands.reasons import of_file
from bot.core.playbook import Fault, Loaded, load
from bot.core.wording import text
from bot.speech import Reader, say


def read(name: str) -> bytes:
    return Path(name).read_bytes()


def load_file(file: str) -> Loaded:
    """A playbook file. Raises ``Failed`` when there is no such file; faults in it come back."""
    read_named(file)
    return load(file, read)


def read_named(file: str) -> bytes:
    """A file named on the command line. Raises ``Failed`` when it cannot be read."""
    try:
        return read(file)
    except OSError as error:
        raise Failed("no_file", file=file, reason=of_file(error)) from None


def load_good(file: str, reader: Reader) -> Loaded:
    """A playbook without faults, or all of its faults on stderr and exit 1."""
    loaded = load_file(file)
    if loaded.playbook is None:
        show_faults(loaded.faults, reader)
        raise SystemExit(1)
    return loaded


def show_faults(faults: tuple[Fault, ...], reader: Reader) -> None:
    for fault in faults:
        where = {"file": fault.mark.file, "line": str(fault.mark.line), "path": fault.path or "–"}
        where = {"file": fault.mark.file, "line": str(fault.mark.line), "path": fault.path or "–"}
        fail(text("cli.check.fault", **where, what=fault.what), fault.mend, reader)


def fault_data(fault: Fault, reader: Reader) -> dict[str, str | int]:
    """A fault for programs."""
    return {
        "file": fault.mark.file, "line": fault.mark.line, "path": fault.path, "code": fault.code,
        "what": say(fault.what, reader), "mend": say(fault.mend, reader),
    }  # fmt: skip


def example() -> str:
    """The file name of the example brand that comes with the package."""
    return str(files("playbooks") / "brand-a.yaml")
