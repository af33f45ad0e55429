"""What people write: messages, mentions, files, edits, deletions; in the bot's conversation or in a channel."""

from collections.abc import Sequence

from adapters.playground.slack.parts import Parts
from adapters.playground.slack.stored_file import StoredFile
from adapters.playground.slack.typing_box import typed_text
from adapters.playground.slack.workspace import BOT_USER, Channel, Message


class Talking(Parts):
    """Each gives the ts of the message, after the app was told of it as far as it has subscribed."""

    async def say(self, user_id: str, text: str, *, thread_ts: str | None = None, channel: str | None = None) -> str:
        """Write to the bot, or in a channel; the event carries what Slack makes of the text (& < > escaped)."""
        return await self._write(user_id, text, channel, thread_ts, ())

    async def mention(self, user_id: str, channel: str, text: str, *, thread_ts: str | None = None) -> str:
        """Write in a channel with the bot's name in front, unless the text has it: the app gets app_mention."""
        named = text if f"<@{BOT_USER}>" in text else f"<@{BOT_USER}> {text}"
        return await self._write(user_id, named, channel, thread_ts, ())

    async def share(
        self,
        user_id: str,
        name: str,
        data: bytes,
        *,
        mime: str = "",
        text: str = "",
        thread_ts: str | None = None,
        size: int | None = None,
        channel: str | None = None,
        more: Sequence[tuple[str, bytes]] = (),
        connected: bool = False,
    ) -> str:
        """Share a file, and `more` with the same message.

        `size` is what Slack says of the first file, whatever its bytes: a download is filled up with zeros.
        `connected` is a file of another workspace, of which the event has only the id; a stranger's always is.
        """
        first = self.files.keep(user_id, name, data, mime=mime, size=size, connected=connected)
        others = [self.files.keep(user_id, *each, connected=connected) for each in more]
        return await self._write(user_id, text, channel, thread_ts, (first, *others))

    async def edit(self, user_id: str, channel: str, ts: str, text: str) -> None:
        """Change one's own message."""
        message = self._own(user_id, channel, ts)
        before = self._objects.message(message)
        message.text, message.blocks = typed_text(text, self.workspace)
        message.edited_ts = self.workspace.stamp()
        if self._hears(channel):
            await self._delivery.event(self._events.changed(message, before))

    async def erase(self, user_id: str, channel: str, ts: str) -> None:
        """Delete one's own message; its files stay."""
        message = self._own(user_id, channel, ts)
        message.gone = True
        if self._hears(channel):
            await self._delivery.event(self._events.deleted(message))

    def delete_file(self, file_id: str) -> None:
        """A person deletes a file they shared; the app is not told, and cannot have it any more."""
        self.files.delete(file_id)

    async def _write(
        self, user_id: str, text: str, channel_id: str | None, thread_ts: str | None, files: tuple[StoredFile, ...]
    ) -> str:
        channel = self._channel(channel_id) if channel_id else self._dm(user_id)
        if user_id not in channel.members:
            raise LookupError(f"{user_id} is not in {channel.id}")
        if thread_ts is not None:
            self._message(channel.id, thread_ts)
        message = Message(channel.id, self.workspace.stamp(), user_id, "", thread_ts=thread_ts, files=files)
        message.text, message.blocks = typed_text(text, self.workspace) if text or not files else ("", [])
        self.workspace.post(message)
        await self._tell(channel, message)
        return message.ts

    async def _tell(self, channel: Channel, message: Message) -> None:
        """In a direct message a mention is only a word: Slack sends app_mention for channels."""
        if not self._hears(channel.id):
            return
        await self._delivery.event(self._events.posted(message))
        if f"<@{BOT_USER}>" in message.text and channel.kind != "im":
            await self._delivery.event(self._events.mentioned(message))

    def _hears(self, channel: str) -> bool:
        return BOT_USER in self._channel(channel).members

    def _own(self, user_id: str, channel: str, ts: str) -> Message:
        message = self._message(channel, ts)
        if message.user != user_id or message.gone:
            raise LookupError(f"{user_id} has no message {ts} in {channel}")
        return message
