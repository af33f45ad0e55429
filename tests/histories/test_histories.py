"""Events are never changed: what was written down once folds to the same state for ever (rule 22).

The streams beside this file are real ones, a line for each event, with the state they came to. They are never written anew:
a new kind of event gets a new stream, and a change that breaks an old one is the wrong change.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import pytest
from pydantic import TypeAdapter

from bot.core.request import events as e
from bot.core.request import fold
from bot.core.request.model import Request
from storage.mapping import dump_event, dump_request, load_event, load_request

FOLDER = Path(__file__).parent
STREAMS = sorted(file.stem for file in FOLDER.glob("*.jsonl"))
# With everything in it, also what is as it always was.
WHOLE = TypeAdapter(Request)


def lines(stream: str) -> list[str]:
    return (FOLDER / f"{stream}.jsonl").read_text(encoding="utf-8").splitlines()


def state(stream: str) -> str:
    return (FOLDER / f"{stream}.state.json").read_text(encoding="utf-8").strip()


def test_the_streams_know_every_event() -> None:
    """No kind of event is without a stored example, and none is stored that the code does not know."""
    stored = {json.loads(line)["fact"]["type"] for stream in STREAMS for line in lines(stream)}
    known = {kind.__dataclass_fields__["type"].default for kind in get_args(e.AnyFact)}
    assert len(STREAMS) >= 3
    assert stored == known


@pytest.mark.parametrize("stream", STREAMS)
def test_an_old_stream_folds_to_its_state(stream: str) -> None:
    """Every stored stream comes to the state it came to when it was written; what the state knows beyond that is new."""
    _contains(json.loads(WHOLE.dump_json(fold(load_event(line) for line in lines(stream)))), json.loads(state(stream)))


@pytest.mark.parametrize("stream", STREAMS)
def test_nothing_is_lost_in_reading(stream: str) -> None:
    """What is read and written again says the same; a field may be added, none may go."""
    for line in lines(stream):
        _contains(json.loads(dump_event(load_event(line))), json.loads(line))
    _contains(json.loads(WHOLE.dump_json(load_request(dump_request(load_request(state(stream)))))), json.loads(state(stream)))


def _contains(new: object, old: object) -> None:
    if isinstance(old, dict):
        assert isinstance(new, dict)
        for key, value in old.items():
            _contains(new[key], value)
    elif isinstance(old, list):
        assert isinstance(new, list)
        for one, other in zip(new, old, strict=True):
            _contains(one, other)
    else:
        assert new == old
