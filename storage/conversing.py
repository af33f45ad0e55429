"""The part of the port ``Transaction`` that conversations need: accounts, creators, invitations, files, what was delivered."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from bot.core.playbook.model import PersonId
from bot.core.request.model import Request, RequestId
from bot.ports import Account, Creator, DirectContact, Invite, StoredFile, Unanswered, Update
from storage.mapping import from_micros, load_request, to_micros
from storage.rows import Row, Rows


class Conversing(Rows):
    """People and what they say, in terms of rows."""

    # accounts

    def accounts(self, person: PersonId | None = None) -> Sequence[Account]:
        if person is None:
            return [_account(row) for row in self._rows("accounts")]
        rows = self._rows("accounts_of_to_change" if self._driver.writes else "accounts_of", person=person)
        return [_account(row) for row in rows]

    def reachable(self) -> Mapping[PersonId, str]:
        found: dict[PersonId, str] = {}
        for person, language in self._rows("reachable"):
            found[str(person)] = str(language) or found.get(str(person), "")
        return found

    def forget_account(self, account: Account) -> None:
        self._rows("forget_account", messenger=account.messenger, workspace=account.workspace, external=account.external)

    def account(self, messenger: str, external: str, workspace: str = "") -> Account | None:
        name = "account_to_change" if self._driver.writes else "account"
        row = self._one(name, messenger=messenger, external=external, workspace=workspace)
        return _account(row) if row else None

    def save_account(self, account: Account) -> None:
        self._rows(
            "save_account", messenger=account.messenger, workspace=account.workspace, external=account.external,
            person=account.person, chat=account.chat, blocked=int(account.blocked), language=account.language,
            preferred=int(account.preferred),
        )  # fmt: skip

    # creators, invitations, files, what was not understood

    def creator(self, person: PersonId) -> Sequence[Creator]:
        return [_creator(row) for row in self._rows("creator", person=person)]

    def creators(self, brand: str) -> Sequence[Creator]:
        # Whoever adds one looks first whether the brand knows them: two must not both find nobody.
        if self._driver.writes:
            self._driver.lock(f"creators:{brand}")
        return [_creator(row) for row in self._rows("creators", brand=brand)]

    def save_creator(self, creator: Creator) -> None:
        self._rows(
            "save_creator", person=creator.person, brand=creator.brand, market=creator.market, name=creator.name,
            language=creator.language, added_by=creator.added_by, added_at=to_micros(creator.added_at),
        )  # fmt: skip

    def creator_requests(self, creator: PersonId) -> Sequence[Request]:
        return [load_request(str(row[0])) for row in self._rows("creator_requests", creator=creator)]

    def link_creator(self, creator: PersonId, request: RequestId) -> None:
        self._rows("add_creator_request", creator=creator, request=request)

    def invite(self, digest: str) -> Invite | None:
        row = self._one("invite_to_change" if self._driver.writes else "invite", digest=digest)
        return _invite(row) if row else None

    def invites_of(self, person: PersonId) -> Sequence[Invite]:
        # A new one makes the others void: two at the same time must not miss each other.
        if self._driver.writes:
            self._driver.lock(f"invites:{person}")
        return [_invite(row) for row in self._rows("invites_of", person=person)]

    def save_invite(self, invite: Invite) -> None:
        self._rows(
            "save_invite", digest=invite.digest, brand=invite.brand, person=invite.person, said_by=invite.said_by,
            said_at=to_micros(invite.said_at), expires_at=to_micros(invite.expires_at), bound_to=invite.bound_to,
            used_at=to_micros(invite.used_at) if invite.used_at else 0, used_by=invite.used_by,
        )  # fmt: skip

    def file(self, file: str) -> StoredFile | None:
        row = self._one("file", id=file)
        return _file(row) if row else None

    def save_file(self, file: StoredFile) -> None:
        self._rows(
            "save_file", id=file.id, brand=file.brand, name=file.name, mime=file.mime, size=file.size, messenger=file.messenger,
            place=file.place, link=file.link, digest=file.digest, given_by=file.given_by, given_at=to_micros(file.given_at),
        )  # fmt: skip

    def file_body(self, digest: str) -> bytes | None:
        row = self._one("file_body", digest=digest)
        return row[0] if row and isinstance(row[0], bytes) else None

    def save_file_body(self, digest: str, body: bytes) -> None:
        self._rows("add_file_body", digest=digest, body=body)

    def message_key(self, chat: str, message: str) -> str | None:
        row = self._one("message_key", chat=chat, message=message)
        return str(row[0]) if row else None

    def note_unanswered(self, brand: str, person: PersonId, words: str, at: datetime) -> None:
        number = self.next_number("unanswered")
        self._rows("add_unanswered", id=number, brand=brand, person=person, at=to_micros(at), words=words)

    def unanswered(self, brand: str, since: datetime) -> Sequence[Unanswered]:
        rows = self._rows("unanswered", brand=brand, since=to_micros(since))
        return [Unanswered(str(row[1]), str(row[2]), from_micros(int(row[3])), str(row[4])) for row in rows]

    def note_contact(self, contact: DirectContact) -> None:
        self._rows(
            "save_direct_contact", brand=contact.brand, first=contact.first, second=contact.second, at=to_micros(contact.at),
            request=contact.request,
        )  # fmt: skip

    def direct_contacts(self, brand: str) -> Sequence[DirectContact]:
        rows = self._rows("direct_contacts", brand=brand)
        return [DirectContact(str(r[0]), str(r[1]), str(r[2]), from_micros(int(r[3])), RequestId(str(r[4]))) for r in rows]

    # inbox and dialogs

    def receive(self, update: Update, taken_until: datetime | None = None) -> bool:
        row = self._one(
            "receive", messenger=update.messenger, id=update.id, received_at=to_micros(update.received_at), handled_at=0,
            body=update.body, taken_until=to_micros(taken_until) if taken_until else 0,
        )  # fmt: skip
        return row is not None

    def unhandled(self, messenger: str) -> Sequence[Update]:
        rows = self._rows("unhandled", messenger=messenger)
        return [_update(row) for row in rows]

    def take_unhandled(self, messenger: str, now: datetime, until: datetime) -> Sequence[Update]:
        rows = self._rows("take_unhandled", which=messenger, now=to_micros(now), until=to_micros(until))
        return sorted((_update(row) for row in rows), key=lambda update: (update.received_at, update.id))

    def keep_taken(self, messenger: str, updates: Mapping[str, datetime], until: datetime) -> Collection[str]:
        # One question for all: one for each would be as many round trips.
        taken = {str(row[0]): int(row[1]) for row in self._rows("taken", which=messenger)}
        kept = [update for update, since in updates.items() if taken.get(update) == to_micros(since)]
        for update in kept:
            self._rows("keep_taken", which=messenger, update=update, since=taken[update], until=to_micros(until))
        return kept

    def is_handled(self, messenger: str, update: str) -> bool:
        row = self._one("is_handled", messenger=messenger, id=update)
        return bool(row and row[0])

    def handled(self, messenger: str, update: str, at: datetime) -> bool:
        first = self._rows("handled", messenger=messenger, id=update, at=to_micros(at))
        # One that was never written down (a request by another door) is not known to have been handled either.
        return bool(first) or not self.is_handled(messenger, update)

    def dialog(self, messenger: str, external: str) -> str | None:
        # It is read in order to be changed and written back whole.
        if self._driver.writes:
            self._driver.lock(f"dialog:{messenger}:{external}")
        row = self._one("dialog", messenger=messenger, external=external)
        return str(row[0]) if row else None

    def save_dialog(self, messenger: str, external: str, body: str, at: datetime) -> None:
        self._rows("save_dialog", messenger=messenger, external=external, body=body, at=to_micros(at))

    def end_dialog(self, messenger: str, external: str) -> None:
        self._rows("end_dialog", messenger=messenger, external=external)

    def next_number(self, name: str) -> int:
        row = self._one("next_number", name=name)
        assert row is not None
        return int(row[0])


def _update(row: Row) -> Update:
    return Update(str(row[0]), str(row[1]), str(row[4]), from_micros(int(row[2])))


def _creator(row: Row) -> Creator:
    person, brand, market, name, language, added_by, added_at = row
    return Creator(str(person), str(brand), str(market), str(name), str(language), str(added_by), from_micros(int(added_at)))


def _invite(row: Row) -> Invite:
    digest, brand, person, said_by, said_at, expires_at, bound_to, used_at, used_by = row
    used = from_micros(int(used_at)) if used_at else None
    return Invite(
        str(digest), str(brand), str(person), str(said_by), from_micros(int(said_at)), from_micros(int(expires_at)),
        str(bound_to), used, str(used_by),
    )  # fmt: skip


def _file(row: Row) -> StoredFile:
    number, brand, name, mime, size, messenger, place, link, digest, given_by, given_at = row
    return StoredFile(
        str(number), str(brand), str(name), str(mime), int(size), str(messenger), str(place), str(link), str(digest),
        str(given_by), from_micros(int(given_at)),
    )  # fmt: skip


def _account(row: Row) -> Account:
    messenger, workspace, external, person, chat, blocked, language, preferred = row
    return Account(
        str(messenger), str(workspace), str(external), str(person), str(chat), bool(blocked), str(language), bool(preferred)
    )
