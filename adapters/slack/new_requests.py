"""Asking for something new with one form: opened, changed with the brand, looked at before it is sent, and sent once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from adapters.slack import new_form, payload
from adapters.slack.answer import Answer, Delivery, at_field, in_ack
from adapters.slack.new_form import FORM, SEND, Brought
from adapters.slack.opening import open_form
from adapters.slack.payload import Body
from adapters.slack.people import People
from adapters.slack.screens import Screens
from adapters.slack.sender import NAME, SlackMessenger
from adapters.slack.submissions import taken
from bot.core.request.model import File
from bot.core.request.opening import MAX_TITLE
from bot.core.wording import Text, text
from bot.drafting.drafts import Content
from bot.drafting.form import NewForm, NewForms, Unfit
from bot.drafting.talk import new_id, sent
from bot.ports import Account, Clock, Store
from bot.service import Done, Service, UpdateKey
from bot.speech import Reader

__all__ = ["FORM", "SEND", "NewRequests"]
_BROUGHT, _FILLED = f"{NAME}:brought", f"{NAME}:form"  # beside the questions about cards, never in their place


@dataclass(frozen=True, slots=True)
class Filled:
    """A form that was filled in and looked at, but not sent. ``id`` is the first view's: it becomes one request."""

    id: str
    form: NewForm


_KEPT_BROUGHT, _KEPT_FILLED = TypeAdapter(Brought), TypeAdapter(Filled)


class NewRequests:
    """New requests by form."""

    def __init__(
        self, messenger: SlackMessenger, screens: Screens, people: People, service: Service, store: Store, clock: Clock
    ) -> None:
        self._messenger, self._screens, self._people = messenger, screens, people
        self._store, self._clock = store, clock
        self._forms = NewForms(NAME, service, store, clock)

    async def opened(self, account: Account, body: Body, *, title: str = "") -> Answer:
        """The empty form."""
        content = Content(title) if len(title) <= MAX_TITLE else Content(text=title)
        return await self._open(account, body, Brought(content=content))

    async def forwarded(self, account: Account, body: Body, key: UpdateKey) -> Answer:
        """The form with a message in it: who wrote the message is not taken for the creator."""
        message = body.get("message") or {}
        attached = await self._screens.attached(message)
        words = payload.readable(str(message.get("text") or "")).strip()
        links = tuple(dict.fromkeys((*payload.links(str(message.get("text") or "")), *attached.links)))
        offer = await self._forms.offered(account)
        brand = offer.brands[0].id if offer.brands else ""
        files = await taken(self._store, self._clock, account, brand, {"files": attached.files} if attached.files else {})
        if isinstance(files, tuple):
            return Answer(files[1])
        first = words.split("\n", 1)[0].strip()
        content = Content(first if len(first) <= MAX_TITLE else "", words, links, files.get("files", ()))
        brought = Brought(new_id(key), content)
        await self._keep(_BROUGHT, account, _KEPT_BROUGHT.dump_json(brought).decode())
        return await self._open(account, body, brought)

    async def _open(self, account: Account, body: Body, brought: Brought) -> Answer:
        offer = await self._forms.offered(account)
        if not offer.brands:
            return Answer(text("new.nothing_offered"))
        view = new_form.form(offer, await self._people.reader(account), brought)
        return await open_form(self._messenger, body, view)

    async def chosen(self, account: Account, body: Body) -> Answer:
        """Another brand: what can be asked for there is something else."""
        view, offer = payload.view(body), await self._forms.offered(account)
        brought = await self._brought(account, view)
        if offer.brands and brought is not None:
            brand = new_form.brand_of(view, offer)
            written = new_form.so_far(view, brought)
            await self._screens.change(view, new_form.form(offer, await self._people.reader(account), written, brand))
        return Answer()

    async def submitted(self, given: Delivery) -> Answer:
        account, view = given.account, payload.view(given.body)
        reader = await self._people.reader(account)
        if account is None:
            return self._said(text("refusal.stranger"), reader)
        if view.get("callback_id") == SEND:
            return await self._sent(account, str(view.get("private_metadata") or ""), reader)
        brought, offer = await self._brought(account, view), await self._forms.offered(account)
        if brought is None or not offer.brands:
            return self._said(text("refusal.retired_form"), reader)
        files = await self._files(account, view, new_form.brand_of(view, offer), brought.content.files)
        if isinstance(files, Text):
            return Answer(files, ack=at_field("files", files, reader))
        form = new_form.read(view, offer, brought, files)
        seen = await self._forms.preview(account, form)
        if isinstance(seen, Unfit):
            return Answer(seen.text, ack=at_field(new_form.block_of(view, seen.field), seen.text, reader))
        filled = Filled(str(view["id"]), form)
        await self._keep(_FILLED, account, _KEPT_FILLED.dump_json(filled).decode())
        confirm = new_form.confirm(seen, form.title, filled.id, reader)
        return Answer(ack={"response_action": "push", "view": confirm})

    async def _files(self, account: Account, view: Body, brand: str, already: Sequence[File]) -> tuple[File, ...] | Text:
        objects: list[Any] = view["state"]["values"].get("files", {}).get("value", {}).get("files") or []
        if not objects:
            return ()
        attached = await self._screens.attached({"files": objects})
        found = await taken(self._store, self._clock, account, brand, {"files": attached.files}, len(already))
        return found[1] if isinstance(found, tuple) else found["files"]

    async def _sent(self, account: Account, kept: str, reader: Reader) -> Answer:
        body = await self._store.read(lambda tx: tx.dialog(_FILLED, account.external))
        filled = _filled(body) if body else None
        if filled is None or filled.id != kept:
            return self._said(text("modal.new.lost"), reader)
        outcome = await self._forms.submit(account, filled.form, UpdateKey(NAME, f"form-{filled.id}"))
        if isinstance(outcome, Unfit):
            return self._said(outcome.text, reader)
        return Answer(_told(outcome), ack={"response_action": "clear"}, aloud=True)

    def _said(self, words: Text, reader: Reader) -> Answer:
        return Answer(words, ack=in_ack(payload.Kind.VIEW, words, reader))

    async def _brought(self, account: Account, view: Body) -> Brought | None:
        """What the form was opened with; ``None`` when something else has taken its place since."""
        wanted = str(view.get("private_metadata") or "")
        if not wanted:
            return Brought()
        body = await self._store.read(lambda tx: tx.dialog(_BROUGHT, account.external))
        try:
            found = _KEPT_BROUGHT.validate_json(body) if body else None
        except ValidationError:
            return None
        return found if found and found.id == wanted else None

    async def _keep(self, what: str, account: Account, body: str) -> None:
        now = self._clock.now()
        await self._store.run(lambda tx: tx.save_dialog(what, account.external, body, now))


def _filled(body: str) -> Filled | None:
    try:
        return _KEPT_FILLED.validate_json(body)
    except ValidationError:
        return None


def _told(done: Done) -> Text:
    return text("new.already_sent", id=done.request.id) if done.again else sent(done)
