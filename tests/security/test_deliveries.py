"""What a messenger delivers, in any form: read as far as it makes sense, never an exception before it is written down."""

from __future__ import annotations

from typing import Any

from hypothesis import given

from adapters.slack import checklist_form, filled, payload
from adapters.slack.payload import Kind
from bot.speech import Reader
from tests.security.strange import SETTLED, json_values, spoilings

# Any: payloads are Slack's own JSON.
Json = dict[str, Any]
USER = {"id": "U1", "team_id": "T1", "username": "kate"}
TAP: Json = {
    "type": "block_actions", "team": {"id": "T1", "domain": "x"}, "user": USER, "trigger_id": "1.2.3", "response_url": "https://x",
    "container": {"type": "message", "message_ts": "1.1", "channel_id": "D1", "is_ephemeral": False}, "channel": {"id": "D1"},
    "actions": [{"action_id": "a", "value": "1|A-1|yes|1|1|1|nothing", "selected_option": {"value": "x"}}], "token": "secret",
}  # fmt: skip
EDIT: Json = {
    "type": "event_callback", "team_id": "T1", "event_id": "Ev1",
    "event": {
        "type": "message", "subtype": "message_changed", "channel": "D1", "channel_type": "im", "message": {"user": "U1", "text": "b", "ts": "1.1"},
        "previous_message": {"user": "U1", "text": "a"},
    },
}  # fmt: skip
MENTION: Json = {
    "event_id": "Ev2",
    "event": {"type": "app_mention", "user": "U1", "text": "<@UBOT> who decides <http://a|b>?", "channel": "C1"},
}
PERSON: Json = {
    "event_id": "Ev3",
    "event": {"type": "user_change", "user": {**USER, "deleted": False, "profile": {"phone": "1"}}},
}
STATE: Json = {
    "text": {"value": {"value": "words"}}, "must_fix": {"value": {"value": "one\n- two"}}, "wish": {"value": {"value": None}},
    "fixed": {"value": {"selected_options": [{"value": "1"}, {"value": "2"}]}}, "person": {"value": {"selected_option": {"value": "anna"}}},
    "ready": {"value": {"selected_options": [{"value": "0"}]}}, "files": {"value": {"files": [{"id": "F1"}]}},
    "item:contract": {"value": {"value": "https://x"}}, "confirm": {"value": {"selected_options": [{"value": "age"}]}},
}  # fmt: skip
BLOCKS = [
    {"type": "input", "block_id": "item:contract", "element": {"type": "url_text_input", "initial_value": "https://y"}},
    {"type": "input", "block_id": "confirm", "element": {"type": "checkboxes", "initial_options": [{"value": "rights"}]}},
]


def read_whole(body: Json) -> None:
    """Everything that the door asks of a delivery."""
    for found in (
        payload.user(body),
        payload.workspace(body),
        payload.data(body),
        payload.words(body),
        payload.whisper_address(body),
    ):
        assert isinstance(found, str)
    assert all(isinstance(found, str) for found in payload.place(body))
    assert isinstance(payload.view(body), dict)
    kind = payload.kind_of_event(body)
    assert kind is None or payload.delivery(kind, body)
    assert "token" not in payload.kept(body) and "phone" not in str(payload.kept(body))
    for kind in Kind:
        assert payload.delivery(kind, body) == payload.delivery(kind, body)


def test_spoiled_deliveries() -> None:
    """A delivery of Slack's with parts that are gone, doubled or something else is read, and nothing more of it is kept."""
    for body in (TAP, EDIT, MENTION, PERSON):
        read_whole(body)
        for spoiled in spoilings(body, 400, seed=1):
            if isinstance(spoiled, dict):
                read_whole(spoiled)


@SETTLED
@given(json_values)
def test_any_object(body: object) -> None:
    """Any JSON in any place where Slack has an object."""
    for name in ("event", "user", "view", "container", "actions", "channel", "team"):
        read_whole({name: body})
        read_whole({"event": {"type": "message", "channel_type": "im", name: body}})


def test_spoiled_forms() -> None:
    """A form with fields that are gone or something else becomes a move with fewer words, never anything else."""
    reader = Reader(("en",), "UTC")
    for action, wanted in (("send_back", "remarks"), ("reject", "reason"), ("pass_on", "person"), ("resubmit", "new_text")):
        view = {"private_metadata": f"1|A-1|{action}|1|1|1|{wanted}#7", "state": {"values": STATE}, "blocks": BLOCKS}
        whole = filled.read(view)
        assert whole is not None and whole.question == 7, action
        assert whole.move("anna", "slack", reader, {}).action == action
        for state in spoilings(STATE, 300, seed=2):
            form = filled.read({**view, "state": {"values": state}})
            assert form is not None
            form.move("anna", "slack", reader, {})
            assert isinstance(form.attached, dict)
        for spoiled in spoilings(view, 100, seed=3):
            filled.read(spoiled if isinstance(spoiled, dict) else {})


def test_numbers_that_are_none() -> None:
    """Figures of other scripts, signs and numbers without end are no numbers of ours."""
    for number in ("²", "-1", "9" * 5000, "1e3", " 1", "٣"):
        view = {
            "private_metadata": f"1|A-1|resubmit|1|1|1|new_text#{number}",
            "state": {"values": {"fixed": chosen(number), "ready": chosen(number)}},
        }
        form = filled.read(view)
        if form is not None:
            assert form.question in (None, 3) and form.move("anna", "slack", Reader(("en",), "UTC"), {}).confirmed == ()


def chosen(value: str) -> Json:
    return {"value": {"selected_options": [{"value": value}]}}


def test_spoiled_checklists() -> None:
    """A checklist's form says what differs from it as it was opened, as far as it says anything."""
    view = {"state": {"values": STATE}, "blocks": BLOCKS}
    assert {(proof.item, proof.taken_back) for proof in checklist_form.proofs(view, {})} == {
        ("age", False), ("rights", True), ("contract", False),
    }  # fmt: skip
    for spoiled in spoilings(view, 400, seed=4):
        checklist_form.proofs(spoiled if isinstance(spoiled, dict) else {}, {})
