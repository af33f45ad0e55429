"""What the demo page needs from the demo behind it; no web framework and no messenger library here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Messenger = Literal["telegram", "slack"]
Step = Literal["hour", "deadline", "opening"]
Json = Mapping[str, object]
"""A JSON-ready object: text, numbers, true/false, null, lists and objects only."""


class NotInDemo(LookupError):
    """Nothing in the demo has this id."""


@dataclass(frozen=True)
class PersonView:
    """One person a visitor can be; names and role titles come in both page languages."""

    id: str
    name: Mapping[str, str]
    market: str
    roles: Sequence[Mapping[str, str]]
    messenger: Messenger
    language: str
    chat_id: int | str


class Playground(Protocol):
    """The running demo as the page sees it.

    Moments are ISO 8601 with an offset. Methods that take an id raise `NotInDemo` for one they do not know.
    """

    def people(self) -> Sequence[PersonView]:
        """Everybody a visitor can be, in the order of the pickers."""

    def telegram_chat(self, person: str) -> Sequence[Json]:
        """Messages, oldest first.

        Each: id, from_bot, html (the bot's markup, or null), text (plain, as typed), buttons as rows of
        {text, data, url, style}, reply_to (a message id or null), at, edited (true/false), document
        ({name, url} or null), force_reply (true/false, or {placeholder}).
        """

    def slack_chat(self, person: str) -> Sequence[Json]:
        """Messages, oldest first, replies of threads among them.

        Each: ts, from_bot, user, text (mrkdwn from the bot, plain as typed from a person), blocks,
        thread_ts, at, edited, ephemeral, files as {name, url}.
        """

    def slack_views(self, person: str) -> Sequence[Json]:
        """Open modals, the topmost last: id and payload (the view as the bot sent it)."""

    def unread(self) -> Mapping[str, int]:
        """How many messages each person has not looked at, by person id."""

    def clock(self) -> Json:
        """The demo's moment and its offices.

        now; offices as {market, title {en, ru}, zone, open, local, opens_at, closes_at}, where opens_at is
        the next opening and closes_at the next closing; next_deadline and next_opening, or null.
        """

    def events(self, after: int) -> Sequence[Json]:
        """What happened since `after`, oldest first.

        Each: seq, at, request, brand, what {en, ru}, who {en, ru} or null.
        """

    def version(self) -> int:
        """A number that grows with every visible change."""

    def file(self, file_id: str) -> tuple[str, bytes] | None:
        """Name and content, or None when there is no such file."""

    async def telegram_tap(self, person: str, message_id: int, data: str) -> Json:
        """Press an inline button; {answer: text or null, alert}. Waits at most 3 s for the bot's answer."""

    async def telegram_say(self, person: str, text: str, reply_to: int | None) -> None:
        """Write to the bot, a command too; `reply_to` is the message answered to."""

    async def slack_tap(
        self, person: str, ts: str, block_id: str, action_id: str, value: str | None, selected: str | None
    ) -> Json:
        """Use an element of a message or of a modal; {acked}.

        `ts` is the message's ts or, in a modal, the view's id. `value` is a button's value, `selected`
        the value of the chosen option (or the chosen date).
        """

    async def slack_submit(self, person: str, view_id: str, values: Json) -> Json:
        """Send a modal; {acked, errors by block_id}. `values` is shaped as Slack's `view.state.values`."""

    async def slack_close(self, person: str, view_id: str) -> None:
        """Close a modal without sending it."""

    async def slack_say(self, person: str, text: str, thread_ts: str | None) -> None:
        """Write to the bot, in a thread when `thread_ts` is given."""

    async def slack_command(self, person: str, text: str) -> None:
        """Send a slash command; `text` is the whole line as typed, "/soglas new"."""

    async def move_clock(self, to: Step) -> Json:
        """Move the demo's clock forward and return the new `clock()`; no jump when nothing is ahead."""

    async def restart(self) -> None:
        """Put the demo's situation back to its beginning."""
