"""What Slack's payloads say: which delivery it is, who did what where, and what of it may be written down."""

from __future__ import annotations

import hashlib
import json
import re
from enum import StrEnum
from typing import Any

# Any: payloads are Slack's own JSON.
Body = dict[str, Any]


class Kind(StrEnum):
    """What is delivered."""

    TAP = "tap"
    VIEW = "view"
    MESSAGE = "message"
    COMMAND = "command"
    SHORTCUT = "shortcut"


# Nothing else is written down: no token, no address to answer to, no copy of the message that was tapped.
_KEPT = (
    "type", "team", "team_id", "enterprise", "is_enterprise_install", "user", "user_id", "channel", "channel_id", "container",
    "actions", "view", "trigger_id", "event", "event_id", "command", "text", "callback_id",
)  # fmt: skip
# A person's emoji arrives by its name.
_EMOJI = {"+1": "👍", "thumbsup": "👍", "ok_hand": "👌", "white_check_mark": "✅", "heavy_check_mark": "✅"}
_EMOJI_NAME = re.compile(r":([\w+-]+):(?::skin-tone-\d:)?")


def kept(body: Body) -> Body:
    return {key: body[key] for key in _KEPT if key in body}


def delivery(kind: Kind, body: Body) -> str:
    """What tells one delivery from another; the same one twice has the same id."""
    if kind is Kind.MESSAGE:
        return str(body["event_id"])
    # A tap or a modal has no id of its own, but its trigger is given out once. Not a view's hash: that stays the same
    # when somebody mends an error at a field and sends the modal again.
    trigger = str(body.get("trigger_id") or "")
    return f"{kind}-{trigger or hashlib.sha256(json.dumps(kept(body), sort_keys=True).encode()).hexdigest()[:32]}"


def user(body: Body) -> str:
    return str(body.get("user_id") or (body.get("user") or {}).get("id") or body.get("event", {}).get("user") or "")


def workspace(body: Body) -> str:
    """The workspace it comes from; empty where an organisation shares its people between workspaces."""
    if body.get("enterprise") or str(body.get("is_enterprise_install", "")).casefold() == "true":
        return ""
    return str((body.get("team") or {}).get("id") or body.get("team_id") or "")


def data(body: Body) -> str:
    """What the tapped element carries."""
    action = body["actions"][0]
    return str(action.get("value") or action.get("action_id") or "")


def whisper_address(body: Body) -> str:
    """Where a tapped message that only one person sees can be changed; empty for any other message."""
    return str(body.get("response_url") or "") if body.get("container", {}).get("is_ephemeral") else ""


def place(body: Body) -> tuple[str, str]:
    """The channel and, when it is one that lasts and can be edited, the message somebody tapped."""
    container = body.get("container") or {}
    channel = str((body.get("channel") or {}).get("id") or container.get("channel_id") or "")
    return channel, "" if container.get("is_ephemeral") else str(container.get("message_ts") or "")


def is_written_to_the_bot(body: Body) -> bool:
    """Whether it is a person's new message in a direct chat: not the bot's own, not an edit, not a channel's."""
    event = body.get("event", {})
    own = event.get("bot_id") or event.get("subtype") or not event.get("user")
    return not own and event.get("channel_type") == "im"


def words(body: Body) -> str:
    """What somebody wrote, as they see it."""
    written = str(body["event"].get("text") or "")
    written = written.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return _EMOJI_NAME.sub(lambda found: _EMOJI.get(found[1], found[0]), written)
