"""What happened, as the Events API tells it, and under which name an app subscribes to it."""

from typing import Any

from adapters.playground.slack.modals import Modals
from adapters.playground.slack.objects import Objects
from adapters.playground.slack.payloads import Payloads
from adapters.playground.slack.state import state_of
from adapters.playground.slack.workspace import Channel, Message, Workspace

Json = dict[str, Any]
# What the app's manifest asks for; the names are Slack's own.
SUBSCRIBED = frozenset({"message.im", "message.mpim", "app_mention", "app_home_opened", "user_change"})
TOMBSTONE = "This message was deleted."


def subscription(event: Json) -> str:
    """The name under which an app subscribes to this event."""
    if event["type"] != "message":
        return str(event["type"])
    plural = {"channel": "channels"}
    return f"message.{plural.get(event['channel_type'], event['channel_type'])}"


class Events:
    """Builds whole payloads; sends nothing."""

    def __init__(self, workspace: Workspace, modals: Modals, objects: Objects, payloads: Payloads) -> None:
        self._workspace = workspace
        self._payloads = payloads
        self._modals = modals
        self._objects = objects

    def posted(self, message: Message) -> Json:
        """The message event of a new message, a person's or the bot's own."""
        own = {"client_msg_id": self._workspace.new_id()} if not message.from_bot else {}
        return self._in_channel(message, {**self._objects.message(message), **own, **self._where(message, message.ts)})

    def mentioned(self, message: Message) -> Json:
        """app_mention: the message once more, without its kind of channel."""
        event = {**self._objects.message(message), "type": "app_mention", "client_msg_id": self._workspace.new_id()}
        event.pop("subtype", None)
        return self._in_channel(message, {**event, "channel": message.channel, "event_ts": message.ts})

    def changed(self, message: Message, before: Json) -> Json:
        """The message event of an edit; Slack tells the bot of its own, too."""
        return self._changed(message, self._objects.message(message), before, message.edited_ts or message.ts)

    def deleted(self, message: Message) -> Json:
        """The message event of a deletion; where a thread hangs on the message, a tombstone takes its place."""
        stamp, before = self._workspace.stamp(), self._objects.message(message)
        if self._has_replies(message):
            grave = {"type": "message", "subtype": "tombstone", "text": TOMBSTONE, "user": "USLACKBOT", "hidden": True}
            return self._changed(message, {**grave, "ts": message.ts, "thread_ts": message.ts}, before, stamp)
        event = {"type": "message", "subtype": "message_deleted", "hidden": True, "ts": stamp, "deleted_ts": message.ts}
        return self._in_channel(message, {**event, "previous_message": before, **self._where(message, stamp)})

    def home_opened(self, user_id: str, channel: Channel, tab: str) -> Json:
        """app_home_opened; the home tab comes with its view when one was published."""
        event: Json = {"type": "app_home_opened", "user": user_id, "channel": channel.id, "tab": tab}
        home = self._modals.homes.get(user_id) if tab == "home" else None
        if home is not None:
            event["view"] = {**self._modals.shown(home), "state": {"values": state_of(home.sent["blocks"], home.picked)}}
        return self._payloads.event({**event, "event_ts": self._workspace.stamp()}, shared=self._workspace.is_shared(channel))

    def user_changed(self, user_id: str) -> Json:
        """user_change: somebody's profile, or that the account was closed."""
        stamp = self._workspace.stamp()
        user = self._workspace.profile(user_id, with_locale=True)
        event = {"type": "user_change", "user": user, "cache_ts": int(float(stamp)), "event_ts": stamp}
        return self._payloads.event(event, shared=False)

    def _changed(self, message: Message, now: Json, before: Json, stamp: str) -> Json:
        event = {"type": "message", "subtype": "message_changed", "hidden": True, "ts": stamp}
        return self._in_channel(message, {**event, "message": now, "previous_message": before, **self._where(message, stamp)})

    def _in_channel(self, message: Message, event: Json) -> Json:
        return self._payloads.event(event, shared=self._workspace.is_shared(self._workspace.channel(message.channel)))

    def _where(self, message: Message, stamp: str) -> Json:
        kind = self._workspace.channel(message.channel).kind
        return {"channel": message.channel, "event_ts": stamp, "channel_type": kind}

    def _has_replies(self, message: Message) -> bool:
        replies = self._workspace.channel(message.channel).messages.values()
        return any(other.thread_ts == message.ts and not other.gone for other in replies)
