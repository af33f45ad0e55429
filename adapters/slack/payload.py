"""What Slack's payloads say: which delivery it is, who did what where, and what of it may be written down."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
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
    MENTION = "mention"
    EDIT = "edit"
    PERSON = "person"
    HOME = "home"


# Nothing else is written down: no token, no address to answer to, no copy of the message that was tapped.
_KEPT = (
    "type", "team", "team_id", "enterprise", "is_enterprise_install", "user", "user_id", "channel", "channel_id", "container",
    "actions", "view", "trigger_id", "event", "event_id", "command", "text", "callback_id",
)  # fmt: skip
_OF_A_PERSON = ("id", "team_id", "deleted")
_NEW_WORDS = (None, "file_share", "thread_broadcast")
_SLACKBOT = "USLACKBOT"
# A person's emoji arrives by its name.
_EMOJI = {"+1": "👍", "thumbsup": "👍", "ok_hand": "👌", "white_check_mark": "✅", "heavy_check_mark": "✅"}
_EMOJI_NAME = re.compile(r":([\w+-]+):(?::skin-tone-\d:)?")
_MARKED = re.compile(r"<([^<>|]+)(?:\|([^<>]*))?>")
_MENTION = re.compile(r"<@([A-Z0-9]+)(?:\|[^<>]*)?>")


def part(body: Mapping[str, Any], name: str) -> Body:
    """The object of that name in another; empty where there is none: not every field is always there, and forms change."""
    found = body.get(name)
    return found if isinstance(found, dict) else {}


def kept(body: Body) -> Body:
    found = {key: body[key] for key in _KEPT if key in body}
    event = part(found, "event")
    if person := part(event, "user"):
        # A whole profile is nobody's business here.
        found["event"] = {"type": event.get("type"), "user": {key: person[key] for key in _OF_A_PERSON if key in person}}
    return found


def kind_of_event(body: Body) -> Kind | None:
    """What an event is for the bot; ``None`` for what is only acknowledged."""
    event = part(body, "event")
    match event.get("type"):
        case "message":
            return _kind_of_message(event)
        case "app_mention" if _is_a_persons(event):
            return Kind.MENTION
        case "app_home_opened" if event.get("tab") == "home":
            return Kind.HOME
        case "user_change":
            return Kind.PERSON
    return None


def _kind_of_message(event: Body) -> Kind | None:
    """In a direct chat a person's new message, or a change of its words: Slack also tells of a link's picture as a change."""
    if event.get("channel_type") != "im":
        return None
    if event.get("subtype") == "message_changed":
        now, before = part(event, "message"), part(event, "previous_message")
        changed = now.get("text") != before.get("text") and now.get("subtype") in _NEW_WORDS
        return Kind.EDIT if changed and _is_a_persons(now) else None
    return Kind.MESSAGE if event.get("subtype") in _NEW_WORDS and _is_a_persons(event) else None


def _is_a_persons(message: Body) -> bool:
    """Not the bot's own, not another app's or a workflow's."""
    return bool(message.get("user")) and not message.get("bot_id") and message["user"] != _SLACKBOT


def delivery(kind: Kind, body: Body) -> str:
    """What tells one delivery from another; the same one twice has the same id."""
    if kind is Kind.EDIT:
        # However often somebody mends a message, they are told once.
        event = part(body, "event")
        return f"edit-{event.get('channel')}-{part(event, 'message').get('ts')}"
    if "event_id" in body:
        return str(body["event_id"])
    # A tap or a modal has no id of its own, but its trigger is given out once. Not a view's hash: that stays the same
    # when somebody mends an error at a field and sends the modal again.
    trigger = str(body.get("trigger_id") or "")
    return f"{kind}-{trigger or hashlib.sha256(json.dumps(kept(body), sort_keys=True).encode()).hexdigest()[:32]}"


def user(body: Body) -> str:
    event = part(body, "event")
    named = event.get("user") or part(event, "message").get("user") or ""
    in_event = named.get("id") if isinstance(named, dict) else named
    return str(body.get("user_id") or part(body, "user").get("id") or in_event or "")


def workspace(body: Body) -> str:
    """The workspace somebody belongs to; empty where an organisation shares its people between workspaces."""
    if body.get("enterprise") or str(body.get("is_enterprise_install", "")).casefold() == "true":
        return ""
    event = part(body, "event")
    changed = part(event, "user")
    said = part(event, "message") or event
    of_sender = said.get("user_team") or said.get("team") or changed.get("team_id")
    acting = part(body, "user").get("team_id") or part(body, "team").get("id")
    return str(of_sender or acting or body.get("team_id") or "")


def data(body: Body) -> str:
    """What the tapped element carries."""
    actions = body.get("actions")
    action = actions[0] if isinstance(actions, list) and actions and isinstance(actions[0], dict) else {}
    chosen = part(action, "selected_option")
    return str(action.get("value") or chosen.get("value") or action.get("action_id") or "")


def view(body: Body) -> Body:
    """The modal or home tab it was done in; empty for a message."""
    return part(body, "view")


def whisper_address(body: Body) -> str:
    """Where a tapped message that only one person sees can be changed; empty for any other message."""
    return str(body.get("response_url") or "") if part(body, "container").get("is_ephemeral") else ""


def place(body: Body) -> tuple[str, str]:
    """The channel and, when it is one that lasts and can be edited, the message somebody tapped."""
    container = part(body, "container")
    channel = str(part(body, "channel").get("id") or container.get("channel_id") or "")
    return channel, "" if container.get("is_ephemeral") else str(container.get("message_ts") or "")


def words(body: Body) -> str:
    """What somebody wrote, as they see it; without the bot's name where they called it."""
    event = part(body, "event")
    written = str(event.get("text") or "")
    if event.get("type") == "app_mention":
        written = _MENTION.sub(" ", written, count=1)
    return readable(written).strip()


def readable(written: str) -> str:
    """Slack's own marks for links, people and channels as the words people see."""
    plain = _MARKED.sub(_shown, written)
    plain = plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return _EMOJI_NAME.sub(lambda found: _EMOJI.get(found[1], found[0]), plain)


def links(written: str) -> tuple[str, ...]:
    """The web addresses in what somebody wrote."""
    found = (mark[1].replace("&amp;", "&") for mark in _MARKED.finditer(written))
    return tuple(dict.fromkeys(link for link in found if link.startswith(("http://", "https://"))))


def mentioned(written: str) -> tuple[str, str]:
    """The first person whom a command names, and the words without them."""
    found = _MENTION.search(written)
    return (found[1], " ".join(_MENTION.sub(" ", written).split())) if found else ("", written)


def _shown(found: re.Match[str]) -> str:
    marked, label = found[1], found[2] or ""
    if marked[0] in "@#!":
        name = label.lstrip("@#") or marked[1:].split("^")[0]
        return f"{'#' if marked[0] == '#' else '@'}{name}"
    if not label or label in marked:
        return label if marked.startswith("mailto:") and label else marked
    return f"{label} ({marked})"
