"""What the page's POST requests carry; shapes only, no behaviour."""

from typing import Annotated

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field, JsonValue, StringConstraints

from adapters.playground.page.ports import SentAs, Step, Tab

Said = Annotated[str, StringConstraints(min_length=1, max_length=40_000)]
"""40,000 characters: the longest text either messenger takes (Slack's `text`)."""


class Body(BaseModel):
    """A request body: nothing beyond the named fields, and no conversion of types."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class ChosenFile(Body):
    """A file the visitor chose; its content comes in base64."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=255)]
    data: Base64Bytes


class Person(Body):
    """Something a person does that needs no further words."""

    person: str


class Nothing(Body):
    """An empty object."""


class TelegramTap(Body):
    """A press of an inline button."""

    person: str
    message_id: int
    data: str


class TelegramSay(Body):
    """A message to the bot in Telegram."""

    person: str
    text: Said
    reply_to: int | None = None


class TelegramSend(Body):
    """A file to the bot in Telegram."""

    person: str
    file: ChosenFile
    sent_as: SentAs
    caption: Annotated[str, StringConstraints(max_length=40_000)] = ""
    reply_to: int | None = None


class SlackTap(Body):
    """Use of an interactive element in a message or a modal."""

    person: str
    ts: str
    block_id: str
    action_id: str
    value: str | None = None
    selected: str | None = None


class SlackSubmit(Body):
    """A modal with what was filled in."""

    person: str
    view_id: str
    values: dict[str, JsonValue]


class SlackFill(Body):
    """One field of a modal, changed."""

    person: str
    view_id: str
    block_id: str
    action_id: str
    entry: dict[str, JsonValue]


class SlackClose(Body):
    """A modal closed without sending."""

    person: str
    view_id: str


class SlackSay(Body):
    """A message to the bot in Slack."""

    person: str
    text: Said
    thread_ts: str | None = None


class SlackShare(Body):
    """Files to the bot in Slack."""

    person: str
    files: Annotated[list[ChosenFile], Field(min_length=1, max_length=10)]
    text: Annotated[str, StringConstraints(max_length=40_000)] = ""
    thread_ts: str | None = None


class SlackLook(Body):
    """A tab of the app."""

    person: str
    tab: Tab


class SlackShortcut(Body):
    """A shortcut, that of a message where `ts` is given."""

    person: str
    callback_id: str
    ts: str | None = None


class SlackCommand(Body):
    """A slash command, the whole line."""

    person: str
    text: Said


class MoveClock(Body):
    """Where the demo's clock goes."""

    to: Step
