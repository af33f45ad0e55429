"""The whole stand-in: who there is, what a human does, what a human sees, and what a test looks at.

Everything is passed on to the part that knows it; this module holds no rule of Slack's.
"""

from typing import Any

from adapters.playground.nastiness import Nastiness
from adapters.playground.slack.records import Call, ChatMessage, View
from adapters.playground.slack.refusal import Refused
from adapters.playground.slack.server import Trouble
from adapters.playground.slack.talking import Talking
from adapters.playground.slack.tapping import Tapping
from adapters.playground.slack.workspace import BOT_USER, Person

Json = dict[str, Any]


class SlackStandIn(Talking, Tapping):
    """Slack on loopback.

    What a test asks of a person who cannot do it (an unknown message, view or option) raises LookupError or
    ValueError: that is a fault of the test, not of the app.
    """

    async def start(self) -> None:
        """Bind 127.0.0.1 on a free port."""
        await self._server.start()

    async def stop(self) -> None:
        """Drop what is under way and close every socket."""
        await self._delivery.stop()
        await self.link.close()
        await self._server.stop()

    @property
    def api_url(self) -> str:
        """The base URL for a Web API client."""
        return self._address("api/")

    # --- who there is

    def add_user(self, user_id: str, real_name: str, *, tz: str = "America/New_York", locale: str = "en-US") -> None:
        """A new member of the workspace."""
        self.workspace.people[user_id] = Person(user_id, real_name, tz, locale)

    def add_stranger(
        self, user_id: str, team_id: str, real_name: str = "", *, tz: str = "America/New_York", locale: str = "en-US"
    ) -> None:
        """Somebody of another workspace, to be met in a channel shared with it."""
        self.workspace.people[user_id] = Person(user_id, real_name or user_id.title(), tz, locale, team_id)

    def add_channel(self, name: str, *user_ids: str, bot: bool = True) -> str:
        """The C... id of a new channel with these people; `bot=False`: nobody has invited the bot."""
        if unknown := set(user_ids) - set(self.workspace.people):
            raise LookupError(f"nobody is called {' or '.join(sorted(unknown))}")
        return self.workspace.named(name, frozenset({*user_ids, *([BOT_USER] if bot else [])})).id

    def deactivate(self, user_id: str) -> None:
        """The account is closed: nobody can write to it any more, and the app gets user_change with `deleted`."""
        self._activate(user_id, False)

    def reactivate(self, user_id: str) -> None:
        """The account is open again."""
        self._activate(user_id, True)

    def dm(self, user_id: str) -> str:
        """The D... id of the bot's conversation with this person."""
        return self._dm(user_id).id

    def vanish(self, channel: str, ts: str) -> None:
        """A message is gone without a word to the app."""
        self._message(channel, ts).gone = True

    # --- what a human sees

    def chat(self, channel: str) -> list[ChatMessage]:
        """Everything that stands in a conversation, in order."""
        return list(self._channel(channel).seen())

    def views(self, user_id: str) -> list[View]:
        """The open modals, the top last."""
        return self._modals.seen(user_id)

    def home(self, user_id: str) -> Json | None:
        """The published home tab."""
        home = self._modals.homes.get(user_id)
        return self._modals.shown(home) if home else None

    # --- what a test looks at

    @property
    def calls(self) -> list[Call]:
        """Every request, answered or not; a download of a file is one called `download`."""
        return self._server.calls

    @property
    def unacked(self) -> list[Json]:
        """Payloads whose first delivery was not acknowledged in three seconds."""
        return self._delivery.unacked

    @property
    def sockets(self) -> int:
        """How many sockets are open now."""
        return len(self.link.sockets)

    def fail_next(self, method: str, error: str, *, status: int = 200, retry_after: int | None = None, times: int = 1) -> None:
        """The next calls of a method fail before anything is done."""
        refusal = Refused(error, status=status, retry_after=retry_after)
        self._server.troubles.setdefault(method, []).append(Trouble(refusal, times))

    def lose_answer_next(self, method: str) -> None:
        """The next call of a method is carried out, and its answer lost with the connection."""
        self._server.lost.append(method)

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Slack takes one socket away; with `warning` it only says that it will."""
        await self.link.disconnect(reason)

    def turn_nasty(self, nastiness: Nastiness) -> None:
        """From now on calls and deliveries fare as the seed says; `KIND` ends it."""
        self.mood.nastiness = nastiness

    def deafen(self) -> None:
        """One socket stays open, and nothing arrives over it any more."""
        self.link.deafen()

    def take_link_down(self, *, down: bool = True) -> None:
        """No new socket can be opened until it is up again; the Web API goes on."""
        self.link.is_down = down

    async def go_out(self) -> None:
        """The app cannot reach Slack any more: every call and every socket breaks off. People see their chats."""
        self._server.is_out = self.link.is_down = True
        await self.link.cut()

    def come_back(self) -> None:
        """The app reaches Slack again."""
        self._server.is_out = self.link.is_down = False

    # --- inside

    def _activate(self, user_id: str, active: bool) -> None:
        self.workspace.people[user_id].active = active
        self._delivery.echo(self._events.user_changed(user_id))
