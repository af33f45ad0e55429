"""Removes a person: their name and accounts go, the history keeps their role. What they decided stays decided.

In events a person is an id, and events never change; so the id stays, as a pseudonym. Names stand in playbooks, among the
creators, in messages that wait and in what messengers delivered: there they become «former …». Words that people typed
into requests belong to the record of what was decided on, and stay.

Large tables are gone through in small pieces, before the one transaction that counts and once more after it: cut short
anywhere, the same command does the rest.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.carrying import wake_job
from bot.core.playbook.digest import canonical
from bot.core.playbook.model import PersonId, Playbook
from bot.core.request.model import Request, RequestId
from bot.core.wording import Localized, Text, text
from bot.creators import is_creator, person_behind
from bot.ports import Account, Clock, Creator, Job, SoglasError, Store, Transaction
from bot.speech import LANGUAGES, Reader, say, show

_TOGETHER = 200
_BEGINNING, _FAR = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
# Cards in the chats of others are drawn again one after the other: nobody is in a hurry, and the messengers have limits.
_EVERY = timedelta(seconds=1)
# Shorter texts would be found inside other words.
_SHORTEST = 4


class NotKnown(SoglasError):
    """There is nobody of that id."""


class StillInForce(SoglasError):
    """The person has roles in a playbook in force; ``roles`` says which. They have to be handed over first."""

    def __init__(self, roles: tuple[Text, ...]) -> None:
        super().__init__()
        self.roles = roles


@dataclass(frozen=True, slots=True)
class Removed:
    """What was done: accounts forgotten, playbook versions without the name, cards that are drawn again."""

    accounts: int
    versions: int
    cards: int


@dataclass(frozen=True, slots=True)
class _Traces:
    """Whose name is looked for and where. ``names`` is what becomes of each."""

    ids: frozenset[PersonId]
    names: Mapping[str, str]
    accounts: tuple[Account, ...]
    chats: frozenset[str]


class Removal:
    """Removes people. A running bot finds within a second that there are cards to draw again."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    async def remove(self, person: PersonId, by: str) -> Removed:
        """Raises ``NotKnown`` or ``StillInForce``; then nothing has changed."""
        traces = await self._store.read(lambda tx: _traces(tx, person))
        await self._sweep(traces)
        await self._rename_in_requests(traces)
        versions = await self._store.run(lambda tx: self._taken_out(tx, traces, person, by))
        # Whoever opened a request or wrote a draft meanwhile still found the name.
        await self._sweep(traces)
        await self._rename_in_requests(traces)
        return Removed(len(traces.accounts), versions, await self._redraw(traces))

    def _taken_out(self, tx: Transaction, traces: _Traces, person: PersonId, by: str) -> int:
        """Everything that others look at, at once."""
        now = self._clock.now()
        _refuse(tx, person)
        for account in tx.accounts(person):
            tx.forget_dialogs_of(account.external)
        waiting = [request for one in traces.ids for request in tx.waiting_for(one)]
        for one in traces.ids:
            tx.remove_person(one, now, by)
            for creator in tx.creator(one):
                tx.save_creator(replace(creator, name=_former_creator(creator.language)))
        changed = _renamed_versions(tx, person, traces.names)
        for key, body in _jobs(tx, traces.names):
            tx.rewrite_job(key, body)
        for request in waiting:
            tx.put_job(wake_job(request, now))
        return changed

    async def _sweep(self, traces: _Traces) -> None:
        words = {form for name in traces.names for form in _forms(name)} | {account.external for account in traces.accounts}
        for one in sorted(word for word in words if len(word) >= _SHORTEST):
            while await self._store.run(lambda tx, w=one: tx.forget_bodies(w, _TOGETHER)):  # type: ignore[misc]
                pass
        for chat in sorted(traces.chats):
            while await self._store.run(lambda tx, c=chat: tx.forget_chat(c, _TOGETHER)):  # type: ignore[misc]
                pass
        for name in (name for name in traces.names if len(name) >= _SHORTEST):
            await self._store.run(lambda tx, n=name: tx.forget_questions_naming(n))  # type: ignore[misc]
        await self._store.run(lambda tx: _rename_in_dialogs(tx, traces.names))

    async def _rename_in_requests(self, traces: _Traces) -> None:
        """A creator's name stands in the state of their requests: what cards show. The events keep what was typed."""
        async for request in self._requests(traces):
            if request.draft.creator in traces.names:
                await self._store.run(lambda tx, r=request.id: _renamed_request(tx, r, traces))  # type: ignore[misc]

    async def _redraw(self, traces: _Traces) -> int:
        """Every card on which the name may stand is drawn again, one a second."""
        cards = 0
        async for request in self._requests(traces):
            cards += await self._store.run(lambda tx, r=request.id, n=cards: self._redrawn(tx, r, n))  # type: ignore[misc]
        return cards

    async def _requests(self, traces: _Traces) -> AsyncIterator[Request]:
        """The requests that the person has to do with, a page at a time."""
        since, after = _BEGINNING, RequestId("")
        while page := await self._store.read(lambda tx, s=since, a=after: tx.opened_before(_FAR, s, a, _TOGETHER)):  # type: ignore[misc]
            for found in page:
                if _shows(found.request, traces):
                    yield found.request
            since, after = page[-1].request.opened_at, page[-1].request.id

    def _redrawn(self, tx: Transaction, request: RequestId, before: int) -> int:
        copies = tx.copies(request)
        for number, copy in enumerate(copies, before):
            at = self._clock.now() + number * _EVERY
            tx.put_jobs_later(Job(f"redraw:{request}:{copy.person}", "card", request, copy.person, at))
        return len(copies)


