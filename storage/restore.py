"""Putting a backup into an empty database of either engine, and making it safe to go on from.

Between the backup and now people went on: they may have cards in front of them that the database has never heard of.
So numbers leap, that no new request gets the id of one that was lost; leases end; and every card that may have changed is
drawn again.
"""

from __future__ import annotations

import json
import zlib
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import islice
from pathlib import Path
from string import ascii_uppercase
from typing import Any
from zipfile import BadZipFile, ZipFile

from alembic.runtime.migration import MigrationContext
from pydantic import ValidationError
from sqlalchemy import Connection, MetaData, Table, inspect, select, text
from sqlalchemy.exc import DBAPIError

from bot.core.wording import Text
from bot.ports import Broken
from storage.backup import FORMAT, MANIFEST, Contents, Manifest
from storage.chain import broken_at
from storage.mapping import to_micros
from storage.upgrade import NewerDatabase, is_postgres, open_engine, upgrade

_TOGETHER = 500
_LARGE = "file_body"
_MOST_MANIFEST = 1 << 20
# Requests that were finished longer ago than this when the backup was made have not changed since.
_STILL_CHANGING = timedelta(days=7)


class Damaged(Broken):
    """The file is not a backup of ours, or it was cut or edited; ``what`` says how one can tell."""

    def __init__(self, code: str, /, **fields: str) -> None:
        super().__init__(" ".join((code, *fields.values())))
        self.what = Text(f"backup.{code}", fields)


class MadeByNewer(Broken):
    """The backup has a schema that this version has never heard of."""


class NotEmpty(Broken):
    """There is something in the database already."""


def restore(url: str, file: Path, now: datetime) -> Manifest:
    """Fills an empty database, all or nothing, and brings it up to date."""
    with _opened(file) as archive:
        manifest = _manifest(archive)
        _prepared(url, manifest.revision)
        engine = open_engine(url)
        try:
            with engine.connect() as connection:
                _begin(connection, url)
                _filled(connection, archive, manifest)
                _settled(connection, manifest.taken_at, now)
                connection.commit()
        except DBAPIError as error:
            raise Broken(f"the database cannot be written: {type(error.orig).__name__}") from None
        finally:
            engine.dispose()
    upgrade(url)
    return manifest


@contextmanager
def _opened(file: Path) -> Iterator[ZipFile]:
    try:
        with ZipFile(file) as archive:
            yield archive
    except KeyError:
        raise Damaged("incomplete") from None
    except (BadZipFile, zlib.error, EOFError, UnicodeDecodeError):
        raise Damaged("not_a_zip") from None


def _manifest(archive: ZipFile) -> Manifest:
    if archive.getinfo(MANIFEST).file_size > _MOST_MANIFEST:
        raise Damaged("manifest")
    try:
        found = Manifest.model_validate_json(archive.read(MANIFEST))
    except ValidationError:
        raise Damaged("manifest") from None
    if found.soglas_backup > FORMAT:
        raise MadeByNewer(found.revision)
    return found


def _prepared(url: str, revision: str) -> None:
    """The database has the schema of the backup: it is made, unless it is there already."""
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
            if current not in (None, revision) or (current is None and inspect(connection).get_table_names()):
                raise NotEmpty(str(current))
    except DBAPIError as error:
        raise Broken(f"the database cannot be used: {type(error.orig).__name__}") from None
    finally:
        engine.dispose()
    try:
        upgrade(url, revision)
    except NewerDatabase:
        raise MadeByNewer(revision) from None


def _begin(connection: Connection, url: str) -> None:
    if is_postgres(url):
        tables = ", ".join(f'"{name}"' for name in _tables(connection))
        connection.exec_driver_sql(f"LOCK TABLE {tables} IN EXCLUSIVE MODE")
    else:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _tables(connection: Connection) -> dict[str, Table]:
    """The tables as they are: a backup may be of an older schema than the classes are."""
    found = MetaData()
    found.reflect(connection)
    return {name: one for name, one in found.tables.items() if name != "alembic_version"}


