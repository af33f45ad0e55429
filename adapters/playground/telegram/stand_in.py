"""One Telegram with one bot: what its people do and see, and what a test may look at or let go wrong."""

from collections.abc import Callable
from datetime import datetime

from adapters.playground.telegram import people
from adapters.playground.telegram.flood import Flood
from adapters.playground.telegram.html import parse_html as parse_strictly
from adapters.playground.telegram.profile import DEFAULT_SCOPE
from adapters.playground.telegram.records import Call, CallbackAnswer, ChatMessage, ParsedText
from adapters.playground.telegram.refusal import Refused
from adapters.playground.telegram.server import Server
from adapters.playground.telegram.world import Person, World


class TelegramStandIn:
    """A strict Bot API server on loopback.

    now gives aware moments; per_second and per_chat are messages in one second of real time.
    """

    def __init__(
        self,
        *,
        token: str = "42:DEMO",
        now: Callable[[], datetime],
        parse_html: Callable[[str], ParsedText] | None = None,
        per_second: int = 30,
        per_chat: int = 20,
    ) -> None:
        self._world = World(
            bot_id=int(token.partition(":")[0]),
            now=now,
            parser=parse_html or parse_strictly,
            flood=Flood(per_second=per_second, per_chat=per_chat),
        )
        self._server = Server(self._world, token)
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

    # Who there is, and what they do.

    def add_user(self, user_id: int, first_name: str, *, language_code: str | None = None, started: bool = True) -> None:
        """Somebody with an account; started says whether they have opened a chat with the bot."""
        self._world.people[user_id] = Person(user_id, first_name, language_code, started)

    def block(self, user_id: int) -> None:
        people.set_blocked(self._world, user_id, True)

    def unblock(self, user_id: int) -> None:
        people.set_blocked(self._world, user_id, False)

    def deactivate(self, user_id: int) -> None:
        people.deactivate(self._world, user_id)

    def send_text(self, user_id: int, text: str, *, reply_to: int | None = None) -> int:
        """Writes to the bot; returns the id of the new message."""
        return people.send_text(self._world, user_id, text, reply_to)

    def tap(self, user_id: int, message_id: int, data: str) -> str:
        """Taps a button, also one that never was or of a message that is gone; returns the callback id."""
        return people.tap(self._world, user_id, message_id, data)

    def repeat_last_update(self) -> None:
        """Delivers the last update once more with the same id, confirmed or not."""
        self._world.updates.repeat_last()

    def vanish(self, chat_id: int, message_id: int) -> None:
        """The user deletes a message for both sides."""
        people.vanish(self._world, chat_id, message_id)

    # What they see.

    def chat(self, chat_id: int) -> list[ChatMessage]:
        """The private chat in order, each message in its latest state."""
        return list(self._world.chats[chat_id].values())

    def answers(self, user_id: int) -> list[CallbackAnswer]:
        """The answers to this user's taps, in the order they came."""
        return list(self._world.answers[user_id])

    def unanswered(self) -> list[str]:
        """The callback ids whose button is still spinning, oldest first."""
        return [tap.callback_id for tap in self._world.taps.values() if not tap.answered]

    @property
    def commands(self) -> dict[str, list[tuple[str, str]]]:
        """The commands of the default scope by language; "" is every other language."""
        registered = self._world.commands.items()
        return {language: list(named) for (scope, language), named in registered if scope == DEFAULT_SCOPE}

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
