"""One file as Slack's servers hold it, with the few words Slack derives from its name."""

import mimetypes
from dataclasses import dataclass

from adapters.playground.slack.records import File

# Slack has its own words for some endings.
FILETYPES = {"txt": "text", "log": "text", "jpeg": "jpg", "htm": "html", "md": "markdown", "": "binary"}


@dataclass(slots=True)
class StoredFile:
    """`size` is what Slack says it is: a test may pretend a large file that has few bytes or none."""

    id: str
    name: str
    title: str
    mime: str
    data: bytes
    size: int
    user: str
    team: str
    created: int
    connected: bool = False
    deleted: bool = False

    def seen(self) -> File:
        """The file as it hangs on a message a person looks at."""
        return File(self.name, self.data, self.title, mime=self.mime, id=self.id, size=self.size)


def ending(name: str) -> str:
    """What follows the last dot, in small letters."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def filetype(name: str) -> str:
    """Slack's word for the kind of file."""
    return FILETYPES.get(ending(name), ending(name))


def mime_of(name: str) -> str:
    """The media type that goes with a name."""
    return mimetypes.guess_type(name)[0] or "application/octet-stream"
