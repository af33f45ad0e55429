"""What happens when somebody taps a button: on a card, on a question, on their home tab, or in a form that follows a choice."""

from __future__ import annotations

from adapters.slack import home, modal, new_requests, payload
from adapters.slack.answer import Answer, Delivery, of_reply
from adapters.slack.inviting import Inviting
from adapters.slack.new_requests import NewRequests
from adapters.slack.opening import open_form
from adapters.slack.people import People
from adapters.slack.screens import Screens
from adapters.slack.sender import NAME, SlackMessenger
from adapters.slack.telling import Telling
from bot import buttons
from bot.conversation import Conversation
from bot.core.cards import Input
from bot.core.request.commands import Do
from bot.core.request.effects import Refused
from bot.core.wording import text
from bot.ports import Account, Clock
from bot.prompts import Prompt, done
from bot.service import Service


class Taps:
    """Every tap gets one answer."""

    def __init__(
        self,
        messenger: SlackMessenger,
        screens: Screens,
        people: People,
        conversation: Conversation,
        service: Service,
        clock: Clock,
        telling: Telling,
        requests: NewRequests,
        inviting: Inviting,
    ) -> None:
        self._messenger, self._screens, self._people = messenger, screens, people
        self._conversation, self._service, self._clock = conversation, service, clock
        self._telling, self._requests, self._inviting = telling, requests, inviting

    async def tapped(self, given: Delivery) -> Answer:
        account, data = given.account, payload.data(given.body)
        if word := self._inviting.accepted(data):
            newcomer = await self._people.newcomer(given.body, payload.place(given.body)[0])
            return await self._inviting.came(account, word, newcomer)
        if account is None:
            return of_reply(await self._conversation.tap(None, data, given.key))
        if payload.view(given.body).get("callback_id") == new_requests.FORM:
            return await self._requests.chosen(account, given.body)
        if data.startswith(home.OPENS):
            return Answer()  # it was a link
        if code := buttons.parse(data):
            return await self._card(given, account, code)
        return await self._said(given, account, data)

    async def _said(self, given: Delivery, account: Account, data: str) -> Answer:
        if data == buttons.menu("new"):
            return await self._requests.opened(account, given.body)
        if request := buttons.parse_show(data):
            copy = await self._telling.copy(request, account.person)
            found = await self._service.find(request, account.person)
            if copy and found:
                link = await self._screens.link(copy.chat, copy.message)
                return Answer(prompt=Prompt(text("home.card", id=request, title=found.request.draft.title)), links=(link,))
        answer = of_reply(await self._conversation.tap(account, data, given.key))
        if payload.view(given.body) and answer.reply and answer.reply.close:
            return Answer()  # the home tab itself shows what has changed
        return answer

    async def _card(self, given: Delivery, account: Account, code: buttons.Code) -> Answer:
        move = Do(code.action, account.person, NAME, code.ticket)
        if code.input is Input.NOTHING:
            shown = await self._telling.live(code.request, account, given.body)
            outcome = await self._service.do(code.request, move, given.key)
            if isinstance(outcome, Refused):
                return Answer(outcome.text, about=code.request)
            return Answer(done(code.action, code.request), about=code.request, shown_by=shown)
        outcome = await self._service.probe(code.request, move)
        if isinstance(outcome, Refused):
            return Answer(outcome.text, about=code.request)
        view = modal.modal(code, outcome.request, outcome.team, account.person, self._clock)
        if view is None:
            return Answer(text("refusal.nobody_to_pass_to"))
        return await open_form(self._messenger, given.body, view)
