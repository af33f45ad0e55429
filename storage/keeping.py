"""The part of the port ``Transaction`` that forgets: what is old, and people who were removed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from bot.core.playbook.model import PersonId
from bot.core.request.model import Request, RequestId
from bot.ports import Copy
from bot.ports.keeping import LastMoved, Old, Version
from storage.mapping import dump_request, from_micros, load_request, to_micros
from storage.rows import Rows, ends

_STATEMENTS: dict[Old, str] = {
    "dialogs": "forget_old_dialogs", "questions": "forget_questions", "invitations": "forget_invitations",
}  # fmt: skip
_PROCESS = "process."
_OF_PERSON = ("accounts", "invites", "absences", "questions", "jobs", "copies")


class Keeping(Rows):
    """Forgetting, in terms of rows."""

    def forget_old(self, what: Old, before: datetime, most: int) -> int:
        at = to_micros(before)
        if what == "deliveries":
            return self._forget_deliveries(at, most)
        if what == "processes":
            return len(self._rows("forget_processes", first=_PROCESS, after=ends(_PROCESS), before=at, most=most))
        return len(self._rows(_STATEMENTS[what], before=at, most=most))

    def _forget_deliveries(self, before: int, most: int) -> int:
        """Each messenger for itself: the index knows them by that, and nothing else has to be looked at."""
        gone = 0
        for messenger in self._messengers():
            gone += len(self._rows("forget_deliveries", which=messenger, before=before, most=most - gone)) if gone < most else 0
        return gone

    def _messengers(self) -> Iterator[str]:
        row = self._one("next_messenger", after="")
        while row and row[0]:
            yield str(row[0])
            row = self._one("next_messenger", after=str(row[0]))

    def opened_before(self, until: datetime, since: datetime, after: RequestId, most: int) -> Sequence[LastMoved]:
        rows = self._rows("opened_before", until=to_micros(until), since=to_micros(since), after=after, most=most)
        return [LastMoved(load_request(str(state)), from_micros(int(at))) for state, at in rows]

    def notes_after(self, key: str, most: int) -> Sequence[tuple[str, datetime]]:
        # A request's id begins with a capital letter, every other kind of message with a small one.
        rows = self._rows("notes_after", after=max(key, "tell:a"), end="tell:{", most=most)
        return [(str(found), from_micros(int(at))) for found, at in rows]

    def forget_notes(self, keys: Collection[str]) -> None:
        for key in keys:
            self._rows("forget_note", of=key)

    def forget_notes_of(self, request: RequestId) -> None:
        for begin in (f"tell:{request}:", f"file:{request}:"):
            self._rows("forget_notes_of", first=begin, after=ends(begin))

    def forget_file_body(self, file: str, before: datetime) -> bool:
        return bool(self._rows("forget_file_body", file=file, before=to_micros(before)))

    def remove_person(self, person: PersonId, at: datetime, by: str) -> None:
        for what in _OF_PERSON:
            self._rows(f"forget_{what}_of_person", person=person)
        self._rows("save_removed", person=person, removed_at=to_micros(at), removed_by=by)

    def removed(self) -> Mapping[PersonId, datetime]:
        return {str(person): from_micros(int(at)) for person, at in self._rows("removed")}

    def versions(self) -> Sequence[Version]:
        return [
            Version(str(brand), int(number), str(digest), str(body)) for brand, number, digest, body in self._rows("versions")
        ]

    def rewrite_version(self, version: Version) -> None:
        self._rows("rewrite_version", of=version.brand, number=version.number, text=version.body)

    def rewrite_state(self, request: Request) -> None:
        self._rows("rewrite_state", of=request.id, seen=request.revision, text=dump_request(request))

    def copies_of(self, person: PersonId) -> Sequence[Copy]:
        return [Copy(RequestId(str(row[0])), *map(str, row[1:])) for row in self._rows("copies_of", person=person)]

    def forget_chat(self, chat: str, most: int) -> int:
        return len(self._rows("forget_chat", which=chat, most=most))

    def forget_dialogs_of(self, external: str) -> None:
        self._rows("forget_dialogs_of", external=external)

    def forget_bodies(self, words: str, most: int) -> int:
        return len(self._rows("forget_bodies", like=_containing(words), most=most))

    def forget_questions_naming(self, words: str) -> None:
        self._rows("forget_questions_naming", like=_containing(words))

    def jobs_naming(self, words: str) -> Sequence[tuple[str, str]]:
        return [(str(key), str(body)) for key, body in self._rows("jobs_naming", like=_containing(words))]

    def dialogs_naming(self, words: str) -> Sequence[tuple[str, str, str]]:
        rows = self._rows("dialogs_naming", like=_containing(words))
        return [(str(messenger), str(external), str(body)) for messenger, external, body in rows]

    def rewrite_dialog(self, messenger: str, external: str, body: str) -> None:
        self._rows("rewrite_dialog", which=messenger, of=external, text=body)

    def rewrite_job(self, key: str, body: str) -> None:
        self._rows("rewrite_job", of=key, text=body)


def _containing(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
