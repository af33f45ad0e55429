"""Files cross over: what somebody gave in one messenger appears as a real file in the other, or as words where it cannot.

The bytes are fetched once and kept under their own digest, so that what people decide on cannot change behind their back.
"""

from __future__ import annotations

import asyncio
import mimetypes
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import PurePath
from typing import TypeVar
from weakref import WeakValueDictionary

from bot.core.card_facts import named
from bot.core.people import Team
from bot.core.playbook.model import PersonId
from bot.core.request.model import File, Request, Status
from bot.core.request.opening import cleaned
from bot.core.request.relevance import asked_of
from bot.core.wording import Field, Text, text
from bot.ports import (
    Account,
    Copy,
    Gone,
    Job,
    Messenger,
    NotAccepted,
    Posted,
    Store,
    StoredFile,
    Transaction,
    TryLater,
    Unclear,
    Unreachable,
)
from bot.speech import Reader, say

T = TypeVar("T")
MOST_FILES = 10
_LONGEST_NAME, _LONGEST_ENDING = 120, 16
_SEPARATORS = str.maketrans({"/": "_", "\\": "_", "\n": " ", "\t": " ", "\u200e": None, "\u200f": None})
_AT_ONCE = 4  # they are held in memory
# Nobody else's card waits longer than this for somebody's file.
_LONGEST_TRANSFER = 60.0
_READ = (Status.OPEN, Status.RETURNED)
_KINDS_NOT_READ = {
    "voice": "file.kind.voice", "sticker": "file.kind.sticker", "video_note": "file.kind.video_note",
    "poll": "file.kind.poll", "contact": "file.kind.contact", "location": "file.kind.location",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file as a door reads it off a message. ``size`` is ``None`` where the messenger does not say it."""

    name: str
    mime: str
    size: int | None
    messenger: str
    place: str
    link: str = ""


def refusal(given: Sequence[GivenFile], already: int = 0) -> Text | None:
    """Why these files cannot be taken, beside those that were ``already`` given; ``None`` when they can."""
    if empty := next((one for one in given if one.size == 0), None):
        return text("file.empty", name=safe_name(empty.name, empty.mime))
    return text("file.too_many", most=MOST_FILES) if already + len(given) > MOST_FILES else None


def not_read(kind: str) -> Text:
    """Says kindly that this kind of message cannot be read."""
    return text("file.not_read", kind=text(_KINDS_NOT_READ[kind]))


def taken(tx: Transaction, given: GivenFile, brand: str, person: PersonId, now: datetime) -> File:
    """Writes a given file down. Its bytes stay where they are until somebody elsewhere needs them."""
    name, size = safe_name(given.name, given.mime), given.size or 0
    file = f"F-{tx.next_number('file')}"
    mime = given.mime or "application/octet-stream"
    tx.save_file(StoredFile(file, brand, name, mime, size, given.messenger, given.place, given.link, "", person, now))
    return File(file, name, mime, size, given.link)


def safe_name(name: str, mime: str) -> str:
    """A name that is one name: no folders, nothing that turns the reading direction, neither empty nor endless."""
    one = " ".join(cleaned(name).translate(_SEPARATORS).split()).strip(". ")
    ending = PurePath(one).suffix
    if len(ending) > _LONGEST_ENDING:
        ending = ""
    short = one[: _LONGEST_NAME - len(ending)].rstrip(". ") + ending if len(one) > _LONGEST_NAME else one
    return short or f"file{mimetypes.guess_extension(mime) or ''}"


def job_key(request: Request, person: PersonId, file: str) -> str:
    return f"file:{request.id}:{person}:{file}"


def follow(tx: Transaction, request: Request, copy: Copy, team: Team, now: datetime) -> None:
    """Whoever sees the text gets its files as well, each of them once, when it is polite."""
    for file in request.draft.files:
        job = Job(job_key(request, copy.person, file.id), "file", request.id, copy.person, team.polite_time(copy.person, now))
        if tx.sent(job.key) is None and wanted(tx, job, request, copy.messenger):
            tx.put_jobs_later(job)


def wanted(tx: Transaction, job: Job, request: Request, messenger: str) -> bool:
    """Whether a file still belongs to what is read: not one of an earlier text, and not back to where it came from."""
    stored = tx.file(_file_of(job))
    if stored is None or (stored.given_by == job.person and stored.messenger == messenger):
        return False
    said = {file.id for saying in request.talk for file in saying.files}
    if stored.id in said:
        return True
    read = request.status in _READ or job.person in asked_of(request)
    return read and job.person != request.author and stored.id in {file.id for file in request.draft.files}


def _file_of(job: Job) -> str:
    return job.key.rpartition(":")[2]


class _CannotCross(Exception):
    """The file itself cannot be carried over; ``message`` says it, ``linked`` says it where there is a link."""

    def __init__(self, message: str, linked: str = "") -> None:
        super().__init__(message)
        self.message, self.linked = message, linked or message


class Carrier:
    """Carries one file to one person's chat."""

    def __init__(self, store: Store, messengers: Mapping[str, Messenger]) -> None:
        self._store, self._messengers = store, messengers
        self._crossing = asyncio.Semaphore(_AT_ONCE)
        self._fetching: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def carry(self, job: Job, request: Request, team: Team, reader: Reader, account: Account, copy: Copy | None) -> Posted:
        """Sends the file, or says why it is not here."""
        stored = await self._store.read(lambda tx: tx.file(_file_of(job)))
        assert stored is not None
        try:
            return await self._carried(stored, account, copy)
        except _CannotCross as error:
            why = error
        words = await self._store.read(lambda tx: _instead(tx, stored, request, team, why))
        return await self._messengers[account.messenger].tell(account, say(words, reader), copy, thread=True)

    async def _carried(self, stored: StoredFile, account: Account, copy: Copy | None) -> Posted:
        here = self._messengers[account.messenger]
        if stored.messenger == account.messenger and (sent := await self._resent(here, stored, account, copy)):
            return sent
        async with self._crossing:
            body = await self._body(stored, here.send_limit)
            try:
                return await _in_time(here.send_file(account, copy, stored.name, stored.mime, body))
            except NotAccepted:
                raise _CannotCross("file.nolink.refused", "file.link.refused") from None

    async def _resent(self, here: Messenger, stored: StoredFile, account: Account, copy: Copy | None) -> Posted | None:
        """In the messenger it came by, a file may go by its name there, however large it is."""
        try:
            return await here.resend_file(account, copy, stored.place, stored.name, stored.mime)
        except NotAccepted:
            return None

    async def _body(self, stored: StoredFile, most: int) -> bytes:
        """The bytes, fetched by whoever needs them first; the others wait for that."""
        if stored.size > most:
            raise _CannotCross("file.nolink.large", "file.link.large")
        async with self._fetching.setdefault(stored.id, asyncio.Lock()):
            kept = await self._store.read(lambda tx: _kept(tx, stored.id))
            body = await self._fetched(stored) if kept is None else kept
        if len(body) > most:
            raise _CannotCross("file.nolink.large", "file.link.large")
        return body

    async def _fetched(self, stored: StoredFile) -> bytes:
        source = self._messengers.get(stored.messenger)
        if source is None:
            raise TryLater(0, "the messenger is not connected")
        if stored.size > source.fetch_limit:
            raise _CannotCross("file.nolink.large", "file.link.large")
        try:
            body = await _in_time(source.fetch(stored.place, source.fetch_limit))
        except Gone:
            raise _CannotCross("file.gone") from None
        except (NotAccepted, Unreachable):
            # Whoever cannot be reached there is not the person the file is for.
            raise _CannotCross("file.nolink.refused", "file.link.refused") from None
        if stored.size and len(body) != stored.size:
            raise _CannotCross("file.changed")
        await self._store.run(lambda tx: _keep(tx, stored, body))
        return body


async def _in_time(transfer: Coroutine[object, object, T]) -> T:
    try:
        async with asyncio.timeout(_LONGEST_TRANSFER):
            return await transfer
    except TimeoutError:
        raise Unclear("the transfer takes too long") from None


def _kept(tx: Transaction, file: str) -> bytes | None:
    stored = tx.file(file)
    return tx.file_body(stored.digest) if stored and stored.digest else None


def _keep(tx: Transaction, stored: StoredFile, body: bytes) -> None:
    digest = sha256(body).hexdigest()
    tx.save_file_body(digest, body)
    tx.save_file(replace(stored, digest=digest))


def _instead(tx: Transaction, stored: StoredFile, request: Request, team: Team, error: _CannotCross) -> Text:
    file = named(File(stored.id, stored.name, stored.mime, stored.size))
    fields: dict[str, Field] = {"id": request.id, "title": request.draft.title, "file": file}
    if stored.link:
        return Text(error.linked, {**fields, "link": stored.link, "who": _giver(tx, stored, team)})
    return Text(error.message, {**fields, "who": _giver(tx, stored, team)})


def _giver(tx: Transaction, stored: StoredFile, team: Team) -> Field:
    if stored.given_by in team.playbook.people:
        return team.playbook.name(stored.given_by)
    # A creator is in no playbook.
    return next((one.name for one in tx.creator(stored.given_by)), stored.given_by)
