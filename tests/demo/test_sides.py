"""The demo without a browser: what it tells the page, and what it makes of what the page sends."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from adapters.playground import shown
from adapters.playground.demo import Demo
from adapters.playground.slack_side import SHORTCUTS
from bot.core.request.model import RequestId
from tests.ready import brand

_MANIFEST = Path(__file__).parents[2] / "docs" / "slack-manifest.yaml"


@pytest.fixture
async def demo() -> AsyncIterator[Demo]:
    demo = Demo(brand("brand-a.yaml"))
    await demo.start()
    yield demo
    await demo.stop()


async def test_the_log_names_a_creator(demo: Demo) -> None:
    """A creator is in no playbook, and still has a name in the event log, in both of the page's languages."""
    found = await demo.town.system.service.find(RequestId("A-4"))
    assert found is not None
    history = await demo.town.system.store.read(lambda tx: tx.history(RequestId("A-4")))
    line = shown.event(demo._names(), 1, replace(history[0], by="creator:1"), found.request)
    assert line["who"] == {"en": "Maya Chen", "ru": "Майя Чен"}


async def test_the_shortcuts_are_those_of_the_apps_manifest() -> None:
    """What the page offers is what an installed app would: the same names under the same ids."""
    manifest = yaml.safe_load(_MANIFEST.read_text(encoding="utf-8"))
    asked = [(one["callback_id"], one["name"], one["type"] == "message") for one in manifest["features"]["shortcuts"]]
    assert [(one["callback_id"], one["name"], one["about"] == "message") for one in SHORTCUTS] == asked


def test_a_form_is_read_as_a_person_fills_it_in() -> None:
    """Options become their values, days and moments words, files their name and bytes; what is empty is nothing."""
    option = {"text": {"type": "plain_text", "text": "Concept"}, "value": "concept"}
    filled = {
        "kind": {"in": {"type": "static_select", "selected_option": option}},
        "parts": {"in": {"type": "checkboxes", "selected_options": [option]}},
        "day": {"in": {"type": "datepicker", "selected_date": "2026-12-31"}},
        "moment": {"in": {"type": "datetimepicker", "selected_date_time": 1_798_754_400}},
        "none": {"in": {"type": "datetimepicker", "selected_date_time": None}},
        "files": {"in": {"type": "file_input", "files": [{"name": "a.txt", "data": b64encode(b"hi").decode()}]}},
        "words": {"in": {"type": "plain_text_input", "value": "so"}},
    }
    assert {block: entry["in"] for block, entry in shown.plain_values(filled).items()} == {
        "kind": "concept",
        "parts": ["concept"],
        "day": "2026-12-31",
        "moment": "1798754400",
        "none": None,
        "files": [("a.txt", b"hi")],
        "words": "so",
    }


async def test_an_invitation_is_opened_once(demo: Demo) -> None:
    """Before it the chat is empty and the invitation waits; afterwards it is gone, and no secret word stands in the chat."""
    assert demo.telegram_invited("creator:3")
    assert not demo.telegram_invited("creator:2")
    await demo.telegram_open_invitation("creator:3")
    await asyncio.sleep(0.5)
    await demo.telegram_open_invitation("creator:3")
    assert not demo.telegram_invited("creator:3")
    own = [message["text"] for message in demo.telegram_chat("creator:3") if not message["from_bot"]]
    assert own == ["/start"]


async def test_the_list_of_commands_is_in_the_readers_language(demo: Demo) -> None:
    """Oleg reads it in Russian, Sofia in English, as their Telegram would show it."""
    described = [dict(one) for one in (demo.telegram_commands("oleg")[0], demo.telegram_commands("creator:3")[0])]
    assert described[0]["command"] == described[1]["command"]
    assert described[0]["description"] != described[1]["description"]
