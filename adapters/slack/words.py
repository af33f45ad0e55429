"""What happens when somebody writes to the bot, sends it files, calls it in a channel, types its command or mends a message."""

from __future__ import annotations

import re

from adapters.slack import payload
from adapters.slack.answer import Answer, Delivery, of_reply, only_for_you
from adapters.slack.inviting import Inviting
from adapters.slack.new_requests import NewRequests
from adapters.slack.people import People
from adapters.slack.screens import Screens
from bot.conversation import Conversation, Heard
from bot.core.wording import text
from bot.onboarding import word_in
from bot.ports import Account
from bot.prompts import Prompt
from bot.understanding import Intent, understand

_JOIN = "join"
_NAMES = {
    *Intent, "inbox", "away", "back", "new", "settings", "menu", "start", "invite", "revoke", "cancel",
}  # fmt: skip
_COMMAND = re.compile(r"/?([A-Za-z_]{2,32})(?=\s|$)")


class Words:
    """Messages, mentions, commands. None of it records a decision."""

    def __init__(
        self,
        screens: Screens,
        people: People,
        conversation: Conversation,
        requests: NewRequests,
        inviting: Inviting,
    ) -> None:
        self._screens, self._people, self._conversation = screens, people, conversation
        self._requests, self._inviting = requests, inviting

    async def wrote(self, given: Delivery) -> Answer:
        """A message in the direct chat, perhaps under a card or a message about a request."""
        event = given.body["event"]
        channel, thread = str(event["channel"]), str(event.get("thread_ts") or "")
        words, attached = payload.words(given.body), await self._screens.attached(event)
        words = "\n".join([*([words] if words else []), *(link for link in attached.links if link not in words)])
        if not words and not attached.files:
            return Answer(text("answer.only_text")) if event.get("files") else Answer()
        if given.account is None and word_in(words):
            return await self._join(given, words, channel)
        request, asked = await self._conversation.about(channel, thread) if thread else (None, False)
        heard = Heard(words, request, thread, asked, attached.files)
        return of_reply(await self._conversation.typed(given.account, heard, given.key))

    async def edited(self, given: Delivery) -> Answer:
        """A message is taken as it came; an edit is no second one."""
        return Answer(text("answer.edited")) if given.account else Answer()

    async def called(self, given: Delivery) -> Answer:
        """The bot's name in a channel: a command or a question, answered to whoever asked alone."""
        return await self._asked(given, payload.words(given.body))

    async def commanded(self, given: Delivery) -> Answer:
        """Answered where it was typed, to the one who typed it alone: the channel may be anybody's."""
        answer = await self._asked(given, str(given.body.get("text") or "").strip())
        prompt = answer.prompt or (Prompt(answer.words) if answer.words else None)
        if prompt is None:
            return answer
        _, reader = await self._people.who(given.body)
        return Answer(ack=only_for_you(prompt, reader), words=answer.words)

    async def _asked(self, given: Delivery, words: str) -> Answer:
        found = _COMMAND.match(words)
        name, rest = (found[1].casefold(), words[found.end() :].strip()) if found else ("", words)
        if name == _JOIN and word_in(rest):
            return await self._join(given, rest)
        if given.account is None:
            return await self._join(given, words) if word_in(words) else Answer(text("refusal.stranger"))
        if name == "new" and given.body.get("trigger_id"):
            return await self._requests.opened(given.account, given.body, title=payload.readable(rest))
        if name == "invite" and (invited := await self._inviting.invited(given.account, rest)):
            return invited
        if not words or (name in _NAMES and not await self._means_more(given.account, name, words)):
            reply = await self._conversation.command(given.account, name or "menu", payload.readable(rest), given.key)
            return of_reply(reply)
        return await self._question(given, given.account, payload.readable(words))

    async def _means_more(self, account: Account, name: str, words: str) -> bool:
        """Whether a question only begins like a command: "who is my contact" does not ask who does what."""
        if name not in set(Intent) or words == name:
            return False
        understood = understand(payload.readable(words), (await self._people.reader(account)).language)
        return understood is not None and understood.intent != name

    async def _question(self, given: Delivery, account: Account, words: str) -> Answer:
        """Words that are no command. A new request is asked for in one form where one can be opened."""
        reader = await self._people.reader(account)
        understood = understand(words, reader.language)
        if understood and understood.intent is Intent.NEW and given.body.get("trigger_id"):
            return await self._requests.opened(account, given.body)
        return of_reply(await self._conversation.typed(account, Heard(words), given.key))

    async def _join(self, given: Delivery, words: str, channel: str = "") -> Answer:
        newcomer = await self._people.newcomer(given.body, channel)
        return await self._inviting.came(given.account, word_in(words) or "", newcomer)
