"""Group commit: many callers, one thread that owns the connection, one commit for up to 128 operations.

A caller gets its result only after the commit. An operation decides before it writes, so one that raises has written
nothing; should one raise after a write all the same, the whole group is undone and each of its operations runs alone.
So an operation may run twice: it must do nothing but read and write the transaction.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from bot.ports import NOTHING_SAID, About, Broken, Conflict, Rerun, Transaction, Unavailable

T = TypeVar("T")
MOST_TOGETHER = 128
_TRIES = 6


class Undone(Rerun):
    """The engine has undone the transaction because of what others did at the same time: run it again."""


class Connection(Protocol):
    """What the writer needs of an engine."""

    def begin(self, about: Sequence[About], /) -> Transaction:
        """Begins a transaction for operations that will read this."""
        ...

    def commit(self) -> None: ...
    def roll_back(self) -> None: ...
    def written(self) -> int:
        """How many rows this connection has ever changed."""
        ...

    def is_whole(self) -> bool:
        """Whether the transaction still stands: an engine may end it by itself at an error."""
        ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class _Operation:
    # Any: the queue carries operations of every result type; `submit` ties each to its own future.
    work: Callable[[Transaction], Any]
    future: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop
    about: About = NOTHING_SAID

    def settle(self, result: object, error: BaseException | None) -> None:
        if self.future.cancelled():
            return
        if isinstance(error, StopIteration):
            # A future takes every error but this one, and whoever waits behind it would wait for ever.
            self.future.set_exception(RuntimeError("the work ran out of items"))
        elif error is not None:
            self.future.set_exception(error)
        else:
            self.future.set_result(result)


_Outcome = tuple[object, BaseException | None]


def _settle(outcomes: Sequence[tuple[_Operation, _Outcome]]) -> None:
    for operation, (result, error) in outcomes:
        operation.settle(result, error)


class Writer:
    """Owns one connection and the thread that writes through it."""

    def __init__(self, connect: Callable[[], Connection]) -> None:
        self._connection = connect()
        self._queue: queue.SimpleQueue[_Operation | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="soglas-writer", daemon=True)
        self._closed = False
        self._thread.start()

    async def submit(self, work: Callable[[Transaction], T], about: About = NOTHING_SAID) -> T:
        """Runs work in the next group. Raises what the work raises, or ``Broken`` after ``close``."""
        if self._closed:
            raise Broken("the database is closed")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._queue.put(_Operation(work, future, loop, about))
        # A caller that is cancelled stops waiting; what it asked for may still be written.
        return await future

    async def close(self) -> None:
        """Writes what was asked for, then ends."""
        if not self._closed:
            self._closed = True
            self._queue.put(None)
            await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        connection = self._connection
        try:
            while group := self._next_group():
                self._write(connection, [operation for operation in group if operation is not None])
                if group[-1] is None:
                    return
        finally:
            connection.close()

    def _next_group(self) -> list[_Operation | None]:
        group = [self._queue.get()]
        while group[-1] is not None and len(group) < MOST_TOGETHER:
            try:
                group.append(self._queue.get_nowait())
            except queue.Empty:
                break
        return group

    def _write(self, connection: Connection, group: list[_Operation]) -> None:
        if not group:
            return
        outcomes = list(zip(group, self._outcomes(connection, group), strict=True))
        for loop in {operation.loop for operation in group}:
            # Waking a loop costs more than what it then does: once for all of its callers. One that has ended does not
            # wait any more; the writer goes on for the others.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(_settle, [pair for pair in outcomes if pair[0].loop is loop])

    def _outcomes(self, connection: Connection, group: list[_Operation]) -> list[_Outcome]:
        # Everything an operation can raise is its caller's: a thread that died of it would leave all others waiting.
        try:
            transaction = connection.begin([operation.about for operation in group])
        except Undone:
            self._undo(connection)
            return [self._alone(connection, operation) for operation in group]
        except BaseException as error:
            # The database is locked or gone: no operation would fare better alone, each would only wait as long. What had
            # begun is undone, or the next group could not begin either.
            self._undo(connection)
            return [(None, error) for _ in group]
        try:
            return self._together(connection, transaction, group)
        except BaseException as error:
            self._undo(connection)
            if len(group) == 1 and not isinstance(error, Undone):
                return [(None, error)]
            return [self._alone(connection, operation) for operation in group]

    def _together(self, connection: Connection, transaction: Transaction, group: list[_Operation]) -> list[_Outcome]:
        outcomes: list[_Outcome] = []
        for operation in group:
            before = connection.written()
            try:
                outcomes.append((operation.work(transaction), None))
            except Undone:
                raise
            except BaseException as error:
                # An error of the database's own may have ended the transaction for all: whoever came before would be told
                # yes, and whoever comes after would write without one.
                if connection.written() != before or not connection.is_whole():
                    raise
                outcomes.append((None, error))
        try:
            connection.commit()
        except Unavailable as error:
            # Whether it was written nobody knows any more: to run it again could do everything twice.
            self._undo(connection)
            return [(None, own or error) for _, own in outcomes]
        return outcomes

    def _alone(self, connection: Connection, operation: _Operation) -> _Outcome:
        for _ in range(_TRIES):
            outcome = self._tried(connection, operation)
            if not isinstance(outcome[1], Undone):
                return outcome
        return None, Conflict("others kept changing the same records")

    def _tried(self, connection: Connection, operation: _Operation) -> _Outcome:
        try:
            result = operation.work(connection.begin([operation.about]))
            connection.commit()
        except BaseException as error:
            self._undo(connection)
            return None, error
        return result, None

    def _undo(self, connection: Connection) -> None:
        # Should undoing fail, the next group's beginning fails too and says so to its callers.
        with suppress(Exception):
            connection.roll_back()
