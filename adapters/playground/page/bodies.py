"""What the page's POST requests carry; shapes only, no behaviour."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, JsonValue, StringConstraints

from adapters.playground.page.ports import Step

Said = Annotated[str, StringConstraints(min_length=1, max_length=40_000)]
"""40,000 characters: the longest text either messenger takes (Slack's `text`)."""


class Body(BaseModel):
    """A request body: nothing beyond the named fields, and no conversion of types."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


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


class SlackClose(Body):
    """A modal closed without sending."""

    person: str
    view_id: str


class SlackSay(Body):
    """A message to the bot in Slack."""

    person: str
    text: Said
    thread_ts: str | None = None


class SlackCommand(Body):
    """A slash command, the whole line."""

    person: str
    text: Said


class MoveClock(Body):
    """Where the demo's clock goes."""

    to: Step
