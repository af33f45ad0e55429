"""What the demo page is told, as plain JSON: chats, offices, the event log."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

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
_PAGE_LANGUAGES = ("en", "ru")


def telegram_message(message: TelegramMessage, keep: Keep) -> Json:
    """A message of a Telegram chat."""
    document = message.document
    return {
        "id": message.message_id,
        "from_bot": message.from_bot,
        "html": message.html if message.from_bot else None,
        "text": message.text,
        "buttons": [[{"text": b.text, "data": b.data, "url": b.url, "style": b.style} for b in row] for row in message.buttons],
        "reply_to": message.reply_to,
        "at": message.date.isoformat(),
        "edited": message.edited,
        "document": {"name": document.name, "url": keep(document.name, document.data)} if document else None,
        "force_reply": {"placeholder": message.placeholder or ""} if message.force_reply else False,
    }


def slack_message(message: SlackMessage, keep: Keep) -> Json:
    """A message of a Slack direct message, an ephemeral one too."""
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
        "files": [{"name": file.name, "url": keep(file.name, file.data)} for file in message.files],
    }


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


def event(book: Playbook, seq: int, happened: Event, request: Request) -> Json:
    """A line of the event log, in both of the page's languages."""
    what = {language: say(text(f"event.{happened.fact.type}"), Reader((language,), "UTC")) for language in _PAGE_LANGUAGES}
    return {
        "seq": seq,
        "at": happened.at.isoformat(),
        "request": request.id,
        "brand": request.brand,
        "what": what,
        "who": dict(book.people[happened.by].name) if happened.by else None,
    }


# Any: the values of a view are Slack's own JSON.
def plain_values(values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Slack's typed state as the stand-in's human gives it: plain strings and lists of them."""
    return {block: {action: _plain(state) for action, state in actions.items()} for block, actions in values.items()}


def _plain(state: Mapping[str, Any]) -> Any:
    if "selected_options" in state:
        return [option["value"] for option in state["selected_options"] or []]
    if "selected_option" in state:
        return (state["selected_option"] or {}).get("value")
    return state.get("value")
