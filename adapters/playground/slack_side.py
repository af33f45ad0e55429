"""The Slack side of the demo: what somebody sees of the app in Slack, and what they do there."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.playground import shown
from adapters.playground.cast import SLACK
from adapters.playground.page.ports import GivenFile, Json, Tab
from adapters.playground.standing import Standing

# What the app's manifest offers beside the chat.
SHORTCUTS: tuple[Json, ...] = (
    {"callback_id": "soglas_new", "name": "New request", "about": ""},
    {"callback_id": "soglas_send_message", "name": "Send for approval", "about": "message"},
)


class SlackSide(Standing):
    """Slack's part of the port ``Playground``."""

    def slack_chat(self, person: str) -> Sequence[Json]:
        channel = self.town.slack.dm(self._actor(person, SLACK).external)
        messages = self.town.slack.chat(channel)
        self._seen[person] = len(messages)
        both = self._in_chat_too(channel)
        return [
            shown.slack_message(one, self._keep, in_chat_too=one.from_bot and (one.thread_ts, one.text) in both)
            for one in messages
        ]

    def _in_chat_too(self, channel: str) -> set[tuple[object, object]]:
        """The bot's replies that it wants seen beside their thread: what it asked for, as the chat itself does not keep it."""
        calls = (call.params for call in self.town.slack.calls if call.method == "chat.postMessage" and call.ok)
        asked = (params for params in calls if params.get("channel") == channel and params.get("reply_broadcast"))
        return {(params.get("thread_ts"), params.get("text")) for params in asked}

    def slack_views(self, person: str) -> Sequence[Json]:
        views = self.town.slack.views(self._actor(person, SLACK).external)
        return [{"id": view.id, "payload": view.payload} for view in views]

    def slack_home(self, person: str) -> Json | None:
        home = self.town.slack.home(self._actor(person, SLACK).external)
        return {"id": home["id"], "payload": home} if home else None

    def slack_shortcuts(self) -> Sequence[Json]:
        return SHORTCUTS

    async def slack_tap(
        self, person: str, ts: str, block_id: str, action_id: str, value: str | None, selected: str | None
    ) -> Json:
        user = self._actor(person, SLACK).external
        channel = ts if ts.startswith("V") else self.town.slack.dm(user)
        acked = await self.town.slack.tap(user, channel, ts, action_id, block_id=block_id, value=value, selected_option=selected)
        await self._read_events()
        return {"acked": acked.ok}

    async def slack_submit(self, person: str, view_id: str, values: Json) -> Json:
        user = self._actor(person, SLACK).external
        submitted = await self.town.slack.submit(user, view_id, shown.plain_values(values))
        await self._read_events()
        return {"acked": submitted.ok or bool(submitted.errors), "errors": submitted.errors}

    async def slack_fill(self, person: str, view_id: str, block_id: str, action_id: str, entry: Json) -> Json:
        user = self._actor(person, SLACK).external
        acked = await self.town.slack.fill_in(user, view_id, block_id, action_id, shown.plain_entry(entry))
        return {"acked": acked is None or acked.ok}

    async def slack_close(self, person: str, view_id: str) -> None:
        await self.town.slack.close_view(self._actor(person, SLACK).external, view_id)

    async def slack_say(self, person: str, text: str, thread_ts: str | None) -> None:
        await self.town.slack.say(self._actor(person, SLACK).external, text, thread_ts=thread_ts)

    async def slack_share(self, person: str, files: Sequence[GivenFile], text: str, thread_ts: str | None) -> None:
        user, (name, data) = self._actor(person, SLACK).external, files[0]
        await self.town.slack.share(user, name, data, text=text, thread_ts=thread_ts, more=files[1:])

    async def slack_look(self, person: str, tab: Tab) -> None:
        await self.town.slack.open_home(self._actor(person, SLACK).external, tab=tab)

    async def slack_shortcut(self, person: str, callback_id: str, ts: str | None) -> Json:
        slack, user = self.town.slack, self._actor(person, SLACK).external
        if ts is None:
            acked = await slack.shortcut(user, callback_id)
        else:
            acked = await slack.message_action(user, slack.dm(user), ts, callback_id)
        return {"acked": acked.ok}

    async def slack_command(self, person: str, text: str) -> None:
        name, _, rest = text.partition(" ")
        await self.town.slack.command(self._actor(person, SLACK).external, name, rest)
