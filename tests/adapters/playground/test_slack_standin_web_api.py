"""The Web API over time: edits, triggers, stacks, pace, failures ordered by a test, files and addresses."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncConnectionErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from adapters.playground.slack import SlackStandIn
from tests.adapters.playground.slack_app import (
    ANN,
    BEN,
    CARD,
    client_of,
    modal,
    refusal,
    section,
    standing,
)


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandIn]:
    async with standing() as started:
        yield started


@pytest.fixture
def client(slack: SlackStandIn) -> AsyncWebClient:
    return client_of(slack)


async def test_edits_only_its_own_lasting_messages(slack: SlackStandIn, client: AsyncWebClient) -> None:
    """A person's message and an ephemeral one cannot be updated; a vanished one is not found."""
    channel = slack.dm(ANN)
    whisper = await client.chat_postEphemeral(channel=channel, user=ANN, text="psst")
    posted = await client.chat_postMessage(channel=channel, text="t")
    saying = asyncio.create_task(slack.say(ANN, "mine"))
    await asyncio.sleep(0.05)
    saying.cancel()
    [human] = [message for message in slack.chat(channel) if not message.from_bot]
    for ts in (whisper["message_ts"], human.ts):
        assert (await refusal(client.chat_update(channel=channel, ts=ts, text="u")))[0] == "cant_update_message"
    slack.vanish(channel, posted["ts"])
    gone = client.chat_update(channel=channel, ts=posted["ts"], text="u")
    assert (await refusal(gone))[0] == "message_not_found"


async def test_text_alone_removes_the_blocks(slack: SlackStandIn, client: AsyncWebClient) -> None:
    """chat.update with text and no blocks takes the blocks away; with both it keeps both."""
    posted = await client.chat_postMessage(channel=ANN, text="t", blocks=CARD)
    place = {"channel": posted["channel"], "ts": posted["ts"]}
    await client.chat_update(**place, text="u", blocks=CARD[:1])
    assert len(slack.chat(slack.dm(ANN))[0].blocks) == 1
    await client.chat_update(**place, text="v")
    [card] = slack.chat(slack.dm(ANN))
    assert (card.text, card.blocks, card.edited) == ("v", [], True)
    await client.chat_delete(**place)
    assert slack.chat(slack.dm(ANN)) == []


async def test_a_trigger_is_short_and_works_once(slack: SlackStandIn, client: AsyncWebClient) -> None:
    """A refused view does not use a trigger up, a good one does, and after three seconds it is too late."""
    await slack.shortcut(ANN, "start")
    trigger = slack.unacked[-1]["trigger_id"]
    assert (await refusal(client.views_open(trigger_id=trigger, view=modal(colour="x"))))[0] == "invalid_arguments"
    opened = await client.views_open(trigger_id=trigger, view=modal())
    assert (await refusal(client.views_open(trigger_id=trigger, view=modal())))[0] == "exchanged_trigger_id"
    assert [view.id for view in slack.views(ANN)] == [opened["view"]["id"]]
    await slack.shortcut(ANN, "start")
    late = slack.unacked[-1]["trigger_id"]
    await asyncio.sleep(3.05)
    assert (await refusal(client.views_open(trigger_id=late, view=modal())))[0] == "expired_trigger_id"


async def test_views_stack_three_high(slack: SlackStandIn, client: AsyncWebClient) -> None:
    """views.push goes on top of an open modal; the fourth is refused; a stale hash is a conflict."""

    async def trigger() -> str:
        await slack.shortcut(ANN, "start")
        return str(slack.unacked[-1]["trigger_id"])

    assert (await refusal(client.views_push(trigger_id=await trigger(), view=modal())))[0] == "not_found"
    root = await client.views_open(trigger_id=await trigger(), view=modal())
    for _ in range(2):
        await client.views_push(trigger_id=await trigger(), view=modal())
    assert (await refusal(client.views_push(trigger_id=await trigger(), view=modal())))[0] == "push_limit_reached"
    view_id, old = root["view"]["id"], root["view"]["hash"]
    await client.views_update(view_id=view_id, hash=old, view=modal(section("new")))
    stale = client.views_update(view_id=view_id, hash=old, view=modal())
    assert (await refusal(stale))[0] == "hash_conflict"
    assert slack.views(ANN)[0].payload["blocks"][0]["text"]["text"] == "new"


async def test_ten_at_once_then_one_a_second() -> None:
    """A burst passes, what follows is 429 with Retry-After, and other channels are not touched."""
    async with standing(burst=3) as slack:
        client = client_of(slack)
        for number in range(3):
            await client.chat_postMessage(channel=ANN, text=str(number))
        with pytest.raises(SlackApiError) as caught:
            await client.chat_postMessage(channel=ANN, text="too many")
        assert caught.value.response.status_code == 429
        assert caught.value.response.headers["Retry-After"] == "1"
        await client.chat_postMessage(channel=BEN, text="t")
        await asyncio.sleep(1.05)
        await client.chat_postMessage(channel=ANN, text="later")


