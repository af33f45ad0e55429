"""Many operations in one commit, each with an outcome of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import pytest

from bot.ports import Broken, Store, Transaction
from tests.storage.conftest import Engine
from tests.storage.deeds import T0


class Oops(Exception):
    """Something an operation raises."""


def number(name: str) -> Callable[[Transaction], int]:
    return lambda tx: tx.next_number(name)


def failing(name: str = "", error: BaseException | None = None) -> Callable[[Transaction], int]:
    """Work that raises; with a name after it has written."""

    def work(tx: Transaction) -> int:
        if name:
            tx.next_number(name)
        raise error or Oops

    return work


async def together(store: Store, *works: Callable[[Transaction], int]) -> list[int | BaseException]:
    """Runs works in one group: the writer is kept busy until all of them wait."""
    begun, may_go = threading.Event(), threading.Event()

    def busy(tx: Transaction) -> None:
        begun.set()
        may_go.wait(5)

    first = asyncio.create_task(store.run(busy))
    await asyncio.to_thread(begun.wait, 5)
    waiting = [asyncio.create_task(store.run(work)) for work in works]
    await asyncio.sleep(0)
    may_go.set()
    await first
    return await asyncio.gather(*waiting, return_exceptions=True)


async def value(store: Store, name: str) -> int:
    """How often a number was taken, without keeping one."""
    return await store.run(number(name)) - 1


async def test_a_result_comes_after_its_commit(engine: Engine) -> None:
    """What a caller has been given, another process can see."""
    here, there = engine.open(), engine.open()
    for expected in range(1, 30):
        await here.run(lambda tx, n=expected: tx.save_dialog("post", "x", str(n), T0))  # type: ignore[misc]
        assert await there.read(lambda tx: tx.dialog("post", "x")) == str(expected)


async def test_a_refusal_before_writing_harms_nobody(store: Store) -> None:
    """The others of its group keep what they did."""
    found = await together(store, number("a"), failing(), number("a"))
    assert found[0] == 1
    assert isinstance(found[1], Oops)
    assert found[2] == 2
    assert await value(store, "a") == 2


async def test_a_failure_after_a_write_is_undone_alone(store: Store) -> None:
    """The failed operation leaves nothing; the others of its group are kept, each once."""
    found = await together(store, number("a"), failing("b"), number("a"), failing("c"))
    assert [n for n in found if isinstance(n, int)] == [1, 2]
    assert isinstance(found[1], Oops)
    assert isinstance(found[3], Oops)
    assert [await value(store, name) for name in "abc"] == [2, 0, 0]


@pytest.mark.parametrize("error", [SystemExit(1), asyncio.CancelledError(), KeyboardInterrupt()], ids=lambda e: type(e).__name__)
async def test_nothing_an_operation_raises_stops_the_writer(store: Store, error: BaseException) -> None:
    """Whatever it is, it is its caller's; whoever comes next is served."""

    def ask() -> BaseException | None:
        # In a loop of its own: these errors end the loop they are raised in.
        try:
            asyncio.run(store.run(failing("b", error)))
        except BaseException as caught:
            return caught
        return None

    assert isinstance(await asyncio.to_thread(ask), type(error))
    assert await asyncio.wait_for(store.run(number("a")), 5) == 1


async def test_an_error_that_no_future_takes(store: Store) -> None:
    """An iterator that ran out inside the work fails its caller, and nobody of the same group waits for ever."""
    asked = [store.run(failing("b", StopIteration())), store.run(number("a")), store.run(number("a"))]
    found = await asyncio.wait_for(asyncio.gather(*asked, return_exceptions=True), 5)
    assert isinstance(found[0], RuntimeError)
    assert found[1:] == [1, 2]


async def test_a_caller_whose_loop_has_ended_stops_nobody(store: Store) -> None:
    """The answer to somebody who is gone is dropped; the writer goes on."""
    begun, may_go = threading.Event(), threading.Event()

    def slow(tx: Transaction) -> int:
        begun.set()
        may_go.wait(5)
        return tx.next_number("a")

    async def leave() -> None:
        task = asyncio.ensure_future(store.run(slow))
        await asyncio.to_thread(begun.wait, 5)
        task.cancel()

    await asyncio.to_thread(asyncio.run, leave())
    may_go.set()
    assert await asyncio.wait_for(store.run(number("a")), 5) == 2


async def test_whoever_stops_waiting_may_still_have_written(store: Store) -> None:
    """A cancelled caller gets no answer; its operation happens whole or not at all."""
    task = asyncio.create_task(store.run(number("a")))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await value(store, "a") == 1


async def test_closing_writes_what_was_asked(engine: Engine) -> None:
    """Everything asked for before the close is committed and answered; what comes later is refused."""
    store = engine.open()
    asked = [asyncio.create_task(store.run(number("a"))) for _ in range(300)]
    await asyncio.sleep(0)
    await store.close()
    assert sorted(await asyncio.gather(*asked)) == list(range(1, 301))
    for late in (store.run(number("a")), store.read(number("a"))):
        with pytest.raises(Broken, match="closed"):
            await late
    await store.close()
    assert await value(engine.open(), "a") == 300
