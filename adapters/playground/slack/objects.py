"""The objects that Slack's answers, events and interactions are made of: a message, a person's name card, a channel."""

from typing import Any

from adapters.playground.slack.files import Files
from adapters.playground.slack.workspace import APP_ID, BOT_ID, DOMAIN, Message, Workspace

Json = dict[str, Any]


class Objects:
    """Builds them from what the workspace holds."""

    def __init__(self, workspace: Workspace, files: Files) -> None:
        self._workspace = workspace
        self._files = files

    def message(self, message: Message) -> Json:
        """The message object of answers, events and interactions."""
        shape: Json = {
            "type": "message",
            "user": message.user,
            "text": message.text,
            "ts": message.ts,
            **self._teams(message),
            "blocks": message.blocks,
        }
        if message.from_bot:
            shape |= {"bot_id": BOT_ID, "app_id": APP_ID}
        if message.files:
            shape |= self._shared(message)
        if message.thread_ts:
            shape |= {"thread_ts": message.thread_ts, "parent_user_id": self._parent(message)}
        if message.edited_ts:
            shape["edited"] = {"user": message.user, "ts": message.edited_ts}
        if message.metadata:
            shape["metadata"] = message.metadata
        return shape

    def user(self, user_id: str) -> Json:
        """Who did something, as interactions name them."""
        name = user_id.lower()
        return {"id": user_id, "username": name, "name": name, "team_id": self._workspace.team_of(user_id)}

    def team(self, user_id: str) -> Json:
        """The workspace somebody acted in: for somebody of another one, that one."""
        team_id = self._workspace.team_of(user_id)
        return {"id": team_id, "domain": DOMAIN if team_id == self._workspace.team_id else team_id.lower()}

    def channel(self, channel_id: str) -> Json:
        """A conversation as interactions name it."""
        return {"id": channel_id, "name": self._workspace.channel(channel_id).name}

    def permalink(self, message: Message) -> str:
        """The address at which a person finds the message."""
        address = f"https://{DOMAIN}.slack.com/archives/{message.channel}/p{message.ts.replace('.', '')}"
        return f"{address}?thread_ts={message.thread_ts}&cid={message.channel}" if message.thread_ts else address

    def _teams(self, message: Message) -> Json:
        if not self._workspace.is_foreign(message.user):
            return {"team": self._workspace.team_id}
        person = self._workspace.people[message.user]
        team = self._workspace.team_of(message.user)
        profile = {"real_name": person.real_name, "display_name": "", "name": person.username, "team": team}
        return {"team": team, "user_team": team, "source_team": team, "user_profile": profile}

    def _shared(self, message: Message) -> Json:
        files = [self._files.on_message(file) for file in message.files]
        return {"subtype": "file_share", "files": files, "upload": False, "display_as_bot": False}

    def _parent(self, message: Message) -> str | None:
        parent = self._workspace.channel(message.channel).messages.get(message.thread_ts or "")
        return parent.user if parent else None
