"""What Telegram remembers: people, chats, taps, files and the bot's own profile. No wire format here."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from adapters.playground.telegram.flood import Flood
from adapters.playground.telegram.records import CallbackAnswer, ChatMessage, Document
from adapters.playground.telegram.refusal import bad_request, forbidden
from adapters.playground.telegram.text import Parser
from adapters.playground.telegram.updates import UpdateQueue


@dataclass
class Person:
    """Somebody with an account, and how they stand to the bot."""

    user_id: int
    first_name: str
    language_code: str | None
    started: bool
    blocked: bool = False
    deactivated: bool = False


@dataclass
class Tap:
    """A tap of a button, waiting for the bot's answer."""

    callback_id: str
    user_id: int
    at: datetime
    answered: bool = False


class World:
    """Everything one bot and the people around it share."""

    def __init__(self, *, bot_id: int, now: Callable[[], datetime], parser: Parser, flood: Flood) -> None:
        self.bot_id = bot_id
        self.now = now
        self.parser = parser
        self.flood = flood
        self.updates = UpdateQueue(now)
        self.people: dict[int, Person] = {}
        self.chats: defaultdict[int, dict[int, ChatMessage]] = defaultdict(dict)
        self.taps: dict[str, Tap] = {}
        self.answers: defaultdict[int, list[CallbackAnswer]] = defaultdict(list)
        self.files: dict[str, Document] = {}
        # Keyed by scope and language, both as text; "" is every language.
        self.commands: dict[tuple[str, str], list[tuple[str, str]]] = {}
        # One row of numbers for all private chats of a bot, as in Telegram.
        self._message_ids = count(1)
        self._serials = count(1)

    def next_message_id(self) -> int:
        return next(self._message_ids)

    def next_serial(self) -> int:
        """A number nothing else has, for callback queries and files."""
        return next(self._serials)

    def store(self, message: ChatMessage) -> ChatMessage:
        """Keeps the message's latest state."""
        self.chats[message.chat_id][message.message_id] = message
        return message

    def message(self, chat_id: int, message_id: int) -> ChatMessage | None:
        return self.chats[chat_id].get(message_id)

    def person(self, chat_id: object) -> Person:
        """Whose private chat it is; 400 when there is none."""
        if chat_id is None or chat_id == "":
            raise bad_request("chat_id is empty")
        if not isinstance(chat_id, int) or chat_id not in self.people:
            raise bad_request("chat not found")
        return self.people[chat_id]

    def reachable(self, chat_id: object) -> Person:
        """Somebody the bot may write to; 403 when they never came, went away or are gone."""
        person = self.person(chat_id)
        if person.deactivated:
            raise forbidden("user is deactivated")
        if person.blocked:
            raise forbidden("bot was blocked by the user")
        if not person.started:
            raise forbidden("bot can't initiate conversation with a user")
        return person
