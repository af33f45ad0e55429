"""files.*: an address to upload to, the bytes that arrive there, and the message they end up on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from adapters.playground.slack.chat_methods import ChatMethods
from adapters.playground.slack.grammar import fault
from adapters.playground.slack.records import File
from adapters.playground.slack.refusal import Refused
from adapters.playground.slack.workspace import Workspace

Json = dict[str, Any]


@dataclass(slots=True)
class Upload:
    """A file on its way: announced, then filled, then shared."""

    file_id: str
    name: str
    length: int
    data: bytes | None = None


class Uploads:
    """The three steps of files_upload_v2."""

    def __init__(self, workspace: Workspace, chat: ChatMethods, address: Callable[[str], str]) -> None:
        self._workspace = workspace
        self._chat = chat
        self._address = address
        self._uploads: dict[str, Upload] = {}

    def announce(self, params: Json) -> Json:
        """files.getUploadURLExternal."""
        length = str(params["length"])
        if not length.isdigit() or int(length) == 0:
            raise Refused("invalid_arguments", fault("must be a positive integer", "/length"))
        upload = Upload(self._workspace.new_id("F0"), params["filename"], int(length))
        self._uploads[upload.file_id] = upload
        return {
            "ok": True,
            "upload_url": self._address(f"upload/v1/{upload.file_id}"),
            "file_id": upload.file_id,
        }

    def receive(self, file_id: str, data: bytes) -> str:
        """The upload itself; as many bytes as were announced."""
        upload = self._uploads.get(file_id)
        if upload is None:
            raise Refused("file_not_found", status=404)
        if len(data) != upload.length:
            raise Refused("length_mismatch", status=400)
        upload.data = data
        return f"OK - {len(data)}"

    def complete(self, params: Json) -> Json:
        """files.completeUploadExternal: one message with all the files, in each channel named."""
        files = [self._arrived(entry) for entry in entries(params["files"])]
        targets = [params.get("channel_id"), *params.get("channels", "").split(",")]
        for channel_id in filter(None, targets):
            content = {"text": params.get("initial_comment", ""), "thread_ts": params.get("thread_ts")}
            message = self._chat.put(self._workspace.channel(channel_id).id, content)
            message.files = tuple(file for _, file in files)
        return {
            "ok": True,
            "files": [{"id": name, "name": file.name, "title": file.title} for name, file in files],
        }

    def _arrived(self, entry: Json) -> tuple[str, File]:
        upload = self._uploads.get(str(entry["id"]))
        if upload is None or upload.data is None:
            raise Refused("file_not_found")
        return upload.file_id, File(upload.name, upload.data, str(entry.get("title") or upload.name))


def entries(files: Any) -> list[Json]:
    """The list of {id, title}; anything else is an invalid argument."""
    good = isinstance(files, list) and files and all(isinstance(file, dict) and "id" in file for file in files)
    if not good:
        raise Refused("invalid_arguments", fault("must be an array of files with an id", "/files"))
    return list(files)
