"""chat.*: posting, editing and deleting messages, with the refusals Slack documents for each."""

import json
from collections.abc import Callable
from typing import Any

from adapters.playground.slack.arguments import truth
from adapters.playground.slack.events import Events
from adapters.playground.slack.grammar import fault
from adapters.playground.slack.limits import Pace
from adapters.playground.slack.objects import Objects
from adapters.playground.slack.refusal import Refused
from adapters.playground.slack.stored_file import StoredFile
from adapters.playground.slack.surfaces import check_message_blocks, with_ids
from adapters.playground.slack.workspace import BOT_USER, Message, Workspace

TEXT_LIMIT = 40_000
METADATA_BYTES = 8_000
HISTORY_PAGE, HISTORY_MOST = 100, 999
Json = dict[str, Any]


class ChatMethods:
    """Each method takes checked arguments and gives the answer's body; events go to `echo`."""

    def __init__(self, workspace: Workspace, objects: Objects, events: Events, pace: Pace, echo: Callable[[Json], None]) -> None:
        self._workspace = workspace
        self._objects = objects
        self._events = events
        self._pace = pace
        self._echo = echo

    def post(self, params: Json) -> Json:
        """chat.postMessage."""
        check_content(params)
        metadata = checked_metadata(params.get("metadata"))
        channel = self._workspace.writable(params["channel"])
        self._pace.message(channel.id)
        message = self.put(channel.id, params, metadata=metadata)
        return {
            "ok": True,
            "channel": channel.id,
            "ts": message.ts,
            "message": self._objects.message(message),
        }

    def put(
        self,
        channel_id: str,
        params: Json,
        *,
        metadata: Json | None = None,
        ephemeral_for: str | None = None,
        files: tuple[StoredFile, ...] = (),
    ) -> Message:
        """Keep a message of the bot whose content has been checked, and tell the app of it."""
        message = Message(
            channel_id,
            self._workspace.stamp(),
            BOT_USER,
            text_of(params),
            self._kept(params.get("blocks")),
            thread_ts=params.get("thread_ts"),
            ephemeral_for=ephemeral_for,
            metadata=metadata,
            broadcast=truth(params.get("reply_broadcast")),
            files=files,
        )
        self._workspace.post(message)
        if ephemeral_for is None:
            self._echo(self._events.posted(message))
        return message

    def post_ephemeral(self, params: Json) -> Json:
        """chat.postEphemeral."""
        check_content(params)
        channel = self._workspace.channel(params["channel"])
        self._workspace.person(params["user"])
        if params["user"] not in channel.members:
            raise Refused("user_not_in_channel")
        message = self.put(channel.id, params, ephemeral_for=params["user"])
        return {"ok": True, "message_ts": message.ts}

    def update(self, params: Json) -> Json:
        """chat.update; of the bot's own lasting messages only."""
        check_content(params)
        metadata = checked_metadata(params.get("metadata"))
        message = self._workspace.standing(params["channel"], params["ts"])
        if not message.from_bot or message.ephemeral_for is not None:
            raise Refused("cant_update_message")
        self.change(message, params)
        message.metadata = metadata if metadata is not None else message.metadata
        shown = self._objects.message(message)
        return {
            "ok": True,
            "channel": message.channel,
            "ts": message.ts,
            "text": message.text,
            "message": shown,
        }

    def change(self, message: Message, params: Json) -> None:
        """Replace the content: text alone takes the blocks away, blocks alone keep the text."""
        before = self._objects.message(message)
        message.past.insert(0, message.blocks)
        message.blocks = self._kept(params.get("blocks"))
        message.text = text_of(params) if has_text(params) else message.text
        message.edited_ts = self._workspace.stamp()
        if message.ephemeral_for is None:
            self._echo(self._events.changed(message, before))

    def delete(self, params: Json) -> Json:
        """chat.delete."""
        message = self._workspace.standing(params["channel"], params["ts"])
        if not message.from_bot or message.ephemeral_for is not None:
            raise Refused("cant_delete_message")
        self.remove(message)
        return {"ok": True, "channel": message.channel, "ts": message.ts}

    def permalink(self, params: Json) -> Json:
        """chat.getPermalink; of anybody's message that still stands and that everybody there sees."""
        message = self._workspace.standing(params["channel"], params["message_ts"])
        if message.ephemeral_for is not None:
            raise Refused("message_not_found")
        return {"ok": True, "channel": message.channel, "permalink": self._objects.permalink(message)}

    def history(self, params: Json) -> Json:
        """conversations.history, the newest first; replies stand in it only when they were broadcast."""
        channel = self._workspace.channel(params["channel"])
        if BOT_USER not in channel.members:
            raise Refused("not_in_channel")
        limit = int(params.get("limit") or HISTORY_PAGE)
        if not 1 <= limit <= HISTORY_MOST:
            raise Refused("invalid_limit")
        oldest, latest = float(params.get("oldest") or 0), float(params.get("latest") or "inf")
        inclusive, whole = truth(params.get("inclusive")), truth(params.get("include_all_metadata"))
        found = [
            m for m in channel.messages.values() if not m.gone and m.ephemeral_for is None and (m.broadcast or not m.thread_ts)
        ]
        within = [m for m in found if oldest < float(m.ts) < latest or (inclusive and float(m.ts) in (oldest, latest))][::-1]
        shown = [self._objects.message(message) for message in within[:limit]]
        messages = shown if whole else [{key: part for key, part in one.items() if key != "metadata"} for one in shown]
        return {"ok": True, "messages": messages, "has_more": len(within) > limit, "pin_count": 0}

    def remove(self, message: Message) -> None:
        """Take a message out of sight."""
        message.gone = True
        if message.ephemeral_for is None:
            self._echo(self._events.deleted(message))

    def _kept(self, blocks: list[Json] | None) -> list[Json]:
        return with_ids(blocks or [], self._workspace.new_id)


def check_content(params: Json) -> None:
    """Something to show, not too much of it, and blocks Slack can draw."""
    if params.get("markdown_text") and (params.get("text") or params.get("blocks")):
        raise Refused("markdown_text_conflict")
    if not text_of(params) and not params.get("blocks") and not params.get("attachments"):
        raise Refused("no_text")
    if len(text_of(params)) > TEXT_LIMIT:
        raise Refused("msg_too_long")
    if "blocks" in params:
        check_message_blocks(params["blocks"])


def has_text(params: Json) -> bool:
    """Whether the app said anything about the text."""
    return "text" in params or "markdown_text" in params


def text_of(params: Json) -> str:
    """The text in either of its two arguments."""
    return str(params.get("text") or params.get("markdown_text") or "")


def checked_metadata(metadata: Any) -> Json | None:
    """event_type and event_payload, 8,000 bytes at most."""
    if metadata is None:
        return None
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_type"), str):
        raise Refused("invalid_metadata_format", fault("missing required field: event_type", "/metadata"))
    if not isinstance(metadata.get("event_payload"), dict):
        raise Refused("invalid_metadata_format", fault("missing required field: event_payload", "/metadata"))
    if set(metadata) - {"event_type", "event_payload"}:
        raise Refused("invalid_metadata_format", fault("invalid additional property", "/metadata"))
    if len(json.dumps(metadata, ensure_ascii=False, separators=(",", ":")).encode()) > METADATA_BYTES:
        raise Refused("metadata_too_large")
    return metadata
