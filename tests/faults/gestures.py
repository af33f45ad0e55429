"""What people do in the two messengers, chosen by a seed from what they see, and what they have seen of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from typing import Any, cast

from adapters.playground.cast import TELEGRAM, Actor
from adapters.slack.view import Message as SlackMessage
from adapters.telegram.view import Message as TelegramMessage
from bot.core.playbook.model import PersonId
from bot.ports import Copy
from tests.faults.loop import alone
from tests.faults.town import Outside

_TWO_AT_ONCE, _TYPES, _UNDER_A_CARD = 0.3, 0.4, 0.7
_LOOKED_AT = 3  # messages from the end of a chat
_WORDS = ("/inbox", "/new", "Words {}", "Words {}", "Words {}")


@dataclass(frozen=True, slots=True)
class Gesture:
    """What somebody did."""

    person: PersonId
    what: str


class People:
    """Everybody at their desks."""

    def __init__(self, actors: Mapping[PersonId, Actor], outside: Outside, rng: Random) -> None:
        self._actors, self._outside, self._rng, self._count = actors, outside, rng, 0

    def act(self) -> tuple[Gesture, ...]:
        """One or two people do something at once; the same person only one thing."""
        rng = self._rng
        busy = [person for person in self._actors if self._buttons(person) or self._modal(person)]
        wanted = 2 if rng.random() < _TWO_AT_ONCE else 1
        people = rng.sample(busy, min(wanted, len(busy)))
        found = tuple(Gesture(person, self._does(person)) for person in people)
        self._outside.posted()
        return found

    def _does(self, person: PersonId) -> str:
        rng, actor = self._rng, self._actors[person]
        self._count += 1
        words = rng.choice(_WORDS).format(self._count)
        if modal := self._modal(person):
            with suppress(LookupError, ValueError):
                alone(lambda: self._outside.town.slack.submit(actor.external, modal, self._filled(person)))
                return f"submits {modal}"
        buttons = self._buttons(person)
        if buttons and rng.random() > _TYPES:
            place, data = rng.choice(buttons)
            self._taps(actor, place, data)
            return f"taps {data}"
        under = buttons[0][0] if buttons and rng.random() < _UNDER_A_CARD else ""
        self._writes(actor, words, under)
        return f"writes {words} under {under}"

    def _writes(self, actor: Actor, words: str, under: str) -> None:
        town = self._outside.town
        if actor.messenger == TELEGRAM:
            town.telegram.send_text(actor.telegram_id, words, reply_to=int(under) if under else None)
        elif words.startswith("/"):
            alone(lambda: town.slack.command(actor.external, "/soglas", words[1:]))
        else:
            alone(lambda: town.slack.say(actor.external, words, thread_ts=under or None))

    def _taps(self, actor: Actor, place: str, data: str) -> None:
        town = self._outside.town
        if actor.messenger == TELEGRAM:
            town.telegram.tap(actor.telegram_id, int(place), data)
        else:
            alone(lambda: town.slack.tap(actor.external, town.slack.dm(actor.external), place, data, value=data))

    def _buttons(self, person: PersonId) -> list[tuple[str, str]]:
        actor, town = self._actors[person], self._outside.town
        if actor.messenger == TELEGRAM:
            chat = town.telegram.chat(actor.telegram_id)[-_LOOKED_AT:]
            return [(str(m.message_id), key.data) for m in chat for row in m.buttons for key in row if key.data]
        seen = [m for m in town.slack.chat(town.slack.dm(actor.external)) if m.from_bot and not m.ephemeral_for]
        return [
            (m.ts, element["value"]) for m in seen[-_LOOKED_AT:] for block in m.blocks if block["type"] == "actions"
            for element in block["elements"] if element["type"] == "button" and element.get("value")
        ]  # fmt: skip

    def _modal(self, person: PersonId) -> str:
        actor = self._actors[person]
        views = [] if actor.messenger == TELEGRAM else self._outside.town.slack.views(actor.external)
        return views[-1].id if views else ""

    # Any: what a field takes depends on its type.
    def _filled(self, person: PersonId) -> dict[str, dict[str, Any]]:
        view = self._outside.town.slack.views(self._actors[person].external)[-1].payload
        found: dict[str, dict[str, Any]] = {}
        for block in view["blocks"]:
            element = block.get("element", {})
            if element.get("type") == "plain_text_input":
                found[block["block_id"]] = {element["action_id"]: f"Words {self._count}"}
            elif element.get("type") in ("static_select", "radio_buttons") and element.get("options"):
                found[block["block_id"]] = {element["action_id"]: element["options"][0]["value"]}
        return found

    def who(self, telegram_id: int) -> PersonId:
        """Whose account in Telegram it is."""
        return next(one.person for one in self._actors.values() if one.external == str(telegram_id))

    def seen(self) -> dict[PersonId, object]:
        """Everything each of them has seen of the bot."""
        return {person: self._seen(actor) for person, actor in self._actors.items()}

    def _seen(self, actor: Actor) -> object:
        town = self._outside.town
        if actor.messenger == TELEGRAM:
            chat = [(m.message_id, m.text, str(m.buttons)) for m in town.telegram.chat(actor.telegram_id) if m.from_bot]
            return chat, len(town.telegram.answers(actor.telegram_id))
        messages = [(m.ts, m.text, json.dumps(m.blocks)) for m in town.slack.chat(town.slack.dm(actor.external)) if m.from_bot]
        told = [str(answer) for answer in town.acknowledged.values() if answer]
        return messages, [(view.id, json.dumps(view.payload)) for view in town.slack.views(actor.external)], told

    def stands(self, copy: Copy) -> str:
        """A card as it stands in its chat."""
        town = self._outside.town
        if copy.messenger == TELEGRAM:
            message = next(m for m in town.telegram.chat(int(copy.chat)) if str(m.message_id) == copy.message)
            return f"{message.text}\n{[key.data for row in message.buttons for key in row]}"
        found = next(m for m in town.slack.chat(copy.chat) if m.ts == copy.message)
        return json.dumps(_bare(found.blocks), sort_keys=True, ensure_ascii=False)

    def fresh(self, messenger: str, payload: object) -> str:
        """A card as it would be shown now."""
        if messenger == TELEGRAM:
            message = cast(TelegramMessage, payload)
            text = self._outside.town.telegram._world.parser(message.html).text
            markup = message.markup()
            rows = markup.inline_keyboard if markup else ()
            return f"{text}\n{[key.callback_data for row in rows for key in row]}"
        return json.dumps(
            _bare(json.loads(json.dumps(list(cast(SlackMessage, payload).blocks)))), sort_keys=True, ensure_ascii=False
        )


# Any: blocks are Slack's own JSON.
def _bare(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without the names that Slack gives to what was left unnamed."""
    return [{key: value for key, value in block.items() if key != "block_id"} for block in blocks]
