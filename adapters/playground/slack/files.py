"""Files people and the bot have given to Slack: file objects, files.info, and who may download what."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from adapters.playground.slack.refusal import Refused
from adapters.playground.slack.stored_file import StoredFile, filetype, mime_of
from adapters.playground.slack.workspace import BOT_USER, DOMAIN, Workspace

Json = dict[str, Any]
# Fields of every file object that are the same for all files here.
USUAL: Json = {
    "is_external": False,
    "external_type": "",
    "is_public": False,
    "public_url_shared": False,
    "display_as_bot": False,
    "username": "",
    "has_rich_preview": False,
}
KINDS = {"im": "ims", "mpim": "groups", "channel": "channels"}


class Files:
    """Every file of the workspace by its id."""

    def __init__(self, workspace: Workspace, address: Callable[[str], str]) -> None:
        self._workspace = workspace
        self._address = address
        self._files: dict[str, StoredFile] = {}

    def keep(
        self,
        user: str,
        name: str,
        data: bytes,
        *,
        file_id: str | None = None,
        title: str = "",
        mime: str = "",
        size: int | None = None,
        connected: bool = False,
    ) -> StoredFile:
        """A new file; what is not given follows from its name and bytes. `connected`: it is another workspace's."""
        file = StoredFile(
            id=file_id or self._workspace.new_id("F0"),
            name=name,
            title=title or name,
            mime=mime or mime_of(name),
            data=data,
            size=len(data) if size is None else size,
            user=user,
            team=self._workspace.team_of(user),
            created=int(self._workspace.now().timestamp()),
            connected=connected or self._workspace.is_foreign(user),
        )
        self._files[file.id] = file
        return file

    def find(self, file_id: str) -> StoredFile:
        """A file the bot may know of; refuses as file_not_found, or file_deleted when it is gone."""
        file = self._files.get(file_id)
        if file is None or not self._visible(file):
            raise Refused("file_not_found")
        if file.deleted:
            raise Refused("file_deleted")
        return file

    def delete(self, file_id: str) -> None:
        """A person deletes the file; the message it hung on stays."""
        if file_id not in self._files:
            raise LookupError(f"there is no file {file_id}")
        self._files[file_id].deleted = True

    def info(self, params: Json) -> Json:
        """files.info."""
        file = self.find(params["file"])
        return {"ok": True, "file": self.shape(file), "comments": [], "response_metadata": {"next_cursor": ""}}

    def on_message(self, file: StoredFile) -> Json:
        """The file as a message carries it: a deleted one is a tombstone, another workspace's only an id."""
        if file.deleted:
            return {"id": file.id, "mode": "tombstone"}
        if file.connected:
            hidden: Json = {"created": 0, "timestamp": 0, "user": ""}
            return {"id": file.id, "mode": "file_access", "file_access": "check_file_info", **hidden}
        return self.shape(file)

    def shape(self, file: StoredFile) -> Json:
        """The whole file object."""
        address = self._address(f"files-pri/{file.team}-{file.id}")
        name = quote(file.name)
        return {
            "id": file.id,
            "created": file.created,
            "timestamp": file.created,
            "name": file.name,
            "title": file.title,
            "mimetype": file.mime,
            "filetype": filetype(file.name),
            "pretty_type": filetype(file.name).upper(),
            "user": file.user,
            "user_team": file.team,
            "editable": False,
            "size": file.size,
            "mode": "hosted",
            **USUAL,
            "url_private": f"{address}/{name}",
            "url_private_download": f"{address}/download/{name}",
            "permalink": f"https://{DOMAIN}.slack.com/files/{file.user}/{file.id}/{name}",
            "permalink_public": f"https://slack-files.com/{file.team}-{file.id}-0",
            "file_access": "visible",
            **self._places(file),
        }

    def _places(self, file: StoredFile) -> Json:
        places: Json = {"channels": [], "groups": [], "ims": []}
        for channel in self._workspace.channels.values():
            if any(file in message.files for message in channel.messages.values() if not message.gone):
                places[KINDS[channel.kind]].append(channel.id)
        return places

    def _visible(self, file: StoredFile) -> bool:
        """Not when it stands only where the bot is no member; a file given in a modal stands nowhere."""
        channels = [self._workspace.channels[each] for ids in self._places(file).values() for each in ids]
        return not channels or any(BOT_USER in channel.members for channel in channels)
