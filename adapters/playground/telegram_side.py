"""The Telegram side of the demo: what somebody sees in their chat with the bot, and what they do there."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from adapters.playground import shown
from adapters.playground.cast import TELEGRAM, Actor
from adapters.playground.page.ports import GivenFile, Json, SentAs
from adapters.playground.standing import Standing

_ANSWER_SECONDS = 3.0


class TelegramSide(Standing):
    """Telegram's part of the port ``Playground``."""

    def telegram_chat(self, person: str) -> Sequence[Json]:
        messages = self.town.telegram.chat(self._actor(person, TELEGRAM).telegram_id)
        self._seen[person] = len(messages)
        return [shown.telegram_message(message, self._keep) for message in messages]

    def telegram_commands(self, person: str) -> Sequence[Json]:
        """As Telegram picks them: those of the chat before those of everybody, the person's language before any other."""
        telegram, chat = self.town.telegram, self._actor(person, TELEGRAM).telegram_id
        language = self._language(person)
        lists = (one.get(key) for one in (telegram.commands_in(chat), telegram.commands) for key in (language, ""))
        commands = next((found for found in lists if found), [])
        return [{"command": command, "description": description} for command, description in commands]

    def telegram_invited(self, person: str) -> bool:
        creator = self._creators.get(person)
        return bool(creator and creator.word) and not self._count(self._actor(person, TELEGRAM))

    def _language(self, person: str) -> str:
        creator = self._creators.get(person)
        return creator.blogger.language if creator else self.town.playbook.people[person].languages[0]

    async def telegram_tap(self, person: str, message_id: int, data: str) -> Json:
        actor = self._actor(person, TELEGRAM)
        callback = self.town.telegram.tap(actor.telegram_id, message_id, data)
        answer = await self._answer(actor, callback)
        await self._read_events()
        return answer

    async def _answer(self, actor: Actor, callback: str) -> Json:
        for _ in range(int(_ANSWER_SECONDS / 0.02)):
            for answer in self.town.telegram.answers(actor.telegram_id):
                if answer.callback_id == callback:
                    return {"answer": answer.text or None, "alert": answer.show_alert}
            await asyncio.sleep(0.02)
        return {"answer": None, "alert": False}

    async def telegram_say(self, person: str, text: str, reply_to: int | None) -> None:
        self.town.telegram.send_text(self._actor(person, TELEGRAM).telegram_id, text, reply_to=reply_to)

    async def telegram_send(self, person: str, file: GivenFile, sent_as: SentAs, caption: str, reply_to: int | None) -> None:
        actor, (name, data) = self._actor(person, TELEGRAM), file
        self.town.telegram.send_file(actor.telegram_id, sent_as, name, data, caption=caption, reply_to=reply_to)

    async def telegram_open_invitation(self, person: str) -> None:
        actor = self._actor(person, TELEGRAM)
        if self.telegram_invited(person):
            self.town.telegram.open_link(actor.telegram_id, self._creators[person].word)
