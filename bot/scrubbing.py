"""What may be said of a failure or of a library's remark in a log, or to somebody outside: never what people wrote.

An exception's own words are the most treacherous: they quote what could not be read, stored or sent. So of an exception
its types and places are told, and words only where they can hold nothing else. Of what libraries say the template is told
without what was filled in; a sentence that is already filled in only where the library is known to put nothing of
ours into it.
"""

from __future__ import annotations

import errno
import logging
import re
import sqlite3
import traceback
from collections.abc import Iterator, Sequence

HIDDEN = "…"
# Fields of ours are codes, ids, numbers and instants. Whatever else gets into one is not shown.
_CODE = re.compile(r"[\w.:;,/@+\-=#|()…]{0,160}", re.ASCII)
# Fixed sentences of ours.
_SENTENCES = frozenset({"event", "mend", "exception", "timestamp", "level", "message"})
# Beside the secrets that are known: how tokens look, and names and passwords in addresses.
_TOKENS = re.compile(
    r"\d{5,}:[A-Za-z0-9_-]{30,}|x(?:ox[a-z]|app)-[A-Za-z0-9-]{6,}|(?<=://)[^\s/@:]+:[^\s/@]+(?=@)|(?<=Bearer )\S+"
)
_TRUSTED = ("uvicorn", "apscheduler", "alembic", "asyncio")
# The beginning of a sentence, up to the first sign that begins something filled in.
_BEGINNING = re.compile(r"[A-Za-z][A-Za-z ,'-]*")
_MOST_CAUSES = 5


class Scrubber:
    """Hides the secrets of this process, and everything that looks like one."""

    def __init__(self, secrets: Sequence[str] = ()) -> None:
        # The longest first: one may be a part of another.
        self._secrets = sorted(filter(None, secrets), key=len, reverse=True)

    def clean(self, words: str) -> str:
        for secret in self._secrets:
            words = words.replace(secret, HIDDEN)
        return _TOKENS.sub(HIDDEN, words)


def field(name: str, value: object) -> object:
    """A field's value as it may be shown."""
    if value is None or isinstance(value, bool | int | float):
        return value
    shown = str(value)
    return shown if name in _SENTENCES or _CODE.fullmatch(shown) else HIDDEN


def told(error: BaseException) -> str:
    """An exception and what caused it: types, places in the code, and words that can hold nothing of anybody's."""
    parts = [*(_one(cause) for cause in _causes(error))]
    return "\ncaused by ".join(parts)


def words_of(error: BaseException) -> str:
    """The part of an exception's words that is safe; mostly nothing."""
    if isinstance(error, sqlite3.Error):
        return str(error)  # names of tables and columns, never what is in them
    if isinstance(error, OSError) and error.errno:
        return errno.errorcode.get(error.errno, "")
    code = getattr(error, "sqlstate", None) or getattr(error, "code", None)
    return str(code) if isinstance(code, str | int) and _CODE.fullmatch(str(code)) else ""


def _one(error: BaseException) -> str:
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    places = (f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__))
    words = words_of(error)
    return "\n".join([f"{name}: {words}" if words else name, *places])


def _causes(error: BaseException) -> Iterator[BaseException]:
    found: BaseException | None = error
    for _ in range(_MOST_CAUSES):
        if found is None:
            return
        yield found
        found = found.__cause__ or (None if found.__suppress_context__ else found.__context__)


def of_library(record: logging.LogRecord) -> str:
    """What a library said, without what was filled in."""
    said = str(record.msg).splitlines()[0] if str(record.msg) else ""
    if record.args:
        return said
    if record.name.partition(".")[0] not in _TRUSTED:
        return HIDDEN
    found = _BEGINNING.match(said)
    return found[0].strip() if found else HIDDEN
