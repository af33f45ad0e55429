"""One Telegram with one bot: what its people do and see, and what a test may look at or let go wrong."""

from collections.abc import Callable, Sequence
from datetime import datetime

from adapters.playground.nastiness import Mood, Nastiness
from adapters.playground.telegram import attaching, groups, people, wire
from adapters.playground.telegram.commands import DEFAULT_SCOPE, chat_scope
from adapters.playground.telegram.flood import Flood
from adapters.playground.telegram.html import parse_html as parse_strictly
from adapters.playground.telegram.records import (
    Call,
    CallbackAnswer,
    ChatMessage,
    Contact,
    FileKind,
    Location,
    ParsedText,
)
from adapters.playground.telegram.refusal import Refused
from adapters.playground.telegram.server import Server
from adapters.playground.telegram.world import Person, World

Commands = dict[str, list[tuple[str, str]]]


class TelegramStandIn:
    """A strict Bot API server on loopback.

    now gives aware moments; per_second and per_chat are messages in one second of real time; privacy is the bot's
    privacy mode in groups. Where a person does something, chat_id is a group, and None the private chat with the bot.
    """

    def __init__(
        self,
        *,
        token: str = "42:DEMO",
        now: Callable[[], datetime],
        parse_html: Callable[[str], ParsedText] | None = None,
        per_second: int = 30,
        per_chat: int = 20,
        privacy: bool = True,
    ) -> None:
        self.mood = Mood("telegram")
        self._world = World(
            bot_id=int(token.partition(":")[0]),
            now=now,
            parser=parse_html or parse_strictly,
            flood=Flood(per_second=per_second, per_chat=per_chat),
            privacy=privacy,
            mishap=self.mood.delivery,
        )
        self._server = Server(self._world, token, self.mood)
        self.base_url = ""
        self.base_file_url = ""

    async def start(self) -> None:
        """Listens on 127.0.0.1; after a stop, on the same port as before."""
        await self._server.start()
        self.base_url = f"http://127.0.0.1:{self._server.port}/bot"
        self.base_file_url = f"http://127.0.0.1:{self._server.port}/file/bot"

    async def stop(self) -> None:
        """Closes the port at once, also with a long poll open; chats and updates stay."""
        await self._server.stop()

    @property
    def username(self) -> str:
        """The bot's name in links and mentions, without the @."""
        return wire.BOT_USERNAME

    # Who there is, and how they stand to the bot.

    def add_user(
        self,
        user_id: int,
        first_name: str,
        *,
        language_code: str | None = None,
        started: bool = True,
        username: str | None = None,
    ) -> None:
        """Somebody with an account; started says whether they have opened a chat with the bot."""
        self._world.people[user_id] = Person(user_id, first_name, language_code, started, username=username)

    def block(self, user_id: int) -> None:
        people.set_blocked(self._world, user_id, True)

    def unblock(self, user_id: int) -> None:
        people.set_blocked(self._world, user_id, False)

    def deactivate(self, user_id: int) -> None:
        people.deactivate(self._world, user_id)

    def open_link(self, user_id: int, payload: str) -> int:
        """Follows t.me/…?start=payload and presses Start, whether for the first time or again."""
        return people.open_link(self._world, user_id, payload)

    # What they write and send. Each returns the id of the new message, of the last one if there are several.

    def send_text(self, user_id: int, text: str, *, reply_to: int | None = None, chat_id: int | None = None) -> int:
        """Writes a text; one of more than 4096 characters arrives in parts, as apps send it."""
        return people.send_text(self._world, user_id, text, reply_to, chat_id)

    def send_file(
        self,
        user_id: int,
        kind: FileKind,
        name: str,
        data: bytes,
        *,
        mime: str | None = None,
        caption: str = "",
        reply_to: int | None = None,
        size: int | None = None,
        media_group: str | None = None,
        chat_id: int | None = None,
    ) -> int:
        """Sends a file; size pretends a larger one, and files with the same media_group are one album."""
        message = people.draft(self._world, user_id, reply_to, chat_id)
        file = attaching.file_of(kind, name, data, mime, size)
        return attaching.send_file(self._world, message, file, caption, media_group)

    def send_sticker(self, user_id: int, emoji: str = "👍", *, reply_to: int | None = None, chat_id: int | None = None) -> int:
        message = people.draft(self._world, user_id, reply_to, chat_id)
        return attaching.send_sticker(self._world, message, emoji)

    def send_voice(
        self, user_id: int, data: bytes = b"OggS", *, duration: int = 3, reply_to: int | None = None, chat_id: int | None = None
    ) -> int:
        """Sends a voice message of this many seconds."""
        message = people.draft(self._world, user_id, reply_to, chat_id)
        return attaching.send_file(self._world, message, attaching.file_of("voice", "", data, None, None, duration), "", None)

    def send_poll(self, user_id: int, question: str, options: Sequence[str] = ("1", "2"), *, chat_id: int | None = None) -> int:
        message = people.draft(self._world, user_id, None, chat_id)
        return attaching.send_poll(self._world, message, question, tuple(options))

    def send_contact(self, user_id: int, phone_number: str, first_name: str, *, chat_id: int | None = None) -> int:
        message = people.draft(self._world, user_id, None, chat_id)
        return attaching.send_attached(self._world, message, Contact(phone_number, first_name))

    def send_location(self, user_id: int, latitude: float, longitude: float, *, chat_id: int | None = None) -> int:
        message = people.draft(self._world, user_id, None, chat_id)
        return attaching.send_attached(self._world, message, Location(latitude, longitude))

    def forward_bot_message(self, user_id: int, message_id: int, *, chat_id: int | None = None) -> int:
        """Forwards a message of the private chat back into it, or into a group."""
        message = people.draft(self._world, user_id, None, chat_id)
        source = self._world.message(user_id, message_id)
        if source is None or not source.from_bot:
            raise ValueError(f"there is no message {message_id} of the bot to forward")
        return attaching.forward(self._world, message, source)

    def edit_text(self, user_id: int, message_id: int, text: str, *, chat_id: int | None = None) -> None:
        """Rewrites a message of their own, or the caption of a file; the bot gets an edited_message."""
        people.edit_text(self._world, user_id, message_id, text, chat_id)

    def delete(self, user_id: int, message_id: int, *, chat_id: int | None = None) -> None:
        """Takes back a message of their own; the bot is not told."""
        people.delete(self._world, user_id, message_id, chat_id)

    def vanish(self, chat_id: int, message_id: int) -> None:
        """Somebody deletes a message, the bot's too, for everybody; the bot is not told."""
        people.vanish(self._world, chat_id, message_id)

    def tap(self, user_id: int, message_id: int, data: str, *, chat_id: int | None = None) -> str:
        """Taps a button, also one that never was or of a message that is gone; returns the callback id."""
        return people.tap(self._world, user_id, message_id, data, chat_id)

    def repeat_last_update(self) -> None:
        """Delivers the last update once more with the same id, confirmed or not."""
        self._world.updates.repeat_last()

    # Groups; an id below -1000000000000 is a supergroup's.

    def add_group(self, chat_id: int, title: str, members: Sequence[int]) -> None:
        """A group of these people, the first of whom brings the bot in."""
        groups.add_group(self._world, chat_id, title, list(members))

    def migrate_group(self, old: int, new: int) -> None:
        """The group becomes a supergroup with the new id; the old one refuses whatever the bot sends."""
        groups.migrate(self._world, old, new)

    def remove_bot(self, chat_id: int, by: int) -> None:
        groups.remove_bot(self._world, chat_id, by)

    def add_bot(self, chat_id: int, by: int) -> None:
        """A member brings the bot back in."""
        groups.add_bot(self._world, chat_id, by)

    # What they see.

    def chat(self, chat_id: int) -> list[ChatMessage]:
        """The private chat or group in order, each message in its latest state."""
        return list(self._world.chats[chat_id].values())

    def answers(self, user_id: int) -> list[CallbackAnswer]:
        """The answers to this user's taps, in the order they came."""
        return list(self._world.answers[user_id])

    def unanswered(self) -> list[str]:
        """The callback ids whose button is still spinning, oldest first."""
        return [tap.callback_id for tap in self._world.taps.values() if not tap.answered]

    @property
    def commands(self) -> Commands:
        """The commands of the default scope by language; "" is every other language."""
        return self._commands_of(DEFAULT_SCOPE)

    def commands_in(self, chat_id: int) -> Commands:
        """The commands registered for this one chat, by language."""
        return self._commands_of(chat_scope(chat_id))

    def _commands_of(self, wanted: str) -> Commands:
        registered = self._world.profile.commands.items()
        return {language: list(named) for (scope, language), named in registered if scope == wanted}

    # What a test looks at, and what it lets go wrong.

    @property
    def calls(self) -> list[Call]:
        """Every request of the bot, in the order they were finished."""
        return self._server.calls

    async def waiting(self) -> int:
        """How many updates the bot has not confirmed with an offset."""
        return self._world.updates.unconfirmed()

    def fail_next(
        self,
        method: str,
        status: int,
        description: str,
        *,
        retry_after: int | None = None,
        times: int = 1,
    ) -> None:
        """The next requests of this method are refused and not carried out; retry_after is in seconds."""
        refusal = Refused(status, description, retry_after=retry_after)
        self._server.faults.refuse_next(method, refusal, times)

    def lose_answer_next(self, method: str) -> None:
        """The next request of this method is carried out, but its answer never arrives."""
        self._server.faults.lose_next(method)

    def turn_nasty(self, nastiness: Nastiness) -> None:
        """From now on calls and deliveries fare as the seed says; ``KIND`` ends it."""
        self.mood.nastiness = nastiness

    def go_out(self) -> None:
        """The bot cannot reach Telegram any more; people can, and Telegram keeps their updates as long as it does."""
        self._server.go_out()

    def come_back(self) -> None:
        """The bot reaches Telegram again."""
        self._server.come_back()
