"""The whole stand-in: what a human does, what a human sees, and what a test looks at.

Everything is passed on to the part that knows it; this module holds no rule of Slack's.
"""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from adapters.playground.slack.chat_methods import ChatMethods
from adapters.playground.slack.delivery import Delivery
from adapters.playground.slack.gestures import gesture, remember
from adapters.playground.slack.limits import Pace
from adapters.playground.slack.link import Link
from adapters.playground.slack.modals import Modals, OpenView
from adapters.playground.slack.payloads import Payloads
from adapters.playground.slack.records import Acked, Call, ChatMessage, Submitted, View
from adapters.playground.slack.refusal import Refused
from adapters.playground.slack.response_urls import ResponseUrls
from adapters.playground.slack.server import Server, Trouble
from adapters.playground.slack.state import fill, unfinished
from adapters.playground.slack.submission import carry_out
from adapters.playground.slack.typing_box import typed_text
from adapters.playground.slack.uploads import Uploads
from adapters.playground.slack.web_api import WebApi
from adapters.playground.slack.workspace import Channel, Message, Person, Workspace

INTERACTIVE, COMMANDS = "interactive", "slash_commands"
Json = dict[str, Any]


class SlackStandIn:
    """Slack on loopback. `now` stamps what happens; triggers, acknowledgements and pace run in real time.

    What a test asks of a person who cannot do it (an unknown message, view or option) raises LookupError or
    ValueError: that is a fault of the test, not of the app.
    """

    def __init__(
        self,
        *,
        bot_token: str = "xoxb-demo",
        app_token: str = "xapp-demo",
        team_id: str = "T0DEMO",
        now: Callable[[], datetime],
        burst: int = 10,
    ) -> None:
        pace = Pace(burst, time.monotonic)
        tokens = {"bot": bot_token, "app": app_token}
        self.workspace = Workspace(team_id, now)
        self.link = Link()
        self._modals = Modals(self.workspace)
        self._payloads = Payloads(self.workspace, self._modals)
        self._delivery = Delivery(self.link)
        chat = ChatMethods(self.workspace, self._payloads, pace, self._delivery.echo)
        self.uploads = Uploads(self.workspace, chat, self._address)
        self.response_urls = ResponseUrls(self.workspace, chat)
        self.web_api = WebApi(self.workspace, self._modals, chat, self.uploads, pace, tokens, self._link_url)
        self._server = Server(self)

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

    def deactivate(self, user_id: str) -> None:
        """The account is closed: nobody can write to it any more."""
        self.workspace.people[user_id].active = False

    def dm(self, user_id: str) -> str:
        """The D... id of the bot's conversation with this person."""
        return self._dm(user_id).id

    # --- what a human does

    async def tap(
        self,
        user_id: str,
        channel: str,
        ts: str,
        action_id: str,
        *,
        block_id: str | None = None,
        value: str | None = None,
        selected_option: str | None = None,
    ) -> Acked:
        """Tap an element of a message, or of a view when `channel` is a view's id (`ts` is not read then).

        An element the message no longer has is a stale tap; one it never had is a forged one. Both are sent.
        """
        chosen = {"block_id": block_id, "value": value, "selected_option": selected_option}
        if channel.startswith("V"):
            view = self._view(user_id, channel)
            action = gesture([view.sent["blocks"]], action_id, **chosen)
            remember(view.picked, action)
            return await self._interact(self._payloads.view_action(user_id, view, action))
        message = self._message(channel, ts)
        action = gesture([message.blocks, *message.past], action_id, **chosen)
        remember(message.picked, action)
        response_url = self._address(self.response_urls.new(user_id, channel, message))
        return await self._interact(self._payloads.message_action(user_id, message, action, response_url))

    async def submit(self, user_id: str, view_id: str, values: dict[str, dict[str, Any]]) -> Submitted:
        """Fill a modal and submit it; what Slack's own screen refuses is never sent (ok=False, errors)."""
        view = self._view(user_id, view_id)
        state = fill(view.sent["blocks"], view.picked, values)
        view.picked = state
        errors = unfinished(view.sent["blocks"], state)
        if errors:
            return Submitted(False, 0.0, None, errors)
        acked = await self._interact(self._payloads.submission(view, state))
        return carry_out(self._modals, view, acked)

    async def close_view(self, user_id: str, view_id: str) -> None:
        """Close a modal unsent; the app hears of it when it asked to (notify_on_close)."""
        view = self._view(user_id, view_id)
        self._modals.close(view)
        if view.sent.get("notify_on_close"):
            await self._interact(self._payloads.closed(view))

    async def say(self, user_id: str, text: str, *, thread_ts: str | None = None) -> str:
        """Write to the bot; the event carries what Slack makes of the text (& < > escaped)."""
        if thread_ts is not None:
            self._message(self.dm(user_id), thread_ts)
        message = Message(self.dm(user_id), self.workspace.stamp(), user_id, "", thread_ts=thread_ts)
        message.text, message.blocks = typed_text(text, self.workspace)
        self.workspace.post(message)
        await self._delivery.event(self._payloads.event(self._payloads.posted(message)))
        return message.ts

    async def command(self, user_id: str, name: str, text: str = "") -> Acked:
        """A slash command in the bot's conversation; what the acknowledgement says is shown there."""
        channel = self._dm(user_id)
        response_url = self._address(self.response_urls.new(user_id, channel.id))
        payload = self._payloads.command(user_id, channel, name, text, response_url)
        acked = await self._delivery.interaction(COMMANDS, payload)
        if not acked.payload:
            return acked
        try:
            self.response_urls.say(user_id, channel.id, acked.payload)
        except Refused:
            return Acked(False, acked.seconds, acked.payload)
        return acked

    async def shortcut(self, user_id: str, callback_id: str) -> Acked:
        """A global shortcut."""
        return await self._interact(self._payloads.shortcut(user_id, callback_id))

    async def open_home(self, user_id: str) -> Acked:
        """Look at the app's home tab."""
        event = self._payloads.home_opened(user_id, self._dm(user_id))
        return await self._delivery.event(self._payloads.event(event))

    async def repeat_last(self) -> Acked:
        """What a person last caused arrives once more, letter by letter."""
        return await self._delivery.repeat_last()

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
        """Every request, answered or not."""
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
        """Slack takes one socket away."""
        await self.link.disconnect(reason)

    # --- inside

    async def _interact(self, payload: Json) -> Acked:
        return await self._delivery.interaction(INTERACTIVE, payload)

    def _address(self, path: str) -> str:
        return f"http://127.0.0.1:{self._server.port}/{path}"

    def _link_url(self) -> str:
        return f"ws://127.0.0.1:{self._server.port}/link/?ticket={self.link.ticket()}"

    def _dm(self, user_id: str) -> Channel:
        if user_id not in self.workspace.people:
            raise LookupError(f"nobody is called {user_id}")
        return self.workspace.between(frozenset({user_id}))

    def _channel(self, channel: str) -> Channel:
        if channel not in self.workspace.channels:
            raise LookupError(f"there is no conversation {channel}")
        return self.workspace.channels[channel]

    def _message(self, channel: str, ts: str) -> Message:
        messages = self._channel(channel).messages
        if ts not in messages:
            raise LookupError(f"there was never a message {ts} in {channel}")
        return messages[ts]

    def _view(self, user_id: str, view_id: str) -> OpenView:
        for view in [*self._modals.stacks.get(user_id, []), *self._modals.homes.values()]:
            if view.id == view_id and view.user_id == user_id:
                return view
        raise LookupError(f"{user_id} has no view {view_id} open")
