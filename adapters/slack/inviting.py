"""Asking a colleague in by their Slack name: a direct message to them alone, with a button that only they can use."""

from __future__ import annotations

import re

from adapters.slack import payload
from adapters.slack.answer import Answer, of_reply
from adapters.slack.people import People
from adapters.slack.screens import Screens
from adapters.slack.sender import NAME, SlackMessenger
from adapters.slack.view import prompt_message
from bot.absences import Absences
from bot.conversation import Conversation
from bot.core.request.effects import Refused
from bot.core.wording import Moment, text
from bot.invites import Invited, Invites
from bot.ports import Account, MessengerError
from bot.prompts import Option, Prompt, Reply

_ACCEPT = re.compile(r"9\|join\|([A-Za-z0-9_-]{22,64})")


class Inviting:
    """Invitations for one account, given where only their person sees them."""

    def __init__(
        self,
        messenger: SlackMessenger,
        screens: Screens,
        people: People,
        conversation: Conversation,
        invites: Invites,
        absences: Absences,
    ) -> None:
        self._messenger, self._screens, self._people = messenger, screens, people
        self._conversation, self._invites, self._absences = conversation, invites, absences

    async def invited(self, account: Account, rest: str) -> Answer | None:
        """What somebody wrote after ``invite``; ``None`` where it names nobody's Slack account."""
        user, words = payload.mentioned(rest)
        if not user or not words:
            return None
        people = await self._absences.colleague(account.person, words)
        if len(people) != 1:
            # Not somebody of a playbook, perhaps a creator: the words that are to be forwarded come back.
            return None
        try:
            if await self._screens.workspace_of(user) not in ("", self._people.workspace):
                return Answer(text("home.invite.foreign"))
        except MessengerError:
            return Answer(text("home.invite.not_sent"))
        outcome = await self._invites.invite_member(account.person, people[0], bound_to=f"{NAME}:{user}")
        return Answer(outcome.text) if isinstance(outcome, Refused) else await self._sent(account, user, outcome)

    async def _sent(self, account: Account, user: str, outcome: Invited) -> Answer:
        accept = Option(text("home.invite.accept"), f"9|join|{outcome.word}")
        words = text("home.invite", name=outcome.name, until=Moment(outcome.expires_at))
        # How they read is in the playbook already.
        own = await self._people.reader(Account(NAME, "", user, outcome.person))
        try:
            await self._messenger.send(user, prompt_message(Prompt(words, options=((accept,),)), own))
        except MessengerError:
            await self._invites.withdraw(account.person, outcome.person)
            return Answer(text("home.invite.not_sent"))
        return Answer(text("home.invite.sent", name=outcome.name, until=Moment(outcome.expires_at)))

    def accepted(self, data: str) -> str:
        """The word that a tapped button carries; empty for any other button."""
        found = _ACCEPT.fullmatch(data)
        return found[1] if found else ""

    async def came(self, account: Account | None, word: str, newcomer: Account | None) -> Answer:
        """Somebody accepts, by a button or by the word they were given. Its place is taken by what comes next."""
        if newcomer is None:
            return Answer(text("refusal.stranger"))
        reply = await self._conversation.started(account, word, newcomer)
        return of_reply(Reply(reply.toast, reply.alert, reply.prompt, close="invitation"))
