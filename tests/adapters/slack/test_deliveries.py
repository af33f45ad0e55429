"""What Slack delivers is written down, acknowledged in time, and acted on once, whatever breaks in between."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any, NoReturn

import pytest

from adapters.playground.town import restart_bot
from adapters.slack import payload
from adapters.slack.door import SlackDoor
from adapters.slack.payload import Kind
from bot.core.request.model import Status
from bot.ports import Update
from tests.adapters.playground.slack_app import until
from tests.adapters.slack.office import Json, Office, buttons, words

TROUBLE = "That did not work just now, and nothing was recorded. Please try again in a minute."


def breaks(*_: object, **__: object) -> NoReturn:
    """Stands for whatever may break at any time."""
    raise RuntimeError("the disk is full")


def yes(office: Office, request: str) -> tuple[str, str]:
    """The message and the data of Priya's yes."""
    card = office.card("priya", request)
    return card.ts, dict(buttons(card))["Final approval"]


def kept(office: Office, kind: Kind) -> list[Json]:
    """What was written down of one kind, whether it is handled or not."""
    with closing(sqlite3.connect(office.town.database)) as database:
        found = [json.loads(body) for (body,) in database.execute("SELECT body FROM inbox")]
    return [one for one in found if one["kind"] == kind]


async def test_the_payload_is_written_down_before_it_is_acknowledged(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once Slack has its acknowledgement nothing comes again: the database must have it first."""
    request = await office.opens("jordan", "concept", "US", "Reel")
    seen: list[str] = []
    write, receive = SlackDoor._write_down, SlackDoor.receive

    async def noted(*args: Any) -> bool:
        result = await write(*args)
        seen.append("written")
        return result

    async def received(self: SlackDoor, kind: Kind, ack: Callable[..., Any], body: Json) -> None:
        async def acked(**answer: Any) -> None:
            seen.append("acknowledged")
            await ack(**answer)

        await receive(self, kind, acked, body)

    monkeypatch.setattr(SlackDoor, "_write_down", noted)
    monkeypatch.setattr(SlackDoor, "receive", received)
    assert (await office.taps_data("priya", *yes(office, request))).ok
    assert seen == ["written", "acknowledged"]


async def test_what_cannot_be_written_down_is_not_acknowledged(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then Slack itself shows the person that the tap did not arrive, and a second tap works."""
    request = await office.opens("jordan", "concept", "US", "Reel")
    with monkeypatch.context() as broken:
        broken.setattr(office.town.system.store, "run", breaks)
        ts, data = yes(office, request)
        acked = await office.slack.tap(office.id("priya"), office.dm("priya"), ts, data, value=data)
    assert not acked.ok
    office.slack.unacked.clear()
    assert (await office.taps_data("priya", ts, data)).ok
    assert (await office.request(request)).status is Status.APPROVED


async def test_an_exception_does_not_erase_the_acknowledgement(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever breaks behind the tap: it is acknowledged at once, and the person is told in words."""
    request = await office.opens("jordan", "concept", "US", "Reel")
    with monkeypatch.context() as broken:
        broken.setattr(office.town.system.service, "do", breaks)
        acked = await office.taps_data("priya", *yes(office, request))
    assert acked.ok
    assert acked.seconds < 1
    await until(lambda: office.whispers("priya"))
    assert office.whispers("priya") == [TROUBLE]
    await office.taps_data("priya", *yes(office, request))
    assert (await office.request(request)).status is Status.APPROVED


async def test_a_form_keeps_what_was_typed_when_something_breaks(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error stands at the field, the form stays open, and sending it again records it once."""
    request = await office.opens("jordan", "concept", "US", "Reel")
    await office.taps("priya", "Send back")
    with monkeypatch.context() as broken:
        broken.setattr(office.town.system.service, "do", breaks)
        assert (await office.fills_in("priya", must_fix="Show the logo")).errors == {"must_fix": TROUBLE}
    sent = await office.fills_in("priya", must_fix="Show the logo")
    assert (sent.ok, sent.errors) == (True, {})
    assert [remark.text for remark in (await office.request(request)).remarks] == ["Show the logo"]


async def test_a_broken_command_says_so_where_it_was_typed(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack's own “failed with the error dispatch_failed” tells nobody what to do."""
    monkeypatch.setattr(office.town.system.service, "waiting", breaks)
    assert await office.commands("priya", "inbox") == TROUBLE


async def test_the_same_tap_delivered_twice_acts_once(office: Office) -> None:
    """The second delivery is acknowledged and brings nothing, not even a second answer."""
    request = await office.opens("jordan", "concept", "US", "Reel")
    await office.taps_data("priya", *yes(office, request))
    revision = (await office.request(request)).revision
    assert (await office.slack.repeat_last()).ok
    await office.quiet()
    assert (await office.request(request)).revision == revision
    assert office.whispers("priya") == []


async def test_the_same_form_delivered_twice_acts_once(office: Office) -> None:
    """A question asked once is asked once."""
    request = await office.opens("jordan", "concept", "US", "Reel")
    await office.taps("priya", "Ask")
    await office.fills_in("priya", text="Which song?")
    assert (await office.slack.repeat_last()).ok
    await office.quiet()
    assert [question.text for question in (await office.request(request)).questions] == ["Which song?"]
    assert len(office.whispers("priya")) == 1


async def test_the_same_message_delivered_twice_is_answered_once(office: Office) -> None:
    """Slack repeats an event whose acknowledgement got lost."""
    await office.opens("jordan", "concept", "US", "Reel")
    await office.writes("priya", "ok")
    before = len(office.chat("priya"))
    assert (await office.slack.repeat_last()).ok
    await office.quiet()
    assert len(office.chat("priya")) == before


async def test_a_delivery_repeated_after_a_restart_acts_once(office: Office) -> None:
    """What was handled is remembered in the database, not in memory."""
    request = await office.opens("jordan", "concept", "US", "Reel")
    await office.taps("priya", "Ask")
    await office.fills_in("priya", text="Which song?")
    await restart_bot(office.town)
    assert (await office.slack.repeat_last()).ok
    await office.quiet()
    assert len((await office.request(request)).questions) == 1


@pytest.mark.parametrize("label", ["Final approval", "Send back"])
async def test_a_tap_received_before_a_crash_is_handled_after_it(office: Office, label: str) -> None:
    """A yes counts after all; a button that needs a form is answered, since its trigger is long expired."""
    request = await office.opens("jordan", "concept", "US", "Reel")
    ts, data = office.card("priya", request).ts, dict(buttons(office.card("priya", request)))[label]
    body = office.slack._payloads.message_action(
        office.id("priya"),
        office.slack.workspace.channels[office.dm("priya")].messages[ts],
        {"type": "button", "action_id": data, "block_id": "moves", "value": data},
        "https://hooks.slack.example/secret",
    )
    office.slack._modals._triggers.clear()
    await leave_behind(office, Kind.TAP, body)
    office.expected_refusals = {"invalid_trigger_id"}
    await restart_bot(office.town)
    await office.quiet()
    if label == "Final approval":
        assert (await office.request(request)).status is Status.APPROVED
    else:
        await until(lambda: office.whispers("priya"))
        assert office.whispers("priya") == ["That took too long. Please tap the button again."]


async def test_a_form_received_before_a_crash_is_handled_after_it(office: Office) -> None:
    """Its acknowledgement can say nothing any more, so the person is told in words."""
    request = await office.opens("jordan", "concept", "US", "Reel")
    await office.taps("priya", "Send back")
    view = office.slack._modals.stacks[office.id("priya")][-1]
    state = {"must_fix": {"value": {"type": "plain_text_input", "value": "Show the logo"}}}
    await leave_behind(office, Kind.VIEW, office.slack._payloads.submission(view, state))
    await restart_bot(office.town)
    await office.quiet()
    assert (await office.request(request)).status is Status.RETURNED
    await until(lambda: office.whispers("priya"))
    assert "Sent back" in office.whispers("priya")[-1]


async def test_something_an_older_version_left_behind_does_not_stop_the_start(office: Office) -> None:
    """A kind of delivery nobody knows any more is passed over."""
    now = office.town.clock.now()
    left = Update("slack", "old", json.dumps({"kind": "telepathy", "body": {}}), now)
    await office.town.system.store.run(lambda tx: tx.receive(left))
    await restart_bot(office.town)
    assert await office.commands("priya", "help")


async def test_an_expired_trigger_is_answered_with_a_request_to_tap_again(office: Office) -> None:
    """A form can be opened for three seconds only; after that the person must not wait for nothing."""
    office.expected_refusals = {"expired_trigger_id"}
    await office.opens("jordan", "concept", "US", "Reel")
    office.slack.fail_next("views.open", "expired_trigger_id")
    await office.taps("priya", "Send back")
    assert office.whispers("priya") == ["That took too long. Please tap the button again."]
    await office.taps("priya", "Send back")
    assert office.has_modal("priya")


async def test_no_secret_of_a_payload_is_written_down(office: Office) -> None:
    """Neither the token nor the addresses to answer to, nor a copy of the message that was tapped."""
    request = await office.opens("jordan", "concept", "US", "Reel", text="The whole script")
    await office.taps_data("priya", *yes(office, request))
    await office.commands("priya", "inbox")
    await office.writes("priya", "ok")
    for kind in (Kind.TAP, Kind.COMMAND, Kind.MESSAGE):
        found = kept(office, kind)
        assert found
        assert not {"token", "response_url", "response_urls", "message", "authorizations"} & set(found[0]["body"])
    assert "The whole script" not in str(kept(office, Kind.TAP))


async def test_taps_go_on_while_slack_renews_a_socket(office: Office) -> None:
    """Two sockets overlap: a renewal takes one away, and every tap meets the other."""
    requests = [await office.opens("jordan", "concept", "US", f"Reel {number}") for number in range(3)]
    assert office.slack.sockets == 2
    taps = [yes(office, request) for request in requests]
    await office.slack.disconnect()
    for ts, data in taps:
        assert (await office.taps_data("priya", ts, data)).ok
    for request in requests:
        assert (await office.request(request)).status is Status.APPROVED
    await until(lambda: office.slack.sockets == 2)


async def test_two_people_tapping_together_are_both_answered_in_time(office: Office) -> None:
    """Everything in one moment: each acknowledgement within three seconds, by far."""
    requests = [await office.opens("jordan", "concept", "US", f"Reel {number}") for number in range(4)]
    taps = [yes(office, request) for request in requests]
    acked = await asyncio.gather(*(office.slack.tap(office.id("priya"), office.dm("priya"), ts, d, value=d) for ts, d in taps))
    assert all(one.ok and one.seconds < 2 for one in acked)
    await office.quiet()
    assert all("Decision: approved" in words(office.card("priya", request)) for request in requests)


async def leave_behind(office: Office, kind: Kind, body: Json) -> None:
    """Writes a delivery down as the bot does, and no more: as if it had died right after the acknowledgement."""
    written = json.dumps({"kind": kind, "body": payload.kept(body)})
    left = Update("slack", payload.delivery(kind, body), written, office.town.clock.now())
    assert await office.town.system.store.run(lambda tx: tx.receive(left))
