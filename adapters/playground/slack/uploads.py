"""Uploads: an address to upload to, the bytes that arrive there, and the message they end up on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from adapters.playground.slack.chat_methods import ChatMethods
from adapters.playground.slack.files import Files
from adapters.playground.slack.grammar import fault
from adapters.playground.slack.refusal import Refused
from adapters.playground.slack.stored_file import StoredFile
from adapters.playground.slack.surfaces import check_message_blocks
from adapters.playground.slack.workspace import BOT_USER, Workspace

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

    def __init__(self, workspace: Workspace, chat: ChatMethods, files: Files, address: Callable[[str], str]) -> None:
        self._workspace = workspace
        self._files = files
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
        wanted = entries(params["files"])
        channels = [self._workspace.writable(self._workspace.channel(each).id).id for each in targets(params)]
        if "blocks" in params:
            check_message_blocks(params["blocks"])
        arrived = [self._arrived(entry) for entry in wanted]
        files = tuple(self._shared(upload, title) for upload, title in arrived)
        blocks = None if params.get("initial_comment") else params.get("blocks")
        content = {"text": params.get("initial_comment", ""), "thread_ts": params.get("thread_ts"), "blocks": blocks}
        for channel_id in channels:
            self._chat.put(channel_id, content, files=files)
        return {"ok": True, "files": [self._files.shape(file) for file in files]}

    def _arrived(self, entry: Json) -> tuple[Upload, str]:
        upload = self._uploads.get(str(entry["id"]))
        if upload is None or upload.data is None:
            raise Refused("file_not_found")
        return upload, str(entry.get("title") or upload.name)

    def _shared(self, upload: Upload, title: str) -> StoredFile:
        return self._files.keep(BOT_USER, upload.name, upload.data or b"", file_id=upload.file_id, title=title)


def targets(params: Json) -> list[str]:
    """The channels a finished upload is to be shared in."""
    named = [params.get("channel_id"), *params.get("channels", "").split(",")]
    return [each.strip() for each in named if each and each.strip()]


def entries(files: Any) -> list[Json]:
    """The list of {id, title}; anything else is an invalid argument."""
    good = isinstance(files, list) and files and all(isinstance(file, dict) and "id" in file for file in files)
    if not good:
        raise Refused("invalid_arguments", fault("must be an array of files with an id", "/files"))
    return list(files)
