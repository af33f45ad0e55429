"""What a Slack message or form brings besides words: files that can be carried over, and links to what lies elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.sender import NAME, called, error_code
from bot.files import GivenFile

Json = Mapping[str, Any]  # Any: a file or an event as Slack writes it
_WITH_BYTES = ("hosted", "snippet", "email")
_NOT_THERE = ("file_not_found", "file_deleted")


@dataclass(frozen=True, slots=True)
class Attached:
    """Files with bytes of their own, and links to what has none: a file of another service, a canvas."""

    files: tuple[GivenFile, ...] = ()
    links: tuple[str, ...] = ()


async def given(client: AsyncWebClient, brought: Json) -> Attached:
    """What an event, a message, a form's file field (all with ``files``) or a single file object brings."""
    objects = brought.get("files", [brought] if "mode" in brought else [])
    whole = [file for one in objects if (file := await _whole(client, one)) is not None]
    files = tuple(_file(file) for file in whole if _has_bytes(file))
    links = (_link(file) for file in whole if not _has_bytes(file))
    return Attached(files, tuple(link for link in links if link))


async def _whole(client: AsyncWebClient, file: Json) -> Json | None:
    """The file itself, asked for where the message has only its id; ``None`` for what is deleted or hidden."""
    if file.get("file_access") == "check_file_info":
        try:
            file = await called(_info(client, str(file["id"])))
        except LookupError:
            return None
    return None if file.get("mode") in ("tombstone", "hidden_by_limit", "file_access") else file


async def _info(client: AsyncWebClient, file: str) -> Json:
    try:
        answer = await client.files_info(file=file)
    except SlackApiError as error:
        if error_code(error) in _NOT_THERE:
            raise LookupError(file) from None
        raise
    found: Json = answer["file"]
    return found


def _has_bytes(file: Json) -> bool:
    return file.get("mode") in _WITH_BYTES and not file.get("is_external") and bool(_place(file))


def _place(file: Json) -> str:
    # As a download even a page of HTML comes as it is.
    return str(file.get("url_private_download") or file.get("url_private") or "")


def _link(file: Json) -> str:
    if file.get("is_external") or file.get("mode") == "external":
        return str(file.get("external_url") or file.get("url_private") or file.get("permalink") or "")
    return str(file.get("permalink") or "")


def _file(file: Json) -> GivenFile:
    name, size = str(file.get("name") or file.get("title") or ""), file.get("size")
    mime, link = str(file.get("mimetype") or ""), str(file.get("permalink") or "")
    return GivenFile(name, mime, size if isinstance(size, int) else None, NAME, _place(file), link)
