"""The way out to Slack: the port ``Messenger`` on slack-sdk's ``AsyncWebClient``."""

from __future__ import annotations

from collections.abc import Awaitable
from http import HTTPStatus
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from adapters.slack.blocks import escaped, fitted
from adapters.slack.view import Message, card_message, plain_message
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
_VANISHED = {"message_not_found", "cant_update_message", "edit_window_closed", "thread_not_found"}
_NOBODY = {"channel_not_found", "user_not_found", "user_disabled", "is_archived", "cannot_dm_bot", "not_in_channel"}
_LATER = {
    "internal_error": 5.0,
    "fatal_error": 5.0,
    "service_unavailable": 10.0,
    "request_timeout": 5.0,
    "team_added_to_org": 60.0,
}
_TRANSFER, _AT_ONCE = 60, 64 * 1024
_MAX_TOLD = 3500  # from 4,000 on Slack splits a message, and only the first part has the id it answers with
_TOKEN = {"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive", "missing_scope"}


def make_client(token: str, api_url: str | None = None) -> AsyncWebClient:
    """A client without retries: the default one sends a message again after a reset that came after Slack took it."""
    client = AsyncWebClient(token=token, base_url=api_url or AsyncWebClient.BASE_URL, timeout=10)
    client.retry_handlers = []
    return client


class SlackMessenger:
    """Cards and messages to Slack's direct messages."""

    name = NAME

    fetch_limit = send_limit = 50 * 1024 * 1024

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._slow = AsyncWebClient(client.token, client.base_url, timeout=_TRANSFER, ssl=client.ssl, proxy=client.proxy)
        self._slow.retry_handlers = []

    def render(self, card: Card, reader: Reader) -> Rendered:
        return card_message(card, reader)

    async def post(self, account: Account, card: Rendered) -> Posted:
        return await self.send(account.chat or account.external, cast(Message, card.payload))

    async def send(self, channel: str, message: Message, thread: str = "") -> Posted:
        # A user's id as the channel opens the direct message; the answer names it.
        posting = self._client.chat_postMessage(
            channel=channel,
            text=message.text,
            blocks=list(message.blocks),
            thread_ts=thread or None,
            unfurl_links=False,
            unfurl_media=False,
        )
        answer = await called(posting)
        return Posted(str(answer["channel"]), str(answer["ts"]))

    async def edit(self, copy: Copy, card: Rendered) -> None:
        await self.replace(copy.chat, copy.message, cast(Message, card.payload))

    async def replace(self, channel: str, ts: str, message: Message) -> None:
        # Blocks are always given: a text alone would remove them.
        await called(self._client.chat_update(channel=channel, ts=ts, text=message.text, blocks=list(message.blocks)))

    async def attach(self, posted: Posted, card: Rendered) -> None:
        assert card.overflow is not None
        name = f"{card.overflow_name.rsplit('-', 1)[0]}.txt"
        await called(
            self._client.files_upload_v2(
                channel=posted.chat, thread_ts=posted.message, filename=name, title=name, content=card.overflow
            )
        )

    async def tell(self, account: Account, text: str, about: Copy | None, thread: bool = False) -> Posted:
        # In the card's thread, and in the chat as well: a thread alone is easily missed.
        card = about if thread else None
        channel = card.chat if card else account.chat or (about.chat if about else account.external)
        # Not mrkdwn: people's words stay as they are. What is longer stands on the card, or in the file beside it.
        words = escaped(fitted(text, _MAX_TOLD))
        posting = self._client.chat_postMessage(
            channel=channel, text=words, mrkdwn=False, unfurl_links=False, unfurl_media=False,
            thread_ts=card.message if card else None, reply_broadcast=True if card else None,
        )  # fmt: skip
        answer = await called(posting)
        return Posted(str(answer["channel"]), str(answer["ts"]))

    async def fetch(self, place: str, limit: int) -> bytes:
        if not self._is_slacks(place):
            # The token is for Slack alone.
            raise NotAccepted("not a file of Slack's")
        return await called(self._downloaded(place, limit))

    async def _downloaded(self, place: str, limit: int) -> bytes:
        bearer, patience = {"Authorization": f"Bearer {self._client.token}"}, aiohttp.ClientTimeout(total=_TRANSFER)
        async with (
            aiohttp.ClientSession(headers=bearer, timeout=patience) as session,
            session.get(place, allow_redirects=False, proxy=self._client.proxy, ssl=self._client.ssl or True) as answer,
        ):
            _check(answer)
            body = bytearray()
            async for part in answer.content.iter_chunked(_AT_ONCE):
                body += part
                if len(body) > limit:
                    raise NotAccepted("the file is too large")
        if not body:
            raise NotAccepted("the file is empty")
        return bytes(body)

    def _is_slacks(self, place: str) -> bool:
        url, own = urlsplit(place), urlsplit(self._client.base_url)
        official = url.scheme == "https" and (url.hostname or "").endswith(".slack.com")
        return official or (url.scheme, url.netloc) == (own.scheme, own.netloc)

    async def send_file(self, account: Account, about: Copy | None, name: str, mime: str, body: bytes) -> Posted:  # noqa: ARG002
        channel = about.chat if about else account.chat or await self.direct(account.external)
        thread = about.message if about else None
        uploading = self._slow.files_upload_v2(channel=channel, thread_ts=thread, filename=name, title=name, file=body)
        answer = await called(uploading)
        # When its message appears Slack does not say; a reply to it is a reply in the thread.
        return Posted(channel, str(answer["file"]["id"]))

    async def resend_file(self, *_: object) -> None:
        """Slack has no second message with the same file: its bytes are given again."""

    async def whisper(self, channel: str, user: str, text: str) -> None:
        """The visible answer to a tap: only the one who tapped sees it."""
        message = plain_message(text)
        await called(self._client.chat_postEphemeral(channel=channel, user=user, text=message.text, blocks=list(message.blocks)))

    async def replace_whisper(self, response_url: str, message: Message) -> None:
        """Changes a message only one person sees: it has no address but the one that came with their tap."""
        client = AsyncWebhookClient(response_url, timeout=10, retry_handlers=[])
        try:
            answer = await client.send(text=message.text, blocks=list(message.blocks), replace_original=True)
        except (TimeoutError, aiohttp.ClientError, SlackClientError) as error:
            raise Unclear(type(error).__name__) from None
        if answer.status_code != HTTPStatus.OK:
            raise Gone(f"response_url: {answer.status_code}")

    async def direct(self, user: str) -> str:
        """The direct message channel with a user."""
        answer = await called(self._client.conversations_open(users=user))
        return str(answer["channel"]["id"])

    # Any: a view is Slack's own JSON.
    async def open_modal(self, trigger: str, view: dict[str, Any]) -> None:
        await called(self._client.views_open(trigger_id=trigger, view=view))


