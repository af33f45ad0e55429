"""What Slack refuses, the stand-in refuses, with Slack's own error code; all through Slack's own client."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.playground.slack import SlackStandIn
from tests.adapters.playground.slack_app import (
    ANN,
    BEN,
    Json,
    actions,
    button,
    client_of,
    field,
    home,
    modal,
    mrkdwn,
    option,
    plain,
    refusal,
    section,
    standing,
)

INPUT = field("reason", {"type": "plain_text_input"})


SELECT = {"type": "static_select", "action_id": "s", "options": [option("a")]}


CONFIRM = {"title": plain("t"), "text": mrkdwn("t"), "confirm": plain("y"), "deny": plain("n")}


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandIn]:
    async with standing() as started:
        yield started


@pytest.fixture
def client(slack: SlackStandIn) -> AsyncWebClient:
    return client_of(slack)


GOOD_BLOCKS: list[Json] = [
    section("x" * 3000, accessory=button()),
    {"type": "section", "fields": [mrkdwn("f" * 2000)] * 10},
    {"type": "header", "text": plain("h" * 150)},
    {"type": "divider"},
    {"type": "context", "elements": [mrkdwn("c")] * 10},
    actions(*(button(f"a{n}") for n in range(25))),
    actions({**SELECT, "placeholder": plain("p" * 150), "initial_option": option("a")}),
    actions(button(text=plain("b" * 75), value="v" * 2000, style="primary", confirm=CONFIRM)),
    actions({"type": "overflow", "action_id": "o", "options": [option("a"), option("b")]}),
    {"type": "markdown", "text": "**bold**"},
    INPUT,
]


@pytest.mark.parametrize("block", GOOD_BLOCKS, ids=lambda block: str(block["type"]))
async def test_takes_what_slack_takes(client: AsyncWebClient, block: Json) -> None:
    """A block at its limits is taken."""
    assert (await client.chat_postMessage(channel=ANN, text="t", blocks=[block]))["ok"]


BAD_BLOCKS: dict[str, tuple[list[Json], str]] = {
    "51 blocks": ([{"type": "divider"}] * 51, "/blocks"),
    "empty text": ([section("")], "/blocks/0/text/text"),
    "long text": ([section("x" * 3001)], "/blocks/0/text/text"),
    "long header": ([{"type": "header", "text": plain("h" * 151)}], "/blocks/0/text/text"),
    "mrkdwn header": ([{"type": "header", "text": mrkdwn("h")}], "/blocks/0/text/type"),
    "long button": ([actions(button(text=plain("b" * 76)))], "/blocks/0/elements/0/text/text"),
    "long value": ([actions(button(value="v" * 2001))], "/blocks/0/elements/0/value"),
    "long action_id": ([actions(button("a" * 256))], "/blocks/0/elements/0/action_id"),
    "long block_id": ([section(block_id="b" * 256)], "/blocks/0/block_id"),
    "11 fields": ([{"type": "section", "fields": [mrkdwn("f")] * 11}], "/blocks/0/fields"),
    "long field": ([{"type": "section", "fields": [mrkdwn("f" * 2001)]}], "/blocks/0/fields/0/text"),
    "26 elements": ([actions(*(button(f"a{n}") for n in range(26)))], "/blocks/0/elements"),
    "no elements": ([actions()], "/blocks/0/elements"),
    "11 in context": ([{"type": "context", "elements": [mrkdwn("c")] * 11}], "/blocks/0/elements"),
    "101 options": ([actions({**SELECT, "options": [option("a")] * 101})], "/blocks/0/elements/0/options"),
    "long option": (
        [actions({**SELECT, "options": [option("o" * 76)]})],
        "/blocks/0/elements/0/options/0/text/text",
    ),
    "no options": ([actions({"type": "static_select", "action_id": "s"})], "/blocks/0/elements/0"),
    "wrong initial": ([actions({**SELECT, "initial_option": option("b")})], "/blocks/0/elements/0"),
    "long placeholder": (
        [actions({**SELECT, "placeholder": plain("p" * 151)})],
        "/blocks/0/elements/0/placeholder/text",
    ),
    "long confirm title": (
        [actions(button(confirm={**CONFIRM, "title": plain("t" * 101)}))],
        "/blocks/0/elements/0/confirm/title/text",
    ),
    "long confirm text": (
        [actions(button(confirm={**CONFIRM, "text": plain("t" * 301)}))],
        "/blocks/0/elements/0/confirm/text/text",
    ),
    "long deny": (
        [actions(button(confirm={**CONFIRM, "deny": plain("t" * 31)}))],
        "/blocks/0/elements/0/confirm/deny/text",
    ),
    "long input label": ([{**INPUT, "label": plain("l" * 2001)}], "/blocks/0/label/text"),
    "same block_id": ([section(block_id="b"), section(block_id="b")], "/blocks/1/block_id"),
    "same action_id": ([actions(button("a"), button("a"))], "/blocks/0/elements/1/action_id"),
    "unknown style": ([actions(button(style="green"))], "/blocks/0/elements/0/style"),
    "unknown block": ([{"type": "carnival"}], "/blocks/0/type"),
    "unknown element": ([actions({"type": "lever"})], "/blocks/0/elements/0/type"),
    "unknown key in a block": ([section(colour="red")], "/blocks/0"),
    "unknown key in an element": ([actions(button(colour="red"))], "/blocks/0/elements/0"),
    "unknown key in a text": (
        [{"type": "section", "text": {**mrkdwn("x"), "emoji": True}}],
        "/blocks/0/text",
    ),
    "not a date": ([actions({"type": "datepicker", "initial_date": "tomorrow"})], "/blocks/0"),
    "section of nothing": ([{"type": "section"}], "/blocks/0"),
    "a button outside": ([button()], "/blocks/0/type"),
    "a number as text": ([{"type": "section", "text": {"type": "mrkdwn", "text": 5}}], "/blocks/0/text/text"),
}


@pytest.mark.parametrize("name", BAD_BLOCKS)
async def test_refuses_bad_blocks(slack: SlackStandIn, client: AsyncWebClient, name: str) -> None:
    """Bad blocks are invalid_blocks, and the answer names the place; nothing is posted."""
    blocks, place = BAD_BLOCKS[name]
    code, messages = await refusal(client.chat_postMessage(channel=ANN, text="t", blocks=blocks))
    assert code == "invalid_blocks"
    assert any(f"[json-pointer:{place}]" in message for message in messages), messages
    assert slack.chat(slack.dm(ANN)) == []


BAD_VIEWS: dict[str, tuple[Json, str]] = {
    "input without submit": ({k: v for k, v in modal(INPUT).items() if k != "submit"}, "/view"),
    "long title": (modal(title=plain("t" * 25)), "/view/title/text"),
    "long submit": (modal(submit=plain("t" * 25)), "/view/submit/text"),
    "long close": (modal(close=plain("t" * 25)), "/view/close/text"),
    "long private_metadata": (modal(private_metadata="p" * 3001), "/view/private_metadata"),
    "long callback_id": (modal(callback_id="c" * 256), "/view/callback_id"),
    "101 blocks": (modal(*[{"type": "divider"}] * 101), "/view/blocks"),
    "no title": ({"type": "modal", "blocks": [section()]}, "/view"),
    "unknown key": (modal(colour="red"), "/view"),
    "a home": (home(), "/view/type"),
    "empty text": (modal(section("")), "/view/blocks/0/text/text"),
    "same block_id": (modal(INPUT, INPUT), "/view/blocks/1/block_id"),
    "not a view": ({"type": "window"}, "/view/type"),
}


@pytest.mark.parametrize("name", BAD_VIEWS)
async def test_refuses_bad_views(client: AsyncWebClient, name: str) -> None:
    """Bad views are invalid_arguments, and the answer names the place."""
    view, place = BAD_VIEWS[name]
    code, messages = await refusal(client.views_open(trigger_id="1.2", view=view))
    assert code == "invalid_arguments"
    assert any(f"[json-pointer:{place}]" in message for message in messages), messages


Calling = Callable[[AsyncWebClient, str], Awaitable[Any]]


REFUSED: dict[str, tuple[Calling, str]] = {
    "unknown method": (lambda c, d: c.api_call("chat.shout"), "unknown_method"),
    "known to Slack, not to us": (lambda c, d: c.conversations_list(), "unknown_method"),
    "unknown argument": (
        lambda c, d: c.chat_postMessage(channel=d, text="t", colour="x"),
        "invalid_arguments",
    ),
    "missing argument": (lambda c, d: c.api_call("chat.update", json={"channel": d}), "invalid_arguments"),
    "text that is none": (
        lambda c, d: c.api_call("chat.postMessage", json={"channel": d, "text": 5}),
        "invalid_arguments",
    ),
    "text too long": (lambda c, d: c.chat_postMessage(channel=d, text="x" * 40_001), "msg_too_long"),
    "nothing to say": (lambda c, d: c.chat_postMessage(channel=d, text="", blocks=[]), "no_text"),
    "unknown channel": (lambda c, d: c.chat_postMessage(channel="C0X", text="t"), "channel_not_found"),
    "unknown thread": (
        lambda c, d: c.chat_postMessage(channel=d, text="t", thread_ts="1.2"),
        "thread_not_found",
    ),
    "update by user id": (lambda c, d: c.chat_update(channel=ANN, ts="1.2", text="t"), "channel_not_found"),
    "update of nothing": (lambda c, d: c.chat_update(channel=d, ts="1.2", text="t"), "message_not_found"),
    "delete of nothing": (lambda c, d: c.chat_delete(channel=d, ts="1.2"), "message_not_found"),
    "whisper to a stranger": (
        lambda c, d: c.chat_postEphemeral(channel=d, user=BEN, text="t"),
        "user_not_in_channel",
    ),
    "whisper nowhere": (
        lambda c, d: c.chat_postEphemeral(channel="D0X", user=ANN, text="t"),
        "channel_not_found",
    ),
    "conversation with nobody": (lambda c, d: c.conversations_open(users="U0X"), "user_not_found"),
    "who is nobody": (lambda c, d: c.users_info(user="U0X"), "user_not_found"),
    "home of nobody": (lambda c, d: c.views_publish(user_id="U0X", view=home()), "user_not_found"),
    "update of no view": (lambda c, d: c.views_update(view_id="V0X", view=modal()), "not_found"),
    "invented trigger": (lambda c, d: c.views_open(trigger_id="1.2", view=modal()), "invalid_trigger_id"),
    "no trigger": (lambda c, d: c.views_open(view=modal()), "invalid_arguments"),
    "metadata too large": (
        lambda c, d: c.chat_postMessage(channel=d, text="t", metadata={"event_type": "e", "event_payload": {"k": "v" * 8000}}),
        "metadata_too_large",
    ),
    "metadata without type": (
        lambda c, d: c.chat_postMessage(channel=d, text="t", metadata={"event_payload": {}}),
        "invalid_metadata_format",
    ),
    "file nobody uploaded": (
        lambda c, d: c.files_completeUploadExternal(files=[{"id": "F0X"}]),
        "file_not_found",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_refuses(slack: SlackStandIn, client: AsyncWebClient, name: str) -> None:
    """Each mistake has Slack's own code, and the call is written down with it."""
    call, code = REFUSED[name]
    assert (await refusal(call(client, slack.dm(ANN))))[0] == code
    assert (slack.calls[-1].ok, slack.calls[-1].error) == (False, code)


@pytest.mark.parametrize(
    ("token", "method", "code"),
    [
        ("xoxb-wrong", "auth.test", "invalid_auth"),
        ("", "auth.test", "not_authed"),
        ("xapp-demo", "auth.test", "not_allowed_token_type"),
        ("xoxb-demo", "apps.connections.open", "not_allowed_token_type"),
    ],
)
async def test_refuses_wrong_tokens(slack: SlackStandIn, token: str, method: str, code: str) -> None:
    """Each method opens to its own kind of token only."""
    assert (await refusal(client_of(slack, token).api_call(method)))[0] == code


async def test_refuses_the_deactivated(slack: SlackStandIn, client: AsyncWebClient) -> None:
    """Nobody can write to a closed account, and users.info says that it is closed."""
    channel = slack.dm(ANN)
    slack.deactivate(ANN)
    for call in (
        client.conversations_open(users=ANN),
        client.chat_postMessage(channel=ANN, text="t"),
        client.chat_postMessage(channel=channel, text="t"),
    ):
        assert (await refusal(call))[0] == "user_disabled"
    assert (await client.users_info(user=ANN))["user"]["deleted"] is True
