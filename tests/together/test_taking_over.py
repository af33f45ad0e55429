"""Deliveries over several processes: what a lost poll, a clock that is ahead and a stop that is cut short do to them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from adapters.playground.clock import MovableClock
from bot import deliveries
from bot.deliveries import Deliveries
from bot.ports import Update
from storage.postgres import PostgresStore
from storage.sqlite import SqliteStore
from storage.upgrade import upgrade
from tests.storage.deeds import T0


async def test_connecting_anew_leaves_no_second_keeper(tmp_path: Path) -> None:
    """After a conflict between two pollers the door resumes once more: one task keeps the leases, and it ends with the stop."""
    upgrade(f"sqlite:///{tmp_path / 'soglas.db'}")
    store = SqliteStore(tmp_path / "soglas.db")
    found = Deliveries("telegram", store, MovableClock(T0, running=False))

    async def nothing(_: Sequence[Update]) -> None: ...

    found.start(nothing)
    found.start(nothing)
    keepers = [task for task in asyncio.all_tasks() if task.get_name() == "telegram-deliveries"]
    try:
        assert len(keepers) == 1
        await found.stop()
        assert all(task.done() for task in keepers)
    finally:
        for task in keepers:
            task.cancel()
        await store.close()


async def test_a_process_that_slept_does_not_take_back_what_another_handles(here: PostgresStore, there: PostgresStore) -> None:
    """It lost the lease while it slept, and knows it before it goes on: keeping is not renewing what is somebody else's."""
    clock = MovableClock(T0, running=False)
    slept, awake = Deliveries("telegram", here, clock), Deliveries("telegram", there, clock)
    await slept.write_down([Update("telegram", "1", "{}", T0)])
    clock.set(T0 + deliveries.LEASE + timedelta(seconds=1))
    assert len(await awake.left_over()) == 1
    await awake.stop()  # gives it back: anybody may have it

    async def nothing(_: Sequence[Update]) -> None: ...

    await awake.left_over()
    await slept._keep_once(nothing)
    assert not slept._ours


async def test_a_stop_that_is_cut_short_gives_back_what_was_not_handled(here: PostgresStore, there: PostgresStore) -> None:
    """A handler hangs at a slow messenger: what it had is free for another process at once, and not after its lease."""
    from adapters.telegram.door import TelegramDoor
    from bot.wiring import _CONNECTIONS, _within

    clock = MovableClock(T0, running=False)

    class Nothing:
        """Stands for the parts of a door that are not asked here."""

        def __getattr__(self, _: str) -> Any:
            return lambda *_: None

    door = TelegramDoor(Nothing(), Nothing(), Nothing(), Nothing(), here, clock)  # type: ignore[arg-type]

    async def slow(*_: object) -> None:
        await asyncio.sleep(60)

    door._answered = slow  # type: ignore[method-assign, assignment]
    await door.receive([{"update_id": 1}])
    await _within(_CONNECTIONS, "connections", door.finish())
    try:
        other = Deliveries("telegram", there, clock)
        assert [found.id for found in await other.left_over()] == ["1"]
        assert not door._under_way
    finally:
        for task in door._under_way:
            task.cancel()


async def test_a_slack_door_that_is_cut_short_gives_back_what_was_not_handled(here: PostgresStore, there: PostgresStore) -> None:
    """As for Telegram: a handler hangs, the stop is cut short, and what it had is free at once."""
    from adapters.slack.door import SlackDoor
    from adapters.slack.payload import Kind
    from bot.wiring import _CONNECTIONS, _within

    clock = MovableClock(T0, running=False)

    class Nothing:
        """Stands for the parts of a door that are not asked here."""

        def __getattr__(self, _: str) -> Any:
            return lambda *_: None

    door = SlackDoor(Nothing(), Nothing(), Nothing(), here, clock)  # type: ignore[arg-type]

    async def slow(*_: object) -> None:
        await asyncio.sleep(60)

    door._answer = slow  # type: ignore[method-assign, assignment]

    async def ack(**_: object) -> None: ...

    body = {
        "type": "block_actions",
        "user": {"id": "U1"},
        "trigger_id": "1.2.3",
        "actions": [{"action_id": "a", "action_ts": "1"}],
    }
    await door.receive(Kind.TAP, ack, body)
    assert door._under_way
    await _within(_CONNECTIONS, "connections", door.finish())
    assert len(await Deliveries("slack", there, clock).left_over()) == 1


async def test_a_slack_door_ends_while_taps_go_on_arriving(here: PostgresStore) -> None:
    """Its sockets still stand when it is asked to finish: it waits for what it has taken, not for what never stops."""
    from adapters.slack.door import SlackDoor

    class Nothing:
        """Stands for the parts of a door that are not asked here."""

        def __getattr__(self, _: str) -> Any:
            return lambda *_: None

    door = SlackDoor(Nothing(), Nothing(), Nothing(), here, MovableClock(T0, running=False))  # type: ignore[arg-type]

    async def arrives() -> None:
        await asyncio.sleep(0.02)
        door._start(arrives())

    for _ in range(3):
        door._start(arrives())
    await asyncio.wait_for(door.finish(), 0.5)
    assert door._under_way
    await door._break_off()
    assert not door._under_way


async def test_strangers_do_not_fill_the_memory(tmp_path: Path) -> None:
    """Whoever wrote once and is done with leaves nothing behind in memory."""
    from telegram import Bot

    from adapters.telegram.door import TelegramDoor

    upgrade(f"sqlite:///{tmp_path / 'soglas.db'}")
    store = SqliteStore(tmp_path / "soglas.db")

    class Nothing:
        """Stands for the parts of a door that are not asked here."""

        def __getattr__(self, _: str) -> Any:
            return lambda *_: None

    door = TelegramDoor(Bot("1:x"), Nothing(), Nothing(), Nothing(), store, MovableClock(T0, running=False))  # type: ignore[arg-type]

    async def answered(*_: object) -> None: ...

    door._answered = answered  # type: ignore[method-assign, assignment]
    for number in range(100):
        user = {"id": number, "is_bot": False, "first_name": "x"}
        chat = {"id": number, "type": "private"}
        await door.receive(
            [{"update_id": number, "message": {"message_id": 1, "date": 1, "chat": chat, "from": user, "text": "x"}}]
        )
    await door.finish()
    await store.close()
    assert len(door._turns) < 100