def _filled(connection: Connection, archive: ZipFile, manifest: Manifest) -> None:
    tables = _tables(connection)
    if set(manifest.tables) != set(tables):
        raise Damaged("tables")
    for one in tables.values():
        if connection.execute(select(one).limit(1)).first() is not None:
            raise NotEmpty(one.name)
    for name, contents in manifest.tables.items():
        if set(contents.columns) != set(tables[name].columns.keys()):
            raise Damaged("columns", table=name)
        _fill(connection, archive, tables[name], contents)
    if cut := broken_at(connection):
        raise Damaged("events", request=cut)


def _fill(connection: Connection, archive: ZipFile, into: Table, contents: Contents) -> None:
    rows = _rows(archive, into.name, contents, connection.dialect.name == "postgresql")
    together = 1 if into.name == _LARGE else _TOGETHER
    while some := list(islice(rows, together)):
        connection.execute(into.insert(), some)


# Any: columns have texts, numbers or bytes, as their table says.
def _rows(archive: ZipFile, name: str, contents: Contents, without_nul: bool) -> Iterator[dict[str, Any]]:
    """The rows of one text. Raises ``Damaged`` at its end when it is not the one that was written."""
    count, digest = 0, sha256()
    with archive.open(f"{name}.jsonl") as member:
        for count, line in enumerate(member, 1):
            digest.update(line)
            try:
                values = [_value(value, without_nul) for value in json.loads(line)]
                row = dict(zip(contents.columns, values, strict=True))
            except (ValueError, TypeError, KeyError):
                raise Damaged("line", table=name, line=str(count)) from None
            yield row
    if (count, digest.hexdigest()) != (contents.rows, contents.sha256):
        raise Damaged("checksum", table=name)


def _value(value: object, without_nul: bool) -> object:
    if isinstance(value, dict):
        return b64decode(value["base64"], validate=True)
    # PostgreSQL's texts have no character zero.
    return value.replace("\0", "\ufffd") if without_nul and isinstance(value, str) else value


_MAY_HAVE_CHANGED = """
SELECT r.id FROM request r WHERE r.status IN ('open', 'returned') OR r.id IN (SELECT w.request FROM waiting w)
OR EXISTS (SELECT 1 FROM event e WHERE e.request = r.id AND e.number = r.revision AND e.at >= :since)
"""
_REDRAWN = f"""
INSERT INTO job (key, kind, request, person, due_at, urgent, lease_until, attempts, version, body)
SELECT 'redraw:' || c.request || ':' || c.person, 'card', c.request, c.person, :now, 0, 0, 0, 0, '' FROM copy c
WHERE c.request IN ({_MAY_HAVE_CHANGED}) ON CONFLICT DO NOTHING
"""  # noqa: S608  # no value of anybody's is put in here


# Running numbers beside the requests' letters: whoever has got one knows it by heart or has it in a chat.
_RUNNING = ("absence", "campaign", "creator", "file", "unanswered", "webhook")
_LEAPT = "INSERT INTO number (name, value) VALUES (:name, 1000) ON CONFLICT DO NOTHING"


def _settled(connection: Connection, taken_at: datetime, now: datetime) -> None:
    """Nobody holds anything any more, no id is given twice, and what stands in the chats is not trusted."""
    times = {"since": to_micros(taken_at - _STILL_CHANGING), "now": to_micros(now)}
    connection.execute(text("UPDATE job SET lease_until = 0, held_by = ''"))
    connection.execute(text("UPDATE inbox SET taken_until = 0"))
    connection.execute(text("UPDATE number SET value = value + 1000 + value / 10"))
    # Of a first request that was opened only after the backup nothing is known: its letter leaps as well, whatever it is.
    for name in (*ascii_uppercase, *_RUNNING):
        connection.execute(text(_LEAPT), {"name": name})
    changed = f"UPDATE copy SET fingerprint = '' WHERE request IN ({_MAY_HAVE_CHANGED})"  # noqa: S608
    connection.execute(text(changed), {"since": times["since"]})
    connection.execute(text(_REDRAWN), times)
