"""The way out to Slack: the port ``Messenger`` on slack-sdk's ``AsyncWebClient``."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any, TypeVar, cast

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.view import Message, card_message, escaped
from bot.core.cards import Card
from bot.ports import (
    Account,
    Copy,
    Gone,
    MessengerError,
    NotAccepted,
    Posted,
    Rendered,
    TryLater,
    Unclear,
    Unreachable,
)  # fmt: skip
from bot.speech import Reader

T = TypeVar("T")
NAME = "slack"
_VANISHED = {"message_not_found", "cant_update_message", "edit_window_closed"}
_NOBODY = {"channel_not_found", "user_not_found", "user_disabled", "is_archived", "cannot_dm_bot", "not_in_channel"}
_LATER = {
    "internal_error": 5.0,
    "fatal_error": 5.0,
    "service_unavailable": 10.0,
    "request_timeout": 5.0,
    "team_added_to_org": 60.0,
}
_TOKEN = {"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive", "missing_scope"}


def make_client(token: str, api_url: str | None = None) -> AsyncWebClient:
    """A client without retries: the default one sends a message again after a reset that came after Slack took it."""
    client = AsyncWebClient(token=token, base_url=api_url or AsyncWebClient.BASE_URL, timeout=10)
    client.retry_handlers = []
    return client


class SlackMessenger:
    """Cards and messages to Slack's direct messages."""

    name = NAME

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    def render(self, card: Card, reader: Reader) -> Rendered:
        return card_message(card, reader)

    async def post(self, account: Account, card: Rendered) -> Posted:
        return await self.send(account.chat or account.external, cast(Message, card.payload))

    async def send(self, channel: str, message: Message) -> Posted:
        # A user's id as the channel opens the direct message; the answer names it.
        posting = self._client.chat_postMessage(
            channel=channel, text=message.text, blocks=list(message.blocks), unfurl_links=False, unfurl_media=False
        )
        answer = await called(posting)
        return Posted(str(answer["channel"]), str(answer["ts"]))

    async def edit(self, copy: Copy, card: Rendered) -> None:
        message = cast(Message, card.payload)
        # Blocks are always given: a text alone would remove them.
        await called(self._client.chat_update(channel=copy.chat, ts=copy.message, text=message.text, blocks=list(message.blocks)))

    async def attach(self, posted: Posted, card: Rendered) -> None:
        assert card.overflow is not None
        name = f"{card.overflow_name.rsplit('-', 1)[0]}.txt"
        await called(
            self._client.files_upload_v2(
                channel=posted.chat, thread_ts=posted.message, filename=name, title=name, content=card.overflow
            )
        )

    async def tell(self, account: Account, text: str, about: Copy | None) -> Posted:
        channel = account.chat or (about.chat if about else account.external)
        posting = self._client.chat_postMessage(channel=channel, text=escaped(text), unfurl_links=False, unfurl_media=False)
        answer = await called(posting)
        return Posted(str(answer["channel"]), str(answer["ts"]))

    async def whisper(self, channel: str, user: str, text: str) -> None:
        """The visible answer to a tap: only the one who tapped sees it."""
        await called(self._client.chat_postEphemeral(channel=channel, user=user, text=escaped(text)))

    async def direct(self, user: str) -> str:
        """The direct message channel with a user."""
        answer = await called(self._client.conversations_open(users=user))
        return str(answer["channel"]["id"])

    # Any: a view is Slack's own JSON.
    async def open_modal(self, trigger: str, view: dict[str, Any]) -> None:
        await called(self._client.views_open(trigger_id=trigger, view=view))


async def called(request: Awaitable[T]) -> T:
    """A request to Slack, with its errors told as the port's."""
    try:
        return await request
    except SlackApiError as error:
        raise _told(error) from None
    except (TimeoutError, aiohttp.ClientError, SlackClientError) as error:
        raise Unclear(type(error).__name__) from None


def _told(error: SlackApiError) -> MessengerError:
    response = error.response
    code = str(response.get("error", "")) if hasattr(response, "get") else ""
    if code == "ratelimited" or getattr(response, "status_code", 200) == 429:
        return TryLater(float(response.headers.get("Retry-After", 1)), "429")
    if code in _VANISHED:
        return Gone(code)
    if code in _NOBODY:
        return Unreachable(code)
    if code in _LATER or getattr(response, "status_code", 200) >= 500:
        return TryLater(_LATER.get(code, 5.0), code or "server error")
    return TryLater(60.0, code) if code in _TOKEN else NotAccepted(code)
