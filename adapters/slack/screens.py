"""What the way in needs of Slack besides sending messages: forms and home tabs, whispers, links, people's workspaces."""

from __future__ import annotations

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.attached import Attached, Json, given
from adapters.slack.blocks import Block
from adapters.slack.sender import called
from adapters.slack.view import Message


class Screens:
    """Every method raises ``MessengerError`` when it did not do what it says."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._links: dict[tuple[str, str], str] = {}

    async def change(self, view: Block, content: Block) -> None:
        """Changes an open form; not one that somebody has changed since."""
        await called(self._client.views_update(view_id=str(view["id"]), hash=str(view["hash"]), view=content))

    async def publish(self, user: str, home: Block) -> None:
        await called(self._client.views_publish(user_id=user, view=home))

    async def whisper(self, channel: str, user: str, message: Message, thread: str = "") -> None:
        """In a channel, seen by one person only."""
        posting = self._client.chat_postEphemeral(
            channel=channel, user=user, text=message.text, blocks=list(message.blocks), thread_ts=thread or None
        )
        await called(posting)

    async def link(self, channel: str, ts: str) -> str:
        """The address of a message. It never changes, so it is asked for once."""
        if (channel, ts) not in self._links:
            answer = await called(self._client.chat_getPermalink(channel=channel, message_ts=ts))
            self._links[channel, ts] = str(answer["permalink"])
        return self._links[channel, ts]

    async def workspace_of(self, user: str) -> str:
        """The workspace somebody belongs to."""
        answer = await called(self._client.users_info(user=user))
        return str(answer["user"].get("team_id") or "")

    async def attached(self, brought: Json) -> Attached:
        """The files and links that an event, a message or a form's field brings."""
        return await given(self._client, brought)
