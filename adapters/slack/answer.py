"""What came in from Slack and what is answered: values, and the acknowledgements that say something themselves."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from adapters.slack import modal
from adapters.slack.payload import Body, Kind
from adapters.slack.view import here, prompt_message
from bot.core.request.model import RequestId
from bot.core.wording import Text
from bot.ports import Account, Copy
from bot.prompts import Prompt, Reply
from bot.service import UpdateKey
from bot.speech import Reader, say


@dataclass(frozen=True, slots=True)
class Delivery:
    """What came in, and from whom; nobody is behind it for a stranger."""

    kind: Kind
    body: Body
    key: UpdateKey
    account: Account | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What to say: in ``ack`` what travels in the acknowledgement, otherwise ``words`` or a ``prompt`` in the chat."""

    words: Text | None = None
    prompt: Prompt | None = None
    ack: dict[str, Any] = field(default_factory=dict)  # Any: an acknowledgement is Slack's own JSON
    aloud: bool = False  # the words are said as well, although the acknowledgement has done its part
    about: RequestId | None = None
    shown_by: Copy | None = None  # the card as it was before: when it changes there is no need for words
    links: tuple[str, ...] = ()  # shown so that they can be opened
    reply: Reply | None = None  # what the conversation answered, to note where its question is put


def of_reply(reply: Reply) -> Answer:
    return Answer(reply.toast, reply.prompt, reply=reply)


def at_field(block: str, words: Text, reader: Reader) -> dict[str, Any]:
    return {"response_action": "errors", "errors": {block: say(here(words), reader)}}


def only_for_you(prompt: Prompt, reader: Reader) -> dict[str, Any]:
    message = prompt_message(prompt, reader)
    return {"response_type": "ephemeral", "text": message.text, "blocks": list(message.blocks)}


def in_ack(kind: Kind, words: Text, reader: Reader) -> dict[str, Any]:
    """An acknowledgement that says something, where an acknowledgement can."""
    if kind is Kind.VIEW:
        return {"response_action": "update", "view": modal.notice(here(words), reader)}
    return only_for_you(Prompt(words), reader) if kind is Kind.COMMAND else {}
