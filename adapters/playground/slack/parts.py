"""The parts the stand-in is made of, and how one is found: a person's conversation, a message, an open view."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from adapters.playground.nastiness import Mood
from adapters.playground.slack.chat_methods import ChatMethods
from adapters.playground.slack.delivery import Delivery
from adapters.playground.slack.events import SUBSCRIBED, Events
from adapters.playground.slack.files import Files
from adapters.playground.slack.limits import Pace
from adapters.playground.slack.link import Link
from adapters.playground.slack.modals import Modals, OpenView
from adapters.playground.slack.objects import Objects
from adapters.playground.slack.payloads import Payloads
from adapters.playground.slack.records import Acked
from adapters.playground.slack.response_urls import ResponseUrls
from adapters.playground.slack.server import Server
from adapters.playground.slack.uploads import Uploads
from adapters.playground.slack.web_api import WebApi
from adapters.playground.slack.workspace import Channel, Message, Workspace

INTERACTIVE = "interactive"
Json = dict[str, Any]


class Parts:
    """Puts the parts together. `now` stamps what happens; triggers, acknowledgements and pace run in real time."""

    def __init__(
        self,
        *,
        bot_token: str = "xoxb-demo",
        app_token: str = "xapp-demo",
        team_id: str = "T0DEMO",
        now: Callable[[], datetime],
        burst: int = 10,
        subscribed: frozenset[str] = SUBSCRIBED,
        should_escape: bool = True,
    ) -> None:
        pace = Pace(burst, time.monotonic)
        tokens = {"bot": bot_token, "app": app_token}
        self._should_escape = should_escape
        self.workspace = Workspace(team_id, now)
        self.mood = Mood("slack")
        self.link = Link()
        self.files = Files(self.workspace, self._address)
        objects = Objects(self.workspace, self.files)
        self._modals = Modals(self.workspace)
        self._payloads = Payloads(self.workspace, self._modals, objects)
        self._objects = objects
        self._events = Events(self.workspace, self._modals, objects, self._payloads)
        self._delivery = Delivery(self.link, subscribed, self.mood.delivery)
        chat = ChatMethods(self.workspace, objects, self._events, pace, self._delivery.echo)
        self.uploads = Uploads(self.workspace, chat, self.files, self._address)
        self.response_urls = ResponseUrls(self.workspace, chat)
        self.web_api = WebApi(self.workspace, self._modals, chat, self.uploads, self.files, pace, tokens, self._link_url)
        self._server = Server(self)

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
