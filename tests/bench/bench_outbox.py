"""Bursts of 3,000 messages to 500 chats, 50 of them urgent, at Telegram's limits: how long against what the limits allow.

    python -m tests.bench.bench_outbox [--messages 3000] [--jitter 5] [--ptb]      (TMPDIR=/dev/shm makes it quicker)

The whole outbox on a real SQLite database, with a messenger that refuses whatever is too much. The messenger's time and the
loop's pass at once while nothing is to be done; what the database takes passes in no time. Beside it python-telegram-bot's
own limiter (``--ptb``; needs its extra ``rate-limiter``), all messages given to it at once.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path

from telegram.error import RetryAfter

from adapters.telegram.sender import TARIFF
from bot.core.playbook import Loaded
from bot.core.wording import text
from bot.outbox import Outbox
from bot.ports import Account, Copy, Job, Posted, Store, Transaction, TryLater
from storage.sqlite import SqliteStore
from tests.bench.report import Goal, machine, show
from tests.burst import START, Arrival, bound, burst, by_person, grouped, hot, shuffled, taken
from tests.core.playbook.brands import edited, loaded
from tests.elapsing import ElapsingLoop, InNoTime, LoopClock, elapsed
from tests.office import hired
from tests.post import Post
from tests.ready import empty_database

_PERSON = "  {id}: {{name: {{en: {id}, ru: {id}}}, market: RU, languages: [en]}}\n"
_RETRIES = 5


class Strict:
    """Counts as Telegram says it does: 30 a second, one a second in a chat. ``refused`` are those that were too much."""

    def __init__(self) -> None:
        self._seen: dict[str, deque[float]] = defaultdict(deque)
        self.arrived: list[tuple[float, str]] = []
        self.refused = 0

    def admits(self, chat: str, word: str, now: float) -> bool:
        for bucket, most in (("", 30), (chat, 1)):
            seen = self._seen[bucket]
            while seen and now - seen[0] >= 1.0:
                seen.popleft()
            if len(seen) >= most:
                self.refused += 1
                return False
        self._seen[""].append(now)
        self._seen[chat].append(now)
        self.arrived.append((now, word))
        return True


class Far(Post):
    """A messenger that is 20 to 20 + jitter milliseconds away."""

    def __init__(self, strict: Strict, jitter: float) -> None:
        super().__init__()
        self._strict, self._jitter, self._chance = strict, jitter, random.Random(1)

    async def way(self) -> None:
        await asyncio.sleep(0.02 + self._chance.random() * self._jitter)

    async def tell(self, account: Account, text: str, about: Copy | None, thread: bool = False) -> Posted:
        await self.way()
        if not self._strict.admits(account.external, text, asyncio.get_running_loop().time()):
            raise TryLater(1, "429")
        await self.way()
        return Posted(account.external, str(len(self._strict.arrived)))


@cache
def town(people: frozenset[str]) -> Loaded:
    """Brand A with so many more people."""
    more = "".join(_PERSON.format(id=person) for person in sorted(people))
    return loaded(edited("people:\n", f"people:\n{more}"))


async def ours(loop: ElapsingLoop, folder: Path, people: Sequence[str], jitter: float) -> tuple[list[Arrival], int]:
    store: Store = InNoTime(SqliteStore(empty_database(folder / "burst.db")), loop)
    strict = Strict()
    clock, far = LoopClock(loop, START + timedelta(seconds=1)), Far(strict, jitter)
    await hired(store, loaded=town(frozenset(people)))
    jobs = {job.key: replace(job, text=text("file.empty", name=job.key)) for job in burst(people, 50)}
    await store.run(lambda tx: _put(tx, jobs.values()))
    begun = loop.time()
    await Outbox(store, clock, {far.name: far}, {far.name: TARIFF}).send_due()
    await store.close()
    arrived = [
        Arrival(at - begun, jobs[next(part for part in words.split() if part.startswith("tell:"))])
        for at, words in strict.arrived
    ]
    return arrived, strict.refused


def _put(tx: Transaction, jobs: Iterable[Job]) -> None:
    for job in jobs:
        tx.put_job(job)


async def theirs(loop: ElapsingLoop, people: Sequence[str], jitter: float) -> tuple[list[Arrival], int]:
    """Every message given to python-telegram-bot's limiter at once, with retries."""
    from telegram.ext import AIORateLimiter

    limiter, strict = AIORateLimiter(max_retries=_RETRIES), Strict()
    far, jobs = Far(strict, jitter), {job.key: job for job in burst(people, 50)}

    async def send(job: Job) -> dict[str, object]:
        await far.way()
        if not strict.admits(job.person, job.key, loop.time()):
            raise RetryAfter(1)
        await far.way()
        return {}

    async def one(job: Job) -> None:
        await limiter.process_request(send, (job,), {}, "sendMessage", {"chat_id": 1}, None)

    # Urgent first: the limiter knows no order but the one in which it is asked.
    await asyncio.gather(*(one(job) for job in sorted(jobs.values(), key=lambda job: not job.urgent)), return_exceptions=True)
    return [Arrival(at, jobs[key]) for at, key in strict.arrived], strict.refused


