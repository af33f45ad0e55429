"""What the stand-in shows to people and tests: plain frozen records, no behaviour."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Acked:
    """How one delivery ended; `payload` is what the app put into its acknowledgement."""

    ok: bool
    seconds: float
    payload: Any


@dataclass(frozen=True, slots=True)
class Submitted:
    """How a modal's submission ended; `errors` maps block_id to what the person reads under the field."""

    ok: bool
    seconds: float
    response_action: str | None
    errors: dict[str, str]


@dataclass(frozen=True, slots=True)
class File:
    """One file as it hangs on a message; `size` is larger than the data when a test only pretends it."""

    name: str
    data: bytes
    title: str
    mime: str = "application/octet-stream"
    id: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message as a person sees it; `ephemeral_for` names the only person who does."""

    channel: str
    ts: str
    from_bot: bool
    user: str
    text: str
    blocks: list[dict[str, Any]]
    thread_ts: str | None
    edited: bool
    ephemeral_for: str | None
    metadata: dict[str, Any] | None
    files: tuple[File, ...]


@dataclass(frozen=True, slots=True)
class View:
    """One open modal; `payload` is the view object as Slack sends it back."""

    id: str
    payload: dict[str, Any]
    hash: str


@dataclass(frozen=True, slots=True)
class Call:
    """One Web API request as it arrived, and how it was answered."""

    method: str
    params: dict[str, Any]
    at: datetime
    ok: bool
    error: str | None
