"""Modals with a real Bolt app: opened, filled, refused, answered, closed."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.playground.slack import SlackStandIn
from tests.adapters.playground.slack_app import (
    ANN,
    BEN,
    CARD,
    Json,
    client_of,
    connected,
    field,
    home,
    modal,
    option,
    section,
    standing,
    until,
)

REASON = field("reason", {"type": "plain_text_input"})


DAYS = field("days", {"type": "static_select", "options": [option("one"), option("two")]})


WHO = field("who", {"type": "multi_users_select"}, optional=True)


WHEN = field("when", {"type": "datepicker"}, optional=True)


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandIn]:
    async with standing() as started:
        yield started


@pytest.fixture
def app(slack: SlackStandIn) -> AsyncApp:
    return AsyncApp(client=client_of(slack))


def form(app: AsyncApp, view: Json, seen: list[Json]) -> None:
    """An app that opens `view` on a tap and wants a reason longer than three letters."""

    @app.action("approve")
    async def approve(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    @app.view("form")
    async def submitted(ack: Any, view: Json) -> None:
        seen.append(view)
        if len(view["state"]["values"]["reason"]["entry"]["value"]) < 4:
            await ack(response_action="errors", errors={"reason": "Say more"})
        else:
            await ack()


async def test_a_form_is_refused_then_taken(slack: SlackStandIn, app: AsyncApp) -> None:
    """Errors keep the form open, an empty acknowledgement closes it, and the state is Slack's typed one."""
    seen: list[Json] = []
    form(app, modal(REASON, DAYS, WHO, WHEN, private_metadata="r1"), seen)
    async with connected(slack, app):
        posted = await app.client.chat_postMessage(channel=ANN, text="Leave", blocks=CARD)
        await slack.tap(ANN, posted["channel"], posted["ts"], "approve")
        await until(lambda: slack.views(ANN))
        [view] = slack.views(ANN)
        short: dict[str, Json] = {
            "reason": {"entry": "no"},
            "days": {"entry": "two"},
            "who": {"entry": [BEN]},
        }
        refused = await slack.submit(ANN, view.id, short)
        assert (refused.ok, refused.response_action, refused.errors) == (
            True,
            "errors",
            {"reason": "Say more"},
        )
        assert [v.id for v in slack.views(ANN)] == [view.id]
        taken = await slack.submit(ANN, view.id, {"reason": {"entry": "travel"}})
    assert (taken.ok, taken.response_action, taken.errors, slack.views(ANN)) == (True, None, {}, [])
    values = seen[1]["state"]["values"]
    assert values["days"]["entry"]["selected_option"]["value"] == "two"
    assert values["who"]["entry"] == {"type": "multi_users_select", "selected_users": [BEN]}
    assert values["when"]["entry"] == {"type": "datepicker", "selected_date": None}
    assert seen[1]["private_metadata"] == "r1" and seen[1]["hash"] == view.hash


OPTIONS = {"options": [option("a"), option("b")]}


FIELDS: list[tuple[Json, Any, str, Any]] = [
    ({"type": "plain_text_input", "multiline": True}, "hi", "value", "hi"),
    ({"type": "email_text_input"}, "a@b.example", "value", "a@b.example"),
    ({"type": "url_text_input"}, "https://b.example", "value", "https://b.example"),
    ({"type": "number_input", "is_decimal_allowed": False}, "7", "value", "7"),
    ({"type": "static_select", **OPTIONS}, "b", "selected_option", option("b")),
    ({"type": "radio_buttons", **OPTIONS}, "b", "selected_option", option("b")),
    ({"type": "checkboxes", **OPTIONS}, ["a", "b"], "selected_options", [option("a"), option("b")]),
    ({"type": "multi_static_select", **OPTIONS}, ["a"], "selected_options", [option("a")]),
    ({"type": "users_select"}, BEN, "selected_user", BEN),
    ({"type": "multi_users_select"}, [ANN, BEN], "selected_users", [ANN, BEN]),
    ({"type": "conversations_select"}, "D01", "selected_conversation", "D01"),
    ({"type": "channels_select"}, "C01", "selected_channel", "C01"),
    ({"type": "datepicker", "initial_date": "2026-03-02"}, "2026-03-09", "selected_date", "2026-03-09"),
    ({"type": "timepicker"}, "09:30", "selected_time", "09:30"),
    ({"type": "datetimepicker"}, "1772445600", "selected_date_time", 1772445600),
]


