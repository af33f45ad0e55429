"""A backup: what a database says at one instant, in one file from which either engine can be restored.

The file is a zip of one text for each table (a row a line, as JSON) and a manifest with the schema's revision, the columns,
how many rows there are and the SHA-256 of each text. It holds everything, secrets of webhooks included: only its owner may
read it. The bot goes on meanwhile. Putting it back is ``restore``'s.
"""

from __future__ import annotations

import json
import os
import sqlite3
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from hashlib import file_digest, sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile

from alembic.runtime.migration import MigrationContext
from pydantic import AwareDatetime, BaseModel, ConfigDict
from sqlalchemy import Connection, Table, select
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

from bot.ports import Broken
from storage.building import table
from storage.chain import broken_at
from storage.tables import FileBodyRow
from storage.upgrade import is_current, is_postgres, open_engine, sqlite_path

FORMAT = 1
MANIFEST = "manifest.json"
_TOGETHER = 500
_LEVEL = 3  # the processor is the bot's; higher levels save a few percent


class Contents(BaseModel):
    """One table in the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    columns: tuple[str, ...]
    rows: int
    sha256: str


class Manifest(BaseModel):
    """What a backup says about itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    soglas_backup: int
    revision: str
    taken_at: AwareDatetime
    tables: dict[str, Contents]


class AlreadyThere(Broken):
    """A file of that name is there already; backups are never written over."""


class Cut(Broken):
    """The chain of events of the ``request`` is not whole: such a database is not backed up as if it were."""

    def __init__(self, request: str) -> None:
        super().__init__(f"the events of {request} were cut or edited")
        self.request = request


class NotCopied(Broken):
    """The database cannot be read to its end: it is damaged, there is no room for the copy, or the server went away."""


def write(url: str, file: Path, now: datetime) -> Manifest:
    """Writes a backup. Raises ``AlreadyThere``, ``Cut`` or ``NotCopied``; then there is no file."""
    if file.exists():
        raise AlreadyThere(str(file))
    if not is_current(url):
        raise Broken("the database is not at the schema this version needs")
    # Beside the file: where there is room for the one there is room for the other, and a rename is whole or not at all.
    with TemporaryDirectory(dir=file.parent, prefix=".soglas-") as folder:
        part = Path(folder) / "part.zip"
        with _snapshot(url, Path(folder)) as connection:
            if cut := broken_at(connection):
                raise Cut(cut)
            with _private(part) as archive:
                manifest = _written(connection, archive, now)
        os.rename(part, file)
    _synced(file.parent)
    return manifest


def sha256_of(file: Path) -> str:
    with file.open("rb") as opened:
        return file_digest(opened, "sha256").hexdigest()


@contextmanager
def _private(part: Path) -> Iterator[ZipFile]:
    """A zip for its owner's eyes, on the disk when it is closed."""
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as raw:
        with ZipFile(raw, "w", ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
            yield archive
        raw.flush()
        os.fsync(raw.fileno())


def _synced(folder: Path) -> None:
    """A rename is on the disk only with its folder."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _snapshot(url: str, folder: Path) -> Iterator[Connection]:
    """The database as it is at one instant, while others go on writing to it."""
    if not is_postgres(url):
        # A copy, page by page: it takes a moment, where reading row by row would keep SQLite's log growing all along.
        url = f"sqlite:///{_copied(sqlite_path(url), folder / 'copy.db')}"
    engine = open_engine(url)
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True} if is_postgres(url) else {}
    try:
        with engine.connect().execution_options(**options) as connection:
            yield connection
    except DBAPIError as error:
        raise NotCopied(type(error.orig).__name__) from None
    finally:
        engine.dispose()


def _copied(path: Path, copy: Path) -> Path:
    try:
        with closing(sqlite3.connect(path, timeout=10)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
            problem = target.execute("PRAGMA integrity_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        raise NotCopied(type(error).__name__) from None
    if problem != "ok":
        raise NotCopied("damaged")
    return copy


def _written(connection: Connection, archive: ZipFile, now: datetime) -> Manifest:
    revision = MigrationContext.configure(connection).get_current_revision()
    assert revision is not None
    tables = {one.name: _table(connection, archive, one) for one in SQLModel.metadata.sorted_tables}
    manifest = Manifest(soglas_backup=FORMAT, revision=revision, taken_at=now, tables=tables)
    archive.writestr(MANIFEST, manifest.model_dump_json(indent=1))
    return manifest


def _table(connection: Connection, archive: ZipFile, one: Table) -> Contents:
    # Files can be large, and a handful of rows is in memory at once.
    together = 1 if one is table(FileBodyRow) else _TOGETHER
    options = {"stream_results": True, "yield_per": together}
    rows = connection.execute(select(one).order_by(*one.primary_key.columns), execution_options=options)
    count, digest = 0, sha256()
    with archive.open(f"{one.name}.jsonl", "w", force_zip64=True) as member:
        for row in rows:
            count += 1
            line = json.dumps(list(row), ensure_ascii=False, separators=(",", ":"), default=_bytes).encode() + b"\n"
            digest.update(line)
            member.write(line)
    return Contents(columns=tuple(column.name for column in one.columns), rows=count, sha256=digest.hexdigest())


def _bytes(value: object) -> dict[str, str]:
    if not isinstance(value, bytes | memoryview):
        raise TypeError(type(value).__name__)
    return {"base64": b64encode(value).decode()}
