"""What the people of a story see: messages in their own chats, in groups and in channels, as both stand-ins have them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from adapters.playground.cast import TELEGRAM, Actor
from adapters.playground.slack import ChatMessage as SlackMessage
from adapters.playground.town import Town


@dataclass(frozen=True)
class Seen:
    """A message as a person sees it. ``under`` is the message it answers, or in whose thread it stands."""

    key: str
    text: str
    buttons: tuple[tuple[str, str], ...]  # label and data
    at: datetime
    under: str = ""
    files: tuple[tuple[str, bytes], ...] = ()

    @property
    def labels(self) -> list[str]:
        return [label for label, _ in self.buttons]


class Seeing:
    """Reads what stands in people's chats. ``actors`` are the playbook's people and whoever joins them."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.actors: dict[str, Actor] = dict(town.actors)

    def card(self, person: str, request: str) -> Seen:
        """The live card of a request in a person's chat, as it stands now."""
        cards = [m for m in self._messages(person) if f"· {request} ·" in m.text]
        assert len(cards) == 1, f"{person} has {len(cards)} cards of {request}"
        return cards[0]

    def says_in_group(self, group: int) -> list[str]:
        """What the bot has said in a group of Telegram."""
        return [message.text for message in self.town.telegram.chat(group) if message.from_bot]

    def whispers(self, channel: str) -> list[tuple[str, str]]:
        """What the bot has said in a channel, each with the only person who sees it (nobody: everybody does)."""
        names = {actor.external: person for person, actor in self.actors.items()}
        return [(names.get(m.ephemeral_for or "", ""), _shown(m)) for m in self.town.slack.chat(channel) if m.from_bot]

    def _actor(self, person: str) -> Actor:
        return self.actors[person]

    def _dm(self, actor: Actor) -> str:
        return self.town.slack.dm(actor.external)

    def _button(self, person: str, label: str, on: str) -> tuple[Seen, str]:
        messages = [m for m in reversed(self._messages(person)) if on in m.text]
        for message in messages:
            for shown, data in message.buttons:
                if shown == label:
                    return message, data
        there = [shown for message in messages for shown, _ in message.buttons]
        raise AssertionError(f"{person} has no button “{label}”, only {there}")

    def _messages(self, person: str) -> list[Seen]:
        actor = self._actor(person)
        if actor.messenger == TELEGRAM:
            return list(self._telegram(actor))
        return list(self._slack(actor))

    def _telegram(self, actor: Actor) -> Iterator[Seen]:
        for message in self.town.telegram.chat(actor.telegram_id):
            if message.from_bot:
                buttons = tuple((b.text, b.data or "") for row in message.buttons for b in row)
                file = message.document
                name, files = (f"[{file.name}] ", ((file.name, file.data),)) if file else ("", ())
                under = str(message.reply_to or "")
                yield Seen(str(message.message_id), name + message.text, buttons, message.date, under, files)

    def _slack(self, actor: Actor) -> Iterator[Seen]:
        for message in self.town.slack.chat(self._dm(actor)):
            if message.from_bot:
                elements = [e for block in message.blocks if block["type"] == "actions" for e in block["elements"]]
                buttons = tuple((e["text"]["text"], e["value"]) for e in elements if e["type"] == "button")
                files = tuple((file.name, file.data) for file in message.files)
                at = datetime.fromtimestamp(float(message.ts), UTC)
                yield Seen(message.ts, _shown(message), buttons, at, message.thread_ts or "", files)


def _shown(message: SlackMessage) -> str:
    words = [_words(block) for block in message.blocks] or [message.text]
    return "\n".join([*words, *(f"[{file.name}]" for file in message.files)])


# Any: a block as Slack has it, of any kind.
def _words(block: dict[str, Any]) -> str:
    found = [block.get("text"), *block.get("elements", []), *block.get("fields", [])]
    texts = [part["text"] if isinstance(part, dict) and isinstance(part.get("text"), str) else "" for part in found if part]
    return "\n".join(filter(None, texts)).replace("*", "").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
