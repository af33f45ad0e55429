"""Sampled crash schedules through the real doors, with python-telegram-bot and slack_sdk on the strict stand-ins."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from typing import Any

import pytest

from adapters.slack.door import SlackDoor
from adapters.telegram.door import TelegramDoor
from adapters.telegram.sender import TelegramMessenger
from bot.service import Service, UpdateKey
from tests.faults.door_schedules import run_doors
from tests.faults.schedules import Failed

SEED = int(os.environ.get("SOGLAS_SEED") or secrets.randbelow(2**31))
PORTIONS, SCHEDULES = 4, 800


@pytest.mark.parametrize("portion", range(PORTIONS))
def test_whoever_did_something_gets_what_they_would_have_got_without_the_cut(portion: int) -> None:
    """Every confirmed update is handled once and shows, no decision is lost or doubled, cards converge, in both messengers."""
    schedules, scripts = run_doors(SEED, SCHEDULES // PORTIONS, first=portion * 1000)
    print(f"seed {SEED}: {schedules} schedules of {scripts} scripts")


# Any: the doors' own arguments, passed on as they come.
def _acknowledges_first(patch: pytest.MonkeyPatch) -> None:
    ordinary: Callable[..., Any] = SlackDoor.receive

    async def receive(door: SlackDoor, kind: Any, ack: Any, body: Any) -> None:
        async def again(**_: Any) -> None:
            """It was acknowledged already."""

        await ack()
        await ordinary(door, kind, again, body)

    patch.setattr(SlackDoor, "receive", receive)


def _is_done_before_it_is_done(patch: pytest.MonkeyPatch) -> None:
    ordinary: Callable[..., Any] = TelegramDoor._handle

    async def handle(door: TelegramDoor, delivered: Any) -> None:
        await door._deliveries.handled(delivered.id)
        await ordinary(door, delivered)

    patch.setattr(TelegramDoor, "_handle", handle)


def _forgets_which_update_it_was(patch: pytest.MonkeyPatch) -> None:
    ordinary: Callable[..., Any] = Service.do

    async def do(service: Service, request: Any, command: Any, _: UpdateKey | None = None) -> Any:
        return await ordinary(service, request, command)

    patch.setattr(Service, "do", do)


def _leaves_buttons_spinning(patch: pytest.MonkeyPatch) -> None:
    async def answer(*_: Any, **__: Any) -> bool:
        return False

    patch.setattr(TelegramMessenger, "answer_tap", answer)


@pytest.mark.parametrize(
    "wrong", [_acknowledges_first, _is_done_before_it_is_done, _forgets_which_update_it_was, _leaves_buttons_spinning]
)
def test_the_schedules_see_what_is_wrong_at_a_door(monkeypatch: pytest.MonkeyPatch, wrong: Callable[..., None]) -> None:
    """A door that loses, doubles or does not answer what people do is caught within a few hundred schedules."""
    wrong(monkeypatch)
    with pytest.raises(Failed):
        run_doors(1, 600)
