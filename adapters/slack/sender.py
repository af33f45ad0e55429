"""The way out to Slack: the port ``Messenger`` on slack-sdk's ``AsyncWebClient``."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from adapters.slack.blocks import escaped, fitted
from adapters.slack.echoes import Echoes
from adapters.slack.view import Message, card_message, plain_message
from bot.core.cards import Card
from bot.core.request.model import RequestId
from bot.pacing import Limit, Tariff
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
_POST, _FILE = ("channel", "chat.postMessage"), ("files",)
# Calls a minute by the tier in each method's own document (3: 50, 4: 100). How many messages a whole workspace may get, Slack
# does not say; its refusal is what tells.
TARIFF = Tariff(
    {
        "channel": Limit(1, 1.0, "chat"), "chat.postMessage": Limit(None), "chat.update": Limit(50, 60.0),
        "files": Limit(100, 60.0), "conversations.open": Limit(50, 60.0),
    },
    {
        "post": _POST, "tell": _POST, "edit": ("chat.update",), "attach": _FILE, "file": _FILE,
        "file_unopened": ("conversations.open", *_FILE),
    },
)  # fmt: skip
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
_ANSWER = 10  # seconds a call may take
_MARK = "soglas_message"  # the type of the metadata by which a message is recognised
_TOO_MANY = "429"
_LOOKED_THROUGH, _MOST_UNCLEAR = 50, 1000
_MAX_TOLD = 3500  # from 4,000 on Slack splits a message, and only the first part has the id it answers with
_TOKEN = {"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive", "missing_scope"}


def make_client(token: str, api_url: str | None = None) -> AsyncWebClient:
    """A client without retries: the default one sends a message again after a reset that came after Slack took it."""
    client = AsyncWebClient(token=token, base_url=api_url or AsyncWebClient.BASE_URL, timeout=_ANSWER)
    client.retry_handlers = []
    return client


@dataclass(frozen=True, slots=True)
class CardMessage(Message):
    """A card's message, and the request it is about."""

    request: str = ""


class SlackMessenger:
    """Cards and messages to Slack's direct messages."""

    name = NAME

    fetch_limit = send_limit = 50 * 1024 * 1024

    def __init__(self, client: AsyncWebClient, spoke: Callable[[str], None] = lambda _: None) -> None:
        """``spoke`` hears of what is sent to a chat past the outbox: it counts against the same limits."""
        self._client, self._spoke = client, spoke
        self._slow = AsyncWebClient(client.token, client.base_url, timeout=_TRANSFER, ssl=client.ssl, proxy=client.proxy)
        self._slow.retry_handlers = []
        self.echoes = Echoes()
        # What may have been posted although its answer was lost, with the word that is on it.
        self._unclear: OrderedDict[tuple[str, str], str] = OrderedDict()

    def render(self, card: Card, reader: Reader) -> Rendered:
        drawn = card_message(card, reader)
        shown = cast(Message, drawn.payload)
        return replace(drawn, payload=CardMessage(shown.text, shown.blocks, card.request))

    async def post(self, account: Account, card: Rendered) -> Posted:
        message = cast(CardMessage, card.payload)
        posted = await self._once(account, f"card:{message.request}", text=message.text, blocks=list(message.blocks))
        if posted.fresh:
            return posted.place
        # The one that arrived may be older than what is to be shown now.
        await self.replace(posted.place.chat, posted.place.message, message)
        return posted.place

    async def send(self, channel: str, message: Message, thread: str = "") -> Posted:
        """A message outside the outbox: the answer to something a person has just done."""
        self._spoke(channel)
        return await self._posted(channel, text=message.text, blocks=list(message.blocks), thread_ts=thread or None)

    # Any: arguments of chat.postMessage and Slack's own JSON.
    async def _posted(self, channel: str, **content: Any) -> Posted:
        # A user's id as the channel opens the direct message; the answer names it.
        answer = await called(self._client.chat_postMessage(channel=channel, unfurl_links=False, unfurl_media=False, **content))
        place = Posted(str(answer["channel"]), str(answer["ts"]))
        self.echoes.posted(place.chat, place.message, asyncio.get_running_loop().time())
        return place

    async def _once(self, account: Account, about: str, channel: str = "", **content: Any) -> _Found:
        """Posts, unless a try before whose answer was lost has done it: a word of its own in the metadata tells."""
        key = (account.external, about)
        if word := self._unclear.get(key):
            found = await self._with_mark(account, "try", word)
            if found is not None:
                del self._unclear[key]
                return _Found(found, fresh=False)
        word = word or secrets.token_hex(8)
        mark = {"event_type": _MARK, "event_payload": {"about": about, "try": word}}
        try:
            place = await self._posted(channel or account.chat or account.external, metadata=mark, **content)
        except (Unclear, TryLater) as error:
            # Of an error of its own, too, Slack says that part of the work may have been done.
            if str(error) != _TOO_MANY:
                self._unclear[key] = word
            if len(self._unclear) > _MOST_UNCLEAR:
                self._unclear.popitem(last=False)
            raise
        self._unclear.pop(key, None)
        return _Found(place, fresh=True)

    async def find(self, account: Account, request: RequestId) -> Posted | None:
        """The newest card of a request in somebody's chat: for whoever cannot know whether it was sent, after a crash."""
        return await self._with_mark(account, "about", f"card:{request}")

    async def _with_mark(self, account: Account, name: str, value: str) -> Posted | None:
        channel = account.chat or await self.direct(account.external)
        if not channel.startswith("D"):
            channel = await self.direct(account.external)
        asked = self._client.conversations_history(channel=channel, limit=_LOOKED_THROUGH, include_all_metadata=True)
        for message in (await called(asked))["messages"]:
            mark = message.get("metadata") or {}
            if mark.get("event_type") == _MARK and mark.get("event_payload", {}).get(name) == value:
                return Posted(channel, str(message["ts"]))
        return None

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
        about_what = f"words:{hashlib.sha256(words.encode()).hexdigest()[:16]}"
        found = await self._once(
            account, about_what, channel, text=words, mrkdwn=False,
            thread_ts=card.message if card else None, reply_broadcast=True if card else None,
        )  # fmt: skip
        return found.place

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
        client = AsyncWebhookClient(response_url, timeout=_ANSWER, retry_handlers=[])
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


@dataclass(frozen=True, slots=True)
class _Found:
    """Where a message stands; it is ``fresh`` when it was posted just now."""

    place: Posted
    fresh: bool


def _check(answer: aiohttp.ClientResponse) -> None:
    """Whether these are a file's bytes. Slack sends whom it does not know to a sign-in page."""
    if answer.status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        raise Gone(f"file: {answer.status}")
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        raise TryLater(float(answer.headers.get("Retry-After", 1)), _TOO_MANY)
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
        return TryLater(float(response.headers.get("Retry-After", 1)), _TOO_MANY)
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
