"""What Telegram remembers: people, groups, chats, taps, files and the bot's own profile. No wire format here."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Literal

from adapters.playground.nastiness import Mishap
from adapters.playground.telegram.flood import Flood
from adapters.playground.telegram.records import CallbackAnswer, ChatMessage, Document
from adapters.playground.telegram.refusal import Refused, bad_request, forbidden, migrated
from adapters.playground.telegram.text import Parser
from adapters.playground.telegram.updates import UpdateQueue

BotStatus = Literal["member", "left", "kicked"]
# The ids of supergroups lie below this one, those of basic groups above it.
SUPERGROUPS_BELOW = -1_000_000_000_000


@dataclass
class Person:
    """Somebody with an account, and how they stand to the bot."""

    user_id: int
    first_name: str
    language_code: str | None
    started: bool
    blocked: bool = False
    deactivated: bool = False
    username: str | None = None


@dataclass
class Group:
    """A chat of several people; bot is the bot's membership in Telegram's words."""

    chat_id: int
    title: str
    members: set[int]
    bot: BotStatus = "member"
    migrated_to: int | None = None

    @property
    def type(self) -> str:
        return "supergroup" if is_supergroup(self.chat_id) else "group"


@dataclass
class Tap:
    """A tap of a button, waiting for the bot's answer."""

    callback_id: str
    user_id: int
    at: datetime
    answered: bool = False


@dataclass
class Profile:
    """What the bot has said about itself."""

    # Keyed by scope and language, both as text; "" is every language.
    commands: dict[tuple[str, str], list[tuple[str, str]]] = field(default_factory=dict)
    # Keyed by chat, None is every other chat; the value is Telegram's own JSON, so it has no better type.
    menu_buttons: dict[int | None, dict[str, object]] = field(default_factory=dict)


@dataclass
class Webhook:
    """Where the bot wants its updates delivered; nowhere while url is empty. What went wrong there last, if anything did."""

    url: str = ""
    secret: str = ""
    failed_at: datetime | None = None
    failure: str = ""


class World:
    """Everything one bot and the people around it share."""

    def __init__(
        self,
        *,
        bot_id: int,
        now: Callable[[], datetime],
        parser: Parser,
        flood: Flood,
        privacy: bool,
        mishap: Callable[[], Mishap | None] = lambda: None,
    ) -> None:
        self.bot_id = bot_id
        self.now = now
        self.parser = parser
        self.flood = flood
        self.privacy = privacy
        self.updates = UpdateQueue(now, mishap)
        self.people: dict[int, Person] = {}
        self.groups: dict[int, Group] = {}
        self.chats: defaultdict[int, dict[int, ChatMessage]] = defaultdict(dict)
        self.taps: dict[str, Tap] = {}
        self.answers: defaultdict[int, list[CallbackAnswer]] = defaultdict(list)
        self.files: dict[str, Document] = {}
        # Where a file can be fetched, known once the bot has asked for it.
        self.paths: dict[str, Document] = {}
        # Telegram's numbers of the albums people send, by chat, sender and the name the sender gave it.
        self.albums: dict[tuple[int, int | None, str], str] = {}
        self.profile = Profile()
        self.webhook = Webhook()
        # One row of numbers for all private chats and basic groups of a bot, one for each supergroup, as in Telegram.
        self._message_ids: defaultdict[int, count[int]] = defaultdict(lambda: count(1))
        self._serials = count(1)

    def next_message_id(self, chat_id: int) -> int:
        return next(self._message_ids[chat_id if is_supergroup(chat_id) else 0])

    def next_serial(self) -> int:
        """A number nothing else has, for callback queries, files and albums."""
        return next(self._serials)

    def store(self, message: ChatMessage) -> ChatMessage:
        """Keeps the message's latest state."""
        self.chats[message.chat_id][message.message_id] = message
        return message

    def message(self, chat_id: int, message_id: int) -> ChatMessage | None:
        return self.chats[chat_id].get(message_id)

    def place(self, chat_id: object) -> Person | Group:
        """Whose private chat it is, or which group; 400 when there is none."""
        if chat_id is None or chat_id == "":
            raise bad_request("chat_id is empty")
        found = self.people.get(chat_id) or self.groups.get(chat_id) if isinstance(chat_id, int) else None
        if found is None:
            raise bad_request("chat not found")
        return found

    def reachable(self, chat_id: object) -> int:
        """The id of a chat the bot may write to; refused when it never began, or when somebody went away."""
        place = self.place(chat_id)
        refusal = _no_way_to_group(place) if isinstance(place, Group) else _no_way_to_person(place)
        if refusal is not None:
            raise refusal
        return place.chat_id if isinstance(place, Group) else place.user_id


def is_supergroup(chat_id: int) -> bool:
    return chat_id < SUPERGROUPS_BELOW


def _no_way_to_person(person: Person) -> Refused | None:
    if person.deactivated:
        return forbidden("user is deactivated")
    if person.blocked:
        return forbidden("bot was blocked by the user")
    if not person.started:
        return forbidden("bot can't initiate conversation with a user")
    return None


def _no_way_to_group(group: Group) -> Refused | None:
    if group.migrated_to is not None:
        return migrated(group.migrated_to)
    if group.bot == "kicked":
        return forbidden(f"bot was kicked from the {group.type} chat")
    if group.bot == "left":
        return forbidden(f"bot is not a member of the {group.type} chat")
    return None
