"""Values to text and back: nothing is lost, and what is not understood is not dropped."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ports import Broken
from storage.mapping import dump_event, dump_request, from_micros, load_event, load_request, to_micros
from tests.storage.deeds import answered, opening

STATE = opening().state


def test_states_and_events_come_back_equal() -> None:
    """Also with an answer, a reason and a closed step."""
    decision = answered(STATE)
    assert load_request(dump_request(decision.state)) == decision.state
    assert tuple(load_event(dump_event(event)) for event in decision.events) == decision.events


@pytest.mark.parametrize("place", [(), ("draft",), ("steps", 0), ("steps", 0, "assignments", 0)], ids=str)
def test_an_unknown_field_is_an_error(place: tuple[str | int, ...]) -> None:
    """A record of a newer version is not read half and written back without the rest."""
    data = json.loads(dump_request(STATE))
    part = data
    for key in place:
        part = part[key]
    part["something_new"] = 1
    with pytest.raises(Broken, match="something_new") as error:
        load_request(json.dumps(data))
    assert "\n" not in str(error.value)


def test_a_naive_instant_is_refused() -> None:
    """An instant without a zone never reaches the database."""
    with pytest.raises(TypeError):
        to_micros(datetime(2026, 1, 1))


@given(st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)), st.integers(-720, 720))
def test_instants_come_back_to_the_microsecond(local: datetime, minutes: int) -> None:
    """In any zone, before 1970 too."""
    at = local.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    assert from_micros(to_micros(at)) == at
    assert from_micros(to_micros(at)).tzinfo is UTC
