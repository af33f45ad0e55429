"""Every card as one version draws it now. Run as a file by the older version, imported by this one.

PYTHONPATH=OLD python tests/rolling/drawn.py DATABASE_URL INSTANT
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from adapters.playground.telegram.html import parse_html
from adapters.slack.sender import SlackMessenger
from adapters.telegram.sender import TelegramMessenger
from bot.core.cards import card
from bot.core.request.model import Request
from bot.ports import Copy, Filter, Transaction
from bot.teams import reader_of, team_of
from storage.opening import open_store

# Words and buttons, or blocks: as they stand in a chat. Any: Slack's own JSON.
Drawing = list[Any]
_TELEGRAM, _SLACK = TelegramMessenger(None), SlackMessenger(AsyncWebClient("xoxb-draws-only"))  # type: ignore[arg-type]


def drawings(now: datetime, tx: Transaction) -> dict[str, Drawing]:
    """By chat and message, with a blank between them."""
    return {
        f"{copy.chat} {copy.message}": _drawing(tx, request, copy, now) for request in _all(tx) for copy in tx.copies(request.id)
    }


def _all(tx: Transaction) -> Iterable[Request]:
    return tx.requests(Filter(limit=10_000))


def _drawing(tx: Transaction, request: Request, copy: Copy, now: datetime) -> Drawing:
    team = team_of(tx, request, now)
    drawn, reader = card(request, team, copy.person, now), reader_of(team, copy.person)
    # Any: what a messenger makes of a card is its own.
    if copy.messenger == _TELEGRAM.name:
        told: Any = _TELEGRAM.render(drawn, reader).payload
        return [parse_html(told.html).text, [[key.text, key.data] for row in told.keys for key in row]]
    told = _SLACK.render(drawn, reader).payload
    return list(told.blocks)


async def _main(url: str, at: str) -> None:
    store = open_store(url)
    try:
        print(json.dumps(await store.read(partial(drawings, datetime.fromisoformat(at)))))
    finally:
        await store.close()


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:]))
