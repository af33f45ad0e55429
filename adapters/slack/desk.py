"""What is done about a delivery: each kind goes to whoever knows it, and its answer to whoever waits for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from adapters.slack import filled, payload
from adapters.slack.answer import Answer, Delivery, at_field, in_ack
from adapters.slack.homes import Homes
from adapters.slack.inviting import Inviting
from adapters.slack.new_form import FORM, SEND
from adapters.slack.new_requests import NewRequests
from adapters.slack.payload import Body, Kind
from adapters.slack.people import People
from adapters.slack.screens import Screens
from adapters.slack.sender import SlackMessenger
from adapters.slack.submissions import Submissions
from adapters.slack.taps import Taps
from adapters.slack.telling import Telling
from adapters.slack.words import Words
from bot.absences import Absences
from bot.chance import SystemChance
from bot.conversation import Conversation
from bot.core.wording import text
from bot.invites import Invites
from bot.ports import Clock, Store
from bot.service import Service, UpdateKey

_NEW, _FROM_MESSAGE = "soglas_new", "soglas_send_message"


class Desk:
    """Handles one delivery after another. ``workspace`` is the one the bot belongs to."""

    def __init__(
        self,
        workspace: str,
        screens: Screens,
        messenger: SlackMessenger,
        conversation: Conversation,
        service: Service,
        store: Store,
        clock: Clock,
    ) -> None:
        people = People(workspace, messenger, service, store)
        invites, absences = Invites(store, clock, SystemChance(), service.nudge), Absences(store, clock, service.nudge)
        inviting = Inviting(messenger, screens, people, conversation, invites, absences)
        requests = NewRequests(messenger, screens, people, service, store, clock)
        self._people, self._conversation, self._requests = people, conversation, requests
        self._telling = Telling(messenger, screens, people, conversation, store)
        self._submissions = Submissions(screens, people, service, store, clock)
        self._homes = Homes(screens, people, conversation, store, clock)
        self._taps = Taps(messenger, screens, people, conversation, service, clock, self._telling, requests, inviting)
        self._words = Words(screens, people, conversation, requests, inviting)
        self._work = self._who_does_what()
        self.tell = self._telling.tell

    def _who_does_what(self) -> dict[Kind, Callable[[Delivery], Awaitable[Answer]]]:
        return {
            Kind.TAP: self._taps.tapped,
            Kind.VIEW: self._submit,
            Kind.MESSAGE: self._words.wrote,
            Kind.COMMAND: self._words.commanded,
            Kind.SHORTCUT: self._shortcut,
            Kind.MENTION: self._words.called,
            Kind.EDIT: self._words.edited,
            Kind.PERSON: self._changed,
            Kind.HOME: self._opened,
        }

    async def handle(self, kind: Kind, body: Body, key: UpdateKey) -> Answer:
        account = await self._people.account(body)
        if account and account.blocked and kind is not Kind.PERSON:
            # Whoever writes or taps can be written to again.
            await self._conversation.inbox.present(account, gone=False)
            account = replace(account, blocked=False)
        return await self._work[kind](Delivery(kind, body, key, account))

    async def follow(self, kind: Kind, body: Body) -> None:
        """After an answer: what somebody has done may have changed what their home tab shows."""
        if kind not in (Kind.HOME, Kind.PERSON):
            await self._homes.follow(body)

    async def trouble(self, kind: Kind, body: Body) -> Answer:
        """The answer when something of ours is broken: whoever tapped must not be left with nothing, nor lose what they wrote."""
        if kind in (Kind.HOME, Kind.PERSON):
            return Answer()
        words, (_, reader) = text("answer.trouble"), await self._people.who(body)
        if kind is Kind.VIEW and (block := _first_field(body["view"])):
            return Answer(words, ack=at_field(block, words, reader))
        return Answer(words, ack=in_ack(kind, words, reader))

    async def _submit(self, given: Delivery) -> Answer:
        if payload.view(given.body).get("callback_id") in (FORM, SEND):
            return await self._requests.submitted(given)
        return await self._submissions.submitted(given)

    async def _shortcut(self, given: Delivery) -> Answer:
        if given.account is None:
            return Answer(text("refusal.stranger"))
        if given.body.get("callback_id") == _NEW:
            return await self._requests.opened(given.account, given.body)
        if given.body.get("callback_id") == _FROM_MESSAGE:
            return await self._requests.forwarded(given.account, given.body, given.key)
        menu = await self._conversation.menu(given.account)
        return Answer(menu.toast, menu.prompt)

    async def _changed(self, given: Delivery) -> Answer:
        """Somebody's account in Slack was closed, or opened again."""
        if given.account is not None:
            await self._conversation.inbox.present(given.account, gone=bool(given.body["event"]["user"].get("deleted")))
        return Answer()

    async def _opened(self, given: Delivery) -> Answer:
        await self._homes.opened(given.body)
        return Answer()


def _first_field(view: Body) -> str | None:
    """A field at which the form can say that something went wrong, so that nothing written in it is lost."""
    form = filled.read(view)
    if form and form.first_input:
        return form.first_input
    return next((str(block["block_id"]) for block in view.get("blocks", []) if block["type"] == "input"), None)