@pytest.mark.parametrize(("element", "entry", "key", "value"), FIELDS, ids=[row[0]["type"] for row in FIELDS])
async def test_every_kind_of_field_has_its_state(
    slack: SlackStandIn, app: AsyncApp, element: Json, entry: Any, key: str, value: Any
) -> None:
    """Whatever a person enters arrives under the key Slack uses for that kind of field."""
    seen: list[Json] = []

    @app.shortcut("start")
    async def start(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal(field("one", element)))

    @app.view("form")
    async def submitted(ack: Any, view: Json) -> None:
        await ack()
        seen.append(view["state"]["values"]["one"]["entry"])

    async with connected(slack, app):
        await slack.shortcut(ANN, "start")
        await until(lambda: slack.views(ANN))
        assert (await slack.submit(ANN, slack.views(ANN)[0].id, {"one": {"entry": entry}})).ok
    assert seen == [{"type": element["type"], key: value}]


async def test_an_unfinished_form_is_never_sent(slack: SlackStandIn, app: AsyncApp) -> None:
    """Slack's own screen stops a person who left a required field empty."""
    seen: list[Json] = []
    form(app, modal(REASON), seen)
    async with connected(slack, app):
        posted = await app.client.chat_postMessage(channel=ANN, text="Leave", blocks=CARD)
        await slack.tap(ANN, posted["channel"], posted["ts"], "approve")
        await until(lambda: slack.views(ANN))
        stopped = await slack.submit(ANN, slack.views(ANN)[0].id, {"reason": {"entry": ""}})
    assert not stopped.ok and set(stopped.errors) == {"reason"}
    assert seen == [] and len(slack.views(ANN)) == 1


@pytest.mark.parametrize(
    ("answer", "titles", "ok"),
    [
        (
            {"response_action": "update", "view": modal(title={"type": "plain_text", "text": "B"})},
            ["B"],
            True,
        ),
        (
            {"response_action": "push", "view": modal(title={"type": "plain_text", "text": "B"})},
            ["New", "B"],
            True,
        ),
        ({"response_action": "clear"}, [], True),
        ({"response_action": "update", "view": {"type": "modal"}}, ["New"], False),
        ({"response_action": "errors", "errors": {"nowhere": "x"}}, ["New"], False),
    ],
)
async def test_a_submission_can_be_answered_with_a_view(
    slack: SlackStandIn, app: AsyncApp, answer: Json, titles: list[str], ok: bool
) -> None:
    """What the acknowledgement orders happens, and what Slack could not read is not ok."""

    @app.shortcut("start")
    async def start(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal(REASON))

    @app.view("form")
    async def submitted(ack: Any) -> None:
        await ack(**answer)

    async with connected(slack, app):
        assert (await slack.shortcut(ANN, "start")).ok
        await until(lambda: slack.views(ANN))
        result = await slack.submit(ANN, slack.views(ANN)[0].id, {"reason": {"entry": "x"}})
    assert result.ok is ok
    assert [view.payload["title"]["text"] for view in slack.views(ANN)] == titles


async def test_closing_tells_the_app_that_asked(slack: SlackStandIn, app: AsyncApp) -> None:
    """A closed modal is gone, and view_closed comes when notify_on_close was set."""
    closed: list[Json] = []

    @app.shortcut("start")
    async def start(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal(notify_on_close=True))

    @app.view_closed("form")
    async def gone(ack: Any, view: Json) -> None:
        await ack()
        closed.append(view)

    async with connected(slack, app):
        await slack.shortcut(ANN, "start")
        await until(lambda: slack.views(ANN))
        await slack.close_view(ANN, slack.views(ANN)[0].id)
    assert slack.views(ANN) == [] and closed[0]["callback_id"] == "form"


async def test_an_update_gone_stale_is_a_conflict(slack: SlackStandIn) -> None:
    """The hash of a view changes with each update, and the old one is refused."""
    client = client_of(slack)
    first = await client.views_publish(user_id=ANN, view=home())
    second = await client.views_publish(user_id=ANN, view=home(section("B")), hash=first["view"]["hash"])
    assert second["view"]["hash"] != first["view"]["hash"]
    with pytest.raises(SlackApiError, match="hash_conflict"):
        await client.views_publish(user_id=ANN, view=home(), hash=first["view"]["hash"])