async def test_fails_when_told_to(slack: SlackStandIn, client: AsyncWebClient) -> None:
    """fail_next fails before anything is done, as often as it was told, then no more."""
    slack.fail_next("chat.postMessage", "internal_error", times=2)
    slack.fail_next("chat.postMessage", "ratelimited", status=429, retry_after=7)
    for code in ("internal_error", "internal_error", "ratelimited"):
        assert (await refusal(client.chat_postMessage(channel=ANN, text="t")))[0] == code
    assert (await client.chat_postMessage(channel=ANN, text="t"))["ok"]
    assert len(slack.chat(slack.dm(ANN))) == 1


async def test_loses_an_answer(slack: SlackStandIn, client: AsyncWebClient) -> None:
    """The message is there although its sender saw a reset; a client that retries posts it twice."""
    slack.lose_answer_next("chat.postMessage")
    with pytest.raises((aiohttp.ClientError, ConnectionError)):
        await client.chat_postMessage(channel=ANN, text="once")
    assert [message.text for message in slack.chat(slack.dm(ANN))] == ["once"]
    slack.lose_answer_next("chat.postMessage")
    client.retry_handlers.append(AsyncConnectionErrorRetryHandler())
    await client.chat_postMessage(channel=ANN, text="twice")
    assert [message.text for message in slack.chat(slack.dm(ANN))] == ["once", "twice", "twice"]


async def test_files_end_up_on_a_message(slack: SlackStandIn, client: AsyncWebClient) -> None:
    """files_upload_v2 works as it is, and the file hangs on the message."""
    await client.files_upload_v2(channel=slack.dm(ANN), filename="log.csv", content=b"a,b\n", title="Log", initial_comment="here")
    [message] = slack.chat(slack.dm(ANN))
    assert (message.text, message.files[0].name, message.files[0].title) == ("here", "log.csv", "Log")
    assert message.files[0].data == b"a,b\n"


async def test_people_have_zones_and_languages(client: AsyncWebClient) -> None:
    """users.info tells the zone, and the language only when asked."""
    user = (await client.users_info(user=ANN, include_locale=True))["user"]
    assert (user["tz"], user["tz_offset"], user["locale"]) == ("Europe/Berlin", 3600, "de-DE")
    assert "locale" not in (await client.users_info(user=ANN))["user"]


async def test_takes_forms_and_json_in_strings(slack: SlackStandIn, client: AsyncWebClient) -> None:
    """Arguments come as a form, too, and then blocks are JSON in a string; team_id is always allowed."""
    form = {"channel": ANN, "text": "t", "blocks": json.dumps(CARD), "team_id": "T0DEMO"}
    await client.api_call("chat.postMessage", data=form)
    assert len(slack.chat(slack.dm(ANN))[0].blocks) == 2
    assert slack.calls[-1].params["blocks"] == CARD


async def test_several_people_share_a_conversation(slack: SlackStandIn, client: AsyncWebClient) -> None:
    """conversations.open gives the same D... for one person each time and a G... for several."""
    one = (await client.conversations_open(users=ANN))["channel"]["id"]
    both = (await client.conversations_open(users=[ANN, BEN]))["channel"]["id"]
    assert one == slack.dm(ANN) and one.startswith("D") and both.startswith("G")
    await client.chat_postEphemeral(channel=both, user=BEN, text="psst")
    assert slack.chat(both)[0].ephemeral_for == BEN


async def test_a_response_url_wears_out() -> None:
    """Five answers, thirty minutes, nothing unknown in them."""
    clock = [datetime(2026, 3, 2, tzinfo=UTC)]
    slack = SlackStandIn(now=lambda: clock[0])
    slack.add_user(ANN, "Ann Lee")
    await slack.start()
    async with aiohttp.ClientSession() as session:

        async def answer(url: str, **body: Any) -> str:
            async with session.post(url, json=body) as response:
                return str((await response.json()).get("error", "ok"))

        await slack.command(ANN, "/leave")
        url = slack.unacked[-1]["response_url"]
        assert await answer(url, text="t", colour="x") == "invalid_arguments"
        assert [await answer(url, text="t") for _ in range(6)] == ["ok"] * 5 + ["used_url"]
        await slack.command(ANN, "/leave")
        url = slack.unacked[-1]["response_url"]
        clock[0] += timedelta(minutes=31)
        assert await answer(url, text="t") == "expired_url"
    await slack.stop()


async def test_a_ticket_opens_one_socket(slack: SlackStandIn) -> None:
    """The address of apps.connections.open works once; ten sockets is the most there can be."""
    client = client_of(slack, "xapp-demo")
    async with aiohttp.ClientSession() as session:
        url = (await client.apps_connections_open(app_token="xapp-demo"))["url"]
        first = await session.ws_connect(url)
        assert (await first.receive_json())["type"] == "hello"
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)
        more = []
        for _ in range(10):
            url = (await client.apps_connections_open(app_token="xapp-demo"))["url"]
            more.append(await session.ws_connect(url))
        last = more.pop()
        assert (await last.receive_json())["reason"] == "too_many_websockets"
        assert slack.sockets == 10


async def test_a_person_cannot_do_the_impossible(slack: SlackStandIn) -> None:
    """A test that asks for what no screen offers is told so."""
    with pytest.raises(LookupError):
        await slack.tap(ANN, slack.dm(ANN), "1.2", "approve")
    with pytest.raises(LookupError):
        await slack.submit(ANN, "V0X", {})
    with pytest.raises(LookupError):
        slack.dm("U0X")
