"""The addresses in `response_url`: five answers in thirty minutes, beside the Web API and without a token."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from adapters.playground.slack.arguments import RESPONSE_URL, check_arguments, truth
from adapters.playground.slack.chat_methods import ChatMethods, check_content
from adapters.playground.slack.refusal import Refused
from adapters.playground.slack.workspace import Message, Workspace

USES = 5
LIFETIME = timedelta(minutes=30)
Json = dict[str, Any]


@dataclass(slots=True)
class Address:
    """Whom an interaction may answer, what it was about, and how often it still may."""

    user_id: str
    channel_id: str
    message: Message | None
    born: datetime
    left: int = USES


class ResponseUrls:
    """Hands out addresses and takes what is posted to them."""

    def __init__(self, workspace: Workspace, chat: ChatMethods) -> None:
        self._workspace = workspace
        self._chat = chat
        self._addresses: dict[str, Address] = {}

    def new(self, user_id: str, channel_id: str, message: Message | None = None) -> str:
        """The path of a fresh address."""
        name = self._workspace.new_id("R0")
        self._addresses[name] = Address(user_id, channel_id, message, self._workspace.now())
        return f"response/{name}"

    def answer(self, name: str, params: Json) -> Json:
        """One POST: replace, delete, or a new message, seen by one person unless it says in_channel."""
        address = self._addresses.get(name)
        if address is None:
            raise Refused("invalid_url", status=404)
        if self._workspace.now() - address.born > LIFETIME:
            raise Refused("expired_url", status=404)
        if address.left == 0:
            raise Refused("used_url", status=404)
        check_arguments(RESPONSE_URL, params)
        self._carry_out(address, params)
        address.left -= 1
        return {"ok": True}

    def say(self, user_id: str, channel_id: str, params: Json) -> None:
        """A new message, as an answer to an interaction or in a command's acknowledgement."""
        check_content(params)
        public = params.get("response_type", "ephemeral") == "in_channel"
        self._chat.put(channel_id, params, ephemeral_for=None if public else user_id)

    def _carry_out(self, address: Address, params: Json) -> None:
        message = address.message
        if message is not None and truth(params.get("delete_original")):
            self._chat.remove(message)
        elif message is not None and truth(params.get("replace_original")):
            check_content(params)
            self._chat.change(message, params)
        else:
            self.say(address.user_id, address.channel_id, params)
