"""The shapes of what Slack sends to an app: interactions, commands and events, as its documents show them."""

from typing import Any

from adapters.playground.slack.modals import Modals, OpenView
from adapters.playground.slack.state import State, state_of
from adapters.playground.slack.workspace import APP_ID, BOT_ID, BOT_USER, Channel, Message, Workspace

Json = dict[str, Any]
# The old verification token: still in every payload, trusted by nobody.
LEGACY_TOKEN = "demo-verification"
DOMAIN = "demo"


class Payloads:
    """Builds payloads from what the workspace holds; sends nothing."""

    def __init__(self, workspace: Workspace, modals: Modals) -> None:
        self._workspace = workspace
        self._modals = modals

    def message_action(self, user_id: str, message: Message, action: Json, response_url: str) -> Json:
        """block_actions of a message; an ephemeral one is not sent along."""
        ephemeral = message.ephemeral_for is not None
        container = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": message.channel,
            "is_ephemeral": ephemeral,
            **({"thread_ts": message.thread_ts} if message.thread_ts else {}),
        }
        return {
            **self._interaction("block_actions", user_id),
            "container": container,
            "channel": {"id": message.channel, "name": channel_name(message.channel)},
            **({} if ephemeral else {"message": self.message(message)}),
            "state": {"values": state_of(message.blocks, message.picked)},
            "response_url": response_url,
            "actions": [self._stamped(action)],
        }

    def view_action(self, user_id: str, view: OpenView, action: Json) -> Json:
        """block_actions of a modal or a home tab."""
        return {
            **self._interaction("block_actions", user_id),
            "container": {"type": "view", "view_id": view.id},
            "view": self.view(view, state_of(view.sent["blocks"], view.picked)),
            "actions": [self._stamped(action)],
        }

    def submission(self, view: OpenView, state: State) -> Json:
        """view_submission."""
        shape = {"view": self.view(view, state), "response_urls": []}
        return {**self._interaction("view_submission", view.user_id), **shape}

    def closed(self, view: OpenView) -> Json:
        """view_closed; it carries no trigger."""
        shape = self._interaction("view_closed", view.user_id)
        del shape["trigger_id"]
        return {
            **shape,
            "view": self.view(view, state_of(view.sent["blocks"], view.picked)),
            "is_cleared": False,
        }

    def shortcut(self, user_id: str, callback_id: str) -> Json:
        """A global shortcut."""
        stamp = self._workspace.stamp()
        return {**self._interaction("shortcut", user_id), "callback_id": callback_id, "action_ts": stamp}

    def command(self, user_id: str, channel: Channel, name: str, text: str, response_url: str) -> Json:
        """A slash command: form fields, so every value is a string."""
        return {
            "token": LEGACY_TOKEN,
            "team_id": self._workspace.team_id,
            "team_domain": DOMAIN,
            "channel_id": channel.id,
            "channel_name": channel_name(channel.id),
            "user_id": user_id,
            "user_name": user_id.lower(),
            "command": name,
            "text": text,
            "api_app_id": APP_ID,
            "is_enterprise_install": "false",
            "response_url": response_url,
            "trigger_id": self._modals.trigger(user_id),
        }

    def event(self, event: Json) -> Json:
        """The envelope of every event; event_id tells a redelivery from a new event."""
        return {
            "token": LEGACY_TOKEN,
            "team_id": self._workspace.team_id,
            "api_app_id": APP_ID,
            "event": event,
            "type": "event_callback",
            "event_id": self._workspace.new_id("Ev0"),
            "event_time": int(self._workspace.now().timestamp()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": self._workspace.team_id,
                    "user_id": BOT_USER,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
            "event_context": self._workspace.new_id("4-"),
        }

    def posted(self, message: Message) -> Json:
        """The message event of a new message, a person's or the bot's own."""
        own = {"client_msg_id": self._workspace.new_id()} if not message.from_bot else {}
        return {**self.message(message), **own, **self._where(message, message.ts)}

    def changed(self, message: Message, before: Json) -> Json:
        """The message event of an edit; Slack tells the bot of its own, too."""
        stamp = message.edited_ts or message.ts
        shape = {"type": "message", "subtype": "message_changed", "hidden": True, "ts": stamp}
        return {
            **shape,
            "message": self.message(message),
            "previous_message": before,
            **self._where(message, stamp),
        }

    def deleted(self, message: Message) -> Json:
        """The message event of a deletion."""
        stamp = self._workspace.stamp()
        shape = {"type": "message", "subtype": "message_deleted", "hidden": True, "ts": stamp}
        before = {"deleted_ts": message.ts, "previous_message": self.message(message)}
        return {**shape, **before, **self._where(message, stamp)}

    def home_opened(self, user_id: str, channel: Channel) -> Json:
        """app_home_opened, with the view when one was published."""
        shape = {"type": "app_home_opened", "user": user_id, "channel": channel.id, "tab": "home"}
        home = self._modals.homes.get(user_id)
        shown = {"view": self._modals.shown(home)} if home else {}
        return {**shape, **shown, "event_ts": self._workspace.stamp()}

    def message(self, message: Message) -> Json:
        """The message object of answers, events and interactions."""
        shape: Json = {
            "type": "message",
            "user": message.user,
            "text": message.text,
            "ts": message.ts,
            "team": self._workspace.team_id,
            "blocks": message.blocks,
        }
        if message.from_bot:
            shape |= {"bot_id": BOT_ID, "app_id": APP_ID}
        if message.thread_ts:
            shape |= {"thread_ts": message.thread_ts, "parent_user_id": self._parent(message)}
        if message.edited_ts:
            shape["edited"] = {"user": message.user, "ts": message.edited_ts}
        if message.metadata:
            shape["metadata"] = message.metadata
        return shape

    def view(self, view: OpenView, state: State) -> Json:
        """The view object with what was entered."""
        return {**self._modals.shown(view), "state": {"values": state}}

    def _interaction(self, kind: str, user_id: str) -> Json:
        name = user_id.lower()
        return {
            "type": kind,
            "user": {"id": user_id, "username": name, "name": name, "team_id": self._workspace.team_id},
            "api_app_id": APP_ID,
            "token": LEGACY_TOKEN,
            "team": {"id": self._workspace.team_id, "domain": DOMAIN},
            "enterprise": None,
            "is_enterprise_install": False,
            "trigger_id": self._modals.trigger(user_id),
        }

    def _stamped(self, action: Json) -> Json:
        return {**action, "action_ts": self._workspace.stamp()}

    def _where(self, message: Message, stamp: str) -> Json:
        kind = "im" if message.channel.startswith("D") else "mpim"
        return {"channel": message.channel, "event_ts": stamp, "channel_type": kind}

    def _parent(self, message: Message) -> str | None:
        parent = self._workspace.channel(message.channel).messages.get(message.thread_ts or "")
        return parent.user if parent else None


def channel_name(channel_id: str) -> str:
    """What Slack calls a conversation that has no name of its own."""
    return "directmessage" if channel_id.startswith("D") else "mpdm-demo"
