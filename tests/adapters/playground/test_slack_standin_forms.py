"""Forms that change while they are filled in, and the home tab: taps, hashes, fields, what the screen stops."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.playground.slack import SlackStandIn
from tests.adapters.playground.slack_app import (
    ANN,
    CARD,
    Json,
    actions,
    button,
    client_of,
    connected,
    field,
    home,
    modal,
    option,
    plain,
    refusal,
    section,
    standing,
    until,
)

KINDS = {"type": "static_select", "options": [option("days"), option("money")]}
KIND = field("kind", KINDS, dispatch_action=True)
DAYS = field("days", {"type": "number_input", "is_decimal_allowed": False, "min_value": "1", "max_value": "30"})


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandIn]:
    async with standing() as started:
        yield started


@pytest.fixture
def app(slack: SlackStandIn) -> AsyncApp:
    return AsyncApp(client=client_of(slack))


def opens(app: AsyncApp, view: Json) -> list[Json]:
    """The app opens `view` on a shortcut; what is submitted lands in the list."""
    seen: list[Json] = []

    @app.shortcut("start")
    async def start(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    @app.view("form")
    async def submitted(ack: Any, view: Json) -> None:
        await ack()
        seen.append(view)

    return seen


async def started(slack: SlackStandIn) -> str:
    """The id of the modal that opens on the shortcut."""
    await slack.shortcut(ANN, "start")
    await until(lambda: slack.views(ANN))
    return slack.views(ANN)[-1].id


async def test_a_form_changes_while_it_is_filled(slack: SlackStandIn, app: AsyncApp) -> None:
    """A select that dispatches tells the app, which adds a field with the hash it was given; the choice stays."""
    seen = opens(app, modal(KIND))
    taps: list[Json] = []

    @app.action("entry")
    async def chosen(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        taps.append(body)
        view = body["view"]
        await client.views_update(view_id=view["id"], hash=view["hash"], view=modal(KIND, DAYS))

    async with connected(slack, app):
        form = await started(slack)
        acked = await slack.fill_in(ANN, form, "kind", "entry", "days")
        await until(lambda: len(slack.views(ANN)[0].payload["blocks"]) == 2)
        assert (await slack.submit(ANN, form, {"days": {"entry": "3"}})).ok
    assert acked is not None and acked.ok
    [tap] = taps
    assert tap["container"] == {"type": "view", "view_id": form}
    assert "response_url" not in tap and "message" not in tap and tap["trigger_id"]
    assert (
        tap["actions"][0]["selected_option"]
        == option("days")
        == tap["view"]["state"]["values"]["kind"]["entry"]["selected_option"]
    )
    values = seen[0]["state"]["values"]
    assert (values["kind"]["entry"]["selected_option"], values["days"]["entry"]["value"]) == (option("days"), "3")


async def test_a_field_that_does_not_dispatch_is_silent(slack: SlackStandIn, app: AsyncApp) -> None:
    """Slack keeps it until the form is sent; a tap that could not be is a fault of the test."""
    seen = opens(app, modal(field("kind", KINDS)))
    async with connected(slack, app):
        form = await started(slack)
        assert await slack.fill_in(ANN, form, "kind", "entry", "money") is None
        with pytest.raises(ValueError, match="use fill_in"):
            await slack.tap(ANN, form, "", "entry", selected_option="money")
        with pytest.raises(LookupError):
            await slack.fill_in(ANN, form, "kind", "nowhere", "money")
        await slack.submit(ANN, form, {})
    assert seen[0]["state"]["values"]["kind"]["entry"]["selected_option"] == option("money")
    assert slack.unacked == []


async def test_a_choice_no_longer_offered_is_forgotten(slack: SlackStandIn, app: AsyncApp) -> None:
    """When an update takes the chosen option away, the field is empty and must be filled again."""
    opens(app, modal(KIND))

    @app.action("entry")
    async def chosen(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        fewer = field("kind", {**KINDS, "options": [option("money")]})
        await client.views_update(view_id=body["view"]["id"], view=modal(fewer))

    async with connected(slack, app):
        form = await started(slack)
        old = slack.views(ANN)[0].hash
        await slack.fill_in(ANN, form, "kind", "entry", "days")
        await until(lambda: slack.views(ANN)[0].hash != old)
        assert set((await slack.submit(ANN, form, {})).errors) == {"kind"}


SCREEN: list[tuple[Json, str, str]] = [
    ({"type": "plain_text_input", "min_length": 3, "max_length": 5}, "ab", "abcd"),
    ({"type": "plain_text_input", "min_length": 3, "max_length": 5}, "abcdef", "abcde"),
    ({"type": "plain_text_input"}, "x" * 3001, "x" * 3000),
    ({"type": "number_input", "is_decimal_allowed": False}, "2.5", "2"),
    ({"type": "number_input", "is_decimal_allowed": True, "min_value": "1.5"}, "1", "1.5"),
    ({"type": "number_input", "is_decimal_allowed": False, "max_value": "30"}, "31", "30"),
    ({"type": "number_input", "is_decimal_allowed": False}, "many", "-1"),
    ({"type": "url_text_input"}, "example", "https://b.example"),
    ({"type": "email_text_input"}, "ann", "ann@b.example"),
]


@pytest.mark.parametrize(("element", "wrong", "right"), SCREEN, ids=lambda given: str(given)[:40])
async def test_the_screen_stops_what_it_must(slack: SlackStandIn, app: AsyncApp, element: Json, wrong: str, right: str) -> None:
    """Lengths, ranges and addresses are complained of before anything is sent."""
    seen = opens(app, modal(field("one", element)))
    async with connected(slack, app):
        form = await started(slack)
        assert set((await slack.submit(ANN, form, {"one": {"entry": wrong}})).errors) == {"one"}
        assert seen == []
        assert (await slack.submit(ANN, form, {"one": {"entry": right}})).ok
    assert seen[0]["state"]["values"]["one"]["entry"]["value"] == right


async def test_closing_everything_tells_of_every_view(slack: SlackStandIn, app: AsyncApp) -> None:
    """With clear_on_close the whole stack goes, and each view that asked says it was cleared."""
    opens(app, modal(notify_on_close=True))
    above = modal(title=plain("Above"), clear_on_close=True, notify_on_close=True)
    closed: list[tuple[str, bool]] = []

    @app.shortcut("more")
    async def more(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_push(trigger_id=body["trigger_id"], view=above)

    @app.view_closed("form")
    async def gone(ack: Any, body: Json) -> None:
        await ack()
        closed.append((body["view"]["title"]["text"], body["is_cleared"]))

    async with connected(slack, app):
        await started(slack)
        await slack.shortcut(ANN, "more")
        await until(lambda: len(slack.views(ANN)) == 2)
        await slack.close_view(ANN, slack.views(ANN)[-1].id)
    assert slack.views(ANN) == [] and closed == [("Above", True), ("New", True)]


FORMS: dict[str, tuple[Json, str]] = {
    "eleven files": (field("f", {"type": "file_input", "max_files": 11}), "/view/blocks/0/element/max_files"),
    "no file types": (field("f", {"type": "file_input", "filetypes": []}), "/view/blocks/0/element/filetypes"),
    "unknown key": (field("f", {"type": "file_input", "sizes": [1]}), "/view/blocks/0/element"),
    "long min_length": (field("f", {"type": "plain_text_input", "min_length": 3001}), "/view/blocks/0/element/min_length"),
    "falling lengths": (field("f", {"type": "plain_text_input", "min_length": 9, "max_length": 3}), "/view/blocks/0/element"),
    "falling range": (
        field("f", {"type": "number_input", "is_decimal_allowed": True, "min_value": "10", "max_value": "9"}),
        "/view/blocks/0/element",
    ),
    "number without decimals": (field("f", {"type": "number_input"}), "/view/blocks/0/element"),
    "a moment in milliseconds": (
        field("f", {"type": "datetimepicker", "initial_date_time": 1_772_445_600_000}),
        "/view/blocks/0/element/initial_date_time",
    ),
    "unknown dispatch": (
        field("f", {"type": "plain_text_input", "dispatch_action_config": {"trigger_actions_on": ["leaving"]}}),
        "/view/blocks/0/element/dispatch_action_config/trigger_actions_on/0",
    ),
    "eleven boxes": (
        field("f", {"type": "checkboxes", "options": [option(f"o{n}") for n in range(11)]}),
        "/view/blocks/0/element/options",
    ),
}


@pytest.mark.parametrize("name", FORMS)
async def test_refuses_bad_fields(slack: SlackStandIn, name: str) -> None:
    """A field Slack cannot draw is an invalid argument, and the answer names the place."""
    block, place = FORMS[name]
    code, messages = await refusal(client_of(slack).views_open(trigger_id="1.2", view=modal(block)))
    assert code == "invalid_arguments" and any(f"[json-pointer:{place}]" in each for each in messages), messages


async def test_one_field_at_most_has_the_focus(slack: SlackStandIn) -> None:
    """Two fields that want the cursor are refused."""
    blocks = [field(name, {"type": "plain_text_input", "focus_on_load": True}) for name in ("a", "b")]
    call = client_of(slack).views_open(trigger_id="1.2", view=modal(*blocks))
    assert (await refusal(call))[0] == "invalid_arguments"


async def test_files_are_asked_for_in_modals_only(slack: SlackStandIn) -> None:
    """A message and a home tab with a file_input are refused."""
    client, asks = client_of(slack), field("f", {"type": "file_input"})
    assert (await refusal(client.chat_postMessage(channel=ANN, text="t", blocks=[asks])))[0] == "invalid_blocks"
    assert (await refusal(client.views_publish(user_id=ANN, view=home(asks))))[0] == "invalid_arguments"


async def test_a_home_tab_lives(slack: SlackStandIn, app: AsyncApp) -> None:
    """A tap on it has its view and state and no response_url; publishing with the tap's hash works once."""
    picker = {"type": "static_select", "action_id": "team", "options": [option("msk"), option("nyc")]}
    tab = home(actions(button(), picker, block_id="bar"))
    taps: list[Json] = []
    opened: list[Json] = []

    @app.event("app_home_opened")
    async def visited(event: Json) -> None:
        opened.append(event)

    async def tapped(ack: Any, body: Json) -> None:
        await ack()
        taps.append(body)

    app.action("team")(tapped)
    app.action("approve")(tapped)
    async with connected(slack, app):
        await slack.open_home(ANN)
        await app.client.views_publish(user_id=ANN, view=tab)
        shown = slack.home(ANN)
        assert shown is not None
        assert (await slack.tap(ANN, shown["id"], "", "team", selected_option="nyc")).ok
        assert (await slack.tap(ANN, shown["id"], "", "approve")).ok
        await slack.open_home(ANN)
        await slack.open_home(ANN, tab="messages")
    pick, tap = taps
    assert pick["actions"][0]["selected_option"] == option("nyc")
    assert tap["container"] == {"type": "view", "view_id": shown["id"]} and tap["view"]["type"] == "home"
    assert tap["view"]["state"]["values"]["bar"]["team"]["selected_option"] == option("nyc")
    assert not {"response_url", "message", "channel"} & set(tap) and tap["trigger_id"]
    assert ["view" in event for event in opened] == [False, True, False]
    assert [event["tab"] for event in opened] == ["home", "home", "messages"]
    assert opened[1]["view"]["hash"] == tap["view"]["hash"]
    client = client_of(slack)
    await client.views_publish(user_id=ANN, view=tab, hash=tap["view"]["hash"])
    stale = client.views_publish(user_id=ANN, view=tab, hash=tap["view"]["hash"])
    assert (await refusal(stale))[0] == "hash_conflict"


async def test_a_home_tab_is_checked(slack: SlackStandIn) -> None:
    """A hundred blocks are the most, a modal is no home, and a modal's fields are none of its own."""
    client = client_of(slack)
    assert (await client.views_publish(user_id=ANN, view=home(*[section()] * 100)))["ok"]
    for view in (home(*[section()] * 101), modal(), {**home(), "submit": plain("Send")}, home({"type": "carnival"})):
        assert (await refusal(client.views_publish(user_id=ANN, view=view)))[0] == "invalid_arguments"


async def test_only_its_owner_taps_a_home_tab(slack: SlackStandIn) -> None:
    """Everybody has a home tab of their own."""
    published = await client_of(slack).views_publish(user_id=ANN, view=home(*CARD))
    with pytest.raises(LookupError):
        await slack.tap("U0BEN", published["view"]["id"], "", "approve")
