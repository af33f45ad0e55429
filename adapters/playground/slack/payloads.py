"""The shapes of what Slack sends to an app: interactions, commands and the envelope of events, as its documents show them."""

from typing import Any

from adapters.playground.slack.modals import Modals, OpenView
from adapters.playground.slack.objects import Objects
from adapters.playground.slack.state import State, state_of
from adapters.playground.slack.workspace import APP_ID, BOT_USER, Channel, Message, Workspace

Json = dict[str, Any]
# The old verification token: still in every payload, trusted by nobody.
LEGACY_TOKEN = "demo-verification"


class Payloads:
    """Builds payloads from what the workspace holds; sends nothing."""

    def __init__(self, workspace: Workspace, modals: Modals, objects: Objects) -> None:
        self._workspace = workspace
        self._modals = modals
        self._objects = objects

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
            "channel": self._objects.channel(message.channel),
            **({} if ephemeral else {"message": self._objects.message(message)}),
            "state": {"values": state_of(message.blocks, message.picked)},
            "response_url": response_url,
            "actions": [self._stamped(action)],
        }

    def view_action(self, user_id: str, view: OpenView, action: Json) -> Json:
        """block_actions of a modal or a home tab; there is no address to answer at."""
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

    def closed(self, view: OpenView, *, cleared: bool = False) -> Json:
        """view_closed; it carries no trigger. `cleared`: the whole stack was closed at once."""
        shape = self._interaction("view_closed", view.user_id)
        del shape["trigger_id"]
        return {
            **shape,
            "view": self.view(view, state_of(view.sent["blocks"], view.picked)),
            "is_cleared": cleared,
        }

    def shortcut(self, user_id: str, callback_id: str) -> Json:
        """A global shortcut."""
        stamp = self._workspace.stamp()
        return {**self._interaction("shortcut", user_id), "callback_id": callback_id, "action_ts": stamp}

    def message_shortcut(self, user_id: str, message: Message, callback_id: str, response_url: str) -> Json:
        """A shortcut from a message's menu; the message may stand where the bot is no member."""
        return {
            **self._interaction("message_action", user_id),
            "callback_id": callback_id,
            "action_ts": self._workspace.stamp(),
            "channel": self._objects.channel(message.channel),
            "message_ts": message.ts,
            "message": self._objects.message(message),
            "response_url": response_url,
        }

    def command(self, user_id: str, channel: Channel, name: str, text: str, response_url: str) -> Json:
        """A slash command: form fields, so every value is a string."""
        team = self._objects.team(user_id)
        return {
            "token": LEGACY_TOKEN,
            "team_id": team["id"],
            "team_domain": team["domain"],
            "channel_id": channel.id,
            "channel_name": channel.name,
            "user_id": user_id,
            "user_name": user_id.lower(),
            "command": name,
            "text": text,
            "api_app_id": APP_ID,
            "is_enterprise_install": "false",
            "response_url": response_url,
            "trigger_id": self._modals.trigger(user_id),
        }

    def event(self, event: Json, *, shared: bool = False) -> Json:
        """The envelope of every event; event_id tells a redelivery from a new event."""
        team_id = self._workspace.team_id
        bot = {"enterprise_id": None, "team_id": team_id, "user_id": BOT_USER, "is_bot": True, "is_enterprise_install": False}
        return {
            "token": LEGACY_TOKEN,
            "team_id": team_id,
            "context_team_id": team_id,
            "context_enterprise_id": None,
            "api_app_id": APP_ID,
            "event": event,
            "type": "event_callback",
            "event_id": self._workspace.new_id("Ev0"),
            "event_time": int(self._workspace.now().timestamp()),
            "authorizations": [bot],
            "is_ext_shared_channel": shared,
            "event_context": self._workspace.new_id("4-"),
        }

    def view(self, view: OpenView, state: State) -> Json:
        """The view object with what was entered."""
        return {**self._modals.shown(view), "state": {"values": state}}

    def _interaction(self, kind: str, user_id: str) -> Json:
        return {
            "type": kind,
            "user": self._objects.user(user_id),
            "api_app_id": APP_ID,
            "token": LEGACY_TOKEN,
            "team": self._objects.team(user_id),
            "enterprise": None,
            "is_enterprise_install": False,
            "trigger_id": self._modals.trigger(user_id),
        }

    def _stamped(self, action: Json) -> Json:
        return {**action, "action_ts": self._workspace.stamp()}
