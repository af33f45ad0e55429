"""The whole outbox at a messenger's pace, on a real database, in a time that passes by itself."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from bot.core.request.model import RequestId
from bot.core.wording import text
from bot.observing import Unobserved
from bot.outbox import Outbox
from bot.pacing import Limit, Tariff
from bot.ports import Account, Copy, Job, Posted, Store, TryLater
from bot.service import Service
from bot.worker import Worker
from storage.sqlite import SqliteStore
from tests.burst import Arrival, by_person, most_within
from tests.elapsing import ElapsingLoop, InNoTime, LoopClock, elapsed
from tests.office import BOOK, START, hired
from tests.post import Post
from tests.ready import empty_database

PEOPLE = sorted(BOOK.playbook.people) if BOOK.playbook else []
_BOTH = ("chat", "bot")
FIVE = Tariff(
    {"chat": Limit(1, 1.0, "chat"), "bot": Limit(5, 1.0)},
    {"post": _BOTH, "edit": _BOTH, "attach": _BOTH, "tell": _BOTH, "file": _BOTH, "file_unopened": _BOTH},
)


class Far(Post):
    """A messenger at the end of a way: writes down when something arrives."""

    def __init__(self) -> None:
        super().__init__()
        self.arrived: list[tuple[float, str]] = []

    async def tell(self, account: Account, text: str, about: Copy | None, thread: bool = False) -> Posted:
        await asyncio.sleep(0.02)
        self.arrived.append((asyncio.get_running_loop().time(), text))
        posted = await super().tell(account, text, about, thread)
        await asyncio.sleep(0.02)
        return posted


@dataclass
class Kept(Unobserved):
    """An observer that writes down."""

    kinds: list[str] = field(default_factory=list)
    refusals: list[tuple[str, float]] = field(default_factory=list)

    def sent(self, kind: str, due_at: object, at: object) -> None:
        self.kinds.append(kind)

    def refused(self, messenger: str, seconds: float) -> None:
        self.refusals.append((messenger, seconds))


@dataclass
class Town:
    """The parts."""

    store: Store
    clock: LoopClock
    far: Far
    outbox: Outbox
    seen: Kept
    jobs: dict[str, Job] = field(default_factory=dict)

    async def puts(self, *jobs: Job) -> None:
        for job in jobs:
            self.jobs[job.key] = job
            await self.store.run(lambda tx, job=job: tx.put_job(job))  # type: ignore[misc]
        self.outbox.nudge()

    async def left(self) -> list[Job]:
        """What can be claimed now."""
        now = self.clock.now()
        return list(await self.store.run(lambda tx: tx.claim(now, now + timedelta(seconds=60), 9999, ("card", "tell"))))

    def arrivals(self) -> list[Arrival]:
        return [Arrival(at, self.jobs[f"tell:{said(told)}"]) for at, told in self.far.arrived]


def said(words: str) -> str:
    """The number that a message says."""
    (found,) = re.findall(r"w\d+", words)
    return str(found)


def word(number: int, person: str, *, urgent: bool = False, after: float = 0) -> Job:
    """A message that says its number and is about no request."""
    words = text("file.empty", name=f"w{number}")
    return Job(
        f"tell:w{number}", "tell", RequestId(""), person, START + timedelta(seconds=after, microseconds=number), words, urgent
    )


@asynccontextmanager
async def town(folder: Path, loop: ElapsingLoop, leads: Callable[[], bool] = lambda: True) -> AsyncIterator[Town]:
    store: Store = InNoTime(SqliteStore(empty_database(folder / "pace.db")), loop)
    clock, far, seen = LoopClock(loop, START + timedelta(seconds=1)), Far(), Kept()

    async def is_leading() -> bool:
        return leads()

    outbox = Outbox(store, clock, {far.name: far}, {far.name: FIVE}, seen, is_leading)
    try:
        await hired(store)
        yield Town(store, clock, far, outbox, seen)
    finally:
        await store.close()


def test_a_burst_keeps_the_limits_and_loses_nothing(tmp_path: Path) -> None:
    """Counted at the messenger; what is urgent overtakes, also what comes in the middle; every message once, and seen."""

    async def run(loop: ElapsingLoop) -> None:
        async with town(tmp_path, loop) as it:
            await it.puts(*(word(number, PEOPLE[number % 10]) for number in range(100)))
            sending = asyncio.create_task(it.outbox.send_due())
            await asyncio.sleep(6.3)
            await it.puts(*(word(number, PEOPLE[number % 10], urgent=True) for number in range(200, 205)))
            assert await sending == 105
            arrivals = it.arrivals()
            assert sorted(one.job.key for one in arrivals) == sorted(it.jobs)
            assert most_within(arrivals, 1.0) == 5
            assert all(most_within(some, 1.0) == 1 for some in by_person(arrivals).values())
            assert max(one.at for one in arrivals if one.job.urgent) < 6.3 + 2.2
            assert arrivals[-1].at <= 1.06 * 20
            assert it.seen.kinds == ["tell"] * 105

    elapsed(run)


def test_what_waits_keeps_its_lease(tmp_path: Path) -> None:
    """A line of a hundred seconds: nobody else gets any of it meanwhile, and each goes once."""

    async def run(loop: ElapsingLoop) -> None:
        async with town(tmp_path, loop) as it:
            await it.puts(*(word(number, "pavel") for number in range(100)))
            sending = asyncio.create_task(it.outbox.send_due())
            for _ in range(30):
                await asyncio.sleep(3)
                assert await it.left() == []
            await sending
            assert len(it.far.arrived) == 100
            assert [one.job.key for one in it.arrivals()] == [f"tell:w{number}" for number in range(100)]

    elapsed(run)


def test_a_refused_chat_is_left_alone_and_the_others_are_not(tmp_path: Path) -> None:
    """After 429 nothing goes there before the time named, in order; the others go on; it is told to whoever counts."""

    async def run(loop: ElapsingLoop) -> None:
        async with town(tmp_path, loop) as it:
            it.far.fails("tell", "pavel", TryLater(30, "429"))
            await it.puts(*(word(number, "pavel") for number in range(3)), *(word(10 + number, "katya") for number in range(3)))
            await it.outbox.send_due()
            await it.puts(word(3, "pavel"))
            for _ in range(40):
                await it.outbox.send_due()
                await asyncio.sleep(1)
            to_pavel = [sent.text for sent in it.far.to("pavel")]
            assert [said(words) for words in to_pavel] == ["w0", "w1", "w2", "w3"]
            tries = [at for at, words in it.far.arrived if said(words) in {"w0", "w1", "w2", "w3"}]
            assert len(tries) == 5
            assert tries[1] >= 30
            assert max(one.at for one in it.arrivals() if one.job.person == "katya") < 4
            assert it.seen.refusals == [("post", 30)]

    elapsed(run)


def test_stopping_gives_back_what_waits(tmp_path: Path) -> None:
    """Another process has it at once, as if it had never been tried; what was under way is done."""

    async def run(loop: ElapsingLoop) -> None:
        async with town(tmp_path, loop) as it:
            worker = Worker(Service(it.store, it.clock), it.outbox)
            await it.puts(*(word(number, PEOPLE[number % 10]) for number in range(100)))
            worker.start()
            worker.nudge()
            await asyncio.sleep(3.01)
            await worker.stop()
            assert loop.time() < 3.2
            sent, left = len(it.far.sheet), await it.left()
            assert 10 <= sent <= 20
            assert sent + len(left) == 100
            assert {job.attempts for job in left} == {1}

    elapsed(run)


def test_what_hangs_is_broken_off(tmp_path: Path) -> None:
    """Stopping waits a few seconds for a messenger that does not answer, and no longer."""

    async def run(loop: ElapsingLoop) -> None:
        async with town(tmp_path, loop) as it:
            worker = Worker(Service(it.store, it.clock), it.outbox)
            it.far.open.clear()
            await it.puts(word(1, "pavel"))
            worker.start()
            worker.nudge()
            await asyncio.sleep(1)
            await worker.stop()
            assert 5 < loop.time() < 8
            assert it.far.sheet == []

    elapsed(run)


def test_what_changes_while_it_waits_is_sent_as_it_is_then(tmp_path: Path) -> None:
    """Dropped: not at all. Put anew with other words: those. Put anew for later: later. Become urgent: sooner."""

    async def run(loop: ElapsingLoop) -> None:
        async with town(tmp_path, loop) as it:
            await it.puts(*(word(number, PEOPLE[number % 10]) for number in range(60)))
            sending = asyncio.create_task(it.outbox.send_due())
            await asyncio.sleep(2.5)
            await it.store.run(lambda tx: tx.drop_job("tell:w59"))
            changed = Job("tell:w58", "tell", RequestId(""), PEOPLE[8], START, text("file.empty", name="w358"))
            await it.puts(changed, word(57, PEOPLE[7], after=40), word(56, PEOPLE[6], urgent=True))
            await sending
            told = {said(words): at for at, words in it.far.arrived}
            assert told.keys() >= {"w358", "w56"}
            assert not told.keys() & {"w59", "w58", "w57"}
            assert told["w56"] < 5
            await asyncio.sleep(40)
            await it.outbox.send_due()
            assert "w57" in {said(words) for _, words in it.far.arrived}

    elapsed(run)


def test_only_one_process_sends(tmp_path: Path) -> None:
    """Without the duty nothing is claimed; when it is lost in the middle, the rest goes back at once."""

    async def run(loop: ElapsingLoop) -> None:
        leading = [False]
        async with town(tmp_path, loop, lambda: leading[0]) as it:
            await it.puts(*(word(number, PEOPLE[number % 10]) for number in range(50)))
            assert await it.outbox.send_due() == 0
            leading[0] = True
            sending = asyncio.create_task(it.outbox.send_due())
            await asyncio.sleep(3.5)
            leading[0] = False
            await sending
            sent, left = len(it.far.sheet), await it.left()
            assert loop.time() < 6
            assert 0 < sent < 50
            assert sent + len(left) == 50

    elapsed(run)


def test_an_answer_by_a_door_takes_the_chats_second(tmp_path: Path) -> None:
    """What was sent past the outbox is counted, and nothing follows it too soon."""

    async def run(loop: ElapsingLoop) -> None:
        async with town(tmp_path, loop) as it:
            it.outbox.noted("post", "x-pavel")
            await it.puts(word(1, "pavel"), word(2, "katya"))
            await it.outbox.send_due()
            at = {one.job.person: one.at for one in it.arrivals()}
            assert at["katya"] < 0.1
            assert 1.0 < at["pavel"] < 1.1

    elapsed(run)
