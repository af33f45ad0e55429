"""What the demo page is told, as plain JSON: chats, offices, the event log."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from adapters.playground.page.downloads import picture_type
from adapters.playground.page.ports import Json
from adapters.playground.slack import ChatMessage as SlackMessage
from adapters.playground.telegram import ChatMessage as TelegramMessage
from bot.core.playbook.model import Playbook
from bot.core.request.events import Event
from bot.core.request.model import Request
from bot.core.wording import text
from bot.core.worktime import windows
from bot.speech import Reader, say

Keep = Callable[[str, bytes], str]
"""Keeps a file and gives the address the page finds it at."""
Names = Mapping[str, Mapping[str, str]]
"""Everybody's name in both page languages, creators too."""
_PAGE_LANGUAGES = ("en", "ru")


def telegram_message(message: TelegramMessage, keep: Keep) -> Json:
    """A message of a Telegram chat."""
    document, words = message.document, message.text
    if not message.from_bot and words.startswith("/start "):
        words = "/start"  # apps keep what came with a link to themselves
    return {
        "id": message.message_id,
        "from_bot": message.from_bot,
        "html": message.html if message.from_bot else None,
        "text": words,
        "buttons": [[{"text": b.text, "data": b.data, "url": b.url, "style": b.style} for b in row] for row in message.buttons],
        "reply_to": message.reply_to,
        "at": message.date.isoformat(),
        "edited": message.edited,
        "document": {**_file(document.name, document.data, document.size, keep), "kind": document.kind} if document else None,
        "force_reply": {"placeholder": message.placeholder or ""} if message.force_reply else False,
    }


def slack_message(message: SlackMessage, keep: Keep, *, in_chat_too: bool) -> Json:
    """A message of a Slack direct message, an ephemeral one too. ``in_chat_too`` is a reply that stands in both places."""
    words = message.text
    if not message.from_bot:
        words = words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    at = datetime.fromtimestamp(float(message.ts), tz=UTC)
    return {
        "ts": message.ts,
        "from_bot": message.from_bot,
        "user": message.user,
        "text": words,
        "blocks": message.blocks,
        "thread_ts": message.thread_ts,
        "at": at.isoformat(),
        "edited": message.edited,
        "ephemeral": message.ephemeral_for is not None,
        "files": [_file(file.name, file.data, file.size, keep) for file in message.files],
        "in_chat_too": in_chat_too,
    }


def _file(name: str, data: bytes, size: int, keep: Keep) -> dict[str, object]:
    return {"name": name, "url": keep(name, data), "size": size, "picture": picture_type(data) is not None}


def offices(book: Playbook, now: datetime) -> list[Json]:
    """Each market's office: open or closed, its local time, its next opening and closing."""
    found: list[Json] = []
    for market_id, market in book.markets.items():
        hours = windows(book.market_calendar(market_id))
        opens = hours.opening(hours.closing(now)) if hours.is_open(now) else hours.opening(now)
        found.append(
            {
                "market": market_id,
                "title": dict(market.title),
                "zone": market.timezone,
                "open": hours.is_open(now),
                "local": now.astimezone(ZoneInfo(market.timezone)).isoformat(),
                "opens_at": opens.isoformat(),
                "closes_at": hours.closing(now).isoformat(),
            }
        )
    return found


def event(names: Names, seq: int, happened: Event, request: Request) -> Json:
    """A line of the event log, in both of the page's languages."""
    what = {language: say(text(f"event.{happened.fact.type}"), Reader((language,), "UTC")) for language in _PAGE_LANGUAGES}
    return {
        "seq": seq,
        "at": happened.at.isoformat(),
        "request": request.id,
        "brand": request.brand,
        "what": what,
        "who": dict(names[happened.by]) if happened.by else None,
    }


# Any: the values of a view are Slack's own JSON.
def plain_values(values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Slack's typed state as the stand-in's human gives it: words, lists of them, files as name and bytes."""
    return {block: {action: plain_entry(state) for action, state in actions.items()} for block, actions in values.items()}


def plain_entry(state: Mapping[str, Any]) -> Any:
    """What was entered into one element; a time of day is written out, an instant is seconds."""
    if "files" in state:
        return [(file["name"], b64decode(file["data"])) for file in state["files"]]
    if "selected_options" in state:
        return [option["value"] for option in state["selected_options"] or []]
    if "selected_option" in state:
        return (state["selected_option"] or {}).get("value")
    chosen = next((state[part] for part in _CHOSEN if part in state), state.get("value"))
    return None if chosen is None else str(chosen)


_CHOSEN = ("selected_date", "selected_time", "selected_date_time")