def goals(name: str, people: Sequence[str], found: tuple[list[Arrival], int], *, judged: bool = True) -> list[Goal]:
    arrivals, refused = found
    least = bound([Arrival(0.0, job) for job in burst(people, 50)])
    all_, urgent = taken(arrivals) / least, taken(arrivals, urgent=True)
    lost, twice = len(people) - len(arrivals), max(Counter(one.job.key for one in arrivals).values())
    first = max(some[0].at for some in by_person(arrivals).values())

    def goal(what: str, is_so: str, asked: str, reached: bool) -> Goal:
        return Goal(f"{name}: {what}", is_so, asked if judged else "", reached if judged else None)

    return [
        goal("everything sent", f"{taken(arrivals):.2f} s = {all_:.3f} x", f"<= 1.03 x {least:.1f} s", all_ <= 1.03),
        goal("urgent sent", f"{urgent:.2f} s", "<= 1.5 x 1.0 s", urgent <= 1.5),
        goal("refused, lost, twice", f"{refused}, {lost}, {twice - 1}", "0, 0, 0", (refused, lost, twice) == (0, 0, 1)),
        Goal(f"{name}: the last chat's first message", f"{first:.1f} s", "", None),
    ]


def bursts(messages: int) -> dict[str, Callable[[], list[str]]]:
    return {
        "shuffled": lambda: shuffled(messages=messages),
        "grouped": lambda: grouped(messages=messages),
        "one chat with 95": lambda: hot(95, messages=messages),
        "one chat with 300": lambda: hot(300, messages=messages),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=3000)
    parser.add_argument("--jitter", type=float, default=5.0, help="milliseconds, each way")
    parser.add_argument("--ptb", action="store_true", help="the library's limiter as well: minutes")
    asked = parser.parse_args()
    jitter, found = asked.jitter / 1000, list[Goal]()
    begun = time.process_time()
    for name, people in bursts(asked.messages).items():
        with tempfile.TemporaryDirectory() as folder:
            found += goals(name, people(), elapsed(lambda loop: ours(loop, Path(folder), people(), jitter)))  # noqa: B023
    spent = (time.process_time() - begun) / (len(bursts(0)) * asked.messages)
    found.append(Goal("processor time for each message", f"{spent * 1e3:.2f} ms", "", None))
    if asked.ptb:
        mixed = shuffled(messages=asked.messages)
        found += goals("PTB's limiter, shuffled", mixed, elapsed(lambda loop: theirs(loop, mixed, jitter)), judged=False)
    show(f"{asked.messages} messages, ways of 20 to {20 + asked.jitter:g} ms each; {machine()}", found)


if __name__ == "__main__":
    main()
