"""What the demo page needs from the demo behind it; no web framework and no messenger library here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Messenger = Literal["telegram", "slack"]
Step = Literal["hour", "deadline", "opening"]
Tab = Literal["home", "messages"]
SentAs = Literal["photo", "video", "document"]
GivenFile = tuple[str, bytes]
"""A file a visitor chose: its name and its content."""
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
    creator: bool = False


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
        ({name, url, size, picture, kind} or null), force_reply (true/false, or {placeholder}).
        """

    def telegram_commands(self, person: str) -> Sequence[Json]:
        """The bot's list of commands as this person sees it: command (without the slash) and description."""

    def telegram_invited(self, person: str) -> bool:
        """Whether an invitation waits that they have not opened."""

    def slack_chat(self, person: str) -> Sequence[Json]:
        """Messages, oldest first, replies of threads among them.

        Each: ts, from_bot, user, text (mrkdwn from the bot, plain as typed from a person), blocks,
        thread_ts, at, edited, ephemeral, files as {name, url, size, picture}, in_chat_too (a reply of a thread
        that stands in the chat as well).
        """

    def slack_views(self, person: str) -> Sequence[Json]:
        """Open modals, the topmost last: id and payload (the view as the bot sent it)."""

    def slack_home(self, person: str) -> Json | None:
        """The app's home tab: id and payload, or None while the app has published none."""

    def slack_shortcuts(self) -> Sequence[Json]:
        """What the app offers beside the chat: callback_id, name, and about ("message", or "" for anywhere)."""

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

    async def telegram_send(self, person: str, file: GivenFile, sent_as: SentAs, caption: str, reply_to: int | None) -> None:
        """Send a file to the bot, with words under it."""

    async def telegram_open_invitation(self, person: str) -> None:
        """Follow the invitation's link and press Start."""

    async def slack_tap(
        self, person: str, ts: str, block_id: str, action_id: str, value: str | None, selected: str | None
    ) -> Json:
        """Use an element of a message or of a modal; {acked}.

        `ts` is the message's ts or, in a modal, the view's id. `value` is a button's value, `selected`
        the value of the chosen option (or the chosen date).
        """

    async def slack_submit(self, person: str, view_id: str, values: Json) -> Json:
        """Send a modal; {acked, errors by block_id}.

        `values` is shaped as Slack's `view.state.values`; a file field's `files` are {name, data in base64}.
        """

    async def slack_fill(self, person: str, view_id: str, block_id: str, action_id: str, entry: Json) -> Json:
        """Change one field of a view without sending it; {acked}. `entry` is shaped as in `slack_submit`."""

    async def slack_close(self, person: str, view_id: str) -> None:
        """Close a modal without sending it."""

    async def slack_say(self, person: str, text: str, thread_ts: str | None) -> None:
        """Write to the bot, in a thread when `thread_ts` is given."""

    async def slack_share(self, person: str, files: Sequence[GivenFile], text: str, thread_ts: str | None) -> None:
        """Share files with the bot, with words if there are any."""

    async def slack_look(self, person: str, tab: Tab) -> None:
        """Turn to a tab of the app."""

    async def slack_shortcut(self, person: str, callback_id: str, ts: str | None) -> Json:
        """Use a shortcut, that of a message where `ts` is given; {acked}."""

    async def slack_command(self, person: str, text: str) -> None:
        """Send a slash command; `text` is the whole line as typed, "/soglas new"."""

    async def move_clock(self, to: Step) -> Json:
        """Move the demo's clock forward and return the new `clock()`; no jump when nothing is ahead."""

    async def restart(self) -> None:
        """Put the demo's situation back to its beginning."""
