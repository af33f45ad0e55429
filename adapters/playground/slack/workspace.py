"""The workspace as Slack's servers hold it: people, channels, messages and the clock they are stamped with.

It knows nothing of HTTP, sockets or views.
"""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from adapters.playground.slack.records import ChatMessage
from adapters.playground.slack.refusal import Refused
from adapters.playground.slack.stored_file import StoredFile

BOT_USER, BOT_ID, APP_ID = "U0BOT", "B0BOT", "A0DEMO"
DOMAIN = "demo"
MOST_PEOPLE = 8  # in one conversation opened by an app
KINDS = {"D": "im", "G": "mpim", "C": "channel"}
Json = dict[str, Any]


@dataclass(slots=True)
class Person:
    """A member of the workspace, or of the one that is named: it shares a channel with ours."""

    id: str
    real_name: str
    tz: str
    locale: str
    elsewhere: str | None = None
    active: bool = True

    @property
    def username(self) -> str:
        return self.id.lower()


@dataclass(slots=True)
class Message:
    """A message with what only the server keeps: picks, blocks it had before, whether it still stands."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    ephemeral_for: str | None = None
    metadata: Json | None = None
    broadcast: bool = False  # a reply that stands in the conversation as well
    files: tuple[StoredFile, ...] = ()
    edited_ts: str | None = None
    gone: bool = False
    past: list[list[Json]] = field(default_factory=list)
    picked: dict[str, dict[str, Json]] = field(default_factory=dict)

    @property
    def from_bot(self) -> bool:
        return self.user == BOT_USER

    def seen(self) -> ChatMessage:
        """The message as a person sees it."""
        return ChatMessage(
            channel=self.channel,
            ts=self.ts,
            from_bot=self.from_bot,
            user=self.user,
            text=self.text,
            blocks=self.blocks,
            thread_ts=self.thread_ts,
            edited=self.edited_ts is not None,
            ephemeral_for=self.ephemeral_for,
            metadata=self.metadata,
            files=tuple(file.seen() for file in self.files if not file.deleted),
        )


@dataclass(slots=True)
class Channel:
    """A conversation of the bot with one person (D...) or several (G...), or a named channel (C...)."""

    id: str
    members: frozenset[str]
    name: str
    messages: dict[str, Message] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """What events call channel_type."""
        return KINDS[self.id[0]]

    def seen(self) -> Iterator[ChatMessage]:
        """What stands here, in order."""
        yield from (message.seen() for message in self.messages.values() if not message.gone)


class Workspace:
    """People, channels and messages; every refusal is the error code of the method that asked."""

    def __init__(self, team_id: str, now: Callable[[], datetime]) -> None:
        self.team_id = team_id
        self.now = now
        self.people: dict[str, Person] = {}
        self.channels: dict[str, Channel] = {}
        self._stamped = 0
        self._serial = itertools.count(1)

    def new_id(self, prefix: str = "") -> str:
        """An id nobody else has: short, and the same in every run."""
        return f"{prefix}{next(self._serial):06X}"

    def stamp(self) -> str:
        """A ts: the clock in microseconds, never twice the same even if the clock stands still."""
        self._stamped = max(int(self.now().timestamp() * 1_000_000), self._stamped + 1)
        return f"{self._stamped // 1_000_000}.{self._stamped % 1_000_000:06d}"

    def person(self, user_id: str) -> Person:
        """Refuses as user_not_found."""
        if user_id not in self.people:
            raise Refused("user_not_found")
        return self.people[user_id]

    def opened(self, user_ids: list[str]) -> Channel:
        """The conversation of the bot with these people; refuses the unknown and a deactivated account."""
        if len(user_ids) > MOST_PEOPLE:
            raise Refused("too_many_users")
        people = [self.person(user_id) for user_id in user_ids]
        if not all(person.active for person in people):
            raise Refused("user_disabled")
        return self.between(frozenset(user_ids))

    def between(self, user_ids: frozenset[str]) -> Channel:
        """The conversation with exactly these people, made when first asked for."""
        members = user_ids | {BOT_USER}
        for channel in self.channels.values():
            if channel.members == members and channel.kind != "channel":
                return channel
        prefix, name = ("D0", "directmessage") if len(user_ids) == 1 else ("G0", "mpdm-demo")
        return self._made(Channel(self.new_id(prefix), members, name))

    def named(self, name: str, members: frozenset[str]) -> Channel:
        """A new channel; the bot is in it only when it is one of the members."""
        return self._made(Channel(self.new_id("C0"), members, name))

    def is_foreign(self, user_id: str) -> bool:
        """Whether somebody belongs to another workspace."""
        return user_id in self.people and self.people[user_id].elsewhere is not None

    def team_of(self, user_id: str) -> str:
        """The workspace somebody belongs to."""
        person = self.people.get(user_id)
        return (person and person.elsewhere) or self.team_id

    def is_shared(self, channel: Channel) -> bool:
        """Whether another workspace is in the channel (Slack Connect)."""
        return any(self.is_foreign(user_id) for user_id in channel.members)

    def channel(self, channel_id: str) -> Channel:
        """Refuses as channel_not_found; a user id is no channel here."""
        if channel_id not in self.channels:
            raise Refused("channel_not_found")
        return self.channels[channel_id]

    def writable(self, channel_id: str) -> Channel:
        """Where the bot may post: a channel, or a user's id, which opens the direct message."""
        if channel_id in self.people:
            return self.opened([channel_id])
        channel = self.channel(channel_id)
        if BOT_USER not in channel.members:
            raise Refused("not_in_channel")
        others = channel.members - {BOT_USER}
        if not any(self.people[user_id].active for user_id in others):
            raise Refused("user_disabled")
        return channel

    def standing(self, channel_id: str, ts: str) -> Message:
        """Refuses as message_not_found when it is gone or never was."""
        message = self.channel(channel_id).messages.get(ts)
        if message is None or message.gone:
            raise Refused("message_not_found")
        return message

    def post(self, message: Message) -> Message:
        """Keep a new message; a reply needs a message to reply to."""
        channel = self.channel(message.channel)
        if message.thread_ts is not None:
            parent = channel.messages.get(message.thread_ts)
            if parent is None or parent.gone:
                raise Refused("thread_not_found")
            message.thread_ts = parent.thread_ts or parent.ts
        channel.messages[message.ts] = message
        return message

    def profile(self, user_id: str, *, with_locale: bool) -> Json:
        """The user object of users.info."""
        if user_id == BOT_USER:
            return {"id": BOT_USER, "team_id": self.team_id, "name": "demo", "deleted": False, "is_bot": True}
        person = self.person(user_id)
        offset = self.now().astimezone(ZoneInfo(person.tz)).utcoffset()
        return {
            "id": person.id,
            "team_id": self.team_of(user_id),
            "name": person.username,
            "deleted": not person.active,
            "is_bot": False,
            "is_app_user": False,
            "updated": int(self.now().timestamp()),
            "profile": {"real_name": person.real_name, "display_name": "", "team": self.team_of(user_id)},
            **({"is_stranger": not self._met(person)} if self.is_foreign(user_id) else {}),
            **({} if not person.active else self._living(person, int(offset.total_seconds()) if offset else 0)),
            **({"locale": person.locale} if with_locale and person.active else {}),
        }

    def _met(self, person: Person) -> bool:
        """Slack's word "stranger" is for who shares no channel with the app."""
        return any({person.id, BOT_USER} <= channel.members for channel in self.channels.values() if channel.kind != "im")

    def _made(self, channel: Channel) -> Channel:
        self.channels[channel.id] = channel
        return channel

    def _living(self, person: Person, offset: int) -> Json:
        """What Slack tells only of active accounts."""
        zone = {"tz": person.tz, "tz_label": person.tz, "tz_offset": offset}
        return {"real_name": person.real_name, **zone, "is_admin": False, "is_owner": False}