def _renamed_request(tx: Transaction, request: RequestId, traces: _Traces) -> None:
    stored = tx.request(request)
    if stored and (other := traces.names.get(stored.request.draft.creator)):
        tx.rewrite_state(replace(stored.request, draft=replace(stored.request.draft, creator=other)))


def _refuse(tx: Transaction, person: PersonId) -> None:
    roles = tuple(role for brand in tx.brands() if (found := tx.in_force(brand)) for role in _roles(found.playbook, person))
    if roles:
        raise StillInForce(roles)


def _roles(book: Playbook, person: PersonId) -> Sequence[Text]:
    """What somebody has in a playbook: roles, deputies' places, a market's signature."""
    held = [role.title for role in book.roles.values() if person in (role.holder, *role.deputies)]
    signs = [market.title for market in book.markets.values() if market.signed_by == person]
    brand = Localized(book.title)
    return (
        *(text("removal.role", role=Localized(title), brand=brand) for title in held),
        *(text("removal.signs", market=Localized(title), brand=brand) for title in signs),
    )


def _traces(tx: Transaction, person: PersonId) -> _Traces:
    _refuse(tx, person)
    ids = frozenset(one.person for one in _creators(tx, person)) | {person}
    names = _names(tx, person)
    accounts = tuple(tx.accounts(person))
    if not names and not accounts and person not in tx.removed():
        raise NotKnown(person)
    chats = {account.chat for account in accounts} | {copy.chat for one in ids for copy in tx.copies_of(one)}
    return _Traces(ids, names, accounts, frozenset(chats - {""}))


def _creators(tx: Transaction, person: PersonId) -> Sequence[Creator]:
    """A creator in every brand, also under the ids that turned out to be theirs."""
    if not is_creator(person):
        return ()
    return [one for brand in tx.brands() for one in tx.creators(brand) if person_behind(tx, one.person) == person]


def _names(tx: Transaction, person: PersonId) -> Mapping[str, str]:
    """What somebody is called anywhere, and what is said from now on instead."""
    found: dict[str, str] = {}
    for version in tx.versions():
        data = json.loads(version.body)
        if person in data["people"]:
            former = _former(data, person)
            found |= {name: former[language] for language, name in data["people"][person]["name"].items()}
    found |= {one.name: _former_creator(one.language) for one in _creators(tx, person)}
    # What was put in their place before is no name.
    return {name: other for name, other in found.items() if name != other}


# Any: a playbook's text as it was agreed, whatever version of the format it has.
def _former(data: Any, person: PersonId) -> dict[str, str]:
    """«Former …» in every language somebody's name is written in: by their first role of this version."""
    roles = data["roles"].values()
    own = [role for role in roles if role.get("holder") == person] + [r for r in roles if person in (r.get("deputies") or ())]
    texts = data["people"][person]["name"]
    return {language: _in(language, own[0]["title"] if own else None) for language in texts}


def _in(language: str, title: Mapping[str, str] | None) -> str:
    reader = Reader((language if language in LANGUAGES else "en",), "UTC")
    if title is None:
        return say(text("removal.former.colleague"), reader)
    return say(text("removal.former.role", role=show(Localized(title), Reader((language, "en"), "UTC"))), reader)


def _former_creator(language: str) -> str:
    return say(text("removal.former.creator"), Reader((language,), "UTC"))


def _renamed_versions(tx: Transaction, person: PersonId, names: Mapping[str, str]) -> int:
    changed = 0
    for version in tx.versions():
        data = json.loads(version.body)
        if person not in data["people"]:
            continue
        # Somebody else may have the same name.
        others = {one: found["name"] for one, found in data["people"].items()} | {person: _former(data, person)}
        data = _renamed(data, names)
        for one, name in others.items():
            data["people"][one]["name"] = name
        if (body := canonical(data)) != version.body:
            tx.rewrite_version(replace(version, body=body))
            changed += 1
    return changed


def _jobs(tx: Transaction, names: Mapping[str, str]) -> Sequence[tuple[str, str]]:
    """Messages to others that wait and name the person, with their new text."""
    found = {key: body for name in names for form in _forms(name) for key, body in tx.jobs_naming(form)}
    return [(key, json.dumps(_renamed(json.loads(body), names), ensure_ascii=False)) for key, body in found.items()]


def _rename_in_dialogs(tx: Transaction, names: Mapping[str, str]) -> None:
    """Requests of others that are not sent yet, and what they were asked: sent later they would bring the name back."""
    found = {(which, of): body for name in names for form in _forms(name) for which, of, body in tx.dialogs_naming(form)}
    for (messenger, external), body in found.items():
        tx.rewrite_dialog(messenger, external, json.dumps(_renamed(json.loads(body), names), ensure_ascii=False))


def _forms(name: str) -> Collection[str]:
    """A name as it may stand in stored JSON, in either way to write it."""
    return {name, json.dumps(name)[1:-1], json.dumps(name, ensure_ascii=False)[1:-1]}


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    """The same data with every name replaced, also inside longer texts, but not as a part of another word."""
    if isinstance(value, dict):
        return {key: _renamed(part, names) for key, part in value.items()}
    if isinstance(value, list):
        return [_renamed(part, names) for part in value]
    if isinstance(value, str):
        for name in sorted(names, key=len, reverse=True):
            value = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", lambda _, n=name: names[n], value)  # type: ignore[misc]
    return value


def _shows(request: Request, traces: _Traces) -> bool:
    """Whether a request's card may have the name: the person has to do with it."""
    people = {request.requested_by, request.draft.creator_id, *(part.person for s in request.steps for part in s.assignments)}
    people |= {part.on_behalf_of or "" for step in request.steps for part in step.assignments}
    people |= {remark.by for remark in request.remarks} | {q.by for q in request.questions} | {s.by for s in request.talk}
    return bool(people & traces.ids) or request.draft.creator in traces.names