def _check(answer: aiohttp.ClientResponse) -> None:
    """Whether these are a file's bytes. Slack sends whom it does not know to a sign-in page."""
    if answer.status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        raise Gone(f"file: {answer.status}")
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        raise TryLater(float(answer.headers.get("Retry-After", 1)), "429")
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise TryLater(5.0, f"file: {answer.status}")
    page = answer.content_type == "text/html" and answer.content_disposition is None
    if answer.status != HTTPStatus.OK or page:
        raise NotAccepted(f"not the file: {answer.status}")


async def called(request: Awaitable[T]) -> T:
    """A request to Slack, with its errors told as the port's."""
    try:
        return await request
    except SlackApiError as error:
        raise _told(error) from None
    except (TimeoutError, aiohttp.ClientError, SlackClientError) as error:
        raise Unclear(type(error).__name__) from None


def _told(error: SlackApiError) -> MessengerError:
    response, code = error.response, error_code(error)
    if code == "ratelimited" or getattr(response, "status_code", 200) == 429:
        return TryLater(float(response.headers.get("Retry-After", 1)), "429")
    if code in _VANISHED:
        return Gone(code)
    if code in _NOBODY:
        return Unreachable(code)
    if is_temporary(error):
        return TryLater(_LATER.get(code, 5.0), code or "server error")
    return TryLater(60.0, code) if code in _TOKEN else NotAccepted(code)


def error_code(error: SlackApiError) -> str:
    """Slack's own word for what is wrong; empty when the answer was not Slack's (a proxy's page)."""
    return str(error.response.get("error", "")) if hasattr(error.response, "get") else ""


def is_temporary(error: SlackApiError) -> bool:
    """Whether the same request will be accepted later."""
    status = getattr(error.response, "status_code", 200)
    return error_code(error) in {"ratelimited", *_LATER} or status == 429 or status >= 500
